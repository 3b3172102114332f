#!/usr/bin/env bats
# The server that people run has no failpoints; the one that crash tests run has them all.

points() { grep -aoE 'IMPROVE_FAILPOINTS' "$1" | head -1; nm "$1" 2>/dev/null | grep -oE '\bfailpoint$' || true; }

@test "improved has no failpoints, and nothing in its environment gives it any" {
    [ -z "$(points "$IMPROVED")" ]
    release=$(dirname "$(dirname "$(dirname "$IMPROVED")")")/bin/improved
    [ ! -e "$release" ] || [ -z "$(points "$release")" ]
}

@test "improved_failpoints has them: the test above can see" {
    [ "$(points "$(dirname "$IMPROVE_BIN")/tests/improved_failpoints" | tr '\n' ' ')" = "IMPROVE_FAILPOINTS failpoint " ]
}

@test "no build but that of improved_failpoints asks for failpoints" {
    grep -rl IMPROVE_FAILPOINTS --include=CMakeLists.txt --include='*.cmake' --include=CMakePresets.json . --exclude-dir=build | grep -v '^./tests/torture/' && return 1
    [ "$(grep -c IMPROVE_FAILPOINTS tests/torture/CMakeLists.txt)" = 1 ]
}
