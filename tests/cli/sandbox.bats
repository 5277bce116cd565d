#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# What the sandbox commands say when there is no server to start.

load cli-helper

setup() {
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	sandboxes=$XDG_STATE_HOME/kubectl-mysql/sandbox
}

@test "without a sandbox, list is empty and down says how to make one" {
	run "$KUBECTL_MYSQL" sandbox list -o name
	[ "$status" -eq 0 ]
	same ''
	run "$KUBECTL_MYSQL" sandbox down demo
	[ "$status" -eq 1 ]
	same "error: no sandbox 'demo'
  hint: there is no sandbox yet; make it: kubectl mysql sandbox up demo"
	[ ! -e "$XDG_STATE_HOME" ]
}

@test "a name that is none, and options that exclude each other, are usage errors" {
	for words in 'up Demo' 'up -- -x' 'up a_b' 'down ../x' 'up demo --chain --multi-source' \
		'up demo --replicas 0 --semi-sync' 'up demo --multi-source --replicas 1' 'down' 'down --all demo'; do
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
