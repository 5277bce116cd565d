#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status, lag and check say of real faults of MariaDB: level, code, reason, next command, exit code.

load status
load status-faults

setup_file() {
	servers_up
	cluster mariadb
}
setup() { renew; }
teardown() { note_failure; }
teardown_file() { servers_down; }

@test "a healthy cluster is short and ok" { fault_healthy; }
@test "a stopped applier" { fault_applier_stopped; }
@test "a stopped receiver" { fault_receiver_stopped; }
@test "both threads stopped" { fault_replication_stopped; }
@test "a row that is there already" { fault_duplicate; }
@test "a row that is not there" { fault_row_missing; }
@test "a table that is not there" { fault_schema; }
@test "a parent row that is not there" { fault_foreign_key; }
@test "an account that is there already" { fault_account; }
@test "two servers take writes" { fault_two_writers; }
@test "the primary is read only" { fault_primary_read_only; }
@test "the primary is killed" { fault_primary_killed; }
@test "the primary hangs: not enough is known" { fault_primary_hangs; }
@test "a replica is killed" { fault_replica_killed; }
@test "a replica hangs: the answer is partial" { fault_replica_hangs; }
@test "everything hangs" { fault_all_hang; }
@test "a replica follows nobody" { fault_detached; }
@test "a chain is healthy" { fault_chain; }
@test "a replica cannot reach its source" { fault_connecting; }
@test "a replica cannot log in" { fault_denied; }
@test "two replicas with one server id" { fault_same_server_id; }
@test "a replica with its source's server id" { fault_source_server_id; }
@test "a filter is found by check" { fault_filtered; }
@test "a delayed replica is healthy" { fault_delayed; }
@test "settings that will hurt are found by check" { fault_settings; }
@test "a replica that shows 0 s and gets nothing" { fault_stale; }
@test "a replica of another cluster" { fault_unknown_source; }
@test "servers that follow each other" { fault_ring; }
@test "every output format; JSON by its schema" { fault_output_formats; }

@test "a transaction of a replica's own" {
	sql demo-2 "SET SESSION sql_log_bin = 1; SET SESSION gtid_domain_id = 7; INSERT INTO shop.orders (id, item) VALUES (8001, 'local')"
	becomes demo degraded errant 'demo-2 has 1 transaction that its source has not' 'kubectl mysql gtid errant --sandbox demo'
	run status demo -o json
	[[ $(jq -r '.instances[] | select(.name == "demo-2").errant' <<<"$output") == 7-*-1* ]]
	quietly demo-2 'DELETE FROM shop.orders WHERE id = 8001'
	sql demo-2 'STOP REPLICA; RESET MASTER; START REPLICA'
	healthy demo
}

@test "binlog files that a replica needs are purged" {
	sql demo-2 'STOP REPLICA'
	sql demo-0 "INSERT INTO shop.orders (item) VALUES ('purged'); FLUSH BINARY LOGS"
	await 60 purged_to_last
	sql demo-2 'START REPLICA'
	becomes demo degraded binlog-purged 'demo-2 needs binlog files that its source has purged (1236)' 'kubectl mysql gtid compare --sandbox demo'
	attach demo-2 demo-1
	caught_up demo demo-2
	attach demo-2 demo-0
	healthy demo
}

# A file that a replica still reads is not purged.
purged_to_last() {
	await 120 purged demo-0 "$(newest_log demo-0)"
	[ "$(sql demo-0 'SHOW BINARY LOGS' | wc -l)" = 1 ]
}

@test "a lagging replica" {
	lagging_begin 'SET TIMESTAMP = UNIX_TIMESTAMP() - 300'
	await 60 missing demo-2 1
	# The applier works in parallel: its seconds are the age of what it applied last.
	run -3 "$KUBECTL_MYSQL" lag demo-2 --sandbox demo --max 2s --for 6s -o json
	[ "$(jq '.items[0].lag | .transactions == 1 and .seconds + .errorSeconds > 2' <<<"$output")" = true ]
	lagging_end
	healthy demo
}
