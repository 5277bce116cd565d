# shellcheck shell=bash
# Real members of a cluster on loopback ports, run by the scripts of templates/replicated in a folder of their own.

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

# cluster_up: an empty cluster "shop" of three, nothing started.
cluster_up() {
	local i port donor_port name
	T=$(mktemp -d /tmp/kmscripts.XXXXXX)
	mkfifo "$T/never"
	mkdir "$T/auth" "$T/config" "$T/pids"
	printf admin >"$T/auth/username"
	for name in password root-password replication-password backup-password monitor-password app-password donor-secret; do
		printf '%s' "$name-it's \\\"s3cret\"" >"$T/auth/$name"
	done
	cp "$scripts/../mariadb.cnf" "$T/config/flavor.cnf"
	printf '%s\n' '[mysqld]' innodb-buffer-pool-size=8M innodb-log-file-size=4M key-buffer-size=1M aria-pagecache-buffer-size=1M \
		performance-schema=OFF max-connections=20 slave-net-timeout=5 innodb-flush-method=fsync >"$T/config/size.cnf"
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
	environment=(env CLUSTER=shop POD_NAME="$1" VOLUME="$T/$1/volume" RUN="$T/$1/run" AUTH="$T/auth"
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

# sql NAME SQL: as root on the member's own socket.
sql() {
	as_user mariadb --defaults-file="$T/$1/run/root.cnf" --socket="$T/$1/run/mysqld.sock" --batch --skip-column-names -e "$2"
}

# as_app NAME SQL: as an application would, over TCP.
as_app() {
	MYSQL_PWD=$(<"$T/auth/app-password") mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$(field "$1" 2)" --user=app \
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
}

seed_down() {
	rm -rf "$SEED"
}
