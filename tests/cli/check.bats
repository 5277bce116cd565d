#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What check says without a server that answers. Real clusters: tests/servers/status-*.bats.

load cli-helper
bats_require_minimum_version 1.5.0

# shellcheck disable=SC2154 # cli-helper sets root
@test "--list has every finding of the reference page" {
	run -0 "$KUBECTL_MYSQL" check --list -o json
	while IFS= read -r code; do
		[[ $(<"$root/docs/findings.md") == *"| \`$code\` |"* ]]
	done < <(jq -r '.items[].code' <<<"$output")
	[ "$(jq '.items | length' <<<"$output")" -gt 60 ]
	run -0 "$KUBECTL_MYSQL" check --list
	[[ ${lines[0]} == 'CODE '*'SEVERITY '*'VERDICT '*'FINDING' ]]
}

@test "an unknown code of --only is suggested" {
	run -2 "$KUBECTL_MYSQL" check --hosts h --only errnt
	[[ ${lines[0]} == "error: option '--only': there is no finding 'errnt'" ]]
	[[ ${lines[1]} == "  hint: did you mean 'errant'?"* ]]
}

@test "a cluster that cannot be read: exit code 5" {
	run -5 "$KUBECTL_MYSQL" check --hosts 127.77.1.2:1 -o json
	[ "$(jq -r '[.items[].code] | join(" ")' <<<"$output")" = 'nothing-readable instance-down' ]
	run -5 "$KUBECTL_MYSQL" check --hosts 127.77.1.2:1 --only instance-down -o name
	[ "$output" = finding/instance-down ]
}
