#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

bats_require_minimum_version 1.5.0
load cli-helper

U=3e11fa47-71ca-11e1-9e33-c80aa9429562
V=ffffffff-0000-1111-2222-333333333333

@test "what the other sets hold is taken out" {
	run "$KUBECTL_MYSQL" gtid subtract "$U:1-10:t:1-3,$V:1" "$U:3-4:t:2" "$V:1-9"
	[ "$status" -eq 0 ]
	same "$U:1-2:5-10:t:1:3"
}

@test "of MariaDB what is missing is printed as ranges, which are read again" {
	run "$KUBECTL_MYSQL" gtid subtract 0-1-110,5-1-2 0-1-100
	same "0-1-101..110,5-1-2"
	run "$KUBECTL_MYSQL" gtid subtract "$output" 0-1-105..106
	same "0-1-101..104,0-1-107..110,5-1-2"
}

@test "a lost branch shows against the state of the holder, and a position alone warns" {
	run --separate-stderr "$KUBECTL_MYSQL" gtid subtract 0-1-105 0-1-100,0-2-110
	same "0-1-101..105"
	[ "$stderr" = "" ]
	run --separate-stderr "$KUBECTL_MYSQL" gtid subtract 0-1-105 0-2-110
	same ""
	[[ $stderr == "warning: domain 0 was compared by number alone"*gtid_binlog_state* ]]
}

@test "a million intervals are no burden" {
	awk -v u="$U" 'BEGIN { printf "%s", u; for (i = 0; i < 1000000; i++) printf ":%d-%d", 10 * i + 1, 10 * i + 6 }' >"$BATS_TEST_TMPDIR/a"
	awk -v u="$U" 'BEGIN { printf "%s", u; for (i = 0; i < 1000000; i++) printf ":%d", 10 * i + 3 }' >"$BATS_TEST_TMPDIR/b"
	"$KUBECTL_MYSQL" gtid subtract "@$BATS_TEST_TMPDIR/a" "@$BATS_TEST_TMPDIR/b" >"$BATS_TEST_TMPDIR/left"
	run "$KUBECTL_MYSQL" gtid count "@$BATS_TEST_TMPDIR/left"
	same 5000000
	run cut -c 1-57 "$BATS_TEST_TMPDIR/left"
	same "$U:1-2:4-6:11-12:14-16:"
}
