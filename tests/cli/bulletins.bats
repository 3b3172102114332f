#!/usr/bin/env bats
# Bulletins, through the client: written, published, read, changed, withdrawn.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_bulletins
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

@test "bulletin add, bulletin-document add, bulletin-event add, bulletin publish, bulletin list, bulletin show, bulletin read, bulletin-reader list, bulletin change, bulletin withdraw" {
    made sheet bulletin_id as officer improve bulletin add 132/17 "Strategic School Improvement Fund" "Bids by 20th October." --audience headteachers --audience trusts --contact-name "Jo Field"
    run -4 as school improve bulletin add 133/17 Mine "No" --audience all
    refused 1 NOT-1 "There is a bulletin of this number" as officer improve bulletin add 132/17 X X --audience all
    as officer improve bulletin-document add "$(kept sheet)" 1 "Needs analysis" https://x.example/v1.pdf >/dev/null
    json as officer improve bulletin-document add "$(kept sheet)" 2 "Needs analysis" https://x.example/v2.pdf
    is .number 2
    as officer improve bulletin-event add "$(kept sheet)" 3 Briefing "$(date -d '+5 days' +%F)" --place Ipswich >/dev/null
    json as school improve bulletin list
    is length 0
    run -0 as officer improve bulletin publish "$(kept sheet)" 4
    json as school improve bulletin list --unread
    is '.[0] | "\(.number) \(.documents) \(.i_read)"' "132/17 1 no"
    json as school improve bulletin show "$(kept sheet)"
    is '.documents[0].link' https://x.example/v2.pdf
    json as school improve bulletin read "$(kept sheet)"
    is .schools 1
    run -0 --separate-stderr as officer improve bulletin-reader list "$(kept sheet)" --output table
    [[ "$stderr" == *"Read by 1 of 2 schools."* ]]
    run -0 as officer improve bulletin change "$(kept sheet)" 5 --body "Bids by 27th October."
    json as officer improve bulletin-reader list "$(kept sheet)" --unread
    is '[.[].read] | tostring' '["no","an earlier version"]'
    run -0 as officer improve bulletin withdraw "$(kept sheet)" 6 "The date was wrong"
    run -5 as school improve bulletin show "$(kept sheet)"
}
