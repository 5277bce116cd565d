# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output, lines, status; helper.bash sets root
# Real faults, the same for both vendors unless their name says so: status-appliers.bats, status-receivers.bats and
# status-servers.bats run them on each. Each is healed, and the cluster is healthy again before the next one. The sandbox
# is $S, $S-0 is its primary, $S-1 and $S-2 are its replicas.

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

# decodes: the next command where a transaction must be looked at.
decodes() {
	printf '%s' "kubectl mysql binlog dump $S-0 --sandbox $S --start-file binlog.* --@(gtid *:[0-9]*|start-position [0-9]* [|] head -n 50)"
}

fault_duplicate() {
	quietly "$S-1" "INSERT INTO shop.orders (id, item) VALUES (7001, 'mine')"
	sql "$S-0" "INSERT INTO shop.orders (id, item) VALUES (7001, 'yours')"
	becomes "$S" degraded applier-duplicate "$S-1 stopped applying*: a row is there already*[(]1062 on shop.orders)" \
		"$(decodes)"
	quietly "$S-1" 'DELETE FROM shop.orders WHERE id = 7001'
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_row_missing() {
	sql "$S-0" "INSERT INTO shop.orders (id, item) VALUES (7002, 'here')"
	caught_up "$S" "$S-1"
	quietly "$S-1" 'DELETE FROM shop.orders WHERE id = 7002'
	sql "$S-0" "UPDATE shop.orders SET item = 'changed' WHERE id = 7002"
	becomes "$S" degraded applier-row-missing "$S-1 stopped applying*: a row that was changed is not there*[(]1032 on shop.orders)" \
		"$(decodes)"
	quietly "$S-1" "INSERT INTO shop.orders (id, item) VALUES (7002, 'here')"
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_schema() {
	sql "$S-0" 'CREATE TABLE shop.gone (id INT PRIMARY KEY)'
	caught_up "$S" "$S-1"
	quietly "$S-1" 'DROP TABLE shop.gone'
	sql "$S-0" 'INSERT INTO shop.gone VALUES (1)'
	becomes "$S" degraded applier-schema "$S-1 stopped applying*: its schema is another*[(]1146*)" \
		"$(decodes)"
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
	becomes "$S" degraded applier-foreign-key "$S-1 stopped applying*: the other row of a foreign key is not there*[(]1452*)" \
		"$(decodes)"
	quietly "$S-1" 'INSERT INTO shop.parent VALUES (1)'
	sql "$S-1" 'START REPLICA'
	healthy "$S"
}

fault_account() {
	quietly "$S-1" "CREATE USER 'twice'@'localhost' IDENTIFIED BY 'Long-enough-1'"
	sql "$S-0" "CREATE USER 'twice'@'localhost' IDENTIFIED BY 'Long-enough-1'"
	becomes "$S" degraded applier-account "$S-1 stopped applying*: an account or a right is missing*[(]1396*)" \
		"$(decodes)"
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
	becomes "$S" degraded instance-down "$S-2 is down" "kubectl mysql sandbox up $S"
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
	[ "$(jq -r '.verdict.next' <<<"$output")" = "kubectl mysql status --timeout 30s --sandbox $S" ]
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
	[[ $(jq -r '.verdict.reason' <<<"$output") == \
		"no server could be read: '$S-0' accepts connections and does not greet: it hangs, or is no MySQL server" ]]
	[ "$(jq -r '.verdict.next' <<<"$output")" = "kubectl mysql status --timeout 30s --sandbox $S" ]
	healthy "$S"
}

fault_detached() {
	detach "$S-2"
	becomes "$S" degraded detached "$S-2 follows nobody" "kubectl mysql gtid compare --sandbox $S"
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
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\" -o vertical"
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_denied() {
	statement "$S-2" "STOP REPLICA; CHANGE MASTER TO MASTER_PASSWORD='wrong'; START REPLICA" \
		"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD='wrong'; START REPLICA"
	becomes "$S" degraded receiver-denied "$S-2 cannot log in to its source (1045)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\" -o vertical"
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_same_server_id() {
	local id
	id=$(sql "$S-2" 'SELECT @@server_id')
	sql "$S-2" "SET GLOBAL server_id = $(sql "$S-1" 'SELECT @@server_id')"
	becomes "$S" degraded server-id-equal "$S-2 has the server id of $S-1" \
		"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL server_id = [0-9]*\""
	sql "$S-2" "SET GLOBAL server_id = $id"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	healthy "$S"
}

fault_source_server_id() {
	local id
	id=$(sql "$S-2" 'SELECT @@server_id')
	sql "$S-2" "STOP REPLICA; SET GLOBAL server_id = $(sql "$S-0" 'SELECT @@server_id'); START REPLICA"
	becomes "$S" degraded own-server-id "$S-2 has the same server id as its source [(]*[)]" \
		"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL server_id = [0-9]*; START REPLICA\""
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
	sandbox_of "$(flavor)" up other --replicas 0
	attach "$S-2" other-0
	# Our account does not exist there.
	becomes "$S" degraded receiver-denied "$S-2 cannot log in to its source (1045)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SHOW *STATUS\" -o vertical"
	run status "$S" -o json
	[ "$(jq -r '.findings[] | select(.code == "unknown-source") | .reason' <<<"$output")" = \
		"$S-2 follows $(described other '.instances[0] | "\(.host):\(.port)"'), which is not one of the cluster" ]
	detach "$S-2"
	attach "$S-2" "$S-0"
	sandbox down other
	healthy "$S"
}

fault_ring() {
	attach "$S-0" "$S-1"
	becomes "$S" degraded ring "$S-0 and $S-1 follow each other in a ring" \
		"kubectl mysql sql $S-0 --sandbox $S --allow-write-on-replica -e \"STOP REPLICA; RESET REPLICA ALL\""
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

fault_documents() {
	healthy "$S"
	documented gtid gtid compare --sandbox "$S"
	documented gtid gtid errant --sandbox "$S"
	documented gtid gtid union "$(sql "$S-0" "$(statement_of_set)")" ''
	documented gtid gtid count "$(sql "$S-0" "$(statement_of_set)")"
	documented gtid gtid contains "$(sql "$S-0" "$(statement_of_set)")" ''
	documented sql sql --sandbox "$S" --all "SELECT 1 AS a, NULL AS a, X'ff' AS b, 1.50 AS c; SET @a = 1; SELECT 1 FROM DUAL WHERE 1 = 0"
	documented sql sql --sandbox "$S" --all --diff 'SELECT @@server_id, 7 AS seven'
	documented sql sql --sandbox "$S" 'SELECT broken'
}

statement_of_set() {
	[[ $(flavor) == mariadb ]] && printf '%s' 'SELECT @@gtid_binlog_pos' || printf '%s' "SELECT REPLACE(@@gtid_executed, '\n', '')"
}

# errant_found KIND: the verdict where $S-2 has a transaction of its own.
errant_found() {
	becomes "$S" degraded errant "$S-2 has 1 transaction that its source has not" "kubectl mysql gtid errant --sandbox $S"
	run -3 "$KUBECTL_MYSQL" gtid errant --sandbox "$S" -o json
	# shellcheck disable=SC2053 # a pattern
	[[ $(jq -r '.items[0].kind' <<<"$output") == $1 ]]
}

fault_errant_empty() {
	sandbox break "$S" --fault errant-empty
	# MariaDB writes none without a statement.
	errant_found "@(empty|statement)"
	documented gtid gtid errant --sandbox "$S"
	sandbox break "$S" --heal
	healthy "$S"
}

fault_errant_rows() {
	sandbox break "$S" --fault errant-rows
	errant_found rows
	sandbox break "$S" --heal
	healthy "$S"
}

fault_purged() {
	sql "$S-2" 'STOP REPLICA'
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('purged'); FLUSH BINARY LOGS"
	await 120 purged_to_last
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --only binlog-expiring -o json
	[ "$(jq -r '.items[0] | "\(.severity) \(.object) \(.reason)"' <<<"$output")" = \
		"error $S-2 $S-0 has purged what $S-2 has not received" ]
	jq -r '.items[0].next' <<<"$output" | next_exists
	sql "$S-2" 'START REPLICA'
	becomes "$S" degraded binlog-purged "$S-2 needs binlog files that its source has purged [(]*[)]" \
		"kubectl mysql gtid compare --sandbox $S"
	# The transaction is on $S-1 still.
	attach "$S-2" "$S-1"
	caught_up "$S" "$S-2"
	attach "$S-2" "$S-0"
	healthy "$S"
}

# A file that a replica still reads is not purged.
purged_to_last() {
	purged "$S-0" "$(newest_log "$S-0")"
	[ "$(sql "$S-0" 'SHOW BINARY LOGS' | wc -l)" = 1 ]
}

fault_lagging() {
	client "$S-2" -e 'LOCK TABLES shop.orders READ; SELECT SLEEP(600)' >"$T/lock.log" 2>&1 3>&- 4>&- &
	local locker=$!
	await 60 holds "$S-2" "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(600)%'" 1
	statement "$S-0" "SET TIMESTAMP = UNIX_TIMESTAMP() - 300; INSERT INTO shop.orders (item) VALUES ('stuck')" \
		"SET SESSION original_commit_timestamp = (UNIX_TIMESTAMP() - 300) * 1000000; INSERT INTO shop.orders (item) VALUES ('stuck')"
	if [[ $(flavor) == mariadb ]]; then
		await 60 missing "$S-2" 1
		# The applier works in parallel: its seconds are the age of what it applied last.
		run -3 "$KUBECTL_MYSQL" lag "$S-2" --sandbox "$S" --max 2s --for 6s -o json
		[ "$(jq '.items[0].lag | .transactions == 1 and .seconds + .errorSeconds > 2' <<<"$output")" = true ]
	else
		becomes "$S" degraded lagging "$S-2 is [45]m behind" "kubectl mysql lag $S-2 --sandbox $S"
		run -3 "$KUBECTL_MYSQL" lag "$S-2" --sandbox "$S" --max 5s
	fi
	sql "$S-2" "KILL $(sql "$S-2" "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(600)%'")"
	wait "$locker" || :
	healthy "$S"
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

fault_schema_drift() {
	broken schema-drift applier-schema "$S-2 stopped applying*: its schema is another [(]@(1677|13146)*[)]" "$(decodes)"
}

fault_missing_column() {
	broken missing-column applier-schema "$S-2 stopped applying*: its schema is another (1054)" "$(decodes)"
}

fault_missing_database() {
	broken missing-database applier-schema "$S-2 stopped applying*: its schema is another (1049)" "$(decodes)"
}

fault_table_exists() {
	broken table-exists applier-schema "$S-2 stopped applying*: its schema is another (1050)" "$(decodes)"
}

fault_lock_wait() {
	broken lock-wait applier-locks "$S-2 stopped applying*: others held the locks [(]1205*[)]" "$(changes "$S-2" 'START REPLICA')"
}

fault_out_of_order() {
	broken out-of-order gtid-order "$S-2 stopped applying*: a transaction number was used already (1950)" \
		"kubectl mysql gtid compare --sandbox $S"
}

fault_relay_log() {
	sandbox break "$S" --fault broken-relay-log
	becomes "$S" degraded relay-log-corrupt "$S-2 stopped applying*: its relay log cannot be read [(]@(1594|13121)[)]" \
		"$(changes "$S-2" 'STOP REPLICA; RESET REPLICA; START REPLICA')"
	# The repair is the printed one.
	run_next
	healthy "$S"
	sandbox break "$S" --heal
	healthy "$S"
}

# run_next: the next command, as it is printed.
run_next() {
	local next
	next=$(status "$S" -o json | jq -r .verdict.next)
	eval "\"\$KUBECTL_MYSQL\" ${next#kubectl mysql }"
}

fault_own_uuid() {
	broken same-uuid own-uuid "$S-2 has the same server UUID as its source (13117)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@server_uuid\""
}

fault_packet() {
	broken packet-too-large packet-too-large "$S-2 was sent an event that is larger than it takes (1153)" \
		"$(changes "$S-2" 'START REPLICA')"
}

fault_clock() {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	broken clock-skew clock-skew "the clock of $S-2 is @(1h|59m|60m) before the others" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT UTC_TIMESTAMP(6)\""
}

# A transaction that is larger than the replica's cache of its binlog.
fault_limit() {
	local size
	size=$(sql "$S-2" 'SELECT @@GLOBAL.max_binlog_cache_size')
	sql "$S-2" 'SET GLOBAL max_binlog_cache_size = 4096; STOP REPLICA SQL_THREAD; START REPLICA SQL_THREAD'
	sql "$S-0" "CREATE TABLE shop.wide (id INT PRIMARY KEY, t LONGTEXT); INSERT INTO shop.wide VALUES (1, REPEAT('x', 100000))"
	becomes "$S" degraded applier-limits "$S-2 stopped applying*: a limit is too small [(]1197*[)]" "$(changes "$S-2" 'START REPLICA')"
	sql "$S-2" "SET GLOBAL max_binlog_cache_size = $size"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	healthy "$S"
	sql "$S-0" 'DROP TABLE shop.wide'
	healthy "$S"
}

# The source cannot log a change of a table that has no transactions, and says so in its binlog.
fault_incident() {
	local size
	size=$(sql "$S-0" 'SELECT @@GLOBAL.max_binlog_stmt_cache_size')
	sql "$S-0" 'CREATE TABLE shop.plain (id INT PRIMARY KEY, t LONGTEXT) ENGINE=MyISAM; SET GLOBAL max_binlog_stmt_cache_size = 4096'
	run sql "$S-0" "INSERT INTO shop.plain VALUES (1, REPEAT('x', 100000)), (2, REPEAT('x', 100000)), (3, REPEAT('x', 100000))"
	sql "$S-0" "SET GLOBAL max_binlog_stmt_cache_size = $size"
	becomes "$S" degraded applier-incident "$S-1 stopped applying*: the source reports lost events [(]@(1590|13119)[)]" "$(looks "$S-1")"
	# Nothing heals this but a new copy; these tables are of no use, so a new sandbox does.
	sandbox down "$S"
	sandbox_of "$1" up "$S" --replicas 2
	healthy "$S"
}

# grant_connections N: how many connections the replication account may have; 0: any number.
grant_connections() {
	statement "$S-0" "GRANT USAGE ON *.* TO 'replication'@'%' WITH MAX_USER_CONNECTIONS $1" \
		"ALTER USER 'replication'@'%' WITH MAX_USER_CONNECTIONS $1"
}

restart_replicas() {
	sql "$S-1" 'STOP REPLICA; START REPLICA'
	await 60 replicates "$S-1"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
}

fault_source_full() {
	grant_connections 1
	restart_replicas
	becomes "$S" degraded source-full "$S-2 gets no connection from its source, which has too many (1226)" "$(looks "$S-2")"
	grant_connections 0
	restart_replicas
	healthy "$S"
}

fault_no_right() {
	sql "$S-0" "REVOKE REPLICATION SLAVE ON *.* FROM 'replication'@'%'"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	becomes "$S" degraded receiver-denied "$S-2 may not read the binlog of its source [(]@(1597|13120)[)]" "$(looks "$S-2")"
	sql "$S-0" "GRANT REPLICATION SLAVE ON *.* TO 'replication'@'%'"
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	healthy "$S"
}

fault_no_such_host() {
	statement "$S-2" "STOP REPLICA; CHANGE MASTER TO MASTER_HOST='no-such-host.invalid'; START REPLICA" \
		"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='no-such-host.invalid'; START REPLICA"
	becomes "$S" degraded receiver-connecting "$S-2 cannot reach its source (2005)" "$(looks "$S-2")"
	attach "$S-2" "$S-0"
	healthy "$S"
}

# caching_sha2_password needs TLS or the server's key.
fault_no_tls() {
	sql "$S-2" 'STOP REPLICA; CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY = 0, SOURCE_SSL = 0'
	sql "$S-0" 'FLUSH PRIVILEGES'
	sql "$S-2" 'START REPLICA'
	becomes "$S" degraded receiver-denied "$S-2 cannot log in to its source (2061)" "$(looks "$S-2")"
	sql "$S-2" 'STOP REPLICA; CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY = 1, SOURCE_SSL = 1; START REPLICA'
	healthy "$S"
}

fault_position() {
	statement "$S-2" "STOP REPLICA; CHANGE MASTER TO MASTER_USE_GTID=no, MASTER_LOG_FILE='binlog.000999', MASTER_LOG_POS=4; START REPLICA" \
		"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE='binlog.000999', SOURCE_LOG_POS=4;
		START REPLICA"
	becomes "$S" degraded position-missing "$S-2 asks for a binlog file that its source does not have [(]@(1236|13114)[)]" "$(looks "$S-2")"
	attach "$S-2" "$S-0"
	healthy "$S"
}

fault_gtid_mode() {
	local mode
	for mode in ON_PERMISSIVE OFF_PERMISSIVE OFF; do sql "$S-0" "SET GLOBAL gtid_mode = $mode"; done
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	becomes "$S" degraded gtid-mode "$S-2 does not agree with its source about GTIDs (13117)" "$(looks "$S-2")"
	for mode in OFF_PERMISSIVE ON_PERMISSIVE ON; do sql "$S-0" "SET GLOBAL gtid_mode = $mode"; done
	sql "$S-2" 'STOP REPLICA; START REPLICA'
	healthy "$S"
}

# The source forgets its last transaction, as one does that crashes without sync_binlog.
fault_lost_tail() {
	local before all
	before=$(history_of)
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('tail')"
	caught_up "$S" "$S-1"
	caught_up "$S" "$S-2"
	all=$(history_of)
	rewrite_history "$before"
	becomes "$S" degraded source-lost-tail "$S-1 has 1 transaction that $S-0 wrote itself and lost" \
		"kubectl mysql gtid errant --sandbox $S"
	rewrite_history "$all"
	restart_replicas
	healthy "$S"
}

# history_of, rewrite_history SET: the GTIDs of the primary.
history_of() {
	statement "$S-0" 'SELECT @@gtid_binlog_state' "SELECT REPLACE(@@gtid_executed, '\n', '')"
}

rewrite_history() {
	statement "$S-0" "RESET MASTER; SET GLOBAL gtid_binlog_state = '$1'" \
		"RESET BINARY LOGS AND GTIDS; SET GLOBAL gtid_purged = '$1'"
}

# The only writer follows another one.
fault_writable_replica() {
	statement "$S-0" 'SET GLOBAL read_only = ON' 'SET GLOBAL super_read_only = ON'
	statement "$S-1" 'SET GLOBAL read_only = OFF' 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF'
	becomes "$S" degraded writable-replica "$S-1 takes writes and follows another server" "$(looks "$S-1")"
	statement "$S-1" 'SET GLOBAL read_only = ON' 'SET GLOBAL super_read_only = ON'
	statement "$S-0" 'SET GLOBAL read_only = OFF' 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF'
	healthy "$S"
}

# In a chain, the one in the middle has no binlog.
fault_no_binlog_in_between() {
	attach "$S-2" "$S-1"
	healthy "$S"
	sandbox break "$S" --fault binlog-off --instance "$S-1"
	await 90 found "$S" log-updates-off "$S-1 does not log what it applies: those below it get nothing"
	sandbox break "$S" --heal
	attach "$S-2" "$S-0"
	healthy "$S"
}

# found SANDBOX CODE REASON: it is among the findings.
found() {
	local got
	got=$(status "$1" -o json) || :
	[[ $(jq -r ".findings[] | select(.code == \"$2\") | .reason" <<<"$got") == "$3" ]]
}

# Retention: binlogs that are kept too short for a replica that is away.
fault_expiring() {
	sql "$S-0" 'SET GLOBAL binlog_expire_logs_seconds = 3600'
	healthy "$S"
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --only binlog-kept-short,binlog-expiring -o json
	[ "$(jq -r '.items | map("\(.code) \(.severity) \(.object)") | join(" ")' <<<"$output")" = "binlog-kept-short warning $S-0" ]
	sql "$S-2" 'STOP REPLICA'
	# It says that it is 45 minutes old.
	sql "$S-0" "SET TIMESTAMP = UNIX_TIMESTAMP() - 2700; INSERT INTO shop.orders (item) VALUES ('soon gone')"
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --only binlog-expiring -o json
	printf '%s\n' "$output"
	[[ $(jq -r '.items[0] | "\(.severity) \(.object) \(.reason)"' <<<"$output") == "error $S-2 $S-0 may purge in "1[0-5]"m what $S-2 has not received" ]]
	[ "$(jq -r '.items[0].next' <<<"$output")" = "kubectl mysql binlog list $S-0 --sandbox $S" ]
	jq -r '.items[0].next' <<<"$output" | next_exists
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --severity error -o json
	[ "$(jq -r '[.items[].code] | sort | join(" ")' <<<"$output")" = 'binlog-expiring replication-stopped' ]
	sql "$S-2" 'START REPLICA'
	caught_up "$S" "$S-2"
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --severity error
	sql "$S-0" 'SET GLOBAL binlog_expire_logs_seconds = 0'
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --only binlog-kept -o json
	[ "$(jq -r '.items[0] | "\(.severity) \(.reason)"' <<<"$output")" = "info $S-0 never purges its binlog" ]
	sql "$S-0" 'SET GLOBAL binlog_expire_logs_seconds = 604800'
	healthy "$S"
}

fault_full_disk() {
	can_mount || skip 'mounting is not allowed here'
	broken full-disk disk-full "the disk of $S-2 is full" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@tmpdir, @@log_bin_basename\""
}
