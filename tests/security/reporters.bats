#!/usr/bin/env bats
# SQL reporters as in earnest: deploy/postgres, TLS, SCRAM, a login of their own; and what they cannot do.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/security/cluster.bash
    source "$BATS_TEST_DIRNAME/cluster.bash"
    earnest_start
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/cluster.bash"
    earnest_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/cluster.bash"
}

@test "a reporter connects over TLS, the server's name checked, and sees its own authority" {
    run -0 reporter -c "select distinct authority, count(*) from cpd_booking group by 1"
    [ "$output" = "001|61" ]
    run -0 reporter -c "show search_path" -c "show statement_timeout" -c "show default_transaction_read_only"
    [ "$output" = $'reporting\n1min\non' ]
    run -0 owner -c "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename like 'la\\_%'"
}

@test "each ready query opens with its question, and answers a reporter who gives it nothing" {
    for file in sql/reporting/ready/*.sql; do
        head -1 "$file" | grep -qE '^-- [A-Z].*\?' || echo "$file opens with no question"
        reporter -q -f "$file" >"$EARNEST/ready" 2>&1 || { echo "$file"; cat "$EARNEST/ready"; }
        [ -s "$EARNEST/ready" ] || echo "$file: no rows"
        ! grep -q "$CANARY" "$EARNEST/ready" || echo "$file: foreign rows"
    done >"$EARNEST/wrong"
    [ ! -s "$EARNEST/wrong" ] || { cat "$EARNEST/wrong"; return 1; }
    run -0 reporter -q -v from=2026-12-21 -v days=4 -f sql/reporting/ready/deadline.sql
    [ "$output" = "001|2026-12-21|4|$(reporter -c "select day || '|' || weekday from calendar_day where day > '2026-12-21' and working_day = 'Yes' order by day offset 3 limit 1")" ]
}

@test "every role of ours says what it is for" {
    run -0 owner -c "select rolname from pg_roles where rolname ~ '^(improve|persona|report)' and shobj_description(oid, 'pg_authid') is null"
    [ "$output" = "" ]
}

@test "without TLS it is refused" {
    run -2 over la_001_hostile "$REPORTER_PASSWORD" disable -c "select 1"
    [[ "$output" == *"pg_hba.conf rejects connection"*"no encryption"* ]]
}

@test "a wrong password, another's password, and none are refused" {
    run -2 over la_001_hostile "imr-0000000000-0000000000-0000000000" verify-full -c "select 1"
    [[ "$output" == *"password authentication failed"* ]]
    run -2 over la_001_hostile "$(cat "$EARNEST/la_002_hostile")" verify-full -c "select 1"
    run -2 over la_001_hostile "" verify-full -w -c "select 1"
}

@test "a certificate of another name or another CA is refused" {
    run -2 env PGPASSWORD="$REPORTER_PASSWORD" psql -X -d "host=elsewhere.example hostaddr=127.0.0.1 port=$EARNEST_PORT dbname=improve user=la_001_hostile sslmode=verify-full sslrootcert=$EARNEST/tls/ca.crt" -c "select 1"
    [[ "$output" == *"does not match host name"* ]]
    "$IMPROVED" admin tls --out "$EARNEST/other" >/dev/null
    run -2 env PGPASSWORD="$REPORTER_PASSWORD" psql -X -d "host=localhost hostaddr=127.0.0.1 port=$EARNEST_PORT dbname=improve user=la_001_hostile sslmode=verify-full sslrootcert=$EARNEST/other/ca.crt" -c "select 1"
    [[ "$output" == *"certificate verify failed"* ]]
}

@test "over the network there is no other role: neither the server's, nor the administrator's, nor an owner" {
    for role in improve_exec postgres improve_owner reporting_owner reporter_maker reporting_reader persona_la_admin; do
        run -2 over "$role" "$REPORTER_PASSWORD" verify-full -c "select 1"
        [[ "$output" == *"reject"* || "$output" == *"failed"* ]]
    done
}

@test "there is no other database, and no replication" {
    for database in postgres template1; do
        run -2 env PGPASSWORD="$REPORTER_PASSWORD" psql -X -d "host=127.0.0.1 port=$EARNEST_PORT dbname=$database user=la_001_hostile sslmode=require" -c "select 1"
        [[ "$output" == *"rejects connection"* ]]
    done
    run -2 env PGPASSWORD="$REPORTER_PASSWORD" psql -X -d "host=127.0.0.1 port=$EARNEST_PORT dbname=improve user=la_001_hostile sslmode=require replication=database" -c "IDENTIFY_SYSTEM"
}

@test "a fifth connection of one login is refused, and another login is not" {
    for i in 1 2 3 4; do
        mkfifo "$EARNEST/hold$i"
        PGAPPNAME=held reporter -f "$EARNEST/hold$i" >/dev/null 2>&1 3>&- &
    done
    exec 4>"$EARNEST/hold1" 5>"$EARNEST/hold2" 6>"$EARNEST/hold3" 7>"$EARNEST/hold4"
    for ((i = 0; i < 100; i++)); do
        [ "$(owner -c "select count(*) from pg_stat_activity where application_name = 'held'")" -lt 4 ] || break
        sleep 0.1
    done
    run -2 reporter -c "select 1"
    [[ "$output" == *"too many connections for role"* ]]
    run -0 over la_002_hostile "$(cat "$EARNEST/la_002_hostile")" verify-full -c "select count(*) from cpd_booking"
    [ "$output" = "$CANARY_BOOKINGS" ]
    exec 4>&- 5>&- 6>&- 7>&-
    wait
}

@test "a joint reporter of two authorities sees both, until one ends its share" {
    owner -q -c "set client_min_messages = warning" -c "begin" -c "select test.call_as(0, 'operator')" \
        -c "select password from reporters.create_reporter('joint', '[\"001\", \"002\"]', 'Sharing', base.today())" -c "commit" |
        tr -d '\n' >"$EARNEST/la_000_joint"
    run -0 over la_000_joint "$(cat "$EARNEST/la_000_joint")" verify-full -c "select authority, count(*) from cpd_booking group by 1 order by 1"
    [ "$output" = "001|61
002|$CANARY_BOOKINGS" ]
    owner -q -c "begin" -c "select test.call_as(2, 'la_admin')" -c "select role_name from reporters.drop_reporter('la_000_joint')" -c "commit"
    run -0 over la_000_joint "$(cat "$EARNEST/la_000_joint")" verify-full -c "select distinct authority from cpd_booking"
    [ "$output" = 001 ]
    owner -q -c "begin" -c "select test.call_as(0, 'operator')" -c "select role_name from reporters.drop_reporter('la_000_joint')" -c "commit"
    run -2 over la_000_joint "$(cat "$EARNEST/la_000_joint")" verify-full -c "select 1"
}

@test "dropping a reporter ends its sessions and its login; a dry run does neither" {
    make_reporter 1 leaver
    password=$(cat "$EARNEST/la_001_leaver")
    mkfifo "$EARNEST/leave"
    over la_001_leaver "$password" verify-full -f "$EARNEST/leave" >"$EARNEST/left" 2>&1 3>&- &
    session=$!
    exec 4>"$EARNEST/leave"
    echo "select 'came';" >&4
    for ((i = 0; i < 100; i++)); do
        ! grep -q came "$EARNEST/left" || break
        sleep 0.1
    done
    run -0 owner -q -c "begin" -c "select test.call_as(1, 'la_admin')" -c "set app.dry_run = 'on'" \
        -c "select sessions_ended from reporters.drop_reporter('la_001_leaver')" -c "rollback"
    echo "select 'still here';" >&4
    run -0 owner -q -c "begin" -c "select test.call_as(1, 'la_admin')" -c "select sessions_ended from reporters.drop_reporter('la_001_leaver')" -c "commit"
    [[ "$output" == *1* ]]
    echo "select 'gone';" >&4 || true
    exec 4>&-
    wait "$session" || true
    grep -q "still here" "$EARNEST/left"
    run -1 grep -q "gone" "$EARNEST/left"
    run -2 over la_001_leaver "$password" verify-full -c "select 1"
}

@test "PostgreSQL's log holds no password, no verifier and no statement of a reporter" {
    reporter -c "select partner from partner where partner = 'whom-we-look-for'; select 1/0" >/dev/null 2>&1 || true
    as_pg cat "$EARNEST_ROOM/data/server.log" >"$EARNEST/log"
    grep -q "SSL enabled" "$EARNEST/log"
    run -1 grep -e "$REPORTER_PASSWORD" -e 'SCRAM-SHA-256\$' -e whom-we-look-for "$EARNEST/log"
}
