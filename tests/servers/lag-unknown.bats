#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What nobody can know is not said: a source that hangs keeps its connections open, and its replicas say 0 s.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# hung FLAVOR NAME
hung() {
	sandbox_of "$1" up "$2" --replicas 1
	healthy "$2"
	run -0 "$KUBECTL_MYSQL" lag --sandbox "$2"
	sandbox break "$2" --fault hang-primary
	run -5 "$KUBECTL_MYSQL" lag --sandbox "$2" --timeout 3s
	# On a slow machine the receiver may have found out meanwhile.
	grep -E "^$2-1 +$2-0 +- +- .* (its source $2-0 cannot be asked|the receiver cannot reach the source)\$" <<<"$output"
	run -5 "$KUBECTL_MYSQL" lag "$2-1" --sandbox "$2" --timeout 3s -o json
	[ "$(jq -c '.items[0].lag | [.seconds, .errorSeconds, .atMost, .method]' <<<"$output")" = '[null,null,false,"unknown"]' ]
	run -5 status "$2" --timeout 3s
	grep -E "└─ $2-1 +replica +ro +(lag unknown|receiver )" <<<"$output"
	run -5 status "$2" --timeout 3s -o prometheus
	[[ $output != *lag_seconds\{* ]]
	sandbox down "$2"
}

@test "MariaDB: a hung primary leaves the lag unknown" {
	hung mariadb demo
}

@test "MySQL: a hung primary leaves the lag unknown" {
	hung mysql-9 my
}
