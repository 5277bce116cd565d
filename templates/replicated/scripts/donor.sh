#!/bin/bash
# Gives a copy of a MariaDB server's data to a member of the cluster that has none, and to nobody else.
#   donor.sh listen                     in the sidecar: waits for members (socat, else ncat)
#   donor.sh serve                      one connection, on stdin and stdout
#   donor.sh fetch HOST PORT NAME DIR   in the member: fills DIR
# Both sides prove that they know the cluster's donor secret, which itself is never sent:
#   donor   kubectl-mysql-donor 1 NONCE
#   member  join NAME NONCE HMAC(secret, "member NONCE NONCE NAME")
#   donor   ok HMAC(secret, "donor NONCE NONCE NAME"), then a stream of mbstream; its last file says that it is whole
# With certificates in TLS the connection is TLS, and the member verifies the donor's name.
set -euo pipefail

here=$(dirname "$0") # not resolved: an updated ConfigMap replaces the folder behind it
# shellcheck source=templates/replicated/scripts/lib.sh
. "$here/lib.sh"

nonce() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# whole NONCES: what the last file of a stream holds.
whole() {
	hmac "$(secret donor-secret)" "whole $1"
}

sql() {
	"$client" --defaults-file="$RUN/donor.cnf" --socket="$RUN/mysqld.sock" --batch --skip-column-names
}

# unblock PID: while process PID copies the server's data. A primary that has lost all its
# replicas acknowledges nothing, and its sessions that wait for that hold up the copy, which alone can give it one.
# They are ended: their transactions stay unacknowledged, and go to the replica with the copy.
unblock() {
	local pid=$1 id
	while kill -0 "$pid" 2>/dev/null; do
		while read -r id; do
			say "ending session $id, which waits for a replica to acknowledge, and holds up the copy that makes one"
			sql <<<"KILL $id" || :
		done < <(sql <<-'SQL'
			SELECT ID FROM information_schema.processlist WHERE STATE LIKE 'Waiting for semi-sync ACK%' AND EXISTS
				(SELECT 1 FROM information_schema.global_status
				WHERE VARIABLE_NAME = 'Rpl_semi_sync_master_clients' AND VARIABLE_VALUE = 0)
		SQL
		)
		# The timer is left to end by itself: a shell killed before it became sleep would run this one's EXIT trap.
		sleep "$INTERVAL" &
		wait -n "$pid" "$!" || :
	done
}

serve() {
	local mine theirs word name proof key backup peer=${SOCAT_PEERADDR:-${NCAT_REMOTE_ADDR:-?}} status=0
	key=$(secret donor-secret)
	mine=$(nonce)
	printf 'kubectl-mysql-donor 1 %s\n' "$mine"
	if ! IFS=' ' read -r -n 300 -t 10 word name theirs proof || [[ $word != join ]]; then
		say "$peer: no member of this cluster"
		return 1
	fi
	if [[ ! $name =~ ^$CLUSTER-[0-9]+$ || ! $theirs =~ ^[0-9a-f]{32}$ ||
		$proof != "$(hmac "$key" "member $mine $theirs $name")" ]]; then
		say "$peer: did not prove that it is a member of this cluster"
		return 1
	fi
	printf 'ok %s\n' "$(hmac "$key" "donor $mine $theirs $name")"
	say "$peer: streaming to $name"
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	# The history before the backup; the backup itself says where it ends.
	sql <<<'SELECT @@global.gtid_binlog_state' >"$folder/kubectl-mysql-state" || return 1
	mkdir "$folder/tmp"
	mariadb-backup --defaults-file="$RUN/donor.cnf" --backup --stream=mbstream --datadir="$VOLUME/data" \
		--socket="$RUN/mysqld.sock" --target-dir="$folder/tmp" --tmpdir="$folder/tmp" 2>"$folder/log" &
	backup=$!
	unblock "$backup" >&2
	wait "$backup" || status=$?
	if ((status)); then
		say "$peer: the backup for $name failed"
		tail -n 5 "$folder/log" >&2
		return 1
	fi
	whole "$mine $theirs" >"$folder/kubectl-mysql-complete"
	cd "$folder"
	mbstream -c kubectl-mysql-state kubectl-mysql-complete
	say "$peer: $name has it all"
}

listen() {
	local self=$here/donor.sh pid
	mkdir -p "$RUN"
	option_file "$RUN/donor.cnf" client backup backup-password
	say "waiting for members on port $DONOR_PORT"
	if type socat >/dev/null 2>&1 && [[ ${LISTENER:-socat} == socat ]]; then
		local address="TCP-LISTEN:$DONOR_PORT,reuseaddr,fork,max-children=4${DONOR_BIND:+,bind=$DONOR_BIND}"
		if [[ -e $TLS/tls.crt ]]; then
			address="OPENSSL-LISTEN${address#TCP-LISTEN},cert=$TLS/tls.crt,key=$TLS/tls.key,cafile=$TLS/ca.crt,verify=0"
		fi
		socat "$address" "EXEC:bash $self serve" &
	else
		local -a tls=()
		[[ ! -e $TLS/tls.crt ]] || tls=(--ssl --ssl-cert "$TLS/tls.crt" --ssl-key "$TLS/tls.key")
		ncat --listen --keep-open --max-conns=4 ${tls[@]+"${tls[@]}"} --exec "/bin/bash $self serve" \
			${DONOR_BIND:+"$DONOR_BIND"} "$DONOR_PORT" &
	fi
	pid=$!
	# A shell stays the first process: it takes the orphans, and ends on a signal.
	trap 'kill "$pid" 2>/dev/null' TERM INT
	wait "$pid" || :
	wait "$pid" 2>/dev/null
}

# connect HOST PORT: opens the connection as descriptors "from" and "to".
connect() {
	if [[ ! -e $TLS/tls.crt ]]; then
		exec {from}<>"/dev/tcp/$1/$2" || return 1
		to=$from
		return
	fi
	if type socat >/dev/null 2>&1 && [[ ${LISTENER:-socat} == socat ]]; then
		coproc socat - "OPENSSL:$1:$2,cafile=$TLS/ca.crt,verify=1,commonname=$1"
	else
		coproc ncat --ssl --ssl-verify --ssl-trustfile "$TLS/ca.crt" "$1" "$2"
	fi
	exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
}

fetch() {
	local host=$1 port=$2 name=$3 folder=$4 key mine theirs word version proof from to
	key=$(secret donor-secret)
	mine=$(nonce)
	connect "$host" "$port" || return 1
	IFS=' ' read -r -t 10 -u "$from" word version theirs || theirs=''
	if [[ "$word $version" != 'kubectl-mysql-donor 1' || ! $theirs =~ ^[0-9a-f]{32}$ ]]; then
		say "$host:$port: no donor answers"
		return 1
	fi
	printf 'join %s %s %s\n' "$name" "$mine" "$(hmac "$key" "member $theirs $mine $name")" >&"$to"
	IFS=' ' read -r -t 10 -u "$from" word proof || word=''
	if [[ $word != ok || $proof != "$(hmac "$key" "donor $theirs $mine $name")" ]]; then
		say "$host:$port: the donor refused, or did not prove that it belongs to this cluster"
		return 1
	fi
	mbstream -x -C "$folder" <&"$from" || return 1
	if [[ ! -e $folder/kubectl-mysql-complete || $(<"$folder/kubectl-mysql-complete") != "$(whole "$theirs $mine")" ]]; then
		say "$host:$port: the stream broke off"
		return 1
	fi
}

"$@"
