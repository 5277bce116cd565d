#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

@test "every template of the catalogue is listed, with a description" {
	need jq
	run "$KUBECTL_MYSQL" template list -o name
	[ "$status" -eq 0 ]
	same "$(cd "$root/templates" && printf '%s\n' */ | sed 's,/$,,')"
	"$KUBECTL_MYSQL" template list -o json | jq -e 'all(.items[]; .description | length > 0)'
}

@test "a name that is listed is one that render and show take" {
	for name in $("$KUBECTL_MYSQL" template list -o name); do
		"$KUBECTL_MYSQL" template show "$name" >/dev/null
	done
	"$KUBECTL_MYSQL" render "$("$KUBECTL_MYSQL" template list -o name | grep -x single)" >/dev/null
}
