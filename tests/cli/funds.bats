#!/usr/bin/env bats
# Funds, through the client: rounds and bids as a county's information sheet tells of them, with the authority as bidder of last resort.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_funds
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

@test "a fund and its rounds: organisation add, organisation list, fund add, fund list, fund-contact set, fund-contact list, round open, round list, round change, round-priority add, round-priority list" {
    made tsa organisation_id as officer improve organisation add "Hethersett TSA" tsa
    made trust organisation_id as officer improve organisation add "Inspiration Trust" mat
    made la organisation_id as officer improve organisation add "Eastmarch" la
    made elm organisation_id as officer improve organisation add "Elm Primary" school
    json as school improve organisation list --kind mat
    is '.[0].name' "Inspiration Trust"
    made fund fund_id as officer improve fund add "Strategic School Improvement Fund" --funder DfE
    run -4 as school improve fund add Mine
    json as officer improve fund list
    is '.[0].funder' DfE
    json as officer improve fund-contact set "$(kept fund)" "Point of contact" "Jo Field" --starts-on 1/9/2017
    json as officer improve fund-contact set "$(kept fund)" "Point of contact" "Bea Hall" --starts-on 1/12/2017 --under "Sub-regional board"
    is .handed_over_by "Jo Field"
    json as officer improve fund-contact list --as-of 30/11/2017
    is '.[0].name' "Jo Field"
    made one round_id as officer improve round open "$(kept fund)" 1 1/4/2017 30/6/2017
    made two round_id as officer improve round open "$(kept fund)" 2 1/9/2017 "$(date -d '+30 days' +%F)" --last-resort
    refused 2 FUN-1 "a school alone does not" as officer improve round open "$(kept fund)" 3 1/9/2017 20/10/2017 --may-lead school
    json as school improve round list --open-on "$(date +%F)"
    is '.[0] | "\(.number) \(.last_resort)"' "2 true"
    json as officer improve round-priority add "$(kept two)" 1 "Fewer exclusions" --agreed-by "Sub-regional board" --agreed-words "last week"
    json as officer improve round change "$(kept one)" 1 --awarded-pence 108760000 --awarded-source "MI sheet 132/17" --dry-run
    is .awarded_pence 108760000
    json as officer improve round-priority list "$(kept two)"
    is '.[0].bids' 0
}

@test "interests, and the last resort: interest express, interest list, interest withdraw, bid add, bid-party add, bid withdraw, bid show" {
    made interest interest_id as school improve interest express "$(kept two)" --wants receiver --school-urn 900001 --priority 1
    refused 4 "" "may not act for school 900002" as school improve interest express "$(kept two)" --wants giver --school-urn 900002
    json as officer improve interest list --wants receiver
    is '.[0].name' "Ash Primary School"
    json as school improve interest withdraw "$(kept interest)" 1
    refused 2 FUN-1 "A school alone does not lead a bid" as officer improve bid add "$(kept two)" "Ours" "$(kept elm)"
    made ours bid_id as officer improve bid add "$(kept two)" "Exclusions" "$(kept la)" --priority 1
    json as officer improve bid add "$(kept two)" "Exclusions, by schools" "$(kept tsa)" --priority 1 --parties role=receiver,school_urn=900001 --dry-run
    is '.stood_down[0]' Exclusions
    made theirs bid_id as officer improve bid add "$(kept two)" "Exclusions, by schools" "$(kept tsa)" --priority 1 --parties role=receiver,school_urn=900001
    json as officer improve bid-party add "$(kept theirs)" 1 --parties "role=provider,organisation_id=$(kept trust)"
    is .added 1
    refused 1 FUN-1 "Hethersett TSA leads here" as officer improve bid submit "$(kept ours)" 2
    json as school improve bid show "$(kept theirs)"
    is '[.parties[].role] | tostring' '["receiver"]'
    json as officer improve bid withdraw "$(kept theirs)" 2 "Too few receivers"
    json as officer improve bid submit "$(kept ours)" 2
    is .status submitted
}

@test "six bids, three of them successful: bid submit, bid decide, bid list; report bids" {
    for n in 1 2 3 4 5 6; do
        made bid bid_id as officer improve bid add "$(kept one)" "Bid $n" "$(kept "$([ $((n % 2)) = 0 ] && echo trust || echo tsa)")"
        as officer improve bid submit "$(kept bid)" 1 --submitted-on 20/6/2017 >/dev/null
        as officer improve bid decide "$(kept bid)" 2 "$([ "$n" -le 3 ] && echo successful || echo unsuccessful)" --decided-on 5/9/2017 >/dev/null
    done
    json as officer improve bid list --status successful
    is length 3
    run -0 as officer improve round change "$(kept one)" 1 --awarded-pence 108760000 --awarded-source "MI sheet 132/17"
    run -0 --separate-stderr as officer improve report bids --output table
    printf '%s\n' "$output" | grep -E 'Total +6 +3 +3 +0 +50.0% +£1,087,600.00 +£362,533.33'
    run -4 as school improve report bids
}

@test "the place among other authorities: round-result set; report round-rank" {
    refused 2 FUN-1 "No more bids are successful" as officer improve round-result set "$(kept one)" Fenmarsh 4 5 "The funder's list"
    json as officer improve round-result set "$(kept one)" Fenmarsh 4 2 "The funder's list" --region East
    is .version 1
    run -1 --separate-stderr as officer improve round-result set "$(kept one)" Fenmarsh 4 4 "Another list"
    run -4 as school improve round-result set "$(kept one)" Fenmarsh 4 4 "Ours"
    json as officer improve report round-rank --region east
    is '[.[] | "\(.rank) \(.other) \(.own) \(.successful) \(.percent)"] | join(", ")' "1 Eastmarch true 3 50, 2 Fenmarsh false 2 50"
    as officer improve round-result set "$(kept one)" Fenmarsh 4 4 "Another list" --version 1 >/dev/null
    json as officer improve report round-rank
    is '.[0].other' Fenmarsh
}

@test "a match, agreed by both sides before either is drawn: reserve add, reserve state, reserve list, contribution add, contribution match, contribution agree, contribution list, paper add, paper list, recommendation add, recommendation decide, recommendation list, spend draw, spend reverse, spend list; report match-funding, reserve" {
    made reserve reserve_id as finance improve reserve add "Statutory Schools Reserve" --categories "Collaborative activity"
    run -4 as officer improve reserve add Mine
    run -0 --separate-stderr as finance improve reserve state "$(kept reserve)" 23/4/2015 574700000 --share 2.47 --risks-pence 81800000
    json as officer improve reserve list
    is '.[0].balance_pence' 574700000
    made alliance fund_id as officer improve fund add "Strategic alliance" --purpose "Mathematics across the city"
    refused 2 FUN-2 "may not be used for" as officer improve contribution add "$(kept alliance)" reserve 60000000 --reserve-id "$(kept reserve)" --category Salaries
    made ours contribution_id as officer improve contribution add "$(kept alliance)" reserve 60000000 --reserve-id "$(kept reserve)" --category "Collaborative activity" \
        --financial-year 2015 --allocation-chain "Schools Forum" --allocation-chain "Executive Board" --authority-chain "Schools Forum"
    made theirs contribution_id as officer improve contribution add "$(kept alliance)" council 60000000 --name "City Council" --financial-year 2015
    json as officer improve contribution match "$(kept ours)" "$(kept theirs)"
    is '"\(.ratio) \(.total_pence)"' "1:1 120000000"
    json as finance improve contribution agree "$(kept theirs)" 1 --agreed-on 1/4/2015
    refused 1 FUN-2 "£600,000.00 of City Council is agreed; £600,000.00 of Statutory Schools Reserve, which matches it 1:1, is not" \
        as finance improve spend draw "$(kept theirs)" 100 Training
    made forum paper_id as officer improve paper add "Activity funding" "Schools Forum" 23/4/2015 --item-type 1
    made board paper_id as officer improve paper add "Activity funding" "Executive Board" 16/6/2015
    run -0 as officer improve recommendation add "$(kept forum)" 1 "Approve the allocation" --contribution-id "$(kept ours)" --gives allocation
    run -0 as officer improve recommendation add "$(kept forum)" 2 "Receive update reports"
    run -0 as officer improve recommendation add "$(kept board)" 1 "Approve the allocation" --contribution-id "$(kept ours)" --gives allocation
    refused 1 FUN-2 "Schools Forum decides before Executive Board" as officer improve recommendation decide "$(kept board)" 1 1 approved
    run -0 as officer improve recommendation decide "$(kept forum)" 1 1 approved
    json as officer improve recommendation decide "$(kept board)" 1 1 approved
    is .state "agreed; authority to spend waits for Schools Forum"
    json as officer improve recommendation list --undecided
    is 'length' 1
    json as officer improve paper list --body "schools forum"
    is '.[0].undecided' 1
    made spend spend_id as finance improve spend draw "$(kept theirs)" 2500000 "Mastery training" --school-urn 900001
    json as finance improve spend list --school-urn 900001
    is '.[0].pence' 2500000
    run -0 --separate-stderr as officer improve report match-funding --fund-id "$(kept alliance)" --output table
    printf '%s\n' "$output" | grep -E 'Total +£1,200,000.00 +£1,200,000.00 +£600,000.00 +£25,000.00 +£575,000.00'
    json as finance improve spend reverse "$(kept spend)" "Paid twice"
    is .drawn_pence 0
    json as officer improve report reserve --as-of 30/6/2015
    is '[.[] | select(.share) | .share] | tostring' '[2.47,2.21,1.86]'
}

@test "what is due back: update-due add, update-due list, update-due deliver" {
    made update update_id as officer improve update-due add "$(kept forum)" "Spending streams and their impact" 1/10/2015
    json as officer improve update-due list --as-of 5/10/2015
    is '.[0].late_days' 4
    made later paper_id as officer improve paper add "Update" "Schools Forum" 15/10/2015 --item-type 4
    refused 1 FUN-2 "An item for information" as officer improve recommendation add "$(kept later)" 1 "Note it"
    json as officer improve update-due deliver "$(kept update)" 1 "$(kept later)"
    is .late_days 14
}

@test "commitments of every kind, and what was spent of them: budget add, budget-line set, printed-total set, budget list; report commitments, budget-against-actual" {
    made budget budget_id as officer improve budget add "School improvement" "$(date -d '-100 days' +%F)" "$(date -d '+100 days' +%F)"
    line() { run -0 --separate-stderr as officer improve budget-line set "$(kept budget)" "$1" "$1" "${@:2}"; }
    line 1 "Keeping in touch" --quantity 66 --unit visits --rate-pence 25000 --delivered-by visits --delivered-key kit
    line 2 "Partner meetings" --quantity 6 --unit meetings --rate-pence 45000
    line 3 "SIG groups" --quantity 5 --unit facilitators --second-quantity 6 --second-unit meetings --rate-pence 47500
    line 4 "CPD group" --lump-pence 2200000
    line 5 "Research School" --quantity 3 --unit terms --rate-pence 2000000
    line 6 "Schools Causing Concern" --lump-pence 3850000 --note "Delegated as appropriate"
    refused 1 FUN-3 "£154,000.00 is printed; the lines come to £153,950.00" as officer improve printed-total set "$(kept budget)" 7 15400000
    json as officer improve printed-total set "$(kept budget)" 7 15400000 --reason "Printed in thousands"
    run -0 --separate-stderr as finance improve report commitments --output table
    printf '%s\n' "$output" | grep -E 'SIG groups +5 facilitators × 6 meetings × £475.00 +£14,250.00'
    printf '%s\n' "$output" | grep -E 'Total +£153,950.00 +£154,000.00 +Printed £154,000.00, computed £153,950.00: Printed in thousands'
    made council contribution_id as officer improve contribution add "$(kept alliance)" council 2000000 --name "Council"
    as finance improve contribution agree "$(kept council)" 1 >/dev/null
    as finance improve spend draw "$(kept council)" 2000000 "Autumn term" --budget-id "$(kept budget)" --line 5 >/dev/null
    json as officer improve report budget-against-actual
    is '.[] | select(.number == 5) | "\(.actual_pence) \(.left_pence) \(.percent_spent)"' "2000000 4000000 33.3"
    json as officer improve budget list
    is '.[0].pence' 15395000
}

@test "many draw at once: not a penny beyond what may be spent" {
    made little contribution_id as officer improve contribution add "$(kept alliance)" grant 1000 --name "A small grant"
    as finance improve contribution agree "$(kept little)" 1 >/dev/null
    for n in $(seq 24); do
        as finance improve spend draw "$(kept little)" 100 "Draw $n" >"$INSTANCE/draw-$n" 2>&1 3>&- &
    done
    wait
    [ "$(grep -l '^Spend ID' "$INSTANCE"/draw-* | wc -l)" -eq 10 ] || { cat "$INSTANCE"/draw-*; return 1; }
    [ "$(grep -l 'FUN-2' "$INSTANCE"/draw-* | wc -l)" -eq 14 ]
    json as finance improve contribution list --fund-id "$(kept alliance)"
    is '.[] | select(.name == "A small grant") | .drawn_pence' 1000
}
