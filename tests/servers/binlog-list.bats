#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# The files that a server has, what is in them, which replica needs which, and when they may go.

load helper

setup_file() { servers_up; }
teardown_file() { servers_down; }

# listed SANDBOX FILTER: jq on what binlog list says of all of it; a busy machine may take its time.
listed() {
	"$KUBECTL_MYSQL" binlog list --sandbox "$1" --timeout 120s -o json | jq -r "$2"
}

# says SANDBOX FILTER TEXT
says() {
	local got
	got=$(listed "$1" "$2") || return
	[[ $got == "$3" ]] || {
		printf 'want: %s\ngot:  %s\n' "$3" "$got"
		return 1
	}
}

# applied REPLICA FILE: its applier has come to this file of the source.
applied() {
	[[ $(client "$1" --vertical -e "$2" | sed -n 's/^ *Relay_\(Master\|Source\)_Log_File: //p' | head -n 1) == "$3" ]]
}

# files_of SANDBOX: three closed files with one transaction each, and one that is written.
files_of() {
	local i
	sql "$1-0" 'CREATE DATABASE IF NOT EXISTS shop; CREATE TABLE shop.files (id int PRIMARY KEY)'
	for i in 1 2 3; do
		sql "$1-0" "FLUSH BINARY LOGS; INSERT INTO shop.files VALUES ($i)"
	done
}

# same_as_server SANDBOX: files and sizes are those that the server lists, the last one is written.
same_as_server() {
	[ "$(listed "$1" ".items[] | select(.instance == \"$1-0\") | \"\(.file) \(.size)\"")" = "$(sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1,2 | tr '\t' ' ')" ]
	[ "$(listed "$1" "[.items[] | select(.instance == \"$1-0\").current] | \"\(.[-1]) \(.[:-1] | any)\"")" = 'true false' ]
	[ "$(listed "$1" "[.items[] | select(.instance == \"$1-0\").firstTime] | (any(. == null) | not) and . == sort")" = true ]
}

# kept_as_set SANDBOX: what may go first goes a day after the next file was begun.
kept_as_set() {
	says "$1" "[.items[] | select(.instance == \"$1-0\")] | (.[0].goneAt | fromdate) - (.[1].firstTime | fromdate)" 86400
	says "$1" "[.items[] | select(.instance == \"$1-0\")] | .[-1].goneAt" null
	says "$1" ".servers[] | select(.name == \"$1-0\").expireSeconds" 86400
}

# needs_of SANDBOX STATUS STOP: a replica that has stopped needs the file where it stopped, and is told when that is gone.
needs_of() {
	local file newest
	newest=$(newest_log "$1-0")
	await 300 applied "$1-1" "$2" "$newest"
	says "$1" ".servers[] | select(.name == \"$1-0\").replicas[] | \"\(.name) \(.file) \(.purged)\"" "$1-1 $newest false"
	sql "$1-1" "$3"
	file=$newest
	sql "$1-0" 'FLUSH BINARY LOGS'
	says "$1" ".items[] | select(.instance == \"$1-0\" and .file == \"$file\") | \"\(.neededBy[0]) \(.goneAt != null)\"" "$1-1 true"
	newest=$(newest_log "$1-0")
	await 300 purged "$1-0" "$newest"
	says "$1" ".servers[] | select(.name == \"$1-0\").replicas[] | \"\(.file) \(.purged)\"" "$file true"
	run -0 "$KUBECTL_MYSQL" binlog list --sandbox "$1" --timeout 120s "$1-0"
	[[ "$output" == *"$1-1 needs $file, which is purged"* ]]
	run -0 "$KUBECTL_MYSQL" binlog list --sandbox "$1" --timeout 120s "$1-0" -o name
	[ "$output" = "binlog/$1-0/$newest" ]
}

@test "MariaDB: files, GTIDs, who needs which" {
	sandbox_of mariadb up ma --replicas 1
	sql ma-0 'SET GLOBAL expire_logs_days = 1'
	files_of ma
	same_as_server ma
	kept_as_set ma
	[ "$(listed ma '[.items[] | select(.instance == "ma-0").gtids][-1]')" = "$(sql ma-0 'SELECT @@gtid_binlog_pos' | sed 's/\([0-9]*\)$/\1..\1/')" ]
	# Later versions keep what no replica is connected for.
	sql ma-0 'SET GLOBAL slave_connections_needed_for_purge = 0' 2>/dev/null || :
	needs_of ma 'SHOW ALL SLAVES STATUS' 'STOP SLAVE'
	sandbox down ma
}

@test "MySQL: files, GTIDs, who needs which" {
	sandbox_of mysql-9 up my --replicas 1
	sql my-0 'SET GLOBAL binlog_expire_logs_seconds = 86400'
	files_of my
	same_as_server my
	kept_as_set my
	[ "$(listed my '[.items[] | select(.instance == "my-0").gtids][-1]')" = "$(sql my-0 "SELECT REGEXP_REPLACE(@@gtid_executed, ':1-', ':')")" ]
	needs_of my 'SHOW REPLICA STATUS' 'STOP REPLICA'
	sandbox down my
}
