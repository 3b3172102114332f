#!/usr/bin/env bats
# What the client does by itself, without a server: help, words, flags, profiles, and files that are no import.
bats_require_minimum_version 1.5.0

setup() {
    IMPROVE=${IMPROVE:-improve}
    export IMPROVE_CONFIG=$BATS_TEST_TMPDIR/config
    unset IMPROVE_PROFILE IMPROVE_AUTHORITY
}

exits() {
    [ "$status" -eq "$1" ] || { echo "exit $status, not $1: $output"; false; }
}

says() {
    case $output in *"$1"*) ;; *)
        echo "\"$1\" is not in: $output"
        false
        ;;
    esac
}

@test "help is shown in all its forms" {
    for words in "" "-h" "--help" "help"; do
        run $IMPROVE $words
        exits 0
        says "improve partner assign 122345"
        says "Exit codes"
    done
    run $IMPROVE partner -h
    exits 0
    says "assign"
    for words in "partner assign -h" "help partner assign" "partner assign --help"; do
        run $IMPROVE $words
        exits 0
        says "--starts-on DATE"
        says "Examples:"
    done
}

@test "every verb has help" {
    $IMPROVE list-methods | tail -n +2 | cut -f 1 >"$BATS_TEST_TMPDIR/verbs"
    while read -r words; do
        run $IMPROVE $words --help
        exits 0
        says "Usage: improve $words"
    done <"$BATS_TEST_TMPDIR/verbs"
}

@test "methods, messages and reports are described" {
    run $IMPROVE list-methods --output csv
    exits 0
    says "partner assign,/improve.v1.Partners/AssignPartner"
    run $IMPROVE list-methods --output json
    exits 0
    says '"method": "/improve.v1.Partners/AssignPartner"'
    run $IMPROVE describe Partners/AssignPartner
    exits 0
    says "optional int32 school_urn = 1;"
    run $IMPROVE describe Partnr
    exits 2
    says "Did you mean"
    run $IMPROVE report list
    exits 0
    says "schools-by-phase-group"
    run $IMPROVE version
    exits 0
}

@test "unknown words exit 2 with the nearest" {
    run $IMPROVE parter list
    exits 2
    says "Did you mean improve partner list"
    run $IMPROVE partner lst
    exits 2
    says "improve partner list"
    run $IMPROVE prtner
    exits 2
    says "partner"
    run $IMPROVE partner
    exits 2
}

@test "wrong flags and values exit 2 and are named" {
    run $IMPROVE partner assign 1 pt-1 6 --start-on 1/9/2026
    exits 2
    says "Did you mean --starts-on?"
    run $IMPROVE partner assign 1 pt-1 6 --starts-on 31/2/2026
    exits 2
    says '--starts-on: "31/2/2026" is no date. Accepted: 13/1/2026'
    run $IMPROVE partner assign 1 pt-1
    exits 2
    says "--half-days is required"
    run $IMPROVE partner list --output xml
    exits 2
    says "Accepted: table, json, csv, html, xlsx."
    run $IMPROVE call /improve.v1.Partners/AsignPartner '{}'
    exits 2
    says "Did you mean /improve.v1.Partners/AssignPartner?"
}

@test "without a server's address it says how to give one" {
    run $IMPROVE partner list
    exits 2
    says "improve profile add"
}

@test "no server: exit 3, within seconds" {
    start=$(date +%s)
    run $IMPROVE server info --url "ipc://$BATS_TEST_TMPDIR/none"
    exits 3
    says "Cannot reach the server"
    [ $(($(date +%s) - start)) -le 5 ]
}

@test "profiles are added, listed, used, and refused when others can read them" {
    echo a-token | $IMPROVE profile add one --url ipc:///tmp/one --authority 929 --token-stdin
    $IMPROVE profile add two --url ipc:///tmp/two
    [ "$(stat -c %a "$IMPROVE_CONFIG")" = 600 ]
    run $IMPROVE profile list
    exits 0
    [ "$output" = "* one
  two" ]
    run $IMPROVE profile use two
    exits 0
    run $IMPROVE profile list
    [ "$output" = "  one
* two" ]
    run $IMPROVE profile use three
    exits 1
    run $IMPROVE profile add one --url ipc:///tmp/x
    exits 1
    says "already"
    chmod 644 "$IMPROVE_CONFIG"
    run $IMPROVE partner list
    exits 2
    says "chmod 600"
    chmod 600 "$IMPROVE_CONFIG"
    run $IMPROVE partner list --profile nobody
    exits 2
    says 'no profile "nobody"'
}

@test "a token never stands in messages, and its file must be private" {
    echo secret-token >"$BATS_TEST_TMPDIR/token"
    chmod 640 "$BATS_TEST_TMPDIR/token"
    run $IMPROVE server info --url "ipc://$BATS_TEST_TMPDIR/none" --token-file "$BATS_TEST_TMPDIR/token"
    exits 2
    says "chmod 600"
    case $output in *secret-token*) false ;; esac
}

@test "files that are no import are refused by what they are" {
    printf '' >"$BATS_TEST_TMPDIR/empty.csv"
    printf '1,2,3\n4,5,6\n' >"$BATS_TEST_TMPDIR/headless.csv"
    printf 'PK\003\004xx' >"$BATS_TEST_TMPDIR/sheet.csv"
    printf 'a,b\000c\n' >"$BATS_TEST_TMPDIR/binary.csv"
    for pair in "empty.csv:is empty" "sheet.csv:ZIP" "binary.csv:binary" "none.csv:cannot read"; do
        run $IMPROVE school import "$BATS_TEST_TMPDIR/${pair%%:*}" --url "ipc://$BATS_TEST_TMPDIR/none"
        exits 1
        says "${pair#*:}"
    done
    run $IMPROVE school import "$BATS_TEST_TMPDIR/headless.csv" --url "ipc://$BATS_TEST_TMPDIR/none"
    exits 1
    says "no header"
    run $IMPROVE school import "$BATS_TEST_TMPDIR/headless.csv" --effective-on 32/1/2026
    exits 2
    says "32/1/2026"
}

@test "the shell completes words, flags and their few values, with no server" {
    completes() { run -0 "$IMPROVE" __complete "${@:2}"; [ "${lines[*]}" = "$1" ] || { echo "${lines[*]}, not $1" >&2; return 1; }; }
    completes "diary" dia
    completes "list" school l
    completes "list" --authority 001 school l
    completes "--phase --phase-group" school list --phase
    completes "--paper --publish --profile" pack make --p
    completes "table json csv html xlsx" school list --output ""
    completes "" school nothing
    run -0 "$IMPROVE" completion bash
    # shellcheck disable=SC2016
    PATH=$(dirname "$IMPROVE"):$PATH run -0 bash -c 'eval "$1"; COMP_WORDS=(improve partner ass); COMP_CWORD=2; _improve; echo "${COMPREPLY[*]}"' - "$output"
    [ "$output" = "assignments assign" ]
    run -2 --separate-stderr "$IMPROVE" completion tcsh
    [[ "$stderr" == *"bash|zsh|fish"* ]]
    run -0 "$IMPROVE" --help
    [[ "$output" != *__complete* ]]
}
