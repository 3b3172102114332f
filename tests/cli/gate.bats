#!/usr/bin/env bats
# An authority's gate, with certificates that improved admin tls --client makes: who has one comes in, nobody else does.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_gate
    person admin --authority 001 --persona la_admin
    "$IMPROVED" admin tls --out "$INSTANCE/gate" >/dev/null
    "$IMPROVED" admin tls --out "$INSTANCE/gate" --client laptop >/dev/null
    "$IMPROVED" admin tls --out "$INSTANCE/elsewhere" >/dev/null
    "$IMPROVED" admin tls --out "$INSTANCE/elsewhere" --client laptop >/dev/null
    gated_start
}

# gated_start starts a second server on the database, with a gate for authority 001, on a port that is free.
gated_start() {
    local i port
    for port in $(shuf -i 20000-29999 -n 20); do
        sed "s|^listen.*|listen = ipc://$INSTANCE/gated.sock|" "$INSTANCE/conf" >"$INSTANCE/gated"
        printf 'tls_certificate = %s/tls/server.crt\ntls_key = %s/tls/server.key\ngates = 001=tls+tcp://127.0.0.1:%s=%s/gate/ca.crt\n' \
            "$INSTANCE" "$INSTANCE" "$port" "$INSTANCE" >>"$INSTANCE/gated"
        "$IMPROVED" serve --config "$INSTANCE/gated" --ready-file "$INSTANCE/gated.ready" >/dev/null 2>"$INSTANCE/gated.log" 3>&- 4>&- &
        for ((i = 0; i < 200; i++)); do
            [ ! -s "$INSTANCE/gated.ready" ] || break 2
            kill -0 $! 2>/dev/null || break
            sleep 0.05
        done
    done
    [ -s "$INSTANCE/gated.ready" ] || { cat "$INSTANCE/gated.log" >&2; return 1; }
    for profile in none gate elsewhere; do
        printf '[profile %s]\nurl = tls+tcp://127.0.0.1:%s\nca = %s/tls/ca.crt\nserver_name = localhost\ntoken_file = %s/token-admin\nauthority = 001\n' \
            "$profile" "$port" "$INSTANCE" "$INSTANCE"
        [ "$profile" = none ] || printf 'certificate = %s/%s/laptop.pem\n' "$INSTANCE" "$profile"
    done >>"$IMPROVE_CONFIG"
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    [ ! -s "$INSTANCE/gated.ready" ] || kill "$(cat "$INSTANCE/gated.ready")"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

@test "a certificate of the gate's CA opens it" {
    openssl verify -purpose sslclient -CAfile "$INSTANCE/gate/ca.crt" "$INSTANCE/gate/laptop.pem"
    run -0 as gate improve whoami
    run -0 as gate improve course add Phonics
}

@test "without a certificate, or with another CA's, nobody comes in" {
    run ! openssl verify -CAfile "$INSTANCE/gate/ca.crt" "$INSTANCE/elsewhere/laptop.pem"
    run -3 as none improve whoami --timeout 3s
    run -3 as elsewhere improve whoami --timeout 3s
}

@test "the gate serves no other authority" {
    person other --authority 002 --persona la_admin
    run -0 as gate improve whoami
    run -4 as gate improve course add Number --authority 002 --token-file "$INSTANCE/token-other"
    [[ "$output" == *"own gate only"* ]]
}
