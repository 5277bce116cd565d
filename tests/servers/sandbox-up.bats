#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What sandbox up, down and list promise, on each server that there is.

load helper

setup_file() { servers_up; }
teardown_file() { servers_down; }

# stands NAME REPLICAS: a primary that takes writes, and replicas that get them.
stands() {
	local i
	sql "$1-0" "INSERT INTO shop.orders (item) VALUES ('pepper')"
	for ((i = 1; i <= $2; i++)); do
		await 60 holds "$1-$i" 'SELECT item FROM shop.orders ORDER BY id DESC LIMIT 1' pepper
		replicates "$1-$i"
		run sql "$1-$i" "SET SESSION sql_log_bin = 0; SELECT @@global.read_only"
		[ "$output" = 1 ]
	done
	holds "$1-0" 'SELECT @@global.read_only' 0
	holds "$1-0" 'SELECT epoch, r.primary FROM kubectl_mysql.record r' $'0\t'"$1-0"
}

@test "MariaDB: a primary and two replicas, which are gone afterwards" {
	sandbox_of mariadb up demo
	stands demo 2
	run -0 sandbox down demo
	[ "$output" = "sandbox 'demo' is gone" ]
	[ ! -e "$T/state/kubectl-mysql/sandbox/demo" ]
	run -0 sandbox list -o name
	[ "$output" = '' ]
}

@test "MariaDB 11.8 of a tree: a primary and a replica" {
	sandbox_of mariadb-11.8 up m11 --replicas 1
	stands m11 1
	[[ $(sql m11-0 'SELECT VERSION()') == 11.8.* ]]
	sandbox down m11
}

@test "MySQL 9 of a tree: a primary and a replica, semi-synchronous" {
	sandbox_of mysql-9 up m9 --replicas 1 --semi-sync
	stands m9 1
	[[ $(sql m9-0 'SELECT VERSION()') == 9.* ]]
	await 60 holds m9-0 "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients'" 1
	sandbox down m9
}

# at_once FLAVOR OPTION...: what status says when up has just returned, of a new sandbox and of one whose servers were
# ended: nothing is still on its way.
at_once() {
	local flavor=$1 i
	shift
	sandbox_of "$flavor" up now --replicas 2 "$@"
	run -0 "$KUBECTL_MYSQL" status --sandbox now
	for i in 0 1 2; do kill -KILL "$(pid_of "now-$i")"; done
	for i in 0 1 2; do await 30 dead "now-$i"; done
	sandbox up now >"$T/again.log"
	run -0 "$KUBECTL_MYSQL" status --sandbox now
	sandbox down now
}

@test "MariaDB: who asks for the state right after up sees a healthy cluster" {
	at_once mariadb
	at_once mariadb --semi-sync
}

@test "MySQL 9: who asks for the state right after up sees a healthy cluster" {
	at_once mysql-9 --semi-sync
}

@test "two sandboxes side by side have nothing in common; dead servers start again" {
	sandbox_of mariadb up one --replicas 1
	sandbox_of mariadb up two --replicas 1
	stands one 1
	stands two 1
	sql one-0 "INSERT INTO shop.orders (item) VALUES ('only here')"
	[ "$(sql two-0 "SELECT COUNT(*) FROM shop.orders WHERE item = 'only here'")" = 0 ]
	kill -KILL "$(pid_of one-0)" "$(pid_of one-1)"
	await 30 dead one-0
	await 30 dead one-1
	run -0 sandbox list one -o json
	[ "$(jq -c '[.items[].state]' <<<"$output")" = '["dead","dead"]' ]
	run -0 sandbox up one --replicas 1 --flavor mariadb
	[[ ${lines[0]} == "sandbox 'one' is up again: "* ]]
	stands one 1
	[ "$(sql one-1 "SELECT COUNT(*) FROM shop.orders WHERE item = 'only here'")" = 1 ]
	run -0 sandbox down --all
	[ "${#lines[@]}" -eq 2 ]
}

@test "servers belong to nobody when root starts them, passwords are readable to the owner alone" {
	sandbox_of mariadb up demo --replicas 0
	local pid
	pid=$(pid_of demo-0)
	if (($(id -u) == 0)); then
		[ "$(stat -c %U "/proc/$pid")" = nobody ]
	fi
	[ "$(stat -c %a "$T/state/kubectl-mysql/sandbox/demo/sandbox.json")" = 600 ]
	run find "$T/state/kubectl-mysql/sandbox/demo" -perm /077 -type f -exec grep -lF "$(described demo .password)" {} +
	[ "$output" = '' ]
	tr '\0' '\n' <"/proc/$pid/cmdline" >"$T/cmdline"
	run ! grep -qF "$(described demo .password)" "$T/cmdline"
	sandbox down demo
}

@test "shell is the vendor's client, logged in, on the instance that was named" {
	sandbox_of mariadb up demo --replicas 1
	[ "$(sandbox shell demo -- -N -e 'SELECT @@server_id')" = 100 ]
	[ "$(sandbox shell demo demo-1 -- -N -e 'SELECT @@server_id')" = 101 ]
	[ "$(sandbox shell demo 1 -- -N -e 'SELECT @@server_id')" = 101 ]
	run -1 sandbox shell demo demo-2
	[ "${lines[0]}" = "error: sandbox 'demo' has no instance 'demo-2'" ]
	[[ ${lines[1]} == *"It has 'demo-0' to 'demo-1'" ]]
	sandbox down demo
}

@test "other options than it was made with are refused, and change nothing" {
	sandbox_of mariadb up demo --replicas 0
	run -1 sandbox up demo --replicas 1
	[[ $output == *"sandbox 'demo' is there already, with another number of replicas"* ]]
	[[ $output == *'hint: kubectl mysql sandbox down demo'* ]]
	holds demo-0 'SELECT 1' 1
	sandbox down demo
}

@test "a server that does not start: the error holds its own log line, nothing is left" {
	mkdir -p "$T/tree/bin"
	ln -sfn /usr/share "$T/tree/share"
	cat >"$T/tree/bin/mariadbd" <<-'END'
		#!/bin/sh
		case $* in *--defaults-file=*) set -- "$@" --no-such-option=1 ;; esac
		exec /usr/sbin/mariadbd "$@"
	END
	chmod 755 "$T/tree/bin/mariadbd"
	XDG_CACHE_HOME=$T/cache run -1 sandbox up bad --server-root "$T/tree"
	[[ $output == *"cannot make sandbox 'bad'"* ]]
	[[ $output == *'no-such-option'* ]]
	[ ! -e "$T/state/kubectl-mysql/sandbox/bad" ]
}
