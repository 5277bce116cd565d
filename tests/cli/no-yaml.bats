#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	# The leak sanitizer does not work under strace.
	! grep -q __asan_init "$KUBECTL_MYSQL" || skip "instrumented"
}

@test "rendering the catalogue opens no template and loads none of the large libraries" {
	need strace
	trace=$BATS_TEST_TMPDIR/trace
	strace -f -o "$trace" -e trace=openat,open true 2>/dev/null || skip "strace may not trace here"
	cd "$BATS_TEST_TMPDIR"
	strace -f -o "$trace" -e trace=openat,open "$KUBECTL_MYSQL" render replicated >out
	[ -s out ]
	[ -s "$trace" ]
	run grep -E 'lib(yaml|curl|mariadb|archive|crypto|ssl)|template\.yaml|/templates/|\.kmt' "$trace"
	same ''
}

@test "a template of a file is read without libyaml" {
	need strace
	trace=$BATS_TEST_TMPDIR/trace
	strace -f -o "$trace" -e trace=openat,open true 2>/dev/null || skip "strace may not trace here"
	for name in "$root"/templates/*/; do
		strace -f -o "$trace" -e trace=openat,open "$KUBECTL_MYSQL" template lint -f "${name}template.yaml"
		grep -q "${name%/}/template\.yaml" "$trace"
		run grep libyaml "$trace"
		same ''
	done
}

@test "a template with rare YAML does load libyaml, so the trace would show it" {
	need strace
	trace=$BATS_TEST_TMPDIR/trace
	strace -f -o "$trace" -e trace=openat,open true 2>/dev/null || skip "strace may not trace here"
	{
		printf '%%YAML 1.1\n---\n'
		cat "$root/templates/single/template.yaml"
	} >"$BATS_TEST_TMPDIR/template.yaml"
	strace -f -o "$trace" -e trace=openat,open "$KUBECTL_MYSQL" template lint -f "$BATS_TEST_TMPDIR/template.yaml"
	grep -q libyaml "$trace"
}
