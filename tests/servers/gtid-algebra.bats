#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Our algebra of GTID sets beside the server's own functions.

load helper

: "${PAIRS:=20000}"

setup_file() {
	servers_up
}

teardown_file() {
	servers_down
}

@test "MySQL 9 agrees on the normal form, union, intersection, difference and inclusion of random pairs" {
	sandbox_of mysql-9 up sets --replicas 0
	"$root/${BUILD:-build}/tests/helper/gtid-pairs" "$PAIRS" "${SEED:-1}" "$T/sql" "$T/want"
	client sets-0 --skip-column-names --raw <"$T/sql" >"$T/got"
	[ "$(wc -l <"$T/want")" -eq $((5 * PAIRS)) ]
	cmp "$T/want" "$T/got" || {
		diff "$T/want" "$T/got" | head -n 10 >&2
		return 1
	}
}

@test "MySQL 9 refuses what we refuse" {
	local uuid=3e11fa47-71ca-11e1-9e33-c80aa9429562 bad
	[ -d "$T/state/kubectl-mysql/sandbox/sets" ] || skip "MySQL 9 cannot be had"
	for bad in : :0 :1- :1a:1 :x: :9223372036854775807 :1-9223372036854775807 :1-2-3 :+1 ': ' -:1 \
		":$(printf 'a%.0s' {1..33}):1"; do
		run "$KUBECTL_MYSQL" gtid union "$uuid$bad"
		[ "$status" -eq 1 ]
		run sql sets-0 "SELECT GTID_SUBTRACT('$uuid$bad', '')"
		[[ $output == *"ERROR 1772"* ]]
	done
}
