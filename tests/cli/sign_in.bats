#!/usr/bin/env bats
# Signing in, through the client: enrol, gain and lose a right, a second authority, renewal, revocation, what is never told or kept.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_sign_in
    person operator --instance
    cat >"$INSTANCE/schools.csv" <<'CSV'
"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)","EstablishmentStatus (name)","OpenDate","PhaseOfEducation (name)"
900001,"001","Eastmarch","2001","Ash Primary School","Community school","Open","01-09-1990","Primary"
900004,"002","Thornhithe","2001","Dale Primary School","Community school","Open","","Primary"
CSV
    as operator improve school import "$INSTANCE/schools.csv" --effective-on 1/9/2024 >/dev/null
    person admin1 --authority 001 --persona la_admin
    person admin2 --authority 002 --persona la_admin
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    export IMPROVE_AUTHORITY=001
}

url() { echo "ipc://$INSTANCE/s.sock"; }

# enrol PROFILE ADMIN ARGUMENTS… invites somebody and redeems the code on a device of that name.
enrol() {
    local profile=$1 admin=$2
    shift 2
    as "$admin" improve member invite "$@" --quiet | "$IMPROVE" login --profile "$profile" --url "$(url)" --code-stdin
}

session_file() { echo "$INSTANCE/$1.key.session"; }

@test "login, whoami: a code makes a device, a person and a member" {
    enrol sam admin1 --persona officer --name "Sam Hill"
    json as sam improve whoami --authority ''
    is '.[0] | "\(.name) \(.kind) \(.authority) \(.personas | join(","))"' "Sam Hill person 001 officer"
    [ "$(stat -c %a "$INSTANCE/sam.key" "$(session_file sam)" | sort -u)" = 600 ]
    json as admin1 improve member list
    is '[.[] | select(.name == "Sam Hill" and .persona == "officer")] | length' 1
    json as sam improve device list --authority ''
    is 'length' 1
    json as sam improve sign-in list --authority ''
    is '.[0].state' "this one"
}

@test "a code works once, and each wrong one is refused in the same words" {
    code=$(as admin1 improve member invite --persona officer --name "Kim Orr" --quiet)
    echo "$code" | "$IMPROVE" login --profile kim --url "$(url)" --code-stdin
    run -4 --separate-stderr "$IMPROVE" login --profile kim2 --url "$(url)" --code-stdin <<<"$code"
    used=$stderr
    [ ! -e "$INSTANCE/kim2.key" ]
    run -4 --separate-stderr "$IMPROVE" login --profile kim2 --url "$(url)" --code-stdin <<<"00000-00000-00000-00000-00000"
    [ "$stderr" = "$used" ]
    code=$(as admin1 improve member invite --persona officer --name "Old Code" --quiet)
    instance_sql "update auth.invitation set expires_at = now() where name = 'Old Code'"
    run -4 --separate-stderr "$IMPROVE" login --profile kim2 --url "$(url)" --code-stdin <<<"$code"
    [ "$stderr" = "$used" ]
    json as admin1 improve member invite --persona officer --name "Gone Code"
    gone=$(jq -r .code <<<"$output")
    as admin1 improve invitation revoke "$(jq -r .invitation_id <<<"$output")"
    run -4 --separate-stderr "$IMPROVE" login --profile kim2 --url "$(url)" --code-stdin <<<"$gone"
    [ "$stderr" = "$used" ]
    json as admin1 improve invitation list --include-closed
    is '[.[].state] | unique | join(",")' "expired,redeemed,revoked"
    instance_sql "delete from auth.wrong_attempt"
}

@test "after too many wrong ones the source waits, and whoever is right does not" {
    instance_sql "update auth.sign_in_policy set back_off_first = interval '1 minute'" # however slow the machine
    for i in 1 2 3 4 5 6 7 8 9 10; do
        run -4 "$IMPROVE" login --profile wrong --url "$(url)" --code-stdin <<<"11111-11111-11111-11111-1111$i" || true
    done
    run -1 --separate-stderr "$IMPROVE" login --profile wrong --url "$(url)" --code-stdin <<<"22222-22222-22222-22222-22222"
    [[ "$stderr" == *"wait before the next"* ]]
    run -0 as sam improve login
    enrol lee admin1 --persona reporter --name "Lee Day"
    instance_sql "delete from auth.wrong_attempt; update auth.sign_in_policy set back_off_first = default"
}

@test "can-i, membership revoke: a right is gained and lost, on the next call" {
    run -0 as sam improve can-i partner assign
    [ "$output" = "yes, as officer" ]
    run -4 as sam improve can-i member add
    [ "$output" = "no; given to la_admin" ]
    json as sam improve whoami --authority ''
    person=$(jq -r '.[0].person_id' <<<"$output")
    json as admin1 improve member add la_admin --person-id "$person"
    membership=$(jq -r .membership_id <<<"$output")
    run -0 as sam improve can-i member add
    run -0 as sam improve member list
    run -1 as sam improve membership revoke "$membership" 1 # nobody ends their own administration
    run -0 as admin1 improve membership revoke "$membership" 1
    run -4 as sam improve member list
    run -0 as sam improve partner list
    run -5 as sam improve can-i /improve.v1.Nothing/Here
}

@test "the same device joins a second authority, which learns no more than what it is told" {
    run -4 as sam improve partner list --authority 002
    as admin2 improve member invite --persona reporter --name "S. Hill" --authority 002 --quiet | IMPROVE_PROFILE=sam "$IMPROVE" login --code-stdin
    json as sam improve whoami --authority ''
    is '[.[].authority] | join(",")' "001,002"
    run -0 as sam improve report partner-workload --authority 002
    run -4 as sam improve member add officer --name x --authority 002
    json as admin2 improve member list --authority 002
    is '[.[] | select(.name == "Sam Hill")] | length' 1
    # An administrator's code for a further device of a person is good for that administrator's authority only.
    person=$(jq -r '.[] | select(.name == "Sam Hill") | .person_id' <<<"$output")
    as admin2 improve member invite --person-id "$person" --authority 002 --quiet | "$IMPROVE" login --profile other --url "$(url)" --code-stdin
    run -0 as other improve whoami --authority 002
    run -4 as other improve partner list --authority 001
    run -4 as other improve whoami --authority ''
}

@test "device invite: a further device of one's own; device revoke ends it and its sessions" {
    as sam improve device invite --authority '' --quiet | "$IMPROVE" login --profile laptop --url "$(url)" --code-stdin --device-name laptop
    run -0 as laptop improve partner list
    json as sam improve device list --authority ''
    device=$(jq -r '.[] | select(.name == "laptop") | .device_id' <<<"$output")
    run -0 as sam improve device revoke "$device" --authority ''
    run -4 as laptop improve partner list
    run -4 as laptop improve login
    run -0 as sam improve partner list
    run -5 as lee improve device revoke "$device" --authority '' # not theirs is told as not there
}

@test "a session that has expired is renewed without asking, under the same request id" {
    instance_sql "update auth.token set last_seen_at = now() - interval '1 hour' where kind = 'session'"
    before=$(cat "$(session_file sam)")
    run -0 --separate-stderr as sam improve partner add "Renewed" --kinds sip --capacity-half-days 6 --request-id 3f1c0a52-6a0e-4c1b-9d0e-2b7f5a6c8d90 -v
    [[ "$stderr" == *"2 attempts"* || "$stderr" == *"3 attempts"* ]]
    [ "$(cat "$(session_file sam)")" != "$before" ]
    [ "$(instance_sql "select count(*) from partners.partner where name = 'Renewed'")" = 1 ]
    instance_sql "update auth.token set expires_at = now() where kind = 'session'"
    printf '{"name":"a","kinds":["sip"],"capacity_half_days":1}\n{"name":"b","kinds":["sip"],"capacity_half_days":1}\n' >"$INSTANCE/lines"
    run -0 as sam improve call /improve.v1.Partners/AddPartner - <"$INSTANCE/lines"
    [ "$(instance_sql "select count(*) from partners.partner where name in ('a', 'b')")" = 2 ]
}

@test "sign-in revoke ends a session; the device signs in again when its person says so" {
    json as sam improve sign-in list --authority ''
    run -0 as sam improve sign-in revoke "$(jq -r '.[] | select(.state == "this one") | .sign_in_id' <<<"$output")" --authority ''
    run -4 as sam improve partner list
    run -0 as sam improve login
    run -0 as sam improve partner list
}

@test "logout closes the session at the server too" {
    token=$(cut -d ' ' -f 1 "$(session_file sam)")
    (umask 077 && echo "$token" >"$INSTANCE/kept-token")
    run -0 as sam improve logout
    [ ! -e "$(session_file sam)" ]
    run -4 "$IMPROVE" partner list --url "$(url)" --token-file "$INSTANCE/kept-token"
    run -0 as sam improve partner list # its key signs in anew
    run -0 as sam improve sign-in close --authority ''
    run -0 as sam improve login
}

@test "a key with a passphrase opens with it only" {
    code=$(as admin1 improve member invite --persona officer --name "Pat Fox" --quiet)
    printf '%s\nmy long words\n' "$code" | "$IMPROVE" login --profile pat --url "$(url)" --code-stdin --passphrase-stdin
    run -0 as pat improve partner list
    grep -q '^sealed ' "$INSTANCE/pat.key"
    rm "$(session_file pat)"
    run -1 as pat improve login --passphrase-stdin <<<"other words"
    run -0 as pat improve login --passphrase-stdin <<<"my long words"
    run -0 as pat improve partner list
}

# typed LINES… COMMAND: runs a command on a terminal of its own, where the lines are typed one after the other.
typed() {
    local lines=$1
    shift
    (while IFS= read -r line; do sleep 0.5 && printf '%s\n' "$line"; done <<<"$lines"; sleep 0.5) | script -qec "$*" /dev/null
}

@test "a passphrase is asked for at the terminal, and not shown there" {
    rm -f "$(session_file pat)"
    export IMPROVE_PROFILE=pat
    run typed 'other words' "$IMPROVE" login
    [ "$status" -eq 1 ]
    grep -q "Passphrase of this device's key: " <<<"$output"
    run typed 'my long words' "$IMPROVE" login
    [ "$status" -eq 0 ]
    ! grep -q 'my long words' <<<"$output"
    unset IMPROVE_PROFILE
    run -0 as pat improve partner list
}

@test "token create, token list, token revoke: an administrator's scripts" {
    run -0 as admin1 improve token create "Night report" --persona reporter --days 30 --out "$INSTANCE/night" --quiet
    [ -z "$output" ]
    [ "$(stat -c %a "$INSTANCE/night")" = 600 ]
    printf '[profile night]\nurl = %s\ntoken_file = night\n' "$(url)" >>"$IMPROVE_CONFIG"
    run -0 as night improve report partner-workload
    run -4 as night improve partner add X --kinds sip --capacity-half-days 6
    run -4 as night improve report partner-workload --authority 002
    json as admin1 improve token list
    is '.[] | select(.name == "Night report") | "\(.state) \(.personas | join(","))"' "good reporter"
    run -0 as admin1 improve token revoke "$(jq -r '.[] | select(.name == "Night report") | .token_id' <<<"$output")"
    run -4 as night improve report partner-workload
    run -5 as admin2 improve token revoke tk-0000000000 --authority 002
    run -2 as admin1 improve token create "Too long" --persona reporter --days 4000
    run -4 as sam improve token list
}

@test "without a proof nothing is opened: challenge show, code redeem, sign-in open" {
    json "$IMPROVE" challenge show --url "$(url)"
    is '.nonce | length' 112
    run -4 "$IMPROVE" code redeem --url "$(url)" --code x --device-name y --nonce "$(jq -r .nonce <<<"$output")"
    run -4 "$IMPROVE" call /improve.v1.SignIn/OpenSignIn '{"token_hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}' --url "$(url)"
    run -2 "$IMPROVE" sign-in open --url "$(url)"
    instance_sql "delete from auth.wrong_attempt"
}

@test "no dump of the database, no log and no audit row holds a usable token or code" {
    code=$(as admin1 improve member invite --persona officer --name "Dump Test" --quiet)
    echo "$code" | "$IMPROVE" login --profile dump --url "$(url)" --code-stdin
    open=$(as admin1 improve member invite --persona officer --name "Dump Open" --quiet)
    token=$(cut -d ' ' -f 1 "$(session_file dump)")
    seed=$(sed -n 's/^plain //p' "$INSTANCE/dump.key")
    pg_dump -d "$(cat "$INSTANCE/conninfo")" >"$INSTANCE/dump.sql"
    [ "$(grep -c 'COPY auth.token' "$INSTANCE/dump.sql")" = 1 ]
    for secret in "$token" "$seed" "$code" "${code//-/}" "$open" "${open//-/}" "$(printf %s "${open//-/}" | xxd -p)" "$(printf %s "${open//-/}" | base64)"; do
        run -1 grep -qF "$secret" "$INSTANCE/dump.sql" "$INSTANCE/log"
    done
    [ "$(instance_sql "select count(*) from audit.entry where method like '%/RedeemCode' and request ? 'device_name'")" -ge 1 ]
    [ "$(instance_sql "select count(*) from audit.entry where request ? 'code'")" = 0 ]
    # The hash that a dump does hold is no token.
    (umask 077 && printf '%s' "$token" | sha256sum | cut -d ' ' -f 1 >"$INSTANCE/hash")
    run -4 "$IMPROVE" whoami --url "$(url)" --token-file "$INSTANCE/hash"
}

@test "both programs leave no core, and are closed to debuggers of the same user" {
    pid=$(cat "$INSTANCE/ready")
    [ "$(awk '/^Max core file size/ {print $5, $6}' "/proc/$pid/limits")" = "0 0" ]
    [ "$(stat -c %u "/proc/$pid/mem")" = 0 ]
}
