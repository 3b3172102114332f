#!/usr/bin/env bats
# T9: what is held on a person is found, all of it, and erasure leaves none of it: in tables, kept answers and the audit trail; also after an older
# backup is restored. Counts and money stay, the chain holds, others notice nothing. SEED=n repeats a run.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    export SEED=${SEED:-$RANDOM}
    instance_start cli_privacy
    person admin --authority 001 --persona la_admin
    person other --authority 002 --persona la_admin
    export IMPROVE_AUTHORITY=001
    instance_sql "insert into register.authority values (1, 'Eastmarch'), (2, 'Thornhithe') on conflict do nothing;
        insert into register.establishment (urn, school_id) select u, u from generate_series(900001, 900002) u;
        insert into register.establishment_version (urn, authority_id, valid_from, name, status, type, phase)
        select u, u - 900000, '2015-09-01', 'School ' || u, 'Open', 'Community school', 'Primary' from generate_series(900001, 900002) u"
    as admin improve notice set-policy 0 --sending --sender us@council.example >/dev/null # so that the outbox holds them too
    plant admin 001 900001 >"$INSTANCE/canaries"
    plant other 002 900002 >"$INSTANCE/others"
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

# plant PROFILE AUTHORITY URN books one delegate, by e-mail, on sessions under ever other names and cancels some, each with a word of its own: it prints
# 50 canaries. Every other booking has a colleague beside them.
plant() {
    local course session booking i mail
    mail=canary-$SEED-$2@school.example
    course=$(as "$1" improve course add "Course of $2" --authority "$2" --output json | jq -r .course_id)
    echo "$mail"
    for ((i = 1; i <= 33; i++)); do
        session=$(as "$1" improve session add "$course" "2031-01-15T09:30" "2031-01-15T12:30" "Hall $i" 20 --price-pence 1000 --authority "$2" --output json | jq -r .session_id)
        as "$1" improve session publish "$session" 1 --authority "$2" >/dev/null
        booking=$(as "$1" improve cpd book "$session" "$3" --delegates name="Cañary-$SEED-$2-$i O'Neil",email="$mail" --delegates name="Colleague $i" \
            --authority "$2" --output json | jq -r '.[0].booking_id')
        echo "Cañary-$SEED-$2-$i O'Neil"
        if ((i % 2)) && [ "$i" -lt 33 ]; then
            as "$1" improve booking cancel "$booking" 1 "Reason \"$SEED-$2-$i\" of theirs" --authority "$2" >/dev/null
            echo "$SEED-$2-$i"
        fi
    done
}

figures() {
    instance_sql "select authority_id, session_id, count(*), sum(price_pence), count(*) filter (where status = 'confirmed'),
        count(*) filter (where status = 'cancelled') from cpd.booking group by 1, 2 order by 1, 2;
        select authority_id, session_id, confirmed_count, waiting_count from cpd.session order by 1, 2"
}

@test "an export finds every canary" {
    [ "$(wc -l <"$INSTANCE/canaries")" = 50 ]
    run -0 as admin improve person export "canary-$SEED-001@school.example" --output json
    printf '%s\n' "$output" | jq -r '.[].facts' >"$INSTANCE/held"
    found=0
    while read -r canary; do
        if grep -qF "$canary" "$INSTANCE/held"; then found=$((found + 1)); else echo "not in the export: $canary" >&2; fi
    done <"$INSTANCE/canaries"
    echo "# seed $SEED: $found of 50 canaries in the export" >&3
    [ "$found" = 50 ]
    ! grep -q 002 "$INSTANCE/held"
    [ "$(instance_sql "select count(*) from rpc.request where method like '%ExportPerson' and answer::text like '%$SEED%'")" = 0 ]
    run -5 as admin improve person export nobody@school.example
    run -5 as admin improve person export "canary-$SEED-002@school.example"
}

@test "a dry run says what would go, and keeps all" {
    figures >"$INSTANCE/figures"
    pg_dump -d "$(cat "$INSTANCE/conninfo")" -Fc -f "$INSTANCE/older.dump"
    run -0 --separate-stderr as admin improve person erase "canary-$SEED-001@school.example" --dry-run --output json
    notices=$(instance_sql "select count(*) from notices.notice where to_address like '%-001@%'")
    [ "$notices" -gt 33 ]
    [ "$(jq -r '.[] | select(.what == "rows") | .rows' <<<"$output")" = $((33 + 16 + notices)) ] # and what became of the 16 that were cancelled
    [ "$(instance_sql "select count(*) from cpd.booking where delegate_email like '%-001@%'")" = 33 ]
}

@test "erasure leaves no canary anywhere, and every figure; the others have theirs, and the chain holds" {
    run -0 as admin improve person erase "canary-$SEED-001@school.example"
    pg_dump -d "$(cat "$INSTANCE/conninfo")" >"$INSTANCE/dump"
    left=$(grep -cFf "$INSTANCE/canaries" "$INSTANCE/dump" || true)
    echo "# seed $SEED: $left lines of the dump hold a canary" >&3
    [ "$left" = 0 ]
    [ "$(grep -cF "canary-$SEED-002@" "$INSTANCE/dump")" -gt 33 ]
    grep -q "Colleague 33" "$INSTANCE/dump"
    [ "$(instance_sql "select count(*) from notices.notice where authority_id = 1")" = 0 ] # nobody else was written to
    diff <(figures) "$INSTANCE/figures"
    sleep 0.5
    run -0 as admin improve audit verify
    run -0 as other improve audit verify --authority 002
    run -0 as admin improve audit export "$INSTANCE/audit.jsonl"
    run -0 "$IMPROVE" audit verify "$INSTANCE/audit.jsonl"
    run -0 as admin improve erasure list --output json
    [ "$(jq length <<<"$output")" = 1 ]
    run -5 as admin improve person erase "canary-$SEED-001@school.example"
}

@test "an older backup that is restored is erased again from the list" {
    admin=("$IMPROVED" admin erasures)
    "${admin[@]}" list --database "$(cat "$INSTANCE/conninfo")" >"$INSTANCE/erasures"
    ! grep -qFf "$INSTANCE/canaries" "$INSTANCE/erasures"
    restored=$(sed 's/dbname=[^ ]*/dbname=cli_privacy_restored/' "$INSTANCE/conninfo")
    psql -X -q -d "$(cat "$INSTANCE/conninfo")" -c 'drop database if exists cli_privacy_restored' -c 'create database cli_privacy_restored template template0'
    pg_restore -d "$restored" "$INSTANCE/older.dump"
    [ "$(pg_dump -d "$restored" | grep -cFf "$INSTANCE/canaries")" -gt 50 ]
    run -0 "${admin[@]}" apply "$INSTANCE/erasures" --database "$restored"
    left=$(pg_dump -d "$restored" | grep -cFf "$INSTANCE/canaries" || true)
    echo "# seed $SEED: $left lines of the restored database hold a canary" >&3
    [ "$left" = 0 ]
    [ "$(psql -X -A -t -d "$restored" -c "select count(*) from cpd.booking where delegate_email like '%-002@%'")" = 33 ]
    psql -X -q -A -t -d "$restored" -c 'select audit.seal(5000)' >/dev/null
    [ "$(psql -X -A -t -d "$restored" -c "select coalesce(v.reason, 'holds') from set_config('app.authority_id', '1', false), audit.verify_chain() v" | tail -1)" = holds ]
    run -0 "${admin[@]}" apply "$INSTANCE/erasures" --database "$restored"
    [ "$(psql -X -A -t -d "$restored" -c "select count(*) from audit.entry where authority_id = 0 and method = 'improved admin erasures apply'
        and personas = 'operator at the console' and request #>> '{console,user}' <> ''")" = 2 ]
}

@test "a user is erased with their devices and tokens; delegates of long ago lose their names" {
    member=$(as admin improve member add officer --name "Quentin Canary-$SEED" --output json)
    id=$(jq -r .person_id <<<"$member")
    run -0 as admin improve partner add "Quentin Canary-$SEED" --kinds sip --capacity-half-days 10 --output json
    instance_sql "update partners.partner set person_id = '$id' where name like 'Quentin %'"
    as other improve course add "What Quentin Canary-$SEED said" --authority 002 >/dev/null
    run -0 as admin improve person erase "$id"
    [ "$(instance_sql "select count(*) from auth.membership where person_id = '$id'")" = 0 ]
    [ "$(instance_sql "select display_name from auth.person where person_id = '$id'")" = "$(instance_sql "select name from partners.partner where person_id = '$id'")" ]
    # What another authority wrote is that authority's.
    [ "$(pg_dump -d "$(cat "$INSTANCE/conninfo")" | grep -F "Quentin Canary-$SEED" | grep -vc 'What Quentin')" = 0 ]
    [ "$(instance_sql "select count(*) from cpd.course where title like 'What Quentin Canary%'")" = 1 ]
    sleep 0.5
    run -0 as admin improve audit verify

    instance_sql "update cpd.session set starts_at = starts_at - interval '20 years', ends_at = ends_at - interval '20 years', booking_opens_at = '2000-01-01',
        booking_closes_at = '2001-01-01' where authority_id = 1 and venue = 'Hall 2'"
    run -0 --separate-stderr as admin improve retention run --dry-run --output json
    [ "$(jq -r '.[] | select(.kind == "delegates") | .rows' <<<"$output")" = 1 ]
    run -0 as admin improve retention run
    [ "$(instance_sql "select count(*) from cpd.booking where delegate_name = 'Colleague 2' and authority_id = 1")" = 0 ]
    [ "$(instance_sql "select count(*) from cpd.booking where delegate_name = 'Colleague 2' and authority_id = 2")" = 1 ]
    sleep 0.5
    run -0 as admin improve audit verify
}
