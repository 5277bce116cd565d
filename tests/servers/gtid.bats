#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load helper

# Both vendors, or MariaDB alone where MySQL cannot be had.
setup_file() {
	servers_up
	sandbox_of mariadb up ma --replicas 1
	boxes=ma
	if "$servers" get mysql-9 >/dev/null 2>"$T/reason"; then
		sandbox_of mysql-9 up my --replicas 1
		boxes='ma my'
	else
		printf '# without MySQL: %s\n' "$(tail -n 1 "$T/reason")" >&3
	fi
	export boxes
	for box in $boxes; do
		sql "$box-0" "CREATE DATABASE app; CREATE TABLE app.t (a INT PRIMARY KEY, b TEXT)"
	done
}

teardown_file() {
	servers_down
}

km() {
	"$KUBECTL_MYSQL" "$@" --timeout 60s --sandbox "$box"
}

# settled: the replica has everything and nothing of its own.
settled() {
	[[ $(km gtid compare -o json | jq -r '.items[0] | "\(.missing) \(.extra)"') == "0 0" ]]
}

# open_replica: it can be written to, as a mistaken application would.
open_replica() {
	sql "$box-1" "SET GLOBAL read_only=0"
}

@test "a healthy cluster: nothing missing, nothing extra, no errant transaction" {
	local box
	for box in $boxes; do
		await 60 settled
		run km gtid errant
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "a busy primary shows no false errant" {
	local box writer i
	for box in $boxes; do
		(for i in {1000..1400}; do printf 'INSERT INTO app.t VALUES (%d, "busy");\n' "$i"; done | client "$box-0") &
		writer=$!
		for i in {1..20}; do
			run km gtid errant
			[ "$status" -eq 0 ]
			km gtid compare -o json | jq -e '.items[0].extra == "0"'
		done
		wait "$writer"
		await 60 settled
	done
}

@test "compare shows what a stopped replica lacks" {
	local box
	for box in $boxes; do
		sql "$box-1" "STOP REPLICA"
		sql "$box-0" "INSERT INTO app.t VALUES (1, 'x'); INSERT INTO app.t VALUES (2, 'y')"
		run km gtid compare
		[ "$status" -eq 0 ]
		[[ ${lines[1]} =~ ^$box-1\ +$box-0\ +2\ +0$ ]]
		km gtid compare -o json | jq -e '.kind == "GtidComparison" and (.items[0].missingSet | length > 0) and .items[0].extraSet == ""'
		sql "$box-1" "START REPLICA"
		await 60 settled
	done
}

@test "errant transactions are shown with what they changed: rows by table, statements, time" {
	local box
	for box in $boxes; do
		open_replica
		sql "$box-1" "INSERT INTO app.t VALUES (7, 'a'), (8, 'b'); CREATE TABLE app.local (c INT); UPDATE app.t SET b='z' WHERE a=7"
		run km gtid errant -o json
		[ "$status" -eq 3 ]
		jq -e --arg box "$box-1" '[.items[] | [.instance, .kind, .changes]] == [
			[$box, "rows", "insert 2 app.t"],
			[$box, "statement", "CREATE TABLE app.local (c INT)"],
			[$box, "rows", "update 1 app.t"]] and
			all(.items[]; (.time | test("^[0-9-]+T[0-9:]+Z$")) and (.gtid | length > 0))' <<<"$output"
		run km gtid errant --rows
		[ "$status" -eq 3 ]
		[[ $output == *"INSERT app.t"*"'a'"*"INSERT app.t"*"'b'"*"CREATE TABLE app.local"*"UPDATE app.t"*"'a' -> 'z'"* ]]
	done
}

@test "an empty transaction is called that; its tag is shown" {
	local box=my
	[[ $boxes == *my* ]] || skip "MySQL 9 cannot be had"
	open_replica
	sql my-1 "SET SESSION gtid_next='aaaaaaaa-0000-0000-0000-000000000001:fix:5'; BEGIN; COMMIT"
	km gtid errant -o json >"$T/json" || :
	jq -e '.items[-1] | .gtid == "aaaaaaaa-0000-0000-0000-000000000001:fix:5" and .kind == "empty"' "$T/json"
}

@test "what was purged from the replica's binlog stays on the list" {
	local box
	for box in $boxes; do
		sql "$box-1" "FLUSH BINARY LOGS"
		await 120 purged "$box-1" "$(newest_log "$box-1")"
		run --separate-stderr km gtid errant -o json
		[ "$status" -eq 3 ]
		jq -e '.items[-1] | .kind == "unread" and .changes == "no longer in the binlog"' <<<"$output"
	done
}

@test "a server that cannot be read: exit code 5, and the rest is compared" {
	local box=ma
	kill -STOP "$(pid_of ma-1)"
	run "$KUBECTL_MYSQL" gtid compare --timeout 2s --sandbox ma
	kill -CONT "$(pid_of ma-1)"
	[ "$status" -eq 5 ]
	[[ $output == *"'ma-1' could not be read"* ]]
}
