#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

@test "a server that does not answer is named, and the exit code says that nothing is known" {
	run --separate-stderr -5 "$KUBECTL_MYSQL" binlog list --hosts 127.0.0.1:1 -o json
	[[ "$stderr" == *"'127.0.0.1:1' could not be read"* ]]
	[ "$(printf '%s' "$output" | jq -c '[.kind, .partial, .items, .servers]')" = '["BinlogList",true,[],[]]' ]
}

@test "without a target the user is told how to name one" {
	cd "$BATS_TEST_TMPDIR"
	run -2 env HOME="$BATS_TEST_TMPDIR" XDG_CONFIG_HOME="$BATS_TEST_TMPDIR" "$KUBECTL_MYSQL" binlog list
	[[ "$output" == *--hosts* ]]
}
