#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# sandbox up --group: MySQL Group Replication with one primary; what is broken in it, and healed.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# members: "NAME role" of each instance, as status says.
members() {
	local said
	said=$(status g -o json) || :
	jq -r '.instances[] | "\(.name) \(.role)"' <<<"$said" | sort
}

# roles PRIMARIES SECONDARIES
roles() {
	local said
	said=$(members)
	[[ $(grep -c ' group-primary$' <<<"$said") == "$1" && $(grep -c ' group-secondary$' <<<"$said") == "$2" ]] || {
		printf '%s\n' "$said"
		return 1
	}
}

primary() {
	members | sed -n 's/ group-primary$//p'
}

# all_get ITEM: what the primary writes is on every member.
all_get() {
	sql "$(primary)" "INSERT INTO shop.orders (item) VALUES ('$1')"
	for i in 0 1 2; do
		await 60 holds "g-$i" "SELECT COUNT(*) FROM shop.orders WHERE item = '$1'" 1
	done
}

@test "MySQL: a group of three with one primary" {
	sandbox_of mysql-9 up g --group
	healthy g
	roles 1 2
	[ "$(primary)" = g-0 ]
	[ "$(sql g-1 "SELECT GROUP_CONCAT(MEMBER_STATE) FROM performance_schema.replication_group_members")" = ONLINE,ONLINE,ONLINE ]
	[ "$(sql g-1 'SELECT @@super_read_only')" = 1 ]
	all_get tea-1
}

@test "the primary is killed: another one takes writes, and the old one comes back" {
	[[ -e $T/state/kubectl-mysql/sandbox/g ]] || skip 'there is no MySQL here'
	sandbox break g --fault kill-primary
	# The others see that after some seconds, and elect one after some more.
	says g unknown primary-unreadable 'g-0 cannot be read, and its group has not elected another primary yet' \
		'kubectl mysql status --watch --sandbox g'
	await 120 roles 1 1
	[ "$(primary)" != g-0 ]
	becomes g degraded instance-down 'g-0 is down' 'kubectl mysql sandbox up g'
	sql "$(primary)" "INSERT INTO shop.orders (item) VALUES ('without the old one')"
	run -0 sandbox break g --heal
	[ "$output" = 'healed: kill-primary on g-0' ]
	healthy g
	await 60 holds g-0 "SELECT COUNT(*) FROM shop.orders WHERE item = 'without the old one'" 1
	all_get tea-2
}

@test "the majority is killed: nobody can write, and status says why; then all are together again" {
	[[ -e $T/state/kubectl-mysql/sandbox/g ]] || skip 'there is no MySQL here'
	sandbox break g --fault no-quorum
	becomes g critical group-no-quorum 'the group has lost its majority: g-2 reaches 1 of 3 members' \
		'kubectl mysql sql g-2 --sandbox g -e "SELECT \* FROM performance_schema.replication_group_members"'
	run -0 sandbox break g --heal
	[ "$output" = 'healed: no-quorum on g-2' ]
	healthy g
	roles 1 2
	all_get tea-3
}

@test "all members are killed: up brings them together again, nothing is lost" {
	[[ -e $T/state/kubectl-mysql/sandbox/g ]] || skip 'there is no MySQL here'
	local i
	for i in 0 1 2; do
		kill -KILL "$(pid_of "g-$i")"
		await 30 dead "g-$i"
	done
	sandbox_of mysql-9 up g --group
	healthy g
	[ "$(sql "$(primary)" "SELECT COUNT(*) FROM shop.orders WHERE item LIKE 'tea-%'")" = 3 ]
	sandbox down g
	[ -z "$(processes "$T/state")" ]
}
