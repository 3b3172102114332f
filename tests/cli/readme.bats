#!/usr/bin/env bats
# The README's word is kept: its two commands do what it prints, and every command it shows is one.
bats_require_minimum_version 1.5.0

# figures FILE: lines of figures without what changes from day to day: dates, references, times.
figures() { sed -E 's/[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}/DATE/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:+]+/TIME/g; s/\b(pt|se)-[0-9a-z]{10}\b/REF/g; s/ +/ /g; s/ $//' "$1"; }

# as_told FILE runs each command of the tables in demo/README.md, and prints what one does not print that stands beside it. A word in upper case stands for
# the first reference that the command in brackets lists.
as_told() {
    local line authority said words reference piece
    while read -r line; do
        case $line in
        '| the source prints'*) authority=$(grep -oE '[0-9]{3}' <<<"$line") ;;
        '| '*'`'*)
            mapfile -t words < <(cut -d '|' -f 3 <<<"$line" | grep -oE '`[^`]+`' | tr -d '`')
            command=${words[0]}
            for reference in "${words[@]:1}"; do
                reference=$(improve $reference --authority "$authority" --output json 2>/dev/null | jq -r '.[0] | to_entries | map(select(.key | endswith("_id")))[0].value')
                command=$(sed -E "s/ [A-Z]{3,}( |$)/ $reference\\1/" <<<"$command")
            done
            said=$(eval "improve $command --authority $authority --output table" 2>&1 | tr -s ' ')
            while read -r piece; do
                grep -qF -- "$piece" <<<"$said" || printf '%s --authority %s: no "%s" in\n%s\n' "$command" "$authority" "$piece" "$said"
            done < <(cut -d '|' -f 4 <<<"$line" | grep -oE '`[^`]+`' | tr -d '`')
            ;;
        esac
    done <"$1"
}

# first COMMAND… prints the first reference that a list shows.
first() { improve "$@" --output json 2>/dev/null | jq -r '.[0] | to_entries | map(select(.key | endswith("_id")))[0].value'; }

# One row of what was put in is another, authority by authority, and so are the figures.
figures_follow() {
    local urn
    improve round change "$(first round list --authority 001)" 2 --awarded-pence 108760300 --authority 001
    improve report bids --authority 001 --output csv 2>/dev/null | grep -q ',Total,6,3,3,0,50,108760300,36253433,'
    improve offer commit "$(first offer-award list --school-urn 902005 --authority 002)" 100000 Coaching --authority 002
    improve offer-award list --school-urn 902005 --authority 002 --output json | jq -e '.[0] | .committed_pence == 100000 and .left_pence == 2300000'
    improve reserve state "$(first reserve list --authority 003)" 23/4/2015 565000000 --share 2.43 --authority 003
    improve report reserve --authority 003 --output csv 2>/dev/null | grep -q ',After contributions,505000000,.*,2.17,'
    urn=$(improve report sla-non-buyer-schools --phase-group Special --authority 004 --output json 2>/dev/null | jq '.[0].urn')
    improve sla subscribe "$urn" "$(improve package list --authority 004 --output json | jq -r '[.[] | select(.package_id)][0].package_id')" --starts-on "$(date +%F)" --authority 004
    improve report sla-take-up --authority 004 --output csv 2>/dev/null | grep -q 'Special,8,10,80$'
    improve report sla-take-up --authority 004 --output csv 2>/dev/null | grep -q 'Total like for like,116,166,69.9$'
    improve budget-line set "$(first budget list --authority 005)" 7 1 "Keeping in touch" --quantity 67 --unit visits --rate-pence 25000 --authority 005
    improve report commitments --authority 005 --output csv 2>/dev/null | grep -q 'Total,,15420000'
    improve case change-category "$(first case list --category amber --authority 005)" 2 red "Worse" --authority 005
    improve report concern-cases --authority 005 --output csv 2>&1 >/dev/null | grep -q '10 = 7 red + 3 amber'
}

@test "deploy/run prints what the README shows, is quick when run again, and stops" {
    [ -z "${IMPROVE_SANITIZED:-}" ] || skip "once is enough: the other leg runs it"
    export IMPROVE_VAR=$BATS_TEST_TMPDIR/var
    deploy/run >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- || { cat "$BATS_TEST_TMPDIR/first"; return 1; }
    sed -n '/^\$ improve report sla-take-up/,/^Three to try/p' "$BATS_TEST_TMPDIR/first" >"$BATS_TEST_TMPDIR/printed"
    sed -n '/^\$ improve report sla-take-up/,/^Three to try/p' README.md >"$BATS_TEST_TMPDIR/shown"
    [ -s "$BATS_TEST_TMPDIR/shown" ]
    diff <(figures "$BATS_TEST_TMPDIR/shown") <(figures "$BATS_TEST_TMPDIR/printed")
    deploy/run >"$BATS_TEST_TMPDIR/again" 2>&1 3>&-
    diff <(figures "$BATS_TEST_TMPDIR/shown") <(sed -n '/^\$ improve report sla-take-up/,/^Three to try/p' "$BATS_TEST_TMPDIR/again" >"$BATS_TEST_TMPDIR/p2"; figures "$BATS_TEST_TMPDIR/p2")
    # The three to try, as a newcomer would.
    (
        # shellcheck source=/dev/null
        . "$IMPROVE_VAR/env"
        improve school list --authority 004 --limit 5
        improve report visits-owed --authority 005 --output csv >"$BATS_TEST_TMPDIR/owed" 2>"$BATS_TEST_TMPDIR/remark"
        grep -qx 'Planned or done: 66 visits by 15 partners, 4.4 each; fees of 66 visits: £16,500.00.' "$BATS_TEST_TMPDIR/remark"
        [ "$(tail -1 "$BATS_TEST_TMPDIR/owed" | cut -d, -f 4,5,8)" = Total,66,0 ]
        psql -c "select * from migrate.applied"
        # What the sources print, from the reports; and figures that follow what is put in.
        as_told demo/README.md >"$BATS_TEST_TMPDIR/untold"
        [ ! -s "$BATS_TEST_TMPDIR/untold" ] || { cat "$BATS_TEST_TMPDIR/untold"; exit 1; }
        figures_follow
    )
    deploy/run --stop 3>&-
    run ! pg_isready -h "$(readlink -f "$IMPROVE_VAR")/socket"
}

@test "every command that the README shows is one, with flags that it takes" {
    sed -n '/^```/,/^```/p' README.md | sed -nE 's/^(\$ )?(improve .*)$/\2/p' | sed -E 's/ +#.*//' | sort -u | while read -r line; do
        words=$(sed -E 's/^improve //; s/ --.*//; s/ "[^"]*"//g' <<<"$line" | tr ' ' '\n' | grep -E '^[a-z][a-z-]*$' | head -2 | paste -sd' ')
        # shellcheck disable=SC2086
        help=$("$IMPROVE" $words --help 2>&1) || { echo "not a command: $line"; continue; }
        grep -oE -- '--[a-z][a-z-]+' <<<"$line" | while read -r flag; do
            grep -qE -- "$flag([^a-z-]|$)" <<<"$help" || echo "$line: no flag $flag"
        done
    done >"$BATS_TEST_TMPDIR/wrong"
    [ ! -s "$BATS_TEST_TMPDIR/wrong" ] || { cat "$BATS_TEST_TMPDIR/wrong"; return 1; }
}
