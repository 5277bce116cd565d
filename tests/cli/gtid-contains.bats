#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

U=3e11fa47-71ca-11e1-9e33-c80aa9429562

@test "held: exit code 0, nothing printed" {
	run "$KUBECTL_MYSQL" gtid contains "$U:1-9:t:1-5" "$U:3:t:2-5"
	[ "$status" -eq 0 ]
	same ""
}

@test "not held: exit code 3, and what is missing" {
	run "$KUBECTL_MYSQL" gtid contains "$U:1-9" "$U:8-11:t:2"
	[ "$status" -eq 3 ]
	same "$U:10-11:t:2"
}

@test "MariaDB: a number of a server that the state does not have is missing, even if it is lower" {
	run "$KUBECTL_MYSQL" gtid contains 0-1-100,0-2-110 0-1-105
	[ "$status" -eq 3 ]
	same "0-1-101..105"
	run "$KUBECTL_MYSQL" gtid contains 0-1-100,0-2-110 0-2-105
	[ "$status" -eq 0 ]
}

@test "a document for scripts" {
	need jq
	run "$KUBECTL_MYSQL" gtid contains "$U:1" "$U:1-3" -o json
	[ "$status" -eq 3 ]
	jq -e --arg m "$U:2-3" '.kind == "GtidContains" and .contained == false and .missing == $m and .missingCount == 2' <<<"$output"
}

@test "a bad set is an error, not a no" {
	run "$KUBECTL_MYSQL" gtid contains "$U:1" "$U:"
	[ "$status" -eq 1 ]
}
