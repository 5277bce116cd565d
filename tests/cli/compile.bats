#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	printf '0123456789abcdef0123456789abcdef' >seed
}

@test "a program renders to the bytes of its template" {
	template=$root/templates/replicated/template.yaml
	"$KUBECTL_MYSQL" template compile -f "$template" --to t.kmt
	"$KUBECTL_MYSQL" render -f "$template" --seed-from seed >want
	"$KUBECTL_MYSQL" render -f t.kmt --seed-from seed >got
	[ -s want ]
	cmp want got
	"$KUBECTL_MYSQL" template compile "$template" | cmp - t.kmt
}

@test "as C it is the same bytes" {
	need cc
	"$KUBECTL_MYSQL" template compile single --to t.kmt
	{
		echo '#include <stdio.h>'
		"$KUBECTL_MYSQL" template compile single --emit=c
		echo 'int main(void) { fwrite(template_compiled, 1, sizeof(template_compiled), stdout); }'
	} >t.c
	cc -o t t.c
	./t | cmp - t.kmt
}

@test "no name of a template ends the comment of the C source" {
	printf 'apiVersion: kubectl-mysql/v1\nkind: Template\nmetadata: {name: "a */ int x; /*\\n#error\\\\"}\nobjects: []\n' >t.yaml
	run -0 "$KUBECTL_MYSQL" template compile t.yaml --emit=c
	[ "${lines[0]}" = "/* Template 'a __ int x; ___#error_', compiled by \`kubectl-mysql template compile\`. */" ]
}

@test "a damaged program is refused" {
	"$KUBECTL_MYSQL" template compile single --to t.kmt
	head -c -1 t.kmt >cut.kmt
	run --separate-stderr "$KUBECTL_MYSQL" render -f cut.kmt
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "cut.kmt:1:1: error: compiled template 'cut.kmt' is damaged [T010]
  hint: compile the template again: kubectl mysql template compile" ]
}

@test "a program that is killed while it writes leaves nothing behind" {
	need strace
	! grep -q __asan_init "$KUBECTL_MYSQL" || skip 'the leak sanitizer does not work under strace'
	mkdir folder
	printf 'apiVersion: kubectl-mysql/v1\nkind: Template\nobjects: []\n' >killed.yaml
	strace -o trace true 2>/dev/null || skip 'strace cannot trace here'
	# Where files without a name are not to be had, the file has one from the start.
	strace -o trace -e trace=openat "$KUBECTL_MYSQL" template compile killed.yaml --to folder/first
	grep -q 'O_TMPFILE.* = [0-9]' trace || skip 'the file system has no files without a name'
	printf old >folder/second
	for name in first second third; do
		run strace -o trace -e trace=fsync -e inject=fsync:signal=KILL "$KUBECTL_MYSQL" template compile killed.yaml \
			--to "folder/$name"
		[ "$status" -ne 0 ]
		grep -q 'killed by SIGKILL' trace
	done
	[ "$(ls folder)" = $'first\nsecond' ]
	[ "$(<folder/second)" = old ]
	"$KUBECTL_MYSQL" template compile killed.yaml --to folder/second
	cmp folder/first folder/second
	[ "$(ls folder)" = $'first\nsecond' ]
}
