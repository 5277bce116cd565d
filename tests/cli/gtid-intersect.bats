#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

U=3e11fa47-71ca-11e1-9e33-c80aa9429562
V=ffffffff-0000-1111-2222-333333333333

@test "what all sets have is kept, tag by tag" {
	run "$KUBECTL_MYSQL" gtid intersect "$U:1-10:t:5,$V:1" "$U:3:9-20:t:4-6" "$U:9-30:t:1-9"
	[ "$status" -eq 0 ]
	same "$U:9-10:t:5"
}

@test "of MariaDB the nearer position of each domain is kept" {
	run "$KUBECTL_MYSQL" gtid intersect 0-1-100,1-1-5 0-2-110,2-1-1
	same "0-1-100"
}

@test "one set alone is a usage error" {
	run "$KUBECTL_MYSQL" gtid intersect "$U:1"
	[ "$status" -eq 2 ]
}
