#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Semi-synchronous replication is shown where it is in force, and nowhere else.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# shows NAME HEADLINE ROW: patterns of the first line and of the replica's.
shows() {
	local out
	out=$(status "$1") || :
	# shellcheck disable=SC2053 # patterns
	[[ $(sed -n 1p <<<"$out") == $2 && $(grep "─ $1-1 " <<<"$out") == $3 ]] || {
		printf '%s\n' "$out"
		return 1
	}
}

# in_force FLAVOR NAME
in_force() {
	sandbox_of "$1" up "$2" --replicas 1 --semi-sync
	await 60 shows "$2" '* GTID · semi-sync needs 1, has 1   OK: *' '* B  semi-sync'
	sandbox break "$2" --fault semi-sync-fallen-back
	await 60 shows "$2" '* GTID · semi-sync fallen back   DEGRADED: *' '* B'
	sandbox down "$2"
}

@test "MariaDB: in force, and fallen back" {
	in_force mariadb demo
}

@test "MySQL: in force, and fallen back" {
	in_force mysql-9 my
}

@test "MariaDB: a replica counts itself as semi-synchronous while its source does not wait for it" {
	sandbox_of mariadb up plain --replicas 1
	await 60 holds plain-1 "SHOW STATUS LIKE 'Rpl_semi_sync_slave_status'" $'Rpl_semi_sync_slave_status\tON'
	await 60 shows plain '* GTID   OK: *' '* B  async'
	sandbox down plain
}
