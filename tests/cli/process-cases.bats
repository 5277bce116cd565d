#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# What the real oc gave for real templates and for small ones, one rule each. The recorded cases are
# kept outside of this repository: KUBECTL_MYSQL_CASES names their folder.
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cases=${KUBECTL_MYSQL_CASES:-$root/../shared/cases}/openshift
	[ -x "$cases/compare" ] || skip "no recorded cases: set KUBECTL_MYSQL_CASES"
	need python3
}

# compared FOLDER OPTION...: every case of the folder gives what oc gave.
compared() {
	run python3 "$cases/compare" -q "${@:2}" "$cases/$1" "$KUBECTL_MYSQL" process
	[ "$status" -eq 0 ] || {
		printf '%s\n' "$output" >&2
		return 1
	}
}

@test "real templates give what oc gives" {
	compared public
}

@test "real templates give the same bytes" {
	compared public --bytes
}

@test "small templates give what oc gives" {
	compared edge
}

@test "small templates give the same bytes" {
	compared edge --bytes
}
