# shellcheck shell=bash
# A throw-away PostgreSQL cluster set up with deploy/postgres, reached over TLS on 127.0.0.1, with authorities 1 and 2 in the database `improve`
# and a reporter each. earnest_start in setup_file, earnest_stop in teardown_file; reporter ARGUMENTS… runs psql as la_001_hostile.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=deploy/lib/postgres.sh
source "$root/deploy/lib/postgres.sh"

free_port() {
    local port
    for port in $(shuf -i 20000-29999 -n 50); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
    done
}

earnest_start() {
    EARNEST=$(mktemp -d)
    pg_make_room "$EARNEST/pg" 2>/dev/null
    EARNEST_ROOM=$(readlink -f "$EARNEST/pg")
    EARNEST_PORT=$(free_port)
    export EARNEST EARNEST_ROOM EARNEST_PORT
    pg_init "$EARNEST_ROOM"
    sed 's|192.0.2.0/24|127.0.0.1/32|' "$root/deploy/postgres/pg_hba.conf" | as_pg tee "$EARNEST_ROOM/data/pg_hba.conf" >/dev/null
    { cat "$root/deploy/postgres/postgresql.conf"
      printf "listen_addresses = '127.0.0.1'\nfsync = off\nport = %s\n" "$EARNEST_PORT"; } | pg_append "$EARNEST_ROOM/data/postgresql.conf"
    PG_PORT=$EARNEST_PORT
    "$IMPROVED" admin tls --out "$EARNEST/tls" --name localhost >/dev/null
    local file
    for file in server.crt server.key; do
        as_pg tee "$EARNEST_ROOM/data/$file" <"$EARNEST/tls/$file" >/dev/null
        as_pg chmod 0600 "$EARNEST_ROOM/data/$file"
    done
    pg_start "$EARNEST_ROOM"
    EARNEST_OWNER="host=$EARNEST_ROOM/socket port=$EARNEST_PORT user=$PG_SUPERUSER dbname=improve"
    export EARNEST_OWNER
    "$IMPROVED" migrate --create --database "$EARNEST_OWNER" >/dev/null
    owner -q -f "$root/tests/support/sql/personas.sql" -f "$root/tests/security/plant.sql" >/dev/null
    owner -c "select test.plant(1, 'amber', 3, 61), test.plant(2, '$CANARY', $CANARY_SCHOOLS, $CANARY_BOOKINGS)" -c 'analyze' >/dev/null
    make_reporter 1 hostile
    make_reporter 2 hostile
    REPORTER_PASSWORD=$(cat "$EARNEST/la_001_hostile")
    export REPORTER_PASSWORD
}

# What is foreign: a word in every text of authority 2, and two numbers that are its counts.
export CANARY=zzcanaryzz CANARY_SCHOOLS=47 CANARY_BOOKINGS=4177

earnest_stop() {
    [ -z "${EARNEST_ROOM:-}" ] || pg_stop "$EARNEST_ROOM"
    rm -rf "$EARNEST_ROOM" "$EARNEST"
}

owner() {
    psql -X -A -t -v ON_ERROR_STOP=1 -d "$EARNEST_OWNER" "$@"
}

# make_reporter AUTHORITY TOOL makes a reporter as the authority's administrator would; its password goes to a file of its name.
make_reporter() {
    owner -q -c "set client_min_messages = warning" -c "begin" -c "select test.call_as($1, 'la_admin')" \
        -c "select role_name || ' ' || password from reporters.create_reporter('$2', null, null, null)" -c "commit" |
        while read -r name password; do [ -z "$password" ] || printf '%s' "$password" >"$EARNEST/$name"; done
}

# over ROLE PASSWORD SSLMODE PSQL-ARGUMENTS… connects over TCP.
over() {
    PGPASSWORD=$2 psql -X -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose \
        -d "host=localhost hostaddr=127.0.0.1 port=$EARNEST_PORT dbname=improve user=$1 sslmode=$3 sslrootcert=$EARNEST/tls/ca.crt connect_timeout=5" "${@:4}"
}

reporter() {
    over la_001_hostile "$REPORTER_PASSWORD" verify-full "$@"
}
