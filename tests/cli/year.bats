#!/usr/bin/env bats
# A year of Jo Field's, who works for three authorities, told through the client (PAR-1 to PAR-4, VIS-1 to VIS-6). No day of it is a date: the past
# and what is ahead are so many working days from today, and what is planned is planned for the next academic year.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_year
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900002,"001","Eastmarch","2002","Beech Primary School","Community school","Open","01-09-1990","Primary"
900003,"001","Eastmarch","4001","Cedar High School","Academy converter","Open","01-09-2012","Secondary"
900021,"002","Thornhithe","2001","Dale Primary School","Community school","Open","01-09-1990","Primary"
900041,"003","Lenborough","2001","Elm Primary School","Community school","Open","01-09-1990","Primary"
900042,"003","Lenborough","1001","Fern Nursery School","Local authority nursery school","Open","01-09-1990","Nursery"
900043,"003","Lenborough","2003","Gorse Primary Academy","Academy converter","Open","01-09-2012","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2012 >/dev/null
    local n
    for n in 1 2 3; do
        person "admin$n" --authority "00$n" --persona la_admin
        person "officer$n" --authority "00$n" --persona officer
        person "school$n" --authority "00$n" --persona booker --school "$(school "$n")"
    done
    # The working days of the last two months and the next, nearest first: past 1 is the last before today, ahead 1 the next.
    as admin1 improve calendar deadline 60 --direction before --authority 001 --output json | jq -r '.[] | select(.counts) | .day' >"$INSTANCE/past"
    as admin1 improve calendar deadline 60 --authority 001 --output json | jq -r '.[] | select(.counts) | .day' >"$INSTANCE/ahead"
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

# at N WHO WORDS…: somebody's command in authority N: officer, admin, school; jo and al are the same in all of them.
at() {
    local n=$1 who=$2
    shift 2
    case $who in jo | al) ;; *) who=$who$n ;; esac
    IMPROVE_AUTHORITY=00$n IMPROVE_PROFILE=$who "$IMPROVE" "$@"
}

# turned_down TEXT COMMAND… must be refused in such words.
turned_down() {
    run --separate-stderr "${@:2}"
    if [ "$status" -eq 0 ] || [[ "$stderr" != *"$1"* ]]; then
        echo "exit $status: $stderr" >&2
        return 1
    fi
}

school() { echo "$((900001 + 20 * ($1 - 1)))"; }
past() { sed -n "$1p" "$INSTANCE/past"; }
ahead() { sed -n "$1p" "$INSTANCE/ahead"; }
academic_year() { echo "$(($(date -d "$1" +%Y) - ($(date -d "$1" +%-m) < 9)))"; }
next_year() { echo "$(($(academic_year today) + 1))"; }
english() { date -d "$1" '+%-d %b %Y'; }

# visit N NAME DAY PURPOSE FLAGS…: authority N's officer plans a visit of Jo's to its school, in the evening, when no plan has any; its reference is kept.
visit() {
    json at "$1" officer visit add "$(school "$1")" "$(kept "jo$1")" "$3T17:00" "${@:4}"
    keep "$2" "$(jq -r .visit_id <<<"$output")"
}

# took_place N NAME: the school confirms a visit, and Jo says that it took place.
took_place() {
    at "$1" officer visit confirm "$(kept "$2")" 1 >/dev/null
    at "$1" jo visit done "$(kept "$2")" 2 >/dev/null
}

@test "Jo is engaged by three authorities, and signs in to all of them with one device" {
    for n in 1 2 3; do
        json at $n officer partner add "Jo Field" --kinds sip --capacity-half-days 40 --background retired_head
        keep jo$n "$(jq -r .partner_id <<<"$output")"
    done
    at 1 admin partner invite "$(kept jo1)" --quiet | "$IMPROVE" login --profile jo --url "ipc://$INSTANCE/s.sock" --code-stdin
    for n in 2 3; do
        at $n admin partner invite "$(kept jo$n)" --quiet | as jo improve login --code-stdin
    done
    json as jo improve whoami --authority ''
    is '[.[] | "\(.authority) \(.personas | join("+"))"] | sort | join(", ")' "001 partner, 002 partner, 003 partner"
    is '[.[].person_id] | unique | length' 1
    # None of them learns of the others: each has one partner, by a reference of its own.
    for n in 1 2 3; do
        json at $n officer partner list
        is '[.[].partner_id] | join(" ")' "$(kept jo$n)"
    done
    json as jo improve device list --authority ''
    is length 1
}

@test "each authority asks for an accreditation, a conflict check and the school's answer: Jo passes every gate in each" {
    for n in 1 2 3; do
        at $n admin assignment-role set sip --kind sip --accreditation-body "Association of Education Advisers" >/dev/null
        at $n admin assignment-policy set true >/dev/null
        json at $n officer assignment propose "$(school $n)" "$(kept jo$n)" 6 --starts-on "$(past 60)"
        keep assigned$n "$(jq -r .assignment_id <<<"$output")"
        is '.findings | length' 1
        turned_down "Jo Field holds no accreditation by Association of Education Advisers" at $n officer assignment check "$(kept assigned$n)" 1
        json at $n officer accreditation add "$(kept jo$n)" "Association of Education Advisers" "$(past 60)" --number "AEA-$n"
        keep accredited$n "$(jq -r .accreditation_id <<<"$output")"
        turned_down "The authority has no assignment" at $n school assignment answer "$(kept assigned$n)" 1 accept # it is not asked yet
        json at $n officer assignment check "$(kept assigned$n)" 1 --note "Asked by telephone"
        is .status checked
        turned_down "You are not assigned to school $(school $n)" at $n jo visit add "$(school $n)" "$(kept jo$n)" "$(ahead 5)T17:00" core
        json at $n school assignment answer "$(kept assigned$n)" 2 accept
        is .status live
        json at $n school assignment gates "$(kept assigned$n)"
        is '[.[] | "\(.gate) \(.outcome)"] | join(", ")' "school_answer passed, live passed"
    done
    json at 1 officer report partner-workload
    is '.[0] | "\(.assignments) \(.half_days) of \(.capacity), \(.percent) %"' "1 6 of 40, 15 %"
    at 1 officer partner set-capacity "$(kept jo1)" "$(academic_year today)" 24 >/dev/null
    json at 1 officer report partner-workload
    is '.[0] | "\(.assignments) \(.half_days) of \(.capacity), \(.percent) %"' "1 6 of 24, 25 %"
}

@test "next year is planned, two visits a term, where Jo is free; nobody is in two places" {
    local y z
    y=$(next_year) z=$(($(next_year) + 1))
    for n in 1 2 3; do
        at $n admin calendar set-terms "$y" starts_on="3/9/$y,ends_on=20/10/$y" starts_on="1/11/$y,ends_on=18/12/$y" starts_on="6/1/$z,ends_on=12/2/$z" \
            starts_on="22/2/$z,ends_on=25/3/$z" starts_on="12/4/$z,ends_on=27/5/$z" starts_on="7/6/$z,ends_on=20/7/$z" >/dev/null
        json at $n jo visit plan "$(kept assigned$n)" 2 --academic-year "$y" --dry-run
        is '[.[].term] | join(" ")' "autumn autumn spring spring summer summer"
        first=$(jq -r '.[0].starts_at' <<<"$output")
        json at $n officer visit plan "$(kept assigned$n)" 2 --academic-year "$y"
        is '.[0].starts_at' "$first" # as the dry run said, which kept nothing
        keep planned$n "$output"
        json at $n officer visit list --from "1/9/$y"
        is length 6
        json at $n officer visit plan "$(kept assigned$n)" 2 --academic-year "$y"
        is length 0
        [[ "$stderr" == *"Autumn: 2 of 2 planned before."* ]]
    done
    json as jo improve diary list --from "1/9/$y" --to "31/8/$z"
    is '[.[].authority] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' "001 6, 002 6, 003 6"
    is '[.[].starts_at] | unique | length' 18
    is '[.[] | .starts_at[0:10]] | unique | length < 18' true # where one authority has the morning, another has the afternoon
    turned_down "A visit begins and ends on one day" at 1 officer visit plan "$(kept assigned1)" 3 --academic-year "$y" --time 22:00
}

@test "another authority that wants Jo at a taken time is told \"busy\" and nothing more" {
    taken=$(jq -r '.[0].starts_at' <<<"$(kept planned1)")
    for command in "visit add $(school 2) $(kept jo2) $taken core" "visit move $(jq -r '.[3].visit_id' <<<"$(kept planned2)") 1 $taken"; do
        # shellcheck disable=SC2086
        turned_down busy at 2 officer $command
        [ "$stderr" = $'busy [VIS-1]\n  --starts-at: Accepted: another time' ]
    done
    json at 2 officer visit list --from "1/9/$(next_year)"
    is '[.[].visit_id] | sort | join(" ")' "$(jq -r '[.[].visit_id] | sort | join(" ")' <<<"$(kept planned2)")"
    # One's own authority says which visit it is.
    turned_down "$(jq -r '.[0].visit_id' <<<"$(kept planned1)")" at 1 officer visit add 900002 "$(kept jo1)" "$taken" core
}

@test "visits draw on what the school has, and give it back with notice, and not without" {
    at 1 admin visit set-policy 0 --notice-days 4 >/dev/null
    json at 1 officer entitlement grant 900001 sla --half-days 6 --starts-on "$(past 60)" --ends-on "$(ahead 60)"
    keep entitled "$(jq -r .entitlement_id <<<"$output")"

    visit 1 early "$(ahead 10)" core --funding sla
    is .half_days_left 5
    json at 1 school visit cancel "$(kept early)" 1 "Staff training"
    is '"\(.half_days_given_back) \(.explanation)"' "1 Given back: the last free day is $(english "$(ahead 6)"), 4 working days before the visit."
    visit 1 late "$(ahead 2)" core --funding sla
    json at 1 school visit cancel "$(kept late)" 1 "Staff training" --dry-run
    is .half_days_given_back 0
    json at 1 school visit cancel "$(kept late)" 1 "Staff training"
    [[ "$(jq -r .explanation <<<"$output")" == "Not given back: the last free day was "* ]]
    # Moved when the notice has passed it is still late.
    visit 1 moved "$(ahead 3)" core --funding sla
    json at 1 jo visit move "$(kept moved)" 1 "$(ahead 12)T17:00"
    is '"\(.status) \(.moved_late)"' "planned true"
    json at 1 school visit cancel "$(kept moved)" 2 "Snow"
    is '"\(.half_days_given_back) \(.explanation)"' "0 Not given back: it was moved after its last free day."
    # When it is Jo who cannot come, the school loses nothing.
    visit 1 ill "$(ahead 2)" core --funding sla
    json at 1 jo visit cancel "$(kept ill)" 1 "Ill"
    is '"\(.cancelled_for) \(.half_days_given_back)"' "partner 1"

    json at 1 school entitlement entries "$(kept entitled)"
    is '[.[] | "\(.kind) \(.half_days_left)"] | join(", ")' "granted 6, drawn 5, given_back 6, drawn 5, drawn 4, drawn 3, given_back 4"
    visit 1 ahead "$(ahead 20)" core --funding sla
    is .half_days_left 3
    turned_down "Half-days wanted: 4; left of the school's sla entitlement" at 1 officer visit add 900001 "$(kept jo1)" "$(ahead 21)T17:00" core --funding sla --half-days 4
}

@test "Jo's diary is over all three: a list, a month, a file whose entries keep their names when visits move" {
    first=$(jq -r '.[0].visit_id' <<<"$(kept planned1)")
    day=$(jq -r '.[0].starts_at[0:10]' <<<"$(kept planned1)")
    run -0 as jo improve diary month "${day:0:7}"
    [[ "$output" == *"$first"* ]]
    as jo improve diary export "$INSTANCE/before.ics"
    tr -d '\r' <"$INSTANCE/before.ics" >"$INSTANCE/before"
    [ "$(grep -c '^UID:00[123]-vi-.*@improve$' "$INSTANCE/before")" = 19 ] # the plans', and the one that is left of the last chapter's
    at 1 officer visit move "$first" 1 "${day}T20:30" >/dev/null
    second=$(jq -r '.[1] | "\(.visit_id) \(.version)"' <<<"$(kept planned2)")
    # shellcheck disable=SC2086
    at 2 officer visit cancel $second "Merged with the next" >/dev/null
    as jo improve diary export - | tr -d '\r' >"$INSTANCE/after"
    diff <(grep '^UID:' "$INSTANCE/before" | grep -v "${second% *}" | sort) <(grep '^UID:' "$INSTANCE/after" | sort)
    event() { sed -n "/^BEGIN:VEVENT/,/^END:VEVENT/{H;/^END:VEVENT/{x;/UID:001-$first@/p;s/.*//;h}}" "$1"; }
    event "$INSTANCE/before" | grep -qx SEQUENCE:0
    event "$INSTANCE/after" | grep -qx SEQUENCE:1
    event "$INSTANCE/after" | grep -qx "DTSTART;TZID=Europe/London:${day//-/}T203000"
}

@test "a watch of the diary goes on where it was: nothing twice, nothing left out" {
    (umask 077 && echo '{}' >"$INSTANCE/seen")
    for limit in 10 20; do
        json timeout 20 "$IMPROVE" diary watch --profile jo --limit $limit --cursor-file "$INSTANCE/seen"
        printf '%s\n' "$output" >>"$INSTANCE/events"
    done
    output=$(jq -s . "$INSTANCE/events")
    is '[.[].event_id] | unique | length' 30
    is '[.[] | select(.authority == "001") | .kind] | .[6:] | join(" ")' \
        "planned cancelled planned cancelled planned moved cancelled planned cancelled planned moved"
    is '[.[] | select(.authority == "002") | .kind] | .[6:] | join(" ")' cancelled
    is '[.[] | select(.authority == "003") | .kind] | unique | join(" ")' planned
    at 3 school visit confirm "$(jq -r '.[0].visit_id' <<<"$(kept planned3)")" 1 >/dev/null
    json timeout 20 "$IMPROVE" diary watch --profile jo --limit 1 --cursor-file "$INSTANCE/seen"
    is '"\(.authority) \(.kind)"' "003 confirmed"
}

@test "visits take place, and both sides write their part of the note; the school agrees to what it read" {
    for n in 1 2; do
        at $n officer theme add reading Reading >/dev/null
        at $n officer theme add attendance Attendance >/dev/null
        at $n officer template add "Any visit" --themes reading --themes attendance --support-levels light --support-levels intensive \
            --sections '{"key":"before","title":"Before","part":"school","prompts":[{"key":"wish","text":"What to look at?"}]}' \
            --sections '{"key":"day","title":"The day","part":"partner","prompts":[{"key":"strengths","text":"What works well?","rag":true,"required":true}]}' >/dev/null
    done
    visit 1 phonics "$(past 3)" core --funding sla
    is .half_days_left 2
    at 1 school note write "$(kept phonics)" --answers prompt=wish,text=Phonics >/dev/null
    turned_down "a visit that is" at 1 jo note write "$(kept phonics)" --answers prompt=strengths,text=Early,rag=green --support-level light
    took_place 1 phonics
    turned_down "The partner's part is Jo Field's to write" at 1 officer note write "$(kept phonics)" --answers prompt=strengths,text=Mine,rag=green --support-level light
    json at 1 jo note write "$(kept phonics)" --answers prompt=strengths,text=Blending,rag=amber --themes reading --support-level light
    is '"\(.status) \(.version) \(.late)"' "noted 1 false"
    at 1 jo note write "$(kept phonics)" --version 1 --answers prompt=strengths,text=Blending,rag=green --themes reading --themes attendance --support-level light >/dev/null
    turned_down "it is at 2" at 1 school note agree "$(kept phonics)" 1
    json at 1 school note agree "$(kept phonics)" 2
    is .status agreed
    json at 1 school note show "$(kept phonics)"
    is '[.sections[].answers[0] | "\(.text) \(.rag)"] | join(", ")' "Phonics null, Blending green"
    json at 1 officer note versions "$(kept phonics)"
    is '[.[] | "\(.part) \(.version) \(.agreed_at != null)"] | join(", ")' "school 1 false, partner 1 false, partner 2 true"

    # Two more, to a school of another phase and to one of the same: outside an assignment an officer may plan them.
    for more in "900003 cedar 4" "900002 beech 5"; do
        read -r urn name days <<<"$more"
        json at 1 officer visit add "$urn" "$(kept jo1)" "$(past "$days")T17:00" core
        keep "$name" "$(jq -r .visit_id <<<"$output")"
        took_place 1 "$name"
        at 1 jo note write "$(kept "$name")" --answers prompt=strengths,text=Readers,rag=green --themes reading --support-level light >/dev/null
    done
}

@test "a note that does not come is listed as late, by working days; and when it has come, as late come" {
    visit 2 forgotten "$(past 30)" core
    took_place 2 forgotten
    json at 2 officer note list --state late
    due=$(past 20) # ten working days after the visit
    today_counts=$([ "$(at 2 officer calendar deadline 1 --from tomorrow --direction before --output json | jq -r '.[-1].day')" = "$(date +%F)" ] && echo 1 || echo 0)
    is '.[] | "\(.visit_id) \(.note_due_on) \(.working_days_late)"' "$(kept forgotten) $due $((19 + today_counts))"
    json at 2 jo note list --state late
    is length 1
    json at 2 officer report notes-late --from "$(past 40)"
    is '.[-1] | "\(.base) \(.late) \(.came_late)"' "1 1 0"
    json at 2 jo note write "$(kept forgotten)" --answers prompt=strengths,text=Sorry,rag=green --support-level light
    is .late true
    json at 2 officer note list --state late
    is length 0
    json at 2 officer report notes-late --from "$(past 40)"
    is '.[-1] | "\(.base) \(.late) \(.came_late) \(.percent)"' "1 0 1 0"
    json at 1 officer report notes-late --from "$(past 40)"
    is '.[-1] | "\(.base) \(.on_time) \(.percent)"' "3 3 100"
}

@test "a sample of notes that anyone can draw again; two raters" {
    run -0 --separate-stderr at 1 admin qa sample 2 --seed 7 --from "$(past 40)" --to "$(date +%F)" --output csv --columns visit_id,phase_group,stratum_notes,stratum_drawn
    [ "$(tail -n +2 <<<"$output" | cut -d, -f 2- | sort | paste -sd' ')" = "Primary,2,1 Secondary,1,1" ] # of three, two: the larger remainder first
    first=$output
    again=$(grep -o 'improve qa sample.*' <<<"$stderr")
    at 1 jo note write "$(kept beech)" --version 1 --answers prompt=strengths,text=Corrected,rag=red --themes attendance --support-level intensive >/dev/null
    # shellcheck disable=SC2086
    run -0 --separate-stderr at 1 officer ${again#improve } --output csv --columns visit_id,phase_group,stratum_notes,stratum_drawn
    [ "$output" = "$first" ]
    json at 1 officer report qa-sample 3 --seed 7 --from "$(past 40)" --to "$(date +%F)"
    is '.[-1] | "\(.drawn) drawn, \(.rated) rated, \(.met) times met, \(.percent) %"' "3 drawn, 0 rated, 0 times met, 0 %"
    for rater in officer admin; do
        for note in phonics cedar; do at 1 $rater qa rate "$(kept $note)" met >/dev/null; done
    done
    turned_down "You have rated" at 1 officer qa rate "$(kept cedar)" not_met
    json at 1 admin qa agreement --from "$(past 40)" --to "$(date +%F)"
    is '.[0] | "\(.agreed) of \(.base)"' "2 of 2"
    json at 1 officer report qa-sample 3 --seed 7 --from "$(past 40)" --to "$(date +%F)"
    is '.[-1] | "\(.drawn) drawn, \(.rated) rated, \(.met) times met, \(.percent) %"' "3 drawn, 2 rated, 4 times met, 66.7 %"
}

@test "Lenborough owes its maintained schools a visit to keep in touch: owed, planned, done" {
    year=$(academic_year "$(past 6)")
    json at 3 officer kit list --academic-year "$year"
    is '[.[] | "\(.urn) \(.state)"] | sort | join(", ")' "900041 owed, 900042 owed"
    visit 3 kit "$(past 6)" kit --fee-pence 25000
    json at 3 officer kit list --academic-year "$year" --state planned
    is '[.[] | "\(.urn) \(.visit_id)"] | join(", ")' "900041 $(kept kit)"
    turned_down VIS-5 at 3 officer visit add 900041 "$(kept jo3)" "$(past 7)T17:00" kit
    took_place 3 kit
    run -0 --separate-stderr at 3 officer report visits-owed --academic-year "$year" --output json
    is '.[-1] | "\(.base) \(.done) \(.planned) \(.owed) \(.percent)"' "2 1 0 1 50"
    [ "$stderr" = "Planned or done: 1 visits by 1 partners, 1.0 each; fees of 1 visits: £250.00." ]
    # The nursery goes into the support package: it is owed none.
    at 3 officer support-package add 900042 --starts-on "$(past 60)" --reason Amber >/dev/null
    json at 3 officer report visits-owed --academic-year "$year"
    is '.[-1] | "\(.base) \(.done) \(.owed) \(.percent)"' "1 1 0 100"
}

@test "Eastmarch hands Jo's school over to Al from January: what was is kept, and what was planned is told" {
    from="1/1/$(($(next_year) + 1))"
    json at 1 officer partner add "Al Marsh" --kinds sip --capacity-half-days 40
    keep al "$(jq -r .partner_id <<<"$output")"
    turned_down "Al Marsh holds no accreditation" at 1 officer assignment hand-over "$(kept assigned1)" 3 "$(kept al)" "$from"
    at 1 officer accreditation add "$(kept al)" "Association of Education Advisers" "$(past 1)" >/dev/null
    json at 1 officer assignment hand-over "$(kept assigned1)" 3 "$(kept al)" "$from"
    is '"\(.status) \(.follows_id) \(.visits_ahead)"' "checked $(kept assigned1) 4" # two of spring, two of summer
    keep assigned-al "$(jq -r .assignment_id <<<"$output")"
    json at 1 school assignment answer "$(kept assigned-al)" 1 accept
    json at 1 officer partner assignments --school-urn 900001 --include-ended
    is '[.[] | "\(.partner) \(.starts_on) \(.ends_on)"] | sort | join(", ")' \
        "Al Marsh $(($(next_year) + 1))-01-01 null, Jo Field $(past 60) $(next_year)-12-31"
    json at 1 officer assignment gates "$(kept assigned1)"
    is '.[-1] | "\(.gate) \(.outcome)"' "live ended"
    # Jo wrote what Jo wrote, and reads it still.
    json at 1 jo note versions "$(kept phonics)"
    is length 3
    turned_down "The assignment runs from" at 1 officer visit confirm "$(jq -r '.[2].visit_id' <<<"$(kept planned1)")" 1
}

@test "Thornhithe's accreditation of Jo is withdrawn: the assignment goes back to proposed there, and nowhere else" {
    from="1/1/$(($(next_year) + 1))"
    json at 2 officer accreditation withdraw "$(kept accredited2)" 1 "Not renewed" --withdrawn-on "$from" --dry-run
    is '.sent_back | length' 1
    json at 2 officer accreditation withdraw "$(kept accredited2)" 1 "Not renewed" --withdrawn-on "$from"
    is '.sent_back[0] | "\(.assignment_id) \(.goes_back_on) \(.visits_ahead)"' "$(kept assigned2) $(($(next_year) + 1))-01-01 4"
    rest=$(jq -r '.sent_back[0].proposal_id' <<<"$output")
    turned_down "Jo Field holds no accreditation" at 2 officer assignment check "$rest" 1
    turned_down "The assignment runs from" at 2 school visit confirm "$(jq -r '.[4].visit_id' <<<"$(kept planned2)")" 1
    json at 2 school visit confirm "$(jq -r '.[0].visit_id' <<<"$(kept planned2)")" 1 # of autumn, when it is live
    json at 3 officer partner assignments
    is '[.[] | "\(.status) \(.ends_on)"] | join(", ")' "live null"
}

@test "the reports at the end of it say what happened, and change with it" {
    json at 1 officer report delivered-against-entitled
    is '.[-1] | "\(.entitled) = \(.delivered) + \(.planned) + \(.kept) + \(.half_days_left), \(.percent) %"' "6 = 1 + 1 + 2 + 2, 16.7 %"
    at 1 officer entitlement adjust "$(kept entitled)" 1 4 "Goodwill after the snow" >/dev/null
    json at 1 officer report delivered-against-entitled
    is '.[-1] | "\(.entitled) = \(.delivered) + \(.planned) + \(.kept) + \(.half_days_left), \(.percent) %"' "10 = 1 + 1 + 2 + 6, 10 %"
    json at 1 officer report visit-themes --from "$(past 40)" --to "$(date +%F)"
    is '[.[] | "\(.theme) \(.notes) of \(.base)"] | join(", ")' "attendance 2 of 3, reading 2 of 3"
    at 1 jo note write "$(kept cedar)" --version 1 --answers prompt=strengths,text=Attendance,rag=green --themes attendance --support-level light >/dev/null
    json at 1 officer report visit-themes --from "$(past 40)" --to "$(date +%F)"
    is '[.[] | "\(.theme) \(.notes) of \(.base)"] | join(", ")' "attendance 3 of 3, reading 1 of 3"
    json at 1 officer report partner-workload --as-of "1/2/$(($(next_year) + 1))"
    is '[.[] | "\(.partner) \(.half_days)"] | join(", ")' "Al Marsh 6, Jo Field 0"
    # Each authority's reports are of its own.
    json at 2 officer report partner-workload
    is '[.[] | "\(.partner) \(.half_days) \(.proposed_half_days)"] | join(", ")' "Jo Field 6 0"
    json at 2 officer report delivered-against-entitled
    is length 0
}
