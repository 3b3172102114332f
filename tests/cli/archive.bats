#!/usr/bin/env bats
# GDP-2: a whole authority is exported, signed; deleted, with proof; imported again, here or elsewhere, equal; the others notice nothing.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_archive
    register="insert into auth.authority_scope values (1), (2) on conflict do nothing;
        insert into register.authority values (1, 'Eastmarch'), (2, 'Thornhithe') on conflict do nothing;
        insert into register.establishment (urn, school_id) select u, u from generate_series(900001, 900002) u;
        insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase)
        select u, u - 900000, '2015-09-01', 'School ' || u, 'Open', 'Community school', 'Primary' from generate_series(900001, 900002) u"
    instance_sql "$register"
    for a in 001 002; do
        person "admin$a" --authority "$a" --persona la_admin
        export IMPROVE_AUTHORITY=$a
        course=$(as "admin$a" improve course add Phonics --output json | jq -r .course_id)
        session=$(as "admin$a" improve session add "$course" 2031-01-15T09:30 2031-01-15T12:30 Hall 1 --output json | jq -r .session_id)
        as "admin$a" improve session publish "$session" 1 >/dev/null
        as "admin$a" improve cpd book "$session" "90000${a#00}" --delegates name=Ann --delegates name=Bo >/dev/null
        as "admin$a" improve partner add "Jo Field" --kinds sip --kinds nle --capacity-half-days 12 >/dev/null
    done
    sleep 0.5
    conninfo=$(cat "$INSTANCE/conninfo")
    elsewhere=${conninfo/dbname=*/dbname=cli_archive_elsewhere}
    "$BATS_TEST_DIRNAME/../support/cluster" fresh "$IMPROVE_TEST_CLUSTER" cli_archive_elsewhere >/dev/null
    psql -X -q -d "$elsewhere" -c "$register"
    export conninfo elsewhere
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

admin() { "$IMPROVED" admin authority "$@" --database "${at:-$conninfo}"; }
rows() { psql -X -A -t -d "$1" -c "select line from privacy.archive_lines($2)"; }

@test "an authority is exported, complete and signed" {
    rows "$conninfo" 1 >"$INSTANCE/rows"
    rows "$conninfo" 2 >"$INSTANCE/others"
    run -0 admin export 001 --to "$INSTANCE/001.jsonl" --key "$INSTANCE/key"
    [ "$(stat -c %a "$INSTANCE/key" "$INSTANCE/001.jsonl" | sort -u)" = 600 ]
    diff <(sed '1d;$d' "$INSTANCE/001.jsonl" | sed '$d') "$INSTANCE/rows"
    ! grep -q '"authority_id": 2[,}]' "$INSTANCE/001.jsonl"
    [ "$(jq -r 'select(.tables) | .tables["cpd.booking"]' "$INSTANCE/001.jsonl")" = 2 ]
    [ "$(instance_sql "select string_agg(authority_id::text, ',' order by authority_id) from audit.entry where method = 'improved admin authority export'")" = 0,1 ]
    run -1 admin export 777 --to "$INSTANCE/777.jsonl" --key "$INSTANCE/key"
    [ ! -e "$INSTANCE/777.jsonl" ]
    run -1 admin export 001 --to "$INSTANCE/001.jsonl" --key "$INSTANCE/key"
    run -2 admin export 001
}

@test "a file that was changed, cut, or signed by another is refused" {
    export at=$elsewhere
    sed 's/Phonics/Physics/' "$INSTANCE/001.jsonl" >"$INSTANCE/changed"
    run -1 admin import "$INSTANCE/changed" --trust "$INSTANCE/key.pub"
    [[ "$output" == *signature* ]]
    sed 5d "$INSTANCE/001.jsonl" >"$INSTANCE/changed"
    run -1 admin import "$INSTANCE/changed" --trust "$INSTANCE/key.pub"
    { cat "$INSTANCE/001.jsonl"; echo; } >"$INSTANCE/changed"
    run -1 admin import "$INSTANCE/changed" --trust "$INSTANCE/key.pub"
    tr 0-9a-f 1-9a-f0 <"$INSTANCE/key.pub" >"$INSTANCE/wrong.pub"
    run -1 admin import "$INSTANCE/001.jsonl" --trust "$INSTANCE/wrong.pub"
    [ "$(psql -X -A -t -d "$elsewhere" -c 'select count(*) from cpd.booking')" = 0 ]
}

@test "imported elsewhere it is equal, row by row, and its chain holds" {
    export at=$elsewhere
    run -0 admin import "$INSTANCE/001.jsonl" --trust "$INSTANCE/key.pub"
    diff <(rows "$elsewhere" 1) "$INSTANCE/rows"
    [ "$(psql -X -A -t -d "$elsewhere" -c "select coalesce(v.reason, 'holds') || v.entries from set_config('app.authority_id', '1', false), audit.verify_chain() v")" = holds6 ]
    run -1 admin import "$INSTANCE/001.jsonl" --trust "$INSTANCE/key.pub"
    [[ "$output" == *"has rows of this authority"* ]]
}

@test "deleted, nothing of it is left, and the others' rows are unchanged" {
    run -2 admin delete 001 --confirm 002
    run -0 admin delete 001 --confirm 001
    [[ "$output" == *"cpd.booking "*"deleted 2, left 0"* && "$output" == *": unchanged"* ]]
    run ! grep -q "left [1-9]" <<<"$output"
    diff <(rows "$conninfo" 2) "$INSTANCE/others"
    run -0 as admin002 improve booking list --authority 002 --output json
    [ "$(jq length <<<"$output")" = 2 ]
    run -4 as admin001 improve booking list --authority 001
    sleep 0.5
    [ "$(instance_sql "select count(*) from audit.seal s join audit.entry e on e.request_id = s.row_id where s.authority_id = 0 and e.method like 'improved admin authority %'")" = 2 ]
}

@test "imported again where it was, it is as it was" {
    run -0 admin import "$INSTANCE/001.jsonl" --trust "$INSTANCE/key.pub"
    diff <(rows "$conninfo" 1) "$INSTANCE/rows"
    diff <(rows "$conninfo" 2) "$INSTANCE/others"
}
