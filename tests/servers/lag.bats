#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# MariaDB: how far a replica is behind. MySQL: lag-mysql.bats.

load lag

setup_file() { servers_up; }
teardown_file() { servers_down; }

@test "MariaDB: under load, a huge transaction, stopped, delayed, the clocks 3 s apart" {
	sandbox_of mariadb up demo --replicas 2
	truth_of demo
	truth_of_skewed demo
	sandbox down demo
}

# draws: the terminal shows a sparkline that rises.
draws() {
	LC_ALL=C.UTF-8 grep -q '[▁▂▃▄▅▆▇]█' "$T/typed"
}

@test "over time: the worst, exit codes, and a sparkline on a terminal" {
	sandbox_of mariadb up over --replicas 1
	healthy over
	run -0 "$KUBECTL_MYSQL" lag --sandbox over --for 2s --interval 500ms --max 1h -o json
	[ "$(jq '.items[0].maxSeconds < 3600' <<<"$output")" = true ]
	pause_applier over-1
	sql over-0 "INSERT INTO shop.orders (item) VALUES ('late')"
	run -3 "$KUBECTL_MYSQL" lag --sandbox over --for 3s --interval 500ms --max 1s
	[[ ${lines[0]} == *' MAX '*REASON ]]
	[[ ${lines[1]} == over-1\ *'the applier is stopped' ]]
	run -0 "$KUBECTL_MYSQL" lag --sandbox over --max 1h
	script -qfec "'$KUBECTL_MYSQL' lag --sandbox over --watch --interval 300ms" "$T/typed" >/dev/null 2>&1 </dev/null 3>&- 4>&- &
	local job=$!
	await 120 draws
	grep -q ' HISTORY ' "$T/typed"
	grep -q $'\033\\[H' "$T/typed"
	kill "$job"
	wait "$job" || :
	go_on over-1
	caught_up over over-1
	sandbox down over
}
