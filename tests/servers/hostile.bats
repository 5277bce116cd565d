#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2030,SC2031 # set by bats, and by login-helper.bash
# Servers that lie, and conversations that are cut off anywhere: each command ends in time, with a message that names the
# server, in bounded memory, and claims nothing.

load login-helper

liar=$root/${BUILD:-build}/tests/helper/liar

setup_file() {
	servers_up
	server_up mariadb --server-id=7 --log-bin=binlog
	admin "CREATE USER open@'%'" "GRANT ALL ON *.* TO open@'%'"
	admin 'CREATE DATABASE d' 'CREATE TABLE d.t (a INT PRIMARY KEY, b VARCHAR(100))' \
		"INSERT INTO d.t SELECT seq, REPEAT('x', 50) FROM d.seq_1_to_100"
}
teardown_file() {
	server_down
	rm -rf "$T"
}
teardown() {
	lies_end
	link_down
}

lies_begin() {
	mkfifo "$T/lies"
	"$liar" "$1" <"$T/lies" >"$T/lies.out" 2>&1 3>&- &
	LIAR_JOB=$!
	exec 8>"$T/lies"
	await 30 grep -q ready "$T/lies.out"
	LIAR=127.0.0.1:$(sed -n 's/^ready //p' "$T/lies.out")
}

lies_end() {
	[[ ${LIAR_JOB-} ]] || return 0
	exec 8>&-
	wait "$LIAR_JOB" || :
	LIAR_JOB=
	rm -f "$T/lies" "$T/lies.out"
}

# asks HOST COMMAND...: its output and exit code; fails where it does not end by itself or needs more than 128 MiB.
asks() {
	local host=$1
	shift
	run command time -q -f %M -o "$T/memory" timeout -k 1 120 "$KUBECTL_MYSQL" "$@" --hosts "$host" --mysql-user open --timeout 2s
	if ((status >= 100 || $(<"$T/memory") > ${MOST_MEMORY:-131072})); then
		printf '%s of %s: exit code %s, %s KiB\n' "$*" "$host" "$status" "$(<"$T/memory")"
		return 1
	fi
}

# fails_about HOST WANT COMMAND...: it names the host and says what is the matter, with the exit code WANT.
fails_about() {
	local host=$1 want=$2
	shift 2
	asks "$host" "$@"
	# shellcheck disable=SC2053 # a pattern
	if [[ $status != $want || $output != *"'$host'"* ]]; then
		printf '%s: exit code %s\n%s\n' "$*" "$status" "$output"
		return 1
	fi
}

believes_nothing() {
	lies_begin "$1"
	fails_about "$LIAR" 5 status
	fails_about "$LIAR" 5 lag
	fails_about "$LIAR" 5 check
	fails_about "$LIAR" '[157]' sql --all -e 'SELECT 1'
	fails_about "$LIAR" '[157]' binlog dump
	fails_about "$LIAR" '[157]' binlog list
	lies_end
}

@test "packets without an end" {
	believes_nothing huge-packet
	believes_nothing split-packets
	believes_nothing short-packets
}

@test "columns without an end" {
	believes_nothing endless-columns
	believes_nothing many-columns
}

@test "rows without an end, and a cell that is longer than its packet" {
	believes_nothing endless-rows
	believes_nothing long-cell
}

@test "answers without an end" {
	believes_nothing endless-ok
	believes_nothing endless-results
}

@test "garbage, wrong numbers, and logins that do not end" {
	believes_nothing garbage
	believes_nothing wrong-number
	believes_nothing endless-login
	believes_nothing odd-login
}

@test "no file is given away" {
	believes_nothing local-file
}

@test "a liar takes no time from the others" {
	lies_begin endless-ok
	run -0 --separate-stderr "$KUBECTL_MYSQL" sql --all -e 'SELECT 7' --hosts "127.0.0.1:$PORT" --mysql-user open --timeout 60s
	run "$KUBECTL_MYSQL" status --hosts "$LIAR,127.0.0.1:$PORT" --mysql-user open --timeout 5s -o json
	[ "$status" -eq 3 ]
	jq -e '[.instances[].reachable] == [false, true] and .partial' <<<"$output"
}

# cut BYTES COMMAND...: over a link that is cut after so many bytes from the server.
cut() {
	local bytes=$1
	shift
	echo heal >&9
	echo "cut-after $bytes" >&9
	asks "127.0.0.1:$PORT" "$@"
	# Behind the end of the conversation nothing is cut.
	if ((status == 0)) && [[ $output != *closed* && $output != *cut* ]]; then
		return 0
	fi
	case $status in
	1 | 3 | 4 | 5 | 7) ;;
	*)
		printf 'after %s bytes %s: exit code %s\n%s\n' "$bytes" "$*" "$status" "$output"
		return 1
		;;
	esac
	[[ $output == *"127.0.0.1:$PORT"* ]]
}

@test "conversations that are cut anywhere" {
	local bytes
	link_up 'delay 0'
	for ((bytes = 1; bytes < 6000; bytes += ${CUT_STEP:-97})); do
		cut "$bytes" status
		# What could not be read is not called read only.
		[[ $output != *'every one is read only'* ]]
		cut "$bytes" sql --all -e 'SELECT * FROM d.t'
	done
	for ((bytes = 1; bytes < 9000; bytes += ${CUT_STEP:-197})); do
		cut "$bytes" binlog dump
	done
}
