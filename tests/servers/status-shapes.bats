#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status says of clusters of other shapes: semi-synchronous ones, with several sources, lists of hosts.
# shellcheck disable=SC2030,SC2031 # each test has its own output

load faults

setup_file() { servers_up; }
teardown_file() { servers_down; }

# write_in_background INSTANCE
write_in_background() {
	client "$1" -e "INSERT INTO shop.orders (item) VALUES ('waits')" >"$T/write.log" 2>&1 3>&- 4>&- &
	writer=$!
}

# semi_sync SANDBOX: writes hang without a replica; with a short timeout they fall back.
semi_sync() {
	healthy "$1"
	run -0 status "$1"
	[[ ${lines[0]} == *' · semi-sync needs 1, has 1 '* ]]
	sql "$1-1" 'STOP REPLICA'
	write_in_background "$1-0"
	becomes "$1" degraded semi-sync-waiting "writes on $1-0 hang: 1 waits for a replica to acknowledge" \
		"kubectl mysql lag --sandbox $1"
	sql "$1-1" 'START REPLICA'
	wait "$writer"
	healthy "$1"
	statement "$1-0" 'SET GLOBAL rpl_semi_sync_master_timeout = 100' 'SET GLOBAL rpl_semi_sync_source_timeout = 100'
	sql "$1-1" 'STOP REPLICA'
	sql "$1-0" "INSERT INTO shop.orders (item) VALUES ('alone')"
	await 90 found "$1" semi-sync-off "$1-0 has fallen back to asynchronous replication: what it acknowledges may be lost"
	sql "$1-1" 'START REPLICA'
	healthy "$1"
}

@test "MariaDB, semi-synchronous: waiting, fallen back" {
	sandbox_of mariadb up demo --replicas 1 --semi-sync
	semi_sync demo
	sandbox down demo
}

@test "MySQL, semi-synchronous: waiting, fallen back" {
	sandbox_of mysql-9 up my --replicas 1 --semi-sync
	semi_sync my
	sandbox down my
}

# A channel that goes elsewhere makes no second writer: the two never were one cluster's.
re_pointed() {
	S=$1
	sql "$S-1" "CREATE DATABASE second; CREATE TABLE second.t (id INT PRIMARY KEY); INSERT INTO second.t VALUES (7)"
	await 60 holds "$S-2" "SELECT id FROM second.t" 7
	statement "$S-2" "STOP REPLICA '$S-1'; CHANGE MASTER '$S-1' TO MASTER_HOST='no-such-host.invalid'; START REPLICA '$S-1'" \
		"STOP REPLICA FOR CHANNEL '$S-1'; CHANGE REPLICATION SOURCE TO SOURCE_HOST='no-such-host.invalid' FOR CHANNEL '$S-1';
		START REPLICA FOR CHANNEL '$S-1'"
	becomes "$S" degraded receiver-connecting "$S-2 channel '$S-1' cannot reach its source (2005)" "$(looks "$S-2")"
	statement "$S-2" "STOP REPLICA '$S-1'; RESET REPLICA '$S-1' ALL" \
		"STOP REPLICA FOR CHANNEL '$S-1'; RESET REPLICA ALL FOR CHANNEL '$S-1'"
	becomes "$S" degraded other-source "$S-2 no longer follows $S-1, whose transactions it has" \
		"kubectl mysql gtid compare --sandbox $S"
}

# multi SANDBOX: two primaries, one replica of both.
multi() {
	healthy "$1"
	run -0 "$KUBECTL_MYSQL" check --sandbox "$1" --only multi-source -o json
	[ "$(jq -r '.items[0].reason' <<<"$output")" = "$1-2 follows 2 sources" ]
	run -0 status "$1" -o json
	[ "$(jq -c '[.instances[] | {role, writable, channels: (.channels | length)}]' <<<"$output")" = \
		'[{"role":"primary","writable":true,"channels":0},{"role":"primary","writable":true,"channels":0},{"role":"replica","writable":false,"channels":2}]' ]
}

@test "MariaDB: a replica of two primaries" {
	sandbox_of mariadb up demo --replicas 2 --multi-source
	multi demo
	re_pointed demo
	sandbox down demo
}

@test "MySQL: a replica of two primaries" {
	sandbox_of mysql-9 up my --replicas 2 --multi-source
	multi my
	re_pointed my
	sandbox down my
}

# account INSTANCE GRANTS: a login of its own, and a file that holds it.
account() {
	sql "$1" "CREATE USER 'looker'@'%' IDENTIFIED BY 'Look-only-1'"
	printf '[client]\nuser=looker\npassword=Look-only-1\n' >"$T/looker.cnf"
	chmod 600 "$T/looker.cnf"
}

@test "MariaDB, a list of hosts: by an account that may look; by one that may not all; by none; without the primary" {
	local hosts
	sandbox_of mariadb up demo --replicas 1
	healthy demo
	account demo-0
	caught_up demo demo-1
	hosts=$(described demo '[.instances[] | "\(.host):\(.port)"] | join(",")')
	run -3 "$KUBECTL_MYSQL" status --hosts "$hosts" --defaults-file "$T/looker.cnf" -o json
	[ "$(jq -r '.verdict | "\(.level) \(.code)"' <<<"$output")" = 'degraded rights' ]
	printf '%s\n' "$output" | jq -r .verdict.reason
	[[ $(jq -r .verdict.reason <<<"$output") == *'the account lacks '*'REPLICA MONITOR'* ]]
	[[ $(jq -r .verdict.reason <<<"$output") == *'the account lacks '*'BINLOG MONITOR'* ]]
	sql demo-0 "GRANT REPLICA MONITOR, BINLOG MONITOR, REPLICATION MASTER ADMIN, PROCESS ON *.* TO 'looker'@'%'"
	caught_up demo demo-1
	run -0 "$KUBECTL_MYSQL" status --hosts "$hosts" --defaults-file "$T/looker.cnf" -o json
	[ "$(jq -r '.verdict.code' <<<"$output")" = healthy ]
	printf '[client]\nuser=looker\npassword=sesame-7\n' >"$T/looker.cnf"
	run -5 "$KUBECTL_MYSQL" status --hosts "$hosts" --defaults-file "$T/looker.cnf" -o json
	[ "$(jq -r '.findings[1].code' <<<"$output")" = instance-denied ]
	[[ $output != *sesame* ]]
	printf '[client]\nuser=looker\npassword=Look-only-1\n' >"$T/looker.cnf"
	run -5 "$KUBECTL_MYSQL" status --hosts "${hosts#*,}" --defaults-file "$T/looker.cnf" -o json
	[ "$(jq -r '.verdict.next' <<<"$output")" = "kubectl mysql status --hosts ${hosts#*,},${hosts%,*}" ]
	sandbox down demo
}
