#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2030,SC2031 # set by bats, and by helper.bash
# One thousand instances: tests/helper/fleet answers on as many addresses with what a real primary and a real replica of it
# said, under another identity each.

load helper

fleet=$root/${BUILD:-build}/tests/helper/fleet

setup_file() {
	servers_up
	sandbox_of mariadb up fleet --replicas 1
	account fleet
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=fleet -keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null
}
teardown_file() {
	servers_down
}
teardown() {
	fleet_down
}

# account SANDBOX: one without a password, on both of its servers.
account() {
	sql "$1-0" "CREATE USER fleet@'%'; GRANT ALL ON *.* TO fleet@'%'"
	await 60 sql "$1-1" 'SHOW GRANTS FOR fleet'
}

address() {
	described "$1" ".instances[$2] | \"\(.host):\(.port)\""
}

# fleet_up SANDBOX COUNT OPTION...: COUNT servers, whose addresses are then in $HOSTS.
fleet_up() {
	local name=$1
	COUNT=$2 PORT=$((20000 + RANDOM % 12000))
	shift 2
	mkfifo "$T/fleet"
	"$fleet" --to "$(address "$name" 0)" --to "$(address "$name" 1)" --count "$COUNT" --port "$PORT" "$@" <"$T/fleet" \
		>"$T/fleet.out" 2>&1 3>&- &
	FLEET_JOB=$!
	exec 9>"$T/fleet"
	await 30 grep -q . "$T/fleet.out"
	[[ $(<"$T/fleet.out") == ready ]]
	# Before there is a crowd, so that the real servers wait for nobody.
	[[ " $* " == *" --hang $COUNT "* ]] || "$KUBECTL_MYSQL" status --hosts "127.1.0.1:$PORT,127.1.0.2:$PORT" \
		--mysql-user fleet --tls disabled --timeout 60s >/dev/null
	HOSTS=$(printf '%s\n' {0..3}.{0..255} | sed -n "2,$((COUNT + 1))s/.*/127.1.&:$PORT/p" | paste -sd,)
}

fleet_down() {
	[[ ${FLEET_JOB-} ]] || return 0
	exec 9>&-
	wait "$FLEET_JOB" || :
	FLEET_JOB=
	rm -f "$T/fleet" "$T/fleet.out"
}

# looks STATUS OPTION...: status of the fleet as JSON in T/json, with its exit code; its peak memory in KiB in $MEMORY.
looks() {
	local want=$1 rc=0
	shift
	command time -q -f %M -o "$T/memory" "$KUBECTL_MYSQL" status --hosts "$HOSTS" --mysql-user fleet -o json "$@" >"$T/json" ||
		rc=$?
	MEMORY=$(<"$T/memory")
	if [[ $rc != "$want" ]]; then
		echo "exit code $rc"
		jq -c '.verdict | del(.next)' "$T/json"
	fi
	[[ $rc == "$want" ]]
}

# all FILTER: true for the answer.
all() {
	jq -e "$1" "$T/json" >/dev/null || {
		echo "not so: $1"
		jq -c '.verdict | del(.next)' "$T/json"
		return 1
	}
}

# complete: each of them is there, under its own name and identity, and in its place.
complete() {
	all '.partial == false and .verdict.code == "healthy"'
	all ".instances | length == $COUNT"
	all "([.instances[].serverId] | unique | length) == $COUNT"
	all "([.instances[] | \"\(.host):\(.port)\"] | unique | length) == $COUNT"
	all '[.instances[] | select(.role == "primary")] | length == 1'
	all "[.instances[] | select(.role == \"replica\" and .channels[0].lag.transactions == 0)] | length == $((COUNT - 1))"
}

# within MIB: the peak memory was less. Sanitizers need several times what they watch.
within() {
	nm -D "$KUBECTL_MYSQL" | grep -q __asan_ || ((MEMORY < $1 * 1024))
}

@test "a thousand instances in one answer, in less than 64 MiB" {
	fleet_up fleet 1000
	looks 0 --timeout 60s --tls disabled
	complete
	all "[.instances[1:][].channels[0].source] | unique == [\"127.1.0.1:$PORT\"]"
	within 64
}

@test "a thousand instances with TLS, in less than 128 MiB" {
	fleet_up fleet 1000 --cert "$T/cert.pem" --key "$T/key.pem"
	looks 0 --timeout 120s --tls required
	complete
	within 128
}

@test "a tree of a thousand, ten below each" {
	fleet_up fleet 1000 --fan 10
	looks 0 --timeout 60s
	complete
	all "([.instances[].channels[0].source | select(.)] | unique | length) == 100"
	all '[.findings[] | select(.code == "chain")] | length == 989'
}

@test "the answer for people is short above the tree" {
	fleet_up fleet 300
	run -0 --separate-stderr "$KUBECTL_MYSQL" status --hosts "$HOSTS" --mysql-user fleet --timeout 60s
	[[ ${lines[0]} == "127.1.0.1:$PORT and 299 more   MariaDB "*'OK: 127.1.0.1:'*' takes writes, 299 replicas apply' ]]
	((${#lines[0]} < 150))
	[[ ${lines[1]} == 127.1.0.1:*' primary '* && ${lines[-1]} == '└─ 127.1.1.44:'*' replica '* ]]
	((${#lines[@]} == 301))
}

@test "what is found about many names them with little" {
	fleet_up fleet 300 --hang 300
	run -5 --separate-stderr "$KUBECTL_MYSQL" status --hosts "$HOSTS" --mysql-user fleet --timeout 2s
	[[ ${lines[0]} == "127.1.0.1:$PORT and 299 more   UNKNOWN: no server could be read: "* ]]
	((${#lines[0]} < 250))
	[[ $output == *$'\npartial: 300 of 300 instances could not be read\nalso:\n'*'and 290 more: kubectl mysql check '* ]]
	looks 5 --timeout 2s
	all '[.findings[] | select(.instance) | select((.next | length) > 200)] | length == 0'
	all '[.findings[] | select((.evidence | length) > 400)] | length == 0'
}

@test "what hangs, and names that nobody resolves, leave a partial answer" {
	# Name servers are the machine's: the test needs a mount of its own over resolv.conf, and a socket that never answers.
	unshare -m true 2>"$T/reason" || skip "unshare: $(<"$T/reason")"
	fleet_up fleet 995 --hang 50
	HOSTS+=$(printf ',nobody-%d.example' 1 2 3 4 5)
	silent_name_server
	# shellcheck disable=SC2016 # for the shell inside
	run -0 unshare -m sh -c 'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && {
		"$1" status --hosts "$2" --mysql-user fleet -o json --timeout 20s >"$0/json"; echo $?; }' "$T" "$KUBECTL_MYSQL" "$HOSTS"
	[ "${lines[-1]}" = 3 ]
	all '.partial and .verdict.code == "instance-silent" and (.instances | length) == 1000'
	all '[.instances[] | select(.reachable | not)] | length == 55'
	all '[.instances[] | select(.reachable and .role != "unknown")] | length == 945'
	all '[.findings[] | select(.code == "instance-silent" and (.object | startswith("nobody-")) and
		(.evidence | test("^looking up host .nobody-. *")))] | length == 5'
}

# silent_name_server: one that takes questions and does not answer, in the files that a program in a mount of its own sees.
silent_name_server() {
	python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 53))
print("ready", flush=True)
sys.stdin.read()' 127.1.77.53 <"$T/fleet" >"$T/dns.out" 2>&1 3>&- 9>&- &
	await 30 grep -q . "$T/dns.out"
	[[ $(<"$T/dns.out") == ready ]] || skip "no name server: $(tail -n 1 "$T/dns.out")"
	printf 'nameserver 127.1.77.53\noptions timeout:30 attempts:5\n' >"$T/resolv.conf"
	printf 'hosts: files dns\n' >"$T/nsswitch.conf"
}

@test "more files than a shell allows, and fewer than are needed" {
	fleet_up fleet 300
	ulimit -Sn 200
	looks 0 --timeout 60s
	complete
	# With a hard limit nothing is claimed of those that could not be asked.
	ulimit -Hn 200
	looks 3 --timeout 60s
	all '.partial and (.instances | length) == 300 and .verdict.code == "instance-silent"'
	all '[.findings[] | select(.code == "instance-silent" and (.evidence | test("Too many open files on this side")))] | length > 90'
	all '[.findings[].code] | unique == ["instance-silent"]'
}

@test "a thousand instances of MySQL" {
	sandbox_of mysql-9 up mysql --replicas 1
	account mysql
	fleet_up mysql 1000
	looks 0 --timeout 60s --tls disabled
	complete
	all '([.instances[].serverUuid] | unique | length) == 1000'
	within 64
}
