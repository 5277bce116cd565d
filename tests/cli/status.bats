#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What status says without a server that answers. Real clusters: tests/servers/status-*.bats.

load cli-helper
bats_require_minimum_version 1.5.0

setup() {
	T=$BATS_TEST_TMPDIR
	export XDG_STATE_HOME=$T/state XDG_CONFIG_HOME=$T/config HOME=$T
	cd "$T" || return 1
}

# address: a loopback address of this test alone, where nothing listens.
address() {
	printf '127.%d.%d.%d' $((BASHPID % 200 + 20)) $((BASHPID / 200 % 250)) $((RANDOM % 250 + 1))
}

@test "without a target it says how to name one" {
	run -2 "$KUBECTL_MYSQL" status
	[[ ${lines[0]} == 'error: name a cluster, or give --sandbox NAME or --hosts HOST,…' ]]
	[[ ${lines[1]} == "  hint: see 'kubectl"?"mysql status -h'" ]]
	run -2 "$KUBECTL_MYSQL" status --sandbox a --hosts b
	[[ ${lines[0]} == 'error: give only one of --sandbox, --hosts and --inventory' ]]
	run -2 "$KUBECTL_MYSQL" status --hosts a --timeout 0
	[[ ${lines[0]} == "error: option '--timeout': expected a duration above 0" ]]
}

@test "a name that is nothing says what was looked for" {
	run -1 "$KUBECTL_MYSQL" status shop
	[[ ${lines[0]} == "error: no cluster 'shop': no project file has 'shop' (no .kubectl-mysql.yaml in this folder or above), and no sandbox 'shop'"* ]]
	[[ ${lines[1]} == '  hint: name the servers with --hosts h1,h2, --inventory FILE or --sandbox NAME;'* ]]
}

@test "a cluster of the project file, and a mistake in it with its place" {
	local a
	a=$(address)
	printf 'clusters:\n  shop:\n    hosts: ["%s:1", "%s:2"]\n' "$a" "$a" >.kubectl-mysql.yaml
	run -5 "$KUBECTL_MYSQL" status shop -o json
	[ "$(jq -r '.cluster, .verdict.code' <<<"$output")" = $'shop\nnothing-readable' ]
	[ "$(jq '.instances | length' <<<"$output")" = 2 ]
	run -1 "$KUBECTL_MYSQL" status shap
	[[ ${lines[1]} == "  hint: did you mean 'shop'?"* ]]
	printf 'clusters:\n  shop:\n    hosts: [db1]\n    prot: 3\n' >.kubectl-mysql.yaml
	run -1 "$KUBECTL_MYSQL" status shop
	[[ ${lines[0]} == "$T/.kubectl-mysql.yaml:4:5: error: unknown field 'prot', a cluster has hosts and defaults-file" ]]
}

@test "an inventory names a bad line with its place" {
	printf 'db1\n  db2:x\n' >hosts
	run -1 "$KUBECTL_MYSQL" status --inventory hosts
	[ "${lines[0]}" = "hosts:2:7: error: 'db2:x': expected a port from 1 to 65535" ]
	run -1 "$KUBECTL_MYSQL" status --inventory gone
	[[ ${lines[0]} == *"gone"*"No such file"* ]]
}

@test "nothing listens: unknown, exit code 5, marked partial" {
	local a
	a=$(address)
	run -5 "$KUBECTL_MYSQL" status --hosts "$a:1,$a:2"
	[[ ${lines[0]} == "$a:1,$a:2   UNKNOWN: no server could be read: cannot connect to '$a:1'"*'Connection refused' ]]
	[ "${lines[1]}" = "next: kubectl mysql status --hosts $a:1,$a:2 # nothing listens at $a:1: check the address" ]
	[[ $output == *'partial: 2 of 2 instances could not be read'* ]]
	run -5 "$KUBECTL_MYSQL" status --hosts "$a:1" -o json
	[ "$(jq -c '[.partial, .instances[0].reachable, .instances[0].role, .findings[1].code]' <<<"$output")" = \
		'[true,false,"unknown","instance-down"]' ]
}

@test "a server that never greets and a name that is never answered: the deadline of all holds" {
	local a port
	a=$(address)
	socat "TCP4-LISTEN:3306,bind=$a,fork,reuseaddr" 'EXEC:sleep 600' 3>&- 4>&- &
	port=$!
	socat -u "UDP4-RECV:53,bind=$a" /dev/null 3>&- 4>&- &
	local names=$!
	wait_listening "$a"
	printf 'nameserver %s\noptions timeout:30 attempts:3\n' "$a" >resolv.conf
	run unshare --map-root-user --mount bash -c "mount --bind resolv.conf /etc/resolv.conf &&
		exec timeout 120 '$KUBECTL_MYSQL' status --hosts '$a,never.answered.example,$a:1' --timeout 2s -o json"
	kill "$port" "$names"
	pkill -P "$port" || :
	[[ $output == *'"kind"'* || $status == 5 ]] || skip "no name spaces here: $output"
	[ "$status" = 5 ]
	[ "$(jq -c '[.partial, .verdict.level, (.instances | length)]' <<<"$output")" = '[true,"unknown",3]' ]
	[ "$(jq -r '.findings[].code' <<<"$output" | sort | tr '\n' ' ')" = 'instance-down instance-silent instance-silent nothing-readable ' ]
}

# wait_listening ADDRESS
wait_listening() {
	local i
	for ((i = 0; i < 600; i++)); do
		socat -u OPEN:/dev/null "TCP4:$1:3306" 2>/dev/null && return 0
		read -r -t 0.1 <> <(:) || :
	done
	return 1
}

@test "NAME/INSTANCE is an instance of a cluster of the project file, and next commands are taken as they are printed" {
	local a line next rc=0
	a=$(address)
	printf 'clusters:\n  shop:\n    hosts: ["%s:1", "%s:2"]\n' "$a" "$a" >.kubectl-mysql.yaml
	run -5 "$KUBECTL_MYSQL" status "shop/$a:2" -o json
	[ "$(jq -c '.instances | map(.name)' <<<"$output")" = "[\"$a:1\",\"$a:2\"]" ] || echo "$output"
	run -1 "$KUBECTL_MYSQL" lag "shop/$a:3"
	[[ ${lines[0]} == "error: no instance '$a:3' in 'shop'" ]]
	run -1 "$KUBECTL_MYSQL" status shap/x
	[[ ${lines[1]} == "  hint: did you mean 'shop'?"* ]]
	"$KUBECTL_MYSQL" check shop -o json >found || rc=$?
	[ "$rc" = 5 ]
	while read -r next; do
		[[ $next == 'kubectl mysql '* ]]
		line=${next#kubectl mysql }
		eval "run -5 \"\$KUBECTL_MYSQL\" $line"
	done < <(jq -r '.items[].next' found)
}

@test "NAME/INSTANCE is an instance of a sandbox" {
	local folder=$XDG_STATE_HOME/kubectl-mysql/sandbox/demo
	mkdir -p "$folder"
	printf '{"version":"1","name":"demo","whole":true,"flavor":"mysql","shape":"star","instances":[
		{"name":"demo-0","host":"127.0.0.1","port":1,"serverId":1,"socket":"%s/zero"},
		{"name":"demo-1","host":"127.0.0.1","port":2,"serverId":2,"socket":"%s/one"}]}' "$T" "$T" >"$folder/sandbox.json"
	run "$KUBECTL_MYSQL" sql demo/demo-1 -e 'SELECT 1'
	[[ ${lines[0]} == *"'$T/one'"* ]] || { echo "$output"; false; }
	run -1 "$KUBECTL_MYSQL" status demo/demo-7
	[[ ${lines[0]} == "error: no instance 'demo-7' in 'demo'" ]]
	[[ ${lines[1]} == "  hint: did you mean 'demo-0'?" ]]
}
