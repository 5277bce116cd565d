#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

@test "every template of the catalogue is listed, with a description" {
	need jq
	run "$KUBECTL_MYSQL" template list -o name
	[ "$status" -eq 0 ]
	same "$(cd "$root/templates" && printf 'template/%s\n' */ | tr -d '\n' | sed 's,/template,\ntemplate,g; s,/$,,')"
	"$KUBECTL_MYSQL" template list -o json | jq -e 'all(.items[]; .description | length > 0)'
}
