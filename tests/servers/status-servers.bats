#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status and check say of real faults of servers and of who follows whom, on both vendors: level, code, reason, next command, exit code.

load faults-server

setup_file() {
	servers_up
	clusters
}
setup() { renew; }
teardown() { note_failure; }
teardown_file() { servers_down; }

@test "a healthy cluster is short and ok" { each fault_healthy; }
@test "two servers take writes" { each fault_two_writers; }
@test "the primary is read only" { each fault_primary_read_only; }
@test "the only writer follows another one" { each fault_writable_replica; }
@test "the primary is killed" { each fault_primary_killed; }
@test "the primary hangs: not enough is known" { each fault_primary_hangs; }
@test "a replica is killed" { each fault_replica_killed; }
@test "a replica hangs: the answer is partial" { each fault_replica_hangs; }
@test "everything hangs" { each fault_all_hang; }
@test "a clock that is wrong" { each fault_clock; }
@test "a disk that is full" { each fault_full_disk; }
@test "a replica follows nobody" { each fault_detached; }
@test "a replica of one that is not the primary" { each fault_other_source; }
@test "a chain is healthy" { each fault_chain; }
@test "a chain with a server that does not log" { each fault_no_binlog_in_between; }
@test "servers that follow each other" { each fault_ring; }
@test "two replicas with one server id" { each fault_same_server_id; }
@test "settings that will hurt are found by check" { each fault_settings; }
@test "every output format; JSON by its schema" { each fault_output_formats; }
@test "the documents of gtid and sql are as their schemas say" { each fault_documents; }
