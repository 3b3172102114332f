#!/usr/bin/env bats
# Partners in depth, through the client: what is known of one, who signs in as one in two authorities, and an assignment through its gates.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_partners
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)","Easting","Northing"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary","400000","500000"
900002,"001","Eastmarch","2002","Beech Primary School","Community school","Open","01-09-2012","Primary","403000","504000"
900004,"002","Thornhithe","2001","Dale Primary School","Community school","Open","","Primary","",""
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2024 >/dev/null
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person school --authority 001 --persona booker --school 900001
    person admin2 --authority 002 --persona la_admin
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    export IMPROVE_AUTHORITY=001
}

url() { echo "ipc://$INSTANCE/s.sock"; }

@test "what is known: partner add, partner change, partner add-kind, partner end-kind, partner set-capacity, partner show" {
    json as officer improve partner add "Jo Field" --kinds sip --capacity-half-days 12 --background retired_head --base-school-urn 900002
    keep jo "$(jq -r .partner_id <<<"$output")"
    json as officer improve partner add "Al Marsh" --kinds sip --capacity-half-days 40
    keep al "$(jq -r .partner_id <<<"$output")"
    json as officer improve partner change "$(kept jo)" 1 --email jo@field.example --phone "01670 000000"
    is .version 2
    refused 1 C-8 "you have version 1, it is at 2" as officer improve partner change "$(kept jo)" 1 --email x@y.example
    json as officer improve partner add-kind "$(kept jo)" nle --starts-on 1/1/2027
    held=$(jq -r .held_id <<<"$output")
    json as officer improve partner end-kind "$held" 1 --ends-on 31/8/2027
    is .ends_on 2027-08-31
    json as officer improve partner set-capacity "$(kept jo)" 2030 8
    refused 2 PAR-1 "0 to 730" as officer improve partner set-capacity "$(kept jo)" 2031 800
    json as officer improve partner show "$(kept jo)"
    is '[.base_school, (.kinds | map(.kind) | join("+")), (.capacity[-1] | "\(.academic_year) \(.half_days)")] | join(", ")' \
        "Beech Primary School, nle+sip, 2030 8"
    run -4 as school improve partner show "$(kept jo)"
}

@test "accreditations, expertise, rates: accreditation add, accreditation list, expertise set, expertise list, partner set-expertise, partner-rate set, partner-rate list" {
    json as officer improve accreditation add "$(kept jo)" "Advisers' Association" 1/9/2026 --number AA-17 --ends-on 31/8/2036
    keep accreditation "$(jq -r .accreditation_id <<<"$output")"
    as officer improve accreditation add "$(kept al)" "Advisers' Association" 1/9/2020 >/dev/null
    json as officer improve accreditation list --ends-by 31/8/2036
    is '.[0].number' AA-17
    as officer improve expertise set phonics "Early reading and phonics" >/dev/null
    as officer improve expertise set send "Special needs" >/dev/null
    json as officer improve partner set-expertise "$(kept jo)" 2 --expertise code=phonics,phase_group=Primary --expertise code=send
    is '[.expertise[] | .code + " " + .phase_group] | join(", ")' "phonics Primary, send Any"
    run -2 --separate-stderr as officer improve partner set-expertise "$(kept jo)" 3 --expertise code=juggling
    [[ "$stderr" == *PAR-1* && "$stderr" == *"phonics, send"* ]]
    json as officer improve expertise list
    is '[.[].partners] | tostring' '[1,1]'
    as officer improve partner-rate set sip in_person 25000 --valid-from 1/9/2026 >/dev/null
    as officer improve partner-rate set sip in_person 30000 --partner-id "$(kept jo)" --valid-from 1/9/2026 >/dev/null
    run -0 as officer improve partner-rate list --output table
    [[ "$output" == *£250.00* && "$output" == *£300.00* ]]
}

@test "roles and policy: assignment-role set, assignment-role list, assignment-policy set, assignment-policy show" {
    json as admin improve assignment-role set sip --kind sip --accreditation-body "Advisers' Association"
    json as officer improve assignment-role list
    is '.[0].accreditation_body' "Advisers' Association"
    run -4 as officer improve assignment-role set sip
    json as admin improve assignment-policy set true
    json as school improve assignment-policy show
    is .school_answers true
    refused 1 C-8 "" as admin improve assignment-policy set false
}

@test "matching: partner match ranks, and says why each other one is ruled out" {
    json as officer improve partner match 900001 --expertise phonics --half-days 6
    is '[.[] | select(.rank == null) | .partner + ": " + .criterion] | join(", ")' "Al Marsh: expertise, Jo Field: accreditation"
    json as officer improve partner match 900001 --expertise phonics --half-days 6 --starts-on 1/9/2026 --ends-on 31/8/2027
    is '[.[] | select(.rank == 1) | .criterion] | join(" ")' "expertise phase capacity distance cost"
    is '[.[] | select(.criterion == "distance") | .why] | tostring' '["5.0 km from the base school."]'
    is '[.[] | select(.rank == null) | .why] | join(" ")' "No expertise in phonics."
    run -4 as school improve partner match 900001
}

@test "gates: assignment propose, assignment check, assignment answer, assignment gates, assignment withdraw, accreditation withdraw, assignment recheck" {
    json as officer improve assignment propose 900001 "$(kept jo)" 6 --starts-on 1/9/2035
    is '.findings | length' 1
    as officer improve assignment withdraw "$(jq -r .assignment_id <<<"$output")" 1 "Open-ended" >/dev/null
    refused 1 PAR-2 "1 Sep 2035 to 31 Aug 2036" as officer improve partner assign 900001 "$(kept jo)" 6 --starts-on 1/9/2035
    refused 1 PAR-2 "8 or fewer" as officer improve assignment propose 900001 "$(kept jo)" 9 --starts-on 1/9/2035 --ends-on 31/8/2036
    json as officer improve assignment propose 900001 "$(kept jo)" 6 --starts-on 1/9/2035 --ends-on 31/8/2036
    keep assignment "$(jq -r .assignment_id <<<"$output")"
    run -5 as school improve assignment answer "$(kept assignment)" 1 accept
    json as officer improve assignment check "$(kept assignment)" 1 --note "Asked by telephone"
    is .status checked
    run -4 as officer improve assignment answer "$(kept assignment)" 2 accept
    json as school improve assignment answer "$(kept assignment)" 2 accept --dry-run
    is .status live
    json as school improve assignment answer "$(kept assignment)" 2 accept
    is '"\(.status) \(.version)"' "live 3"
    json as officer improve accreditation withdraw "$(kept accreditation)" 1 "Struck off" --withdrawn-on 1/1/2036 --dry-run
    is '.sent_back[0].goes_back_on' 2036-01-01
    json as officer improve accreditation withdraw "$(kept accreditation)" 1 "Struck off" --withdrawn-on 1/1/2036
    [[ "$stderr" == *"goes back to proposed from 1 Jan 2036"*"holds no accreditation"* ]]
    rest=$(jq -r '.sent_back[0].proposal_id' <<<"$output")
    json as officer improve partner assignments --school-urn 900001
    is '[.[] | .status + " " + .starts_on + " " + .ends_on] | sort | join(", ")' "live 2035-09-01 2035-12-31, proposed 2036-01-01 2036-08-31"
    refused 1 PAR-2 "holds no accreditation" as officer improve assignment check "$rest" 1
    json as officer improve assignment gates "$(kept assignment)"
    is '[.[] | .gate + " " + .outcome] | join(", ")' \
        "proposal passed, conflict_check passed, school_answer passed, live passed, conflict_check withdrawn, live ended"
    is '.[1] | .reason + ", " + .decided_by' "Asked by telephone, officer"
    json as school improve assignment gates "$(kept assignment)"
    is '[.[] | .gate] | unique | join(" ")' "live school_answer"
    json as officer improve assignment recheck
    is length 0
}

@test "assignment hand-over: the old one ends the day before, when the school has accepted the new one" {
    json as officer improve assignment hand-over "$(kept assignment)" 4 "$(kept al)" 1/10/2035
    is '"\(.status) \(.follows_id) \(.old_ends_on)"' "checked $(kept assignment) 2035-12-31"
    new=$(jq -r .assignment_id <<<"$output")
    as school improve assignment answer "$new" 1 accept >/dev/null
    json as school improve partner assignments --include-ended
    is '[.[] | select(.status == "live") | .partner + " " + .starts_on + " " + .ends_on] | sort | join(", ")' "Al Marsh 2035-10-01 2035-12-31, Jo Field 2035-09-01 2035-09-30"
}

@test "assignment watch: what happens at the gates, as it happens" {
    as officer improve assignment watch --limit 2 --cursor-file "$INSTANCE/seen" --output json >"$INSTANCE/events" 3>&- &
    local watching=$! i
    for ((i = 0; i < 100; i++)); do [ ! -s "$INSTANCE/seen" ] || break; sleep 0.1; done
    json as officer improve assignment propose 900002 "$(kept al)" 2 --role watched
    as officer improve assignment check "$(jq -r .assignment_id <<<"$output")" 1 >/dev/null
    wait "$watching"
    [ "$(jq -rs 'flatten | map(.kind) | join(" ")' "$INSTANCE/events")" = "proposal_passed conflict_check_passed" ]
}

@test "conflict declare, conflict list, conflict withdraw: a declaration sends back, and is taken back" {
    json as officer improve conflict declare family --partner-id "$(kept al)" --school-urn 900001 --starts-on 1/11/2035 --note "A cousin teaches there"
    is '[.sent_back[] | .goes_back_on] | join(" ")' 2035-11-01
    conflict=$(jq -r .conflict_id <<<"$output")
    json as officer improve assignment propose 900001 "$(kept al)" 2 --role other --starts-on 1/11/2035
    is '.findings[0]' "Al Marsh has declared a conflict with the school: family. Accepted: another partner, or another school."
    refused 1 PAR-2 "Al Marsh has declared a conflict" as officer improve assignment check "$(jq -r .assignment_id <<<"$output")" 1
    json as officer improve conflict list
    is '.[0].note' "A cousin teaches there"
    as officer improve conflict withdraw "$conflict" 1 "She has left" >/dev/null
    json as officer improve conflict list
    is length 0
    run -4 as school improve conflict list
}

@test "partner invite: a partner signs in, reads and proposes of their own row, and joins a second authority with the same device" {
    as admin improve partner invite "$(kept jo)" --quiet | "$IMPROVE" login --profile jo --url "$(url)" --code-stdin
    json as jo improve whoami --authority ''
    is '.[0] | "\(.name) \(.personas | join(","))"' "Jo Field partner"
    json as jo improve partner list
    is '[.[].name] | tostring' '["Jo Field"]'
    json as jo improve details propose --phone "01670 111111" --expertise code=send
    json as officer improve details list
    is '.[0] | "\(.partner) \(.phone)"' "Jo Field 01670 111111"
    json as officer improve details decide "$(jq -r '.[0].details_id' <<<"$output")" 1 true
    is .state accepted
    json as jo improve partner show "$(kept jo)"
    is '.phone + " " + .expertise[0].code' "01670 111111 send"
    run -1 --separate-stderr as admin improve partner invite "$(kept jo)"
    [[ "$stderr" == *"signs in already"* ]]
    run -4 as officer improve partner invite "$(kept al)"
    # Another authority's code, the same device and person: neither authority is told of the other.
    json as admin2 improve partner add "J. Field" --kinds sle --capacity-half-days 6 --authority 002
    second=$(jq -r .partner_id <<<"$output")
    code=$(as admin2 improve partner invite "$second" --authority 002 --quiet)
    other=$(as admin2 improve partner invite "$second" --authority 002 --quiet)
    IMPROVE_PROFILE=jo "$IMPROVE" login --code-stdin <<<"$code"
    json as jo improve whoami --authority ''
    is '[.[].authority] | join(",")' "001,002"
    json as jo improve partner list --authority 002
    is '[.[].name] | tostring' '["J. Field"]'
    [ "$(instance_sql "select count(distinct person_id) from partners.partner where person_id is not null")" = 1 ]
    # Whoever has a second code for the same partner comes too late.
    run -4 "$IMPROVE" login --profile late --url "$(url)" --code-stdin <<<"$other"
    [ "$(instance_sql "select count(*) from auth.membership where persona = 'partner' and authority_id = 2")" = 1 ]
    # All that is held on the person is told and erased with them, accreditations and declarations too.
    json as jo improve conflict declare family --school-urn 900002 --note "My sister heads it"
    json as jo improve self export
    is '[.[] | select(.place | startswith("partners.")) | .place] | unique | join(" ")' \
        "partners.accreditation partners.conflict partners.details partners.kind_held partners.partner partners.partner_expertise"
    person=$(as jo improve whoami --authority '' --output json | jq -r '.[0].person_id')
    as admin improve person erase "$person" >/dev/null
    [ "$(instance_sql "select count(*) from partners.conflict where note is not null and partner_id = '$(kept jo)'")" = 0 ]
    [ "$(instance_sql "select count(*) from partners.details")" = 0 ]
    [ "$(instance_sql "select name ~ '^Erased' and email is null and phone is null from partners.partner where partner_id = '$(kept jo)'")" = t ]
    [ "$(instance_sql "select count(*) from partners.accreditation where number is not null")" = 0 ]
}
