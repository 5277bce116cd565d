#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The start script against real MariaDB servers: who opens, who joins, who stays closed.

load helper

setup_file() { seed_up; }
teardown_file() { seed_down; }
setup() { cluster_up; }
teardown() { cluster_down; }

# opened NAME EPOCH: NAME as the primary of that epoch, as a promotion leaves it.
opened() {
	record "$1" "$1" 0
	seed "$1"
	DURABILITY=async start "$1"
	await 90 phase "$1" primary
	promoted "$1" "$2"
}

@test "the first start of ordinal 0 makes the accounts, writes no transaction, and opens" {
	DURABILITY=async start shop-0
	await 180 phase shop-0 primary
	holds shop-0 'SELECT @@read_only, @@gtid_binlog_state, @@rpl_semi_sync_master_enabled' $'0\t\t0'
	holds shop-0 "SELECT GROUP_CONCAT(User, '@', Host ORDER BY User, Host) FROM mysql.user WHERE User <> 'mariadb.sys'" \
		'admin@%,app@%,backup@localhost,monitor@%,replication@%,root@localhost'
	[ "$(as_app shop-0 'SELECT CURRENT_USER()')" = app@% ]
	run as_app shop-0 'SELECT * FROM mysql.user'
	[ "$status" -ne 0 ]
}

@test "a lossless primary opens when its first replica has joined, and not before" {
	start shop-0
	await 180 phase shop-0 elected
	holds shop-0 'SELECT @@read_only, @@rpl_semi_sync_master_enabled' $'1\t1'
	start_donor shop-0
	start shop-1
	await 180 phase shop-1 replica
	await 90 phase shop-0 primary
	holds shop-0 "SELECT @@read_only, @@rpl_semi_sync_master_enabled, @@rpl_semi_sync_master_wait_no_slave" $'0\t1\t1'
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
	await 60 holds shop-1 'SELECT a FROM app.t' 1
	holds shop-1 'SELECT @@read_only' 1
}

@test "a lossless primary that lost its replicas acknowledges nothing, and its waiting writers do not keep a new one out" {
	start_both
	stop shop-1
	as_app shop-0 'INSERT INTO t VALUES (2)' 2>"$T/writer" &
	writer=$!
	await 60 holds shop-0 "SELECT COUNT(*) FROM information_schema.processlist WHERE State LIKE 'Waiting for semi-sync ACK%'" 1
	start shop-2
	await 180 phase shop-2 replica
	status=0
	wait "$writer" || status=$?
	[ "$status" -ne 0 ] # it was told nothing
	grep -q 'ending session .* holds up the copy' "$T/shop-0/donor.log"
	as_app shop-0 'INSERT INTO t VALUES (3)'
	await 60 holds shop-2 'SELECT GROUP_CONCAT(a) FROM app.t' 1,2,3
}

@test "an elected primary withdraws when a peer speaks against it" {
	seed shop-0
	record shop-0 shop-0 0
	start shop-0
	await 90 phase shop-0 elected
	seed shop-1
	record shop-1 shop-2 0
	start shop-1
	await 90 phase shop-1 closed
	sql shop-1 'SET GLOBAL read_only = OFF'
	promoted shop-1 1
	await 90 phase shop-0 replica
	holds shop-0 'SELECT @@read_only, @@rpl_semi_sync_master_enabled' $'1\t0'
}

@test "the restarted primary opens again, its replicas follow again" {
	start_both
	stop shop-1
	stop shop-0
	start shop-1
	await 90 phase shop-1 closed
	start shop-0
	await 90 phase shop-0 primary
	await 90 phase shop-1 replica
	as_app shop-0 'INSERT INTO t VALUES (2)'
	await 60 holds shop-1 'SELECT MAX(a) FROM app.t' 2
}

# start_both: shop-0 as the primary with table t, shop-1 as its replica.
start_both() {
	seed shop-0
	start shop-0
	await 90 phase shop-0 elected
	start_donor shop-0
	start shop-1
	await 180 phase shop-1 replica
	await 90 phase shop-0 primary
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
}

@test "with no peer in reach the one that the record names opens, and no other" {
	seed shop-1
	seed shop-2
	record shop-1 shop-1 0
	record shop-2 shop-1 0
	start shop-2
	await 90 phase shop-2 closed
	grep -q 'closed the record names shop-1, no peer is writable' "$T/shop-2/log"
	stop shop-2
	DURABILITY=async start shop-1
	await 90 phase shop-1 primary
}

@test "after a promotion the old primary joins the new one, in spite of a stale record" {
	start_both
	record shop-0 shop-0 0
	sql shop-0 'SET GLOBAL read_only = ON'
	await 60 holds shop-1 'SELECT @@gtid_slave_pos' "$(sql shop-0 'SELECT @@gtid_binlog_pos')"
	stop shop-0
	sql shop-1 'STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = OFF'
	promoted shop-1 1
	as_app shop-1 'INSERT INTO t VALUES (2)'
	start shop-0
	await 90 phase shop-0 replica
	await 60 holds shop-0 'SELECT MAX(a) FROM app.t' 2
	holds shop-0 'SELECT @@read_only, @@rpl_semi_sync_master_enabled' $'1\t0'

	# And back: the roles have turned twice, so the replica's own position is older than what it wrote.
	stop shop-0
	record shop-0 shop-1 1
	start shop-0
	await 90 phase shop-0 replica
	as_app shop-1 'INSERT INTO t VALUES (3)'
	await 60 holds shop-0 'SELECT MAX(a) FROM app.t' 3
}

@test "an old primary with transactions of its own stays closed and names them" {
	start_both
	stop shop-1
	sql shop-0 'SET GLOBAL rpl_semi_sync_master_enabled = OFF; INSERT INTO app.t VALUES (99)'
	own=$(sql shop-0 'SELECT @@gtid_binlog_pos')
	stop shop-0
	record shop-1 shop-1 1
	start shop-1
	await 90 phase shop-1 closed
	sql shop-1 'RESET SLAVE ALL; SET GLOBAL read_only = OFF'
	promoted shop-1 1
	record shop-0 shop-1 1
	start shop-0
	await 90 grep -qF "closed this server holds what shop-1 does not: $own" "$T/shop-0/log"
	holds shop-0 'SELECT @@read_only' 1
	holds shop-0 'SELECT MAX(a) FROM app.t' 99
	[ "$(sql shop-0 'SHOW ALL SLAVES STATUS')" = '' ]
}

@test "while another is writable and nothing proves it right, the primary of the record stays closed" {
	opened shop-1 0
	seed shop-0
	record shop-0 shop-0 5
	start shop-0
	await 90 phase shop-0 closed
	grep -q 'shop-1 is writable, but the record of epoch 5 names shop-0' "$T/shop-0/log"
	holds shop-0 'SELECT @@read_only' 1
	# It stays so when the other goes: a peer has spoken against it in this life.
	stop shop-1
	await 90 grep -q 'a peer spoke against opening since this start' "$T/shop-0/log"
	phase shop-0 closed
	holds shop-0 'SELECT @@read_only' 1
}

@test "a closed peer of a higher epoch keeps the primary closed" {
	opened shop-1 2
	sql shop-1 'SET GLOBAL read_only = ON'
	seed shop-0
	record shop-0 shop-0 1
	start shop-0
	await 90 phase shop-0 closed
	grep -q 'shop-1 holds epoch 2' "$T/shop-0/log"
	holds shop-0 'SELECT @@read_only' 1
}

@test "a peer that follows another keeps the primary closed, also when its threads stand still" {
	opened shop-2 0
	sql shop-2 "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = $(field shop-1 2); SET GLOBAL read_only = ON"
	seed shop-0
	start shop-0
	await 90 phase shop-0 closed
	grep -q 'shop-2 follows shop-1' "$T/shop-0/log"
}

@test "a peer that refuses the monitoring account keeps the primary closed until it can be read" {
	opened shop-1 0
	sql shop-1 "SET GLOBAL read_only = ON; RENAME USER monitor TO stranger; DROP DATABASE kubectl_mysql"
	seed shop-0
	record shop-0 shop-0 0
	start shop-0
	await 90 phase shop-0 closed
	grep -q 'shop-1 answers, but cannot be read' "$T/shop-0/log"
	sql shop-1 'RENAME USER stranger TO monitor'
	await 90 phase shop-0 elected
}

@test "what an option file says does not open a server" {
	printf '%s\n' '[mysqld]' 'read-only = OFF' 'skip-slave-start = OFF' >"$T/config/zz.cnf"
	seed shop-1
	start shop-1
	await 90 phase shop-1 closed
	holds shop-1 'SELECT @@read_only' 1
}

@test "a server that a promotion opens while it waits is left alone" {
	seed shop-1
	start shop-1
	await 90 phase shop-1 closed
	sql shop-1 'SET GLOBAL read_only = OFF'
	await 90 phase shop-1 primary
	grep -q 'opened by somebody else' "$T/shop-1/log"
}

@test "DURABILITY=async opens without waiting for replicas" {
	seed shop-0
	DURABILITY=async start shop-0
	await 90 phase shop-0 primary
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
}

@test "another root password than the data's is said, and ends the start" {
	seed shop-0
	printf 'another one' >"$T/auth/root-password"
	start shop-0
	status=0
	wait "$(<"$T/pids/shop-0")" || status=$?
	rm "$T/pids/shop-0"
	[ "$status" -eq 1 ]
	grep -q 'the data was made with another root password than the Secret has' "$T/shop-0/log"
}

@test "when the server ends, so does the container, with its status" {
	seed shop-0
	DURABILITY=async start shop-0
	await 90 phase shop-0 primary
	kill -KILL "$(<"$T/shop-0/run/mysqld.pid")"
	status=0
	wait "$(<"$T/pids/shop-0")" || status=$?
	rm "$T/pids/shop-0"
	[ "$status" -eq 137 ]
}
