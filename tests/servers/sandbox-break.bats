#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets stderr
# Every fault of sandbox break: it is made, is really there, and is taken back, on one sandbox after the other.

load helper

setup_file() { servers_up; }
teardown_file() { servers_down; }

# each_fault SANDBOX: makes and heals every fault that fits the sandbox; afterwards all replicas replicate again.
each_fault() {
	local flavor fault
	local -a faults
	flavor=$(described "$1" .flavor)
	mapfile -t faults < <(sandbox break --list -o json |
		jq -r ".items[] | select(.heals and .name != \"no-quorum\" and (.flavor == \"both\" or .flavor == \"$flavor\")) | .name")
	((${#faults[@]} >= 30))
	for fault in "${faults[@]}"; do
		[[ $fault != full-disk ]] || can_mount || continue
		sandbox break "$1" --fault "$fault" >"$T/out" 2>&1 || { echo "$fault: $(<"$T/out")"; return 1; }
		sandbox list "$1" -o json | jq -e "any(.items[]; .breaks == \"$fault\")" >/dev/null || { echo "$fault is not listed"; return 1; }
		sandbox break "$1" --heal >"$T/out" 2>&1 || { echo "healing $fault: $(<"$T/out")"; return 1; }
		[[ $(<"$T/out") == "healed: $fault on "* ]] || { echo "healing $fault: $(<"$T/out")"; return 1; }
		await 60 replicates "$1-2" || { echo "after $fault"; return 1; }
		[ "$(sandbox break "$1" --heal)" = 'nothing is broken' ]
	done
	sql "$1-0" "INSERT INTO shop.orders VALUES (800000, 'after all')"
	await 60 holds "$1-2" 'SELECT item FROM shop.orders WHERE id = 800000' 'after all'
}

@test "MariaDB: every fault is made and healed" {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	sandbox_of mariadb up broken --semi-sync
	each_fault broken
	sandbox down broken
}

@test "MySQL 9: every fault is made and healed" {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	sandbox_of mysql-9 up broken9 --semi-sync
	each_fault broken9
	sandbox down broken9
}

@test "a replica broken by a duplicate key shows 1062, and one of purged logs cannot be healed" {
	sandbox_of mariadb up demo --replicas 2
	run -0 sandbox break demo --fault duplicate-key --instance demo-1
	[ "$output" = "demo-1: a row of the replica's own is in the way (1062)" ]
	[ "$(replica_field demo-1 'Last_SQL_Errno')" = 1062 ]
	run -0 sandbox break demo --fault purged-logs
	[ "$(replica_field demo-2 'Last_IO_Errno')" = 1236 ]
	run -0 --separate-stderr sandbox break demo --heal
	[ "$output" = 'healed: duplicate-key on demo-1' ]
	[[ $stderr == *'purged-logs on demo-2 cannot be taken back'* ]]
	await 30 replicates demo-1
	sandbox down demo
}

@test "a fault that does not fit, or is no fault, is a usage error and changes nothing" {
	sandbox_of mariadb up demo --replicas 1
	run -2 sandbox break demo --fault same-uuid
	[[ $output == *'only MySQL has it'* ]]
	run -2 sandbox break demo --fault semi-sync-waiting
	run -2 sandbox break demo --fault duplicate-key --instance demo-0
	run -2 sandbox break demo --fault duplicate-kye
	[[ $output == *"did you mean 'duplicate-key'?"* ]]
	[ "$(sandbox break demo --heal)" = 'nothing is broken' ]
	sandbox down demo
}

@test "down takes what a fault left running with it" {
	sandbox_of mariadb up demo --replicas 1
	sandbox break demo --fault lag
	marker=--keeper=$T/state/kubectl-mysql/sandbox/demo/demo-1/lag
	# Its exit code says nothing: other processes end while it looks.
	# shellcheck disable=SC2143
	[ -n "$(grep -lzxF -e "$marker" /proc/[0-9]*/cmdline 2>/dev/null)" ]
	sandbox down demo
	# shellcheck disable=SC2143
	[ -z "$(grep -lzxF -e "$marker" /proc/[0-9]*/cmdline 2>/dev/null)" ]
}
