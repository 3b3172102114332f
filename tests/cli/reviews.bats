#!/usr/bin/env bats
# A pupil premium review from the request to the end, told through the client (REV-1): the hub of its area, an accredited reviewer without a conflict, the
# school's own part, what quality assurance sends back, and who may do what. The school becomes an academy on the way.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_reviews
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)","Postcode"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary","ZX1 1AB"
900002,"001","Eastmarch","2002","Beech Primary School","Community school","Open","01-09-1990","Primary","ZX9 2AB"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2012 >/dev/null
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person school --authority 001 --persona booker --school 900001
    person beech --authority 001 --persona booker --school 900002
    person academy --authority 001 --persona booker --school 900011
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
# record WHO STEP WHAT… records a step of the review as it is read.
record() { as "$1" improve review record "$(kept review)" "$(version)" "${@:2}"; }
version() { as officer improve review show "$(kept review)" --output json | jq .version; }

@test "hubs have areas; a request goes to that of the school's, or is refused where there is none" {
    made north hub_id as officer improve review-hub add "North hub" "Teaching and Leadership Centre" "Ann Lee" north@hub.example --town Eastmarch
    json as officer improve review-hub add-area "$(kept north)" postcode --area "ZX1" --starts-on "$(ago 400)"
    refused 1 REV-1 "No hub is for the school's area: postcode ZX92AB" as beech improve review request 900002 "The gap has grown"
    made south hub_id as officer improve review-hub add "South hub" "Teaching School Alliance" "Bo Reed" south@hub.example --phone "01632 960486"
    json as officer improve review-hub add-area "$(kept south)" everywhere --starts-on "$(ago 400)"
    json as beech improve review request 900002 "The gap has grown" --dry-run
    is .hub "South hub"
    refused 4 REV-1 "A school requests its own review" as beech improve review request 900001 "Theirs"
    made review review_id as school improve review request 900001 "The gap has grown for three years" --on "$(ago 60)" --guide "Guide to pupil premium reviews, 2018"
    is '"\(.hub) \(.coordinator) \(.status)"' "North hub Ann Lee requested"
    json as beech improve review list
    is length 0
}

@test "a reviewer is accredited, and without a conflict" {
    made jo partner_id as officer improve partner add "Jo Field" --kinds pupil_premium_reviewer --capacity-half-days 10
    made al partner_id as officer improve partner add "Al Marsh" --kinds pupil_premium_reviewer --capacity-half-days 10 --base-school-urn 900001
    refused 1 REV-1 "has not said who accredits its reviewers" as officer improve reviewer assign "$(kept review)" 1 "$(kept jo)" --on "$(ago 50)"
    as admin improve assignment-role set pupil_premium_reviewer --kind pupil_premium_reviewer --accreditation-body "The hub" >/dev/null
    run -1 --separate-stderr as officer improve reviewer assign "$(kept review)" 1 "$(kept jo)" --on "$(ago 50)"
    [[ "$stderr" == *"The hub"* ]]
    as officer improve accreditation add "$(kept jo)" "The hub" "$(ago 300)" >/dev/null
    as officer improve accreditation add "$(kept al)" "The hub" "$(ago 300)" >/dev/null
    run -1 --separate-stderr as officer improve reviewer assign "$(kept review)" 1 "$(kept al)" --on "$(ago 50)"
    [[ "$stderr" == *"PAR-2"* ]]
    run -4 as school improve reviewer assign "$(kept review)" 1 "$(kept jo)"
    json as officer improve reviewer assign "$(kept review)" 1 "$(kept jo)" --on "$(ago 50)"
    is '"\(.reviewer) \(.status)"' "Jo Field matched"
    code=$(as admin improve partner invite "$(kept jo)" --output json | jq -r .code)
    run -0 "$IMPROVE" login --profile jo --url "ipc://$INSTANCE/s.sock" --authority 001 --code-stdin <<<"$code"
}

@test "each step is somebody's, in their order" {
    run -1 --separate-stderr record jo review "Tutoring is not matched" --on "$(ago 40)"
    [[ "$stderr" == *"The review is matched."*REV-1* ]]
    run -4 --separate-stderr record jo self_evaluation "Reading is behind" --on "$(ago 40)"
    [[ "$stderr" == *"the school's to take"* ]]
    run -5 record beech self_evaluation "Reading is behind" --on "$(ago 40)"
    json record school self_evaluation "Reading is behind in year 2" --on "$(ago 40)"
    is '"\(.status) \(.next)"' "self_evaluated review or reviewer"
    run -1 --separate-stderr as school improve review record "$(kept review)" 1 action_plan "Too soon"
    [[ "$stderr" == *version* ]]
    json record jo review "Tutoring is not matched to what pupils lack" --on "$(ago 35)"
    json record school action_plan "Tutoring by need" --on "$(ago 30)"
    json as jo improve review list
    is '.[0] | "\(.status) \(.next)"' "planned follow_up"
}

@test "the school becomes an academy: its users go on, under the new URN" {
    cat >"$INSTANCE/schools.csv" <<CSV
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","CloseDate","PhaseOfEducation (name)","Postcode"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Closed","01-09-1990","$(date -d '-25 days' +%d-%m-%Y)","Primary","ZX1 1AB"
900011,"001","Eastmarch","2001","Ash Primary Academy","Academy converter","Open","$(date -d '-25 days' +%d-%m-%Y)","","Primary","ZX1 1AB"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on "$(ago 25)" --authority '' >/dev/null
    json as academy improve review list
    is length 0
    printf '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\n900011,900001,"Ash Primary School","Predecessor","%s"\n' "$(date -d '-25 days' +%d-%m-%Y)" >"$INSTANCE/links.csv"
    as operator improve school import-links "$INSTANCE/links.csv" --authority '' >/dev/null
    json as academy improve review list
    is '.[0] | "\(.review_id) \(.status)"' "$(kept review) planned"
    json as officer improve review list --school-urn 900011
    is length 1
}

@test "quality assurance sends back what is not met; in the end it is closed" {
    json record jo follow_up "Half of them read at their age" --on "$(ago 20)"
    run -2 --separate-stderr record officer quality_assurance "No evidence" --on "$(ago 15)"
    [[ "$stderr" == *"met or not_met"* ]]
    json record officer quality_assurance "The evidence is thin" --outcome not_met --on "$(ago 15)"
    is '"\(.status) \(.next)"' "self_evaluated review or reviewer"
    json record jo review "With evidence now" --on "$(ago 12)"
    json record academy action_plan "The same, with a governor who answers for it" --on "$(ago 10)"
    json record jo follow_up "Two thirds read at their age" --on "$(ago 8)"
    json record officer quality_assurance "The evidence holds" --outcome met --on "$(ago 6)"
    # Requested 60 days ago and closed 5 days ago: 55 days; sent back once.
    json record officer close "The plan goes on" --on "$(ago 5)"
    is .status closed
    json as officer improve report reviews
    is '[.[] | "\(.hub) \(.base) \(.closed) \(.sent_back) \(.average_days)"] | join(", ")' "North hub 1 1 1 55, South hub 0 0 0 null, Total 1 1 1 55"
    run -1 --separate-stderr record officer follow_up "More"
    [[ "$stderr" == *"The review is closed."* ]]
    json as academy improve review show "$(kept review)"
    is '.steps | length' 12
}
