#!/usr/bin/env bats
# Reports as accessible pages, as a browser has them, and as workbooks.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_pages
    person operator --instance
    {
        echo '"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","PhaseOfEducation (name)"'
        for n in 1 2 3 4 5 6 7; do
            echo "90000$n,\"001\",\"Eastmarch\",\"200$n\",\"The School of Saint Bartholomew & All <Angels> at Long Barton-under-Wychwood $n\",\"Community school\",\"Open\",\"$([ $n -gt 4 ] && echo Secondary || echo Primary)\""
        done
    } >"$INSTANCE/schools.csv"
    as operator improve school import "$INSTANCE/schools.csv" --output json >/dev/null
    person officer --authority 001 --persona officer
    person admin --authority 001 --persona la_admin
    export IMPROVE_AUTHORITY=001
    for n in 1 2 3; do
        course=$(as admin improve course add "A course with a title that is rather long for a bar's name, part $n" --output json | jq -r .course_id)
        session=$(as admin improve session add "$course" "2030-01-1${n}T09:30" "2030-01-1${n}T12:30" Hall $((10 * n)) --output json | jq -r .session_id)
        as admin improve session publish "$session" 1 --output json >/dev/null
    done
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    page=$BATS_TEST_TMPDIR/page.html
}

# browser ARGUMENTS runs Chromium without a window, on a profile of its own.
browser() {
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$BATS_TEST_TMPDIR/profile" "$@" 2>/dev/null
}

# findings WIDTH prints what the page breaks in a window of that width.
findings() {
    { sed 's/<\/body>.*//' "$page"; echo '<script>'; cat tests/support/accessible.js; echo '</script></body></html>'; } >"$BATS_TEST_TMPDIR/tried.html"
    browser --window-size="$1",900 --dump-dom "file://$BATS_TEST_TMPDIR/tried.html" | tr '\n' '\v' | sed -n 's/.*<pre id="findings">\([^<]*\)<.*/\1/p' | tr '\v' '\n'
}

accessible() {
    [ -z "${IMPROVE_SANITIZED:-}" ] || return 0 # the same pages, which the other build looks at
    tidy -quiet -errors --drop-empty-elements no "$page" 2>"$BATS_TEST_TMPDIR/tidy" || { cat "$BATS_TEST_TMPDIR/tidy"; return 1; }
    for width in 1200 500; do
        [ "$(findings $width)" = none ] || { findings $width; return 1; }
    done
}

@test "reports are pages without a fault, wide and narrow" {
    for report in schools-by-phase-group cpd-sessions partner-workload visits-owed sla-take-up ofsted-over-time charges-outstanding; do
        as officer improve report "$report" --output html >"$page" 2>/dev/null
        accessible || { echo "$report" >&2; return 1; }
    done
    as officer improve report cpd-sessions --output html >"$page" 2>/dev/null
    [ "$(grep -c '<rect' "$page")" = 6 ]
    as officer improve report sla-take-up --output html >"$page" 2>/dev/null
    grep -q '<code>improve report sla-take-up --authority 001 --as-of [0-9-]*</code>' "$page"
}

@test "any list is a page; names stay as they are" {
    as officer improve school list --output html >"$page"
    accessible
    grep -q 'Saint Bartholomew &amp; All &lt;Angels&gt;' "$page"
}

@test "the data dictionary is a page without a fault" {
    as officer improve dictionary show >"$page"
    accessible
}

@test "the check finds what is wrong" {
    [ -z "${IMPROVE_SANITIZED:-}" ] || skip "the other build looks at pages"
    as officer improve report cpd-sessions --output html | sed -e 's/lang="en-GB"//' -e 's/ scope="col"//' -e 's/#0b0c0c;background/#aaa;background/' -e 's/ tabindex="0"//' -e 's/<caption.*caption>//' >"$page"
    findings 500 >"$BATS_TEST_TMPDIR/found"
    for rule in 3.1.1 1.3.1 1.4.3 2.1.1; do grep -q "^$rule" "$BATS_TEST_TMPDIR/found" || { cat "$BATS_TEST_TMPDIR/found"; echo "not found: $rule" >&2; return 1; }; done
}

@test "a browser draws the page" {
    [ -z "${IMPROVE_SANITIZED:-}" ] || skip "the other build looks at pages"
    as officer improve report schools-by-phase-group --output html >"$page"
    browser --window-size=1000,1200 --screenshot="$BATS_TEST_TMPDIR/page.png" "file://$page"
    [ "$(stat -c %s "$BATS_TEST_TMPDIR/page.png")" -gt 10000 ]
}

@test "a workbook has a cover, notes and a table, with numbers that are numbers" {
    as officer improve report cpd-sessions --output xlsx >"$BATS_TEST_TMPDIR/w.xlsx" 2>/dev/null
    unzip -q -d "$BATS_TEST_TMPDIR/w" "$BATS_TEST_TMPDIR/w.xlsx"
    run -0 grep -o '<sheet name="[A-Za-z]*"' "$BATS_TEST_TMPDIR/w/xl/workbook.xml"
    [ "$output" = $'<sheet name="Cover"\n<sheet name="Notes"\n<sheet name="Table"' ]
    grep -q '<table .*ref="A1:' "$BATS_TEST_TMPDIR/w/xl/tables/table1.xml"
    ! grep -q mergeCell "$BATS_TEST_TMPDIR/w/xl/worksheets/"*.xml
    grep -q '<c r="F3" s="[0-9]*"><v>20</v></c>' "$BATS_TEST_TMPDIR/w/xl/worksheets/sheet3.xml"
}

@test "a pack is a folder of pages, PDFs and CSVs with a page that lists them: pack make" {
    paper=$(as officer improve paper add "Training this year" "Schools Forum" 15/1/2031 --item-type 4 --authors "Head of service" --output json | jq -r .paper_id)
    run -0 --separate-stderr as officer improve pack make "$BATS_TEST_TMPDIR/forum" cpd-sessions schools-by-phase-group --paper "$paper"
    [ "$output" = "$BATS_TEST_TMPDIR/forum/index.html" ]
    for file in index.html index.pdf cpd-sessions.html cpd-sessions.csv cpd-sessions.pdf schools-by-phase-group.csv recommendations.html due-back.csv; do
        [ -s "$BATS_TEST_TMPDIR/forum/$file" ]
    done
    grep -q '<dt>Item type</dt><dd>4, for information</dd>' "$BATS_TEST_TMPDIR/forum/index.html"
    grep -q '<dt>Who may vote</dt><dd>Nobody votes' "$BATS_TEST_TMPDIR/forum/index.html"
    grep -q '^001,.*,20,0,' "$BATS_TEST_TMPDIR/forum/cpd-sessions.csv"
    page=$BATS_TEST_TMPDIR/forum/index.html
    accessible
    grep -a -q '/MarkInfo' "$BATS_TEST_TMPDIR/forum/cpd-sessions.pdf" # tagged
    run -2 --separate-stderr as officer improve pack make "$BATS_TEST_TMPDIR/forum" cpd-sessions
    [[ $stderr == *"a folder that is not there yet"* ]]
    run -2 --separate-stderr as officer improve pack make "$BATS_TEST_TMPDIR/other" no-such
    [ ! -e "$BATS_TEST_TMPDIR/other" ]
    run -5 as officer improve pack make "$BATS_TEST_TMPDIR/third" cpd-sessions --paper pp-none
}

@test "a pack for publication leaves small numbers out of pages, CSVs and PDFs: pack make --publish" {
    run -0 --separate-stderr as officer improve pack make "$BATS_TEST_TMPDIR/public" sla-non-buyers schools-by-phase-group --publish
    [ "$(cut -d, -f 3-5 "$BATS_TEST_TMPDIR/public/sla-non-buyers.csv" | paste -s -d ' ')" = 'phase_group,non_buyers,maintained Primary,[c],[c] Secondary,[c],[c] Total,7,7' ]
    page=$BATS_TEST_TMPDIR/public/sla-non-buyers.html
    grep -q '<td class="n">\[c\]</td>' "$page"
    grep -q '<p>Small numbers are suppressed: \[c\] stands for a count from 1 to 4' "$page"
    grep -q -- '--publish' "$page"
    ! grep -q 'do not subscribe; of' "$page"
    accessible
    grep -q '<dt>Small numbers</dt><dd>Suppressed' "$BATS_TEST_TMPDIR/public/index.html"
    as officer improve report sla-non-buyers --publish --output xlsx >"$BATS_TEST_TMPDIR/p.xlsx" 2>/dev/null
    unzip -q -d "$BATS_TEST_TMPDIR/p" "$BATS_TEST_TMPDIR/p.xlsx"
    grep -q '>\[c\]<' "$BATS_TEST_TMPDIR/p/xl/sharedStrings.xml"
    grep -q 'Small numbers are suppressed' "$BATS_TEST_TMPDIR/p/xl/sharedStrings.xml"
}

@test "a form of output that there is not is refused with those there are" {
    run -2 --separate-stderr as officer improve report sla-take-up --output pdf
    [[ $stderr == *"Accepted: table, json, csv, html, xlsx."* ]]
}
