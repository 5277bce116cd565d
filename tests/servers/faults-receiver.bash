# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output, lines, status
# Real faults of what receives: status-receivers.bats runs them on both vendors.

load faults

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

fault_source_server_id() {
	local id
	id=$(sql "$S-2" 'SELECT @@server_id')
	sql "$S-2" "STOP REPLICA; SET GLOBAL server_id = $(sql "$S-0" 'SELECT @@server_id'); START REPLICA"
	becomes "$S" degraded own-server-id "$S-2 has the same server id as its source [(]*[)]" \
		"kubectl mysql sql $S-2 --sandbox $S --allow-write-on-replica -e \"SET GLOBAL server_id = [0-9]*; START REPLICA\""
	sql "$S-2" "SET GLOBAL server_id = $id; STOP REPLICA; START REPLICA"
	healthy "$S"
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

fault_own_uuid() {
	broken same-uuid own-uuid "$S-2 has the same server UUID as its source (13117)" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@server_uuid\""
}

fault_packet() {
	broken packet-too-large packet-too-large "$S-2 was sent an event that is larger than it takes (1153)" \
		"$(changes "$S-2" 'START REPLICA')"
}

# grant_connections N: how many connections the replication account may have; 0: any number.
grant_connections() {
	statement "$S-0" "GRANT USAGE ON *.* TO 'replication'@'%' WITH MAX_USER_CONNECTIONS $1" \
		"ALTER USER 'replication'@'%' WITH MAX_USER_CONNECTIONS $1"
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

# One bit on the source's disk. The receiver finds it; a source that looks itself says so.
fault_bad_binlog() {
	sandbox break "$S" --fault bad-binlog
	becomes "$S" degraded relay-log-write "$S-2 could not take in an event: its checksum is wrong, or the relay log cannot be \
written [(]@(1595|13122)[)]" "$(changes "$S-2" 'START REPLICA')"
	statement "$S-0" 'SET GLOBAL master_verify_checksum = ON' 'SET GLOBAL source_verify_checksum = ON'
	run_next
	becomes "$S" degraded binlog-checksum \
		"$S-2 waits for an event that has a wrong checksum in its source's binlog [(]@(1236|13114)[)]" "$(changes "$S-2" 'START REPLICA')"
	statement "$S-0" 'SET GLOBAL master_verify_checksum = OFF' 'SET GLOBAL source_verify_checksum = OFF'
	sandbox break "$S" --heal
	healthy "$S"
}

# as_replication INSTANCE OPTION...: the client, as the replication account.
as_replication() {
	local name=${1%-*} host port
	read -r host port < <(described "$name" ".instances[${1##*-}] | \"\(.host) \(.port)\"")
	shift
	MYSQL_PWD=$(described "$name" .replicationPassword) mariadb --no-defaults --protocol=tcp --host="$host" --port="$port" \
		--user="$(described "$name" .replicationUser)" --ssl --skip-ssl-verify-server-cert "$@"
}

# stays HOW INSTANCE: one comes in as HOW (client, as_replication) and stays until disperse. Fails if it is refused.
stays() {
	local out=$T/crowd.${#crowd[@]}
	"$1" "$2" --unbuffered --skip-column-names >"$out" 2>&1 3>&- 4>&- 7>&- \
		< <(exec 3>&- 4>&- 7>&- && echo 'SELECT 7;' && exec cat "$T/crowd") &
	crowd+=($!)
	await 30 grep -q . "$out"
	grep -qx 7 "$out"
}

# crowd INSTANCE: nobody gets in any more but one administrator. Ends with disperse.
crowd() {
	local end=$((SECONDS + 60)) user
	user=$(described "$S" .replicationUser)
	sql "$1" 'SET GLOBAL max_connections = 10'
	mkfifo "$T/crowd"
	exec 7<>"$T/crowd"
	crowd=()
	# Who went just before may still be counted, so they come one by one.
	until holds "$1" "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '$user'" 10 >/dev/null; do
		((SECONDS < end)) || return 1
		stays as_replication "$1" || :
	done
}

# disperse INSTANCE LIMIT
disperse() {
	# The end of what they read.
	exec 7>&-
	wait "${crowd[@]}" || :
	rm "$T/crowd"*
	await 60 sql "$1" "SET GLOBAL max_connections = $2"
}

fault_source_crowded() {
	local limit
	limit=$(sql "$S-0" 'SELECT @@max_connections')
	sql "$S-2" 'STOP REPLICA'
	crowd "$S-0"
	sql "$S-2" 'START REPLICA'
	becomes "$S" degraded source-full "$S-2 gets no connection from its source, which has too many (1040)" "$(looks "$S-2")"
	disperse "$S-0" "$limit"
	healthy "$S"
}

fault_instance_full() {
	local limit
	limit=$(sql "$S-2" 'SELECT @@max_connections')
	crowd "$S-2"
	# Not even the administrator, once its place is free.
	until stays client "$S-2"; do :; done
	becomes "$S" degraded instance-full "$S-2 takes no connections" "kubectl mysql status --timeout 30s --sandbox $S"
	disperse "$S-2" "$limit"
	healthy "$S"
}
