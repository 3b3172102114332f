# shellcheck shell=bash
# A whole instance for bats files: a database of the test cluster, a server on it, and profiles for its people.
# instance_start NAME in setup_file, instance_stop in teardown_file; as PROFILE improve … in tests.

instance_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SHARED=$instance_root/../shared/data

instance_start() {
    INSTANCE=$(mktemp -d)
    export INSTANCE IMPROVE_CONFIG=$INSTANCE/profiles
    local conninfo cluster=$instance_root/tests/support/cluster
    "$cluster" fresh "$IMPROVE_TEST_CLUSTER" "$1" >/dev/null
    conninfo=$("$cluster" conninfo "$IMPROVE_TEST_CLUSTER" "$1")
    printf '%s\n' "$conninfo" >"$INSTANCE/conninfo"
    (umask 077 && : >"$IMPROVE_CONFIG")
    "$IMPROVED" admin tls --out "$INSTANCE/tls" >/dev/null
    printf 'listen = ipc://%s/s.sock\ndatabase = %s\n' "$INSTANCE" "$conninfo" >"$INSTANCE/conf"
    sed -i 's/user=[^ ]*/user=improve_exec/' "$INSTANCE/conf"
    "$IMPROVED" serve --config "$INSTANCE/conf" --ready-file "$INSTANCE/ready" >/dev/null 2>"$INSTANCE/log" 3>&- 4>&- &
    local i
    for ((i = 0; i < 200; i++)); do
        [ ! -s "$INSTANCE/ready" ] || return 0
        sleep 0.05
    done
    cat "$INSTANCE/log" >&2
    return 1
}

instance_stop() {
    [ ! -s "$INSTANCE/ready" ] || kill "$(cat "$INSTANCE/ready")"
    rm -rf "$INSTANCE"
}

# instance_sql SQL runs it as the superuser and prints bare rows.
instance_sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$(cat "$INSTANCE/conninfo")" -c "$1"
}

# person PROFILE ARGUMENTS… makes a service account (arguments as for `improved admin token create`) and a profile for it.
person() {
    local name=$1 file=$INSTANCE/token-$1
    shift
    "$IMPROVED" admin token create --name "$name" "$@" --out "$file" --database "$(cat "$INSTANCE/conninfo")" >/dev/null
    printf '[profile %s]\nurl = ipc://%s/s.sock\ntoken_file = %s\n' "$name" "$INSTANCE" "$file" >>"$IMPROVE_CONFIG"
}

# as PROFILE improve … runs the client as somebody.
as() {
    IMPROVE_PROFILE=$1 "$IMPROVE" "${@:3}"
}

# two_schools brings two primary schools of authority 001 into the register; the operator's profile stands.
two_schools() {
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900002,"001","Eastmarch","2002","Beech Primary School","Community school","Open","01-09-2012","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2014 >/dev/null
}

# keep NAME VALUE and kept NAME carry references from one test to a later one.
keep() { printf '%s\n' "$2" >"$INSTANCE/kept-$1"; }
kept() { cat "$INSTANCE/kept-$1"; }

# json COMMAND… runs a command that succeeds, as JSON; is FILTER VALUE then holds what jq finds in it to a value.
json() { run -0 --separate-stderr "$@" --output json; }
is() { [ "$(jq -r "$1" <<<"$output")" = "$2" ] || { echo "$1: $(jq -r "$1" <<<"$output"), not $2" >&2; return 1; }; }

# made NAME FIELD COMMAND… keeps what the command made.
made() { json "${@:3}" && keep "$1" "$(jq -r ".$2" <<<"$output")"; }

# refused EXIT RULE TEXT COMMAND… fails unless the command is refused by that rule, a dry run too, in the same words.
refused() {
    local exit=$1 rule=$2 text=$3 said
    shift 3
    run "-$exit" --separate-stderr "$@"
    [[ "$stderr" == *"$rule"* && "$stderr" == *"$text"* ]] || { echo "$stderr" >&2; return 1; }
    said=$stderr
    run "-$exit" --separate-stderr "$@" --dry-run
    [ "$stderr" = "$said" ]
}
