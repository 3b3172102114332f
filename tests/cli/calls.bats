#!/usr/bin/env bats
# One case a call, through the client: argv → output and exit code. `ctest -R contract` checks that no call is left out.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_calls
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900002,"001","Eastmarch","2002","Beech Primary School","Academy converter","Open","01-09-2012","Primary"
900003,"001","Eastmarch","4001","Cedar High School","Community school","Open","","Secondary"
900004,"002","Thornhithe","2001","Dale Primary School","Community school","Open","","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2024 --output json >"$INSTANCE/imported"
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person school --authority 001 --persona booker --school 900001
    export IMPROVE_AUTHORITY=001
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

@test "imports: school import, and its calls: import open, row stage, import apply, import list, import problems" {
    [ "$(jq -c '[.rows, .added, .rejected]' "$INSTANCE/imported")" = "[4,4,0]" ]
    json as operator improve import open SCHOOLS --file-name x.csv --header URN --header "LA (code)" --header EstablishmentName --header "EstablishmentStatus (name)" --authority ''
    id=$(jq -r .import_id <<<"$output")
    is '.wanted | length' 4
    json as operator improve row stage "$id" --rows '{"line":2,"width":4,"cells":["900005","001","Elm School","Open"]}' --rows '{"line":3,"width":4,"cells":["x","001","No URN","Open"]}' --authority ''
    json as operator improve import apply "$id" 2 --dry-run --authority ''
    is '"\(.rows) \(.added) \(.rejected)"' "2 1 1"
    json as operator improve import list --authority ''
    json as operator improve import problems "$id" --authority ''
    is '.[0].line' 3
    run -1 as operator improve import apply "$id" 3 --authority ''
}

@test "schools: school list, school show, school history, school inspections, school groups" {
    json as officer improve school list --phase Primary
    is '[.[].urn] | tostring' '[900001,900002]'
    json as officer improve school show 900001
    is .name "Ash Primary School"
    run -5 as officer improve school show 999999
    json as officer improve school history 900001
    is 'length > 0' true
    json as officer improve school inspections 900001
    json as officer improve school groups 900001
}

@test "authorities: authority create, authority list, phase-group list, phase-group set" {
    run -0 as operator improve authority create 777 Testshire --authority ''
    run -4 as officer improve authority create 778 Nowhere
    json as operator improve authority list --authority ''
    is '[.[] | select(.authority == "777" or .code == "777")] | length' 1
    json as admin improve phase-group list
    is 'length > 0' true
    json as admin improve phase-group set --dry-run
}

@test "partners: partner add, partner list, partner assign, partner assignments, partner end" {
    json as officer improve partner add "Jo Field" --kinds sip --capacity-half-days 12
    keep partner "$(jq -r .partner_id <<<"$output")"
    json as officer improve partner list
    is '.[0].name' "Jo Field"
    json as officer improve partner assign 900001 "$(kept partner)" 6 --starts-on 1/9/2026
    keep assignment "$(jq -r .assignment_id <<<"$output")"
    json as officer improve partner assignments
    is '.[0].half_days' 6
    json as officer improve partner end "$(kept assignment)" 1 "Retired" --ends-on 31/3/2027
    run -1 as officer improve partner end "$(kept assignment)" 1 "Stale" --ends-on 31/3/2027
    run -4 as school improve partner add "Not mine" --kinds sip --capacity-half-days 12
}

@test "catalogue: service add, package add, package revise, price set, package list" {
    json as admin improve service add "School improvement partner"
    json as admin improve package add "$(jq -r .service_id <<<"$output")" Core --half-days 6 --valid-from 1/4/2026
    keep package "$(jq -r .package_id <<<"$output")"
    json as admin improve package revise "$(kept package)" --half-days 8 --valid-from 1/4/2027
    json as admin improve price set "$(kept package)" --flat-pence 46614 --pupil-pence 114 --valid-from 1/4/2026
    json as school improve package list
    is 'length > 0' true
}

@test "prices by clauses: price set with clauses, price list, staff-count set, staff-count list, sla set-policy, sla policies" {
    json as admin improve package add "$(as admin improve service add "Governor support" --output json | jq -r .service_id)" Clerking --valid-from 1/4/2026
    banded=$(jq -r .package_id <<<"$output")
    json as admin improve price set "$banded" --clauses status=academy,flat_pence=90000 --clauses setting=special,counted=staff,unit_pence=3000 \
        --clauses band_from=0,band_to=100,flat_pence=40000 --clauses band_from=101,flat_pence=60000 --valid-from 1/4/2026 --roll-count january --freeze-years 3
    is '"\(.clauses) \(.price)"' "4 academy: £900.00; special: £30.00 a member of staff; 0 to 100 pupils: £400.00; 101 pupils or more: £600.00"
    run -2 --separate-stderr as admin improve price set "$banded" --clauses band_from=0,band_to=100,flat_pence=40000 --clauses band_from=102,flat_pence=60000
    [[ "$stderr" == *"Bands 1 and 2 leave a gap between 0 to 100 pupils, and 102 pupils or more: 101 pupils."*SLA-2* ]]
    json as school improve price list "$banded"
    is '[.[].applies_to] | join("; ")' "academy; special; 0 to 100 pupils; 101 pupils or more"
    json as officer improve subscription quote 900002 "$banded" --starts-on 1/9/2026
    is '"\(.net_pence) \(.school_status) \(.ends_on) \(.notice_by) \(.status)"' "90000 academy 2027-08-31 2027-05-31 quoted"
    json as officer improve subscription quote 900001 "$banded" --starts-on 1/4/2026 --roll 101 --roll-counted-on 15/1/2026
    is '"\(.net_pence) \(.reasons[0].text)"' "60000 Clause 4 of 4: 101 pupils or more; 101 counted on 15 Jan 2026"
    json as officer improve staff-count set 900001 42 --counted-on 6/11/2025
    is '"\(.staff) \(.was)"' "42 null"
    json as school improve staff-count list
    is '.[0].staff' 42
    json as admin improve sla set-policy 0 --pro-rata months --notice-months 4 --dry-run
    is '"\(.number) \(.pro_rata) \(.notice_months) \(.maintained_month)"' "1 months 4 4"
    run -4 as officer improve sla set-policy 0 --pro-rata months
    json as school improve sla policies
    is '"\(.[0].number) \(.[0].pro_rata)"' "0 days"
}

@test "early-career teachers: ect-count state, ect-count list, ect-count settle" {
    json as school improve ect-count state 900001 3
    is '"\(.ects) \(.was)"' "3 null"
    json as officer improve ect-count state 900001 4
    is .was 3
    json as school improve ect-count list
    is '.[0].ects' 4
    run -2 as school improve ect-count state 900001 501
    run -4 as school improve ect-count settle
    json as officer improve ect-count settle --dry-run
    is length 0
}

@test "subscriptions: subscription quote, sla subscribe, subscription list, subscription end" {
    json as officer improve subscription quote 900001 "$(kept package)" --starts-on 1/4/2026 --roll 100 --roll-counted-on 15/1/2026
    is '.net_pence // .[0].net_pence' 58014
    json as officer improve sla subscribe 900001 "$(kept package)" --starts-on 1/4/2026 --roll 100 --roll-counted-on 15/1/2026
    keep subscription "$(jq -r .subscription_id <<<"$output")"
    json as school improve charge show "$(jq -r .charge_id <<<"$output")"
    is '"\(.cause_ref) \(.kind) \(.net_pence) \(.charged_on)"' "$(kept subscription) recharge 58014 2026-04-01"
    is '.reasons[1]' "100 pupils on roll, counted on 15 Jan 2026, at £1.14: £114.00"
    json as officer improve subscription list
    is 'length' 1
    json as officer improve subscription end "$(kept subscription)" 1 "Closing" --ends-on 31/12/2026
}

@test "the life of a subscription: subscription give-notice, subscription withdraw-notice, subscription roll-over, subscription cancel, adjustment list" {
    run -0 as admin improve sla set-policy 0 --valid-from 1/4/2015 --maintained-month 0 --academy-month 0 --early-end unused_time --early-end-fee-pence 5000
    run -0 as admin improve package add "$(as admin improve service add "Moderation" --output json | jq -r .service_id)" Standard --valid-from 1/4/2015
    moderation=$(awk '/Package ID/ { print $3 }' <<<"$output")
    run -0 as admin improve price set "$moderation" --flat-pence 36500 --valid-from 1/4/2015
    json as school improve sla subscribe 900001 "$moderation" --starts-on "$(date -d '-361 days' +%F)"
    old=$(jq -r .subscription_id <<<"$output")
    run -1 --separate-stderr as school improve subscription give-notice "$old" 1
    [[ "$stderr" == *"Notice for the end on "*" days earlier."*SLA-5* ]]
    json as officer improve subscription give-notice "$old" 1 --reason "A letter" --given-on "$(date -d '-200 days' +%F)"
    is .status notice_given
    json as officer improve subscription roll-over --dry-run
    is '[.[] | select(.subscription_id == "'"$old"'").outcome] | join(",")' notice_given
    json as officer improve subscription withdraw-notice "$old" 2
    is .status active
    json as officer improve subscription roll-over
    new=$(jq -r '.[] | select(.subscription_id == "'"$old"'").new_subscription_id' <<<"$output")
    is '[.[] | select(.subscription_id == "'"$old"'") | "\(.outcome) \(.net_pence) \(.change_pence)"] | join(",")' "rolled_over 36500 0"
    [[ "$stderr" == *"Rolled over: 1."* ]]
    run -1 --separate-stderr as officer improve subscription end "$old" 3 "Closes"
    [[ "$stderr" == *"has rolled over into $new"* ]]
    json as officer improve subscription cancel "$new" 1 "Buys elsewhere"
    is '"\(.status) \(.gross_pence)"' "cancelled -43800"
    json as school improve charge show "$(jq -r .credit_id <<<"$output")"
    is '"\(.gross_pence) \(.credit_reason)"' "-43800 Cancelled before it began"
    json as officer improve subscription end "$old" 3 "Buys elsewhere" --costs-pence 10
    is '.reasons | length' 4
    json as school improve adjustment list
    is '[.[].cause] | sort | join(",")' cancelled
    run -4 as school improve subscription roll-over
    run -4 as school improve subscription cancel "$new" 2 "Mine"
}

@test "credits and places: allowance grant, allowance adjust, allowance reserve, allowance settle, allowance list, allowance entries, entitlement move, entitlement lapse" {
    json as officer improve allowance grant 900001 place 3 --starts-on "$(date -d '-10 days' +%F)" --ends-on "$(date -d '+300 days' +%F)"
    places=$(jq -r .allowance_id <<<"$output")
    json as officer improve allowance adjust "$places" 1 2 "Two more"
    is '"\(.units_left) \(.version)"' "5 2"
    json as officer improve allowance reserve 900001 place 4 "A day in the school"
    reservation=$(jq -r .reservation_id <<<"$output")
    run -1 --separate-stderr as officer improve allowance reserve 900001 places 2 "Another"
    [[ "$stderr" == *"Wanted: 2 places; left of the school's on "*": 1."*SLA-7* ]]
    json as officer improve allowance settle "$reservation" used
    is '"\(.outcome) \(.units_left) \(.units_reserved)"' "used 1 0"
    json as school improve allowance list
    is '[.[] | select(.unit == "place") | "\(.granted) \(.used) \(.units_left)"] | join(",")' "5 4 1"
    json as school improve allowance entries "$places"
    is '[.[].kind] | join(" ")' "granted adjusted reserved used"
    json as officer improve allowance grant 900001 place 1 --starts-on "$(date -d '+301 days' +%F)" --ends-on "$(date -d '+600 days' +%F)"
    run -1 --separate-stderr as officer improve entitlement move "$places" "$(jq -r .allowance_id <<<"$output")" 1 "Ill"
    [[ "$stderr" == *"Nothing is moved to another year"*SLA-7* ]]
    json as officer improve allowance grant 900001 credit 2 --starts-on "$(date -d '-10 days' +%F)" --ends-on "$(date -d '-2 days' +%F)"
    json as officer improve entitlement lapse --dry-run
    is '[.[] | select(.unit == "credit").lapsed] | join(",")' 2
    run -4 as school improve allowance grant 900001 place 3
}

@test "what places and credits pay for: course-credit set, cpd quote, cpd book, booking cancel, allowance entries" {
    json as admin improve course add "Paid by credits"
    course=$(jq -r .course_id <<<"$output")
    json as admin improve course-credit set "$course" 1 --credits 2
    is '"\(.credits) \(.takes_places) \(.version)"' "2 true 2"
    run -2 --separate-stderr as admin improve course-credit set "$course" 2 --credits 5000
    [[ "$stderr" == *"A place costs some credits, or none are taken."* ]]
    run -4 as school improve course-credit set "$course" 2 --credits 1
    json as admin improve session add "$course" "$(date -d '+700 days' +%F)T09:30" "$(date -d '+700 days' +%F)T12:30" Hall 9 --price-pence 8000
    session=$(jq -r .session_id <<<"$output")
    as admin improve session publish "$session" 1 >/dev/null
    json as officer improve allowance grant 900001 credit 3 --starts-on "$(date -d '+690 days' +%F)" --ends-on "$(date -d '+720 days' +%F)"
    credits=$(jq -r .allowance_id <<<"$output")
    json as school improve cpd quote "$session" 900001 --places 2
    is '[.[] | "\(.gross_pence) \(.units) \(.unit), \(.units_left) left"] | join("; ")' "0 2 credit, 1 left; 4800 1 credit, 0 left"
    json as school improve cpd book "$session" 900001 --delegates name=Ann --delegates name=Bo --dry-run
    is '.[1].reasons[1].text' "1 of the 2 credits that it costs, of $credits (granted by the authority); left then: 0"
    json as school improve cpd book "$session" 900001 --delegates name=Ann
    is '.[0] | "\(.gross_pence) \(.units) \(.units_left)"' "0 2 1"
    as school improve booking cancel "$(jq -r '.[0].booking_id' <<<"$output")" 1 Unwell >/dev/null
    json as school improve allowance entries "$credits"
    is '[.[] | "\(.kind) \(.units_left)"] | join(", ")' "granted 3, reserved 1, released 3"
}

@test "training: course add, session add, session publish, session list, cpd book, booking list, booking cancel" {
    json as admin improve course add "Phonics"
    json as admin improve session add "$(jq -r .course_id <<<"$output")" 2031-01-15T09:30 2031-01-15T12:30 "Hall" 1
    session=$(jq -r .session_id <<<"$output")
    json as admin improve session publish "$session" 1
    json as school improve session list --from 1/1/2031
    is '.[0].capacity' 1
    json as school improve cpd book "$session" 900001 --delegates name=Ann --delegates name=Bo
    is '[.[].status] | join(",")' confirmed,waiting
    booking=$(jq -r '.[0].booking_id' <<<"$output")
    json as school improve booking list --session-id "$session"
    is length 2
    json as school improve booking cancel "$booking" 1 "Unwell"
    is '.[1] | "\(.change) \(.status)"' "offered offered"
    json as school improve offer accept "$(jq -r '.[1].booking_id' <<<"$output")" 2
    is '.[0] | "\(.change) \(.status)"' "accepted confirmed"
}

@test "who waits and who pays: offer accept, offer decline, session settle, booking explain, booking history, booking approve, booking refuse, budget-holder name, budget-holder end, budget-holder list" {
    json as admin improve course add Coaching
    json as admin improve session add "$(jq -r .course_id <<<"$output")" 2031-03-03T09:30 2031-03-03T12:30 Hall 2 --price-pence 20000
    session=$(jq -r .session_id <<<"$output")
    json as admin improve session publish "$session" 1
    json as school improve cpd book "$session" 900001 --delegates name=Ann --delegates name=Bo
    first=$(jq -r '.[0].booking_id' <<<"$output")
    second=$(jq -r '.[1].booking_id' <<<"$output")
    run -1 --separate-stderr as school improve cpd book "$session" 900001 --together --delegates name=1 --delegates name=2 --delegates name=3
    [[ "$stderr" == *"a group of 3 can never"*CPD-4* ]]
    json as officer improve cpd book "$session" 900003 --together --delegates name=Cy --delegates name=Di
    is '[.[] | "\(.status) \(.waiting_position)"] | join(", ")' "waiting 1, waiting 2"
    group=$(jq -r '.[0].booking_id' <<<"$output")
    json as school improve booking cancel "$first" 1 Ill
    is length 1
    json as officer improve booking explain "$group"
    is '.[0] | "\(.who) \(.places) \(.why)"' "you 2 1 place is free, and you want 2 together."
    json as officer improve session settle
    is length 0
    json as school improve booking cancel "$second" 1 Ill
    is '[.[].change] | join(" ")' "cancelled offered offered"
    is '.[1].delegate' "a delegate of another school"
    json as officer improve offer decline "$group" 2 --reason "No cover"
    is '[.[].change] | join(" ")' "declined declined"
    json as officer improve booking history "$group"
    is '[.[].kind] | join(" ")' "booked offered declined"
    run -1 as officer improve offer accept "$group" 3

    json as admin improve member list --persona booker
    member=$(jq -r '.[0].membership_id' <<<"$output")
    run -4 as officer improve budget-holder name 900001 "$member"
    run -5 as admin improve budget-holder name 900003 "$member"
    json as admin improve cpd set-policy 0 --approval paid --approval-above-pence 10000
    json as officer improve cpd book "$session" 900001 --delegates name=Ed
    is '.[0] | "\(.status) \(.respond_by != null)"' "requested true"
    asked=$(jq -r '.[0].booking_id' <<<"$output")
    run -4 --separate-stderr as school improve booking approve "$asked" 1
    [[ "$stderr" == *"do not hold the budget"*CPD-3* ]]
    run -2 as officer improve booking approve "$asked" 1
    json as admin improve budget-holder name 900001 "$member"
    holder=$(jq -r .holder_id <<<"$output")
    json as school improve budget-holder list
    is '.[0].school_urn' 900001
    json as school improve booking approve "$asked" 1
    is '.[0] | "\(.change) \(.status)"' "approved confirmed"
    json as officer improve cpd book "$session" 900001 --delegates name=Flo
    json as school improve booking refuse "$(jq -r '.[0].booking_id' <<<"$output")" 1 "Not this year"
    is '.[0].change' refused
    json as admin improve budget-holder end "$holder" 1
    json as admin improve cpd set-policy 1 --approval never
}

@test "what cancelling costs: cancellation-term add, cancellation-term revise, cancellation-term list, cancellation quote, cancellation-charge list, cancellation-charge waive" {
    json as admin improve cancellation-term add "Common terms" --bands place_kind=paid,at_least_days=4 --bands place_kind=paid,percent=100 --is-default
    terms=$(jq -r .terms_id <<<"$output")
    run -2 --separate-stderr as admin improve cancellation-term add Gap --bands place_kind=paid,at_least_days=4
    [[ "$stderr" == *"last band of paid places"*CPD-6* ]]
    run -4 as officer improve cancellation-term add Mine --bands place_kind=paid
    json as school improve cancellation-term list
    is '.[1].band' "With less than 4 working days' notice: 100% of the price"
    json as admin improve course add "Late news"
    course=$(jq -r .course_id <<<"$output")
    json as admin improve session add "$course" 2031-03-10T09:30 2031-03-10T12:30 Hall 5 --price-pence 10000
    session=$(jq -r .session_id <<<"$output")
    json as admin improve session publish "$session" 1
    json as school improve cpd book "$session" 900001 --delegates name=Ann
    booking=$(jq -r '.[0].booking_id' <<<"$output")
    json as school improve cancellation quote "$booking" --on 9/3/2031
    is '"\(.net_pence) \(.gross_pence) \(.notice_days)"' "10000 12000 0" # a Sunday
    json as admin improve cancellation-term revise "$terms" 1 --bands place_kind=paid,percent=50
    is .number 2
    json as school improve cpd book "$session" 900001 --delegates name=Bo
    booking=$(jq -r '.[0].booking_id' <<<"$output")
    json as school improve booking cancel "$booking" 1 Ill
    is '.[0] | "\(.change) \(.gross_pence)"' "cancelled 6000"
    json as school improve charge list --school-urn 900001 --cause cpd
    is '[.[] | select(.what | contains("'"$booking"'")) | .gross_pence] | sort | tostring' "[-12000,6000,12000]" # the place, its credit, the cancellation
    json as school improve cancellation-charge list --session-id "$session"
    is '.[0] | "\(.cause) \(.gross_pence)"' "cancellation 6000"
    charge=$(jq -r '.[0].charge_id' <<<"$output")
    run -4 as school improve cancellation-charge waive "$charge" 1 illness
    json as admin improve cancellation-charge waive "$charge" 1 illness --note "Fit note of 3 May"
    is '"\(.waive_reason) \(.version)"' "illness 2"
    json as school improve report school-statement --school-urn 900001
    is '[.[] | select(.what // "" | contains("'"$booking"'")) | .charged_pence] | tostring' "[12000,-12000,6000,-6000]"
    json as admin improve cancellation-term revise "$terms" 2 --no-is-default
}

@test "after booking: booking substitute, session cancel, session move, session instruct" {
    json as admin improve course add Governance
    course=$(jq -r .course_id <<<"$output")
    for day in 2031-04-01 2031-04-08; do
        json as admin improve session add "$course" "${day}T09:30" "${day}T12:30" Hall 2 --price-pence 5000
        keep "on-$day" "$(jq -r .session_id <<<"$output")"
        as admin improve session publish "$(kept "on-$day")" 1 >/dev/null
    done
    json as school improve cpd book "$(kept on-2031-04-01)" 900001 --delegates name=Ann --delegates name=Bo --delegates name=Cy
    booking=$(jq -r '.[0].booking_id' <<<"$output")
    json as school improve booking substitute "$booking" 1 Di --email di@school.example
    is '"\(.was) \(.delegate) \(.status) \(.version)"' "Ann Di confirmed 2"
    run -1 --separate-stderr as school improve booking substitute "$booking" 2 Di --email di@school.example
    [[ "$stderr" == *"for Di already"*CPD-7* ]]
    json as officer improve session move "$(kept on-2031-04-01)" 2 2031-04-02T09:30 2031-04-02T12:30 --venue "Town Hall"
    is '"\(.venue) \(.bookings) \(.version)"' "Town Hall 3 3"
    json as officer improve session instruct "$(kept on-2031-04-01)" 3 --instructions "Park behind the building."
    is '"\(.told) \(.not_told) \(.version)"' "0 2 4" # this authority's notices are off
    run -4 as school improve session cancel "$(kept on-2031-04-01)" 4 "Not mine"
    json as officer improve session cancel "$(kept on-2031-04-01)" 4 "Too few" --carry-to "$(kept on-2031-04-08)"
    is '[.[] | "\(.delegate) \(.change) \(.status)"] | join(", ")' "Di carried confirmed, Bo carried confirmed, Cy carried waiting"
    json as officer improve session cancel "$(kept on-2031-04-08)" 2 "Too few still" --dry-run
    is '[.[].credited_pence] | tostring' "[6000,6000,0]"
    json as officer improve session cancel "$(kept on-2031-04-08)" 2 "Too few still"
    run -1 --separate-stderr as school improve cpd book "$(kept on-2031-04-08)" 900001 --delegates name=Ann
    [[ "$stderr" == *"was cancelled on"*"Too few still"*CPD-8* ]]
    json as school improve booking history "$booking"
    is '[.[].kind] | join(" ")' "booked substituted moved carried session_cancelled"
    json as admin improve money check
    is length 0
}

# past SESSION: it was over an hour ago, as if time had gone by.
past() {
    instance_sql "update cpd.session set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour', booking_opens_at = now() - interval '5 hours',
        booking_closes_at = now() - interval '4 hours' where session_id = '$1';
        update cpd.session_part set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where session_id = '$1'" >/dev/null
}

@test "who came: attendance record, attendance list, certificate-rule set, certificate issue, certificate show, certificate get, evaluation record, evaluation list" {
    json as admin improve course add "Teaching <phonics> & reading" --provider "Eastmarch Research School"
    course=$(jq -r .course_id <<<"$output")
    json as admin improve certificate-rule set "$course" 1 evaluation
    is .certificate_after evaluation
    json as admin improve session add "$course" 2031-05-01T09:30 2031-05-01T12:30 Hall 5
    session=$(jq -r .session_id <<<"$output")
    as admin improve session publish "$session" 1 >/dev/null
    json as school improve cpd book "$session" 900001 --delegates name="Zoë O'Brien" --delegates name=Bo
    zoe=$(jq -r '.[0].booking_id' <<<"$output")
    bo=$(jq -r '.[1].booking_id' <<<"$output")
    json as school improve evaluation record "$zoe" before 2
    run -1 --separate-stderr as officer improve attendance record "$session" --others attended
    [[ "$stderr" == *"It begins on"*CPD-9* ]]
    past "$session"
    run -4 as school improve attendance record "$session" --others attended
    json as officer improve attendance record "$session" --marks "booking_id=$bo,mark=absent" --others attended
    is '[.[] | "\(.delegate) \(.mark) \(.change)"] | join(", ")' "Zoë O'Brien attended marked, Bo absent marked"
    json as officer improve attendance record "$session" --marks "booking_id=$bo,mark=absent"
    is '.[0].change' unchanged
    json as school improve attendance list "$session"
    is '[.[].attended] | join(" ")' "absent attended"
    json as officer improve certificate issue "$session"
    is '[.[].outcome] | join(", ")' "lacks evaluation, lacks attendance"
    json as school improve evaluation record "$zoe" day 4 --rating 5 --comment "Used it at once"
    number=$(jq -r .certificate_id <<<"$output")
    [[ "$number" == ce-* ]]
    json as officer improve evaluation list --session-id "$session"
    is '[.[].stage] | join(" ")' "before day"
    json as school improve certificate show "$number"
    is '"\(.delegate) \(.minutes) \(.provider)"' "Zoë O'Brien 120 Eastmarch Research School"
    run -0 --separate-stderr as school improve certificate get "$number"
    [ "${lines[0]}" = "<!DOCTYPE html>" ]
    [[ "$output" == *"Zoë O'Brien"*"Teaching &lt;phonics&gt; &amp; reading"*"2 hours"*"$number"* ]]
    run -0 as school improve certificate get "$number" --to "$INSTANCE/certificate.html"
    [ "$(stat -c %a "$INSTANCE/certificate.html")" = 600 ]
    run -0 as school improve certificate get "$number" --to "$INSTANCE/certificate.pdf"
    [ "$(head -c 5 "$INSTANCE/certificate.pdf")" = "%PDF-" ]
    grep -aq /StructTreeRoot "$INSTANCE/certificate.pdf" # tagged
    run -2 as school improve certificate get "$number" --to "$INSTANCE/certificate.doc"
    run -5 as school improve certificate get ce-none
    run -1 as school improve certificate get "$number" --to "$INSTANCE/nowhere/certificate.pdf"
}

@test "training reported: report cpd-waiting, cpd-attendance, cpd-evaluation" {
    json as officer improve report cpd-attendance --to today
    is '.[-1] | "\(.course) \(.marked) \(.attended) \(.percent_attended)"' "Total 2 1 50"
    json as officer improve report cpd-evaluation --to today
    is '.[-2] | "\(.course) \(.stage) \(.asked) \(.answered) \(.rating)"' "Total day 1 1 5"
    json as officer improve report cpd-waiting
    run -4 as school improve report cpd-waiting
}

@test "who is written to: school-contact set, school-contact list, school-contact remove" {
    json as school improve school-contact set 900001 "School office" office@school.example
    is .version 1
    json as school improve school-contact list
    is '.[0].email' office@school.example
    run -4 as school improve school-contact set 900003 Me me@school.example
    json as officer improve school-contact remove 900001
    is .name "School office"
    run -5 as officer improve school-contact remove 900001
}

@test "rows of a file: booking import, row book" {
    json as admin improve course add Fractions
    json as admin improve session add "$(jq -r .course_id <<<"$output")" 2031-05-08T09:30 2031-05-08T12:30 Hall 2 --price-pence 5000
    session=$(jq -r .session_id <<<"$output")
    as admin improve session publish "$session" 1 >/dev/null
    file=$INSTANCE/delegates.csv
    printf '%s\n' 'Session ID,School URN,Name,Email' "$session,900001,Ann Lee,ann@school.example" "$session,900001,Bo Reed," "$session,900001,\"Shaw, Cy\"," >"$file"
    json as school improve booking import "$file" --dry-run
    is '[.[].status] | join(" ")' "confirmed confirmed waiting"
    json as school improve booking list --session-id "$session"
    is length 0
    printf '%s\n' "$session,900001,Di,no-address" "$session,900003,Ed," "$session,900001" "$session,9x,Flo," >>"$file"
    run -1 --separate-stderr as school improve booking import "$file"
    [[ "$stderr" == *"4 of 7 rows cannot be booked; none was."* ]]
    [[ "$stderr" == *"  line 5, email: That is no e-mail address."* ]] && [[ "$stderr" == *"line 6, school_urn"* ]] && [[ "$stderr" == *"line 7, name"* ]] && [[ "$stderr" == *"line 8, school_urn"*'"9x" is no URN'* ]]
    json as school improve booking list --session-id "$session"
    is length 0
    run -1 --separate-stderr as school improve booking import "$file" --keep-going --request-id-seed spring --output json
    is '[.[].outcome] | join(" ")' "booked booked booked refused refused refused refused"
    [[ "$stderr" == *"line 5, email: That is no e-mail address."*"4 rows were not booked."* ]]
    first=$output
    run -1 --separate-stderr as school improve booking import "$file" --keep-going --request-id-seed spring --output json
    [ "$output" = "$first" ] # the same seed: the same answer, and nothing booked twice
    json as school improve booking list --session-id "$session"
    is length 3
    run -1 --separate-stderr as school improve booking import "$file" --keep-going
    [[ "$stderr" == *"line 2, name: Ann Lee is booked on this session already."* ]]
    printf 'Session,URN\nx,1\n' >"$INSTANCE/wrong.csv"
    run -1 --separate-stderr as school improve booking import "$INSTANCE/wrong.csv"
    [[ "$stderr" == *'line 1: there is no column "session". Accepted: session_id, school_urn, name'* ]]
    run -1 as school improve booking import "$INSTANCE/nowhere.csv"
    json as school improve row book --rows "line=1,session_id=$session,school_urn=900001,name=Gus" --dry-run
    is '.[0].status' waiting
    printf '%s\n' 'Session ID,School URN,Name' "$session,900001,Hal" "$session,900001,Ida" "$session,900001,Jo" >"$file"
    run -1 --separate-stderr as school improve booking import "$file" --together
    [[ "$stderr" == *"3 of 3 rows cannot be booked; none was."* ]]
}

@test "what schools need: course-topic set, training-need state, training-need withdraw, training-need list, training-need match" {
    json as admin improve course add "Early language"
    json as officer improve course-topic set "$(jq -r .course_id <<<"$output")" 1 --topics Language --topics "early years"
    is '.topics | tostring' '["early years","language"]'
    json as school improve training-need state 900001 Language 4 --priority 1
    need=$(jq -r .need_id <<<"$output")
    is .courses 1
    run -1 --separate-stderr as school improve training-need state 900001 language 4
    [[ "$stderr" == *"stated language for"*CPD-10* ]]
    json as officer improve training-need list --topic language
    is '.[0] | "\(.people) \(.booked)"' "4 0"
    json as officer improve training-need match
    is '.[] | select(.topic == "language") | "\(.people) \(.met) \(.says)"' "4 0 no session this year"
    run -4 as school improve training-need match
    json as school improve training-need withdraw "$need" 1
}

@test "what training costs: course change, course list, session change, session show, course-price set, course-price list, benefit set, benefit list, discount-code add, discount-code end, discount-code list, cpd policy, cpd set-policy, cpd quote" {
    json as admin improve course add Mentoring --provider "Eastmarch Research School" --prerequisites "A mentee" --school-cap 3
    course=$(jq -r .course_id <<<"$output")
    json as officer improve course change "$course" 1 --vat-percent 0 --prerequisites ''
    is .version 2
    json as school improve course list --title mentoring
    is '.[0] | "\(.provider) \(.school_cap) \(.prerequisites)"' "Eastmarch Research School 3 null"
    json as officer improve session add "$course" 2031-02-03T09:30 2031-02-03T12:30 Hall 20 --price-pence 10000 --minimum 5 \
        --more-parts starts_at=2031-02-10T09:30,ends_at=2031-02-10T12:30,venue=Online
    session=$(jq -r .session_id <<<"$output")
    is .parts 2
    run -5 as school improve session show "$session"
    json as officer improve session publish "$session" 1
    json as school improve session show "$session"
    is '"\(.minimum) \(.parts[1].venue) \(.ends_at[0:10])"' "5 Online 2031-02-10"
    json as officer improve session change "$session" 2 --capacity 25 --minimum 0
    is '"\(.capacity) \(.version)"' "25 3"
    run -1 as officer improve session change "$session" 2 --capacity 30
    json as officer improve course-price set "$course" maintained 8000 --further-pence 6400
    json as school improve course-price list --course-id "$course"
    is '.[0] | "\(.school_kind) \(.place_pence) \(.further_pence)"' "maintained 8000 6400"
    run -2 as officer improve course-price set "$course" faith 8000
    json as admin improve benefit set "$(kept package)" discount --percent 25 --dry-run
    is .percent 25
    json as school improve benefit list
    is length 0
    json as officer improve discount-code add EARLY-BIRD --percent 10 --uses-most 5
    code=$(jq -r .code_id <<<"$output")
    json as school improve cpd quote "$session" 900001 --places 2 --discount-code early-bird
    is '[.[].price_pence] | tostring' '[7200,5760]'
    is '.[1].reasons[1].clause' further
    run -5 --separate-stderr as school improve cpd book "$session" 900001 --delegates name=Ann --discount-code FREE4ALL
    [[ "$stderr" == *'There is no discount code "FREE4ALL"'*CPD-2* ]]
    json as school improve cpd book "$session" 900001 --delegates name=Ann --discount-code EARLY-BIRD
    is '.[0] | "\(.price_pence) \(.vat_pence) \(.gross_pence)"' "7200 0 7200"
    json as officer improve discount-code list
    is '.[0] | "\(.code) \(.uses)"' "EARLY-BIRD 1"
    run -2 as officer improve discount-code end "$code" 1 # not before it was good for a day
    json as officer improve discount-code end "$code" 1 --valid-to "$(date -d tomorrow +%F)"
    run -4 as school improve discount-code list
    json as school improve cpd policy
    is '"\(.price_day) \(.out_of_area) \(.offer_hours)"' "booking false 24"
    run -5 as officer improve cpd quote "$session" 900004
    json as admin improve cpd set-policy 2 --price-day session --out-of-area --dry-run
    is '"\(.price_day) \(.own)"' "session true"
    run -4 as officer improve cpd set-policy 0 --price-day session
}

@test "calendar: calendar deadline, calendar add-closure, calendar closures, calendar remove-closure, calendar set-terms, calendar terms, calendar set-policy, calendar policies" {
    run -0 --separate-stderr as school improve calendar deadline --from 2026-03-30 --days 10 --output csv
    [ "${lines[4]}" = "2026-04-03,Friday,No,,Good Friday" ] || [ "${lines[4]}" = "2026-04-03,Friday,false,,Good Friday" ]
    [[ "${lines[-1]}" == 2026-04-15,Wednesday,*,10, ]]
    [ "$stderr" = "10 working days after Monday 30 March 2026 is Wednesday 15 April 2026." ]
    json as school improve calendar deadline 4 --from 16/6/2026 --direction before
    is '.[-1] | "\(.day) \(.weekday) \(.number)"' "2026-06-10 Wednesday 4"
    run -2 --separate-stderr as school improve calendar deadline 4 --counting moons
    [[ "$stderr" == *"working, weekday or calendar"* ]]
    json as officer improve calendar add-closure "Christmas closure" 29/12/2031 --ends-on 31/12/2031 --dry-run
    json as officer improve calendar closures --from 1/1/2031
    is length 0
    json as officer improve calendar add-closure "Christmas closure" 29/12/2031 --ends-on 31/12/2031
    is .working_days 3
    closure=$(jq -r .closure_id <<<"$output")
    json as school improve calendar closures --from 1/1/2031
    is '.[0].name' "Christmas closure"
    json as school improve calendar deadline 1 --from 24/12/2031
    is '.[-1].day' 2032-01-02
    run -1 --separate-stderr as officer improve calendar add-closure Again 31/12/2031
    [[ "$stderr" == *"closed already from Monday 29 December 2031"* ]]
    run -4 as school improve calendar add-closure Inset 1/9/2031
    json as officer improve calendar remove-closure "$closure" 1
    run -1 as officer improve calendar remove-closure "$closure" 2
    terms=(starts_on=1/9/2031,ends_on=17/10/2031 starts_on=27/10/2031,ends_on=19/12/2031 starts_on=5/1/2032,ends_on=13/2/2032
        starts_on=23/2/2032,ends_on=24/3/2032 starts_on=12/4/2032,ends_on=28/5/2032 starts_on=7/6/2032,ends_on=22/7/2032)
    json as admin improve calendar set-terms 2031 "${terms[@]}"
    is '.[5] | "\(.term) \(.half_term) \(.ends_on)"' "summer 6 2032-07-22"
    run -2 --separate-stderr as admin improve calendar set-terms 2032 "${terms[@]}"
    [[ "$stderr" == *"outside 2032/33"* ]]
    run -2 as admin improve calendar set-terms 2031 "${terms[@]:1}" --version 1
    json as school improve calendar terms --academic-year 2031
    is length 6
    json as admin improve calendar set-policy --opens-at 8:30 --closes-at 16:30 --valid-from 1/4/2031
    json as school improve calendar policies
    is '.[0].opens_at' 8:30
    run -2 --separate-stderr as admin improve calendar set-policy --opens-at 25:00
    [[ "$stderr" == *--opens-at* ]]
}

@test "bank holidays: calendar bank-holidays, calendar add-bank-holiday, calendar remove-bank-holiday" {
    json as school improve calendar bank-holidays --year 2022
    is '[.[] | select(.proclaimed) | .day] | join(" ")' "2022-06-02 2022-06-03 2022-09-19"
    json as operator improve calendar add-bank-holiday 6/7/2033 "A jubilee" --authority ''
    is .weekday Wednesday
    json as school improve calendar deadline 1 --from 5/7/2033
    is '.[0].reason' "A jubilee"
    json as operator improve calendar remove-bank-holiday 6/7/2033 --authority ''
    json as school improve calendar deadline 1 --from 5/7/2033
    is '.[0].day' 2033-07-06
    run -5 as operator improve calendar remove-bank-holiday 6/7/2033 --authority ''
    run -4 as admin improve calendar add-bank-holiday 6/7/2033 Ours
}

@test "visits: visit add, visit list, visit show, visit confirm, visit done, visit move, visit cancel, visit policy, visit set-policy" {
    json as officer improve partner add "Sam Moss" --kinds sip --capacity-half-days 12
    keep visitor "$(jq -r .partner_id <<<"$output")"
    day=$(date -d '+20 days' +%F)
    json as officer improve visit add 900001 "$(kept visitor)" "${day}T09:30" core
    visit=$(jq -r .visit_id <<<"$output")
    is '"\(.status) \(.half_days)"' "planned 1"
    run -1 --separate-stderr as officer improve visit add 900003 "$(kept visitor)" "${day}T10:30" core
    [[ "$stderr" == *"$visit"*VIS-1* ]]
    json as school improve visit list
    is '.[0].visit_id' "$visit"
    json as school improve visit confirm "$visit" 1
    run -1 --separate-stderr as officer improve visit done "$visit" 2
    [[ "$stderr" == *"a visit that has begun"* ]]
    json as officer improve visit move "$visit" 2 "${day}T13:30"
    is .status planned
    json as school improve visit show "$visit"
    is '.may_become | join(" ")' "cancelled confirmed"
    json as admin improve visit set-policy 0 --notice-days 2 --dry-run
    is '"\(.notice_days) \(.own)"' "2 true"
    json as officer improve visit policy
    is '"\(.notice_days) \(.own)"' "0 false"
    json as school improve visit cancel "$visit" 3 "Staff training"
    is '"\(.status) \(.half_days_given_back)"' "cancelled 0"
    run -1 --separate-stderr as school improve visit confirm "$visit" 4
    [[ "$stderr" == *"Nothing follows cancelled"* ]]
    run -4 as school improve visit add 900001 "$(kept visitor)" "${day}T09:30" core
}

@test "visits ahead: visit plan, kit list, support-package add, support-package list, support-package end" {
    year=$(date -d '+6 months' +%Y)
    json as admin improve calendar set-terms "$year" starts_on="3/9/$year,ends_on=20/10/$year" starts_on="1/11/$year,ends_on=18/12/$year" \
        starts_on="6/1/$((year + 1)),ends_on=12/2/$((year + 1))" starts_on="22/2/$((year + 1)),ends_on=25/3/$((year + 1))" \
        starts_on="12/4/$((year + 1)),ends_on=27/5/$((year + 1))" starts_on="7/6/$((year + 1)),ends_on=20/7/$((year + 1))"
    json as officer improve partner assign 900003 "$(kept visitor)" 4 --starts-on "1/9/$year"
    assignment=$(jq -r .assignment_id <<<"$output")
    json as officer improve visit plan "$assignment" 2 --academic-year "$year" --time 13:30 --dry-run
    is '[.[].term] | join(" ")' "autumn autumn spring spring summer summer"
    json as officer improve visit list --school-urn 900003 --from "1/9/$year"
    is length 0
    json as officer improve visit plan --assignment-id "$assignment" --per-term 1 --academic-year "$year" --time 13:30
    is length 3
    run -2 as officer improve visit plan "$assignment" 2 --academic-year 2099
    run -4 as school improve visit plan "$assignment" 1
    json as officer improve kit list --academic-year "$year"
    is '[.[] | "\(.urn) \(.state)"] | sort | join(", ")' "900001 owed, 900003 owed"
    json as officer improve support-package add 900003 --starts-on "1/9/$year" --reason Red
    package=$(jq -r .support_package_id <<<"$output")
    json as officer improve support-package list
    is length 1
    json as officer improve kit list --academic-year "$year" --state owed
    is '[.[].urn] | tostring' '[900001]'
    json as officer improve support-package end "$package" 1 --ends-on "31/12/$year"
    run -4 as school improve kit list
}

@test "entitlements: entitlement grant, entitlement grant-subscribed, entitlement adjust, entitlement list, entitlement entries" {
    day=$(date -d '+21 days' +%F)
    json as officer improve entitlement grant 900003 offer --half-days 1 --starts-on "$(date -d '-10 days' +%F)" --ends-on "$(date -d '+100 days' +%F)"
    entitlement=$(jq -r .entitlement_id <<<"$output")
    json as officer improve visit add 900003 "$(kept visitor)" "${day}T09:30" review --funding offer
    is .half_days_left 0
    run -1 --separate-stderr as officer improve visit add 900003 "$(kept visitor)" "${day}T14:00" review --funding offer
    [[ "$stderr" == *"left of the school's offer entitlement"*VIS-2* ]]
    json as officer improve entitlement adjust "$entitlement" 1 2 Goodwill
    json as officer improve entitlement entries "$entitlement"
    is '[.[] | "\(.kind) \(.half_days_left)"] | join(", ")' "granted 1, drawn 0, adjusted 2"
    json as officer improve entitlement list --school-urn 900003
    is '.[0] | "\(.granted) \(.drawn) \(.half_days_left)"' "3 1 2"
    json as officer improve entitlement grant-subscribed --as-of 1/5/2026 --dry-run
    is '.[0].half_days' 6
    json as school improve entitlement list
    is length 0
}

@test "notes: theme add, theme list, theme retire, template add, template revise, template list, template show, note write, note agree, note show, note list, note versions" {
    json as officer improve theme add attendance "Attendance & punctuality"
    json as officer improve theme add covid Covid
    json as officer improve theme retire covid 1
    json as school improve theme list
    is '[.[].code] | join(" ")' attendance
    run -2 --separate-stderr as officer improve template add Bad --sections '{"key":"a","part":"partner","prompts":[{"key":"b","text":"?"}]}' --themes weather
    [[ "$stderr" == *"sections[0].title"* && "$stderr" == *weather* && "$stderr" == *VIS-3* ]]
    json as officer improve template add "Any visit" --themes attendance --support-levels light --support-levels intensive \
        --sections '{"key":"before","title":"Before","part":"school","prompts":[{"key":"wish","text":"What to look at?"}]}' \
        --sections '{"key":"day","title":"The day","part":"partner","prompts":[{"key":"strengths","text":"What works well?","rag":true,"required":true}]}'
    template=$(jq -r .template_id <<<"$output")
    json as officer improve template revise "$template" 1 --support-levels light
    json as school improve template show "$template"
    is '"\(.number) \(.sections | length) \(.support_levels | length)"' "2 2 1"
    json as school improve template list
    is '.[0].prompts' 2
    day=$(date -d '-3 days' +%F)
    json as officer improve visit add 900001 "$(kept visitor)" "${day}T09:30" core
    visit=$(jq -r .visit_id <<<"$output")
    keep noted "$visit"
    json as school improve note write "$visit" --answers prompt=wish,text=Phonics
    json as school improve visit confirm "$visit" 1
    json as officer improve visit done "$visit" 2
    json as officer improve note list --state due
    is '.[0].visit_id' "$visit"
    run -4 as school improve note write "$visit" --part partner --answers prompt=strengths,text=Ours,rag=green --support-level light
    json as officer improve note write "$visit" --answers 'prompt=strengths,text="<Calm> & orderly",rag=amber' --themes attendance --support-level light
    is '"\(.part) \(.version) \(.status)"' "partner 1 noted"
    run -1 --separate-stderr as officer improve note write "$visit" --answers prompt=strengths,text=x,rag=green --support-level light
    [[ "$stderr" == *"it is at 1"* ]]
    run -0 as school improve note show "$visit" --format markdown
    [ "${lines[0]}" = "# Note of visit: Ash Primary School, $(date -d "$day" '+%-d %B %Y')" ]
    [[ "$output" == *'\<Calm\> \& orderly'* ]]
    run -0 as school improve note show "$visit" --format html
    [ "${lines[0]}" = "<!DOCTYPE html>" ]
    [[ "$output" == *'&lt;Calm&gt; &amp; orderly'* ]]
    json as school improve note show "$visit"
    is '.sections[1].answers[0].rag' amber
    json as school improve note agree "$visit" 1
    is .status agreed
    run -4 as officer improve note agree "$visit" 1
    json as officer improve note versions "$visit"
    is '[.[] | "\(.part) \(.version)"] | join(", ")' "school 1, partner 1"
}

@test "offers: offer ahead, offer-scheme add, offer-scheme list, offer-scheme show, offer recompute, offer explain, offer commit, offer spend, offer release, offer carry, offer-award list, offer-award entries; report offer-tiers, report offer-moves" {
    local year
    year=$(($(date +%Y) - ($(date +%-m) < 9)))
    instance_sql "with i as (insert into register.inspection (inspection_number, urn, kind, framework, starts_on, published_on)
        values ('offer-1', 900003, 'graded', 'EIF', '2015-03-03', '2015-04-01') returning inspection_id)
        insert into register.inspection_grade select inspection_id, 'Overall effectiveness', '1-4', '3' from i"
    run -2 --separate-stderr as admin improve offer-scheme add Bad "$year" --tiers '{"name":"Never","rules":[{"test":"latest_grade","grades":[2]},{"test":"never_above","grades":[3]}]}'
    [[ "$stderr" == *'"latest grade good" and "never better than requires improvement" contradict each other'* ]]
    json as admin improve offer-scheme add Offer "$year" --carry-over carry --tiers '{"name":"Tier 1","half_days":6,"pence":100000,"rules":[{"test":"latest_grade","grades":[3]}]}'
    offer=$(jq -r .scheme_id <<<"$output")
    json as school improve offer-scheme list
    is '.[0].tiers' 1
    json as school improve offer-scheme show "$offer"
    is '.tiers[0].meaning' "latest grade requires improvement"
    json as officer improve offer recompute "$offer" --dry-run
    is '.[0] | "\(.school_urn) \(.to_tier) \(.pence) \(.half_days)"' "900003 Tier 1 100000 6"
    json as officer improve offer-award list
    is length 0
    json as officer improve offer recompute "$offer"
    json as officer improve offer ahead "$offer"
    is length 0
    json as officer improve offer explain "$offer" 900003
    is '.[0].holds' true
    json as officer improve offer-award list --scheme-id "$offer"
    award=$(jq -r '.[0].award_id' <<<"$output")
    json as officer improve offer commit "$award" 60000 "Leadership programme"
    commitment=$(jq -r .commitment_id <<<"$output")
    run -1 --separate-stderr as officer improve offer commit "$award" 40001 "More"
    [[ "$stderr" == *"40000 pence or fewer"* ]]
    json as officer improve offer spend "$commitment" 1 25000
    json as officer improve offer release "$commitment" 2 "The provider withdrew"
    is .left_pence 75000
    json as officer improve offer-award entries "$award"
    is '[.[].kind] | join(" ")' "awarded committed spent released"
    run -1 --separate-stderr as officer improve offer carry "$offer" "$offer"
    [[ "$stderr" == *OFF-2* ]]
    json as officer improve report offer-tiers
    is '.[0] | "\(.tier) \(.schools)"' "Tier 1 1"
    json as officer improve report offer-moves --scheme-id "$offer"
    is '.[0] | "\(.school_urn) \(.cause)"' "900003 start"
    run -4 as school improve offer recompute "$offer"
}

@test "reviews: review-hub add, review-hub change, review-hub add-area, review-hub end-area, review-hub list, review request, reviewer assign, review record, review withdraw, review list, review show; report reviews" {
    json as officer improve review-hub add "North hub" "Teaching and Leadership Centre" "Ann Lee" hub@school.example --town Eastmarch
    hub=$(jq -r .hub_id <<<"$output")
    json as officer improve review-hub change "$hub" 1 --coordinator "Bo Reed"
    run -1 --separate-stderr as school improve review request 900001 "The gap has grown"
    [[ "$stderr" == *"No hub is for the school's area"*REV-1* ]]
    json as officer improve review-hub add-area "$hub" everywhere
    area=$(jq -r .area_id <<<"$output")
    json as school improve review request 900001 "The gap has grown" --guide "Guide, 2nd edition"
    is '"\(.hub) \(.coordinator) \(.status)"' "North hub Bo Reed requested"
    review=$(jq -r .review_id <<<"$output")
    json as officer improve review-hub end-area "$area" 1
    json as school improve review-hub list
    is '.[0].email' hub@school.example
    json as admin improve assignment-role set pupil_premium_reviewer --kind pupil_premium_reviewer --accreditation-body "Reviewers' Board"
    json as officer improve partner add "Gil Marsh" --kinds pupil_premium_reviewer --capacity-half-days 20
    reviewer=$(jq -r .partner_id <<<"$output")
    run -1 --separate-stderr as officer improve reviewer assign "$review" 1 "$reviewer"
    [[ "$stderr" == *"holds no accreditation"*PAR-2* ]]
    json as officer improve accreditation add "$reviewer" "Reviewers' Board" "$(date -d '-10 days' +%F)"
    json as officer improve reviewer assign "$review" 1 "$reviewer"
    is .status matched
    run -1 --separate-stderr as officer improve review record "$review" 2 close "Enough"
    [[ "$stderr" == *"self_evaluation or reviewer"* ]]
    json as school improve review record "$review" 2 self_evaluation "Reading is behind in year 2" --dry-run
    is .next "review or reviewer"
    json as school improve review record "$review" 2 self_evaluation "Reading is behind in year 2"
    run -4 as school improve review record "$review" 3 review "All is well"
    json as officer improve review record "$review" 3 review "Phonics is not taught daily"
    json as school improve review list
    is '.[0] | "\(.status) \(.next)"' "reviewed action_plan"
    json as officer improve report reviews
    is '.[-1] | "\(.hub) \(.base) \(.reviewed)"' "Total 1 1"
    json as officer improve review withdraw "$review" 4 "The school is inspected"
    json as school improve review show "$review"
    is '[.steps[].step] | join(" ")' "request reviewer self_evaluation review withdraw"
}

@test "cases: case-action list, warning-notice list, case-scheme set, case-scheme list, case open, case change-category, case change, case list, case show, case close, case reopen, case-line add, case-line withdraw, case-action add, case-action change, case-action close, case-meeting plan, case-meeting hold, case-meeting cancel, case-meeting waive, warning-notice give, warning-notice end, notice-law list, notice-law add; report concern-cases, report concern-support, report meetings-due" {
    run -4 as officer improve case-scheme set 0 --categories code=red,label=Red,level=intensive
    run -2 --separate-stderr as admin improve case-scheme set 0 --categories code=amber,label=Amber,level=support --categories code=red,label=Red,level=intensive --reasons code=systemic,label=Systemic
    [[ "$stderr" == *"graver on the common scale"*CAS-1* ]]
    json as admin improve case-scheme set 0 --categories code=red,label=Red,level=intensive --categories code=amber,label=Amber,level=support --reasons code=systemic,label=Systemic
    json as officer improve case-scheme list
    is '.[0].categories[1].code' amber
    json as officer improve case open 900001 red systemic "Results fell" --dry-run
    json as officer improve case open 900001 red systemic "Results fell" --lead "Sam Hill" --cadence none
    concern=$(jq -r .case_id <<<"$output")
    run -1 --separate-stderr as officer improve case open 900001 red systemic "Again"
    [[ "$stderr" == *"$concern"*CAS-1* ]]
    json as officer improve case change-category "$concern" 1 amber "Leadership is in place"
    is '"\(.was) \(.category) \(.version)"' "red amber 2"
    json as officer improve case change "$concern" 2 --aim "Good by next year" --cadence termly
    json as officer improve case-line add "$concern" "Leadership support" --quantity 6 --unit days --unit-pence 45000
    is .committed_pence 270000
    line=$(jq -r .line_id <<<"$output")
    json as officer improve case-line withdraw "$line" 1 "Another provider"
    json as officer improve case-action add "$concern" "Review of safeguarding" "Head of service" "$(date +%F)"
    action=$(jq -r .action_id <<<"$output")
    json as officer improve case-action change "$action" 1 --owner "The chair"
    json as officer improve case-meeting plan "$concern" "$(date +%F)"
    meeting=$(jq -r .meeting_id <<<"$output")
    json as officer improve case-meeting plan "$concern" "$(date -d '+7 days' +%F)"
    json as officer improve case-meeting cancel "$(jq -r .meeting_id <<<"$output")" 1 "Inset day"
    run -2 --separate-stderr as officer improve warning-notice give "$concern" "Standards" "A plan" --kind pre_warning --given-on "$(date -d yesterday +%F)" --period-days 10
    [[ "$stderr" == *"case was opened"* ]]
    json as officer improve warning-notice give "$concern" "Standards" "A plan" --kind pre_warning --period-days 10
    is '"\(.period_days) \(.counting)"' "10 working"
    notice=$(jq -r .warning_notice_id <<<"$output")
    run -1 --separate-stderr as officer improve case close "$concern" 3 "Judged good"
    [[ "$stderr" == *"$action"* && "$stderr" == *"$meeting"* && "$stderr" == *"$notice"* && "$stderr" == *CAS-3* ]]
    json as school improve case list
    is '.[0] | "\(.category) \(.open_actions)"' "amber 1"
    json as officer improve case-action list
    is '.[0] | "\(.action_id) \(.owner)"' "$action The chair"
    json as officer improve warning-notice list
    is '.[0].warning_notice_id' "$notice"
    run -4 as school improve case close "$concern" 3 "We think so"
    json as officer improve case-action close "$action" 2 "No gaps"
    json as officer improve case-meeting hold "$meeting" 1 "Attendance is up" --next-steps "Two more days"
    json as officer improve warning-notice end "$notice" 1 complied "The plan was accepted"
    run -1 as officer improve case-meeting waive "$concern" "$(date +%F)" "Ofsted"
    json as officer improve report concern-cases
    is '.[-1] | "\(.category) \(.added) \(.schools)"' "Total 1 1"
    json as officer improve report concern-support
    is length 0
    json as officer improve report meetings-due
    json as school improve case show "$concern"
    is '"\(.still_open | length) \(.ratings | length) \(.aim)"' "0 1 Good by next year"
    json as officer improve case close "$concern" 3 "Judged good"
    json as officer improve case reopen "$concern" 4 amber "The head has left"
    is .status open
    json as officer improve notice-law list
    is '.[] | select(.kind == "warning" and .period_days) | "\(.period_days) \(.counting) \(.valid_to)"' "15 working 2016-04-17"
    json as operator improve notice-law add warning 1/9/2030 "Act of 2030, section 1" --period-days 20 --counting working --authority '' --dry-run
    run -4 as admin improve notice-law add warning 1/9/2030 "Act of 2030, section 1"
}

@test "notices: notice policy, notice set-policy, notice test, notice templates, notice template, notice set-template, notice list, notice show, notice retry, notice discard, notice count, notice run" {
    json as officer improve notice policy
    is '"\(.sending) \(.version)"' "false 0"
    run -1 --separate-stderr as officer improve notice run
    [[ "$stderr" == *"notices are off"* ]]
    run -4 as officer improve notice set-policy 0 --sending --sender us@council.example
    run -1 --separate-stderr as admin improve notice set-policy 0 --sending
    [[ "$stderr" == *"address to come from"* ]]
    json as admin improve notice set-policy 0 --sending --sender us@council.example --reminder-days 2 --reminder-days 10
    is '"\(.sending) \(.sender_name) \(.reminder_days)"' 'true Eastmarch [2,10]'
    run -2 --separate-stderr as admin improve notice set-template booking.waiting 0 --subject "Hello {{nme}}"
    [[ "$stderr" == *"no place for: nme"* && "$stderr" == *"course, session"* ]]
    json as admin improve notice set-template booking.waiting 0 --subject "You wait: {{course}}" --dry-run
    is .subject "You wait: {{course}}"
    json as officer improve notice templates
    is '.[] | select(.kind == "booking.waiting") | "\(.own) \(.version)"' "false 0"
    json as officer improve notice template booking.waiting
    is '.example | split("\n")[2]' "Dear Jo Field,"
    json as admin improve notice test jo@school.example
    notice=$(jq -r .notice_id <<<"$output")
    run -2 as admin improve notice test "jo@school.example, bo@school.example"
    json as officer improve notice list --status waiting
    is '.[0] | "\(.notice_id) \(.address) \(.attempts)"' "$notice jo@school.example 0"
    json as officer improve notice show "$notice"
    is '"\(.subject) \(.message_id)"' "Test message of Eastmarch <$notice.001@council.example>"
    json as officer improve notice count
    is '.[0] | "\(.status) \(.notices)"' "waiting 1"
    json as operator improve notice count --authority ''
    is '.[0].notices' 1
    json as officer improve notice retry "$notice" 1
    is .version 2
    json as officer improve notice discard "$notice" 2 "Only a test"
    is .status discarded
    run -1 --separate-stderr as officer improve notice retry "$notice" 3
    [[ "$stderr" == *"is discarded"* ]]
    json as officer improve notice run --dry-run
    is length 0
    run -4 as school improve notice list
    json as admin improve notice set-policy 1 --no-sending
    is .sending false
}

@test "quality: qa sample, qa rate, qa agreement; report visits-owed, delivered-against-entitled, notes-late, qa-sample, visit-themes" {
    from=$(date -d '-30 days' +%F)
    to=$(date +%F)
    run -0 --separate-stderr as admin improve qa sample 5 --seed 7 --from "$from" --to "$to" --output csv --columns visit_id,seed,stratum_notes
    [ "${lines[1]}" = "$(kept noted),7,1" ]
    [[ "$stderr" == *"Base: 1 notes"*"To draw again: improve qa sample 5 --seed 7"* ]]
    again=$(grep -o 'improve qa sample.*' <<<"$stderr")
    first=$output
    # shellcheck disable=SC2086
    run -0 --separate-stderr as admin $again --output csv --columns visit_id,seed,stratum_notes
    [ "$output" = "$first" ]
    json as admin improve qa rate "$(kept noted)" partly_met --comment Thin
    run -1 as admin improve qa rate "$(kept noted)" met
    run -1 --separate-stderr as officer improve qa rate "$(kept noted)" met
    [[ "$stderr" == *"Nobody rates a note that they wrote"*VIS-4* ]]
    json as admin improve qa agreement
    is length 0
    json as officer improve report visits-owed
    is '.[-1].base' 2
    json as officer improve report delivered-against-entitled
    is '.[-1] | "\(.source) \(.entitled) \(.planned) \(.half_days_left)"' "Total 9 1 8"
    json as officer improve report notes-late --from "$from"
    is '.[-1] | "\(.partner) \(.base) \(.on_time)"' "Total 1 1"
    json as officer improve report qa-sample 5 --seed 7 --from "$from" --to "$to"
    is '.[0] | "\(.drawn) \(.partly_met)"' "1 1"
    json as officer improve report visit-themes --from "$from" --to "$to"
    is '.[0] | "\(.theme) \(.notes) \(.base) \(.percent)"' "attendance 1 1 100"
    run -4 as school improve report visits-owed
}

@test "consultancy: agreement propose, agreement answer, agreement withdraw, agreement list, agreement show, agreement place, agreement end-placement, agreement add-school, agreement end-school, agreement visits, agreement note, agreement end; delivery list, delivery reverse; statement issue, statement list, statement settle; report consultancy-statement" {
    person neighbour --authority 002 --persona la_admin
    person roving --authority 002 --persona partner
    buyer() { as admin "$@" --authority 001; }
    seller() { as neighbour "$@" --authority 002; }
    json seller improve partner add "Di Roe" --kinds sle --capacity-half-days 40 --person-id "$(as roving improve whoami --output json --authority 002 | jq -r ".[0].person_id")"
    partner=$(jq -r .partner_id <<<"$output")
    from=$(date -d '-60 days' +%F)
    to=$(date -d '+60 days' +%F)
    json seller improve agreement propose 001 Phonics "$from" "$to" --lines kind=sle,half_days=2,half_day_pence=17500
    run -0 seller improve agreement withdraw "$(jq -r .agreement_id <<<"$output")" 1
    json seller improve agreement propose 001 Maths "$from" "$to" --lines kind=sle,half_days=20,half_day_pence=17500 --brokerage-percent 15 --school-urns 900001
    is '"\(.net_pence) \(.brokerage_pence) \(.gross_pence)"' "350000 52500 402500"
    agreement=$(jq -r .agreement_id <<<"$output")
    run -1 --separate-stderr seller improve agreement answer "$agreement" 1 accept
    [[ "$stderr" == *"this is for the client"*CON-1* ]]
    json buyer improve agreement answer "$agreement" 1 accept
    is .state running
    json buyer improve agreement add-school "$agreement" 900003
    json seller improve agreement place "$agreement" "$partner" sle
    placement=$(jq -r .placement_id <<<"$output")
    json buyer improve agreement show "$agreement"
    is '"\(.side) \(.schools | length) \(.placements[0].partner) \(.brokerage_percent)"' "client 2 Di Roe 15"
    placed=$(jq -r '.placements[0].partner_id' <<<"$output")
    day=$(date -d '-3 days' +%F)
    json as officer improve visit add 900001 "$placed" "${day}T09:30" challenge --half-days 2 --funding consultancy --funding-ref "$agreement"
    visit=$(jq -r .visit_id <<<"$output")
    run -0 buyer improve visit confirm "$visit" 1
    run -0 buyer improve visit done "$visit" 2
    json seller improve agreement visits "$agreement" --from "$day" --to "$day"
    is '[.[] | select(.under_agreement) | .visit_id] | join(" ")' "$visit"
    run -5 seller improve agreement note "$agreement" "$visit"
    run -0 --separate-stderr seller improve agreement note "$agreement" "$(kept noted)" --format markdown
    [[ "$output" == "# Note of visit: Ash Primary School"* ]]
    json seller improve agreement list --state running
    is '.[0] | "\(.side) \(.half_days_left)"' "provider 18"
    json buyer improve delivery list --agreement-id "$agreement"
    is '.[0] | "\(.side) \(.gross_pence)"' "client 40250"
    run -0 --separate-stderr seller improve report consultancy-statement --other 001 --output csv --columns direction,half_days,gross_pence,owed_pence
    [ "${lines[3]}" = "Balance,,,40250" ] || [ "${lines[3]}" = "Balance,,,402.50" ]
    json buyer improve delivery reverse "$visit" "Closed that day" --dry-run
    is '"\(.gross_pence) \(.visit_status)"' "-40250 cancelled"
    json seller improve statement issue 001 --ends-on "$(date -d yesterday +%F)"
    statement=$(jq -r .statement_id <<<"$output")
    is .balance_pence 40250
    json buyer improve statement list --open
    is '.[0].balance_pence' -40250
    run -1 buyer improve statement settle "$statement" 1 "BACS 1"
    json seller improve statement settle "$statement" 1 "BACS 1"
    is .balance_pence 40250
    json buyer improve delivery reverse "$visit" "Closed that day"
    run -0 buyer improve agreement end-school "$agreement" 900003
    run -0 seller improve agreement end-placement "$placement" 1
    json seller improve agreement end "$agreement" 2 "Done early"
    is .state running
    run -4 as school improve agreement list
}

@test "money: charge add, charge list, charge show, charge credit, invoice issue, invoice list, invoice show, payment record, billing-policy set, journal make, journal list, journal export, money check; report school-statement, charges-outstanding" {
    day=$(date -d yesterday +%F)
    json as admin improve charge add 900002 "Moderation panel" 25001 "Agreed by telephone" --charged-on "$day"
    charge=$(jq -r .charge_id <<<"$output")
    is '"\(.kind) \(.vat_pence) \(.gross_pence)"' "invoice 5000 30001"
    run -4 as officer improve charge add 900002 Mine 100 "Not my right"
    json as officer improve charge show "$charge"
    is '"\(.status) \(.reasons[0])"' "open Agreed by telephone"
    json as admin improve charge credit "$charge" "Half the day" --net-pence 10000
    is '"\(.gross_pence) \(.left_gross_pence)"' "-12000 18001"
    json as officer improve charge list --cause hand
    is length 2
    run -0 as admin improve billing-policy set 0 14
    json as admin improve invoice issue --school-urn 900002 --dry-run
    is '.[0] | "\(.kind) \(.number) \(.lines) \(.gross_pence)"' "invoice 1 2 18001"
    json as admin improve invoice issue --school-urn 900002
    document=$(jq -r '.[0].document_id' <<<"$output")
    is '.[0] | "\(.number) \(.due_on)"' "1 $(date -d '+14 days' +%F)"
    json as officer improve invoice list --unpaid --school-urn 900002
    is '.[0].due_pence' 18001
    run -0 --separate-stderr as officer improve invoice show "$document" --format html
    [ "${lines[0]}" = "<!DOCTYPE html>" ]
    [[ "$output" == *"<h1>Invoice 1</h1>"*"Beech Primary School"*"180.01"* ]]
    run -5 as school improve invoice show "$document"
    run -1 --separate-stderr as admin improve payment record "$document" 1 "BACS 1" --pence 20000
    [[ "$stderr" == *"£180.01 are due of it, not £200.00"* ]]
    json as admin improve payment record "$document" 1 "BACS 1"
    is .due_pence 0
    json as officer improve report school-statement --school-urn 900002
    is '.[-1].balance_pence' 0
    json as officer improve report charges-outstanding
    json as admin improve journal make
    journal=$(jq -r .number <<<"$output")
    as admin improve journal export "$journal" --output csv >"$INSTANCE/once"
    as admin improve journal export "$journal" --output csv | cmp - "$INSTANCE/once"
    [ "$(wc -l <"$INSTANCE/once")" -ge 4 ]
    json as admin improve journal list
    is '.[0].number' "$journal"
    json as admin improve money check
    is length 0
}

@test "people: whoami, administrator add, member add, member list, membership end" {
    json as officer improve whoami
    json as operator improve administrator add 001 "New Admin" --authority ''
    json as admin improve member add officer --name "New Officer"
    membership=$(jq -r .membership_id <<<"$output")
    json as admin improve member list
    is '[.[] | select(.name == "New Officer" or .display_name == "New Officer")] | length' 1
    json as admin improve membership end "$membership" 1
    run -4 as officer improve member list
}

@test "reports: report schools-by-phase-group, ofsted-over-time, ofsted-series, ofsted-by-phase, less-than-good, sla-take-up, partner-workload, cpd-sessions" {
    run -0 --separate-stderr as officer improve report schools-by-phase-group --output csv
    [ "$output" = "authority,phase_group,schools
001,Primary,2
001,Secondary,1" ]
    [[ "$stderr" == *"Base: the 3 schools open"* ]]
    json as officer improve report ofsted-over-time
    json as officer improve report ofsted-series --days 31/8/2026 --days 1/9/2025
    is '[.[].as_of] | join(" ")' "2025-09-01 2026-08-31"
    json as officer improve report ofsted-by-phase --status maintained
    is '.[-1].phase_group' Total
    json as officer improve report less-than-good
    is '.[-1].standing' Total
    json as officer improve report sla-take-up --as-of 1/5/2026
    is '.[0].subscribers' 1
    json as officer improve report partner-workload
    json as officer improve report cpd-sessions --from tomorrow
    is 'any(.[]; .confirmed > 0)' true
    run -0 as officer improve report list
    [[ "$output" == *ofsted-over-time* ]]
}

@test "a conversion ahead: conversion plan, conversion list, conversion carry-out, conversion withdraw" {
    json as officer improve conversion plan 900001 "$(date -d '+60 days' +%F)"
    planned=$(jq -r .conversion_id <<<"$output")
    run -1 as officer improve conversion plan 900001 "$(date -d '+61 days' +%F)"
    json as officer improve conversion list
    is '.[0].status' planned
    json as officer improve conversion carry-out
    is length 0
    json as officer improve conversion withdraw "$planned" 1
    is .status withdrawn
    run -4 as school improve conversion plan 900001 "$(date -d '+60 days' +%F)"
}

@test "a conversion in one command: school convert" {
    year=$(date -d '-2 months' +%Y) # its first of September is within a year
    sed 1q "$INSTANCE/schools.csv" >"$INSTANCE/converted.csv"
    echo '"900013","001","Eastmarch","4011","Cedar Academy","Academy converter","Open","01-09-'"$year"'","Secondary"' >>"$INSTANCE/converted.csv"
    as operator improve school import "$INSTANCE/converted.csv" --effective-on "1/9/$year" --authority ''
    printf '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\n"900003","900013","Cedar Academy","Successor","01-09-%s"\n' "$year" >"$INSTANCE/links.csv"
    as operator improve school import-links "$INSTANCE/links.csv" --authority ''
    run -1 --separate-stderr as officer improve school convert 900001 "1/9/$year"
    [[ "$stderr" == *"The register links 0 open schools of the authority that follow school 900001"*SLA-6* ]]
    run -0 as admin improve package add "$(as admin improve service add "Recruitment" --output json | jq -r .service_id)" Headteachers --valid-from 1/4/2015
    recruitment=$(awk '/Package ID/ { print $3 }' <<<"$output")
    as admin improve price set "$recruitment" --flat-pence 120000 --valid-from 1/4/2015
    as admin improve sla set-policy 1 --valid-from 1/4/2015 --maintained-month 4 --academy-month 9
    json as officer improve sla subscribe 900003 "$recruitment" --starts-on "1/4/$year"
    json as officer improve school convert 900003 "1/9/$year" --dry-run
    is '[.[] | select(.what == "subscription") | "\(.outcome) \(.net_pence)"] | join(", ")' "ended -70000, opened 120000"
    json as officer improve school convert 900003 "1/9/$year"
    run -1 --separate-stderr as officer improve school convert 900003 "1/9/$year"
    [[ "$stderr" == *"School 900003 has 0 subscriptions"* ]]
    json as officer improve subscription list --school-urn 900013
    is '"\(.[0].starts_on) \(.[0].ends_on) \(.[0].school_status)"' "$year-09-01 $((year + 1))-08-31 academy"
    run -4 as school improve school convert 900001 "1/9/$year"
}

@test "subscriptions reported: report sla-non-buyers, sla-non-buyer-schools, sla-renewals, income-by-service, entitlement-balances; sla what-if" {
    json as officer improve report sla-non-buyers --as-of 31/12/2030
    is '.[-1] | "\(.phase_group) \(.non_buyers) \(.maintained) \(.academies) \(.base)"' "Total 4 2 2 4"
    [[ "$stderr" == *"4 of 4 schools do not subscribe; of 2 maintained ones (50.0%) 2 do not."* ]]
    json as officer improve report sla-non-buyer-schools --as-of 31/12/2030 --phase-group Secondary
    is '[.[].urn] | tostring' '[900013,900003]'
    json as officer improve report sla-renewals
    json as officer improve report income-by-service --from 1/4/2026 --to 31/3/2027
    is '.[-1] | "\(.service) \(.percent)"' "Total 100"
    json as officer improve report entitlement-balances --unit place
    is '.[-1] | "\(.school) \(.unit) \(.used)"' "Total place 4"
    json as officer improve sla what-if --grant-percent 60 --as-of 1/6/2026 --price-percent 75
    is '[.[].scenario] | .[:3] | join(", ")' "As it is, Grant halved, No grant"
    is '.[1] | "\(.gap_percent) \(.price_rise_percent)"' "30 75"
    run -2 --separate-stderr as officer improve sla what-if
    [[ "$stderr" == *SLA-9*"grant_pence or grant_percent"* ]]
    run -4 as school improve report sla-non-buyers
}

@test "the audit trail: audit list, audit show, entry export, chain verify" {
    sleep 0.5
    json as admin improve audit list --method AddCourse
    is '.[0].method' /improve.v1.Cpd/AddCourse
    number=$(jq -r '.[0].number' <<<"$output")
    json as admin improve audit show "$number"
    is '.changes[0].table' cpd.course
    json as admin improve entry export --from-number "$number" --limit 1
    is '.[0].line | fromjson | .content.request.title' Mentoring
    json as admin improve chain verify
    is '.reason' null
    run -4 as officer improve audit list
    run -5 as admin improve audit show 1000000
}

@test "people's data: person export, person erase, self export, self erase, erasure list, retention list, retention set, retention run" {
    session=$(as officer improve session list --output json --from 1/1/2031 | jq -r '.[0].session_id')
    json as school improve cpd book "$session" 900001 --delegates name=Cy,email=cy@school.example
    json as admin improve person export cy@school.example
    is '[.[] | select(.place == "cpd.booking")][0].facts | fromjson | .delegate_name' Cy
    json as admin improve person erase cy@school.example
    is '[.[] | select(.what == "rows")][0].rows' 1
    json as admin improve erasure list
    is length 1
    run -5 as admin improve person erase cy@school.example
    run -4 as officer improve person export cy@school.example
    json as school improve self export
    is '[.[] | select(.place == "auth.membership")] | length' 1
    person roamer --authority 001,002 --persona officer
    json as roamer improve self erase --dry-run --authority ''
    is '[.[].authority] | tostring' '["001","002","000"]'
    json as admin improve retention list
    is length 5
    json as admin improve retention set imports 400
    json as admin improve retention run --dry-run
    is length 5
}

@test "the server: health check, server info, reflection-info server" {
    json as officer improve health check
    is .status SERVING
    json as officer improve server info
    is .mail off
    json as officer improve reflection-info server --list-services x
}

@test "an absent server is exit 3, a late answer 6, a bad date 2" {
    run -3 as officer improve server info --url ipc:///nonexistent/improve.sock --timeout 1s
    run -2 --separate-stderr as officer improve report sla-take-up --as-of 31/2/2026
    [[ "$stderr" == *as-of* ]]
    instance_sql "create function public.slowly(text) returns boolean language sql volatile as 'select pg_sleep(2) is not null'" >/dev/null
    instance_sql "create policy slowly on cpd.session as restrictive for select to improve_exec using (public.slowly(session_id))"
    run -6 as officer improve report cpd-sessions --timeout 400ms
    instance_sql "drop policy slowly on cpd.session"
    run -0 as officer improve report cpd-sessions --timeout 20s
}

@test "SQL reporters: reporter create, reporter list, reporter drop; the password is shown once" {
    id=$(cat /proc/sys/kernel/random/uuid)
    role=la_001_cli$(tr -d - <<<"$id" | head -c 12)
    json as admin improve reporter create --tool "${role#la_001_}" --request-id "$id"
    is .role_name "$role"
    is '.password | test("^imr-[0-9a-z]{10}-[0-9a-z]{10}-[0-9a-z]{10}$")' true
    password=$(jq -r .password <<<"$output")
    run -0 --separate-stderr as admin improve reporter create --tool "${role#la_001_}" --request-id "$id" --output json
    is 'has("password")' false
    [[ "$stderr" == *"password was shown then, once"* ]]
    json as admin improve reporter list
    is ".[] | select(.role_name == \"$role\") | .login" own
    run -4 as officer improve reporter create
    pg_dump -d "$(cat "$INSTANCE/conninfo")" >"$INSTANCE/dump"
    grep -q "$role" "$INSTANCE/dump"
    run -1 grep -e "$password" "$INSTANCE/dump" "$INSTANCE/log"
    json as admin improve reporter drop "$role" --dry-run
    json as admin improve reporter drop "$role"
    is .sessions_ended 0
    run -5 as admin improve reporter drop "$role"
}

@test "joint SQL reporters: the operator makes one of two authorities; an administrator of one of them may not" {
    role=la_000_cli$(tr -d - </proc/sys/kernel/random/uuid | head -c 12)
    joint=(reporter create --tool "${role#la_000_}" --authorities 001 --authorities 002 --agreement "Sharing of 3 May 2026" --ends-on 31/8/2099)
    run -4 as admin improve "${joint[@]}"
    [[ "$output" == *"Only the instance's operator"* ]]
    run -2 as operator improve reporter create --authority '' --authorities 001 --agreement Sharing --ends-on 31/8/2099
    [[ "$output" == *"two authorities or more"* ]]
    json as operator improve "${joint[@]}" --authority ''
    is .role_name "$role"
    password=$(jq -r .password <<<"$output")
    json as operator improve reporter list --authority ''
    is ".[] | select(.role_name == \"$role\") | \"\(.login) \(.agreement) \(.ends_on) \(.authorities | join(\",\"))\"" "joint Sharing of 3 May 2026 2099-08-31 001,002"
    json as admin improve reporter list
    is ".[] | select(.role_name == \"$role\") | \"\(.login) \(.authorities | join(\",\"))\"" "joint 001"
    for ((i = 0; i < 50; i++)); do
        json as admin improve audit list --method CreateReporter
        ! jq -e '.[] | select(.personas == "operator,person")' <<<"$output" >/dev/null || break
        sleep 0.1
    done
    json as admin improve audit show "$(jq -r '[.[] | select(.personas == "operator,person")][0].number' <<<"$output")"
    is '.request | fromjson | .role_name' "$role"
    [[ "$output" != *'"002"'* ]]
    run -1 grep -e "$password" <<<"$(instance_sql "select e::text from audit.entry e union all select r::text from rpc.request r")"
    run -0 as operator improve reporter drop "$role" --authority ''
    run -5 as operator improve reporter drop "$role" --authority ''
}

@test "events: visit watch, case watch, diary watch, diary list" {
    json as officer improve diary list --from 1/1/2027 # more of it in diary.bats
    is 'length' 0
    before=$(instance_sql "select coalesce(max(number), 0) from events.event where authority_id = 1")
    (umask 077 && echo "$before" >"$INSTANCE/seen" && echo '{}' >"$INSTANCE/mine")
    person=$(as officer improve whoami --output json | jq -r '.[0].person_id')
    as officer improve visit watch --limit 3 --cursor-file "$INSTANCE/seen" --output json >"$INSTANCE/events" 3>&- &
    watching=$!
    for n in 1 2 3; do
        instance_sql "begin; select set_config('app.authority_id', '1', true); select events.note('visit.planned', 'vi-$n', null, null, '$person', '{}'); commit" >/dev/null
        sleep 0.1
    done
    wait "$watching"
    [ "$(jq -r .visit_id "$INSTANCE/events" | paste -sd' ')" = "vi-1 vi-2 vi-3" ]
    echo $((before + 1)) >"$INSTANCE/seen"
    run -0 as officer improve visit watch --limit 1 --cursor-file "$INSTANCE/seen" --columns visit_id,kind
    [ "${lines[1]}" = $'vi-2\tplanned' ]
    run -0 as officer improve diary watch --limit 1 --cursor-file "$INSTANCE/mine" --output csv --columns authority,visit_id
    [ "${lines[1]}" = "001,vi-1" ]
    echo nonsense >"$INSTANCE/seen"
    run -2 as officer improve visit watch --cursor-file "$INSTANCE/seen"
    run -2 as officer improve case watch --cursor-file "$INSTANCE/seen" # more of it in cases.bats
}

@test "what is due: due" {
    json as officer improve due --within-days 365 --kind "keeping in touch"
    is '[.[] | select(.kind != "keeping in touch")] | length' 0
    is '.[0].rank' 1
    run -2 --separate-stderr as officer improve due --kind homework
    [[ $stderr == *"SLA notice"* ]]
    run -4 as school improve due
}

@test "the data dictionary: dictionary list, dictionary show" {
    json as officer improve dictionary list --view calendar_day --word "bank holiday"
    is '.[] | select(.column == "bank_holiday") | .type' 'character varying(100)'
    run -0 as officer improve dictionary show
    [ "${lines[0]}" = "<!DOCTYPE html>" ]
    [[ "$output" == *'<h2 id="visit">visit</h2>'*'</html>'* ]]
    run -5 --separate-stderr as officer improve dictionary list --view nothing
    [[ "$stderr" == *"a name that improve dictionary list shows"* ]]
    run -4 as school improve dictionary show
}
