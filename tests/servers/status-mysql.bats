#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status, lag and check say of real faults of MySQL: level, code, reason, next command, exit code.

load status
load status-faults

setup_file() {
	servers_up
	cluster mysql-9
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

@test "an errant transaction, empty" {
	sql demo-2 "SET GTID_NEXT = '11111111-1111-1111-1111-111111111111:1'; BEGIN; COMMIT; SET GTID_NEXT = AUTOMATIC"
	becomes demo degraded errant 'demo-2 has 1 transaction that its source has not' 'kubectl mysql gtid errant --sandbox demo'
	run status demo -o json
	[ "$(jq -r '.instances[] | select(.name == "demo-2").errant' <<<"$output")" = 11111111-1111-1111-1111-111111111111:1 ]
	sql demo-0 "SET GTID_NEXT = '11111111-1111-1111-1111-111111111111:1'; BEGIN; COMMIT; SET GTID_NEXT = AUTOMATIC"
	healthy demo
}

@test "an errant transaction that changed something" {
	local gtid
	sql demo-2 "SET GLOBAL super_read_only = OFF; SET SESSION sql_log_bin = 1; INSERT INTO shop.orders (id, item) VALUES (8001, 'local');
		SET GLOBAL super_read_only = ON"
	becomes demo degraded errant 'demo-2 has 1 transaction that its source has not' 'kubectl mysql gtid errant --sandbox demo'
	gtid=$(status demo -o json | jq -r '.instances[] | select(.name == "demo-2").errant' || :)
	[[ $gtid == "$(sql demo-2 'SELECT @@server_uuid')":1 ]]
	quietly demo-2 'DELETE FROM shop.orders WHERE id = 8001'
	sql demo-0 "SET GTID_NEXT = '$gtid'; BEGIN; COMMIT; SET GTID_NEXT = AUTOMATIC"
	healthy demo
}

@test "binlog files that a replica needs are purged" {
	sql demo-2 'STOP REPLICA'
	sql demo-0 "INSERT INTO shop.orders (item) VALUES ('purged'); FLUSH BINARY LOGS"
	await 120 purged demo-0 "$(newest_log demo-0)"
	sql demo-2 'START REPLICA'
	becomes demo degraded binlog-purged 'demo-2 needs binlog files that its source has purged [(]*[)]' 'kubectl mysql gtid compare --sandbox demo'
	# The transaction is on demo-1 still.
	attach demo-2 demo-1
	caught_up demo demo-2
	attach demo-2 demo-0
	healthy demo
}

@test "a lagging replica" {
	lagging_begin "SET SESSION original_commit_timestamp = (UNIX_TIMESTAMP() - 300) * 1000000"
	becomes demo degraded lagging 'demo-2 is [45]m behind' 'kubectl mysql lag demo-2 --sandbox demo'
	run -3 "$KUBECTL_MYSQL" lag demo-2 --sandbox demo --max 5s
	lagging_end
	healthy demo
}
