#!/usr/bin/env bats
# A partner of two authorities and their one diary (VIS-1, VIS-6): listed, watched, shown as a month, written as iCalendar, published.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_diary
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900004,"002","Thornhithe","2001","Dale Primary School","Community school","Open","01-09-1990","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2024 >/dev/null
    person admin1 --authority 001 --persona la_admin
    person admin2 --authority 002 --persona la_admin
    as admin1 improve member invite --authority 001 --persona partner --name "Jo Field" --quiet |
        "$IMPROVE" login --profile jo --url "ipc://$INSTANCE/s.sock" --code-stdin
    as admin2 improve member invite --authority 002 --persona partner --name "Jo Field" --quiet | as jo improve login --code-stdin
    jo=$(as jo improve whoami --authority '' --output json | jq -r '.[0].person_id')
    for n in 1 2; do
        as "admin$n" improve partner add "Jo Field" --kinds sip --capacity-half-days 60 --person-id "$jo" --authority "00$n" --output json |
            jq -r .partner_id >"$INSTANCE/partner$n"
    done
    as admin1 improve visit add 900001 "$(cat "$INSTANCE/partner1")" 2027-01-13T09:30 core --authority 001 --output json | jq -r .visit_id >"$INSTANCE/visit1"
    as admin2 improve visit add 900004 "$(cat "$INSTANCE/partner2")" 2027-07-14T13:30 core --authority 002 --output json | jq -r .visit_id >"$INSTANCE/visit2"
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

saved() { cat "$INSTANCE/$1"; }

@test "diary list is over all authorities, and only one's own" {
    json as jo improve diary list --from 1/1/2027 --to 31/12/2027
    is '[.[] | "\(.authority) \(.school)"] | join(", ")' "001 Ash Primary School, 002 Dale Primary School"
    json as jo improve diary list --from 1/1/2027 --to 31/1/2027
    is 'length' 1
    json as admin1 improve diary list --from 1/1/2027 --authority 001
    is 'length' 0
}

@test "the other authority learns \"busy\" and nothing more" {
    run -1 --separate-stderr as admin2 improve visit add 900004 "$(saved partner2)" 2027-01-13T10:00 core --authority 002
    [[ "$stderr" == *busy* ]]
    [[ "$stderr" != *"$(saved visit1)"* && "$stderr" != *001* && "$stderr" != *Ash* ]]
    json as admin2 improve visit list --from 1/1/2027 --authority 002
    is '[.[].visit_id] | join(",")' "$(saved visit2)"
}

@test "diary month is a grid with the visits below" {
    run -0 as jo improve diary month 2027-01
    [ "${lines[0]//[[:space:]]/}" = "January2027" ]
    [[ "${lines[1]}" == Mon*Sun* ]]
    [[ "$output" == *"13 (1)"* ]]
    [[ "${lines[-1]}" == "Wed 13 Jan 09:30 to "*"001  Ash Primary School  core, planned  $(saved visit1)" ]]
    run -0 as jo improve diary month 2/2027
    [[ "$output" == *" 1 "*"28"* && "$output" != *"("* && "$output" != *"29"* ]]
    run -2 --separate-stderr as jo improve diary month 2027-13
    [[ "$stderr" == *"2026-11 or 11/2026"* ]]
}

@test "diary export is iCalendar in London's time, winter and summer, and the same again" {
    run -0 as jo improve diary export "$INSTANCE/jo.ics"
    tr -d '\r' <"$INSTANCE/jo.ics" >"$INSTANCE/plain"
    grep -qx 'DTSTART;TZID=Europe/London:20270113T093000' "$INSTANCE/plain"
    grep -qx 'DTSTART;TZID=Europe/London:20270714T133000' "$INSTANCE/plain"
    grep -qx "UID:001-$(saved visit1)@improve" "$INSTANCE/plain"
    grep -qx 'TZID:Europe/London' "$INSTANCE/plain"
    [ "$(grep -c '^BEGIN:VEVENT' "$INSTANCE/plain")" = 2 ]
    [ "$(stat -c %a "$INSTANCE/jo.ics")" = 600 ]
    as jo improve diary export - | cmp - "$INSTANCE/jo.ics"
}

@test "a move keeps the UID and raises the SEQUENCE; a cancelled visit is gone" {
    as admin1 improve visit move "$(saved visit1)" 1 2027-01-20T13:30 --authority 001 >/dev/null
    as jo improve diary export - | tr -d '\r' >"$INSTANCE/plain"
    grep -qx "UID:001-$(saved visit1)@improve" "$INSTANCE/plain"
    grep -qx 'SEQUENCE:1' "$INSTANCE/plain"
    grep -qx 'DTSTART;TZID=Europe/London:20270120T133000' "$INSTANCE/plain"
    as admin2 improve visit cancel "$(saved visit2)" 1 "Snow" --cancelled-for authority --authority 002 >/dev/null
    [ "$(as jo improve diary export - | grep -c '^BEGIN:VEVENT')" = 1 ]
}

@test "diary watch tells what happened in both authorities" {
    (umask 077 && echo '{}' >"$INSTANCE/seen")
    json as jo improve diary watch --limit 4 --cursor-file "$INSTANCE/seen"
    [ "$(jq -rs '[.[] | "\(.authority) \(.kind)"] | join(", ")' <<<"$output")" = "001 planned, 001 moved, 002 planned, 002 cancelled" ]
}

@test "diary watch --limit keeps its place after the last event that was printed" {
    (umask 077 && echo '{}' >"$INSTANCE/place")
    for limit in 1 2 1; do
        IMPROVE_PROFILE=jo timeout 20 "$IMPROVE" diary watch --limit $limit --cursor-file "$INSTANCE/place" --output json
    done >"$INSTANCE/one-by-one"
    [ "$(jq -rs '[.[] | "\(.authority) \(.kind)"] | join(", ")' "$INSTANCE/one-by-one")" = "001 planned, 001 moved, 002 planned, 002 cancelled" ]
}

@test "diary publish keeps a file a partner, under a name that stays and nobody can guess" {
    mkdir "$INSTANCE/feeds"
    run -0 as admin1 improve diary publish --to "$INSTANCE/feeds" --authority 001
    name=$(cut -f 3 <<<"$output")
    [[ "$name" =~ ^[0-9a-f]{40}\.ics$ ]]
    grep -q "UID:001-$(saved visit1)@improve" "$INSTANCE/feeds/$name"
    [ "$(stat -c %a "$INSTANCE/feeds/$name" "$INSTANCE/feeds/.key" | paste -sd' ')" = "644 600" ]
    run -0 as admin1 improve diary publish --to "$INSTANCE/feeds" --authority 001
    [ "$(cut -f 3 <<<"$output")" = "$name" ]
    mkdir "$INSTANCE/others"
    run -0 as admin1 improve diary publish --to "$INSTANCE/others" --authority 001
    [ "$(cut -f 3 <<<"$output")" != "$name" ]
    run -2 as admin1 improve diary publish --to "$INSTANCE/none" --authority 001
}
