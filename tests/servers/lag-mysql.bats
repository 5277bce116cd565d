#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# MySQL: how far a replica is behind. MariaDB: lag.bats.

load lag

setup_file() { servers_up; }
teardown_file() { servers_down; }

@test "MySQL: under load, a huge transaction, stopped, delayed, the clocks 3 s apart" {
	sandbox_of mysql-9 up my --replicas 2
	truth_of my
	truth_of_skewed my
	sandbox down my
}

@test "MySQL without GTIDs: the position tells what is missing, and the binlog how old it is" {
	sandbox_of mysql-9 up plain --replicas 1 --gtid=off
	true_lag plain plain-1 5 load
	await 60 nothing_missing plain plain-1
	pause_applier plain-1
	true_lag plain plain-1 5
	run -3 "$KUBECTL_MYSQL" lag --sandbox plain --max 1ms
	[ "$(lag_of plain plain-1 method)" = binlog ]
	[ "$(lag_of plain plain-1 bytes)" -gt 0 ]
	go_on plain-1
	await 60 nothing_missing plain plain-1
	sandbox down plain
}

nothing_missing() {
	[ "$(lag_of "$1" "$2" method)" = nothing-missing ]
}

@test "a busy healthy cluster shows no errant transaction, whenever it is looked at" {
	local i out writers=()
	sandbox_of mysql-9 up busy --replicas 2
	sql busy-0 'CREATE TABLE shop.busy (id BIGINT AUTO_INCREMENT PRIMARY KEY, t INT)'
	for i in 1 2; do
		while [ ! -e "$T/enough" ]; do
			printf 'INSERT INTO shop.busy (t) VALUES (1);\n%.0s' {1..200}
		done | client busy-0 >/dev/null 2>&1 3>&- 4>&- &
		writers+=("$!")
	done
	for ((i = 0; i < 50; i++)); do
		out=$(status busy -o json --timeout 60s) || :
		[ "$(jq '[.instances[] | select(.errant != null and .errant != "")] | length' <<<"$out")" = 0 ]
		[ "$(jq '[.findings[] | select(.code == "errant" or .code == "source-lost-tail" or .code == "stale")] | length' <<<"$out")" = 0 ]
	done
	touch "$T/enough"
	wait "${writers[@]}" # not all children: bats' own clock is one of them
	healthy busy
	sandbox down busy
}
