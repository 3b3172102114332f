#!/usr/bin/env bats
# The main job, through the client: an operator imports schools, an administrator prices and publishes, an officer assigns a partner, a school
# subscribes and books three places of which one waits, a cancellation promotes it, and the reports agree.
# On the register's real files where they are present, and always on the demonstration's.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start "cli_journey"
    person operator --instance
    "$(dirname "$IMPROVE")/improve-demo" --seed 7 --to "$INSTANCE/demo" >/dev/null
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

field() { jq -r "$1"; }

# journey AUTHORITY: everything after the import, for one authority.
journey() {
    local a=$1 urn other service package quote order course session rows partner first report
    export IMPROVE_AUTHORITY=$a
    person "admin-$a" --authority "$a" --persona la_admin
    person "officer-$a" --authority "$a" --persona officer
    urn=$(as "admin-$a" improve school list --phase Primary --limit 1 --output json | field '.[0].urn')
    other=$(as "admin-$a" improve school list --phase Secondary --limit 1 --output json | field '.[0].urn')
    person "school-$a" --authority "$a" --persona booker --school "$urn"

    service=$(as "admin-$a" improve service add "School improvement partner" --output json | field .service_id)
    package=$(as "admin-$a" improve package add "$service" Core --half-days 6 --output json | field .package_id)
    as "admin-$a" improve sla set-policy 0 --maintained-month 0 --academy-month 0 # a year from the day of joining
    as "admin-$a" improve price set "$package" --pupil-pence 500 --minimum-pence 75000
    course=$(as "admin-$a" improve course add "Phonics in Year 1" --output json | field .course_id)
    session=$(as "admin-$a" improve session add "$course" 2031-01-15T09:30 2031-01-15T12:30 "County Hall" 2 --output json | field .session_id)

    # A draft is not there for a school, and not to be booked by the authority.
    run -5 as "school-$a" improve cpd book "$session" "$urn" --delegates name=Early
    run -1 --separate-stderr as "officer-$a" improve cpd book "$session" "$urn" --delegates name=Early
    [[ "$stderr" == *"publish it first"* ]]
    as "admin-$a" improve session publish "$session" 1

    partner=$(as "officer-$a" improve partner add "Jo Field" --kinds sip --capacity-half-days 60 --output json | field .partner_id)
    as "officer-$a" improve partner assign "$urn" "$partner" 6
    run -1 --separate-stderr as "officer-$a" improve partner assign "$urn" "$partner" 6
    [[ "$stderr" == *PAR-2* ]]

    quote=$(as "school-$a" improve subscription quote "$urn" "$package" --roll 200 --roll-counted-on 2026-01-15 --output json 2>&1) || quote=refused
    if [ "$quote" = refused ]; then # a school may not choose its roll: an officer states it
        quote=$(as "officer-$a" improve subscription quote "$urn" "$package" --roll 200 --roll-counted-on 2026-01-15 --output json)
    fi
    order=$(as "officer-$a" improve sla subscribe "$urn" "$package" --roll 200 --roll-counted-on 2026-01-15 --output json)
    [ "$(echo "$order" | field .net_pence)" = 100000 ]
    run -1 as "officer-$a" improve sla subscribe "$urn" "$package" --roll 200 --roll-counted-on 2026-01-15

    # Another school's place is not this booker's to take.
    run --separate-stderr as "school-$a" improve cpd book "$session" "$other" --delegates name=Other
    [ "$status" -ne 0 ]
    # Three delegates, two places: a dry run says so and keeps nothing; then for real.
    rows=$(as "school-$a" improve cpd book "$session" "$urn" --delegates name=Ann --delegates name=Bo --delegates name=Cy --dry-run --output json)
    [ "$(echo "$rows" | field '[.[].status] | join(",")')" = confirmed,confirmed,waiting ]
    [ "$(as "school-$a" improve booking list --session-id "$session" --output json | field length)" = 0 ]
    rows=$(as "school-$a" improve cpd book "$session" "$urn" --delegates name=Ann --delegates name=Bo --delegates name=Cy --output json)
    [ "$(echo "$rows" | field '[.[].status] | join(",")')" = confirmed,confirmed,waiting ]
    [ "$(echo "$rows" | field '.[2].waiting_position')" = 1 ]
    first=$(echo "$rows" | field '.[0].booking_id')
    rows=$(as "school-$a" improve booking cancel "$first" 1 "Unwell" --output json)
    [ "$(echo "$rows" | field '[.[] | .change + " " + .delegate] | join(", ")')" = "cancelled Ann, offered Cy" ]
    third=$(echo "$rows" | field '.[1].booking_id')
    [ "$(as "school-$a" improve offer accept "$third" 2 --output json | field '.[0].status')" = confirmed ]

    report=$(as "officer-$a" improve report cpd-sessions --output json)
    [ "$(echo "$report" | field '.[0] | [.confirmed, .waiting, .capacity] | map(tostring) | join(" ")')" = "2 0 2" ]
    report=$(as "officer-$a" improve report partner-workload --output json)
    [ "$(echo "$report" | field '.[0].half_days')" = 6 ]
    report=$(as "officer-$a" improve report sla-take-up --output json)
    [ "$(echo "$report" | field '[.[] | select(.phase_group == "Primary")][0].subscribers')" = 1 ]
    run -4 as "school-$a" improve report sla-take-up
}

@test "the main job on the demonstration's schools" {
    local day command file complete
    while IFS=$'\t' read -r command file day complete; do
        [ "$command" = import ] || continue
        as operator improve school import "$INSTANCE/demo/$file" --effective-on "$day" --output json
    done <"$INSTANCE/demo/imports.tsv"
    journey 003
}

@test "the main job on the register's real files" {
    [ -e "$SHARED/gias-full-20260602-statefunded.csv.xz" ] || skip "the register's files are not here"
    before=$(as operator improve report schools-by-phase-group --authority 003 --output csv 2>/dev/null || true)
    run -0 --separate-stderr as operator improve school import "$SHARED/gias-full-20260602-statefunded.csv.xz" --output json
    [ "$(echo "$output" | field '[.rows, .added, .rejected] | map(tostring) | join(" ")')" = "21983 21983 0" ]
    run -0 --separate-stderr as operator improve school import "$SHARED/gias-full-20260602-statefunded.csv.xz" --output json
    [ "$(echo "$output" | field '[.added, .changed, .unchanged] | map(tostring) | join(" ")')" = "0 0 21983" ]
    journey 929
    run -0 --separate-stderr as officer-929 improve report schools-by-phase-group --authority 929 --output csv
    [ "$output" = "authority,phase_group,schools
929,Primary,127
929,Secondary,29
929,Special,10
929,Other,2" ]
    # A real import beside them disturbs nothing.
    run -0 as officer-003 improve booking list --authority 003 --output json
    [ "$(echo "$output" | field '[.[].status] | sort | join(",")')" = "confirmed,confirmed" ]
    [ "$before" = "$(as operator improve report schools-by-phase-group --authority 003 --output csv 2>/dev/null || true)" ]
}

@test "Ofsted's real figures: 138 good or outstanding, 25 less, 2 not inspected" {
    [ -e "$SHARED/ofsted-mi-rebuilt-full-20200831.csv.xz" ] || skip "Ofsted's files are not here"
    run -0 --separate-stderr as operator improve school import-links "$SHARED/gias-links-full-20250422.csv.xz" --output json
    run -0 --separate-stderr as operator improve school import-inspections "$SHARED/ofsted-mi-rebuilt-full-20200831.csv.xz" --output json
    run -0 --separate-stderr as officer-929 improve report ofsted-over-time --authority 929 --as-of 2020-08-31 --output csv
    [ "${lines[0]}" = "authority,as_of,good_or_outstanding,less_than_good,not_inspected,base,percent_good_or_outstanding" ]
    [[ "${lines[1]}" == 929,2020-08-31,138,25,2,* ]]
    run -0 --separate-stderr as officer-929 improve report schools-by-phase-group --authority 929 --output csv
    [ "${lines[1]}" = "929,Primary,127" ]
}

@test "two files four years apart on an empty instance: 3,893 new, 2,095 gone, 286 moved" {
    [ -e "$SHARED/gias-derived-full-20220425-mainstream.csv.xz" ] || skip "the register's files are not here"
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    local outer=$INSTANCE config=$IMPROVE_CONFIG counts
    instance_start "cli_journey_pair"
    person operator --instance
    as operator improve school import "$SHARED/gias-derived-full-20220425-mainstream.csv.xz" --effective-on 2022-04-25 --output json
    counts=$(as operator improve school import "$SHARED/gias-full-20260602-statefunded.csv.xz" --complete --effective-on 2026-06-02 \
        --output json 2>/dev/null | field '[.added, .closed, .moved] | map(tostring) | join(" ")')
    instance_stop
    export INSTANCE=$outer IMPROVE_CONFIG=$config
    [ "$counts" = "3893 2095 286" ]
}
