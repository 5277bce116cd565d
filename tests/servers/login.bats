#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2030,SC2031 # set by bats, and by login-helper.bash
# Logging in: each way, and each refusal with its own message and hint, on each server that there is.

load login-helper

setup_file() {
	servers_up
	certificates
}
teardown_file() {
	rm -rf "$T"
}
teardown() {
	server_down
}

tls_options() {
	options=(--ssl-cert="$T/tls/server.pem" --ssl-key="$T/tls/server-key.pem" --ssl-ca="$T/tls/ca.pem")
}

# logs_in: each kind of connection.
logs_in() {
	local mode
	as plain right --info yes --tls disabled 'SELECT 1'
	[[ $status == 0 && $output == "$DIALECT "*' no-tls'$'\n1' ]]
	for mode in preferred required; do
		as plain right --info yes --tls "$mode" 'SELECT 1'
		[[ $status == 0 && $output == *' TLSv1.3'$'\n1' ]]
	done
	as plain right --tls verify-ca --ca "$T/tls/ca.pem" 'SELECT 2'
	[[ $status == 0 && $output == 2 ]]
	as plain right --tls verify-identity --ca "$T/tls/ca.pem" 'SELECT 2'
	[[ $status == 0 && $output == 2 ]]
	as plain right --tls verify-identity --ca "$T/tls/ca.pem" --name db.example 'SELECT 2'
	[[ $status == 0 && $output == 2 ]]
	as plain right --compress yes "SHOW STATUS LIKE 'Compression'"
	[[ $status == 0 && $output == $'Compression\tON' ]]
	as secure right --tls required 'SELECT 3'
	[[ $status == 0 && $output == 3 ]]
	as certified right --tls required --cert "$T/tls/client.pem" --key "$T/tls/client-key.pem" 'SELECT 3'
	[[ $status == 0 && $output == 3 ]]
	run -0 admin 'SELECT CURRENT_USER()'
	[ "$output" = root@localhost ]
}

# refuses: each reason.
refuses() {
	as plain wrong
	fails_with "cannot log in to '127.0.0.1:$PORT' as 'plain': user or password is wrong: Access denied" \
		'check user and password'
	over_tcp --user plain
	fails_with 'user or password is wrong' 'no password was given'
	as secure right --tls disabled
	fails_with 'user or password is wrong' 'REQUIRE SSL needs --tls=required'
	as certified right --tls required
	fails_with 'user or password is wrong'
	as locked right
	fails_with "'locked': the account is locked" 'ACCOUNT UNLOCK'
	as plain right --database missing
	[ "$status" -eq 1 ]
	as expired right 'SELECT 1'
	fails_with 'set a new one'
	as plain right --tls verify-ca --ca "$T/tls/other.pem"
	fails_with "is signed by no CA of '$T/tls/other.pem'" '--tls-ca'
	as plain right --tls verify-ca
	fails_with 'is signed by no CA of the system' '--tls-ca'
	as plain right --tls verify-identity --ca "$T/tls/ca.pem" --name other.example
	fails_with "is not for 'other.example'" '--tls-host'
	as plain right --tls verify-ca --ca "$T/missing.pem"
	fails_with "cannot read the CA file '$T/missing.pem'"
	as plain right --tls required --cert "$T/tls/client.pem" --key "$T/tls/other-key.pem"
	fails_with 'does not fit certificate'
}

# fills_up: more connections than the server has.
fills_up() {
	admin 'SET GLOBAL max_connections = 10'
	as plain right --count 14
	fails_with 'no connection left (max_connections)' 'raise max_connections'
	admin 'SET GLOBAL max_connections = 100'
}

on() {
	local -a options
	tls_options
	server_up "$1" "${options[@]}"
	accounts
	logs_in
	refuses
	fills_up
}

@test "MariaDB: every login, and every refusal with its message" {
	on mariadb
}

@test "MySQL 9: every login, and every refusal with its message" {
	on mysql-9
	as expired right
	fails_with 'the password has expired (1862)'
	# The server's cache has nothing yet: the password goes encrypted by the server's key.
	admin "CREATE USER fresh@'%' IDENTIFIED BY 'right-s3cret'"
	as fresh right --tls disabled 'SELECT 5'
	[[ $status == 0 && $output == 5 ]]
	admin "CREATE USER older@'%' IDENTIFIED WITH sha256_password BY 'right-s3cret'"
	as older right --tls required 'SELECT 6'
	[[ $status == 0 && $output == 6 ]]
	as older right --tls disabled 'SELECT 6'
	[[ $status == 0 && $output == 6 ]]
	admin 'SET GLOBAL require_secure_transport = ON'
	as plain right --tls disabled
	fails_with 'the server accepts connections with TLS alone (3159)' '--tls=required'
}

@test "MariaDB 11.8: every login, and every refusal with its message" {
	on mariadb-11.8
	# Connector/C of Debian 12 has no PARSEC.
	if admin "INSTALL SONAME 'auth_parsec'" 2>/dev/null; then
		admin "CREATE USER parsec@'%' IDENTIFIED VIA parsec USING PASSWORD('right-s3cret')"
		as parsec right --tls required 'SELECT 7'
		[[ $status == 0 || $stderr == *"libmariadb has not got the login that the account wants"* ]]
	fi
}

@test "MariaDB: ed25519, and unix_socket" {
	local -a options
	tls_options
	server_up mariadb "${options[@]}" --plugin-load-add=auth_ed25519
	password_file right right-s3cret
	admin "CREATE OR REPLACE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('right-s3cret')" \
		"CREATE OR REPLACE USER nobody_here@localhost IDENTIFIED VIA unix_socket"
	as ed right 'SELECT 1'
	[[ $status == 0 && $output == 1 ]]
	run --separate-stderr "$connect" --socket "$SOCKET" --user nobody_here
	fails_with 'this account takes no password' "as the operating system's user of the same name"
}

# pam_service: a PAM service of its own for the servers that as_server starts, in a mount namespace.
pam_service() {
	unshare -m true 2>/dev/null || skip 'no namespaces here'
	mkdir "$T/pam.d"
	# shellcheck disable=SC2016
	printf '#!/bin/bash\nIFS= read -r -d "" word\n[[ $PAM_USER == pam && $word == right-s3cret ]]\n' >"$T/pam-check"
	printf 'auth required pam_exec.so expose_authtok quiet %s\naccount required pam_permit.so\n' "$T/pam-check" \
		>"$T/pam.d/kubectl-mysql-test"
	printf '#!/bin/bash\nmount --bind "%s" /etc/pam.d && exec "$@"\n' "$T/pam.d" >"$T/with-pam"
	chmod 755 "$T/pam.d" "$T/pam-check" "$T/with-pam"
	as_server=(unshare -m "$T/with-pam" "${as_server[@]}")
}

@test "MariaDB: PAM, over an encrypted connection alone" {
	local -a options
	(($(id -u) == 0)) || skip 'needs root for a PAM service of its own'
	pam_service
	tls_options
	server_up mariadb "${options[@]}" --plugin-load-add=auth_pam_v1
	password_file right right-s3cret
	password_file wrong wrong-s3cret
	admin "CREATE OR REPLACE USER pam@'%' IDENTIFIED VIA pam USING 'kubectl-mysql-test'"
	as pam right --tls required 'SELECT CURRENT_USER()'
	[[ $status == 0 && $output == 'pam@%' ]]
	as pam wrong --tls required
	fails_with "as 'pam': user or password is wrong" 'check user and password'
	as pam right --tls disabled
	fails_with 'sends the password as it is, and the connection is not encrypted' '--tls=required'
}

@test "a server that asks for the password as it is does not get it unless the connection is encrypted" {
	password_file right right-s3cret
	cat >"$T/liar.py" <<-'END'
		import os, socket
		T = os.environ["T"]
		listener = socket.create_server(("127.0.0.1", 0))
		with open(T + "/port.new", "w") as f:
		    f.write(str(listener.getsockname()[1]))
		os.rename(T + "/port.new", T + "/port")
		client = listener.accept()[0]
		greeting = open(os.environ["GREETING"], "rb").read()
		client.sendall(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
		said = client.recv(4096)
		switch = b"\xfemysql_clear_password\0"
		client.sendall(len(switch).to_bytes(3, "little") + b"\2" + switch)
		while True:
		    more = client.recv(4096)
		    if not more:
		        break
		    said += more
		open(T + "/said", "wb").write(said)
	END
	GREETING=$root/tests/fuzz/corpus/greeting/mariadb python3 "$T/liar.py" 3>&- &
	local job=$!
	await 30 test -e "$T/port"
	PORT=$(<"$T/port")
	as plain right --tls disabled
	fails_with 'sends the password as it is, and the connection is not encrypted' '--tls=required'
	wait "$job"
	grep -q plain "$T/said"
	run ! grep -q s3cret "$T/said"
}

@test "a server without TLS" {
	server_up mariadb --skip-ssl
	"$connect" --socket "$SOCKET" --user root "CREATE OR REPLACE USER open@'%'"
	over_tcp --user open --tls required
	fails_with "'127.0.0.1:$PORT' does not offer TLS" 'ssl_cert' '--tls=preferred'
	over_tcp --user open --tls verify-identity --ca "$T/tls/ca.pem"
	fails_with 'does not offer TLS'
	over_tcp --user open --info yes
	[[ $status == 0 && $output == *no-tls ]]
}

# typed_at WORD...: the program asks for a password on a terminal, and WORD is typed then; what the terminal showed is in
# T/typed.
typed_at() {
	mkfifo "$T/keys"
	script -qfec "'$KUBECTL_MYSQL' sql --hosts 127.0.0.1:$PORT --all --mysql-user plain --ask-password -e 'SELECT 6*7'" \
		"$T/typed" <"$T/keys" >/dev/null 2>&1 3>&- &
	local job=$! keys
	exec {keys}>"$T/keys"
	await 60 grep -q "Password of 'plain': " "$T/typed"
	printf '%b' "$1" >&"$keys"
	typed_status=0
	wait "$job" || typed_status=$?
	exec {keys}>&-
	rm "$T/keys"
}

@test "--ask-password: nothing is shown on the terminal, and an interrupt ends it" {
	server_up mariadb --skip-ssl
	admin "CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'right-s3cret'"
	typed_at 'right-s3cret\n'
	[ "$typed_status" -eq 0 ]
	grep -q 42 "$T/typed"
	run ! grep -q 's3cret' "$T/typed"
	typed_at 'wrong-s3cret\n'
	[ "$typed_status" -ne 0 ]
	grep -q 'user or password is wrong' "$T/typed"
	run ! grep -q 's3cret' "$T/typed"
	typed_at '\003'
	[ "$typed_status" -ne 0 ]
	grep -q 'no password was given' "$T/typed"
	run -2 "$KUBECTL_MYSQL" sql --hosts "127.0.0.1:$PORT" --all --ask-password --mysql-password-file "$T/x" -e 'SELECT 1'
}

@test "a password is in no argument, no message and no core file" {
	server_up mariadb --skip-ssl
	accounts_again() { admin "CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'right-s3cret'"; }
	accounts_again
	password_file right right-s3cret
	mkdir "$T/cores"
	(
		cd "$T/cores"
		ulimit -c unlimited
		exec "$connect" --host 127.0.0.1 --port "$PORT" --user plain --password-file "$T/right.password" 'SELECT SLEEP(300)'
	) >"$T/out" 2>&1 3>&- &
	local pid=$!
	await 60 sleeping
	run ! grep -q s3cret "/proc/$pid/cmdline" "/proc/$pid/environ"
	grep -q '^Max core file size *0 ' "/proc/$pid/limits"
	kill -SEGV "$pid"
	wait "$pid" || :
	[ -z "$(ls "$T/cores")" ]
	run ! grep -q s3cret "$T/out"
}

# What a sandbox runs and shows at the highest level of -v: its own passwords, and one that a statement sets.
# said WORD...: runs it at the highest level of -v, and keeps all that it says.
said() {
	"$KUBECTL_MYSQL" "$@" -v 10 >>"$T/told" 2>&1
}

# What a sandbox runs and shows: its own passwords, one that a statement sets, and one that is wrong.
@test "-v shows connections and statements, and no password" {
	local secret words
	said sandbox up told --flavor mariadb --replicas 1
	grep -q 'told-1: connected in .*, session ' "$T/told"
	for words in 'status' 'lag' 'check' 'gtid compare' 'gtid errant' 'binlog list' 'binlog position' 'binlog dump told-0'; do
		# shellcheck disable=SC2086 # words
		said $words --sandbox told
	done
	said sql --sandbox told --primary -e "CREATE USER anna IDENTIFIED BY 'annas-s3cret'"
	grep -q "CREATE USER anna IDENTIFIED BY '…" "$T/told"
	printf 'wrong-s3cret\n' >"$T/wrong.password"
	run ! said status --sandbox told --mysql-user anna --mysql-password-file "$T/wrong.password"
	said sandbox break told --fault duplicate-key
	said sandbox break told --heal
	for secret in s3cret "$(described told .password)" "$(described told .replicationPassword)"; do
		[ "${#secret}" -ge 6 ]
		run ! grep -F -- "$secret" "$T/told"
	done
	sandbox down told
}

sleeping() {
	[[ $(admin "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'") == 1 ]]
}
