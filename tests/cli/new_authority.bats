#!/usr/bin/env bats
# A sixth authority with ways of its own is set up by data alone (C-1, C-3, C-4, C-7): its groups of phases, its years and closures, prices, categories, an
# offer, a fund, networks and templates that are no other's. Each figure that its reports print is worked out beside it by hand.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_new_authority
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
906001,"006","Wexmoor","1001","Acorn Nursery School","Local authority nursery school","Open","01-09-1990","Nursery"
906002,"006","Wexmoor","2001","Birch First School","Community school","Open","01-09-1990","Primary"
906003,"006","Wexmoor","2002","Cherry First School","Community school","Open","01-09-1990","Primary"
906004,"006","Wexmoor","4001","Damson Middle School","Community school","Open","01-09-1990","Middle deemed primary"
906005,"006","Wexmoor","4002","Elder High School","Community school","Open","01-09-1990","Secondary"
906006,"006","Wexmoor","4003","Fir Academy","Academy converter","Open","01-09-2011","Secondary"
906007,"006","Wexmoor","4004","Gorse School","Academy converter","Open","01-09-2011","All-through"
906008,"006","Wexmoor","7001","Hazel Hill School","Community special school","Open","01-09-1990","Not applicable"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2011 >/dev/null
    person admin --authority 006 --persona la_admin
    person officer --authority 006 --persona officer
    person reporter --authority 006 --persona reporter
    export IMPROVE_AUTHORITY=006
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    year=$(date +%Y)
}

# report WORDS… prints a report as CSV without its first line.
report() { as reporter improve report "$@" --output csv 2>/dev/null | tail -n +2; }

@test "its own groups of phases" {
    as admin improve call /improve.v1.Schools/SetPhaseGroups '{"groups":[{"phase":"Nursery","phase_group":"Early years"},{"phase":"Primary","phase_group":"First and middle"},
        {"phase":"Middle deemed primary","phase_group":"First and middle"},{"phase":"Secondary","phase_group":"Upper"},{"phase":"All-through","phase_group":"All ages"},
        {"phase":"Special","phase_group":"Special"}]}' >/dev/null
    # One nursery; two first schools and a middle school; a high school and an academy; an all-through school; a special school.
    [ "$(report schools-by-phase-group --columns phase_group,schools | sort)" = "All ages,1
Early years,1
First and middle,3
Special,1
Upper,2" ]
}

@test "its own terms and closures: a clock counts by them" {
    # The third working day after Thursday 5 November 2026: Friday, Monday, Tuesday; with the Monday closed, Wednesday 11.
    json as officer improve calendar deadline 3 --from 5/11/2026
    is '.[-1].day' 2026-11-10
    as admin improve calendar add-closure "Founders’ day" 9/11/2026 >/dev/null
    json as officer improve calendar deadline 3 --from 5/11/2026
    is '.[-1].day' 2026-11-11
    json as admin improve calendar set-terms 2026 starts_on=1/9/2026,ends_on=2/10/2026 starts_on=12/10/2026,ends_on=11/12/2026 starts_on=4/1/2027,ends_on=5/2/2027 \
        starts_on=15/2/2027,ends_on=25/3/2027 starts_on=12/4/2027,ends_on=21/5/2027 starts_on=1/6/2027,ends_on=9/7/2027
    json as officer improve calendar terms
    is '[.[] | select(.academic_year == 2026 or .academic_year == "2026/27")] | length' 6
}

@test "its own year, prices by its own groups: calendar years, in months, a least and a greatest price" {
    json as admin improve sla set-policy 0 --valid-from 1/1/2015 --maintained-month 1 --academy-month 1 --pro-rata months --notice-months 2
    made service service_id as admin improve service add "Challenge partner"
    made package package_id as admin improve package add "$(kept service)" "Two days" --half-days 4 --valid-from 1/1/2015
    json as admin improve price set "$(kept package)" --valid-from 1/1/2015 --clauses 'phase_group="Early years",flat_pence=20000' \
        --clauses 'phase_group="First and middle",unit_pence=300,minimum_pence=40000,maximum_pence=60000' --clauses status=academy,flat_pence=100000 --clauses flat_pence=80000
    ordered() { as officer improve sla subscribe "$1" "$(kept package)" --starts-on "$2" "${@:3}" --output json 2>/dev/null | jq -r '"\(.net_pence) \(.ends_on)"'; }
    counted="--roll-counted-on $((year - 1))-10-15"
    # £200 flat; 150 × £3 = £450; 100 × £3 = £300, so the least, £400; 250 × £3 = £750, so the greatest, £600.
    [ "$(ordered 906001 "$year-01-01")" = "20000 $year-12-31" ]
    # shellcheck disable=SC2086
    [ "$(ordered 906002 "$year-01-01" --roll 150 $counted)" = "45000 $year-12-31" ]
    # shellcheck disable=SC2086
    [ "$(ordered 906003 "$year-01-01" --roll 100 $counted)" = "40000 $year-12-31" ]
    # shellcheck disable=SC2086
    [ "$(ordered 906004 "$year-01-01" --roll 250 $counted)" = "60000 $year-12-31" ]
    # An academy from 1 July: 6 of 12 months of £1,000.
    [ "$(ordered 906006 "$year-07-01")" = "50000 $year-12-31" ]
    # Five of eight schools subscribe: the nursery, three of three, one of two; on 1 May, before the academy joined, four.
    [ "$(report sla-take-up --as-of "1/8/$year" --columns phase_group,subscribers,base,percent | sort)" = "All ages,0,1,0
Early years,1,1,100
First and middle,3,3,100
Special,0,1,0
Total like for like,5,8,62.5
Upper,1,2,50" ]
    [ "$(report sla-take-up --as-of "1/5/$year" --columns phase_group,subscribers,base,percent | tail -1)" = "Total like for like,4,8,50" ]
    # £200 + £450 + £400 + £600 + £500.
    [ "$(report income-by-service --from "1/1/$year" --to "31/12/$year" --columns service,net_pence | tail -1)" = "Total,215000" ]
}

@test "four categories and reasons of its own" {
    ago() { date -d "-$1 days" +%F; }
    json as admin improve case-scheme set 0 --valid-from "$(ago 700)" --categories code=stage-3,label="Stage 3",level=intervention --categories code=stage-2,label="Stage 2",level=intensive \
        --categories code=stage-1,label="Stage 1",level=support --categories code=monitored,label=Monitored,level=watch --reasons code=finance,label=Finance --reasons code=standards,label=Standards
    as officer improve case open 906005 stage-3 standards "Outcomes fell" --on "$(ago 90)" --cadence none >/dev/null
    as officer improve case open 906002 stage-2 finance "A deficit" --on "$(ago 90)" --cadence none >/dev/null
    as officer improve case open 906007 monitored standards "A new head" --on "$(ago 20)" --cadence none >/dev/null
    as officer improve case change-category "$(as officer improve case list --category stage-2 --output json | jq -r '.[0].case_id')" 1 stage-1 "A plan is agreed" --on "$(ago 10)" >/dev/null
    # Two before; one came on, one moved down a stage; three now, each in a category of its own.
    run -0 --separate-stderr as reporter improve report concern-cases --since "$(ago 30)" --output csv --columns category,phase_group,before,added,changed_in,changed_out,schools
    [[ "$stderr" == *"3 = 1 stage-3 + 1 stage-1 + 1 monitored."*"0 off, 1 on, 1 changed category; then 2."* ]]
    [ "$(grep ',Total,' <<<"$output")" = "stage-3,Total,1,0,0,0,1
stage-2,Total,1,0,0,1,0
stage-1,Total,0,0,1,0,1
monitored,Total,0,1,0,0,1
Total,Total,2,1,1,1,3" ]
    run -2 --separate-stderr as officer improve case open 906003 red standards "No"
    [[ "$stderr" == *"stage-3"* ]]
}

# inspected URN DAY PUBLISHED GRADE: an inspection, as Ofsted's file has it.
inspected() {
    printf 'URN,LAESTAB,School name,Inspection number of latest full inspection,Inspection start date,Publication date,URN at time of latest full inspection,Overall effectiveness\n%s,0060000,School,%s,%s,%s,%s,%s\n' \
        "$1" "$1${2//\//}" "$2" "$3" "$1" "$4" >"$INSTANCE/inspections.csv"
    as operator improve school import-inspections "$INSTANCE/inspections.csv" --effective-on 2019-12-31 --authority '' >/dev/null
}

@test "an offer of its own: other tiers, sums, year and rules" {
    # Birch: requires improvement in 2018, good in July 2019. Cherry: three times below good. Damson: good, then inadequate in April 2019. Elder: good.
    inspected 906002 15/05/2018 18/06/2018 3
    inspected 906002 04/06/2019 08/07/2019 2
    inspected 906003 10/05/2012 11/06/2012 3
    inspected 906003 14/05/2014 16/06/2014 4
    inspected 906003 16/05/2017 19/06/2017 3
    inspected 906004 10/05/2016 13/06/2016 2
    inspected 906004 05/03/2019 09/04/2019 4
    inspected 906005 12/05/2015 15/06/2015 2
    made offer scheme_id as admin improve offer-scheme add "Wexmoor promise" 2019 --starts-on 1/1/2019 --ends-on 31/12/2019 --moving-down take_back \
        --tiers '{"name":"Foundation","half_days":4,"pence":500000,"rules":[{"test":"latest_grade","grades":[3,4]}]}' \
        --tiers '{"name":"Intensive","half_days":10,"pence":3000000,"up_to":true,"rules":[{"test":"times_at_grade","grades":[3,4],"at_least":3,"in_row":true}]}'
    json as officer improve offer recompute "$(kept offer)" --as-of 31/12/2019
    # Two from the first day: £5,000 and 4 half-days, up to £30,000 and 10; Damson joins in April: £5,000 and 4; Birch leaves in July: all of it is taken back.
    [ "$(report offer-moves --scheme-id "$(kept offer)" --columns effective_on,school_urn,from_tier,to_tier,pence,half_days)" = "2019-01-01,906002,,Foundation,500000,4
2019-01-01,906003,,Intensive,3000000,10
2019-04-09,906004,,Foundation,500000,4
2019-07-08,906002,Foundation,,-500000,-4" ]
    # One of eight schools in each: 12.5%; 4 + 10 half-days and £35,000 in all.
    [ "$(report offer-tiers --scheme-id "$(kept offer)" --as-of 31/12/2019 --columns tier,half_days,tier_pence,up_to,schools,percent,total_half_days,awarded_pence)" = "Foundation,4,500000,false,1,12.5,4,500000
Intensive,10,3000000,true,1,12.5,10,3000000
Left,,,,1,12.5,0,0
Total,,,,2,25,14,3500000" ]
    # The last grades: Cherry and Damson below good, Birch and Elder good. Of the two below good none was monitored; Gorse is on the scheme, and so are Birch and Elder.
    [ "$(report ofsted-over-time --as-of 31/12/2019 --columns good_or_outstanding,less_than_good,base,percent_good_or_outstanding)" = "2,2,4,50" ]
    [ "$(report less-than-good --columns standing,phase_group,schools,not_told | grep ,Total,)" = "less than good,Total,2,2
at risk,Total,3,0
Total,Total,5,2" ]
}

@test "a fund that trusts only lead bids for, with priorities of its own" {
    made trust organisation_id as officer improve organisation add "Wexmoor Trust" mat
    made alliance organisation_id as officer improve organisation add "Wexmoor Alliance" tsa
    made fund fund_id as officer improve fund add "Coastal fund" --funder "A foundation"
    made round round_id as officer improve round open "$(kept fund)" 1 1/1/2019 28/2/2019 --may-lead mat
    as officer improve round-priority add "$(kept round)" 4 "Boys’ writing" --agreed-by "Headteachers" >/dev/null
    run -1 --separate-stderr as officer improve bid add "$(kept round)" "Writing" "$(kept alliance)" --priority 4
    [[ "$stderr" == *"do not lead bids of this round"*FUN-1* ]]
    made first bid_id as officer improve bid add "$(kept round)" "Writing by the sea" "$(kept trust)" --priority 4
    made second bid_id as officer improve bid add "$(kept round)" "Writing on the moor" "$(kept trust)" --priority 4
    as officer improve bid submit "$(kept first)" 1 --submitted-on 27/2/2019 >/dev/null
    as officer improve bid submit "$(kept second)" 1 --submitted-on 27/2/2019 >/dev/null
    as officer improve bid decide "$(kept first)" 2 successful --pence 25000000 --decided-on 1/4/2019 >/dev/null
    as officer improve bid decide "$(kept second)" 2 unsuccessful --decided-on 1/4/2019 >/dev/null
    # One of two: 50%, £250,000, which is the mean too.
    [ "$(report bids --columns round,lead_kind,base,successful,unsuccessful,percent,total_pence,mean_pence | tail -1)" = "1,Total,2,1,1,50,25000000,25000000" ]
}

@test "networks and a template of its own" {
    made cluster network_id as officer improve network add "Moor cluster" hub --area Moor --cadence yearly --starts-on 1/9/2011
    for urn in 906002 906003 906004; do as officer improve network-member add "$(kept cluster)" --school-urn "$urn" --starts-on 1/9/2011 >/dev/null; done
    as officer improve network-member add "$(kept cluster)" --name "Ida Moss" --role coordinator --starts-on 1/9/2011 >/dev/null
    # Three schools and a person.
    [ "$(report networks --columns kind,network,schools,people | head -1)" = "hub,Moor cluster,3,1" ]
    as admin improve theme add boats "Boats and tides" >/dev/null
    json as admin improve template add "Moor visit" --themes boats --support-levels calm --support-levels storm --sections '{"key":"day","title":"The day","part":"partner","prompts":[{"key":"weather","text":"What is the weather?","required":true},{"key":"next","text":"What next?"}]}'
    json as officer improve template list
    is '.[0] | "\(.name) \(.prompts) \(.themes)"' "Moor visit 2 1"
}
