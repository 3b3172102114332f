# shellcheck shell=sh
# Tokens and the client's profiles of one room. Sourced by deploy/run; $root, $room and database_for as in server.sh.

# Authorities that the demonstration's administrator may act for once their real schools are imported, besides the fictional ones:
# those whose documents the demonstration is modelled on, and their neighbours.
real_authorities=343,383,882,883,892,926,929,936

# admin runs `improved admin` on this room's database.
admin() {
    "$root/build/bin/improved" admin "$@" --database "$(database_for "$PG_SUPERUSER")"
}

# token FILE NAME WORD … makes a token in FILE once, and again when it is 300 days old.
token() {
    token_file=$room/tokens/$1
    token_name=$2
    shift 2
    find "$room/tokens" -path "$token_file" -mtime +300 -delete
    [ -s "$token_file" ] || admin token create --name "$token_name" --out "$token_file" "$@" 2>/dev/null
}

# profile NAME URL [AUTHORITY] prints one profile, whose token is tokens/NAME.
profile() {
    printf '\n[profile %s]\nurl = %s\ntoken_file = tokens/%s\n' "$1" "$2" "$1"
    case $2 in tls*) printf 'ca = tls/ca.crt\nserver_name = localhost\n' ;; esac
    [ -z "${3:-}" ] || printf 'authority = %s\n' "$3"
}

# profiles_write CODES makes tokens and profiles: the operator, one administrator for each authority of the list (001,002 or nothing),
# and `demo`, the default, who is all of them.
profiles_write() {
    mkdir -p "$room/tokens"
    chmod 0700 "$room/tokens"
    profiles_codes=$1
    profiles_tls=tls+tcp://127.0.0.1:$(server_port)
    profiles_ipc=ipc://$room/improved.sock
    token operator 'deploy/run: operator' --instance
    token demo 'deploy/run: operator, and administrator of the demonstration' --instance \
        --authority "${profiles_codes:+$profiles_codes,}$real_authorities" --persona la_admin
    (
        umask 077
        {
            printf '# Written by deploy/run, each time.\ndefault = demo\n'
            profile demo "$profiles_tls"
            profile operator "$profiles_ipc"
            for profiles_code in $(echo "$profiles_codes" | tr , ' '); do
                token "$profiles_code" "deploy/run: administrator of $profiles_code" --authority "$profiles_code" --persona la_admin
                profile "$profiles_code" "$profiles_tls" "$profiles_code"
            done
        } >"$room/profiles"
    )
    env_write
}

# env_write writes var/env, to be sourced.
env_write() {
    cat >"$room/env" <<EOF
# To be sourced: . var/env
PATH='$root/build/bin':\$PATH
IMPROVE_CONFIG='$room/profiles'
PGHOST='$room/socket'
PGPORT='$PG_PORT'
PGDATABASE='improve'
PGUSER='$PG_SUPERUSER'
export PATH IMPROVE_CONFIG PGHOST PGPORT PGDATABASE PGUSER
EOF
}
