#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status and check say of real faults of what receives, on both vendors: level, code, reason, next command, exit code.

load faults-receiver

setup_file() {
	servers_up
	clusters
}
setup() { renew; }
teardown() { note_failure; }
teardown_file() { servers_down; }

@test "a stopped receiver" { each fault_receiver_stopped; }
@test "a replica cannot reach its source" { each fault_connecting; }
@test "a source whose name has no address" { each fault_no_such_host; }
@test "a replica cannot log in" { each fault_denied; }
@test "MySQL: a login that needs TLS" { on_mysql fault_no_tls; }
@test "a replica without the right to read the binlog" { each fault_no_right; }
@test "a source without a connection left" { each fault_source_full; }
@test "a source whose connections are all taken" { each fault_source_crowded; }
@test "a replica whose connections are all taken" { each fault_instance_full; }
@test "a source's binlog with a wrong bit" { each fault_bad_binlog; }
@test "a replica with its source's server id" { each fault_source_server_id; }
@test "MySQL: a replica with its source's UUID" { on_mysql fault_own_uuid; }
@test "MySQL: a source without GTIDs" { on_mysql fault_gtid_mode; }
@test "MariaDB: an event that is too large" { on_mariadb fault_packet; }
@test "a file that the source does not have" { each fault_position; }
@test "binlog files that a replica needs are purged" { each fault_purged; }
@test "binlog files that a replica needs will be purged" { each fault_expiring; }
@test "a source that lost its end" { each fault_lost_tail; }
@test "a replica that shows 0 s and gets nothing" { each fault_stale; }
@test "a replica of another cluster" { each fault_unknown_source; }
