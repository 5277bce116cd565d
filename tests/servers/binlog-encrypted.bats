#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Binlogs that their server encrypts: its files say so and end there, what it sends is read and saved in plain, and that is said.

load helper

setup_file() { servers_up; }
teardown_file() { servers_down; }

# configured BOX TEXT: the server of it begins again, with these settings.
configured() {
	printf '[mysqld]\n%s\n' "$2" >"$T/state/kubectl-mysql/sandbox/$1/$1-0/conf.d/encrypted.cnf"
	sql "$1-0" SHUTDOWN
	await 300 dead "$1-0"
	sandbox up "$1"
}

# rows FILE: what JSON lines tell of rows and commits, whatever file they are of.
rows() {
	jq -c 'select(.type | IN("insert", "statement", "commit")) | [.position, .type, .gtid, .after, .sql, .next]' "$1"
}

# encrypted BOX POSITION WHY: a plain file, then an encrypted one of which POSITION is the first that cannot be read.
encrypted() {
	local file folder plain
	sql "$1-0" "CREATE DATABASE e; CREATE TABLE e.t (id int PRIMARY KEY, t varchar(100)); INSERT INTO e.t VALUES (1, 'secret'); FLUSH BINARY LOGS;
INSERT INTO e.t VALUES (2, REPEAT('secret', 10)); FLUSH BINARY LOGS"
	file=$(sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1 | tail -n 2 | head -n 1)
	folder=$(dirname "$(sql "$1-0" 'SELECT @@log_bin_basename')")
	plain=$(sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1 | head -n 1)

	# The file.
	run grep -c secret "$folder/$file"
	[ "$output" -eq 0 ]
	run --separate-stderr -1 "$KUBECTL_MYSQL" binlog dump "$folder/$file"
	[[ "$stderr" == *"cannot read binlog '"*"$file' at position $2: "*"encrypted by "*"hint: read it from the server, which decrypts"* ]]
	[[ "$output" != *secret* ]]

	# The server.
	"$KUBECTL_MYSQL" binlog dump --timeout 120s --sandbox "$1" "$1-0" --start-file "$file" -o json >"$T/sent"
	[ "$(jq -r 'select(.type == "insert").after | to_entries[1].value' "$T/sent")" = "$(sql "$1-0" "SELECT t FROM e.t WHERE id = 2")" ]
	run -0 "$KUBECTL_MYSQL" binlog list --timeout 120s --sandbox "$1"
	[[ "$output" == *" of them encrypted"* ]]
	"$KUBECTL_MYSQL" binlog list --timeout 120s --sandbox "$1" -o json >"$T/list"
	[ "$(jq -c ".items[] | select(.file | IN(\"$plain\", \"$file\")).encrypted" "$T/list" | tr '\n' ' ')" = 'false true ' ]

	# Saved, and from the middle on.
	run -0 "$KUBECTL_MYSQL" binlog fetch --timeout 120s --sandbox "$1" "$1-0" --to "$T/$1.logs"
	[[ "$output" == *"$file: saved in plain, encrypted on the server, "* && "$output" == *"$plain: saved, "* ]]
	"$KUBECTL_MYSQL" binlog dump "$T/$1.logs/$file" -o json >"$T/saved"
	diff <(rows "$T/saved") <(rows "$T/sent")
	head -c 400 "$T/$1.logs/$file" >"$T/$1.logs/$file.part"
	mv "$T/$1.logs/$file" "$T/whole"
	run -0 "$KUBECTL_MYSQL" binlog fetch --timeout 120s --sandbox "$1" "$1-0" --to "$T/$1.logs"
	[[ "$output" == *"$file: saved in plain, encrypted on the server, "* ]]
	cmp "$T/whole" "$T/$1.logs/$file"
	sandbox down "$1"
}

# of_mariadb FLAVOR BOX
of_mariadb() {
	sandbox_of "$1" up "$2" --replicas 0
	printf '1;770A8A65DA156D24EE2A093277530142\n' >"$T/keys"
	configured "$2" "plugin-load-add = file_key_management.so
loose-file-key-management-filename = $T/keys
encrypt-binlog = ON"
	encrypted "$2" 256
}

@test "MariaDB: events are encrypted" {
	of_mariadb mariadb ma
}

@test "MariaDB 11.8: events are encrypted" {
	of_mariadb mariadb-11.8 mx
}

@test "MySQL: files are encrypted" {
	local -a server
	server_options mysql-9
	# Which keyring it has is told beside the program and its component: a tree of its own, and no data in everybody's cache.
	cp -al "${server[1]}" "$T/tree" 2>/dev/null || cp -a "${server[1]}" "$T/tree"
	install -d -m 777 "$T/keyring"
	printf '{ "components": "file://component_keyring_file" }\n' >"$T/tree/usr/sbin/mysqld.my"
	printf '{ "path": "%s/keyring/keys", "read_only": false }\n' "$T" >"$T/tree/usr/lib/mysql/plugin/component_keyring_file.cnf"
	XDG_CACHE_HOME=$T/cache sandbox up my --replicas 0 --server-root "$T/tree" >"$T/up.log" 2>&1
	sql my-0 'SET GLOBAL binlog_encryption = ON'
	encrypted my 0
}
