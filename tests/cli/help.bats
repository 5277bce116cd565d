#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; scripts in quotes are for other shells
bats_require_minimum_version 1.5.0

load cli-helper

@test "no arguments, help, -h and --help show the same overview" {
	run -0 --separate-stderr "$KUBECTL_MYSQL" help
	overview=$output
	[ -z "$stderr" ]
	[[ $overview == *"
  version "*"show the version of this program"* ]]
	for words in "" -h --help; do
		# shellcheck disable=SC2086 # no words at all in the first round
		run -0 "$KUBECTL_MYSQL" $words
		same "$overview"
	done
}

@test "help COMMAND and COMMAND -h show the same" {
	while read -r words; do
		read -ra argv <<<"$words"
		run -0 "$KUBECTL_MYSQL" help "${argv[@]}"
		text=$output
		run -0 "$KUBECTL_MYSQL" "${argv[@]}" -h
		same "$text"
		[[ $text == *"Usage:"*"kubectl mysql $words"* ]]
		[[ $text == *"-h, --help"*"show help for this command"* ]]
		[[ $text == *"Examples:"* ]]
	done < <("$KUBECTL_MYSQL" help -o name)
}

@test "help of a family lists its commands" {
	run -0 "$KUBECTL_MYSQL" template -h
	text=$output
	[[ $text == *"kubectl mysql template COMMAND"* ]]
	run -0 "$KUBECTL_MYSQL" help template
	same "$text"
}

@test "no line of help is wider than 80 columns, examples aside" {
	while read -r words; do
		read -ra argv <<<"$words"
		"$KUBECTL_MYSQL" help "${argv[@]}"
	done < <(echo; "$KUBECTL_MYSQL" help -o name) |
		grep -v '^  kubectl mysql ' >"$BATS_TEST_TMPDIR/all"
	run -1 grep -nE '^.{81,}$' "$BATS_TEST_TMPDIR/all"
}

# at_most WIDTH: no line of help is wider, command lines of examples aside.
at_most() {
	while read -r words; do
		read -ra argv <<<"$words"
		COLUMNS=$1 "$KUBECTL_MYSQL" help "${argv[@]}"
	done < <(echo; echo template; "$KUBECTL_MYSQL" help -o name) |
		awk '/^Examples:/ { examples = 1 } /^Exit codes:/ { examples = 0 }
			!examples || /#/' >"$BATS_TEST_TMPDIR/all"
	run -1 grep -nE "^.{$(($1 + 1)),}$" "$BATS_TEST_TMPDIR/all"
}

@test "help keeps to the columns that COLUMNS gives" {
	at_most 60
	at_most 46
	grep -qE '^.{40,46}$' "$BATS_TEST_TMPDIR/all"
	at_most 95
	grep -qE '^.{86,95}$' "$BATS_TEST_TMPDIR/all"
	for odd in '' 0 -5 wide 99999999999999999999; do
		COLUMNS=$odd run -0 "$KUBECTL_MYSQL" template lint -h
		text=$output
		run -0 env -u COLUMNS "$KUBECTL_MYSQL" template lint -h
		same "$text"
	done
}

@test "help keeps to the columns of the terminal" {
	need script
	run -0 script -qec "stty cols 50; env -u COLUMNS '$KUBECTL_MYSQL' template lint -h" /dev/null
	lines=("${lines[@]%$'\r'}")
	printf '%s\n' "${lines[@]}" | awk '/Examples:/ { exit } { print }' >"$BATS_TEST_TMPDIR/all"
	run -1 grep -nE '^.{51,}$' "$BATS_TEST_TMPDIR/all"
	grep -qE '^.{43,50}$' "$BATS_TEST_TMPDIR/all"
}

@test "every command file is listed" {
	diff <(grep -ho '^const struct command cmd_[a-z_]*' "$root"/cmd/*.c | sed 's/.*cmd_//' | sort) \
		<(sed -n 's/^\tX(\([a-z_]*\)).*/\1/p' "$root/cmd/commands.c" | sort)
}

@test "hidden commands are not shown, and have help all the same" {
	run -0 "$KUBECTL_MYSQL" help
	[[ $output != *__complete* ]]
	run -0 "$KUBECTL_MYSQL" help -o json
	[[ $output != *__complete* ]]
	run -0 "$KUBECTL_MYSQL" help __complete
}

@test "help of an unknown command is a usage error" {
	run --separate-stderr -2 "$KUBECTL_MYSQL" help versoin
	[[ ${stderr_lines[1]} == *"did you mean 'version'?"* ]]
	run -2 "$KUBECTL_MYSQL" help version more
	run -2 "$KUBECTL_MYSQL" help template nonsense
	run -2 "$KUBECTL_MYSQL" help template -o json
}

@test "help -o json is a command model that holds every command" {
	need python3
	"$KUBECTL_MYSQL" help -o json >"$BATS_TEST_TMPDIR/model"
	"$KUBECTL_MYSQL" help -o name >"$BATS_TEST_TMPDIR/names"
	python3 - "$BATS_TEST_TMPDIR" <<-'EOP'
		import json, sys
		model = json.load(open(sys.argv[1] + "/model"))
		assert model["apiVersion"] == "kubectl-mysql/v1"
		assert model["kind"] == "CommandModel"
		names = open(sys.argv[1] + "/names").read().split("\n")[:-1]
		assert [c["words"] for c in model["commands"]] == names
		for c in model["commands"]:
		    assert c["summary"] and c["examples"], c
		    assert [e["code"] for e in c["exitCodes"]][:3] == [0, 1, 2]
		    for o in c["options"]:
		        assert o["help"] and o["type"], o
	EOP
	run -0 "$KUBECTL_MYSQL" help -o json version
	[[ $output == *'"words": "version"'* ]]
	[[ $output != *'"words": "help"'* ]]
}

@test "the program loads no library but libc" {
	need ldd
	grep -q __asan_init "$KUBECTL_MYSQL" && skip "instrumented"
	run -0 ldd "$KUBECTL_MYSQL"
	run -1 grep -vE 'linux-vdso|libc\.so|libdl\.so|libm\.so|ld-linux' <<<"$output"
}
