#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

U=3e11fa47-71ca-11e1-9e33-c80aa9429562

@test "each set has a line" {
	run "$KUBECTL_MYSQL" gtid count "$U:1-9:11:t:1" "" 0-1-100,0-2-110
	[ "$status" -eq 0 ]
	same "11
0
110"
}

@test "counts beyond 64 bits are exact" {
	run "$KUBECTL_MYSQL" gtid count 0-1-18446744073709551615,1-1-18446744073709551615
	same 36893488147419103230
	run "$KUBECTL_MYSQL" gtid count 0-1-18446744073709551615,1-1-1 -o json
	[[ $output == *'"count": 18446744073709551616'* ]]
}
