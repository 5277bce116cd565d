#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load cli-helper

@test "without --for: what all commands that look read, and no table of the user's" {
	run "$KUBECTL_MYSQL" grants
	[ "$status" -eq 0 ]
	[[ $output == *"CREATE USER 'kubectl_mysql'@'%' IDENTIFIED BY 'PASSWORD';
GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'kubectl_mysql'@'%';
GRANT SELECT ON performance_schema.* TO 'kubectl_mysql'@'%';" ]]
}

@test "MariaDB's names follow its version" {
	run "$KUBECTL_MYSQL" grants --flavor mariadb --for 'binlog fetch' --server-version 10.11.6-MariaDB
	[[ $output == *"GRANT BINLOG MONITOR, REPLICATION SLAVE ON *.* TO"* ]]
	run "$KUBECTL_MYSQL" grants --flavor mariadb --for 'binlog fetch' --server-version 10.5.1
	[[ $output == *"GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO"* ]]
	run "$KUBECTL_MYSQL" grants --flavor mariadb --for status --server-version 10.5.8
	[[ $output == *"GRANT REPLICATION CLIENT, BINLOG MONITOR, REPLICATION MASTER ADMIN, PROCESS ON"* ]]
	run "$KUBECTL_MYSQL" grants --flavor mariadb --for status
	[[ $output == *"GRANT REPLICA MONITOR, BINLOG MONITOR, REPLICATION MASTER ADMIN, PROCESS ON"* ]]
}

@test "names are quoted" {
	run "$KUBECTL_MYSQL" grants --for sql --user "o'brien" --host 10.0.0.%
	[[ $output == *"CREATE USER 'o''brien'@'10.0.0.%' IDENTIFIED"* ]]
	run "$KUBECTL_MYSQL" grants --user "a\\"
	[ "$status" -eq 2 ]
}

@test "a command that looks at no server, and a version that is none, are usage errors" {
	run "$KUBECTL_MYSQL" grants --for render
	[ "$status" -eq 2 ]
	same "error: 'render' is no command that looks at servers
  hint: one of: status, lag, check, binlog list, binlog position, binlog dump, binlog fetch, gtid compare, gtid errant, sql"
	for version in x 4.1 8.0.100; do
		run "$KUBECTL_MYSQL" grants --server-version "$version"
		[ "$status" -eq 2 ]
	done
}

@test "a document names each privilege and why" {
	need jq
	"$KUBECTL_MYSQL" grants --for 'gtid errant' -o json |
		jq -e '.kind == "GrantList" and (.items | map(.privilege) == ["REPLICATION CLIENT", "REPLICATION SLAVE", "SELECT"]) and
			(.statements | length == 2) and all(.items[]; .why | length > 0)'
}
