# shellcheck shell=sh
# A PostgreSQL cluster of our own: sourced by deploy/run and tests/support/cluster. Unix socket only, no TCP.
# A cluster is a directory DIR with DIR/data and DIR/socket. PostgreSQL refuses root, so for root it runs as the user `postgres`.

PG_SUPERUSER=postgres
PG_PORT=5432 # names the socket only; nothing listens on it
PG_SOCKET_PATH_MAX=107

# pg_bin prints the directory of PostgreSQL's programs, the newest where there are several.
pg_bin() {
    for pg_candidate in /usr/lib/postgresql/*/bin; do
        [ -x "$pg_candidate/initdb" ] && echo "$pg_candidate"
    done | sort -V | tail -n 1
}

# pg_os_user prints the user that runs PostgreSQL, which it makes where root has none to use.
pg_os_user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
        return
    fi
    id -u postgres >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin postgres
    echo postgres
}

# as_pg runs a command as that user.
as_pg() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && runuser -u "$(pg_os_user)" -- "$@")
    else
        "$@"
    fi
}

# pg_can_live tells whether a cluster can be in this existing directory: its user can enter it, and the socket's path is short enough.
pg_can_live() {
    [ "$(printf '%s/socket/.s.PGSQL.%s' "$1" "$PG_PORT" | wc -c)" -le "$PG_SOCKET_PATH_MAX" ] && as_pg test -x "$1"
}

# pg_make_room makes DIR a directory where a cluster can live; where DIR itself is no such place it links DIR to one and says so on stderr.
pg_make_room() {
    if [ ! -e "$1" ]; then
        mkdir -p "$1"
        chmod 0755 "$1"
    fi
    pg_room=$(readlink -f "$1")
    if pg_can_live "$pg_room"; then
        return
    fi
    pg_other=$(pg_other_room "$pg_room")
    mkdir -p "$pg_other"
    chmod 0755 "$pg_other"
    if ! [ -O "$pg_other" ] || ! pg_can_live "$pg_other"; then
        echo "neither $pg_room nor $pg_other can hold the database: set IMPROVE_VAR to a short path that the user $(pg_os_user) can enter" >&2
        return 1
    fi
    if ! rmdir "$pg_room" 2>/dev/null; then
        echo "$pg_room cannot hold the database (the user $(pg_os_user) cannot enter it, or its path is too long), and is not empty" >&2
        return 1
    fi
    rm -f "$1"
    ln -s "$pg_other" "$1"
    echo "the database's user cannot use $pg_room: took $pg_other and linked it there" >&2
}

# pg_other_room prints the directory used instead of the one named: the same each time.
pg_other_room() {
    pg_key=$(printf '%s' "$1" | sha256sum | cut -c 1-12)
    if [ "$(id -u)" -eq 0 ]; then
        echo "/var/lib/improve/$pg_key"
    else
        echo "${TMPDIR:-/tmp}/improve-$(id -u)-$pg_key"
    fi
}

# pg_init makes the cluster DIR: checksums, UTF-8, one superuser, and only these users of the machine let in: the one who runs this, and
# PostgreSQL's own. Each of them may be any role that is named in pg_ident.conf.
pg_init() {
    mkdir -p "$1"
    mkdir -p "$1/data" "$1/socket"
    [ "$(id -u)" -ne 0 ] || chown "$(pg_os_user):" "$1/data" "$1/socket"
    chmod 0700 "$1/data"
    chmod 0755 "$1/socket"
    as_pg "$(pg_bin)/initdb" --pgdata="$1/data" --username="$PG_SUPERUSER" --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
        --auth-local=peer --auth-host=reject >/dev/null
    pg_append "$1/data/postgresql.conf" <<EOF
# improve: a private cluster, reached through its socket only
listen_addresses = ''
port = $PG_PORT
unix_socket_directories = '$1/socket'
unix_socket_permissions = 0777 # pg_hba.conf decides, by the caller's user
max_connections = 100
shared_buffers = 128MB
recovery_init_sync_method = syncfs # after a crash: one call, not one for each of thousands of files
timezone = 'Europe/London'
log_timezone = 'UTC'
password_encryption = scram-sha-256
EOF
    printf 'local all all peer map=improve\n' | as_pg tee "$1/data/pg_hba.conf" >/dev/null
    for pg_login in "$(id -un)" "$(pg_os_user)"; do
        for pg_role in "$PG_SUPERUSER" improve_exec; do
            echo "improve $pg_login $pg_role"
        done
    done | sort -u | pg_append "$1/data/pg_ident.conf"
}

# pg_append adds standard input to a file of the cluster's.
pg_append() {
    as_pg tee -a "$1" >/dev/null
}

# pg_is_running tells whether the cluster DIR runs.
pg_is_running() {
    as_pg "$(pg_bin)/pg_ctl" --pgdata="$1/data" status >/dev/null 2>&1
}

# pg_binaries prints what changes when PostgreSQL's programs do.
pg_binaries() {
    stat -L -c '%i %Y %s' "$(pg_bin)/postgres"
}

# pg_start starts the cluster DIR, or restarts it where its programs changed since it started, and waits until it answers.
pg_start() {
    if pg_is_running "$1"; then
        [ "$(as_pg cat "$1/data/improve.binaries" 2>/dev/null)" != "$(pg_binaries)" ] || return 0
        pg_stop "$1"
    fi
    # Its log is a file of its own, and no descriptor of the caller's stays open in it.
    as_pg "$(pg_bin)/pg_ctl" --pgdata="$1/data" --log="$1/data/server.log" --timeout=60 --wait start >/dev/null 2>&1 </dev/null || {
        echo "the database did not start; its log, $1/data/server.log, ends:" >&2
        as_pg tail -n 5 "$1/data/server.log" >&2
        return 1
    }
    pg_binaries | as_pg tee "$1/data/improve.binaries" >/dev/null
}

# pg_stop stops the cluster DIR, where it runs.
pg_stop() {
    if pg_is_running "$1"; then
        as_pg "$(pg_bin)/pg_ctl" --pgdata="$1/data" --mode=fast --timeout=60 --wait stop >/dev/null
    fi
}
