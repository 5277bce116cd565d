#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The figures of lag against a truth that is measured without it: see lag-truth.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# shellcheck disable=SC2154 # helper.bash sets root
# true_lag SANDBOX REPLICA SAMPLES WORD...
true_lag() {
	"$root/tests/servers/lag-truth" "$KUBECTL_MYSQL" "$@" >"$T/truth" 2>&1 || {
		cat "$T/truth" >&2
		return 1
	}
	printf '# %s %s: %s\n' "$2" "${*:4}" "$(tail -n 1 "$T/truth")" >&3
}

# lag_of SANDBOX REPLICA FIELD
lag_of() {
	"$KUBECTL_MYSQL" lag "$2" --sandbox "$1" -o json | jq -r ".items[0].lag.$3"
}

# pause_applier REPLICA, go_on REPLICA
pause_applier() { sql "$1" 'STOP REPLICA SQL_THREAD'; }
go_on() { sql "$1" 'START REPLICA SQL_THREAD'; }

# delay REPLICA SECONDS
delay() {
	statement "$1" "STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = $2; START REPLICA" \
		"STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = $2; START REPLICA SQL_THREAD"
}

# set_clock INSTANCE SECONDS: its server starts anew, its clock so far ahead.
set_clock() {
	local name=${1%-*}
	sandbox break "$name" --fault clock-skew --instance "$1"
	sed -i "s/^FAKETIME=.*/FAKETIME=+$2s/" "$T/state/kubectl-mysql/sandbox/$name/$1/environment"
	sandbox break "$name" --fault kill --instance "$1"
	sandbox break "$name" --heal --fault kill --instance "$1"
}

# truth_of SANDBOX: under load, with a huge transaction, with a stopped applier, and with a delay.
truth_of() {
	healthy "$1"
	true_lag "$1" "$1-1" 10 load
	HUGE_ROWS=40000 true_lag "$1" "$1-1" 5 huge
	caught_up "$1" "$1-2"
	pause_applier "$1-2"
	true_lag "$1" "$1-2" 10
	[ "$(lag_of "$1" "$1-2" reason)" = 'the applier is stopped' ]
	run -3 "$KUBECTL_MYSQL" lag --sandbox "$1" --max 100ms
	go_on "$1-2"
	caught_up "$1" "$1-2"
	delay "$1-2" 4
	true_lag "$1" "$1-2" 20
	[ "$(lag_of "$1" "$1-2" transactions)" -ge 0 ]
	delay "$1-2" 0
	caught_up "$1" "$1-2"
}

# truth_of_skewed SANDBOX: with a primary whose clock is 3 s ahead, under load and with a stopped applier.
truth_of_skewed() {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	set_clock "$1-0" 3
	await 60 replicates "$1-1"
	await 60 replicates "$1-2"
	true_lag "$1" "$1-1" 10 load
	caught_up "$1" "$1-2"
	pause_applier "$1-2"
	true_lag "$1" "$1-2" 10
	go_on "$1-2"
	caught_up "$1" "$1-2"
}

@test "MariaDB: under load, a huge transaction, stopped, delayed, the clocks 3 s apart" {
	sandbox_of mariadb up demo --replicas 2
	truth_of demo
	truth_of_skewed demo
	sandbox down demo
}

@test "MySQL: under load, a huge transaction, stopped, delayed, the clocks 3 s apart" {
	sandbox_of mysql-9 up my --replicas 2
	truth_of my
	truth_of_skewed my
	sandbox down my
}

@test "MySQL without GTIDs: the position tells what is missing, and the binlog how old it is" {
	sandbox_of mysql-9 up plain --replicas 1 --gtid=off
	sql plain-0 'CREATE TABLE shop.rows_of (id INT PRIMARY KEY)'
	await 60 holds plain-1 "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'rows_of'" 1
	await 60 nothing_missing plain plain-1
	pause_applier plain-1
	sql plain-0 'INSERT INTO shop.rows_of VALUES (1)'
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
