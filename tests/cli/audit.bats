#!/usr/bin/env bats
# improve audit list | show | export | verify: who reads what, and a chain checked without a server.
bats_require_minimum_version 1.5.0

setup_file() {
    # shellcheck source=tests/support/instance.bash
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_start cli_audit
    person operator --instance
    person admin --authority 001 --persona la_admin
    person officer --authority 001 --persona officer
    person other --authority 002 --persona la_admin
    export IMPROVE_AUTHORITY=001
    as admin improve course add "Phonics" >/dev/null
    as admin improve course add "Number" >/dev/null
    as operator improve authority create 777 Testshire --authority '' >/dev/null
    sleep 0.5
}

teardown_file() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
    instance_stop
}

setup() {
    source "$BATS_TEST_DIRNAME/../support/instance.bash"
}

@test "an export is checked without a server; a changed one names the entry" {
    run -0 as admin improve audit export "$INSTANCE/audit.jsonl"
    [ "$(stat -c %a "$INSTANCE/audit.jsonl")" = 600 ]
    run -0 env -u IMPROVE_CONFIG "$IMPROVE" audit verify "$INSTANCE/audit.jsonl"
    [[ "$output" == "The chain holds: 4 entries, "* ]]
    head=$(tail -1 "$INSTANCE/audit.jsonl" | jq -r .head)
    run -0 "$IMPROVE" audit verify "$INSTANCE/audit.jsonl" --head "$head"
    run -1 "$IMPROVE" audit verify "$INSTANCE/audit.jsonl" --head "${head//[0-9]/0}"
    sed 's/Number/Letter/' "$INSTANCE/audit.jsonl" >"$INSTANCE/changed.jsonl"
    run -1 "$IMPROVE" audit verify "$INSTANCE/changed.jsonl"
    [[ "$output" == *"entry 4: its content is not what was hashed"* ]]
    sed 2d "$INSTANCE/audit.jsonl" >"$INSTANCE/changed.jsonl"
    run -1 "$IMPROVE" audit verify "$INSTANCE/changed.jsonl"
    [[ "$output" == *"entry 1: "* ]]
    run -1 "$IMPROVE" audit verify "$INSTANCE/none.jsonl"
    run -2 "$IMPROVE" audit verify a b
}

@test "an export may begin later" {
    run -0 as admin improve audit export "$INSTANCE/later.jsonl" --from-number 4
    run -0 "$IMPROVE" audit verify "$INSTANCE/later.jsonl"
    [[ "$output" == "The chain holds: 1 entries, "* ]]
}

@test "the server checks its own chain, and says the first number that is broken" {
    run -0 as admin improve audit verify
    instance_sql "update audit.entry set request = '{}' where request_id = (select row_id from audit.seal where authority_id = 1 and number = 1)"
    run -1 as admin improve audit verify
    [[ "$output" == *"broken at entry 1"* ]]
    run -0 as other improve audit verify --authority 002
}

@test "administrators read their own authority's, the operator the instance's" {
    run -0 as admin improve audit list --output json
    [ "$(jq -r '[.[] | select(.method | startswith("/improve.v1."))] | length' <<<"$output")" = 2 ]
    run -0 as other improve audit list --authority 002 --output json
    [ "$(jq -r '.[] | .method' <<<"$output")" = "improved admin token create" ]
    run -0 as operator improve audit list --authority '' --output json
    [ "$(jq -r '.[0].method' <<<"$output")" = /improve.v1.Schools/CreateAuthority ]
    run -4 as officer improve audit list
    run -4 as operator improve audit list
}

@test "what improved admin writes is in the trail of the authorities that it is about, and names who did it" {
    database=$(cat "$INSTANCE/conninfo")
    run -0 "$IMPROVED" admin authority create 778 Newshire --database "$database"
    person both --instance --authority 003,004 --persona finance
    token=$(cat "$INSTANCE/token-both")
    run -0 "$IMPROVED" admin token revoke "$(printf %s "$token" | sha256sum | cut -c 1-12)" --database "$database"
    person third --authority 003 --persona la_admin
    sleep 0.5
    run -0 as operator improve audit list --authority '' --output json
    [ "$(jq -r '.[0:3][] | .method' <<<"$output")" = $'improved admin token revoke\nimproved admin token create\nimproved admin authority create' ]
    [ "$(jq -r '.[0:3][] | "\(.person), \(.personas)"' <<<"$output" | sort -u)" = "$(id -un)${SUDO_USER:+, by sudo from $SUDO_USER}, operator at the console" ]
    run -0 as third improve audit list --authority 003 --output json
    [ "$(jq -r '.[] | .method' <<<"$output" | sort)" = $'improved admin token create\nimproved admin token create\nimproved admin token revoke' ]
    run -0 as third improve audit show 1 --authority 003 --output json
    [ "$(jq -r '.request | fromjson | .name, .console.role' <<<"$output")" = $'both\npostgres' ]
    [[ "$output" != *004* ]]
    instance_sql "select e::text from audit.entry e" >"$INSTANCE/entries"
    run -1 grep -e "$token" -e "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)" "$INSTANCE/entries"
}
