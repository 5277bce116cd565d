#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; scripts in quotes are for other shells
bats_require_minimum_version 1.5.0

load cli-helper

# refused WORDS...: exit code 2, nothing on stdout, and on stderr an error and a hint, no more.
refused() {
	run --separate-stderr -2 "$KUBECTL_MYSQL" "$@"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} == "error: "* ]]
	[[ ${stderr_lines[1]} == "  hint: "*"kubectl mysql"*" -h'"* ]]
}

@test "an unknown command is refused with the nearest one" {
	refused versoin
	[ "${stderr_lines[0]}" = "error: unknown command 'versoin'" ]
	[ "${stderr_lines[1]}" = "  hint: did you mean 'version'? (see 'kubectl mysql -h')" ]
}

@test "an unknown command of a family is refused" {
	refused template frobnicate
	[ "${stderr_lines[0]}" = "error: unknown command 'template frobnicate'" ]
	[ "${stderr_lines[1]}" = "  hint: see 'kubectl mysql template -h'" ]
}

@test "a family alone wants a command" {
	refused template
	[ "${stderr_lines[0]}" = "error: 'template' needs a command" ]
}

@test "an option before the command is refused" {
	refused -n prod version
	[ "${stderr_lines[0]}" = "error: option '-n' stands before the command" ]
}

@test "an unknown option is refused with the nearest one" {
	refused version --ouput=json
	[ "${stderr_lines[0]}" = "error: unknown option '--ouput' for 'version'" ]
	[ "${stderr_lines[1]}" = "  hint: did you mean '--output'? (see 'kubectl mysql version -h')" ]
}

@test "an option that means nothing to the command is refused" {
	refused version -n prod
	refused help --kubeconfig=x
}

@test "too many arguments are refused" {
	refused version 1.0
	[ "${stderr_lines[0]}" = "error: 'version' takes no arguments, got '1.0'" ]
	refused completion
	[ "${stderr_lines[0]}" = "error: 'completion' needs an argument: SHELL" ]
}

@test "an unknown output format is refused with those there are" {
	refused version -o yml
	[ "${stderr_lines[0]}" = "error: unknown output format 'yml' for 'version'" ]
	[[ ${stderr_lines[1]} == *"did you mean 'yaml'? It writes: text, json, yaml"* ]]
}

@test "control characters of an argument do not reach the terminal" {
	refused $'ver\033[31msion'
	[ "${stderr_lines[0]}" = "error: unknown command 'ver\\x1b[31msion'" ]
}

@test "a full disk is an error" {
	[ -w /dev/full ] || skip "no /dev/full"
	run -1 bash -c '"$1" help >/dev/full' - "$KUBECTL_MYSQL"
	same "error: cannot write standard output: No space left on device" ||
		[[ $output == "error: "*"standard output"*"No space left on device" ]]
}

@test "-o with the name of a file: what -o is, and what writes a file" {
	run -2 "$KUBECTL_MYSQL" template compile single -o single.kmt
	[ "${lines[0]}" = "error: unknown option '-o' for 'template compile'" ]
	[[ ${lines[1]} == "  hint: -o is a format, which this command has not; --to=FILE writes to a file (see "*" -h')" ]]
	run -2 "$KUBECTL_MYSQL" template compile single --output=single.kmt
	[[ ${lines[1]} == "  hint: -o is a format, which this command has not; --to=FILE writes to a file (see "*" -h')" ]]
	run -2 "$KUBECTL_MYSQL" template expand single -o single.yaml
	[[ ${lines[1]} == "  hint: -o is a format, which this command has not; '> FILE' writes to a file (see "*" -h')" ]]
	run -2 "$KUBECTL_MYSQL" binlog fetch --sandbox a -o folder
	[[ ${lines[1]} == "  hint: -o is a format, which this command has not; --to=DIR is where it writes (see "*" -h')" ]]
	run -2 "$KUBECTL_MYSQL" render single -o out/single.yaml
	[ "${lines[0]}" = "error: unknown output format 'out/single.yaml' for 'render'" ]
	[[ ${lines[1]} == "  hint: -o is a format, such as yaml; '> out/single.yaml' writes to a file (see "*" -h')" ]]
}

# without_reader ARG...: runs the program; nobody reads its output. Its exit code is in the output.
without_reader() {
	mkfifo "$BATS_TEST_TMPDIR/closed"
	run --separate-stderr bash -c '
		closed=$1 code=$2
		{ read -r _ <"$closed"; "${@:3}"; echo "$?" >"$code"; } |
			{ exec <&-; echo >"$closed"; }
		cat "$code"' - "$BATS_TEST_TMPDIR/closed" "$BATS_TEST_TMPDIR/code" "$KUBECTL_MYSQL" "$@"
	rm "$BATS_TEST_TMPDIR/closed"
}

@test "a reader that went away ends the program without a word, as SIGPIPE does" {
	for words in help 'render replicated' 'template list' \
		"binlog dump $root/tests/cli/fixtures/binlog/mysql-9.7.binlog"; do
		# shellcheck disable=SC2086
		without_reader $words
		echo "$words: $output $stderr"
		[ "$output" = 141 ]
		[[ $stderr != *error* ]]
	done
	# What there is to say of the template is said.
	printf '%s\n' 'apiVersion: kubectl-mysql/v1' 'kind: Template' 'message: hello' \
		'objects: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]' >"$BATS_TEST_TMPDIR/t.yaml"
	without_reader render -f "$BATS_TEST_TMPDIR/t.yaml"
	[ "$output" = 141 ]
	[ "$stderr" = 'note: hello' ]
}

@test "a closed standard output is an error" {
	run -1 bash -c '"$1" version >&-' - "$KUBECTL_MYSQL"
	[[ $output == "error: "*"standard output"*"Bad file descriptor" ]]
}

@test "a closed standard error changes nothing else" {
	run -2 bash -c '"$1" nonsense 2>&-' - "$KUBECTL_MYSQL"
	same ""
	run -0 bash -c '"$1" version 2>&- <&-' - "$KUBECTL_MYSQL"
}

@test "hints name the program as it was called" {
	in_path
	run --separate-stderr -2 kubectl-mysql nonsense
	[ "${stderr_lines[1]}" = "  hint: see 'kubectl-mysql -h'" ]
	run --separate-stderr -2 "$BATS_TEST_TMPDIR/bin/kubectl-mysql" nonsense
	[ "${stderr_lines[1]}" = "  hint: see 'kubectl mysql -h'" ]
}

@test "no colour reaches a file, and NO_COLOR is kept on a terminal" {
	need script
	run -2 script -qec "env -u NO_COLOR TERM=xterm '$KUBECTL_MYSQL' nonsense" /dev/null
	[[ $output == *$'\033[1;31merror:'* ]]
	run -2 script -qec "TERM=xterm NO_COLOR=1 '$KUBECTL_MYSQL' nonsense" /dev/null
	[[ $output != *$'\033['* ]]
	run -2 script -qec "env -u NO_COLOR TERM=dumb '$KUBECTL_MYSQL' nonsense" /dev/null
	[[ $output != *$'\033['* ]]
	run -0 "$KUBECTL_MYSQL" help
	[[ $output != *$'\033['* ]]
}

@test "a second -f is an error, not the one that counts" {
	run -2 "$KUBECTL_MYSQL" template show -f one.yaml -f two.yaml
	[[ ${lines[0]} == *"option '--filename' is given twice"* ]]
}

@test "--columns help needs neither a cluster nor a template" {
	for words in 'gtid errant' 'gtid compare' 'template params' 'template list' 'sandbox list'; do
		# shellcheck disable=SC2086
		run "$KUBECTL_MYSQL" $words --columns help
		echo "$words: $output"
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == KEY\ *HEADER\ *HELP ]]
	done
}
