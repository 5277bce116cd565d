#!/bin/bash
# Starts one member of the cluster, as the first process of its container. The server starts read only, with replication
# stopped. Then, until one of them is done: read the facts (own server, record, peers), decide, act:
#   open    the primary; if durability is lossless, when the first replica is there that can acknowledge a write
#   join    as a replica of the primary, with a copy of the data if there is none yet; refused if this server holds
#           transactions that the primary does not
#   wait    stay closed, say why, look again
# Rules: docs/authority.md, rules 2 and 3. A decision is made once for each start; what changes later is the work of
# `kubectl mysql promote` and `rebuild`, and a server that they opened or started is left alone; but for a primary that
# can neither acknowledge a write nor be copied, see held_up.
set -euo pipefail

here=$(dirname "$0") # not resolved: an updated ConfigMap replaces the folder behind it
# shellcheck source=templates/replicated/scripts/lib.sh
. "$here/lib.sh"

data=$VOLUME/data
server=$([[ $FLAVOR == mariadb ]] && echo mariadbd || echo mysqld)
server_pid=''
child=''
warned=''
said=''

# phase NAME TEXT: what probe.sh reads, and the log; the same twice is said once.
phase() {
	printf '%s\n' "$*" >"$RUN/phase.new"
	mv "$RUN/phase.new" "$RUN/phase"
	[[ $said == "$*" ]] || say "$*"
	said=$*
}

# root: a client on the server's own socket, SQL on stdin.
root() {
	"$client" --defaults-file="$RUN/root.cnf" --socket="$RUN/mysqld.sock" --batch --skip-column-names
}

# long COMMAND...: runs what may take hours, so that a signal still ends this script at once.
long() {
	local status=0
	"$@" <&0 &
	child=$!
	wait "$child" || status=$?
	child=''
	return "$status"
}

# pause: waits for the next look; a signal ends it at once.
pause() {
	sleep "$INTERVAL" &
	wait "$!" || :
}

# shellcheck disable=SC2317 # called by a trap
stop() {
	say 'stopping'
	exit 0
}

# shellcheck disable=SC2317 # called by a trap
leave() {
	trap '' TERM INT
	[[ ! $child ]] || kill -TERM "$child" 2>/dev/null || :
	stop_server
}

# --- accounts --------------------------------------------------------------------------------------------------

# account USER HOST SECRET PRIVILEGES [REQUIRE]: SQL that makes an account.
account() {
	local name
	name=$(sql_quote "$1")@$(sql_quote "$2")
	printf 'CREATE USER %s IDENTIFIED BY %s %s;\n' "$name" "$(sql_quote "$(secret "$3")")" "${5-}"
	printf 'GRANT %s TO %s;\n' "$4" "$name"
}

# accounts: the SQL that makes all accounts, each with what its purpose needs. It runs before the server ever writes a
# binary log, so that the members' accounts are no transactions of their own.
accounts() {
	local app=${DATABASE-} admin='SELECT, INSERT, UPDATE, DELETE, RELOAD, PROCESS, EVENT, REPLICATION SLAVE' ssl=''
	printf 'ALTER USER root@localhost IDENTIFIED BY %s;\n' "$(sql_quote "$(secret root-password)")"
	if [[ $FLAVOR == mariadb ]]; then
		[[ ! -e $TLS/tls.crt ]] || ssl='REQUIRE SSL'
		account replication % replication-password 'REPLICATION SLAVE ON *.*' "$ssl"
		account backup localhost backup-password \
			'RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, SLAVE MONITOR, CONNECTION ADMIN ON *.*'
		account monitor % monitor-password 'BINLOG MONITOR, SLAVE MONITOR ON *.*'
		admin+=', BINLOG ADMIN, BINLOG MONITOR, BINLOG REPLAY, CONNECTION ADMIN, READ_ONLY ADMIN, SET USER'
		admin+=', REPLICATION MASTER ADMIN, REPLICATION SLAVE ADMIN, SLAVE MONITOR'
	else
		account replication % replication-password 'REPLICATION SLAVE ON *.*' 'REQUIRE SSL'
		account backup % backup-password 'BACKUP_ADMIN ON *.*' 'REQUIRE SSL'
		account monitor % monitor-password 'REPLICATION CLIENT ON *.*'
		printf 'GRANT SELECT ON performance_schema.* TO monitor;\n'
		admin+=', REPLICATION CLIENT, BACKUP_ADMIN, BINLOG_ADMIN, CLONE_ADMIN, CONNECTION_ADMIN'
		admin+=', REPLICATION_APPLIER, REPLICATION_SLAVE_ADMIN, SESSION_VARIABLES_ADMIN, SYSTEM_VARIABLES_ADMIN'
	fi
	printf 'GRANT SELECT ON kubectl_mysql.* TO monitor;\n'
	account "$(secret username)" % password "$admin ON *.*"
	printf 'GRANT ALL ON kubectl_mysql.* TO %s;\n' "$(sql_quote "$(secret username)")"
	[[ $app ]] || return 0
	app="\`${app//\`/\`\`}\`"
	printf 'CREATE DATABASE %s;\n' "$app"
	[[ ! ${APP_USER-} ]] || account "$APP_USER" % app-password "ALL ON $app.*"
}

# initialise: makes the data directory, beside its place and moved there when it is whole.
initialise() {
	phase initialising 'a new data directory'
	rm -rf "$VOLUME/new" && mkdir "$VOLUME/new" || return 1
	(
		umask 077
		accounts >"$RUN/accounts.sql"
	) || return 1
	"initialise_$FLAVOR" >"$RUN/install.log" 2>&1 || {
		cat "$RUN/install.log" >&2
		return 1
	}
	rm "$RUN/accounts.sql"
	mv -T "$VOLUME/new" "$data"
}

# shellcheck disable=SC2317 # called by its name
initialise_mariadb() {
	mariadb-install-db --no-defaults --datadir="$VOLUME/new" --auth-root-authentication-method=normal \
		--skip-test-db --skip-name-resolve || return 1
	{
		printf "DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host <> 'localhost';\n"
		printf 'FLUSH PRIVILEGES;\n'
		cat "$RUN/accounts.sql"
	} | "$server" --no-defaults --bootstrap --datadir="$VOLUME/new" --skip-log-bin
}

# shellcheck disable=SC2317 # called by its name
initialise_mysql() {
	"$server" --no-defaults --initialize-insecure --datadir="$VOLUME/new" --skip-log-bin --secure-file-priv=NULL \
		--init-file="$RUN/accounts.sql"
}

# --- the server ------------------------------------------------------------------------------------------------

# What must hold whatever an option file says.
server_options() {
	printf '%s\n' --datadir="$data" --socket="$RUN/mysqld.sock" --pid-file="$RUN/mysqld.pid" --port="$PORT" \
		--bind-address="$BIND" --server-id=$((SERVER_ID_BASE + ordinal)) --report-host="$own_host" --read-only=ON
	if [[ $FLAVOR == mariadb ]]; then
		printf '%s\n' --skip-slave-start
	else
		printf '%s\n' --super-read-only=ON --skip-replica-start --persisted-globals-load=OFF --mysqlx=OFF
	fi
}

server_config() {
	local file
	{
		for file in "$CONFIG"/*.cnf; do
			printf '!include %s\n' "$file"
		done
		if [[ -e $TLS/tls.crt ]]; then
			printf '%s\n' '[mysqld]' "ssl-ca=$TLS/ca.crt" "ssl-cert=$TLS/tls.crt" "ssl-key=$TLS/tls.key"
		fi
	} >"$RUN/server.cnf"
}

# start_server: returns when the server answers on its socket.
start_server() {
	local options error
	phase starting 'the server, read only'
	mapfile -t options < <(server_options)
	"$server" --defaults-file="$RUN/server.cnf" "${options[@]}" &
	server_pid=$!
	until error=$(printf 'DO 1;\n' | root 2>&1); do
		if [[ $error == *'ERROR 1045 '* ]]; then
			say "the data was made with another root password than the Secret has: $error"
			return 1
		fi
		alive || return 1
		sleep 0.2
	done
}

# alive: false, with a message, when the server has ended.
alive() {
	[[ $server_pid ]] && kill -0 "$server_pid" 2>/dev/null && return
	local status=0
	wait "$server_pid" || status=$?
	say "the server ended with status $status"
	server_pid=''
	return 1
}

stop_server() {
	[[ $server_pid ]] || return 0
	kill -TERM "$server_pid" 2>/dev/null || :
	while kill -0 "$server_pid" 2>/dev/null; do
		wait "$server_pid" || :
	done
	server_pid=''
}

# --- acts ------------------------------------------------------------------------------------------------------

# acknowledged: true if a write would be acknowledged: durability is async, or a semi-synchronous replica is connected.
# Makes the server "elected" on the way: rule 3 holds before the first write, and the others join it.
acknowledged() {
	local name=source clients
	[[ $DURABILITY == lossless ]] || return 0
	[[ $FLAVOR == mysql ]] || name=master
	root <<<"SET GLOBAL rpl_semi_sync_${name}_enabled = ON" || return 1
	clients=$(root <<<"SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_${name}_clients'") || return 1
	((${clients##*[[:space:]]} > 0))
}

# withdraw: no longer elected; follow() does the same.
withdraw() {
	local name=source
	[[ $FLAVOR == mysql ]] || name=master
	root <<<"SET GLOBAL rpl_semi_sync_${name}_enabled = OFF"
}

# open_server: the server takes writes.
open_server() {
	local also=''
	[[ $FLAVOR == mariadb ]] || also='SET GLOBAL super_read_only = OFF;'
	root <<<"$also SET GLOBAL read_only = OFF"
}

# extra PRIMARY_EXECUTED PRIMARY_APPLIED: what this server holds and the primary does not. Empty: nothing.
extra() {
	if [[ $FLAVOR == mariadb ]]; then
		mariadb_extra "$own_executed,$own_applied" "$1,$2"
	else
		printf 'SELECT REPLACE(GTID_SUBTRACT(@@global.gtid_executed, %s), "\\n", "");\n' "$(sql_quote "$1")" | root
	fi
}

# follow NAME: makes this server a replica of NAME. A server that follows NAME already only starts its threads, which
# keeps what it has received.
follow() {
	local host port change='' ssl=0
	read -r host port _ < <(address_of "$1")
	if [[ $FLAVOR == mariadb ]]; then
		[[ ! -e $TLS/tls.crt ]] || ssl=1
		if [[ $own_source != "$1" ]]; then
			change="SET GLOBAL gtid_slave_pos = '$(mariadb_position "$own_executed" "$own_applied")';
				CHANGE MASTER TO MASTER_HOST = '$host', MASTER_PORT = $port, MASTER_USER = 'replication',
				MASTER_PASSWORD = $(sql_quote "$(secret replication-password)"), MASTER_CONNECT_RETRY = 5,
				MASTER_SSL = $ssl$( ((ssl)) && printf ", MASTER_SSL_CA = '%s', MASTER_SSL_VERIFY_SERVER_CERT = 1" "$TLS/ca.crt"),
				MASTER_USE_GTID = slave_pos;"
		fi
		root <<<"SET GLOBAL rpl_semi_sync_master_enabled = OFF; $change START SLAVE;"
	else
		if [[ $own_source != "$1" ]]; then
			[[ $own_source == - ]] || change='RESET REPLICA ALL;'
			change+="CHANGE REPLICATION SOURCE TO SOURCE_HOST = '$host', SOURCE_PORT = $port, SOURCE_USER = 'replication',
				SOURCE_PASSWORD = $(sql_quote "$(secret replication-password)"), SOURCE_CONNECT_RETRY = 5,
				SOURCE_RETRY_COUNT = 0, SOURCE_SSL = 1$([[ ! -e $TLS/tls.crt ]] ||
				printf ", SOURCE_SSL_CA = '%s', SOURCE_SSL_VERIFY_SERVER_CERT = 1" "$TLS/ca.crt"),
				SOURCE_AUTO_POSITION = 1;"
		fi
		root <<<"SET GLOBAL rpl_semi_sync_source_enabled = OFF; $change START REPLICA;"
	fi
}

# copy_mariadb NAME: a data directory from NAME's donor: a backup, prepared, and moved to its place when it is whole.
# Where it stands in the cluster's history is kept in a file with the data until the server has been told.
copy_mariadb() {
	local new=$VOLUME/new host donor_port info position='' state
	phase joining "copying the data of $1"
	read -r host _ donor_port < <(address_of "$1")
	rm -rf "$new" && mkdir "$new" || return 1
	long bash "$here/donor.sh" fetch "$host" "$donor_port" "$POD_NAME" "$new" || {
		say "the copy from $1 failed; it is tried again"
		return 1
	}
	long mariadb-backup --prepare --use-memory="$PREPARE_MEMORY" --target-dir="$new" >"$RUN/prepare.log" 2>&1 || {
		tail -n 5 "$RUN/prepare.log" >&2
		say "the copy from $1 cannot be prepared; it is tried again"
		return 1
	}
	for info in mariadb_backup_binlog_info xtrabackup_binlog_info; do
		[[ ! -e $new/$info ]] || IFS=$'\t' read -r _ _ position _ <"$new/$info" || :
	done
	state=$(<"$new/kubectl-mysql-state") || return 1
	printf '%s\n' "$(mariadb_state "$state" "$position")" "$position" >"$new/kubectl-mysql-joined" || return 1
	rm "$new/kubectl-mysql-state" "$new/kubectl-mysql-complete" && mv -T "$new" "$data"
}

# place_copy: tells a server that starts on a copy where it stands.
place_copy() {
	local state='' position=''
	[[ -e $data/kubectl-mysql-joined ]] || return 0
	{
		read -r state || :
		read -r position || :
	} <"$data/kubectl-mysql-joined"
	root <<-SQL || return 1
		RESET MASTER;
		SET GLOBAL gtid_binlog_state = $(sql_quote "$state");
		SET GLOBAL gtid_slave_pos = $(sql_quote "$position");
	SQL
	rm "$data/kubectl-mysql-joined"
}

# clone_mysql NAME: the CLONE plugin replaces the data of this server, which then ends and is started again.
clone_mysql() {
	local host port error
	phase joining "cloning $1"
	read -r host port _ < <(address_of "$1")
	long root >"$RUN/clone.log" 2>&1 <<-SQL || :
		SET GLOBAL clone_valid_donor_list = '$host:$port';
		SET GLOBAL super_read_only = OFF; -- CLONE wants it; read_only stays
		CLONE INSTANCE FROM 'backup'@'$host':$port IDENTIFIED BY $(sql_quote "$(secret backup-password)") REQUIRE SSL;
	SQL
	error=$(<"$RUN/clone.log")
	case $error in
	'' | *'ERROR 3707 '* | *'ERROR 2013 '*) ;; # nobody to restart it, or gone already: the data is there
	*)
		root <<<'SET GLOBAL super_read_only = ON' || :
		say "the clone of $1 failed; it is tried again: $error"
		return 1
		;;
	esac
	stop_server
	start_server || exit 1
	error=$(root <<<"SELECT CONCAT(STATE, ' ', ERROR_MESSAGE) FROM performance_schema.clone_status")
	[[ $error == Completed* ]] || {
		say "the clone of $1 failed: $error"
		return 1
	}
}

# --- the loop --------------------------------------------------------------------------------------------------

read_own() {
	own_data=none own_epoch=- own_source=- own_executed='' own_applied='' own_writable=no own_running=no
	[[ $server_pid ]] || return 0
	local state
	IFS='|' read -r state own_writable own_data own_epoch own_source own_running own_executed own_applied \
		< <(read_server --defaults-file="$RUN/root.cnf" --socket="$RUN/mysqld.sock")
	[[ $state == up ]]
}

# join NAME: one try. True: this server follows NAME.
join() {
	local host port donor own fact state executed applied
	read -r host port _ < <(address_of "$1")
	donor=$(choose_donor "$1" <<<"$facts")
	if [[ $own_data == none ]]; then
		if [[ $FLAVOR == mariadb ]]; then
			copy_mariadb "$donor" || return 1
		else
			initialise || return 1
		fi
		start_server || exit 1
		place_copy || return 1
		read_own || return 1
	fi
	if [[ $FLAVOR == mysql && $own_data == empty && $own_source == - ]]; then
		clone_mysql "$donor" || return 1
		read_own || return 1
	fi
	# Own facts first, the primary's after: what it gains meanwhile can only hold more.
	read_own || return 1
	fact=$(read_server --defaults-file="$RUN/monitor.cnf" --protocol=tcp --host="$host" --port="$port")
	IFS='|' read -r state _ _ _ _ _ executed applied <<<"$fact"
	[[ $state == up ]] || return 1
	own=$(extra "$executed" "$applied") || return 1
	if [[ $own ]]; then
		phase closed "this server holds what $1 does not: $own. See it with: kubectl mysql gtid $CLUSTER"
		return 1
	fi
	[[ $own_writable != yes && $own_running == no ]] || return 0 # somebody else acted
	follow "$1"
}

# step: one round of facts, decision and act. True: done.
step() {
	local decision action target reason against
	read_own || {
		phase waiting 'the own server cannot be read'
		return 1
	}
	if [[ $own_writable == yes ]]; then
		phase primary 'opened by somebody else'
		return 0
	elif [[ $own_running == yes ]]; then
		phase replica "of $own_source"
		return 0
	fi
	facts="self $POD_NAME $ordinal $own_data $own_epoch $own_source"$'\n'$(read_record)$'\n'$(read_peers "$POD_NAME")
	[[ ! $warned ]] || facts+=$'\nwarned'
	decision=$(decide <<<"$facts")
	IFS='|' read -r action target reason against <<<"$decision"
	[[ ! $against ]] || warned=1
	case $action in
	open)
		if [[ $own_data == none ]]; then
			initialise || exit 1
			start_server || exit 1
			return 1 # the peers are asked again
		fi
		# Writes that wait for the first replica would keep it out: they hold up the copy that it needs.
		acknowledged || {
			phase elected "it opens when a replica is there that can acknowledge: $reason"
			return 1
		}
		open_server || return 1
		phase primary "open: $reason"
		;;
	join)
		join "$target" || return 1
		phase replica "of $target"
		;;
	*)
		[[ $own_writable != elected ]] || withdraw || return 1
		if [[ $server_pid ]]; then
			phase closed "$reason"
		else
			phase waiting "no data yet: $reason"
		fi
		return 1
		;;
	esac
}

# held_up: true if writes wait for a replica to acknowledge them, none is left, and a clone that would become one waits
# for them to end; their sessions are in "writers". Only of MySQL: donor.sh does the same for MariaDB, where it is enough
# to end the sessions. Those of MySQL stay until the server stops.
held_up() {
	writers=$(root 2>/dev/null <<-'SQL'
		SELECT ID FROM performance_schema.processlist WHERE STATE LIKE 'Waiting for semi-sync ACK%' AND EXISTS
			(SELECT 1 FROM performance_schema.global_status
			WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients' AND VARIABLE_VALUE = 0)
			AND EXISTS (SELECT 1 FROM performance_schema.processlist WHERE USER = 'backup' AND COMMAND = 'clone')
	SQL
	) && [[ $writers ]]
}

# attend: returns when the server has ended, false, or must be restarted, true: it is held up, at two looks in a row.
attend() {
	local looks=0
	while ((looks < 2)); do
		sleep "$INTERVAL" &
		wait -n "$server_pid" "$!" || :
		kill -0 "$server_pid" 2>/dev/null || return 1
		if held_up; then
			((looks += 1))
		else
			looks=0
		fi
	done
}

# restart_server: closed, for another decision. The waiting transactions stay unacknowledged: their clients are cut off
# first. They go to the replica with the copy.
restart_server() {
	local id
	say "restarting: sessions ${writers//$'\n'/, } wait for a replica to acknowledge, and hold up the copy that makes one"
	for id in $writers; do
		root <<<"KILL $id" || :
	done
	stop_server
	warned=''
	start_server || exit 1
}

# settle: steps until one is done.
settle() {
	until step; do
		[[ ! $server_pid ]] || alive || exit 1
		pause
	done
}

main() {
	ordinal=$(ordinal_of "$POD_NAME")
	read -r own_host _ < <(address_of "$POD_NAME")
	mkdir -p "$RUN"
	rm -f "$RUN/mysqld.sock" "$RUN/mysqld.pid" "$RUN/phase"
	rm -rf "$RUN"/peers.*
	local tls
	mapfile -t tls < <(tls_options)
	option_file "$RUN/root.cnf" client root root-password
	option_file "$RUN/monitor.cnf" client monitor monitor-password ${tls[@]+"${tls[@]}"}
	option_file "$RUN/probe.cnf" client monitor monitor-password
	server_config
	trap stop TERM INT
	trap leave EXIT
	phase starting 'looking around'
	if [[ -d $data ]]; then
		start_server || exit 1
		place_copy
	fi
	settle
	while [[ $FLAVOR == mysql ]] && attend; do
		restart_server
		settle
	done
	local status=0
	wait "$server_pid" || status=$?
	say "the server ended with status $status"
	exit "$status"
}

main
