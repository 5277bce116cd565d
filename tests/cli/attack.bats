#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Templates, residuals and values that somebody made to do harm.
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
}

# template NAME: writes NAME.yaml, the head of a template and standard input behind it.
template() {
	printf 'apiVersion: kubectl-mysql/v1\nkind: Template\nmetadata: {name: %s}\n' "$1" >"$1.yaml"
	cat >>"$1.yaml"
}

@test "a residual edited by hand cannot pass a number for text" {
	template residual <<-'EOF'
		parameters:
		- {name: COUNT, type: integer, value: 1}
		objects:
		- {apiVersion: v1, kind: ConfigMap, a: !json COUNT}
		residual: {}
	EOF
	run -1 --separate-stderr "$KUBECTL_MYSQL" render -f residual.yaml -p COUNT=-1
	[[ $stderr == *"'\${{COUNT}}' takes a string, got number [T203]"* ]]
	run -0 --separate-stderr "$KUBECTL_MYSQL" template expand -f residual.yaml -p COUNT=-1
	[[ $output == *"a: !json COUNT"* ]]
}
