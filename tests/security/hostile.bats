#!/usr/bin/env bats
# hostile.sql, each piece in a session of its own, as a reporter of authority 1: refused or carried out as it says, and nothing foreign shown.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/security/cluster.bash
    source "$BATS_TEST_DIRNAME/cluster.bash"
    earnest_start
    mkdir "$EARNEST/pieces"
    awk -v dir="$EARNEST/pieces" '/^--@ / {file = sprintf("%s/%03d.%s", dir, ++n, $2)} file {print > file}' "$BATS_TEST_DIRNAME/hostile.sql"
    local file
    for file in "$EARNEST"/pieces/*; do
        if reporter -f "$file" >"$file.out" 2>&1; then echo allowed; else echo denied; fi >"$file.outcome"
    done
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/cluster.bash"
    earnest_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/cluster.bash"
}

none() { local lines; lines=$(cat); [ -z "$lines" ] || { echo "$lines" >&2; return 1; }; }

# shown FILE prints a piece's statements and how it ended.
shown() { grep -v '^$' "$1" | head -4; head -3 "$1.out"; }

@test "there are at least 200 pieces" {
    n=$(find "$EARNEST/pieces" -name '*.out' | wc -l)
    echo "# $n hostile pieces: $(cat "$EARNEST"/pieces/*.outcome | sort | uniq -c | xargs)" >&3
    [ "$n" -ge 200 ]
}

@test "each is refused or carried out as it says" {
    for file in "$EARNEST"/pieces/*.denied "$EARNEST"/pieces/*.allowed "$EARNEST"/pieces/*.residual; do
        expected=${file##*.}
        [ "$(cat "$file.outcome")" = "${expected/residual/allowed}" ] || { echo "not $expected:"; shown "$file"; }
    done | none
}

@test "a refusal is PostgreSQL's, of rights or of form: no session was broken off" {
    grep -l denied "$EARNEST"/pieces/*.outcome | sed 's/outcome$/out/' | xargs grep -L 'ERROR:' | none
    grep -l -E 'server closed the connection|terminating connection|PANIC|XX000' "$EARNEST"/pieces/*.out | none
}

@test "no word of authority 2 comes back, in rows, remarks, errors or plans" {
    grep -il "$CANARY" "$EARNEST"/pieces/*.out | none
}

@test "no count of authority 2 comes back but where it is written down" {
    grep -lE "(^|[^0-9.])$CANARY_BOOKINGS([^0-9]|$)" "$EARNEST"/pieces/*.out >"$EARNEST/told" || true
    echo "# $(grep -c residual "$EARNEST/told") pieces tell the count: plans and pg_class (deploy/SECURITY.md)" >&3
    grep -v '\.residual\.out$' "$EARNEST/told" | none
}

@test "the same questions of one who may ask show words and count: the search would find them" {
    over la_002_hostile "$(cat "$EARNEST/la_002_hostile")" verify-full -f "$EARNEST/pieces/001.allowed" | grep -qi "$CANARY"
    over la_002_hostile "$(cat "$EARNEST/la_002_hostile")" verify-full -f "$EARNEST/pieces/002.allowed" | grep -qE "(^|[^0-9.])$CANARY_BOOKINGS([^0-9]|$)"
}

@test "nothing was left behind: no object, no role, no lock, no setting" {
    run -0 owner -c "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname like 'la\\_%'" \
        -c "select count(*) from pg_largeobject_metadata" -c "select count(*) from pg_locks where locktype = 'advisory'" \
        -c "select count(*) from pg_roles where rolname in ('helper', 'la_002_mine')" \
        -c "select count(*) from pg_db_role_setting where setdatabase = 0 and setconfig::text like '%app.%' and setrole = 'la_002_hostile'::regrole"
    [ "$output" = $'0\n0\n0\n0\n0' ]
}
