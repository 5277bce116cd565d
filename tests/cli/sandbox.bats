#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# What the sandbox commands say when there is no server to start.

load cli-helper

setup() {
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	sandboxes=$XDG_STATE_HOME/kubectl-mysql/sandbox
}

@test "without a sandbox, list is empty and down points at it" {
	run "$KUBECTL_MYSQL" sandbox list -o name
	[ "$status" -eq 0 ]
	same ''
	run "$KUBECTL_MYSQL" sandbox down demo
	[ "$status" -eq 1 ]
	same "error: no sandbox 'demo'
  hint: there is none; kubectl mysql sandbox list shows what there is"
	[ ! -e "$XDG_STATE_HOME" ]
}

@test "a name that is none, and options that exclude each other, are usage errors" {
	for words in 'up Demo' 'up -- -x' 'up a_b' 'down ../x' 'up demo --chain --multi-source' \
		'up demo --replicas 0 --semi-sync' 'up demo --multi-source --replicas 1' 'down' 'down --all demo' \
		'up demo --group --flavor mariadb' 'up demo --group --chain' 'up demo --group --replicas 9'; do
		# shellcheck disable=SC2086
		run "$KUBECTL_MYSQL" sandbox $words
		echo "$words: $output"
		[ "$status" -eq 2 ]
	done
	[ ! -e "$XDG_STATE_HOME" ]
}

@test "a sandbox that was broken off is shown as half made, and taken away" {
	need jq
	mkdir -p "$sandboxes/demo"
	run "$KUBECTL_MYSQL" sandbox list -o json
	[ "$(jq -r '.items[] | "\(.name) \(.state)"' <<<"$output")" = 'demo half made' ]
	run "$KUBECTL_MYSQL" sandbox down demo
	[ "$status" -eq 0 ]
	same "sandbox 'demo' is gone"
	[ ! -e "$sandboxes/demo" ]
}

@test "a wrong name is answered with the near one" {
	mkdir -p "$sandboxes/demo" "$sandboxes/other"
	run "$KUBECTL_MYSQL" sandbox down dmeo
	[ "$status" -eq 1 ]
	same "error: no sandbox 'dmeo'
  hint: did you mean 'demo'? There are: 'demo', 'other'"
}

@test "a description that cannot be read is an error with its place" {
	mkdir -p "$sandboxes/demo"
	printf '{"version": "9"}' >"$sandboxes/demo/sandbox.json"
	run "$KUBECTL_MYSQL" sandbox list
	[ "$status" -eq 1 ]
	[[ $output == *"cannot read sandbox 'demo': version '9' of its form is unknown"* ]]
	printf '{"version": "1",\n"instances": 3}' >"$sandboxes/demo/sandbox.json"
	run "$KUBECTL_MYSQL" sandbox list
	[ "$status" -eq 1 ]
	[[ $output == *"sandbox.json:2:"* ]]
}

@test "a folder without a server is no tree" {
	mkdir "$BATS_TEST_TMPDIR/tree"
	run "$KUBECTL_MYSQL" sandbox up demo --server-root "$BATS_TEST_TMPDIR/tree" --flavor mysql
	[ "$status" -eq 1 ]
	same "error: no MySQL server in '$BATS_TEST_TMPDIR/tree'
  hint: give the folder that holds usr/sbin/mysqld or bin/mysqld"
	[ ! -e "$sandboxes/demo" ]
}

# describe NAME: the description of a sandbox with two instances that were never started.
describe() {
	mkdir -p "$sandboxes/$1"
	printf '{"version":"1","name":"%s","whole":true,"flavor":"mysql","shape":"star","instances":[
		{"name":"%s-0","host":"127.0.0.1","port":1,"serverId":1,"socket":"/none"},
		{"name":"%s-1","host":"127.0.0.1","port":2,"serverId":2,"socket":"/none"}]}' "$1" "$1" "$1" >"$sandboxes/$1/sandbox.json"
}

@test "a wrong name hints at the names that there are" {
	describe inc
	run -1 "$KUBECTL_MYSQL" sandbox shell inc-1
	same "error: no sandbox 'inc-1'
  hint: it is an instance of the sandbox 'inc'"
	run -1 "$KUBECTL_MYSQL" sandbox shell inc inc-9
	[ "${lines[0]}" = "error: sandbox 'inc' has no instance 'inc-9'" ]
	[[ ${lines[1]} == "  hint: "*"It has 'inc-0' to 'inc-1'" ]]
	run -2 "$KUBECTL_MYSQL" sandbox break inc --fault duplicate-key --instance inc-9
	[ "${lines[0]}" = "error: sandbox 'inc' has no instance 'inc-9'" ]
	[[ ${lines[1]} == "  hint: "*"It has 'inc-0' to 'inc-1'" ]]
	run -1 "$KUBECTL_MYSQL" sandbox down shop
	same "error: no sandbox 'shop'
  hint: there are: 'inc'; see kubectl mysql sandbox list"
}

@test "a state folder that cannot be written hints at XDG_STATE_HOME" {
	touch "$BATS_TEST_TMPDIR/file"
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/file
	run -1 "$KUBECTL_MYSQL" sandbox up demo
	[[ ${lines[0]} == "error: cannot make the folder '$BATS_TEST_TMPDIR/file"* ]]
	[[ ${lines[1]} == "  hint: "*"XDG_STATE_HOME"* ]]
}
