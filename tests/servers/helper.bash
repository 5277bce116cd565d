# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets output
# Sandboxes for tests: real servers in a folder of their own, always taken away again.
#
#	setup_file() { servers_up; sandbox_of mysql up db --replicas 1; }
#	teardown_file() { servers_down; }
#
# Everything is under $T: the sandboxes (XDG_STATE_HOME), logs, what a test leaves. The cache of data directories is
# shared by all tests, as it is by a user's sandboxes.

bats_require_minimum_version 1.5.0

root=$(cd "${BATS_TEST_DIRNAME:?}/../.." && pwd)
: "${KUBECTL_MYSQL:=$root/${BUILD:-build}/kubectl-mysql}"
servers=$root/tests/helper/servers

# servers_up: a folder for this file's sandboxes, in T.
servers_up() {
	# Where the runner looks for what a file left running.
	T=$(mktemp -d "${TMPDIR:-/tmp}/servers.XXXXXX")
	chmod 755 "$T"
	mkfifo "$T/never"
	export T XDG_STATE_HOME=$T/state
}

servers_down() {
	[[ -d ${T-} ]] || return 0
	"$KUBECTL_MYSQL" sandbox down --all >/dev/null || :
	rm -rf "$T"
}

# server_options FLAVOR: the options of sandbox up for mariadb (what is installed), mariadb-11.8 or mysql-9, in the array
# "server"; skips the test where it cannot be had.
server_options() {
	local tree
	case $1 in
	mariadb) server=(--flavor mariadb) ;;
	*)
		tree=$("$servers" get "$1" 2>"$T/reason") || skip "$(tail -n 1 "$T/reason")"
		server=(--server-root "$tree")
		;;
	esac
}

# sandbox_of FLAVOR up NAME OPTION...: a sandbox of these servers; its version goes into the test's output.
sandbox_of() {
	local flavor=$1
	local -a server
	shift 2
	server_options "$flavor"
	"$KUBECTL_MYSQL" sandbox up "$@" "${server[@]}" >"$T/up.log" 2>&1 || {
		cat "$T/up.log" >&2
		return 1
	}
	printf '# %s\n' "$(head -n 1 "$T/up.log")" >&3
}

sandbox() {
	"$KUBECTL_MYSQL" sandbox "$@"
}

# described SANDBOX FILTER: jq on its description.
described() {
	jq -r "$2" "$T/state/kubectl-mysql/sandbox/$1/sandbox.json"
}

# client INSTANCE OPTION...: the client, as the administrator over TCP. INSTANCE is such as demo-0.
client() {
	local name=${1%-*} number=${1##*-} host port
	read -r host port < <(described "$name" ".instances[$number] | \"\(.host) \(.port)\"")
	shift
	MYSQL_PWD=$(described "$name" .password) mariadb --no-defaults --protocol=tcp --host="$host" --port="$port" --user=root \
		--ssl --skip-ssl-verify-server-cert --connect-timeout=10 --batch "$@"
}

# sql INSTANCE SQL: its result, tab separated without headers.
sql() {
	client "$1" --skip-column-names -e "$2"
}

# await SECONDS COMMAND...: until COMMAND succeeds; fails at the deadline with what it said last.
await() {
	local deadline=$((SECONDS + $1)) said
	shift
	until said=$("$@" 2>&1); do
		if ((SECONDS >= deadline)); then
			printf 'deadline passed: %s\n%s\n' "$*" "$said" >&2
			return 1
		fi
		read -r -t 0.1 <>"$T/never" || :
	done
}

# holds INSTANCE SQL TEXT: true if SQL gives TEXT.
holds() {
	local got
	got=$(sql "$1" "$2") || return
	[[ $got == "$3" ]] || {
		printf 'want: %s\ngot:  %s\n' "$3" "$got"
		return 1
	}
}

# purged INSTANCE FILE: everything before FILE is gone; for await, since a server keeps for a moment what a connection that
# just ended still holds, and MariaDB what its crash recovery needs.
purged() {
	sql "$1" "PURGE BINARY LOGS TO '$2'"
	[[ $(sql "$1" 'SHOW BINARY LOGS' | cut -f 1) == "$2" ]]
}

# newest_log INSTANCE: the name of the binlog file that it writes.
newest_log() {
	sql "$1" 'SHOW BINARY LOGS' | tail -n 1 | cut -f 1
}

# replica_field INSTANCE FIELD: a field of the replica's state, by its MariaDB or MySQL name without Slave_/Replica_.
replica_field() {
	local statement='SHOW ALL SLAVES STATUS'
	[[ $(described "${1%-*}" .flavor) == mariadb ]] || statement='SHOW REPLICA STATUS'
	client "$1" --vertical -e "$statement" | sed -n "s/^ *\(Slave_\|Replica_\|Master_\|Source_\)\?$2: //p" | head -n 1
}

# replicates INSTANCE: true if both threads run.
replicates() {
	[[ $(replica_field "$1" IO_Running) == Yes && $(replica_field "$1" SQL_Running) == Yes ]]
}

# pid_of INSTANCE: the process of its server, or "null".
pid_of() {
	sandbox list "${1%-*}" -o json | jq -r ".items[] | select(.name == \"$1\") | .pid"
}

# dead INSTANCE: true if it has no server.
dead() {
	[[ $(pid_of "$1") == null ]]
}

# can_mount: true where a test may mount something.
can_mount() {
	mkdir -p "$T/mount"
	mount -t tmpfs -o size=64k tmpfs "$T/mount" 2>/dev/null && umount "$T/mount"
}

# processes TEXT: those whose command line has an argument that holds TEXT, one number a line.
processes() {
	# Its exit code says nothing: other processes end while it looks.
	{ grep -lzF -e "$1" /proc/[0-9]*/cmdline 2>/dev/null || :; } | tr -dc '0-9\n' | grep -vxF "$BASHPID" || :
}
