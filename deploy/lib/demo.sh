# shellcheck shell=sh
# The demonstration: five fictional authorities (demo/README.md). Sourced by deploy/run; $root and $room as in server.sh.

DEMO_SEED=1

# client runs improve as the demonstration's administrator.
client() {
    IMPROVE_CONFIG=$room/profiles "$root/build/bin/improve" --quiet "$@"
}

# demo_make writes its files once, with what the sources tell besides: they stay as they were, so that loading them again repeats the same requests.
demo_make() {
    if [ ! -s "$room/demo/words.json" ]; then
        rm -rf "$room/demo"
        mkdir -p "$room/demo"
        cp "$root/demo/told/"*.jsonl "$room/demo/"
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

# demo_call FILE makes the calls of one step, one after the other, and remembers in demo/made what refers to the things that they make.
demo_call() {
    jq --compact-output --slurpfile made "$room/demo/made" --from-file "$root/deploy/lib/demo.jq" "$room/demo/$1" >"$room/demo/asked" || return 1
    jq --compact-output 'del(.["@"])' "$room/demo/asked" >"$room/demo/requests"
    client call - --in-flight 1 --request-id-seed "demo-$DEMO_SEED-$1" <"$room/demo/requests" >"$room/demo/replies" || return 1
    grep -q '"@"' "$room/demo/asked" || return 0
    # The first reference of a reply is what was made; of a list, that of its first row.
    jq --null-input --slurpfile made "$room/demo/made" --slurpfile asked "$room/demo/asked" --slurpfile replies "$room/demo/replies" '
        $made[0] + ([range($asked | length) | {key: ($asked[.]["@"] // empty), value: ($replies[.] | (.rows[0]? // .) | to_entries | map(select(.key | endswith("_id")))[0].value)}]
            | from_entries)' >"$room/demo/made.new" &&
        mv "$room/demo/made.new" "$room/demo/made"
}

# demo_load loads what is not loaded yet. Cut short, it may be repeated.
demo_load() {
    [ ! -e "$room/demo/loaded" ] || return 0
    demo_import || return 1
    cp "$room/demo/words.json" "$room/demo/made"
    for demo_file in $(cd "$room/demo" && LC_ALL=C ls -- *.jsonl); do
        demo_call "$demo_file" </dev/null || demo_fail "$demo_file" || return 1
    done
    rm -f "$room/demo/answer" "$room/demo/asked" "$room/demo/requests" "$room/demo/replies"
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
    demo_try report ofsted-series --authority 004 --days 31/8/2017 --days 31/8/2018 --days 31/8/2019 --days 31/8/2020 --days 31/8/2021 --days 30/4/2022 --output table
    demo_try report partner-workload --authority 004 --limit 5 --output table
    demo_try partner match "$(jq -r 'select(.authority == "004") | .request.base_school_urn // empty' "$room/demo/40-partners.jsonl" | head -n 1)" \
        --authority 004 --expertise mathematics --half-days 11 --limit 10 --output table
    demo_try report cpd-sessions --authority 004 --output table
    printf '\nThree to try:\n'
    printf '  improve school list --authority 004 --limit 5\n'
    printf '  improve report visits-owed --authority 005\n'
    printf '  psql -c "select * from migrate.applied"\n'
}
