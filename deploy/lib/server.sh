# shellcheck shell=sh
# The server of one room (the directory that var/ is or links to): its settings, its start and its end.
# Sourced by deploy/run; $root is the checkout, $room the directory.

# free_port prints a TCP port of the loopback that nothing listens on, from 47443 upwards.
free_port() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
        $4 == "0A" { n = split($2, a, ":"); taken[toupper(a[n])] = 1 }
        END { for (p = 47443; p < 48443; p++) if (!(sprintf("%04X", p) in taken)) { print p; exit } }'
}

# server_port prints this room's port, chosen once.
server_port() {
    [ -s "$room/port" ] || free_port >"$room/port"
    cat "$room/port"
}

# database_for ROLE prints how to connect to this room's database.
database_for() {
    echo "host=$room/socket port=$PG_PORT dbname=improve user=$1"
}

# server_configure writes the server's settings.
server_configure() {
    cat >"$room/improved.conf.new" <<EOF
# Written by deploy/run, each time.
listen = tls+tcp://127.0.0.1:$(server_port),ipc://$room/improved.sock
database = $(database_for improve_exec)
tls_certificate = $room/tls/server.crt
tls_key = $room/tls/server.key
EOF
    cmp -s "$room/improved.conf" "$room/improved.conf.new" || mv "$room/improved.conf.new" "$room/improved.conf"
    rm -f "$room/improved.conf.new"
}

# server_pid prints the process id of this room's server, where it runs and is the one that we started.
server_pid() {
    server_found=$(cat "$room/improved.pid" 2>/dev/null) || return 1
    [ -r "/proc/$server_found/cmdline" ] || return 1
    tr '\0' '\n' <"/proc/$server_found/cmdline" | grep -qxF "$room/improved.conf" || return 1
    echo "$server_found"
}

# server_edition prints what changes when the server must be started again.
server_edition() {
    cat "$root/build/bin/improved" "$room/improved.conf" "$room/tls/server.crt" | sha256sum
}

# server_stop ends this room's server, in order, and waits for it.
server_stop() {
    server_old=$(server_pid) || return 0
    kill "$server_old"
    server_waited=0
    while [ -d "/proc/$server_old" ] && [ "$server_waited" -lt 400 ]; do
        sleep 0.1
        server_waited=$((server_waited + 1))
    done
    if [ -d "/proc/$server_old" ]; then
        echo "the server (process $server_old) does not end" >&2
        return 1
    fi
    rm -f "$room/improved.pid"
}

# server_start starts this room's server, or starts it again where the program or its settings changed, and waits until it serves.
server_start() {
    if server_pid >/dev/null; then
        [ "$(cat "$room/improved.edition" 2>/dev/null)" != "$(server_edition)" ] || return 0
        server_stop || return 1
    fi
    rm -f "$room/ready"
    setsid "$root/build/bin/improved" serve --config "$room/improved.conf" --ready-file "$room/ready" \
        >>"$room/improved.log" 2>&1 </dev/null 9>&- &
    server_new=$!
    echo "$server_new" >"$room/improved.pid"
    server_waited=0
    while [ ! -s "$room/ready" ]; do
        if [ ! -d "/proc/$server_new" ] || [ "$server_waited" -ge 300 ]; then
            echo "the server did not start; its log, $room/improved.log, ends:" >&2
            tail -n 5 "$room/improved.log" >&2
            return 1
        fi
        sleep 0.1
        server_waited=$((server_waited + 1))
    done
    server_edition >"$room/improved.edition"
}
