#!/usr/bin/env bats
# S1's School Improvement Offer through the client: an administrator adds it, Ofsted's files arrive, an officer computes the tiers, schools join and move up
# mid-year, late news is put right, and what a school has is drawn by visits, committed and spent (OFF-1 to OFF-3).
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_offers
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900002,"001","Eastmarch","2002","Beech Primary School","Community school","Open","01-09-1990","Primary"
900003,"001","Eastmarch","4001","Cedar High School","Academy converter","Open","01-09-2008","Secondary"
900004,"001","Eastmarch","2004","Dale Primary School","Community school","Open","01-09-1990","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2008 >/dev/null
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person finance --authority 001 --persona finance
    person school --authority 001 --persona booker --school 900001
    export IMPROVE_AUTHORITY=001
    inspections "900001;0012001;Ash Primary School;1001;06/03/2018;05/04/2018;900001;3
900002;0012002;Beech Primary School;1002;05/05/2015;02/06/2015;900002;2
900003;0014001;Cedar High School;1003;01/03/2010;01/04/2010;900003;3
900004;0012004;Dale Primary School;1004;06/06/2016;04/07/2016;900004;2" 2019-08-31
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

# inspections ROWS DAY: a file of Ofsted's, as of a day.
inspections() {
    {
        echo "URN;LAESTAB;School name;Inspection number of latest full inspection;Inspection start date;Publication date;URN at time of latest full inspection;Overall effectiveness"
        echo "$1"
    } | tr ';' ',' >"$INSTANCE/inspections.csv"
    as operator improve school import-inspections "$INSTANCE/inspections.csv" --effective-on "$2" --authority '' >/dev/null
}
# moves: the moves of an answer, in one line each.
moves() { jq -r '.[] | "\(.school_urn) \(.effective_on) \(.from_tier // "-") > \(.to_tier // "-") \(.pence) \(.half_days)"' <<<"$output"; }

@test "an administrator adds the offer; tiers that clash are refused by name" {
    run -2 --separate-stderr as admin improve offer-scheme add Clash 2019 --tiers '{"name":"RI","rank":1,"rules":[{"test":"latest_grade","grades":[3]}]}' \
        --tiers '{"name":"First RI","rank":1,"rules":[{"test":"first_grade","grades":[3]}]}'
    [[ "$stderr" == *"both RI and First RI"*OFF-1* ]]
    json as admin improve offer-scheme add "School Improvement Offer" 2019 --source "DfE; builds on 2018-19" \
        --tiers '{"name":"Tier 1","half_days":6,"wording":"schools that are RI","rules":[{"test":"latest_grade","grades":[3]}]}' \
        --tiers '{"name":"Tier 2","half_days":6,"pence":1600000,"wording":"schools that are 2*RI","rules":[{"test":"times_at_grade","grades":[3],"at_least":2,"in_row":true}]}' \
        --tiers '{"name":"Tier 3","half_days":6,"pence":2400000,"wording":"RI for 10 years+","rules":[{"test":"latest_grade","grades":[3]},{"test":"years_at_or_below","grades":[3],"at_least":10}]}'
    keep offer "$(jq -r .scheme_id <<<"$output")"
    is '"\(.academic_year) \(.starts_on) \(.ends_on)"' "2019/20 2019-09-01 2020-08-31"
}

@test "on the first day: a dry run shows the moves and keeps none; then they are posted, once" {
    json as officer improve offer recompute "$(kept offer)" --as-of 2019-09-01 --dry-run
    [ "$(moves)" = "900001 2019-09-01 - > Tier 1 0 6
900003 2019-09-01 - > Tier 1 0 6" ]
    json as officer improve offer-award list
    is length 0
    json as officer improve offer recompute "$(kept offer)" --as-of 2019-09-01
    is length 2
    json as officer improve offer recompute "$(kept offer)" --as-of 2019-09-01
    is length 0
}

@test "mid-year: newly RI joins, RI again is +£16,000, ten years are +£24,000, and no extra days" {
    inspections "900001;0012001;Ash Primary School;1011;03/12/2019;13/01/2020;900001;3
900002;0012002;Beech Primary School;1012;08/10/2019;11/11/2019;900002;3" 2020-01-31
    json as officer improve offer recompute "$(kept offer)" --as-of 2020-03-31
    [ "$(moves)" = "900001 2020-01-13 Tier 1 > Tier 2 1600000 0
900002 2019-11-11 - > Tier 1 0 6
900003 2020-03-01 Tier 1 > Tier 3 2400000 0" ]
    run -0 --separate-stderr as officer improve report offer-tiers --scheme-id "$(kept offer)" --as-of 2020-03-31 --output csv --columns tier,half_days,tier_pence,schools,base,awarded_pence
    [ "$output" = "tier,half_days,tier_pence,schools,base,awarded_pence
Tier 1,6,0,1,4,0
Tier 2,6,1600000,1,4,1600000
Tier 3,6,2400000,1,4,2400000
Total,,,3,4,4000000" ]
    run -0 --separate-stderr as officer improve offer explain "$(kept offer)" 900002 --as-of 2020-03-31 --output csv
    [[ "$output" == *"Tier 3,requires improvement or worse without a break for at least 10 years,false"* ]]
    [[ "$stderr" == *"2 on 5 May 2015, 3 on 8 Oct 2019"* ]]
}

@test "late news: what was published in October and is known only now runs from October, and its difference is posted" {
    inspections "900001;0012001;Ash Primary School;1021;24/09/2019;21/10/2019;900001;2" 2020-04-30
    json as officer improve offer recompute "$(kept offer)" --as-of 2020-03-31
    is '.[0] | "\(.school_urn) \(.late) \(.pence) \(.awarded_pence)"' "900001 true -1600000 0"
    json as officer improve report offer-moves --scheme-id "$(kept offer)"
    is '[.[] | select(.school_urn == 900001) | "\(.effective_on) \(.to_tier)"] | join(", ")' "2019-09-01 Tier 1, 2019-10-21 null, 2020-01-13 Tier 1"
    json as school improve offer-award list
    is '.[0] | "\(.school_urn) \(.awarded_pence) \(.half_days)"' "900001 0 6"
    json as school improve offer-award entries "$(jq -r '.[0].award_id' <<<"$output")"
    is '[.[] | "\(.kind) \(.pence)"] | join(", ")' "adjusted 1600000, adjusted -1600000"
}

@test "what a school has: days for visits, and money that is committed and spent, never beyond" {
    json as officer improve entitlement list --source offer --as-of 2020-01-01
    is '[.[] | "\(.school_urn) \(.half_days_left)"] | join(", ")' "900001 6, 900002 6, 900003 6"
    json as officer improve offer-award list --school-urn 900003
    keep award "$(jq -r '.[0].award_id' <<<"$output")"
    json as officer improve offer commit "$(kept award)" 2000000 "Programme of the research school"
    commitment=$(jq -r .commitment_id <<<"$output")
    run -1 --separate-stderr as officer improve offer commit "$(kept award)" 500000 "More"
    [[ "$stderr" == *"Awarded: £24,000.00; committed: £20,000.00; wanted: £5,000.00."*OFF-3* ]]
    run -4 as finance improve offer commit "$(kept award)" 1 "Mine"
    json as finance improve offer spend "$commitment" 1 1200000 --what "Invoice 7"
    is .left_pence 800000
    json as officer improve offer-award list --school-urn 900003
    is '.[0] | "\(.tier) \(.awarded_pence) \(.committed_pence) \(.spent_pence) \(.left_pence)"' "Tier 3 2400000 2000000 1200000 400000"
    run -5 as school improve offer-award entries "$(kept award)"
}
