#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

U=3e11fa47-71ca-11e1-9e33-c80aa9429562
V=ffffffff-0000-1111-2222-333333333333

@test "sets are joined and printed on one line, as the server would sort them" {
	run "$KUBECTL_MYSQL" gtid union "$V:1" "{${U^^}} : 4-5,
		$U:1-3:Tag:7" "$U:a:1"
	[ "$status" -eq 0 ]
	same "$U:1-5:a:1:tag:7,$V:1"
}

@test "of MariaDB the farther position of each domain is kept" {
	run "$KUBECTL_MYSQL" gtid union 0-1-100,1-1-5 0-2-110,2-1-1
	same "0-2-110,1-1-5,2-1-1"
}

@test "a set comes from a file, from standard input, or is empty" {
	printf '%s:1-2,\n%s:9\n' "$V" "$U" >"$BATS_TEST_TMPDIR/set"
	run "$KUBECTL_MYSQL" gtid union "@$BATS_TEST_TMPDIR/set" "" - <<<"$U:10"
	[ "$status" -eq 0 ]
	same "$U:9-10,$V:1-2"
	run "$KUBECTL_MYSQL" gtid union ""
	[ "$status" -eq 0 ]
	same ""
}

@test "a file that is not there, and standard input named twice, are errors" {
	run "$KUBECTL_MYSQL" gtid union @/nowhere/set
	[ "$status" -eq 1 ]
	[[ $output == *"'/nowhere/set'"* ]]
	run "$KUBECTL_MYSQL" gtid union - - <<<"0-1-1"
	[ "$status" -eq 2 ]
}

@test "a bad set is an error with its place" {
	run "$KUBECTL_MYSQL" gtid union "$U:1" "$U:1,
$V:x y"
	[ "$status" -eq 1 ]
	same "set 2:2:40: error: expected ':', ',' or the end, found 'y'"
	printf '0-1-\n' >"$BATS_TEST_TMPDIR/set"
	run "$KUBECTL_MYSQL" gtid union "@$BATS_TEST_TMPDIR/set"
	same "$BATS_TEST_TMPDIR/set:1:5: error: expected a sequence number, found byte 0x0a"
}

@test "sets of the two vendors do not mix" {
	run "$KUBECTL_MYSQL" gtid union "$U:1" 0-1-1
	[ "$status" -eq 1 ]
	[[ $output == *"cannot join a MySQL set of GTIDs with one of MariaDB"*"hint: "* ]]
}

@test "the document has the text, the count and the members" {
	need jq
	"$KUBECTL_MYSQL" gtid union "$U:1-9223372036854775806:t:3" -o json >"$BATS_TEST_TMPDIR/out"
	grep -q '"count": 9223372036854775807' "$BATS_TEST_TMPDIR/out"
	jq -e --arg u $U '.apiVersion == "kubectl-mysql/v1" and .kind == "GtidSet" and .family == "mysql" and
		(.members | map([.uuid, .tag, .ranges[0].first]) == [[$u, null, 1], [$u, "t", 3]])' "$BATS_TEST_TMPDIR/out"
	"$KUBECTL_MYSQL" gtid union 7-1-5 -o yaml | grep -q 'domain: 7'
}
