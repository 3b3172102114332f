# What an administrator runs beside the server, and the demonstration's data. Each is a script, so that it can be run by hand.

@test "improved migrate: nothing twice, nothing changed, nothing half" {
    "$BATS_TEST_DIRNAME/../deploy/migrate" "$IMPROVED"
}

@test "improved admin: tokens, authorities, certificates" {
    "$BATS_TEST_DIRNAME/../deploy/admin" "$IMPROVED"
}

@test "improve-demo: the figures of its sources, whatever the seed" {
    "$BATS_TEST_DIRNAME/../deploy/demo" "$IMPROVE_BIN/improve-demo"
}
