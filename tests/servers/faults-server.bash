# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output, lines, status
# Real faults of servers and who follows whom: status-servers.bats runs them on both vendors.

load faults

fault_healthy() {
	healthy "$S"
	run -0 status "$S"
	[[ ${lines[0]} == "$S   "*"OK: $S-0 takes writes, 2 replicas apply" ]]
	[[ $output == *"$S-0     primary  rw  "* && $output == *"├─ $S-1  replica  ro  "* && $output == *"└─ $S-2  replica  ro  "* ]]
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

fault_settings() {
	sql "$S-0" 'SET GLOBAL sync_binlog = 0; SET GLOBAL innodb_flush_log_at_trx_commit = 2'
	healthy "$S"
	run -3 "$KUBECTL_MYSQL" check --sandbox "$S" --severity warning -o json
	[ "$(jq -r '[.items[].code] | sort | join(" ")' <<<"$output")" = 'flush-log sync-binlog' ]
	sql "$S-0" 'SET GLOBAL sync_binlog = 1; SET GLOBAL innodb_flush_log_at_trx_commit = 1'
	run -0 "$KUBECTL_MYSQL" check --sandbox "$S" --severity warning
	[ "$output" = 'nothing found' ]
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

fault_clock() {
	[[ -n $(find /usr/lib/*/faketime -name 'libfaketimeMT.so.1' 2>/dev/null) ]] || skip 'libfaketime is not installed'
	broken clock-skew clock-skew "the clock of $S-2 is @(1h|59m|60m) before the others" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT UTC_TIMESTAMP(6)\""
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

fault_full_disk() {
	can_mount || skip 'mounting is not allowed here'
	broken full-disk disk-full "the disk of $S-2 is full" \
		"kubectl mysql sql $S-2 --sandbox $S -e \"SELECT @@datadir, @@tmpdir, @@log_bin_basename\""
}

# Half a failover: one replica was taken along, and nobody opened the new one or closed the old.
fault_other_source() {
	detach "$S-1"
	attach "$S-2" "$S-1"
	becomes "$S" degraded other-source "$S-2 follows $S-1, not the primary $S-0" "kubectl mysql gtid compare --sandbox $S"
	attach "$S-2" "$S-0"
	attach "$S-1" "$S-0"
	healthy "$S"
}
