#!/usr/bin/env bats
# The README's word is kept: its two commands do what it prints, and every command it shows is one.
bats_require_minimum_version 1.5.0

# figures FILE: lines of figures without what changes from day to day: dates, references, times.
figures() { sed -E 's/[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}/DATE/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:+]+/TIME/g; s/\b(pt|se)-[0-9a-z]{10}\b/REF/g; s/ +/ /g; s/ $//' "$1"; }

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
        # What the sources print, from the reports.
        improve figure check --authority 004 --output csv --columns code,computed,verdict >"$BATS_TEST_TMPDIR/figures" 2>"$BATS_TEST_TMPDIR/remark"
        grep -qx 'Figures: 20; agree: 16; differ: 3; cannot be computed: 1.' "$BATS_TEST_TMPDIR/remark"
        [ "$(grep differs "$BATS_TEST_TMPDIR/figures" | sort | paste -s -d ' ')" = 'good-2017-percent,76.9%,differs inspected-2017,173,differs take-up-total,115,differs' ]
        improve report bids --authority 001 --output csv --columns base,successful,percent,total_pence 2>/dev/null | grep -qx '6,3,50,108760000'
        [ "$(improve report reserve --authority 003 --output csv --columns share 2>/dev/null | grep . | paste -s -d ' ')" = 'share 2.47 2.21' ]
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
