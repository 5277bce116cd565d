#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What lag says without a server that answers. Real clusters: tests/servers/lag.bats.

load cli-helper
bats_require_minimum_version 1.5.0

@test "a cluster that cannot be read: exit code 5, and why" {
	run -5 "$KUBECTL_MYSQL" lag --hosts 127.77.1.1:1 --max 5s
	[[ ${lines[0]} == 'NAME '*'LAG '*'ERROR '*'TRX '*'REASON' ]]
	[[ ${lines[1]} == "127.77.1.1:1 "*"cannot connect to '127.77.1.1:1'"* ]]
	run -5 "$KUBECTL_MYSQL" lag --hosts 127.77.1.1:1 -o json
	[ "$(jq -c '[.kind, .partial, .items[0].reachable]' <<<"$output")" = '["LagList",true,false]' ]
}

@test "bad durations are refused" {
	run -2 "$KUBECTL_MYSQL" lag --hosts h --max soon
	[[ ${lines[0]} == *"--max"*"soon"* ]]
}
