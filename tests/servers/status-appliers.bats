#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status and check say of real faults of what applies, on both vendors: level, code, reason, next command, exit code.

load faults-applier

setup_file() {
	servers_up
	clusters
}
setup() { renew; }
teardown() { note_failure; }
teardown_file() { servers_down; }

@test "a stopped applier" { each fault_applier_stopped; }
@test "both threads stopped" { each fault_replication_stopped; }
@test "a row that is there already" { each fault_duplicate; }
@test "a row that is not there" { each fault_row_missing; }
@test "a table that is not there" { each fault_schema; }
@test "a database that is not there" { each fault_missing_database; }
@test "a column that is not there" { each fault_missing_column; }
@test "a column of another type" { each fault_schema_drift; }
@test "MySQL: a table that is there already" { on_mysql fault_table_exists; }
@test "a parent row that is not there" { each fault_foreign_key; }
@test "an account that is there already" { each fault_account; }
@test "locks of others" { each fault_lock_wait; }
@test "a limit that is too small" { each fault_limit; }
@test "MariaDB: a transaction number that was used" { on_mariadb fault_out_of_order; }
@test "a relay log that cannot be read" { each fault_relay_log; }
@test "relay logs that were deleted" { each fault_lost_relay_log; }
@test "MariaDB: the source lost events" { on_mariadb fault_incident mariadb; }
@test "MySQL: the source lost events" { on_mysql fault_incident mysql-9; }
@test "a filter is found by check" { each fault_filtered; }
@test "a delayed replica is healthy" { each fault_delayed; }
@test "a lagging replica" { each fault_lagging; }
@test "an errant transaction, empty" { each fault_errant_empty; }
@test "an errant transaction that changed something" { each fault_errant_rows; }
