#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

@test "a server that does not answer is named, and no folder is made" {
	cd "$BATS_TEST_TMPDIR"
	run -1 "$KUBECTL_MYSQL" binlog fetch --hosts 127.0.0.1:1 --to logs
	[[ "$output" == *127.0.0.1:1* ]]
	[ ! -e logs ]
}

@test "of several servers one has to be named" {
	run -2 "$KUBECTL_MYSQL" binlog fetch --hosts 127.0.0.1:1,127.0.0.1:2
	[[ "$output" == *"2 instances; name one of them"* ]]
}
