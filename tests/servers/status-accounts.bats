#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2030,SC2031 # each test has its own sandboxes
# What status says of servers that are named by address and read by an account that may look: what it may not, versions,
# certificates.

load faults

setup_file() { servers_up; }
teardown_file() { servers_down; }

# unseen INSTANCE SQL: without a trace in the binlog, and it stays open.
unseen() {
	sql "$1" "SET SESSION sql_log_bin = 0; $2"
}

# looker HOW INSTANCE: an account of its own; its login is in a file. HOW: unseen, on a replica quietly.
looker() {
	"$1" "$2" "CREATE USER 'looker'@'%' IDENTIFIED BY 'Look-only-1'"
	printf '[client]\nuser=looker\npassword=Look-only-1\n' >"$T/looker.cnf"
	chmod 600 "$T/looker.cnf"
}


@test "MySQL: an account that may not see everything" {
	local hosts reason
	sandbox_of mysql-9 up my --replicas 1
	looker unseen my-0
	looker quietly my-1
	hosts=$(address my-0),$(address my-1)
	reason="$(address my-0) does not show everything: the account lacks SELECT on performance_schema, REPLICATION CLIENT, \
REPLICATION SLAVE"
	becomes "--hosts $hosts --defaults-file $T/looker.cnf" degraded rights "$reason" \
		"kubectl mysql sql $(address my-0) --hosts $hosts -e \"SHOW GRANTS\""
	unseen my-0 "GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'looker'@'%'; GRANT SELECT ON performance_schema.* TO 'looker'@'%'"
	becomes "--hosts $hosts --defaults-file $T/looker.cnf" degraded rights "$(address my-1) does not show everything: *" \
		"kubectl mysql sql $(address my-1) --hosts $hosts -e \"SHOW GRANTS\""
	quietly my-1 "GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'looker'@'%'; GRANT SELECT ON performance_schema.* TO 'looker'@'%'"
	becomes "--hosts $hosts --defaults-file $T/looker.cnf" ok healthy '*' ''
	sandbox down my
}

# follow_new: demo-1 of MariaDB 10.11 goes on from where new-0 of 11.8 is, and forgets what it was.
follow_new() {
	local position host port
	unseen new-0 "ALTER USER '$(described demo .replicationUser)'@'%' IDENTIFIED BY '$(described demo .replicationPassword)'"
	position=$(sql new-0 'SELECT @@gtid_binlog_pos')
	read -r host port < <(described new '.instances[0] | "\(.host) \(.port)"')
	sql demo-1 "STOP REPLICA; RESET REPLICA ALL; RESET MASTER; SET GLOBAL gtid_slave_pos = '$position';
		CHANGE MASTER TO MASTER_HOST='$host', MASTER_PORT=$port, MASTER_USER='$(described demo .replicationUser)',
		MASTER_PASSWORD='$(described demo .replicationPassword)', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;
		START REPLICA"
}

@test "MariaDB: a replica that is older than its source" {
	local hosts
	sandbox_of mariadb-11.8 up new --replicas 0
	sandbox_of mariadb up demo --replicas 1
	[[ $(sql demo-1 'SELECT VERSION()') == 10.* ]] || skip 'what is installed is not older than 11.8'
	follow_new
	await 60 replicates demo-1
	looker unseen new-0
	unseen new-0 "GRANT ALL ON *.* TO 'looker'@'%'"
	looker quietly demo-1
	quietly demo-1 "GRANT ALL ON *.* TO 'looker'@'%'"
	hosts=$(address new-0),$(address demo-1)
	becomes "--hosts $hosts --defaults-file $T/looker.cnf" degraded version-order \
		"$(address demo-1) is older than its source $(address new-0)" \
		"kubectl mysql sql $(address demo-1) --hosts $hosts -e \"SELECT VERSION()\""
	sandbox down new
	sandbox down demo
}

# other_certificate SANDBOX MARIADB MYSQL: the replica shows one that the CA did not sign, from the statement on.
other_certificate() {
	local folder=$T/state/kubectl-mysql/sandbox/$1/$1-1
	healthy "$1"
	cp -p "$folder/server-cert.pem" "$folder/server-key.pem" "$T"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=another' \
		-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null
	cat "$T/key.pem" >"$folder/server-key.pem"
	cat "$T/cert.pem" >"$folder/server-cert.pem"
	statement "$1-1" "$2" "$3"
	becomes "$1" degraded instance-broken "$1-1 does not answer as a server" "kubectl mysql check --sandbox $1"
	cat "$T/server-key.pem" >"$folder/server-key.pem"
	cat "$T/server-cert.pem" >"$folder/server-cert.pem"
	statement "$1-1" "$2" "$3"
	healthy "$1"
	sandbox down "$1"
}

@test "MariaDB: a certificate of another CA" {
	sandbox_of mariadb up demo --replicas 1 --tls
	other_certificate demo 'SET SESSION sql_log_bin = 0; FLUSH SSL' ''
}

@test "MySQL: a certificate of another CA" {
	sandbox_of mysql-9 up my --replicas 1 --tls
	other_certificate my '' 'ALTER INSTANCE RELOAD TLS'
}
