#!/usr/bin/env bats
# Networks, through the client: groups by area, the board that their chairs sit on, and their meetings.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_networks
    person operator --instance
    two_schools
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person finance --authority 001 --persona finance
    person school --authority 001 --persona booker --school 900001
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    export IMPROVE_AUTHORITY=001
}

@test "a board and a group: network add, network list, network change, network show, network-plan set, network-member add, network-member list, network-member end" {
    made board network_id as officer improve network add "School Improvement Board" board --cadence termly --starts-on 1/9/2025
    made north network_id as officer improve network add "North group" improvement_group --area North --cadence half_termly --starts-on 1/9/2025
    run -4 as school improve network add Mine hub
    json as officer improve network change "$(kept north)" 1 --board-id "$(kept board)"
    is .version 2
    json as school improve network list --kind improvement_group --as-of 1/10/2025
    is '.[0] | "\(.name) \(.board)"' "North group School Improvement Board"
    made chair member_id as officer improve network-member add "$(kept north)" --name "Ann Lee" --role chair --school-urn 900001 --stakeholder-group Headteachers --starts-on 1/9/2025
    is .sits_on "School Improvement Board"
    made ash member_id as officer improve network-member add "$(kept north)" --school-urn 900002 --starts-on 1/9/2025
    json as officer improve network-member list --network-id "$(kept board)"
    is '.[0] | "\(.name) \(.seat_of)"' "Ann Lee North group"
    refused 1 NET-1 "goes with the chair" as officer improve network-member end "$(jq -r '.[0].member_id' <<<"$output")" 1
    json as officer improve network-member add "$(kept north)" --name "Bo Reed" --role chair --school-urn 900002 --starts-on 1/1/2026
    is .handed_over_by "Ann Lee"
    json as officer improve network-plan set "$(kept north)" 2025 "Reading across the north"
    is .academic_year 2025/26
    json as officer improve network show "$(kept north)" --as-of 1/2/2026
    is '"\(.chair) \(.chair_on_board) \(.members | length)"' "Bo Reed true 2"
    json as officer improve network-member end "$(kept ash)" 1 --ends-on 31/8/2026
    is .seats_ended 0
}

@test "meetings: network-meeting plan, network-meeting hold, network-meeting cancel, network-meeting list; report networks, meetings-due" {
    made meeting meeting_id as officer improve network-meeting plan "$(kept north)" 2025-09-17T16:00 --place "Town hall" --cost-pence 47500
    json as officer improve network-meeting hold "$(kept meeting)" 1 --attendance "member_id=$(kept chair)" --attendance "member_id=$(kept ash),came=apologies" --dry-run
    is '"\(.attended) \(.expected)"' "1 2"
    as officer improve network-meeting hold "$(kept meeting)" 1 --attendance "member_id=$(kept chair)" --attendance "member_id=$(kept ash),came=apologies" >/dev/null
    made second meeting_id as officer improve network-meeting plan "$(kept north)" 2025-11-19T16:00
    refused 1 NET-1 "another time" as officer improve network-meeting plan "$(kept north)" 2025-11-19T17:00
    json as officer improve network-meeting cancel "$(kept second)" 1 "Snow"
    json as officer improve network-meeting list --status held
    is '.[0].cost_pence' 47500
    run -0 --separate-stderr as officer improve report networks --as-of 1/12/2025 --output table
    printf '%s\n' "$output" | grep -E 'Total +0 +1 +1 +2 +50.0% +£475.00'
    as admin improve calendar set-terms 2025 starts_on=2/9/2025,ends_on=24/10/2025 starts_on=3/11/2025,ends_on=19/12/2025 starts_on=5/1/2026,ends_on=13/2/2026 \
        starts_on=23/2/2026,ends_on=27/3/2026 starts_on=13/4/2026,ends_on=22/5/2026 starts_on=1/6/2026,ends_on=21/7/2026 >/dev/null
    json as officer improve report meetings-due --as-of 10/1/2026
    is '[.[] | "\(.about) \(.name) \(.state)"] | join(", ")' \
        "network North group overdue, network School Improvement Board overdue, network North group due, network School Improvement Board due"
    run -4 as school improve report networks
}
