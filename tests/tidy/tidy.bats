#!/usr/bin/env bats
# Tidiness: form, includes, forbidden words. Each test lists the offenders.

ours() { git ls-files -- '*.c' '*.h' | while read -r f; do [ ! -e "$f" ] || echo "$f"; done; }

# none FILE…: fails, showing it, when standard input has a line.
none() { local lines; lines=$(cat); [ -z "$lines" ] || { echo "$lines" >&2; return 1; }; }

@test "C is formatted as .clang-format says" {
    ours | xargs clang-format --dry-run --Werror
}

@test "clang-tidy finds nothing" {
    build=$(dirname "$IMPROVE_BIN")
    [ -e "$build/compile_commands.json" ] || skip "no compile_commands.json in this build"
    ours | grep '\.c$' | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" 2>/dev/null
}

@test "nng is included by the client's link and tests only, sockets' libraries by the server's transport" {
    ours | grep -vE '^(client/link|tests/)' | xargs grep -l 'include <nng' | none
    ours | grep -vE '^(server/transport/|tests/)' | xargs grep -lE 'include <(event2|openssl)' | none
}

@test "libcurl is included by what sends mail only" {
    ours | grep -v '^server/mail/smtp.c$' | xargs grep -l 'include <curl' | none
}

@test "libpq is included by server/db, server/admin and tests only" {
    ours | grep -vE '^(server/(db|admin)/|tests/)' | xargs grep -l 'include <libpq' | none
}

@test "data flows one way: common knows neither side, the sides do not know each other" {
    { grep -lE '#include "(server|client|demo|tests)/' common/*.[ch]
      grep -rlE --include='*.[ch]' '#include "(client|demo|tests)/' server
      grep -rlE --include='*.[ch]' '#include "(server|demo|tests)/' client; } | none
}

@test "functions that C would be better without are not called" {
    ours | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen|fork|vfork|alloca|mktemp|tmpnam)[[:space:]]*\(' | none
}

@test "no source file is longer than a person reads at once" {
    ours | while read -r f; do n=$(wc -l <"$f"); [ "$n" -le 400 ] || echo "$f: $n lines"; done | none
}

# The exceptions make policies and triggers for every table, or find a person in every table: of the catalogue's own names, quoted.
@test "no SQL is made of text in a call" {
    git ls-files -- 'sql/*.sql' | grep -vE '^sql/((migrate|base)/|reporters/logins\.sql|audit/changes\.sql|privacy/(columns|subject|erase|archive)\.sql)' | xargs grep -niE "^[^-]*\bexecute[[:space:]]+(format|'|\w+[[:space:]]*(\|\||;))" | none
}

@test "nothing is left undone, and nothing names a machine or a registry" {
    { git grep -nIE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' '*.sql' '*.proto' 'deploy/*' 'demo/*' '*.sh' ':!tests/tidy'
      git grep -nIE '(/home/[a-z]|/wor[k]/|https?://[^ ]*(/debian|registry[.]))' -- . ':!tests/tidy'; } | none
}

@test "shell scripts pass shellcheck" {
    git ls-files | while read -r f; do
        case $f in *.sh) echo "$f" ;; *) head -c 64 "$f" 2>/dev/null | head -1 | grep -qaE '^#!.*\b(ba|da)?sh\b' && echo "$f" ;; esac
    done | xargs shellcheck -x -e SC2154 # what a sourced file uses, its caller sets
}

@test "every room of the tree stands in the README's map, and the other way round" {
    for room in $(git ls-files | grep / | cut -d/ -f1 | grep -v '^\.' | sort -u); do
        grep -q "^| \`$room/\`" README.md || echo "README.md does not name $room/"
    done | none
    grep -oE '^\| `[a-z]+/`' README.md | tr -d '|` ' | while read -r room; do [ -d "$room" ] || echo "there is no $room"; done | none
}

@test "every setting of the server stands in the README" {
    "$IMPROVED" sample-config | sed -n 's/^#\([a-z_]*\) = .*/\1/p' | while read -r name; do
        grep -q "\`$name\`" README.md || echo "README.md does not name $name"
    done | none
}

@test "the sample settings are accepted" {
    file=$(mktemp)
    "$IMPROVED" sample-config | sed -n 's/^#\([a-z_]* = \)/\1/p' >"$file"
    printf 'database = host=/nonexistent user=improve_exec\n' >>"$file"
    run "$IMPROVED" serve --config "$file"
    rm -f "$file"
    [ "$status" -eq 1 ] # the settings are read; the database is not there
    [[ "$output" == *"/nonexistent"* ]]
}
