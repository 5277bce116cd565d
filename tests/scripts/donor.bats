#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The donor: a member gets a copy, whole, and a stranger gets nothing.
# shellcheck disable=SC2154,SC2016 # helper.bash sets scripts; some text is for another shell

load helper

setup_file() { seed_up; }
teardown_file() { seed_down; }
setup() {
	cluster_up
	seed shop-0
	DURABILITY=async start shop-0
	await 90 phase shop-0 primary
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
}
teardown() { cluster_down; }

# fetch: asks shop-0's donor as shop-1 would, into T/got.
fetch() {
	rm -rf "$T/got"
	as_user mkdir "$T/got"
	in_member shop-1 bash "$scripts/donor.sh" fetch 127.0.0.1 "$(field shop-0 3)" shop-1 "$T/got" || {
		cat "$T/shop-0/donor.log"
		return 1
	}
}

# watch_arguments: keeps in T/leaked what process of this machine has a secret among its arguments, until T/enough is there.
watch_arguments() {
	local file
	until [[ -e $T/enough ]]; do
		for file in /proc/[0-9]*/cmdline; do
			if { tr '\0' ' ' <"$file" | grep -F 's3cret'; } 2>/dev/null >>"$T/leaked"; then :; fi
		done
	done
}

@test "a replica joins by a stream through the donor, and no secret shows among arguments" {
	start_donor shop-0
	watch_arguments 3>&- &
	watcher=$!
	start shop-1
	await 180 phase shop-1 replica
	touch "$T/enough"
	wait "$watcher"
	[ ! -s "$T/leaked" ]
	as_app shop-0 'INSERT INTO t VALUES (2)'
	await 60 holds shop-1 'SELECT GROUP_CONCAT(a) FROM app.t' 1,2
	holds shop-1 'SELECT @@read_only' 1
	[ ! -e "$T/shop-1/volume/new" ]
	[ "$(sql shop-1 'SELECT @@gtid_binlog_state')" = "$(sql shop-0 'SELECT @@gtid_binlog_state')" ]
}

@test "the next one is copied from the replica, and follows the primary" {
	start_donor shop-0
	start shop-1
	await 180 phase shop-1 replica
	await 90 in_member shop-1 bash "$scripts/probe.sh" ready
	start_donor shop-1
	start shop-2
	await 180 phase shop-2 replica
	grep -q 'streaming to shop-2' "$T/shop-1/donor.log"
	as_app shop-0 'INSERT INTO t VALUES (2)'
	await 60 holds shop-2 'SELECT GROUP_CONCAT(a) FROM app.t' 1,2
	holds shop-2 "SELECT COUNT(*) FROM information_schema.processlist WHERE User = 'system user' AND State LIKE 'Waiting for master%'" 1
}

@test "without socat, ncat does the same" {
	export LISTENER=ncat
	start_donor shop-0
	fetch
	[ -e "$T/got/kubectl-mysql-complete" ]
	stop shop-0-donor
	run fetch
	[ "$status" -ne 0 ]
}

@test "a stranger without the secret gets nothing" {
	start_donor shop-0
	exec {stranger}<>"/dev/tcp/127.0.0.1/$(field shop-0 3)"
	read -r -t 5 -u "$stranger" _ _ nonce
	printf 'join shop-1 %032d %064d\n' 0 0 >&"$stranger"
	rest=$(timeout 20 cat <&"$stranger")
	exec {stranger}>&-
	[ "${#nonce}" -eq 32 ]
	[ "$rest" = '' ]
	grep -q 'did not prove that it is a member' "$T/shop-0/donor.log"
	[ "$(grep -c streaming "$T/shop-0/donor.log")" -eq 0 ]
}

@test "another cluster's secret, or name, gets nothing" {
	start_donor shop-0
	as_user mkdir "$T/got"
	cp -a "$T/auth" "$T/other"
	printf other >"$T/other/donor-secret"
	run in_member shop-1 env AUTH="$T/other" bash "$scripts/donor.sh" fetch 127.0.0.1 "$(field shop-0 3)" shop-1 "$T/got"
	[ "$status" -ne 0 ]
	[[ $output == *'the donor refused'* ]]
	run in_member shop-1 bash "$scripts/donor.sh" fetch 127.0.0.1 "$(field shop-0 3)" bank-1 "$T/got"
	[ "$status" -ne 0 ]
	[[ $output == *'the donor refused'* ]]
	[ "$(find "$T/got" -mindepth 1)" = '' ]
}

@test "a proof is good for one connection only" {
	start_donor shop-0
	exec {one}<>"/dev/tcp/127.0.0.1/$(field shop-0 3)" {two}<>"/dev/tcp/127.0.0.1/$(field shop-0 3)"
	read -r -t 5 -u "$one" _ _ nonce
	read -r -t 5 -u "$two" _ _ other
	[ "$nonce" != "$other" ]
	theirs=0123456789abcdef0123456789abcdef
	proof=$(in_member shop-1 bash -c '. "$1/lib.sh"; hmac "$(secret donor-secret)" "member $2 $3 shop-1"' - "$scripts" "$nonce" "$theirs")
	printf 'join shop-1 %s %s\n' "$theirs" "$proof" >&"$two"
	[ "$(timeout 20 cat <&"$two")" = '' ]
	printf 'join shop-1 %s %s\n' "$theirs" "$proof" >&"$one"
	read -r -t 5 -u "$one" word _
	[ "$word" = ok ]
	exec {one}>&- {two}>&-
}

@test "a stream that breaks off is not used, and the next one is" {
	mkdir "$T/bin"
	cat >"$T/bin/mariadb-backup" <<-'SCRIPT'
		#!/bin/bash
		# The first backup breaks off in the middle, the second after its last byte.
		if [[ " $* " == *' --backup '* && ! -e $BROKEN/1 ]]; then
			touch "$BROKEN/1"
			/usr/bin/mariadb-backup "$@" | head -c 3000000
			exit 1
		elif [[ " $* " == *' --backup '* && ! -e $BROKEN/2 ]]; then
			touch "$BROKEN/2"
			/usr/bin/mariadb-backup "$@"
			exit 1
		fi
		exec /usr/bin/mariadb-backup "$@"
	SCRIPT
	chmod 755 "$T/bin" "$T/bin/mariadb-backup"
	as_user mkdir -p "$T/shop-0/broken"
	BROKEN=$T/shop-0/broken PATH=$T/bin:$PATH start_donor shop-0
	start shop-1
	await 180 phase shop-1 replica
	[ "$(grep -c 'the copy from shop-0 failed' "$T/shop-1/log")" -eq 2 ]
	[ "$(grep -c 'the backup for shop-1 failed' "$T/shop-0/donor.log")" -eq 2 ]
	holds shop-1 'SELECT a FROM app.t' 1
}

@test "with certificates the stream and replication are encrypted, and another name is refused" {
	as_user mkdir -p "$T/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca -keyout "$T/ca.key" \
		-out "$T/tls/ca.crt" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 -keyout "$T/tls/tls.key" -out "$T/csr" 2>/dev/null
	openssl x509 -req -in "$T/csr" -CA "$T/tls/ca.crt" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
		-extfile <(echo subjectAltName=IP:127.0.0.1,DNS:127.0.0.1) -out "$T/tls/tls.crt" 2>/dev/null
	chmod 644 "$T/tls"/*
	(($(id -u))) || chown 65534 "$T/tls"/*
	stop shop-0
	rm -r "$T/shop-0/volume/data"
	DURABILITY=async start shop-0
	await 180 phase shop-0 primary
	as_app shop-0 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)'
	[[ $(sql shop-0 'SHOW CREATE USER replication') == *'REQUIRE SSL'* ]]
	for listener in socat ncat; do
		LISTENER=$listener start_donor shop-0
		LISTENER=$listener fetch
		run in_member shop-1 env LISTENER=$listener bash "$scripts/donor.sh" fetch localhost "$(field shop-0 3)" shop-1 "$T/got"
		[ "$status" -ne 0 ]
		[ "$listener" = ncat ] || stop shop-0-donor
	done
	start shop-1
	await 180 phase shop-1 replica
	sql shop-1 'SHOW SLAVE STATUS\G' >"$T/status"
	grep -q "$T/tls/ca.crt" "$T/status"
	# The account asks for TLS, so a replica that reads does so over TLS.
	await 60 holds shop-1 'SELECT a FROM app.t' 1
	await 60 in_member shop-1 bash "$scripts/probe.sh" ready
}
