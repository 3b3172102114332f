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
    person admin --authority 001 --persona la_admin
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

@test "small numbers are left out of what is published, by the authority's rule: publication-policy show, publication-policy set" {
    run -0 as reporter improve publication-policy show --output json
    [ "$(jq -c '[.small_below, .hide_zeros, .own, .version]' <<<"$output")" = '[5,false,false,0]' ]
    # 4 primaries and 3 secondaries, none of which subscribes: small. 7 of 7 is not, but would tell with the bases that all 4 of 4 do not.
    run -0 --separate-stderr as reporter improve report sla-non-buyers --publish --output csv --columns phase_group,non_buyers,maintained,academies,base,percent
    [ "$output" = $'phase_group,non_buyers,maintained,academies,base,percent\nPrimary,[c],[c],0,[c],[c]\nSecondary,[c],[c],0,[c],[c]\nTotal,7,7,0,7,100' ]
    [[ $stderr == "Small numbers are suppressed: [c] stands for a count from 1 to 4 (the threshold is 5), for a count that would give such a one away, "* ]]
    [[ $stderr != *"7 of 7"* ]] # nor in a remark
    run -0 as admin improve publication-policy set 0 --small-below 4 --dry-run
    run -0 as admin improve publication-policy set 0 --small-below 4
    run -0 --separate-stderr as reporter improve report sla-non-buyers --publish --output json
    [ "$(jq -c '[.[] | .non_buyers]' <<<"$output")" = '["[c]","[c]",7]' ] # 4 would tell the 3
    run -1 --separate-stderr as admin improve publication-policy set 0 --small-below 6
    [[ $stderr == *"it is at 1"* ]]
    run -2 --separate-stderr as admin improve publication-policy set 1 --small-below 0
    [[ $stderr == *"1 (no count is small) to 100"* ]]
    run -4 as officer improve publication-policy set 1 --small-below 6
    run -0 --separate-stderr as reporter improve report schools-by-phase-group --publish --output csv --columns phase_group,schools
    [ "$output" = $'phase_group,schools\nPrimary,4\nSecondary,3' ] # anybody can look them up
    [[ $stderr == *"public registers is not small: Schools. This table has none." ]]
}

@test "what was published suppressed is kept as such" {
    run -0 as officer improve figure add non-buyers "[c]" today "[c] primaries do not subscribe" "Paper 9" --report sla-non-buyers --column non-buyers --row name=phase-group,value=Secondary
    [[ $output == *"Verdict: agrees"*"Why: Published suppressed: a count below 4."* ]]
    run -0 as officer improve figure add non-buyers-rate "[c]" today "[c] of primaries" "Paper 9" --report sla-non-buyers --column percent --row name=phase-group,value=Secondary
    [[ $output == *"Verdict: cannot"*"suppressed with them."* ]]
    run -0 as reporter improve figure list --output json
    [ "$(jq -c '[.[] | select(.code == "non-buyers") | .printed, .small_below, .number]' <<<"$output")" = '["[c]",4,null]' ]
    as officer improve figure withdraw non-buyers 1 "Tried" >/dev/null
    as officer improve figure withdraw non-buyers-rate 1 "Tried" >/dev/null
}

@test "what is not marked for publication is refused with what is" {
    run -2 --separate-stderr as reporter improve report due --publish
    [[ $stderr == *"is not marked for publication (REP-5). Accepted: report schools-by-phase-group, "* ]]
    run -2 --separate-stderr as reporter improve report list --publish
    [[ $stderr == *"does not publish. Accepted: improve report NAME --publish"* ]]
    run -2 as reporter improve pack make "$BATS_TEST_TMPDIR/pack" sla-non-buyers bids --publish
    [ ! -e "$BATS_TEST_TMPDIR/pack" ]
    IMPROVE_AUTHORITY='' run -2 --separate-stderr as operator improve report schools-by-phase-group --publish
    [[ $stderr == *"Accepted: --authority CODE."* ]]
}

@test "what cannot be checked is refused with what could be" {
    run -2 --separate-stderr as officer improve figure add x 3 today words source --report schools-by-phase-group --column pupils
    [[ $stderr == *'has no column "pupils"'*schools* ]]
    run -2 --separate-stderr as officer improve figure add x 3 today words source --report no-such --column schools
    [[ $stderr == *'No report "no-such" tells figures.'* ]]
    run -2 --separate-stderr as officer improve figure add "No Code" 3 today words source
    [[ $stderr == *ofsted-2017-08-good* ]]
}
