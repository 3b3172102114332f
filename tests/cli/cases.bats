#!/usr/bin/env bats
# A school causing concern, from the day it is put on the authority's scheme to the day it leaves it, told through the client (CAS-1 to CAS-4).
# Days are counted from today, and the terms of this academic year are set so that today lies in one of them.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_cases
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900002,"001","Eastmarch","4001","Cedar High School","Academy converter","Open","01-09-2012","Secondary"
900021,"002","Thornhithe","2001","Dale Primary School","Community school","Open","01-09-1990","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2012 >/dev/null
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person school --authority 001 --persona booker --school 900001
    person other --authority 002 --persona officer
    export IMPROVE_AUTHORITY=001
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

ago() { date -d "-$1 days" +%F; }
# version: of the case, as it is read.
version() { as officer improve case show "$(kept case)" --output json | jq .version; }

@test "an administrator sets the scheme; a wrong one is refused with every fault" {
    run -2 --separate-stderr as admin improve case-scheme set 0 --categories code=amber,label=Amber,level=support --categories code=red,label=Red,level=grave
    [[ "$stderr" == *"reasons"* ]]
    run -2 --separate-stderr as admin improve case-scheme set 0 --categories code=amber,label=Amber,level=support --categories code=red,label=Red,level=grave \
        --reasons code=systemic,label=Systemic
    [[ "$stderr" == *"grave"*CAS-1*"intervention, intensive, support or watch"* ]]
    json as admin improve case-scheme set 0 --valid-from "$(ago 700)" --categories code=red,label=Red,level=intensive --categories code=amber,label=Amber,level=support \
        --reasons code=preventative,label="As a preventative measure" --reasons code=systemic,label="Wider systemic issues"
    is '[.categories[].code] | join(" ")' "red amber"
}

@test "a school comes on: a dry run first, then for good; its package of support adds up" {
    json as officer improve case open 900001 red systemic "Outcomes fell three years running" --on "$(ago 60)" --cadence none --lead "Sam Hill" --dry-run
    is .category red
    json as officer improve case list
    is length 0
    json as officer improve case open 900001 red systemic "Outcomes fell three years running" --on "$(ago 60)" --cadence none --lead "Sam Hill"
    keep case "$(jq -r .case_id <<<"$output")"
    json as officer improve case-line add "$(kept case)" "Leadership support" --quantity 6 --unit days --unit-pence 45000 --budget "SCC protocol"
    run -2 --separate-stderr as officer improve case-line add "$(kept case)" "Cover" --quantity 2 --unit days --unit-pence 20000 --pence 30000
    [[ "$stderr" == *"2 × £200.00 is £400.00, not £300.00."* ]]
    json as officer improve case-line add "$(kept case)" "Cover" --pence 30000
    is .committed_pence 300000
    run -0 as officer improve case list --columns school,category,since,committed_pence --output table
    [[ "${lines[1]}" == "Ash Primary School"*red*"£3,000.00" ]]
}

@test "its category changes, today or on a day of the past; the history is kept" {
    json as officer improve case change-category "$(kept case)" 1 amber "Leadership is in place" --on "$(ago 20)"
    json as officer improve case change-category "$(kept case)" 2 amber "The review of that week said so" --on "$(ago 40)"
    json as officer improve case show "$(kept case)"
    is '[.ratings[].category] | join(" ")' "red amber amber"
    json as officer improve case list --as-of "$(ago 50)"
    is '.[0].category' red
    run -0 --separate-stderr as officer improve report concern-cases --since "$(ago 50)" --output csv
    [ "${lines[0]}" = "authority,as_of,since,category,level,phase_group,before,added,removed,changed_in,changed_out,schools" ]
    [ "${lines[1]}" = "001,$(date +%F),$(ago 50),red,intensive,Primary,1,0,0,0,1,0" ]
    [[ "$stderr" == *"On the scheme on $(date '+%-d %b %Y'): 1 = 1 amber."* ]]
}

@test "meetings are due by the authority's terms, and actions and notices have their days" {
    run -0 --separate-stderr as officer improve report meetings-due --output json
    [[ "$stderr" == *"set no terms for"* ]]
    # Half-terms of this academic year around today: the one of today began a week ago.
    year=$(($(date +%Y) - ($(date +%-m) < 9)))
    as admin improve call /improve.v1.Calendar/ListTerms '{}' >/dev/null
    instance_sql "insert into calendar.half_term (authority_id, academic_year, version, half_term, starts_on, ends_on) values
      (1, $year, 1, 1, greatest(make_date($year, 9, 1), current_date - 7), least(make_date($year + 1, 8, 31), current_date + 7))"
    json as officer improve case change "$(kept case)" "$(version)" --cadence half_termly --cadence-from "$(ago 7)"
    json as officer improve report meetings-due
    is '.[0] | "\(.about) \(.reference) \(.state)"' "case $(kept case) due"
    json as officer improve case-meeting plan "$(kept case)" "$(date +%F)"
    keep meeting "$(jq -r .meeting_id <<<"$output")"
    json as officer improve report meetings-due
    is '.[0].state' planned
    json as officer improve case-action add "$(kept case)" "Review of safeguarding" "Head of service" "$(date +%F)"
    keep action "$(jq -r .action_id <<<"$output")"
    run -2 --separate-stderr as officer improve warning-notice give "$(kept case)" "Standards" "A plan"
    [[ "$stderr" == *period_days* ]]
    json as officer improve warning-notice give "$(kept case)" "Standards are too low" "A plan by the governing body" --given-on "$(ago 30)" --period-days 15
    keep notice "$(jq -r .warning_notice_id <<<"$output")"
    is .ends_on "$(as officer improve calendar deadline 15 --from "$(ago 30)" --output json 2>/dev/null | jq -r '.[-1].day')"
}

@test "case watch: who comes on, changes category and leaves, as it happens; a school is told of itself" {
    local i
    as officer improve case watch --limit 2 --cursor-file "$INSTANCE/seen" --output json >"$INSTANCE/events" 3>&- &
    watching=$!
    for ((i = 0; i < 100; i++)); do [ ! -s "$INSTANCE/seen" ] || break; sleep 0.1; done
    concern=$(as officer improve case open 900002 amber preventative "A new trust" --cadence none --output json | jq -r .case_id)
    as officer improve case close "$concern" 1 "The trust reports to us" >/dev/null
    wait "$watching"
    [ "$(jq -rs 'flatten | map("\(.kind) \(.was // "-") \(.category // "-") \(.effective_on)") | join(", ")' "$INSTANCE/events")" = "opened - amber $(date +%F), closed amber - $(date +%F)" ]
    (umask 077 && echo 0 >"$INSTANCE/own")
    json as school improve case watch --limit 3 --cursor-file "$INSTANCE/own"
    [ "$(jq -rs 'flatten | map("\(.school_urn) \(.kind)") | unique | join(", ")' <<<"$output")" = "900001 category, 900001 opened" ]
}

@test "it does not close while anything is open, and says all that is; then it does" {
    run -1 --separate-stderr as officer improve case close "$(kept case)" "$(version)" "Judged good"
    [[ "$stderr" == *"3 things still open"*CAS-3* && "$stderr" == *"$(kept action)"* && "$stderr" == *"$(kept meeting)"* && "$stderr" == *"$(kept notice)"* ]]
    as officer improve case-action close "$(kept action)" 1 "No gaps" >/dev/null
    as officer improve case-meeting hold "$(kept meeting)" 1 "Attendance is up by two points" --next-steps "Two more days" --who "Head, chair" >/dev/null
    run -1 --separate-stderr as officer improve case close "$(kept case)" "$(version)" "Judged good"
    [[ "$stderr" == *"one thing still open: warning notice $(kept notice)"* ]]
    as officer improve warning-notice end "$(kept notice)" 1 complied "The plan was accepted" >/dev/null
    json as officer improve case close "$(kept case)" "$(version)" "Judged good" --dry-run
    is .days 60
    json as officer improve case close "$(kept case)" "$(version)" "Judged good"
    json as officer improve report concern-cases --since "$(ago 30)"
    is '.[-1] | "\(.before) \(.added) \(.removed) \(.schools)"' "1 0 1 0"
    run -1 --separate-stderr as officer improve case-action add "$(kept case)" "More" "Head" "$(date +%F)"
    [[ "$stderr" == *"improve case reopen"* ]]
    json as officer improve case reopen "$(kept case)" "$(version)" amber "The head has left"
    is .status open
}

@test "the school reads its own case, a partner those of their schools, another authority none; none of them writes" {
    json as school improve case show "$(kept case)"
    is '"\(.school) \(.category) \(.actions | length)"' "Ash Primary School amber 1"
    run -4 as school improve case-action add "$(kept case)" "Less" "Them" "$(date +%F)"
    run -5 as other improve case show "$(kept case)" --authority 002
    json as officer improve partner add "Jo Field" --kinds sip --capacity-half-days 60
    partner=$(jq -r .partner_id <<<"$output")
    code=$(as admin improve partner invite "$partner" --output json | jq -r .code)
    run -0 "$IMPROVE" login --profile jo --url "ipc://$INSTANCE/s.sock" --authority 001 --code-stdin <<<"$code"
    json as jo improve case list
    is length 0
    as officer improve partner assign 900001 "$partner" 6 >/dev/null
    json as jo improve case list
    is '.[0].case_id' "$(kept case)"
    run -4 as jo improve case close "$(kept case)" 1 "No"
    run -4 as jo improve case watch --limit 1
}

@test "a notice to an academy is not the authority's to give" {
    concern=$(as officer improve case open 900002 amber preventative "A new trust" --output json | jq -r .case_id)
    run -1 --separate-stderr as officer improve warning-notice give "$concern" "Standards" "A plan" --period-days 15
    [[ "$stderr" == *"Secretary of State"*CAS-2* ]]
}
