#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2094 # bats sets variables; still_has only reads
# Every look command with exactly the account that `grants` prints for it, and with each one privilege less.

load helper

# setup_file leaves, for each sandbox BOX, accounts on all its servers: fullN with what is printed for the command of
# line N in $T/commands, and lessNxM without its privilege of line M in $T/BOX.N ("PRIVILEGE on OBJECT", tab separated).
# Each replica is behind, and has a transaction of its own, so that every command has something to read.
setup_file() {
	servers_up
	local flavor box
	sandbox_of mariadb up ma --replicas 1
	boxes=ma
	while read -r flavor box; do
		if "$servers" get "$flavor" >/dev/null 2>"$T/reason.$box"; then
			sandbox_of "$flavor" up "$box" --replicas 1
			boxes+=" $box"
		else
			printf '# without %s: %s\n' "$flavor" "$(tail -n 1 "$T/reason.$box")" >&3
		fi
	done <<<$'mysql-9 my\nmariadb-11.8 mb'
	export boxes
	printf 'PASSWORD\n' >"$T/password"
	commands >"$T/commands"
	for box in $boxes; do prepare "$box"; done
}

teardown_file() {
	servers_down
}

# commands: those that look at servers.
commands() {
	"$KUBECTL_MYSQL" grants --for none 2>&1 | sed -n 's/^  hint: one of: //p' | sed 's/, /\n/g'
}

# printed BOX COMMAND OPTION...: grants for a server like those of BOX.
printed() {
	"$KUBECTL_MYSQL" grants --for "$2" --flavor "$(described "$1" .flavor)" --server-version "$version" "${@:3}"
}

# accounts BOX: statements that make all of them.
accounts() {
	local words n=0 m privilege on
	while IFS= read -r words; do
		n=$((n + 1)) m=0
		printed "$1" "$words" --user "full$n"
		printed "$1" "$words" -o json | jq -r '.items[] | [.privilege, .on] | @tsv' >"$T/$1.$n"
		while IFS=$'\t' read -r privilege on; do
			m=$((m + 1))
			printed "$1" "$words" --user "less${n}x$m"
			printf "REVOKE %s ON %s FROM 'less%sx%s'@'%%';\n" "$privilege" "$on" "$n" "$m"
		done <"$T/$1.$n"
	done <"$T/commands"
}

# prepare BOX
prepare() {
	local stop='STOP SLAVE' unlock='SET GLOBAL read_only = 0' lock='SET GLOBAL read_only = 1'
	if [[ $(described "$1" .flavor) == mysql ]]; then
		stop='STOP REPLICA' unlock='SET GLOBAL super_read_only = 0; SET GLOBAL read_only = 0' lock='SET GLOBAL super_read_only = 1'
	fi
	version=$(sql "$1-0" 'SELECT VERSION()' | cut -d- -f1)
	{
		accounts "$1"
		printf 'CREATE DATABASE IF NOT EXISTS shop; CREATE TABLE shop.last (id int PRIMARY KEY); INSERT INTO shop.last VALUES (1)'
	} | client "$1-0"
	await 120 holds "$1-1" 'SELECT id FROM shop.last' 1
	sql "$1-1" "$stop; $unlock; INSERT INTO shop.last VALUES (2); $lock"
	sql "$1-0" 'INSERT INTO shop.last VALUES (3)'
}

# look BOX USER COMMAND: runs it; of what binlogs hold only errors and warnings are kept.
look() {
	local -a words extra=()
	read -ra words <<<"$3"
	case $3 in
	sql) extra=('SELECT COUNT(*) FROM mysql.user') ;;
	"binlog dump") extra=("$1-0") ;;
	"binlog fetch") extra=("$1-0" --to "$T/$1.$2") ;;
	esac
	"$KUBECTL_MYSQL" "${words[@]}" --timeout 120s --sandbox "$1" --mysql-user "$2" --mysql-password-file "$T/password" \
		"${extra[@]}" >"$T/shown" || status=$?
	[[ $3 == binlog\ dump || $3 == binlog\ fetch ]] || cat "$T/shown"
	return "${status:-0}"
}

# each BOX FUNCTION: calls it with BOX, the number of a command, and the command; names those for which it fails.
each() {
	local words n=0 failed=0
	while IFS= read -r words; do
		n=$((n + 1))
		"$2" "$1" "$n" "$words" || failed=1
	done <"$T/commands"
	return "$failed"
}

works() {
	local status=0 output
	output=$(look "$1" "full$2" "$3" 2>&1) || status=$?
	# 3: the transaction that a replica has for itself.
	[[ ($status -eq 0 || $status -eq 3) && $output != *denied* && $output != *missing:* && $output != *lacks* && $output != *error:* ]] || {
		printf '%s on %s: %s\n%s\n' "$3" "$1" "$status" "$output"
		return 1
	}
}

# What is granted on all tables is granted on those of one schema.
still_has() {
	[[ $2 != '*.*' ]] && grep -qx "$1"$'\t''\*\.\*' "$3"
}

# named BOX COMMAND PRIVILEGE OBJECT OUTPUT: does the output name the privilege, for this server?
named() {
	case $2.$3.$4 in
	# The server's own words for the statement that a user gave.
	sql.SELECT.'*.*') [[ $5 == *"SELECT command denied to user 'less"* ]] ;;
	# Asked of the replica that has the transaction.
	"gtid errant.REPLICATION SLAVE."*) [[ $5 == *"$1-1"*"$3"* ]] ;;
	*.SELECT.performance_schema.*) [[ $5 == *"$1-0"*"SELECT on performance_schema"* ]] ;;
	*) [[ $5 == *"$1-0"*"$3"* ]] ;;
	esac
}

names_what_is_missing() {
	local privilege on m=0 failed=0 status output
	while IFS=$'\t' read -r privilege on; do
		m=$((m + 1)) status=0
		if still_has "$privilege" "$on" "$T/$1.$2"; then continue; fi
		output=$(look "$1" "less$2x$m" "$3" 2>&1) || status=$?
		# What sql was to do it has done.
		[[ $status -ne 0 || $3 == sql ]] && named "$1" "$3" "$privilege" "$on" "$output" && continue
		printf '%s without %s on %s of %s: %s\n%s\n' "$3" "$privilege" "$on" "$1" "$status" "$output"
		failed=1
	done <"$T/$1.$2"
	return "$failed"
}

# there BOX: else the test is left out.
there() {
	[[ " $boxes " == *" $1 "* ]] || skip "$(tail -n 1 "$T/reason.$1")"
}

@test "MariaDB: each command works with the account that is printed for it" {
	each ma works
}

@test "MariaDB: with one privilege less each command names it" {
	each ma names_what_is_missing
}

@test "MySQL: each command works with the account that is printed for it" {
	there my
	each my works
}

@test "MySQL: with one privilege less each command names it" {
	there my
	each my names_what_is_missing
}

@test "MariaDB 11.8: each command works with the account that is printed for it" {
	there mb
	each mb works
}

@test "MariaDB 11.8: with one privilege less each command names it" {
	there mb
	each mb names_what_is_missing
}

@test "a target says what its servers are" {
	run "$KUBECTL_MYSQL" grants --timeout 60s --sandbox ma
	[ "$status" -eq 0 ]
	[[ $output == *"GRANT REPLICA MONITOR, BINLOG MONITOR,"* ]]
	run "$KUBECTL_MYSQL" grants --timeout 60s --sandbox ma --flavor mysql
	[ "$status" -eq 2 ]
}

@test "what could be read without a privilege is shown all the same" {
	local n
	n=$(grep -nx 'gtid compare' "$T/commands" | cut -d: -f1)
	run "$KUBECTL_MYSQL" gtid compare --timeout 120s --sandbox ma --mysql-user "less${n}x1" --mysql-password-file "$T/password"
	[ "$status" -eq 5 ]
	[[ $output == *"ma-1 "*"ma-0 "*" 1"* ]]
}
