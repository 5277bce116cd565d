#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables; helper.bash sets root
# A server that goes silent in the middle of its binlog, with its connection open: reading ends, and says where.

load helper

proxy=$root/${BUILD:-build}/tests/helper/proxy

setup_file() { servers_up; }
teardown_file() { servers_down; }

# link_up SANDBOX FAULT: a link before its server; its address becomes LINK.
link_up() {
	local to
	mkfifo "$T/link"
	to=$(described "$1" '.instances[0] | "\(.host):\(.port)"')
	"$proxy" --to "$to" "$2" <"$T/link" >"$T/link.out" 2>&1 3>&- 4>&- &
	LINK_JOB=$!
	exec 9>"$T/link"
	await 30 grep -q ready "$T/link.out"
	LINK=$(sed -n 's/^ready //p' "$T/link.out")
	described "$1" .password >"$T/password"
}

link_down() {
	exec 9>&-
	wait "$LINK_JOB" || :
	rm -f "$T/link"
}

# over COMMAND...: binlog COMMAND over the link.
over() {
	run --separate-stderr "$KUBECTL_MYSQL" binlog "$@" --hosts "$LINK" --mysql-user root --mysql-password-file "$T/password" --tls disabled
}

# ended SECONDS: as it should, after that long.
ended() {
	[ "$status" -eq 7 ]
	[[ "$stderr" == *"error: the binlog of '$LINK' stopped coming at position "[0-9]*": reading from '$LINK': timed out after $1"* ]]
	[[ "$stderr" == *'hint: the server, or the way to it, hangs; --timeout gives it longer'* ]]
}

# silent FLAVOR BOX
silent() {
	sandbox_of "$1" up "$2" --replicas 0
	sql "$2-0" "CREATE DATABASE s; CREATE TABLE s.t (id int PRIMARY KEY, b longblob); INSERT INTO s.t VALUES (1, 'first'); INSERT INTO s.t VALUES (2, REPEAT('x', 2000000))"

	# Within an event of two megabytes; what came before it is shown.
	link_up "$2" 'silent-after 400000'
	over dump --timeout 2s
	ended '2.0 s'
	[[ "$output" == *"INSERT s.t "*"commit xid "* ]]
	over fetch --timeout 2s --to "$T/$2.logs"
	ended '2.0 s'
	link_down

	# A server that may be looking for the beginning, or has nothing new to tell and says so every few seconds, gets longer.
	link_up "$2" 'silent-after 400000'
	SECONDS=0
	over dump --follow --timeout 2s
	ended '30.0 s'
	((SECONDS >= 30))
	link_down
	sandbox down "$2"
}

@test "MariaDB: silent in the middle of a binlog" {
	silent mariadb ma
}

@test "MySQL: silent in the middle of a binlog" {
	silent mysql-9 my
}
