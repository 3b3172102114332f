#!/usr/bin/env bats
# A year of Ash Primary's, told through the client, with every penny of it (SLA-2 to SLA-6, CPD-2 to CPD-9, MON-1 to MON-3). It joins part-way, books
# training, and becomes an academy in February. No day of it is a date: all are counted from the one it is run on.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_school_year
    person operator --instance
    # It joins on the first of this month, and converts in February, or in five months where that is near or over; its year ends two months later.
    local ahead=5 month
    [ "$(date +%-m)" -lt 5 ] || ahead=$((14 - $(date +%-m)))
    date +%Y-%m-01 >"$INSTANCE/joins"
    date -d "$(date +%Y-%m-01) +$ahead months" +%F >"$INSTANCE/converts"
    month=$(date -d "$(date +%Y-%m-01) +$ahead months" +%-m)
    printf '%d %d %d\n' $((ahead + 2)) $(((month + 1) % 12 + 1)) $(((20 - month) % 12 + 1)) >"$INSTANCE/months"
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","CloseDate","PhaseOfEducation (name)","NumberOfPupils","CensusDate"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","","Primary","180","16-01-2025"
900002,"001","Eastmarch","2002","Beech Primary Academy","Academy converter","Open","01-09-2012","","Primary","200","16-01-2025"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2012 >/dev/null
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person finance --authority 001 --persona finance
    person school --authority 001 --persona booker --school 900001
    export IMPROVE_AUTHORITY=001
    as admin improve calendar deadline 60 --output json | jq -r '.[] | select(.counts) | .day' >"$INSTANCE/ahead"
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    joins=$(cat "$INSTANCE/joins") converts=$(cat "$INSTANCE/converts")
    # Of the maintained year: how many from the joining on, and in which month the next begins; of an academy's, from the conversion to August.
    read -r months begins academy_months <"$INSTANCE/months"
}

# turned_down TEXT COMMAND… must be refused in such words.
turned_down() {
    run --separate-stderr "${@:2}"
    if [ "$status" -eq 0 ] || [[ "$stderr" != *"$1"* ]]; then
        echo "exit $status: $stderr" >&2
        return 1
    fi
}
ahead() { sed -n "$1p" "$INSTANCE/ahead"; }
english() { date -d "$1" '+%-d %b %Y'; }

# past SESSION: it has begun and ended.
past() {
    instance_sql "update cpd.session set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour', booking_opens_at = now() - interval '9 days',
        booking_closes_at = now() - interval '4 hours' where session_id = '$1';
        update cpd.session_part set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where session_id = '$1'" >/dev/null
}

# owes URN PENCE: what a school's account comes to today; owes_on DAY URN PENCE: on a day to come.
owes_on() {
    json as finance improve report school-statement --school-urn "$2" --from 1/1/2020 --to "$1"
    is '.[-1].balance_pence' "$3"
}
owes() { owes_on "$(date +%F)" "$@"; }
books_hold() {
    json as finance improve money check
    is length 0
}

@test "the authority sets its terms, a price by pupil and by status, and training that subscribers get for less" {
    as admin improve sla set-policy 0 --valid-from 1/4/2015 --maintained-month "$begins" --pro-rata months --notice-months 3 --early-end unused_time --early-end-fee-pence 5000 >/dev/null
    json as admin improve service add "School improvement"
    json as admin improve package add "$(jq -r .service_id <<<"$output")" Core --half-days 6 --valid-from 1/4/2015
    keep package "$(jq -r .package_id <<<"$output")"
    json as admin improve price set "$(kept package)" --valid-from 1/4/2015 --clauses status=academy,unit_pence=700,minimum_pence=90000 --clauses unit_pence=500,minimum_pence=75000
    is .clauses 2
    json as admin improve course add "Phonics in Year 1"
    keep course "$(jq -r .course_id <<<"$output")"
    as admin improve course-price set "$(kept course)" maintained 10000 >/dev/null
    as admin improve course-price set "$(kept course)" academy 15000 >/dev/null
    as admin improve benefit set "$(kept package)" discount --percent 20 >/dev/null
    # South Gloucestershire's terms: four working days' notice costs nothing, less costs all of it.
    as admin improve cancellation-term add "Common terms" --bands place_kind=paid,at_least_days=4 --bands place_kind=paid,percent=100 --is-default >/dev/null
    local session
    for session in "near $(ahead 2)" "far $(date -d "$converts +45 days" +%F)"; do
        json as admin improve session add "$(kept course)" "${session#* }T09:30" "${session#* }T12:30" "County Hall" 4
        keep "${session% *}" "$(jq -r .session_id <<<"$output")"
        as admin improve session publish "$(kept "${session% *}")" 1 >/dev/null
    done
}

@test "Ash asks for a quote: what a part of the year costs, and why, line by line" {
    json as school improve subscription quote 900001 "$(kept package)" --starts-on "$joins"
    is '"\(.status) \(.year_net_pence) \(.net_pence) \(.gross_pence)"' "quoted 90000 $((7500 * months)) $((9000 * months))"
    is '[.reasons[] | .text][1]' "180 pupils on roll, counted on 16 Jan 2025, at £5.00"
    is '.reasons[] | select(.clause == "pro-rata").text | split(":")[0]' "$months of 12 months"
    is '[.reasons[].pence] | add' "$((9000 * months))"
    keep quoted "$(jq -c '[.starts_on, .ends_on, .gross_pence, .reasons]' <<<"$output")"
    owes 900001 0
}

@test "it orders at that price, joining part-way, and is charged for it; the authority sees one more subscriber" {
    json as school improve sla subscribe 900001 "$(kept package)" --starts-on "$joins"
    keep subscription "$(jq -r .subscription_id <<<"$output")"
    keep charge "$(jq -r .charge_id <<<"$output")"
    is '[.starts_on, .ends_on, .gross_pence, .reasons] | tojson' "$(kept quoted)"
    json as school improve charge show "$(kept charge)"
    is '"\(.kind) \(.status) \(.cause_ref) \(.gross_pence)"' "recharge open $(kept subscription) $((9000 * months))"
    is '.reasons[1]' "180 pupils on roll, counted on 16 Jan 2025, at £5.00: £900.00"
    turned_down "subscribes to this service in that period already" as school improve sla subscribe 900001 "$(kept package)" --starts-on "$joins"
    json as officer improve report sla-take-up --as-of "$joins"
    is '.[] | select(.phase_group == "Primary") | "\(.subscribers) of \(.base)"' "1 of 2"
    owes_on "$joins" 900001 "$((9000 * months))"
    books_hold
}

@test "it books for three delegates: two places are left, the third delegate waits" {
    json as officer improve cpd book "$(kept near)" 900002 --delegates name=Hal --delegates name=Ivy
    keep hal "$(jq -r '.[0].booking_id' <<<"$output")"
    is '[.[] | "\(.status) \(.price_pence)"] | join(", ")' "confirmed 15000, confirmed 15000"
    json as school improve cpd book "$(kept near)" 900001 --delegates name=Ann,email=ann@ash.example --delegates name=Bo,email=bo@ash.example --delegates name=Cy,email=cy@ash.example
    is '[.[] | "\(.delegate) \(.status) \(.price_pence)"] | join(", ")' "Ann confirmed 8000, Bo confirmed 8000, Cy waiting 8000"
    for n in 0 1 2; do keep "$(jq -r ".[$n].delegate" <<<"$output" | tr '[:upper:]' '[:lower:]')" "$(jq -r ".[$n].booking_id" <<<"$output")"; done
    json as school improve booking explain "$(kept cy)"
    is '.[0].who' you
    json as school improve charge list --school-urn 900001 --cause cpd
    is '[.[].gross_pence] | tostring' "[9600,9600]" # who waits is not charged
    # One more, for a day after the conversion.
    json as school improve cpd book "$(kept far)" 900001 --delegates name=Eve,email=eve@ash.example
    keep eve "$(jq -r '.[0].booking_id' <<<"$output")"
    books_hold
}

@test "another school gives a place up: it is offered to Cy, and charged when it is taken" {
    json as officer improve booking cancel "$(kept hal)" 1 "Timetable"
    is '[.[] | "\(.change) \(.status)"] | join(", ")' "cancelled cancelled, offered offered"
    json as school improve offer accept "$(kept cy)" 2
    is '.[0] | "\(.change) \(.status)"' "accepted confirmed"
    json as school improve charge list --school-urn 900001 --cause cpd
    is '[.[].gross_pence] | tostring' "[9600,9600,9600,9600]"
    books_hold
}

@test "Bo cannot come: Di comes instead, at no charge, and the history says who was to come" {
    json as school improve booking substitute "$(kept bo)" 1 Di --email di@ash.example
    is '"\(.was) \(.delegate) \(.status) \(.gross_pence // 0)"' "Bo Di confirmed 0"
    turned_down "Cy is booked on this session already" as school improve booking substitute "$(kept bo)" 2 Cy --email cy@ash.example
    json as school improve booking history "$(kept bo)"
    is '[.[].kind] | join(" ")' "booked substituted"
    owes 900001 "$((9000 * months + 4 * 9600))"
    books_hold
}

@test "Ann cancels late: all of it is charged, with the days counted; the school disputes it, and finance waives it" {
    json as school improve cancellation quote "$(kept ann)"
    is '"\(.net_pence) \(.gross_pence)"' "8000 9600"
    is '.notice_days < 4' true
    json as school improve booking cancel "$(kept ann)" 1 "Unwell"
    is '.[0] | "\(.change) \(.gross_pence)"' "cancelled 9600"
    json as school improve cancellation-charge list --session-id "$(kept near)"
    is '.[0] | "\(.cause) \(.gross_pence)"' "cancellation 9600"
    charge=$(jq -r '.[0].charge_id' <<<"$output")
    run -4 as school improve cancellation-charge waive "$charge" 1 illness
    run -4 as officer improve cancellation-charge waive "$charge" 1 illness
    json as finance improve cancellation-charge waive "$charge" 1 illness --note "Fit note, by telephone"
    is '"\(.waive_reason) \(.gross_pence)"' "illness 9600"
    json as school improve report school-statement --school-urn 900001 --from 1/1/2020
    is '[.[] | select(.what // "" | contains("'"$(kept ann)"'")) | .charged_pence] | tostring' "[9600,-9600,9600,-9600]"
    books_hold
}

@test "what is open by today is recharged on one document, printed, and paid: the account is in balance" {
    json as finance improve report school-statement --school-urn 900001 --from 1/1/2020
    balance=$(jq -r '.[-1].balance_pence' <<<"$output")
    [ "$balance" -eq $((9000 * months + 3 * 9600)) ] # the subscription and three places
    json as finance improve invoice issue --school-urn 900001 --dry-run
    is '.[0] | "\(.kind) \(.number) \(.gross_pence)"' "recharge 1 $balance"
    json as finance improve invoice issue --school-urn 900001
    keep document "$(jq -r '.[0].document_id' <<<"$output")"
    is '.[0].due_on' "$(date -d '+28 days' +%F)"
    run -0 --separate-stderr as school improve invoice show "$(kept document)" --format html
    [[ "$output" == *"<h1>Internal recharge 1</h1>"*"Ash Primary School (URN 900001)"*"Phonics in Year 1 on $(english "$(ahead 2)"), booking $(kept ann)"* ]]
    [[ "$output" != *"ann@ash.example"* && "$output" != *">Ann<"* ]] # who comes is on no invoice
    turned_down "are due of it, not" as finance improve payment record "$(kept document)" 1 "Transfer 1" --pence $((balance + 1))
    json as finance improve payment record "$(kept document)" 1 "Transfer 1"
    is .due_pence 0
    owes 900001 0
    books_hold
}

@test "the day comes: Di and Cy attend, and have their certificates; nobody who stayed away has one" {
    turned_down "It begins on" as officer improve attendance record "$(kept near)" --others attended
    past "$(kept near)"
    ivy=$(as officer improve booking list --session-id "$(kept near)" --output json | jq -r '.[] | select(.delegate == "Ivy").booking_id')
    json as officer improve attendance record "$(kept near)" --marks "booking_id=$ivy,mark=absent" --others attended
    is '[.[] | "\(.delegate) \(.mark)"] | sort | join(", ")' "Cy attended, Di attended, Ivy absent"
    json as officer improve certificate issue "$(kept near)"
    is '[.[] | "\(.delegate) \(.outcome)"] | sort | join(", ")' "Cy issued, Di issued, Ivy lacks attendance"
    certificate=$(jq -r '.[] | select(.delegate == "Di").certificate_id' <<<"$output")
    run -0 --separate-stderr as school improve certificate get "$certificate"
    [[ "$output" == *Di*"Phonics in Year 1"*"2 hours"*"$certificate"* ]]
    json as officer improve certificate issue "$(kept near)"
    is '[.[] | "\(.delegate) \(.outcome)"] | sort | join(", ")' "Cy had, Di had, Ivy lacks attendance"
    owes 900001 0
    books_hold
}

@test "in February Ash becomes an academy: a dry run shows every step, and the conversion does them" {
    # The register knows it beforehand: which school closes, and which follows it.
    {
        sed 1q "$INSTANCE/schools.csv"
        echo "900001,001,Eastmarch,2001,Ash Primary School,Community school,\"Open, but proposed to close\",01-09-1990,$(date -d "$converts -1 day" +%d-%m-%Y),Primary,180,16-01-2025"
        echo "900011,001,Eastmarch,2011,Ash Primary Academy,Academy converter,Open,$(date -d "$converts" +%d-%m-%Y),,Primary,180,16-01-2025"
    } >"$INSTANCE/converted.csv"
    as operator improve school import "$INSTANCE/converted.csv" --authority '' >/dev/null
    printf '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\n"900001","900011","Ash Primary Academy","Successor","%s"\n' "$(date -d "$converts" +%d-%m-%Y)" >"$INSTANCE/links.csv"
    as operator improve school import-links "$INSTANCE/links.csv" --authority '' >/dev/null
    run -4 as school improve school convert 900001 "$converts"
    json as officer improve school convert 900001 "$converts" --dry-run
    steps='[.[] | "\(.what) \(.outcome) \(.net_pence)"] | join(", ")'
    is "$steps" "school found null, subscription ended -15000, subscription opened $((10500 * academy_months)), booking carried null"
    json as school improve subscription list
    is '.[0].ends_on' "$(date -d "$converts +2 months -1 day" +%F)" # it kept nothing
    json as officer improve school convert 900001 "$converts"
    is "$steps" "school found null, subscription ended -15000, subscription opened $((10500 * academy_months)), booking carried null"
    keep academy "$(jq -r '.[] | select(.outcome == "opened").new_reference' <<<"$output")"
    turned_down "School 900001 has 0 subscriptions" as officer improve school convert 900001 "$converts"
    # Two months of the maintained year are given back; those of an academy's, to August, are charged to the new URN.
    json as officer improve subscription list --school-urn 900011
    is '.[0] | "\(.subscription_id) \(.starts_on) \(.ends_on) \(.school_status) \(.gross_pence)"' \
        "$(kept academy) $converts $(date -d "$converts +$academy_months months -1 day" +%F) academy $((12600 * academy_months))"
    json as officer improve booking list --session-id "$(kept far)"
    is '.[] | "\(.delegate) \(.school_urn) \(.status)"' "Eve 900011 confirmed"
    json as officer improve report sla-take-up --as-of "$converts"
    is '.[] | select(.phase_group == "Primary") | "\(.subscribers) of \(.base)"' "1 of 2" # the school that it is now
    owes_on "$converts" 900001 -18000
    owes_on "$converts" 900011 "$((12600 * academy_months))"
    books_hold
}

@test "at the end of it the reports and the journal say what happened" {
    json as finance improve charge add 900002 "Moderation panel" 10000 "Agreed" --charged-on yesterday
    json as finance improve journal make
    number=$(jq -r .number <<<"$output")
    as finance improve journal export "$number" --output csv >"$INSTANCE/journal.csv"
    as finance improve journal export "$number" --output csv | cmp - "$INSTANCE/journal.csv"
    json as finance improve journal export "$number"
    is '([.[].debit_pence // 0] | add) - ([.[].credit_pence // 0] | add)' 0
    turned_down "stands in a journal" as finance improve journal make
    json as finance improve adjustment list
    is '.[] | "\(.subscription_id) \(.cause) \(.gross_pence)"' "$(kept subscription) conversion -18000"
    json as finance improve report income-by-service --from "$joins" --to "$(date -d "$converts +$academy_months months -1 day" +%F)"
    is '.[] | select(.school_status == "all" and .service != "Total") | .net_pence' "$((7500 * (months - 2) + 10500 * academy_months))"
    is '[.[] | select(.school_status == "academy" or .school_status == "maintained") | .year_price_pence] | join(" ")' "126000 90000" # academies pay more
    json as finance improve report charges-outstanding --as-of "$converts"
    is '.[] | select(.school_urn == 900011).outstanding_pence' "$((12600 * academy_months))"
    books_hold
}
