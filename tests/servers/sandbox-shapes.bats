#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# The shapes that sandbox up makes: so on the servers, and so for who asks status.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# channels SANDBOX: "NAME role CHANNELS" of each instance.
channels() {
	status "$1" -o json | jq -r '.instances[] | "\(.name) \(.role) \(.channels | length)"'
}

host() {
	described "${1%-*}" ".instances[${1##*-}].host"
}

chain() {
	sandbox_of "$1" up chain --replicas 2 --chain
	healthy chain
	# The last gets from the middle one what the first wrote.
	[ "$(replica_field chain-1 Host)" = "$(host chain-0)" ]
	[ "$(replica_field chain-2 Host)" = "$(host chain-1)" ]
	sql chain-0 "INSERT INTO shop.orders (item) VALUES ('through')"
	await 60 holds chain-2 "SELECT COUNT(*) FROM shop.orders WHERE item = 'through'" 1
	sql chain-1 'STOP REPLICA'
	sql chain-0 "INSERT INTO shop.orders (item) VALUES ('not yet')"
	sql chain-1 'START REPLICA'
	await 60 holds chain-2 "SELECT COUNT(*) FROM shop.orders WHERE item = 'not yet'" 1
	healthy chain
	run -0 status chain
	[[ $output == *$'\nchain-0 '*$'\n└─ chain-1 '*$'\n   └─ chain-2 '* ]]
	run -0 channels chain
	[ "$output" = $'chain-0 primary 0\nchain-1 replica 1\nchain-2 replica 1' ]
	sandbox down chain
}

multi() {
	sandbox_of "$1" up multi --replicas 2 --multi-source
	healthy multi
	run -0 channels multi
	[ "$output" = $'multi-0 primary 0\nmulti-1 primary 0\nmulti-2 replica 2' ]
	sql multi-0 "INSERT INTO shop.orders (item) VALUES ('of the first')"
	sql multi-1 "INSERT INTO shop_1.orders (item) VALUES ('of the second')"
	await 60 holds multi-2 "SELECT COUNT(*) FROM shop.orders WHERE item = 'of the first'" 1
	await 60 holds multi-2 "SELECT COUNT(*) FROM shop_1.orders WHERE item = 'of the second'" 1
	[ "$(sql multi-2 'SELECT @@global.read_only')" = 1 ]
	# A fault of one channel leaves the other alone.
	sandbox break multi --fault wrong-port
	[ "$(status multi -o json | jq '[.findings[] | select(.code == "receiver-connecting")] | length')" = 1 ]
	sql multi-1 "INSERT INTO shop_1.orders (item) VALUES ('still')"
	await 60 holds multi-2 "SELECT COUNT(*) FROM shop_1.orders WHERE item = 'still'" 1
	sandbox break multi --heal
	healthy multi
	run -0 channels multi
	[ "${lines[2]}" = 'multi-2 replica 2' ]
	sandbox down multi
}

no_gtid() {
	sandbox_of "$1" up plain --replicas 1 --gtid=off
	healthy plain
	if [[ $(described plain .flavor) == mariadb ]]; then
		[ "$(replica_field plain-1 Using_Gtid)" = No ]
	else
		[ "$(replica_field plain-1 Auto_Position)" = 0 ]
		[ "$(sql plain-0 'SELECT @@gtid_mode')" = OFF ]
	fi
	sql plain-0 "INSERT INTO shop.orders (item) VALUES ('by position')"
	await 60 holds plain-1 "SELECT COUNT(*) FROM shop.orders WHERE item = 'by position'" 1
	# Led elsewhere and back it goes on where it was, and applies nothing twice.
	sandbox break plain --fault cut-link
	sql plain-0 "INSERT INTO shop.orders (item) VALUES ('meanwhile')"
	sandbox break plain --heal
	await 60 holds plain-1 "SELECT COUNT(*) FROM shop.orders WHERE item = 'meanwhile'" 1
	healthy plain
	run -2 sandbox break plain --fault errant-rows
	[[ $output == *'it was made with --gtid=off'* ]]
	sandbox down plain
}

delayed() {
	sandbox_of "$1" up late --replicas 1 --delay 1h
	[ "$(replica_field late-1 SQL_Delay)" = 3600 ]
	# What was written first comes in an hour; what is missing is on its way, and no fault.
	sql late-0 "INSERT INTO shop.orders (item) VALUES ('in an hour')"
	healthy late
	run -0 "$KUBECTL_MYSQL" check --sandbox late --only delayed -o json
	[ "$(jq -r '.items[0].reason' <<<"$output")" = 'late-1 applies 1h late on purpose' ]
	run ! sql late-1 'SELECT COUNT(*) FROM shop.orders'
	sandbox down late
}

@test "MariaDB: a chain" { chain mariadb; }
@test "MySQL: a chain" { chain mysql-9; }
@test "MariaDB: several sources" { multi mariadb; }
@test "MySQL: several sources" { multi mysql-9; }
@test "MariaDB: by file and position" { no_gtid mariadb; }
@test "MySQL: by file and position" { no_gtid mysql-9; }
@test "MariaDB: delayed on purpose" { delayed mariadb; }
@test "MySQL: delayed on purpose" { delayed mysql-9; }
