#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

@test "statements come from one place only" {
	run "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1 'SELECT 1' -e 'SELECT 2'
	[ "$status" -eq 2 ]
	[[ $output == *"an argument, --execute or --filename"* ]]
}

@test "a statement that the shell took apart is told from an instance" {
	run -1 "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1,127.0.0.1:2 select 1
	[[ $output == "error: no instance 'select' in "*"hint: put the whole statement in quotes: 'select …'" ]]
}

@test "no statement, or none but comments, is a usage error" {
	run "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1 ' '
	[ "$status" -ne 0 ]
}

@test "--diff needs several servers, and one way to choose them" {
	run "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1 --diff 'SELECT 1'
	[ "$status" -eq 2 ]
	run "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1 --all --replicas 'SELECT 1'
	[ "$status" -eq 2 ]
}

@test "a server that is not there: exit code 5, and why" {
	run "$KUBECTL_MYSQL" sql --hosts 127.0.0.1:1,127.0.0.1:2 --all 'SELECT 1'
	[ "$status" -eq 5 ]
	[[ $output == *"'127.0.0.1:1'"*"'127.0.0.1:2'"* ]]
}
