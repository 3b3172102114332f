#!/usr/bin/env bats
# Programmes, through the client: what they are made of and with what evidence; how inspection outcomes moved, and beside what was given.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_programmes
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

@test "a programme: programme add, programme-part set, programme-school add, programme-school end, programme list, programme show, evidence add, evidence list" {
    made fund fund_id as officer improve fund add "Strategic alliance"
    made programme programme_id as officer improve programme add "Mathematics" --focus "Early years to key stage 4" --fund-id "$(kept fund)" --starts-on 1/9/2025
    run -4 as school improve programme add Mine
    as officer improve programme-part set "$(kept programme)" method 3 "A survey sent to schools that were supported" >/dev/null
    as officer improve programme-part set "$(kept programme)" deliverable 1 "Quality review" --due-on 31/1/2026 >/dev/null
    refused 2 FUN-4 "a part of the kind deliverable" as officer improve programme-part set "$(kept programme)" strand 1 "Transition" --due-on 31/1/2026
    json as officer improve programme-school add "$(kept programme)" --school-urns 900001 --school-urns 900002
    is .added 2
    refused 1 FUN-4 "The school is in the programme" as officer improve programme-school add "$(kept programme)" --school-urns 900001
    json as officer improve programme-school end "$(kept programme)" 900002 --ends-on 31/12/2025
    is .ends_on 2025-12-31
    json as officer improve evidence add "$(kept programme)" method 3 survey "Survey of supported schools" --dated-on 1/3/2026 --finding "9 of 10 would do it again"
    json as officer improve evidence list --programme-id "$(kept programme)"
    is '.[0].finding' "9 of 10 would do it again"
    json as officer improve programme list --as-of 1/3/2026
    is '.[0] | "\(.fund) \(.schools) \(.deliverables_due)"' "Strategic alliance 1 1"
    json as officer improve programme show "$(kept programme)"
    is '[.parts[] | "\(.kind) \(.number) \(.evidence)"] | join(", ")' "deliverable 1 0, method 3 1"
}

@test "moves: move state, move-statement list; report inspection-moves, impact" {
    state() { as officer improve move state "Since January 2021" 31/8/2020 30/4/2022 25 19 138 142 --lines 'what="Monitoring visits",schools=16' \
        --lines what=Secondary,schools=2,from_outcome=inadequate,to_outcome=requires_improvement --lines what=Middle,schools=4,from_outcome=requires_improvement,to_outcome=good \
        --lines what=Secondary,schools=1,from_outcome=good,to_outcome=requires_improvement --lines what=Academies,schools=3,from_outcome=not_inspected,to_outcome=good "$@"; }
    run -1 --separate-stderr state
    [[ "$stderr" == *"The table changes by -6 less than good and +4 good or outstanding; the moves change it by -3 and +6."* ]]
    run -0 --separate-stderr state --residual-reason "Closures are not told" --output json
    keep statement "$(jq -r .statement_id <<<"$output")"
    is '"\(.schools) \(.less_residual) \(.good_residual)"' "26 -3 -2"
    json as officer improve move-statement list
    is '.[0].less_after' 19
    run -0 --separate-stderr as officer improve report inspection-moves --statement-id "$(kept statement)" --output table
    printf '%s\n' "$output" | grep -E 'Residual +-3 +-2 +Closures are not told'
    json as officer improve report inspection-moves --from 1/9/2024 --to 1/9/2025
    is '.[-1].why' "The moves explain the table."
    json as officer improve report impact --from 1/9/2025 --to 31/8/2026 --programme-id "$(kept programme)"
    is '.[-1] | "\(.school) \(.schools) \(.pence)"' "Total 2 0"
    run -4 as school improve report impact
}

@test "needs: analysis add, analysis-version add, analysis list, need list, support match" {
    made analysis analysis_id as officer improve analysis add "Primary outcomes" "Reading, writing and mathematics, per cent" 75 55
    json as officer improve analysis-version add "$(kept analysis)" 1 --outcomes school_urn=900001,academic_year=2025,value=81.5,cohort=30 --outcomes school_urn=900002,academic_year=2025,value=41
    is .number 1
    run -0 --separate-stderr as officer improve need list "$(kept analysis)" --output json
    is '.[0] | "\(.school) \(.standing)"' "Beech Primary School in need of support"
    [[ "$stderr" == *"of 2 schools strong 1, over three years 0; in need of support 1"* ]]
    refused 1 C-8 "you have version 1, it is at 2" as officer improve analysis-version add "$(kept analysis)" 1 --outcomes school_urn=900001,academic_year=2025,value=80
    json as officer improve analysis list
    is '.[0].schools' 2
    made round round_id as officer improve round open "$(kept fund)" 1 1/9/2025 "$(date -d '+30 days' +%F)"
    as officer improve interest express "$(kept round)" --wants giver --school-urn 900001 >/dev/null
    as officer improve interest express "$(kept round)" --wants receiver --school-urn 900002 >/dev/null
    json as officer improve support match "$(kept round)" "$(kept analysis)"
    is '.[0] | "\(.receiver) \(.giver)"' "Beech Primary School Ash Primary School"
    run -4 as school improve need list "$(kept analysis)"
}

@test "priorities, outputs, comments: priority add, priority list, step add, step complete, step list, output add, output list, comment add, comment list" {
    for n in 2 6 7; do made priority priority_id as officer improve priority add "Education Strategy Board" $n "Priority $n"; done
    json as school improve priority list
    is '[.[].number] | tostring' '[2,6,7]'
    made step step_id as officer improve step add "FACS, May 2022" 1 "Expand the number of schools engaging" --priority-id "$(kept priority)"
    json as officer improve step complete "$(kept step)" 1 --outcome "Three more schools"
    json as officer improve step list --open
    is length 0
    as officer improve output add "Digital devices" 2000 "DfE schemes" --at-least >/dev/null
    as officer improve output add "Digital devices" 2000 "Covid recovery funding" --at-least >/dev/null
    refused 1 PRI-1 "counted for that period" as officer improve output add "Digital devices" 5 "DfE schemes"
    json as officer improve output list --what devices
    is '[.[].lots_quantity] | tostring' '[4000,4000]'
    json as officer improve comment add "The best training I have ever attended." school --phase Primary
    json as officer improve comment list --source-kind school
    is '.[0].phase' Primary
}
