#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2030,SC2031,SC2153 # set by bats, and by login-helper.bash
# Connections over links that break in each way and at each point of the login, with and without TLS.

load login-helper

setup_file() {
	servers_up
	certificates
	server_up mariadb --ssl-cert="$T/tls/server.pem" --ssl-key="$T/tls/server-key.pem" --ssl-ca="$T/tls/ca.pem" \
		--max-connections=300
	admin "CREATE USER open@'%'" "GRANT ALL ON *.* TO open@'%'"
}
teardown_file() {
	server_down
	rm -rf "$T"
}
teardown() {
	link_down
}

# both FUNCTION: without and with TLS.
both() {
	local tls
	for tls in disabled required; do
		printf '# --tls=%s\n' "$tls"
		"$@"
	done
}

# through FAULT OPTION... [SQL...]: one connection over a link with this fault; what fails is given no time.
through() {
	link_up "$1"
	shift
	over_tcp --user open --tls "$tls" "$@"
	link_down
}

slow_links() {
	local fault
	for fault in 'delay 5' 'piece 1' 'piece 7' 'rate 50000'; do
		through "$fault" "SELECT REPEAT('x', 2000) = REPEAT('x', 2000)" 'SELECT 2'
		[[ $status == 0 && $output == $'1\n2' ]]
	done
}

@test "slow links and small pieces change nothing" {
	both slow_links
}

cut_links() {
	local bytes
	# In the header of the greeting, in the greeting, in the login or the handshake, in an answer.
	for bytes in 1 3 4 50 113 150 400; do
		through "cut-after $bytes" "SELECT REPEAT('x', 2000)" "SELECT REPEAT('x', 2000)"
		fails_with "'127.0.0.1:" 'class 35'
	done
}

@test "a link that is cut is an error, wherever it is" {
	both cut_links
}

silent_links() {
	local bytes
	for bytes in 2 50 113 150 400; do
		through "silent-after $bytes" --timeout 1500 "SELECT REPEAT('x', 2000)" "SELECT REPEAT('x', 2000)"
		fails_with "'127.0.0.1:" 'timed out after' 'class 7'
	done
	through hang --timeout 1500
	fails_with 'accepts connections and does not greet' 'class 7' 'skip-name-resolve'
}

@test "a link that goes silent ends by the deadline, wherever it is" {
	both silent_links
}

strange_links() {
	through refuse
	fails_with 'Connection reset by peer' 'class 35'
	through garbage
	fails_with 'is no MySQL server: a server that expects TLS from the first byte on answers there' 'check the port'
}

@test "a link that refuses, and one that talks garbage" {
	both strange_links
}

@test "a link that goes silent in a statement, and heals" {
	link_up 'delay 0'
	"$connect" --host 127.0.0.1 --port "$PORT" --user open 'SELECT SLEEP(1)' 'SELECT 5' >"$T/out" 2>&1 3>&- &
	local pid=$!
	await 30 grep -q '^connections 1' <(echo connections >&9; tail -n 1 "$T/link.out") || :
	echo hang >&9
	await 30 grep -q '^ok' "$T/link.out"
	echo heal >&9
	wait "$pid"
	[ "$(<"$T/out")" = $'0\n5' ]
}

@test "a server that dies in a statement" {
	link_up 'delay 0'
	"$connect" --host 127.0.0.1 --port "$PORT" --user open 'SELECT SLEEP(300)' >"$T/out" 2>&1 3>&- &
	local pid=$! status=0
	await 60 sleeping
	admin "$(admin "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(300)%'")"
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	grep -q "closed the connection\|the connection was cut\|was killed" "$T/out"
}

sleeping() {
	[[ $(admin "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(300)%'") == 1 ]]
}

@test "a signal cancels what hangs" {
	link_up hang
	"$connect" --host 127.0.0.1 --port "$PORT" --user open >"$T/out" 2>&1 3>&- &
	local pid=$! status=0
	await 30 connected
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	grep -q 'cancelled after' "$T/out"
}

connected() {
	: >"$T/link.out"
	echo connections >&9
	await 10 grep -q connections "$T/link.out"
	[[ $(<"$T/link.out") == 'connections 1' ]]
}

@test "two hundred connections at once, with and without TLS" {
	both crowd
}

crowd() {
	over_tcp --user open --tls "$tls" --count 200 'SELECT 1'
	[[ $status == 0 && $output == 1 ]]
}

@test "many results in one round trip, large rows, and a result that is too large" {
	over_tcp --user open "SELECT LENGTH(REPEAT('x', 10000000))" "SELECT 1; SELECT 2" 'SELECT 3' 'DO 1'
	[[ $status == 0 && $output == $'10000000\n1\n3' ]]
	over_tcp --user open "SELECT REPEAT('x', 1000000) FROM information_schema.columns LIMIT 100"
	fails_with 'the result is larger than 67108864 bytes' 'class 34'
	over_tcp --user open 'SELECT 1 FROM missing.table_of_none'
	fails_with 'answers: ' 'class 1'
}

@test "what listens and is no database: a web server, one that says nothing" {
	local port job
	free_port port
	python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 3>&- &
	job=$!
	await 30 listens "$port"
	run --separate-stderr "$connect" --host 127.0.0.1 --port "$port" --timeout 1500
	fails_with 'does not greet: it hangs, or is no MySQL server' 'class 7'
	kill "$job"
	free_port port
	ncat --listen 127.0.0.1 "$port" --sh-exec 'printf "SSH-2.0-OpenSSH_9.2\r\n"' 3>&- &
	job=$!
	await 30 listening "$port"
	run --separate-stderr "$connect" --host 127.0.0.1 --port "$port"
	fails_with 'is no MySQL server: an SSH server answers there'
	wait "$job" || :
}

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# listening PORT: without a connection, as that server takes only one.
listening() {
	grep -q "^ *[0-9]*: 0100007F:$(printf %04X "$1") .* 0A " /proc/net/tcp
}

@test "a name server that never answers holds nothing up" {
	command -v unshare >/dev/null && unshare -mn true 2>/dev/null || skip 'no namespaces here'
	cat >"$T/silent.sh" <<-'END'
		ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || exit 77
		printf 'nameserver 127.0.0.9\noptions timeout:30 attempts:5\n' >"$T/resolv.conf"
		printf 'hosts: dns\n' >"$T/nsswitch.conf"
		mount --bind "$T/resolv.conf" /etc/resolv.conf && mount --bind "$T/nsswitch.conf" /etc/nsswitch.conf || exit 77
		python3 -c '
import os, signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.9", 53))
open(os.environ["T"] + "/bound", "w")
signal.pause()' &
		sink=$!
		until [ -e "$T/bound" ]; do read -r -t 0.1 <>"$T/never"; done
		"$1" --host db.example --count 40 --timeout 1000
		status=$?
		kill "$sink"
		exit $status
	END
	run --separate-stderr unshare -mn bash "$T/silent.sh" "$connect"
	[ "$status" -ne 77 ] || skip 'cannot change the name server in a namespace'
	fails_with "looking up host 'db.example': timed out after" 'class 7'
}
