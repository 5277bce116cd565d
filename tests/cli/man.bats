#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; scripts in quotes are for other shells
bats_require_minimum_version 1.5.0

load cli-helper

@test "every manual page passes mandoc's check" {
	need mandoc
	"$KUBECTL_MYSQL" help -o man | mandoc -Tlint -Wwarning
	while read -r words; do
		read -ra argv <<<"$words"
		"$KUBECTL_MYSQL" help -o man "${argv[@]}" >"$BATS_TEST_TMPDIR/page.1"
		run -0 mandoc -Tlint -Wwarning "$BATS_TEST_TMPDIR/page.1"
		same ""
	done < <("$KUBECTL_MYSQL" help -o name)
}

@test "every manual page passes groff's check" {
	need groff
	while read -r words; do
		read -ra argv <<<"$words"
		run -0 bash -c '"$@" | groff -mdoc -Tutf8 -ww -z' - \
			"$KUBECTL_MYSQL" help -o man "${argv[@]}"
		same ""
	done < <(echo; "$KUBECTL_MYSQL" help -o name)
}

@test "a page names its options and examples" {
	need mandoc
	run -0 bash -c '"$1" help -o man version | mandoc -Tascii | col -b' - "$KUBECTL_MYSQL"
	[[ $output == *"-o, --output=FORMAT"* ]]
	[[ $output == *"kubectl mysql version -o json"* ]]
	[[ $output == *"EXIT STATUS"* ]]
}

@test "the pages in man/ are those of the program" {
	ls "$root"/man/man1/*.1 >/dev/null 2>&1 || skip "no pages yet"
	while read -r words; do
		read -ra argv <<<"$words"
		"$KUBECTL_MYSQL" help -o man "${argv[@]}" |
			diff "$root/man/man1/kubectl-mysql${words:+-${words// /-}}.1" -
	done < <(echo; "$KUBECTL_MYSQL" help -o name)
}
