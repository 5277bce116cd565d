# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output, lines, status; helper.bash sets root
# What the files of real faults share. The sandbox is $S, $S-0 is its primary, $S-1 and $S-2 are its replicas. Each fault is
# the same for both vendors unless its name says so, is healed, and the cluster is healthy again before the next one.

load status

# missing INSTANCE N: status says that it lacks N transactions.
missing() {
	[[ $(status "$S" -o json | jq ".instances[] | select(.name == \"$1\") | .channels[0].lag.transactions") == "$2" ]]
}

# detach INSTANCE: it forgets its source.
detach() {
	sql "$1" 'STOP REPLICA; RESET REPLICA ALL'
}

# attach INSTANCE SOURCE [PORT]: it follows the source, by GTID, perhaps through another port.
attach() {
	local name=${1%-*} host port user password
	read -r host port < <(described "${2%-*}" ".instances[${2##*-}] | \"\(.host) \(.port)\"")
	user=$(described "$name" .replicationUser)
	password=$(described "$name" .replicationPassword)
	port=${3-$port}
	[[ -z ${3-} ]] || host=127.0.0.1
	statement "$1" "STOP REPLICA; CHANGE MASTER TO MASTER_HOST='$host', MASTER_PORT=$port, MASTER_USER='$user',
		MASTER_PASSWORD='$password', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1; START REPLICA" \
		"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='$host', SOURCE_PORT=$port, SOURCE_USER='$user',
		SOURCE_PASSWORD='$password', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1;
		START REPLICA"
}

# valid FILE SCHEMA: the document in FILE is as docs/schema says.
valid() {
	/usr/bin/python3 -W ignore -m jsonschema -i "$1" "$root/docs/schema/$2.json"
}

# documented SCHEMA COMMAND...: what it prints with -o json is, whatever it ends with.
documented() {
	local schema=$1
	shift
	"$KUBECTL_MYSQL" "$@" -o json >"$T/document.json" || :
	valid "$T/document.json" "$schema"
}

# broken FAULT CODE REASON NEXT: a fault of sandbox break, on its last replica; and healed.
broken() {
	sandbox break "$S" --fault "$1"
	becomes "$S" degraded "$2" "$3" "$4"
	sandbox break "$S" --heal
	healthy "$S"
}

# looks INSTANCE: the next command where the state of replication must be looked at.
looks() {
	printf '%s' "kubectl mysql sql $1 --sandbox $S -e \"SHOW *STATUS\" -o vertical"
}

# changes INSTANCE STATEMENT: the next command where it mends it.
changes() {
	printf '%s' "kubectl mysql sql $1 --sandbox $S --allow-write-on-replica -e \"$2\""
}

# decodes: the next command where a transaction must be looked at.
decodes() {
	printf '%s' "kubectl mysql binlog dump $S-0 --sandbox $S --start-file binlog.* --@(gtid *:[0-9]*|start-position [0-9]* [|] head -n 50)"
}

# run_next: the next command, as it is printed.
run_next() {
	local next
	next=$(status "$S" -o json | jq -r .verdict.next)
	eval "\"\$KUBECTL_MYSQL\" ${next#kubectl mysql }"
}

restart_replicas() {
	sql "$S-1" 'STOP REPLICA; START REPLICA'
	await 60 replicates "$S-1"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
}

# found SANDBOX CODE REASON: it is among the findings.
found() {
	local got
	got=$(status "$1" -o json) || :
	[[ $(jq -r ".findings[] | select(.code == \"$2\") | .reason" <<<"$got") == "$3" ]]
}

# address INSTANCE: as status names it that was given addresses.
address() {
	described "${1%-*}" ".instances[${1##*-}] | if .port == 3306 then .host else \"\(.host):\(.port)\" end"
}
