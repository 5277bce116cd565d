#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Saved binlogs are the server's own files, byte for byte, however often the saving was cut off.

load helper

setup_file() { servers_up; }
teardown_file() { servers_down; }

# fetch SANDBOX: into the folder $T/SANDBOX.logs.
fetch() {
	"$KUBECTL_MYSQL" binlog fetch --sandbox "$1" "$1-0" --timeout 120s --to "$T/$1.logs"
}

# closed SANDBOX: names of the files that the server does not write any more; current SANDBOX: of the other.
closed() { sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1 | sed '$d'; }
current() { sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1 | tail -n 1; }

# theirs SANDBOX FILE: the path of the server's own.
theirs() {
	printf '%s/%s\n' "$(dirname "$(sql "$1-0" 'SELECT @@log_bin_basename')")" "$2"
}

# all_equal SANDBOX: each closed file is there and the server's; nothing else is named.
all_equal() {
	local file
	for file in $(closed "$1"); do
		cmp "$(theirs "$1" "$file")" "$T/$1.logs/$file"
	done
	[ "$(find "$T/$1.logs" -type f ! -name '*.part' -printf '%f\n' | sort)" = "$(closed "$1")" ]
}

# cut_off SANDBOX FILE BYTES: as if saving had been killed when BYTES of FILE were written.
cut_off() {
	rm "$T/$1.logs/$2"
	head -c "$3" "$(theirs "$1" "$2")" >"$T/$1.logs/$2.part"
}

# fetched_of SANDBOX
fetched_of() {
	local i file
	sql "$1-0" "CREATE DATABASE IF NOT EXISTS shop; CREATE TABLE shop.blobs (id int AUTO_INCREMENT PRIMARY KEY, b longblob)"
	for i in 1 2 3; do
		sql "$1-0" "INSERT INTO shop.blobs (b) VALUES (REPEAT('x$i', 100000)), (REPEAT('y$i', 1000000)); FLUSH BINARY LOGS"
	done
	run -0 fetch "$1"
	[[ "$output" == *"$(current "$1"): is being written"* ]]
	all_equal "$1"
	[ -s "$T/$1.logs/$(current "$1").part" ]

	# What was open is closed by now: it goes on there.
	file=$(current "$1")
	sql "$1-0" "INSERT INTO shop.blobs (b) VALUES ('z'); FLUSH BINARY LOGS"
	run -0 fetch "$1"
	[[ "$output" == *"$file: saved"* ]]
	[[ "$output" == *"$(closed "$1" | head -n 1): was there"* ]]
	all_equal "$1"

	# Cut off within an event, within the magic, and with a broken end; of another server.
	file=$(closed "$1" | tail -n 2 | head -n 1)
	for i in 2 100 300000; do
		cut_off "$1" "$file" "$i"
		run -0 fetch "$1"
		all_equal "$1"
	done
	cut_off "$1" "$file" 1000000
	printf 'garbage that is no event at all' >>"$T/$1.logs/$file.part"
	run -0 fetch "$1"
	all_equal "$1"
	printf x >>"$T/$1.logs/$file"
	run -1 fetch "$1"
	[[ "$output" == *"$file' has "*"choose another folder"* ]]
	rm -r "$T/$1.logs"

	# Killed at any moment.
	"$KUBECTL_MYSQL" binlog fetch --sandbox "$1" "$1-0" --timeout 120s --to "$T/$1.logs" >/dev/null 2>&1 3>&- 4>&- &
	await 120 test -d "$T/$1.logs"
	kill -9 $! || :
	wait $! || :
	run -0 fetch "$1"
	all_equal "$1"
	sandbox down "$1"
}

@test "MariaDB: saved files are the server's" {
	sandbox_of mariadb up ma --replicas 0
	fetched_of ma
}

@test "MySQL: saved files are the server's" {
	sandbox_of mysql-9 up my --replicas 0
	fetched_of my
}
