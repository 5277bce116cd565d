#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The start script against real MySQL servers, where it acts otherwise than on MariaDB: accounts, CLONE, GTID sets.

load helper

setup_file() {
	local reason=${BATS_FILE_TMPDIR:?}/reason
	if ! TREE=$("$BATS_TEST_DIRNAME/../helper/servers" get mysql-9 2>"$reason"); then
		skip "$(tail -n 1 "$reason")"
	fi
	export TREE
	seed_up
}
teardown_file() { seed_down; }
setup() { cluster_up; }
teardown() { cluster_down; }

# begin_both: shop-0 as the primary with table t, shop-1 as its replica; both began with the same data.
begin_both() {
	seed shop-0
	seed shop-1
	start shop-0
	start shop-1
	await 180 phase shop-1 replica
	await 120 phase shop-0 primary
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
	await 90 holds shop-1 'SELECT a FROM app.t' 1
}

# promote NAME EPOCH: what `kubectl mysql promote` does to a replica.
promote() {
	sql "$1" 'STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF'
	promoted "$1" "$2"
}

closed='SELECT @@read_only, @@super_read_only, @@rpl_semi_sync_source_enabled'

@test "MySQL: the first start of ordinal 0 makes the accounts, writes no transaction, and opens" {
	DURABILITY=async start shop-0
	await 180 phase shop-0 primary
	holds shop-0 "SELECT @@read_only, @@super_read_only, @@gtid_executed, @@rpl_semi_sync_source_enabled" $'0\t0\t\t0'
	holds shop-0 "SELECT GROUP_CONCAT(User, '@', Host ORDER BY User, Host) FROM mysql.user WHERE User NOT LIKE 'mysql.%'" \
		'admin@%,app@%,backup@%,monitor@%,replication@%,root@localhost'
	[ "$(as_app shop-0 'SELECT CURRENT_USER()')" = app@% ]
	run as_app shop-0 'SELECT * FROM mysql.user'
	[ "$status" -ne 0 ]
}

@test "MySQL: a lossless primary opens when its first replica has cloned it, and not before" {
	seed shop-0
	start shop-0
	await 120 phase shop-0 elected
	holds shop-0 "$closed" $'1\t1\t1'
	start shop-1
	await 180 phase shop-1 replica
	await 120 phase shop-0 primary
	holds shop-0 "$closed" $'0\t0\t1'
	holds shop-1 "$closed" $'1\t1\t0'
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
	await 90 holds shop-1 'SELECT a FROM app.t' 1
	holds shop-1 "SHOW DATABASES LIKE 'seeded'" seeded # it came with the copy
}

@test "MySQL: the waiting writers of a primary that lost its replicas do not keep a new one out" {
	begin_both
	stop shop-1
	as_app shop-0 'INSERT INTO t VALUES (2)' 2>"$T/writer" &
	writer=$!
	await 90 holds shop-0 "SELECT COUNT(*) FROM performance_schema.processlist WHERE STATE LIKE 'Waiting for semi-sync ACK%'" 1
	start shop-2
	await 180 phase shop-2 replica
	status=0
	wait "$writer" || status=$?
	[ "$status" -ne 0 ] # it was told nothing
	await 120 phase shop-0 primary
	grep -q 'restarting: sessions .* hold up the copy' "$T/shop-0/log"
	as_app shop-0 'INSERT INTO t VALUES (3)'
	await 90 holds shop-2 'SELECT GROUP_CONCAT(a) FROM app.t' 1,2,3
}

@test "MySQL: the restarted primary opens again, its replicas follow again" {
	begin_both
	stop shop-1
	stop shop-0
	start shop-1
	await 120 phase shop-1 closed
	start shop-0
	await 120 phase shop-0 primary
	await 120 phase shop-1 replica
	as_app shop-0 'INSERT INTO t VALUES (2)'
	await 90 holds shop-1 'SELECT MAX(a) FROM app.t' 2
}

@test "MySQL: with no peer in reach the one that the record names opens, and no other" {
	seed shop-1
	seed shop-2
	record shop-1 shop-1 0
	record shop-2 shop-1 0
	start shop-2
	await 120 phase shop-2 closed
	grep -q 'closed the record names shop-1, no peer is writable' "$T/shop-2/log"
	holds shop-2 "$closed" $'1\t1\t0'
	stop shop-2
	DURABILITY=async start shop-1
	await 120 phase shop-1 primary
}

@test "MySQL: after a promotion the old primary joins the new one, in spite of a stale record" {
	begin_both
	record shop-0 shop-0 0
	stop shop-0
	promote shop-1 1
	as_app shop-1 'INSERT INTO t VALUES (2)'
	start shop-0
	await 120 phase shop-0 replica
	await 90 holds shop-0 'SELECT MAX(a) FROM app.t' 2
	holds shop-0 "$closed" $'1\t1\t0'
}

@test "MySQL: a record older than the data opens nobody" {
	seed shop-0
	record shop-0 shop-0 2
	DURABILITY=async start shop-0
	await 120 phase shop-0 primary
	promoted shop-0 2
	stop shop-0
	record shop-0 shop-0 1
	DURABILITY=async start shop-0
	await 120 phase shop-0 closed
	grep -q 'the record of epoch 1 is older than the data, of epoch 2' "$T/shop-0/log"
	holds shop-0 "$closed" $'1\t1\t0'
}

@test "MySQL: an old primary with transactions of its own stays closed and names them" {
	begin_both
	stop shop-1
	sql shop-0 'SET GLOBAL rpl_semi_sync_source_enabled = OFF; INSERT INTO app.t VALUES (99)'
	uuid=$(sql shop-0 'SELECT @@server_uuid')
	stop shop-0
	record shop-1 shop-1 1
	start shop-1
	await 120 phase shop-1 closed
	promote shop-1 1
	record shop-0 shop-1 1
	start shop-0
	await 120 grep -q "closed this server holds what shop-1 does not: $uuid:[0-9]*\. See it" "$T/shop-0/log"
	holds shop-0 "$closed" $'1\t1\t0'
	holds shop-0 'SELECT MAX(a) FROM app.t' 99
	[ "$(sql shop-0 'SHOW REPLICA STATUS')" = '' ]
}

@test "MySQL: what an option file or SET PERSIST says does not open a server" {
	seed shop-1
	start shop-1
	await 120 phase shop-1 closed
	sql shop-1 'SET PERSIST_ONLY read_only = OFF; SET PERSIST_ONLY super_read_only = OFF'
	stop shop-1
	printf '%s\n' '[mysqld]' 'read-only = OFF' 'super-read-only = OFF' 'skip-replica-start = OFF' >"$T/config/zz.cnf"
	start shop-1
	await 120 phase shop-1 closed
	holds shop-1 "$closed" $'1\t1\t0'
}
