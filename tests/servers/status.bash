# shellcheck shell=bash
# shellcheck disable=SC2154 # helper.bash sets servers
# What the tests of status, lag and check share: a sandbox, and what status says of it.

load helper

# status SANDBOX OPTION...; instead of a sandbox, "--hosts …" in one word.
status() {
	local -a cluster=(--sandbox "$1")
	[[ $1 != --* ]] || read -r -a cluster <<<"$1"
	shift
	"$KUBECTL_MYSQL" status "${cluster[@]}" "$@"
}

# says SANDBOX LEVEL CODE REASON NEXT: the verdict, its exit code, and that the first lines for people are the same.
# REASON and NEXT are patterns of bash.
says() {
	local name=$1 level=$2 code=$3 reason=$4 next=$5 got rc=0 want words
	case $level in ok) want=0 ;; degraded) want=3 ;; critical) want=4 ;; unknown) want=5 ;; esac
	got=$(status "$name" -o json) || rc=$?
	words=$(jq -r '.verdict | "\(.level) \(.code)\n\(.reason)\n\(.next // "")"' <<<"$got")
	# shellcheck disable=SC2053 # patterns
	if [[ $rc != "$want" || $(sed -n 1p <<<"$words") != "$level $code" || $(sed -n 2p <<<"$words") != $reason ||
		$(sed -n 3p <<<"$words") != $next ]]; then
		printf 'exit code %s\n%s\n' "$rc" "$words"
		jq -r '.findings[] | "  \(.code): \(.reason)"' <<<"$got"
		return 1
	fi
	jq -r .verdict.next <<<"$got" | next_exists
}

# next_exists: the command on standard input runs as it is printed: it is there, its options are, and so is what it
# names. A statement that would change something is replaced, and nothing is waited for long.
next_exists() {
	local line out rc=0
	read -r line
	[[ $line == null ]] && return 0
	[[ $line == 'kubectl mysql '* ]] || return 1
	line=${line#kubectl mysql }
	# A test runs it when it has seen enough.
	[[ $line == 'sandbox up '* || $line == 'status --watch '* ]] && return 0
	line=${line/--timeout 30s/--timeout 1s}
	[[ $line == 'sql '*' -e "'* && $line != *' -e "'@(SELECT|SHOW)' '* ]] && line="${line%% -e *} -e 'SELECT 1'"
	out=$(eval "\"\$KUBECTL_MYSQL\" $line" 2>&1 </dev/null) || rc=$?
	# Servers that are broken may not answer; what is wrong with the command itself is another matter.
	if [[ $rc == 2 || $rc -gt 6 || $out == *'error: no '@(cluster|instance|sandbox)* ]]; then
		printf 'next: %s\n%s: %s\n' "$line" "$rc" "$out"
		return 1
	fi
}

# becomes SANDBOX LEVEL CODE REASON NEXT: waits until status says so.
becomes() {
	await "${PATIENCE:-120}" says "$@"
}

healthy() {
	becomes "$1" ok healthy '*' ''
}

# statement INSTANCE MARIADB MYSQL: runs what its vendor calls it.
statement() {
	if [[ $(described "${1%-*}" .flavor) == mariadb ]]; then
		sql "$1" "$2"
	else
		sql "$1" "$3"
	fi
}

# quietly REPLICA SQL: without a trace in the binlog.
quietly() {
	statement "$1" "SET SESSION sql_log_bin = 0; $2" \
		"SET GLOBAL super_read_only = OFF; SET SESSION sql_log_bin = 0; $2; SET GLOBAL super_read_only = ON"
}

# clusters: a sandbox of each vendor, whose names are in boxes; MariaDB alone where MySQL cannot be had.
clusters() {
	boxes=demo
	sandbox_of mariadb up demo --replicas 2
	if "$servers" get mysql-9 >/dev/null 2>"$T/reason"; then
		boxes='demo my'
		sandbox_of mysql-9 up my --replicas 2
	else
		printf '# without MySQL: %s\n' "$(tail -n 1 "$T/reason")" >&3
	fi
	export boxes
}

# flavor: of the sandbox S, as sandbox_of wants it.
flavor() {
	[[ $(described "$S" .flavor) == mariadb ]] && echo mariadb || echo mysql-9
}

# revive: starts the servers of S that are dead.
revive() {
	"$KUBECTL_MYSQL" sandbox up "$S"
}

# each FAULT: on both vendors; the name stands in the output of a test that fails.
each() {
	for S in $boxes; do
		echo "on sandbox $S"
		"$@"
	done
}

# on_mariadb FAULT, on_mysql FAULT: on one of them.
on_mariadb() {
	S=demo
	"$@"
}

on_mysql() {
	[[ $boxes == *my* ]] || skip "$(tail -n 1 "$T/reason")"
	S=my
	"$@"
}

# renew: new sandboxes, if the test before this one failed and left broken ones.
renew() {
	[[ -e $T/broken ]] || return 0
	sandbox down --all >/dev/null
	clusters
	rm "$T/broken"
}

# note_failure: for renew.
note_failure() {
	[[ ${BATS_TEST_COMPLETED-} || ${BATS_TEST_SKIPPED-} ]] || touch "$T/broken"
}

# caught_up SANDBOX REPLICA: the replica has applied what the primary has now.
caught_up() {
	local position
	if [[ $(described "$1" .flavor) == mariadb ]]; then
		position=$(sql "$1-0" 'SELECT @@gtid_binlog_pos')
		holds "$2" "SELECT MASTER_GTID_WAIT('$position', 60)" 0
	else
		position=$(sql "$1-0" 'SELECT @@gtid_executed')
		holds "$2" "SELECT WAIT_FOR_EXECUTED_GTID_SET('${position//\\n/}', 60)" 0
	fi
}
