#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# Faults of a replica's way to its source, and of its disk: what a user sees of them, and that all is well when they are
# healed. One sandbox for each vendor; its second replica is broken, its first must not notice.

load faults

setup_file() {
	servers_up
	export S=demo
}
teardown_file() { servers_down; }

# arrives INSTANCE ITEM
arrives() {
	await 120 holds "$1" "SELECT COUNT(*) FROM shop.orders WHERE item = '$2'" 1
}

# lacks INSTANCE ITEM: it is not there, and the server answers.
lacks() {
	holds "$1" "SELECT COUNT(*) FROM shop.orders WHERE item = '$2'" 0
}

# channel FILTER: jq on what status says of the broken replica's channel.
channel() {
	status "$S" -o json | jq -r ".instances[] | select(.name == \"$S-2\") | .channels[0] | $1"
}

# shows FILTER TEXT
shows() {
	[[ $(channel "$1") == "$2" ]]
}

# heals FAULT ITEM: what was written meanwhile arrives.
heals() {
	run -0 sandbox break "$S" --heal
	[ "$output" = "healed: $1 on $S-2" ]
	arrives "$S-2" "$2"
	healthy "$S"
	[ -z "$(processes "--keeper=$T")" ]
}

written() {
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('$1')"
	arrives "$S-1" "$1"
}

cut_link() {
	sandbox break "$S" --fault cut-link
	[ "$(processes "--keeper=$T" | wc -l)" = 1 ]
	becomes "$S" degraded receiver-connecting "$S-2 cannot reach its source @([(]20[01][0-9][)]|127.0.0.1:[0-9]*)" "$(looks "$S-2")"
	written cut
	lacks "$S-2" cut
	heals cut-link cut
}

slow_link() {
	sandbox break "$S" --fault slow-link
	written slow
	# The megabyte before it takes minutes.
	await 60 shows '.lag.notReceived >= 1' true
	lacks "$S-2" slow
	heals slow-link slow
}

half_open_link() {
	sandbox break "$S" --fault half-open-link
	written half-open
	becomes "$S" degraded stale "$S-2 shows 0 s and is stale: [1-9] transactions were not sent to it" \
		"kubectl mysql lag $S-2 --sandbox $S"
	replicates "$S-2"
	lacks "$S-2" half-open
	heals half-open-link half-open
}

unknown_source() {
	sandbox break "$S" --fault unknown-source
	becomes "$S" degraded receiver-connecting "$S-2 cannot reach its source (2005)" "$(looks "$S-2")"
	written unknown
	lacks "$S-2" unknown
	heals unknown-source unknown
}

# thrown_out INSTANCE: status says so of it.
thrown_out() {
	local got
	got=$(status "$S" -o json) || :
	[[ $(jq -r ".findings[] | select(.code == \"replicas-clash\" and .object == \"$1\") | .reason" <<<"$got") == \
		"$1 is thrown out by another replica with its identity (13114)" ]]
}

either_thrown_out() {
	thrown_out "$S-1" || thrown_out "$S-2"
}

# clash: one of them cannot stay. Where the other one is not named, and nobody tells of it, this alone is seen.
clash() {
	local loser=$S-1 winner=$S-2 hosts
	await 60 either_thrown_out
	thrown_out "$loser" || { loser=$S-2 winner=$S-1; }
	kill -KILL "$(pid_of "$winner")"
	hosts=$(address "$S-0"),$(address "$loser")
	printf '[client]\nuser=root\npassword=%s\n' "$(described "$S" .password)" >"$T/root.cnf"
	chmod 600 "$T/root.cnf"
	becomes "--hosts $hosts --defaults-file $T/root.cnf" degraded replicas-clash \
		"${hosts#*,} is thrown out by another replica with its identity (13114)" \
		"kubectl mysql sql ${hosts%,*} --hosts $hosts -e \"SHOW REPLICAS\""
	revive
}

# MySQL's sources tell replicas apart by UUID, MariaDB's by server id.
same_id() {
	sandbox break "$S" --fault same-id-replicas
	if [[ $(flavor) == mariadb ]]; then
		says "$S" degraded server-id-equal "$S-2 has the server id of $S-1" \
			"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL server_id = [0-9]*\""
	else
		says "$S" degraded server-uuid-equal "$S-2 has the server UUID of $S-1: its data folder is a copy" \
			"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@server_uuid\""
	fi
	# MariaDB's loser tries again for ever, and only its error log says why (4052).
	[[ $(flavor) == mariadb ]] || clash
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('same')"
	heals same-id-replicas same
	arrives "$S-1" same
}

full_disk() {
	can_mount || skip 'mounting is not allowed here'
	sandbox break "$S" --fault full-disk
	[ "$(df --output=avail "$T/state/kubectl-mysql/sandbox/$S/$S-2/disk" | tail -n 1)" -lt 64 ]
	written full
	grep -q 'Disk is full writing' "$T/state/kubectl-mysql/sandbox/$S/$S-2/error.log"
	becomes "$S" degraded disk-full "the disk of $S-2 is full" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@tmpdir, @@log_bin_basename\""
	heals full-disk full
	run ! grep -F "$T/" /proc/mounts
}

# ends_all: down takes proxies and mounts with it.
ends_all() {
	sandbox break "$S" --fault half-open-link --instance "$S-1"
	! can_mount || sandbox break "$S" --fault full-disk
	sandbox down "$S"
	[ -z "$(processes "$T/state")" ]
	[ ! -e "$T/state/kubectl-mysql/sandbox/$S" ]
	run ! grep -F "$T/" /proc/mounts
}

@test "MariaDB: a sandbox to break" {
	sandbox_of mariadb up "$S" --replicas 2
}
@test "MariaDB: a link that is cut" { cut_link; }
@test "MariaDB: a link that is slow" { slow_link; }
@test "MariaDB: a link that is half open" { half_open_link; }
@test "MariaDB: a source whose name does not resolve" { unknown_source; }
@test "MariaDB: two replicas with one server id" { same_id; }
@test "MariaDB: a full disk" { full_disk; }
@test "MariaDB: down ends proxies and mounts" { ends_all; }

@test "MySQL: a sandbox to break" {
	sandbox_of mysql-9 up "$S" --replicas 2
}
@test "MySQL: a link that is cut" { cut_link; }
@test "MySQL: a link that is slow" { slow_link; }
@test "MySQL: a link that is half open" { half_open_link; }
@test "MySQL: a source whose name does not resolve" { unknown_source; }
@test "MySQL: two replicas with one UUID" { same_id; }
@test "MySQL: a full disk" { full_disk; }
@test "MySQL: down ends proxies and mounts" { ends_all; }

@test "what this machine cannot do is refused with the reason, and nothing is broken" {
	(($(id -u) == 0)) || skip 'root is needed to be somebody else'
	command -v setpriv >/dev/null || skip "'setpriv' is not installed"
	sandbox_of mariadb up demo --replicas 1
	run -1 setpriv --bounding-set -sys_admin "$KUBECTL_MYSQL" sandbox break demo --fault full-disk
	[[ $output == "error: cannot make fault 'full-disk' on 'demo-1': cannot mount a tmpfs at '"*"': Operation not permitted"* ]]
	[[ $output == *'hint: mounting needs root and CAP_SYS_ADMIN'* ]]
	[ "$(sandbox break demo --heal)" = 'nothing is broken' ]
	run -2 sandbox break demo --fault same-id-replicas
	[[ $output == *'it needs two replicas of one source'* ]]
	sandbox down demo
}
