#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The probes: nothing that takes long is killed, nothing that does not serve gets traffic.
# shellcheck disable=SC2154 # helper.bash sets scripts

load helper

setup_file() { seed_up; }
teardown_file() { seed_down; }
setup() { cluster_up; }
teardown() { cluster_down; }

probe() {
	in_member "$1" bash "$scripts/probe.sh" "$2"
}

@test "a server that starts, recovers or copies is alive, not started, and not ready" {
	for word in starting initialising joining; do
		echo "$word and so on" >"$T/shop-0/run/phase"
		probe shop-0 live
		run probe shop-0 startup
		[ "$status" -ne 0 ]
		run probe shop-0 ready
		[ "$status" -ne 0 ]
	done
}

@test "one that waits for a primary has started and is alive, but not ready" {
	start shop-1
	await 90 phase shop-1 waiting
	probe shop-1 startup
	probe shop-1 live
	run probe shop-1 ready
	[ "$status" -ne 0 ]
}

@test "a closed server is alive and not ready, an open one is ready" {
	seed shop-1
	start shop-1
	await 90 phase shop-1 closed
	probe shop-1 live
	run probe shop-1 ready
	[ "$status" -ne 0 ]
	sql shop-1 'SET GLOBAL read_only = OFF'
	probe shop-1 ready
}

@test "a replica is ready while its threads run" {
	seed shop-0
	DURABILITY=async start shop-0
	await 90 phase shop-0 primary
	start_donor shop-0
	start shop-1
	await 180 phase shop-1 replica
	await 60 probe shop-1 ready
	sql shop-1 'STOP SLAVE SQL_THREAD'
	run probe shop-1 ready
	[ "$status" -ne 0 ]
	probe shop-1 live
}

@test "a server that is gone is not alive, one with too many connections is" {
	seed shop-0
	DURABILITY=async start shop-0
	await 90 phase shop-0 primary
	sql shop-0 'SET GLOBAL max_connections = 10'
	await 120 busy shop-0
	probe shop-0 live
	kill -KILL "$(<"$T/shop-0/run/mysqld.pid")"
	wait "$(<"$T/pids/shop-0")" || :
	rm "$T/pids/shop-0"
	run probe shop-0 live
	[ "$status" -ne 0 ]
}

# One more session that stays; true when there is no room for another.
busy() {
	as_app "$1" 'SELECT SLEEP(60)' >/dev/null 2>&1 3>&- &
	! as_app "$1" 'SELECT 1'
}
