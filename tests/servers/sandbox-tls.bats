#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# sandbox up --tls: certificates of an own CA, required, and checked: by the commands and by replication.

load status

setup_file() { servers_up; }
teardown_file() { servers_down; }

# proven SANDBOX: what is promised of it, whoever made the servers.
proven() {
	local folder=$T/state/kubectl-mysql/sandbox/$1 host port
	healthy "$1"
	read -r host port < <(described "$1" '.instances[0] | "\(.host) \(.port)"')
	# Ours came over TCP with TLS, by the certificate.
	run -0 "$KUBECTL_MYSQL" sql "$1-0" --sandbox "$1" -o json -e "SHOW SESSION STATUS LIKE 'Ssl_version'"
	[[ $output == *TLSv1.* ]]
	run -0 "$KUBECTL_MYSQL" sql "$1-0" --sandbox "$1" -e 'SELECT USER()'
	[[ $output != *localhost* ]]
	# The server shows what the CA has signed, for its address and no other.
	openssl verify -CAfile "$folder/ca.pem" -verify_ip "$host" "$folder/$1-0/server-cert.pem"
	run ! openssl verify -CAfile "$folder/ca.pem" -verify_ip 127.9.9.9 "$folder/$1-0/server-cert.pem"
	# Replication: with TLS, and it checks.
	[[ $(replica_field "$1-1" SSL_Allowed) == Yes && $(replica_field "$1-1" SSL_Verify_Server_Cert) == Yes ]]
	[[ $(replica_field "$1-1" SSL_CA_File) == "$folder/ca.pem" ]]
	replicates "$1-1"
	# Nobody gets in with clear text; MariaDB 10.11 says no more than "denied".
	run env MYSQL_PWD="$(described "$1" .password)" mariadb --no-defaults --protocol=tcp --host="$host" --port="$port" \
		--user=root --skip-ssl -e 'SELECT 1'
	[[ $status != 0 && ($output == *3159* || $output == *1045*) ]]
	# The keys are the servers' alone.
	[ "$(stat -c %a "$folder/$1-0/server-key.pem" "$folder/$1-1/server-key.pem")" = $'600\n600' ]
}

# not_proven SANDBOX: with another CA's certificate nothing is said to it.
not_proven() {
	local folder=$T/state/kubectl-mysql/sandbox/$1
	mv "$folder/ca.pem" "$folder/ca.kept"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=sandbox $1" \
		-keyout /dev/null -out "$folder/ca.pem" 2>/dev/null
	run "$KUBECTL_MYSQL" sql "$1-0" --sandbox "$1" -e 'SELECT 1'
	mv "$folder/ca.kept" "$folder/ca.pem"
	[[ $status == 1 && $output == *certificate* ]]
}

@test "MariaDB: TLS is required, proven by the commands and by replication, through a broken link too" {
	sandbox_of mariadb up demo --replicas 1 --tls
	proven demo
	not_proven demo
	sandbox break demo --fault cut-link
	sandbox break demo --heal
	healthy demo
	sandbox down demo
}

@test "MariaDB 11.8: TLS is required, proven by the commands and by replication" {
	sandbox_of mariadb-11.8 up m11 --replicas 1 --tls
	proven m11
	sandbox down m11
}

@test "MySQL: TLS is required, proven by the commands and by replication, through a broken link too" {
	sandbox_of mysql-9 up my --replicas 1 --tls
	proven my
	not_proven my
	sandbox break my --fault cut-link
	sandbox break my --heal
	healthy my
	sandbox down my
}

@test "a sandbox without TLS is another one, and stays" {
	sandbox_of mariadb up demo --replicas 0 --tls
	run -1 sandbox up demo --replicas 0
	[[ $output == *"sandbox 'demo' is there already, with other options"* ]]
	run -0 sandbox up demo --replicas 0 --tls
	[[ ${lines[0]} == "sandbox 'demo' is up again: "* ]]
	sandbox down demo
}
