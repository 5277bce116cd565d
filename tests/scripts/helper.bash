# shellcheck shell=bash
# Real members of a cluster on loopback ports, run by the scripts of templates/replicated in a folder of their own.
# MariaDB is what is installed; with TREE, a folder that tests/helper/servers made, the members are its MySQL.

scripts=$(cd "${BATS_TEST_DIRNAME:?}/../../templates/replicated/scripts" && pwd)

# as_user COMMAND...: as somebody who is not root, for servers refuse to be.
user=()
(($(id -u))) || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
as_user() {
	"${user[@]}" "$@"
}

# await SECONDS COMMAND...: until COMMAND succeeds; fails at the deadline with what the members logged.
await() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= deadline)); then
			printf 'deadline passed: %s\n' "$*" >&2
			tail -n 12 "$T"/*/log >&2
			return 1
		fi
		read -r -t 0.1 <>"$T/never" || :
	done
}

free_port() {
	local candidate
	for ((;;)); do
		candidate=$((20000 + RANDOM % 12000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null && [[ " ${ports[*]-} " != *" $candidate "* ]]; then
			ports+=("$candidate")
			printf -v "$1" %s "$candidate"
			return
		fi
	done
}

# configured FLAVOR LINE...: the option files of the members: the catalogue's, and small sizes.
configured() {
	cp "$scripts/../$1.cnf" "$T/config/flavor.cnf"
	shift
	printf '%s\n' '[mysqld]' key-buffer-size=1M max-connections=20 innodb-flush-method=fsync "$@" >"$T/config/size.cnf"
}

# mysql_programs: what the scripts call, in T/bin, as they find it in an image of MySQL: no MariaDB is there.
# shellcheck disable=SC2016 # the wrappers expand it
mysql_programs() {
	local program share=$TREE/usr/share/mysql
	mkdir "$T/bin"
	for program in bash cat dirname env getent mkdir mktemp mv rm sleep tail timeout; do
		ln -s "$(type -P "$program")" "$T/bin/$program"
	done
	# The tree is not where the server was built for.
	printf '#!/bin/bash\nexec "%s" "$1" --basedir="%s" --lc-messages-dir="%s" --character-sets-dir="%s" --plugin-dir="%s" "${@:2}"\n' \
		"$TREE/bin/mysqld" "$TREE/usr" "$share" "$share/charsets" "$TREE/usr/lib/mysql/plugin" >"$T/bin/mysqld"
	printf '#!/bin/bash\nexec "%s" "$1" --character-sets-dir="%s" "${@:2}"\n' "$TREE/bin/mysql" "$share/charsets" >"$T/bin/mysql"
	chmod 755 "$T/bin/mysqld" "$T/bin/mysql"
}

# cluster_up: an empty cluster "shop" of three, nothing started.
cluster_up() {
	local i port donor_port name
	T=$(mktemp -d /tmp/kmscripts.XXXXXX)
	mkfifo "$T/never"
	mkdir "$T/auth" "$T/config" "$T/pids"
	printf admin >"$T/auth/username"
	for name in password root-password replication-password backup-password monitor-password app-password donor-secret; do
		printf '%s' "$name's \\\"s3cret\"" >"$T/auth/$name"
	done
	if [[ ${TREE-} ]]; then
		configured mysql innodb-buffer-pool-size=24M innodb-redo-log-capacity=8M table-open-cache=200 replica-net-timeout=5
		mysql_programs
	else
		configured mariadb innodb-buffer-pool-size=8M innodb-log-file-size=4M aria-pagecache-buffer-size=1M \
			performance-schema=OFF slave-net-timeout=5
	fi
	PEERS=''
	local -a ports=()
	for i in 0 1 2; do
		free_port port
		free_port donor_port
		PEERS+=${PEERS:+$'\n'}"shop-$i 127.0.0.1 $port $donor_port"
		mkdir -p "$T/shop-$i"/{volume,run,record,tls}
	done
	export PEERS
	(($(id -u))) || chown -R 65534:65534 "$T"
	chmod 755 "$T"
}

# field NAME N: a field of the member's line in PEERS.
field() {
	local -a line
	while read -ra line; do
		[[ ${line[0]} != "$1" ]] || printf '%s\n' "${line[$2]}"
	done <<<"$PEERS"
}

# environment NAME: that of NAME's pod, in the array "environment", with the command that sets it.
environment() {
	environment=(env ${TREE:+PATH="$T/bin"} CLUSTER=shop POD_NAME="$1" VOLUME="$T/$1/volume" RUN="$T/$1/run" AUTH="$T/auth"
		RECORD="$T/$1/record" CONFIG="$T/config" TLS="$T/tls" PORT="$(field "$1" 2)" BIND=127.0.0.1
		DONOR_PORT="$(field "$1" 3)" DONOR_BIND=127.0.0.1 INTERVAL=0.2 PREPARE_MEMORY=16M
		DURABILITY="${DURABILITY:-lossless}" DATABASE=app APP_USER=app LISTENER="${LISTENER:-socat}")
}

# in_member NAME COMMAND...: COMMAND in NAME's pod.
in_member() {
	environment "$1"
	shift
	as_user "${environment[@]}" "$@"
}

# start NAME: starts the member; its output is in T/NAME/log.
start() {
	rm -f "$T/$1/run/phase"
	environment "$1"
	# No function here: the process that is started must be the member itself.
	"${user[@]}" "${environment[@]}" bash "$scripts/start.sh" >>"$T/$1/log" 2>&1 3>&- &
	printf '%s' "$!" >"$T/pids/$1"
}

# listening PORT: somebody accepts connections there. Asked without connecting: a donor would serve that.
listening() {
	grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6
}

start_donor() {
	rm -f "$T/$1/donor.log"
	environment "$1"
	"${user[@]}" "${environment[@]}" bash "$scripts/donor.sh" listen >>"$T/$1/donor.log" 2>&1 3>&- &
	printf '%s' "$!" >"$T/pids/$1-donor"
	await 60 listening "$(field "$1" 3)"
}

# stop NAME: as the kubelet does; the member ends by itself.
stop() {
	local pid
	pid=$(<"$T/pids/$1")
	kill -TERM "$pid"
	wait "$pid" || :
	rm "$T/pids/$1"
}

cluster_down() {
	local file
	for file in "$T"/pids/*; do
		[[ ! -e $file ]] || kill -TERM "$(<"$file")" 2>/dev/null || :
	done
	for file in "$T"/pids/*; do
		[[ ! -e $file ]] || wait "$(<"$file")" 2>/dev/null || :
	done
	rm -rf "$T"
}

# record NAME PRIMARY EPOCH: mounts a record in the member's pod.
record() {
	printf '%s' "$2" >"$T/$1/record/primary"
	printf '%s' "$3" >"$T/$1/record/epoch"
}

# phase NAME WORD: true if the member is in that phase.
phase() {
	[[ -e $T/$1/run/phase && $(<"$T/$1/run/phase") == "$2"* ]]
}

# client OPTION...: the client of the members' own flavor.
client() {
	if [[ ${TREE-} ]]; then
		as_user "$T/bin/mysql" "$@"
	else
		as_user mariadb "$@"
	fi
}

# sql NAME SQL: as root on the member's own socket.
sql() {
	client --defaults-file="$T/$1/run/root.cnf" --socket="$T/$1/run/mysqld.sock" --batch --skip-column-names -e "$2"
}

# as_app NAME SQL: as an application would, over TCP.
as_app() {
	MYSQL_PWD=$(<"$T/auth/app-password") client --no-defaults --protocol=tcp --host=127.0.0.1 --port="$(field "$1" 2)" --user=app \
		--batch --skip-column-names --connect-timeout=5 -e "$2" app
}

# holds NAME SQL TEXT: true if SQL gives TEXT.
holds() {
	[[ $(sql "$1" "$2") == "$3" ]]
}

# promoted NAME EPOCH: what a promotion leaves in the data.
promoted() {
	sql "$1" "CREATE DATABASE IF NOT EXISTS kubectl_mysql;
		CREATE TABLE IF NOT EXISTS kubectl_mysql.record (epoch BIGINT UNSIGNED PRIMARY KEY, \`primary\` VARCHAR(255));
		INSERT INTO kubectl_mysql.record VALUES ($2, '$1')"
}

# seed_up: a data directory with one transaction, made once for a file of tests; seed NAME copies it.
seed_up() {
	cluster_up
	DURABILITY=async start shop-0
	await 180 phase shop-0 primary
	sql shop-0 'CREATE DATABASE seeded'
	stop shop-0
	SEED=$(mktemp -d /tmp/kmseed.XXXXXX)
	export SEED
	cp -a "$T/shop-0/volume/data" "$SEED/data"
	cluster_down
}

seed() {
	cp -a "$SEED/data" "$T/$1/volume/data"
	rm -f "$T/$1/volume/data/auto.cnf" # of two servers of MySQL that have the same UUID one cannot follow the other
}

seed_down() {
	[[ -z ${SEED-} ]] || rm -rf "$SEED" # there is none where the servers could not be had
}
