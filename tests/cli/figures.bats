#!/usr/bin/env bats
# Published figures held against the reports, through the client (REP-2).
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_figures
    person operator --instance
    {
        echo '"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","PhaseOfEducation (name)"'
        for n in 1 2 3 4 5 6 7; do
            echo "90000$n,\"001\",\"Eastmarch\",\"200$n\",\"School $n\",\"Community school\",\"Open\",\"$([ $n -gt 4 ] && echo Secondary || echo Primary)\""
        done
    } >"$INSTANCE/schools.csv"
    as operator improve school import "$INSTANCE/schools.csv" --output json >/dev/null
    person officer --authority 001 --persona officer
    person reporter --authority 001 --persona reporter
    export IMPROVE_AUTHORITY=001
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

add() { as officer improve figure add "$1" "$2" today "$3" "Paper 7, page 2" --report schools-by-phase-group --column schools --row name=phase-group,value="$4"; }

@test "figures: figure add, figure check, figure list, figure explain, figure withdraw" {
    run -0 add primaries 4 "our 4 primaries" Primary
    [[ $output == *"Verdict: agrees"* ]]
    run -0 add secondaries "over 5" "over 5 secondaries" Secondary
    [[ $output == *"Verdict: differs"*"Why: Printed over 5, computed 3: -2."* ]]
    run -0 as officer improve figure add governors "two thirds" today "two thirds of governors" "Paper 7" --output json
    [ "$(jq -r .verdict <<<"$output")" = cannot ]
    run -0 --separate-stderr as reporter improve figure check --output csv --columns code,printed,computed,verdict
    [ "$output" = $'code,printed,computed,verdict\ngovernors,two thirds,,cannot\nprimaries,4,4,agrees\nsecondaries,over 5,3,differs' ]
    [ "$stderr" = "Figures: 3; agree: 1; differ: 1; cannot be computed: 1." ]
    run -0 --separate-stderr as reporter improve report figures --verdict differs --output json
    [ "$(jq -r '.[].code' <<<"$output")" = secondaries ]
    run -0 as officer improve figure explain secondaries 1 --reason "Two closed since"
    [[ $output == *"Printed over 5, computed 3: -2. Two closed since"* ]]
    run -1 as officer improve figure explain secondaries 1 --reason Again
    run -0 as officer improve figure withdraw governors 1 "Said by another body"
    run -0 as reporter improve figure list --output json
    [ "$(jq -c '[.[].code]' <<<"$output")" = '["primaries","secondaries"]' ]
    run -4 as reporter improve figure withdraw primaries 1 Wrong
}

@test "what cannot be checked is refused with what could be" {
    run -2 --separate-stderr as officer improve figure add x 3 today words source --report schools-by-phase-group --column pupils
    [[ $stderr == *'has no column "pupils"'*schools* ]]
    run -2 --separate-stderr as officer improve figure add x 3 today words source --report no-such --column schools
    [[ $stderr == *'No report "no-such" tells figures.'* ]]
    run -2 --separate-stderr as officer improve figure add "No Code" 3 today words source
    [[ $stderr == *ofsted-2017-08-good* ]]
}
