# shellcheck shell=sh
# The demonstration: five fictional authorities (demo/README.md). Sourced by deploy/run; $root and $room as in server.sh.

DEMO_SEED=1

# client runs improve as the demonstration's administrator.
client() {
    IMPROVE_CONFIG=$room/profiles "$root/build/bin/improve" --quiet "$@"
}

# demo_make writes its files once: they stay as they were, so that loading them again repeats the same requests.
demo_make() {
    if [ ! -s "$room/demo/steps.tsv" ]; then
        rm -rf "$room/demo"
        "$root/build/bin/improve-demo" --seed "$DEMO_SEED" --to "$room/demo"
    fi
}

# demo_codes prints the authorities' codes: 001,002 …, or nothing where there is no demonstration.
demo_codes() {
    [ ! -s "$room/demo/authorities.tsv" ] || cut -f 1 "$room/demo/authorities.tsv" | paste -s -d ,
}

# demo_fail FILE says what was being loaded, and fails.
demo_fail() {
    echo "the demonstration could not be loaded: $1 was refused" >&2
    return 1
}

# demo_import imports the schools, their links and their inspections.
demo_import() {
    while IFS='	' read -r demo_command demo_file demo_day demo_complete; do
        set -- "$demo_command" "$room/demo/$demo_file"
        [ "$demo_command" = import-links ] || set -- "$@" --effective-on "$demo_day"
        [ "$demo_complete" = - ] || set -- "$@" --complete
        client school "$@" --output json >"$room/demo/answer" </dev/null || demo_fail "$demo_file" || return 1
    done <"$room/demo/imports.tsv"
}

# demo_call FILE FIELD makes the calls of one step, and remembers in demo/made what its answers' FIELD says of the things it makes.
demo_call() {
    jq --compact-output --slurpfile made "$room/demo/made" '
        .request |= map_values(if type == "string" and startswith("@") then $made[0][.[1:]] // error("nothing was made as \(.)") else . end)
        | del(.["@"])' "$room/demo/$1" >"$room/demo/requests" || return 1
    client call - --request-id-seed "demo-$DEMO_SEED-$1" <"$room/demo/requests" >"$room/demo/replies" || return 1
    [ "$2" != - ] || return 0
    jq --null-input --slurpfile made "$room/demo/made" --slurpfile asked "$room/demo/$1" --slurpfile replies "$room/demo/replies" --arg field "$2" '
        $made[0] + ([range($asked | length) | {key: $asked[.]["@"], value: $replies[.][$field]}] | from_entries)' >"$room/demo/made.new" &&
        mv "$room/demo/made.new" "$room/demo/made"
}

# demo_load loads what is not loaded yet. Cut short, it may be repeated.
demo_load() {
    [ ! -e "$room/demo/loaded" ] || return 0
    demo_import || return 1
    echo '{}' >"$room/demo/made"
    while IFS='	' read -r demo_file demo_field; do
        demo_call "$demo_file" "$demo_field" </dev/null || demo_fail "$demo_file" || return 1
    done <"$room/demo/steps.tsv"
    rm -f "$room/demo/answer" "$room/demo/requests" "$room/demo/replies"
    : >"$room/demo/loaded"
}

# demo_try shows a command as one would type it, and what it prints.
demo_try() {
    printf '\n$ improve'
    printf ' %s' "$@"
    printf '\n'
    IMPROVE_CONFIG=$room/profiles "$root/build/bin/improve" "$@"
}

# demo_show runs the main job: who subscribes and who does not, how schools were inspected, what partners carry, how full the training is.
demo_show() {
    demo_try report sla-take-up --authority 004 --output table
    demo_try report sla-non-buyers --authority 004 --output table
    demo_try report ofsted-over-time --authority 004 --as-of 2020-08-31 --output table
    demo_try report partner-workload --authority 004 --limit 5 --output table
    demo_try partner match "$(jq -r 'select(.authority == "004") | .request.base_school_urn // empty' "$room/demo/40-partners.jsonl" | head -n 1)" \
        --authority 004 --expertise mathematics --half-days 11 --limit 10 --output table
    demo_try report cpd-sessions --authority 004 --output table
    printf '\nThree to try:\n'
    printf '  improve school list --authority 004 --limit 5\n'
    printf '  improve report visits-owed --authority 005\n'
    printf '  psql -c "select * from migrate.applied"\n'
}
