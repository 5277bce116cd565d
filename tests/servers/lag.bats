#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The figures of lag against a truth that is measured without it: see lag-truth.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# shellcheck disable=SC2154 # helper.bash sets root
# true_lag SANDBOX REPLICA SAMPLES
true_lag() {
	"$root/tests/servers/lag-truth" "$KUBECTL_MYSQL" "$1" "$2" "$3" 2
}

# lag_of SANDBOX REPLICA FIELD
lag_of() {
	"$KUBECTL_MYSQL" lag "$2" --sandbox "$1" -o json | jq -r ".items[0].lag.$3"
}

# pause_applier REPLICA, go_on REPLICA
pause_applier() { sql "$1" 'STOP REPLICA SQL_THREAD'; }
go_on() { sql "$1" 'START REPLICA SQL_THREAD'; }

# truth_of SANDBOX: under load, with a stopped applier, and with a delay.
truth_of() {
	healthy "$1"
	true_lag "$1" "$1-1" 10
	pause_applier "$1-2"
	true_lag "$1" "$1-2" 10
	[ "$(lag_of "$1" "$1-2" reason)" = 'the applier is stopped' ]
	run -3 "$KUBECTL_MYSQL" lag --sandbox "$1" --max 100ms
	go_on "$1-2"
	caught_up "$1" "$1-2"
	statement "$1-2" 'STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = 4; START REPLICA' \
		'STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 4; START REPLICA SQL_THREAD'
	true_lag "$1" "$1-2" 20
	[ "$(lag_of "$1" "$1-2" transactions)" -ge 0 ]
}

@test "MariaDB: under load, stopped, delayed" {
	sandbox_of mariadb up demo --replicas 2
	truth_of demo
	sandbox down demo
}

@test "MySQL: under load, stopped, delayed" {
	sandbox_of mysql-9 up my --replicas 2
	truth_of my
	sandbox down my
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
