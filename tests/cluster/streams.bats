#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output, stderr
# Port-forward and exec, through a real API server and a real kubelet.

load helper

setup_file() {
	clusters_up
	cluster_up one --nodes 1
	kubectl_of one apply -f - <<-END
		apiVersion: v1
		kind: Pod
		metadata: {name: db}
		spec:
		  terminationGracePeriodSeconds: 1
		  containers:
		  - name: mariadb
		    image: mariadb:10.11
		    env: [{name: MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, value: "1"}]
		    readinessProbe: {exec: {command: [mariadb-admin, -h127.0.0.1, ping]}, periodSeconds: 1}
		  - name: echo
		    image: debian:12
		    command: [perl, -MIO::Socket::INET, -e]
		    args:
		    - |
		      my \$l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 7, Listen => 5) or die;
		      while (my \$c = \$l->accept) {
		        next if fork;
		        while (sysread \$c, my \$b, 65536) { for (my \$o = 0; \$o < length \$b;) { \$o += syswrite(\$c, \$b, length(\$b) - \$o, \$o) // exit } }
		        exit;
		      }
	END
	kubectl_of one wait --for=condition=Ready --timeout=120s pod/db
	head -c 64M /dev/urandom >"$T/big"
}

teardown_file() { clusters_down; }

# stream ARGUMENT...: kube-stream in the network of the cluster.
stream() {
	"$T/one/in" "$cluster/../../${BUILD:-build}/tests/helper/kube-stream" "$@"
}

@test "exec has the exit code of the command, and both of its outputs" {
	stream --container mariadb exec db true
	run -1 stream --container mariadb exec db false
	run -7 --separate-stderr stream --container mariadb exec db sh -c 'echo out; echo error >&2; exit 7'
	[ "$output" = out ]
	[ "$stderr" = error ]
}

@test "exec says what could not be run" {
	run -120 stream --container mariadb exec db nonesuch
	[[ $output == "error (class 1, origin 0): 'nonesuch' in pod 'db': "*'executable file not found'* ]]
	run -120 stream exec nobody true
	[[ $output == "error (class 33, origin 404): cannot reach 'true' in pod 'nobody': pods \"nobody\" not found" ]]
	run -120 stream --container none exec db true
	[[ $output == *'container none is not valid for pod db' ]]
}

@test "exec passes words as they are" {
	run -0 stream --container mariadb exec db printf '%s\n' 'a b' '~ & "c" %d' '' ä
	[ "$output" = $'a b\n~ & "c" %d\n\nä' ]
}

@test "64 MiB go through exec and come back whole, with the end of input" {
	[ "$(stream --container mariadb --stdin fd exec db cat <"$T/big" | sha256sum)" = "$(sha256sum <"$T/big")" ]
	[ "$(stream --container mariadb --stdin bytes exec db sha256sum <"$T/big")" = "$(sha256sum <"$T/big")" ]
	[ "$(stream --container mariadb --stdin fd exec db wc -c </dev/null)" = 0 ]
}

@test "64 MiB go through a port-forward and come back whole" {
	[ "$(stream --bytes $((64 << 20)) pipe db 7 <"$T/big" | sha256sum)" = "$(sha256sum <"$T/big")" ]
}

@test "a port where nothing listens is refused, with the reason" {
	run -120 stream pipe db 3999 </dev/null
	[ "${lines[0]}" = "error (class 35, origin 0): cannot reach port 3999 of pod 'db': connection refused" ]
	[[ ${lines[1]} == 'hint: nothing listens there in the pod'* ]]
}

@test "who may not forward learns which right is missing" {
	run -120 stream --as joe pipe db 3306 </dev/null
	[[ ${lines[0]} == 'error (class 36, origin 403): cannot reach port 3306 of pod '*'User "joe" cannot '*'pods/portforward'* ]]
	[[ ${lines[1]} == 'hint: your Role needs the verbs get and, since Kubernetes 1.35, create on pods/portforward' ]]
}

# forward POD PORT: a forwarder until end_forward; its socket in $socket, what it says in $T/said.
forward() {
	rm -f "$T/go" "$T/path"
	mkfifo "$T/go" "$T/path"
	stream --timeout 120000 forward "$@" <"$T/go" >"$T/path" 2>"$T/said" 3>&- &
	forwarder=$!
	exec 4>"$T/go"
	read -r socket <"$T/path"
}

# end_forward: its exit code.
end_forward() {
	exec 4>&-
	wait "$forwarder"
}

sql() { mariadb --no-defaults --socket "$socket" --user root --skip-column-names --execute "$1"; }

@test "a client of MariaDB reaches the server through a socket that only we can open" {
	forward db 3306
	[ "$(stat -c %a "${socket%/*}")" = 700 ]
	[ "$(sql 'SELECT 6 * 7, @@hostname')" = $'42\tdb' ]
	# One WebSocket each: what ends one leaves the others.
	sql 'SELECT SLEEP(60)' >"$T/slept" 2>&1 4>&- &
	sleeper=$!
	until [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'")" = 1 ]; do :; done
	run ! sql "KILL CONNECTION_ID()"
	run -0 sql "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'"
	sql "KILL QUERY $output"
	wait "$sleeper" || :
	[ "$(cat "$T/slept")" = 1 ] || grep -q 'interrupted' "$T/slept"
	end_forward
	[ "$(cat "$T/said")" = '' ]
	[ ! -e "${socket%/*}" ]
}

@test "a pod that is deleted while it is forwarded to ends the client, and is named" {
	kubectl_of one apply -f - <<-END
		apiVersion: v1
		kind: Pod
		metadata: {name: gone}
		spec:
		  containers:
		  - name: mariadb
		    image: mariadb:10.11
		    env: [{name: MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, value: "1"}]
		    readinessProbe: {exec: {command: [mariadb-admin, -h127.0.0.1, ping]}, periodSeconds: 1}
	END
	kubectl_of one wait --for=condition=Ready --timeout=120s pod/gone
	forward gone 3306
	sql 'SELECT SLEEP(600)' >"$T/slept" 2>&1 4>&- &
	sleeper=$!
	until [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'")" = 1 ]; do :; done
	kubectl_of one delete pod gone --grace-period=1
	code=0
	wait "$sleeper" || code=$?
	[ "$code" = 1 ]
	# The server has closed that connection as it does when it ends; the next one finds no pod.
	run ! sql 'SELECT 1'
	code=0
	end_forward || code=$?
	[ "$code" = 120 ]
	[ "$(<"$T/said")" = "error (class 33, origin 404): cannot reach port 3306 of pod 'gone': pods \"gone\" not found" ]
}
