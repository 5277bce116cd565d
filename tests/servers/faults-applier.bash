# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output, lines, status
# Real faults of what applies: status-appliers.bats runs them on both vendors.

load faults

fault_applier_stopped() {
	sql "$S-1" 'STOP REPLICA SQL_THREAD'
	becomes "$S" degraded applier-stopped "$S-1 does not apply: its applier is stopped" \
		"kubectl mysql sql $S-1 --sandbox $S --allow-write-on-replica -e \"START REPLICA SQL_THREAD\""
	sql "$S-0" "INSERT INTO shop.orders (item) VALUES ('late')"
	await 60 missing "$S-1" 1
	sql "$S-1" 'START REPLICA SQL_THREAD'
	healthy "$S"
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

fault_lost_relay_log() {
	local reason="$S-2 stopped applying*: its replication metadata cannot be used (13124)"
	[[ $(flavor) != mariadb ]] || reason="$S-2 is stopped and cannot start: its relay log is not found"
	sandbox break "$S" --fault lost-relay-log
	becomes "$S" degraded applier-metadata "$reason" "$(changes "$S-2" 'STOP REPLICA; RESET REPLICA; START REPLICA')"
	# The repair is the printed one.
	run_next
	healthy "$S"
	sandbox break "$S" --heal
	healthy "$S"
}
