# shellcheck shell=bash
# Real faults, the same for both vendors: status-mariadb.bats and status-mysql.bats run them. Each is healed, and the
# shellcheck disable=SC2154 # bats sets output, lines, status; helper.bash sets root
# cluster is healthy again before the next one. The sandbox is $S, demo-0 is its primary.

fault_healthy() {
	healthy "$S"
	run -0 status "$S"
	[[ ${lines[0]} == "$S   "*"OK: $S-0 takes writes, 2 replicas apply" ]]
	[[ $output == *"$S-0     primary  rw  "* && $output == *"├─ $S-1  replica  ro  "* && $output == *"└─ $S-2  replica  ro  "* ]]
}

fault_applier_stopped() {
	sql "$S-1" 'STOP REPLICA SQL_THREAD'
	becomes "$S" degraded applier-stopped "$S-1 does not apply: its applier is stopped" \
		"kubectl mysql sql $S-1 --sandbox $S --allow-write-on-replica -e \"START REPLICA SQL_THREAD\""
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('late')"
	await 60 missing "$S-1" 1
	sql "$S-1" 'START REPLICA SQL_THREAD'
	healthy "$S"
}

# missing INSTANCE N: status says that it lacks N transactions.
missing() {
	[[ $(status "$S" -o json | jq ".instances[] | select(.name == \"$1\") | .channels[0].lag.transactions") == "$2" ]]
}

fault_receiver_stopped() {
	sql "$S-1" 'STOP REPLICA IO_THREAD'
	becomes "$S" degraded receiver-stopped "$S-1 does not receive: its receiver is stopped" \
		"kubectl mysql sql $S-1 --sandbox $S --allow-write-on-replica -e \"START REPLICA IO_THREAD\""
	# What arrives at the source now is not even received.
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('unsent')"
	await 60 not_received "$S-1" 1
	sql "$S-1" 'START REPLICA IO_THREAD'
	healthy "$S"
}

not_received() {
	[[ $(status "$S" -o json | jq ".instances[] | select(.name == \"$1\") | .channels[0].lag.notReceived") == "$2" ]]
}

fault_replication_stopped() {
	sql "$S-2" 'STOP REPLICA'
	becomes "$S" degraded replication-stopped "$S-2 is stopped: it neither receives nor applies" \
		"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"START REPLICA\""
	sql "$S-2" 'START REPLICA'
	healthy "$S"
}

fault_duplicate() {
	quietly "$S-1" "INSERT INTO shop.orders (id, item) VALUES (7001, 'mine')"
	sql "$S-0" "INSERT INTO shop.orders (id, item) VALUES (7001, 'yours')"
	becomes "$S" degraded applier-duplicate "$S-1 stopped applying: a row is there already*[(]1062 on shop.orders)" \
		"kubectl mysql sql $S-1 --sandbox $S -e \"SHOW *STATUS\""
	quietly "$S-1" 'DELETE FROM shop.orders WHERE id = 7001'
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_row_missing() {
	sql "$S-0" "INSERT INTO shop.orders (id, item) VALUES (7002, 'here')"
	caught_up "$S" "$S-1"
	quietly "$S-1" 'DELETE FROM shop.orders WHERE id = 7002'
	sql "$S-0" "UPDATE shop.orders SET item = 'changed' WHERE id = 7002"
	becomes "$S" degraded applier-row-missing "$S-1 stopped applying: a row that was changed is not there*[(]1032 on shop.orders)" \
		"kubectl mysql sql $S-1 --sandbox $S -e \"SHOW *STATUS\""
	quietly "$S-1" "INSERT INTO shop.orders (id, item) VALUES (7002, 'here')"
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_schema() {
	sql "$S-0" 'CREATE TABLE shop.gone (id INT PRIMARY KEY)'
	caught_up "$S" "$S-1"
	quietly "$S-1" 'DROP TABLE shop.gone'
	sql "$S-0" 'INSERT INTO shop.gone VALUES (1)'
	becomes "$S" degraded applier-schema "$S-1 stopped applying: its schema is another*[(]1146*)" \
		"kubectl mysql sql $S-1 --sandbox $S -e \"SHOW *STATUS\""
	quietly "$S-1" 'CREATE TABLE shop.gone (id INT PRIMARY KEY)'
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_foreign_key() {
	sql "$S-0" 'CREATE TABLE shop.parent (id INT PRIMARY KEY); CREATE TABLE shop.child (id INT PRIMARY KEY, p INT,
		FOREIGN KEY (p) REFERENCES shop.parent (id)); INSERT INTO shop.parent VALUES (1)'
	caught_up "$S" "$S-1"
	quietly "$S-1" 'DELETE FROM shop.parent'
	sql "$S-0" 'INSERT INTO shop.child VALUES (1, 1)'
	becomes "$S" degraded applier-foreign-key "$S-1 stopped applying: the other row of a foreign key is not there*[(]1452*)" \
		"kubectl mysql sql $S-1 --sandbox $S -e \"SHOW *STATUS\""
	quietly "$S-1" 'INSERT INTO shop.parent VALUES (1)'
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_account() {
	quietly "$S-1" "CREATE USER 'twice'@'localhost' IDENTIFIED BY 'Long-enough-1'"
	sql "$S-0" "CREATE USER 'twice'@'localhost' IDENTIFIED BY 'Long-enough-1'"
	becomes "$S" degraded applier-account "$S-1 stopped applying: an account or a right is missing*[(]1396*)" \
		"kubectl mysql sql $S-1 --sandbox $S -e \"SHOW *STATUS\""
	quietly "$S-1" "DROP USER 'twice'@'localhost'"
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_two_writers() {
	statement "$S-1" 'SET GLOBAL read_only = OFF' 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF'
	becomes "$S" critical two-writers "$S-0 and $S-1 take writes at the same time" \
		"kubectl mysql sql $S-1 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL *read_only = ON\""
	statement "$S-1" 'SET GLOBAL read_only = ON' 'SET GLOBAL super_read_only = ON'
	healthy "$S"
}

fault_primary_read_only() {
	sql "$S-0" 'SET GLOBAL read_only = ON'
	becomes "$S" critical primary-not-open "$S-0 is the primary and read only" \
		"kubectl mysql sql $S-0 --sandbox $S -e \"SET GLOBAL *read_only = OFF\""
	sql "$S-0" 'SET GLOBAL read_only = OFF'
	healthy "$S"
}

fault_primary_killed() {
	kill -KILL "$(pid_of "$S-0")"
	becomes "$S" critical no-writer "no server takes writes: $S-0 is down and no replica hears of it" \
		"kubectl mysql lag --sandbox $S"
	revive
	healthy "$S"
}

fault_primary_hangs() {
	local pid
	pid=$(pid_of "$S-0")
	kill -STOP "$pid"
	run status "$S" --timeout 2s -o json
	kill -CONT "$pid"
	[ "$status" = 5 ]
	[ "$(jq -r '.verdict | "\(.level) \(.code) \(.reason)"' <<<"$output")" = \
		"unknown primary-unreadable $S-0 cannot be read, and nobody else takes writes: it may still take them" ]
	[ "$(jq -r '.verdict.next' <<<"$output")" = "kubectl mysql status --timeout 30s --sandbox $S" ]
	[ "$(jq .partial <<<"$output")" = true ]
	healthy "$S"
}

fault_replica_killed() {
	kill -KILL "$(pid_of "$S-2")"
	becomes "$S" degraded instance-down "$S-2 is down" "kubectl mysql status --timeout 30s --sandbox $S"
	run status "$S"
	[[ $output == *$'\npartial: 1 of 3 instances could not be read\n'* || $output == *'partial: 1 of 3 instances could not be read' ]]
	revive
	healthy "$S"
}

fault_replica_hangs() {
	local pid
	pid=$(pid_of "$S-2")
	kill -STOP "$pid"
	run status "$S" --timeout 2s -o json
	kill -CONT "$pid"
	[ "$status" = 3 ]
	[ "$(jq -r '.verdict | "\(.level) \(.code) \(.reason)"' <<<"$output")" = "degraded instance-silent $S-2 does not answer" ]
	[ "$(jq .partial <<<"$output")" = true ]
	[ "$(jq -r '.instances[] | select(.reachable) | .name' <<<"$output" | wc -l)" = 2 ]
	healthy "$S"
}

fault_all_hang() {
	local -a pids
	pids=("$(pid_of "$S-0")" "$(pid_of "$S-1")" "$(pid_of "$S-2")")
	kill -STOP "${pids[@]}"
	run status "$S" --timeout 1s -o json
	kill -CONT "${pids[@]}"
	[ "$status" = 5 ]
	[ "$(jq -r '.verdict | "\(.level) \(.code)"' <<<"$output")" = "unknown nothing-readable" ]
	healthy "$S"
}

fault_detached() {
	detach "$S-2"
	becomes "$S" degraded detached "$S-2 follows nobody" "kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\""
	attach "$S-2" "$S-0"
	healthy "$S"
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

fault_chain() {
	attach "$S-2" "$S-1"
	becomes "$S" ok healthy "$S-0 takes writes, 2 replicas apply" ''
	run -0 status "$S"
	[[ $output == *"└─ $S-1"*"   └─ $S-2"* ]]
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --only chain -o json
	[ "$(jq -r '.items[0].reason' <<<"$output")" = "$S-2 follows the replica $S-1" ]
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_connecting() {
	attach "$S-2" "$S-0" 1
	becomes "$S" degraded receiver-connecting "$S-2 cannot reach its source*" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\""
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_denied() {
	statement "$S-2" "STOP REPLICA; CHANGE MASTER TO MASTER_PASSWORD='wrong'; START REPLICA" \
		"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD='wrong'; START REPLICA"
	becomes "$S" degraded receiver-denied "$S-2 cannot log in to its source (1045)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\""
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_same_server_id() {
	local id
	id=$(sql "$S-2" 'SELECT @@server_id')
	sql "$S-2" "SET GLOBAL server_id = $(sql "$S-1" 'SELECT @@server_id')"
	becomes "$S" degraded server-id-equal "$S-2 has the server id of $S-1" \
		"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL server_id = N\""
	sql "$S-2" "SET GLOBAL server_id = $id"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	healthy "$S"
}

fault_source_server_id() {
	local id
	id=$(sql "$S-2" 'SELECT @@server_id')
	sql "$S-2" "STOP REPLICA; SET GLOBAL server_id = $(sql "$S-0" 'SELECT @@server_id'); START REPLICA"
	becomes "$S" degraded own-server-id "$S-2 has the same server id as its source [(]*[)]" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\""
	sql "$S-2" "SET GLOBAL server_id = $id; STOP REPLICA; START REPLICA"
	healthy "$S"
}

fault_filtered() {
	statement "$S-2" "STOP REPLICA; SET GLOBAL replicate_ignore_db = 'logs'; START REPLICA" \
		'STOP REPLICA SQL_THREAD; CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (logs); START REPLICA SQL_THREAD'
	healthy "$S"
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --only filtered -o json
	[ "$(jq -r '.items[0] | "\(.object) \(.severity) \(.evidence)"' <<<"$output")" = "$S-2 warning Replicate_Ignore_DB=logs" ]
	statement "$S-2" "STOP REPLICA; SET GLOBAL replicate_ignore_db = ''; START REPLICA" \
		'STOP REPLICA SQL_THREAD; CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (); START REPLICA SQL_THREAD'
	healthy "$S"
}

fault_delayed() {
	statement "$S-2" 'STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = 3600; START REPLICA' \
		'STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 3600; START REPLICA SQL_THREAD'
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('in an hour')"
	await 60 missing "$S-2" 1
	healthy "$S"
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --only delayed -o json
	[ "$(jq -r '.items[0].reason' <<<"$output")" = "$S-2 applies 1h late on purpose" ]
	statement "$S-2" 'STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = 0; START REPLICA' \
		'STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 0; START REPLICA SQL_THREAD'
	caught_up "$S" "$S-2"
	healthy "$S"
}

fault_settings() {
	sql "$S-0" 'SET GLOBAL sync_binlog = 0; SET GLOBAL innodb_flush_log_at_trx_commit = 2'
	healthy "$S"
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --severity warning -o json
	[ "$(jq -r '[.items[].code] | sort | join(" ")' <<<"$output")" = 'flush-log sync-binlog' ]
	sql "$S-0" 'SET GLOBAL sync_binlog = 1; SET GLOBAL innodb_flush_log_at_trx_commit = 1'
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --severity warning
	[ "$output" = 'nothing found' ]
}

# The way to the source is half open: the receiver believes in it and the server says 0 s.
fault_stale() {
	local port host source
	read -r host source < <(described "$S" '.instances[0] | "\(.host) \(.port)"')
	port=$((20000 + RANDOM % 10000))
	setsid socat "TCP4-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "TCP4:$host:$source" 3>&- 4>&- &
	local way=$!
	await 30 socat -u OPEN:/dev/null "TCP4:127.0.0.1:$port"
	attach "$S-2" "$S-0" "$port"
	await 60 replicates "$S-2"
	healthy "$S"
	kill -STOP -- "-$way"
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('lost on the way')"
	becomes "$S" degraded stale "$S-2 shows 0 s and is stale: 1 transactions were not sent to it" \
		"kubectl mysql lag $S-2 --sandbox $S"
	kill -CONT -- "-$way"
	healthy "$S"
	attach "$S-2" "$S-0"
	await 60 replicates "$S-2"
	kill -- "-$way"
	wait "$way" || :
	healthy "$S"
}

fault_unknown_source() {
	attach "$S-2" other-0
	# Our account does not exist there.
	becomes "$S" degraded receiver-denied "$S-2 cannot log in to its source (1045)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\""
	run status "$S" -o json
	[ "$(jq -r '.findings[] | select(.code == "unknown-source") | .reason' <<<"$output")" = \
		"$S-2 follows $(described other '.instances[0] | "\(.host):\(.port)"'), which is not one of the cluster" ]
	detach "$S-2"
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_ring() {
	attach "$S-0" "$S-1"
	becomes "$S" degraded ring "$S-0 and $S-1 follow each other in a ring" "kubectl mysql check --sandbox $S"
	detach "$S-0"
	healthy "$S"
}

fault_output_formats() {
	local schema=$root/docs/schema
	healthy "$S"
	status "$S" -o json >"$T/status.json"
	"$KUBECTL_MYSQL" lag --sandbox "$S" -o json >"$T/lag.json"
	"$KUBECTL_MYSQL" check --sandbox "$S" -o json >"$T/check.json"
	/usr/bin/python3 -W ignore -m jsonschema -i "$T/status.json" "$schema/status.json"
	/usr/bin/python3 -W ignore -m jsonschema -i "$T/lag.json" "$schema/lag.json"
	/usr/bin/python3 -W ignore -m jsonschema -i "$T/check.json" "$schema/check.json"
	run -0 status "$S" -o name
	[ "$output" = "instance/$S-0"$'\n'"instance/$S-1"$'\n'"instance/$S-2" ]
	run -0 status "$S" -o prometheus
	[[ $output == *"kubectl_mysql_verdict{cluster=\"$S\",code=\"healthy\"} 0"* ]]
	[[ $output == *"kubectl_mysql_up{cluster=\"$S\",instance=\"$S-2\"} 1"* ]]
	[[ $output == *"kubectl_mysql_lag_transactions{cluster=\"$S\",instance=\"$S-1\",channel=\"\"} 0"* ]]
	run -0 status "$S" -o wide
	[[ $output == *"$(described "$S" '.instances[1].host')"* ]]
	run -0 "$KUBECTL_MYSQL" status "$S-1"
	[[ $output == *"└─ $S-2"* ]]
}

# lagging_begin SETTING: a transaction that says it is old hangs at a lock of demo-2.
lagging_begin() {
	client demo-2 -e 'LOCK TABLES shop.orders READ; SELECT SLEEP(600)' >"$T/lock.log" 2>&1 3>&- 4>&- &
	locker=$!
	await 60 holds demo-2 "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(600)%'" 1
	sql demo-0 "$1; INSERT INTO shop.orders (item) VALUES ('stuck')"
}

lagging_end() {
	sql demo-2 "KILL $(sql demo-2 "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(600)%'")"
	wait "$locker" || :
}
