#!/usr/bin/env bats
# Lists that must agree. Each test prints what is missing.

none() { local lines; lines=$(cat); [ -z "$lines" ] || { echo "$lines" >&2; return 1; }; }

# methods prints: words, a tab, full method name.
methods() { "$IMPROVE" list-methods | tail -n +2 | cut -f 1,2; }

sql_name() { sed -E 's|^/[a-z.0-9]+\.v[0-9]+\.([A-Za-z]+)/|\1.|; s/([a-z0-9])([A-Z])/\1_\2/g' | tr 'A-Z' 'a-z'; }

@test "every call has a case on the command line" {
    methods | while IFS=$'\t' read -r words _; do
        grep -qE "(improve|report|,|:) ${words#report }([ \",]|$)" tests/cli/*.bats || echo "tests/cli lacks: improve $words"
    done | none
}

@test "every call of ours is tried in SQL" {
    methods | cut -f 2 | grep '^/improve\.v1\.' | grep -v '/improve.v1.Server/' | while read -r method; do
        name=$(sql_name <<<"$method")
        grep -rq "$name" tests/sql tests/support/sql || echo "tests/sql lacks: $name"
    done | none
}

@test "every call has a description and an example that names it" {
    methods | while IFS=$'\t' read -r words method; do
        text=$("$IMPROVE" describe "${method#/}")
        grep -qE '^// Example: improve ' <<<"$text" || echo "$method has no example"
        grep -qE "Example: improve (${words}|call $method)" <<<"$text" || echo "$method: its example is not of improve $words"
    done | none
}

@test "every service, call, message, field and value has a comment" {
    awk 'FNR == 1 {before = ""}
         /^ *(service|rpc|message|enum|optional|repeated|[A-Z_]+ = [0-9]+;)/ {if (before !~ /^ *\/\//) print FILENAME ":" FNR ": " $0}
         {before = $0}' proto/[!e]*.proto proto/envelope.proto | grep -vE '(UNKNOWN|SERVING|SERVICE_UNKNOWN|NOT_SERVING|OK|CANCELLED|[A-Z_]+) = [0-9]+;' | none
}

@test "every replaceable file of sql/ is in replaceable.list, and the other way round" {
    { git ls-files 'sql/*.sql' | sed 's|^sql/||' | grep -vE '^(migrate|reporting/ready)/' | sort
      grep -v '^#' sql/replaceable.list | sort; } | sort | uniq -u | none
}

@test "migrations are numbered without a gap" {
    n=0
    git ls-files 'sql/migrate/*.sql' | sort | while read -r f; do
        n=$((n + 1))
        [ "$(basename "$f" | cut -c1-4)" = "$(printf %04d $n)" ] || echo "$f should be number $n"
    done | none
}

@test "every report of the server is listed and has its view in reporting or its SQL test" {
    "$IMPROVE" report list | tail -n +2 | cut -f 1 | while read -r name; do
        grep -rq "reports\.$(tr - _ <<<"$name")" tests/sql || echo "no SQL test of report $name"
    done | none
}
