#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output, stderr and their lines
bats_require_minimum_version 1.5.0

# As a plugin of a real kubectl, built from its released module at a pinned version.

setup_file() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	: "${KUBECTL_MYSQL:=$root/${BUILD:-build}/kubectl-mysql}"
	built=$("$root/tests/bench/peers/build" kubectl 2>"$BATS_FILE_TMPDIR/log") || {
		# 77: no Go that could build it. bats 1.8 cannot skip here, so setup() does.
		[ $? -eq 77 ] && return 0
		cat "$BATS_FILE_TMPDIR/log" >&2
		return 1
	}
	mkdir -p "$BATS_FILE_TMPDIR/bin"
	ln -s "${built#kubectl }" "$BATS_FILE_TMPDIR/bin/kubectl"
	ln -s "$KUBECTL_MYSQL" "$BATS_FILE_TMPDIR/bin/kubectl-mysql"
	cp "$root/completions/kubectl_complete-mysql" "$BATS_FILE_TMPDIR/bin/"
	export root PATH="$BATS_FILE_TMPDIR/bin:$PATH" KUBECONFIG=/dev/null HOME=$BATS_FILE_TMPDIR
}

setup() {
	[ -e "$BATS_FILE_TMPDIR/bin" ] || skip "$(sed 's/^left out: //' "$BATS_FILE_TMPDIR/log")"
}

@test "kubectl finds the plugin" {
	run -0 kubectl plugin list --name-only
	[[ $'\n'$output$'\n' == *$'\n'kubectl-mysql$'\n'* ]]
}

@test "kubectl runs the plugin and passes arguments, output and exit code" {
	run -0 kubectl mysql version
	[ "$output" = "kubectl-mysql $(cat "$root/VERSION")" ]
	run -0 kubectl mysql version -o json
	[[ $output == *'"kind": "Version"'* ]]
	run --separate-stderr -2 kubectl mysql render --nonsense
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "error: unknown option '--nonsense' for 'render'" ]]
}

@test "help names the plugin as kubectl calls it" {
	run -0 kubectl mysql render --help
	[[ $output == *"kubectl mysql render "* ]]
	[[ $output != *kubectl-mysql* ]]
	run -0 kubectl mysql
	[[ $output == *"kubectl mysql COMMAND"* ]]
}

@test "kubectl's flags are taken after the command" {
	run -0 kubectl mysql render single --namespace=prod -p NAME=shop -o name
	[[ $output == *shop* ]]
}

@test "kubectl reads what the plugin renders" {
	kubectl mysql render single -p NAME=shop -o yaml >"$BATS_TEST_TMPDIR/shop.yaml"
	run -0 kubectl label --local -f "$BATS_TEST_TMPDIR/shop.yaml" a=b -o name
	[[ $output == *"secret/"* ]]
}

@test "kubectl completes the plugin" {
	run -0 --separate-stderr kubectl __complete mysql ren
	[[ ${lines[0]} == $'render\t'* ]]
	[ "${lines[1]}" = :4 ]
	run -0 --separate-stderr kubectl __complete mysql version --output=j
	[ "${lines[0]}" = --output=json ]
	run -0 --separate-stderr kubectl __complete mysql render sing
	[ "${lines[0]}" = single ]
	run -0 --separate-stderr kubectl __complete mysql render single -p NAM
	[[ ${lines[0]} == NAME=* ]]
	[ "${lines[1]%%$'\n'*}" = :6 ]
}
