# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output and stderr
# One server with TLS and accounts of each kind, and the program tests/helper/connect to log in to it. No sandbox: what
# a sandbox configures is what these tests have to vary.

load helper

connect=$root/${BUILD:-build}/tests/helper/connect
proxy=$root/${BUILD:-build}/tests/helper/proxy

# certificates: a CA, and certificates of a server (db.example, 127.0.0.1) and of a client, in T/tls.
certificates() {
	local name subject
	mkdir "$T/tls"
	for name in ca other; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$name" -keyout "$T/tls/$name-key.pem" \
			-out "$T/tls/$name.pem" 2>/dev/null
	done
	for name in server client; do
		subject='subjectAltName=DNS:db.example,IP:127.0.0.1'
		openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -addext "$subject" -keyout "$T/tls/$name-key.pem" \
			-out "$T/tls/$name.req" 2>/dev/null
		openssl x509 -req -in "$T/tls/$name.req" -CA "$T/tls/ca.pem" -CAkey "$T/tls/ca-key.pem" -days 2 \
			-copy_extensions copy -out "$T/tls/$name.pem" 2>/dev/null
	done
	chmod 644 "$T"/tls/*
}

free_port() {
	local candidate
	for ((;;)); do
		candidate=$((12000 + RANDOM % 8000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
			printf -v "$1" %s "$candidate"
			return
		fi
	done
}

# Servers refuse to be root.
as_server=()
(($(id -u))) || as_server=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# mariadb_bootstrap SHARE: what makes a data directory, root without a password.
mariadb_bootstrap() {
	printf '%s\n' 'CREATE DATABASE mysql;' 'USE mysql;' 'SET @skip_auth_anonymous = NULL, @auth_root_socket = NULL;'
	cat "$1"/*_system_tables.sql "$1"/*_performance_tables.sql "$1"/*_system_tables_data.sql
	printf '%s\n' "DELETE FROM global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');"
}

# server_up FLAVOR OPTION...: a server in T/FLAVOR; exports PORT and SOCKET, and DIALECT, mariadb or mysql. Skips the
# test where there is none.
server_up() {
	local flavor=$1 folder=$T/$1 tree='' program=mariadbd share=/usr/share/mysql
	shift
	DIALECT=${flavor%%-*}
	if [[ $flavor == *-* ]]; then
		tree=$("$servers" get "$flavor" 2>"$T/reason") || skip "$(tail -n 1 "$T/reason")"
		share=$tree/usr/share/mariadb
	fi
	[[ $DIALECT != mysql ]] || program=mysqld
	program=${tree:+$tree/bin/}$program
	free_port PORT
	SOCKET=$folder/socket
	export PORT SOCKET DIALECT
	if [[ ! -d $folder ]]; then
		mkdir -p "$folder/data"
		(($(id -u))) || chown 65534:65534 "$folder" "$folder/data"
		if [[ $DIALECT == mysql ]]; then
			"${as_server[@]}" "$program" --no-defaults --initialize-insecure --datadir="$folder/data" >"$folder.init" 2>&1
		else
			mariadb_bootstrap "$share" | "${as_server[@]}" "$program" --no-defaults --bootstrap --datadir="$folder/data" \
				--lc-messages-dir="$share" >"$folder.init" 2>&1
		fi
	fi
	local -a options=(--no-defaults --datadir="$folder/data" --socket="$SOCKET" --port="$PORT" --bind-address=127.0.0.1
		--pid-file="$folder/pid" --skip-name-resolve --innodb-buffer-pool-size=16M --performance-schema=OFF)
	[[ $DIALECT != mysql ]] || options+=(--mysqlx=OFF --secure-file-priv=NULL)
	[[ $DIALECT == mysql ]] || options+=(--lc-messages-dir="$share")
	(cd "$folder" && exec "${as_server[@]}" "$program" "${options[@]}" "$@" >>"$folder.log" 2>&1 3>&-) &
	SERVER_JOB=$!
	export SERVER_JOB
	await 120 "$connect" --socket "$SOCKET" --user root 'SELECT 1' || {
		tail -n 20 "$folder.log" >&2
		return 1
	}
}

server_down() {
	[[ ${SERVER_JOB-} ]] || return 0
	"$connect" --socket "$SOCKET" --user root SHUTDOWN >/dev/null 2>&1 || kill -KILL "$SERVER_JOB"
	wait "$SERVER_JOB" 2>/dev/null || :
	SERVER_JOB=
}

# password_file NAME TEXT: a file T/NAME.password with the password.
password_file() {
	printf '%s\n' "$2" >"$T/$1.password"
}

admin() {
	"$connect" --socket "$SOCKET" --user root "$@"
}

accounts() {
	password_file right "right-s3cret"
	password_file wrong "wrong-s3cret"
	admin "CREATE USER plain@'%' IDENTIFIED BY 'right-s3cret'" "CREATE USER expired@'%' IDENTIFIED BY 'right-s3cret' PASSWORD EXPIRE" \
		"CREATE USER locked@'%' IDENTIFIED BY 'right-s3cret' ACCOUNT LOCK" \
		"CREATE USER secure@'%' IDENTIFIED BY 'right-s3cret' REQUIRE SSL" \
		"CREATE USER certified@'%' IDENTIFIED BY 'right-s3cret' REQUIRE X509"
}

# over_tcp OPTION... [SQL...]: connect to PORT, with stderr apart.
over_tcp() {
	run --separate-stderr "$connect" --host 127.0.0.1 --port "$PORT" "$@"
}

# as USER PASSWORD OPTION... [SQL...]: the same as this user.
as() {
	local user=$1 password=$T/$2.password
	shift 2
	over_tcp --user "$user" --password-file "$password" "$@"
}

# fails_with TEXT...: each is in the error or its hint, and no password is.
fails_with() {
	local text
	[ "$status" -eq 1 ]
	for text; do
		[[ $stderr == *"$text"* ]] || {
			printf 'want: %s\ngot:  %s\n' "$text" "$stderr"
			return 1
		}
	done
	[[ $stderr$output != *s3cret* ]]
}

# link_up FAULT...: a proxy before the server; PORT becomes its port, and its commands go to descriptor 9.
link_up() {
	mkfifo "$T/link"
	"$proxy" --to "127.0.0.1:$PORT" "$@" <"$T/link" >"$T/link.out" 2>&1 3>&- &
	LINK_JOB=$!
	exec 9>"$T/link"
	await 30 grep -q ready "$T/link.out"
	SERVER_PORT=$PORT
	PORT=$(sed -n 's/^ready .*://p' "$T/link.out")
}

link_down() {
	[[ ${LINK_JOB-} ]] || return 0
	exec 9>&-
	wait "$LINK_JOB" || :
	LINK_JOB=
	PORT=${SERVER_PORT:-$PORT}
	rm -f "$T/link" "$T/link.out"
}
