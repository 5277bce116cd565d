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

# many COUNT FORMAT: the line COUNT times, with its number.
many() {
	seq -f "$2" "$1"
}

# The time limits below are hundreds of times what is needed, and less than any of these took when it
# went through all names for each of them.

@test "many unknown names are not compared with many known ones" {
	{
		echo parameters:
		many 5000 '- {name: PARAMETER_%.0f, value: x}'
		echo objects:
		many 20000 '- {apiVersion: v1, kind: !expr PARAMATER_%.0f}'
	} | template names
	run -1 timeout 10 "$KUBECTL_MYSQL" render -f names.yaml
	[[ $output == *"more"* ]]
	printf 'parameters:\n%s\nobjects: []\n' "$(many 5000 '- {name: PARAMETER_%.0f, value: x}')" |
		template given
	many 100000 'PARAMATER_%.0f=x' >given.env
	run -1 timeout 10 "$KUBECTL_MYSQL" render -f given.yaml --param-file given.env
	[[ $output == *"unknown parameter 'PARAMATER_1'"* ]]
}

@test "a map of many keys is expanded in linear time" {
	{
		echo 'parameters: [{name: NAME}]'
		echo 'objects:'
		echo '- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {last: !expr NAME,'
		many 200000 '  key-%.0f: x,'
		echo '  }}'
	} | template keys
	timeout 20 "$KUBECTL_MYSQL" template expand -f keys.yaml >keys.residual.yaml
	run -0 grep -c '^    key-' keys.residual.yaml
	same 200000
}
