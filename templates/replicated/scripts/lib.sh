# shellcheck shell=bash
# What start.sh, donor.sh and probe.sh share. The first half is pure: text in, text out, no server, no file;
# tests/scripts/decide.bats runs it by itself. The second half reads facts.
#
# Settings come from the environment: CLUSTER, POD_NAME, NAMESPACE, DURABILITY, SERVER_ID_BASE, and the places below;
# the number of members from CONFIG/replicas. PEERS overrides the names of the pods, one "NAME HOST PORT DONOR_PORT" a
# line, this one included.

: "${VOLUME:=/var/lib/mysql}" "${RUN:=/run/mysqld}" "${AUTH:=/etc/kubectl-mysql/auth}"
: "${RECORD:=/etc/kubectl-mysql/record}" "${CONFIG:=/etc/kubectl-mysql/config}" "${TLS:=/etc/kubectl-mysql/tls}"
: "${PORT:=3306}" "${DONOR_PORT:=3307}" "${BIND:=*}" "${INTERVAL:=2}" "${SERVER_ID_BASE:=100}"
: "${DURABILITY:=lossless}" "${NAMESPACE:=default}" "${PREPARE_MEMORY:=128M}" "${PEERS:=}"

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# --- pure ------------------------------------------------------------------------------------------------------

# ordinal_of POD: "shop-12" gives 12.
ordinal_of() {
	local n=${1##*-}
	case $n in
	'' | *[!0-9]*) return 1 ;;
	esac
	printf '%s\n' "$n"
}

# sql_quote TEXT: TEXT as an SQL string.
sql_quote() {
	local s=${1//\\/\\\\}
	printf "'%s'" "${s//\'/\'\'}"
}

# cnf_quote TEXT: TEXT as the value of an option file.
cnf_quote() {
	local s=${1//\\/\\\\}
	printf '"%s"' "${s//\"/\\\"}"
}

# mariadb_extra OWN KNOWN: the points of OWN (domain-server-sequence, comma separated) that KNOWN does not hold.
# A point is held if KNOWN has one of the same domain and server with at least its sequence.
mariadb_extra() {
	local own known held extra='' IFS=' '
	for own in ${1//,/ }; do
		held=''
		for known in ${2//,/ }; do
			if [[ ${own%-*} == "${known%-*}" ]] && ((${known##*-} >= ${own##*-})); then
				held=1
				break
			fi
		done
		[[ $held ]] || extra+=${extra:+,}$own
	done
	printf '%s\n' "$extra"
}

# mariadb_position A B: for each domain the point of A or B with the highest sequence: what gtid_slave_pos must be
# for a server that wrote A itself and has applied B.
mariadb_position() {
	local point domain IFS=' '
	local -A best=()
	local -a domains=()
	for point in ${1//,/ } ${2//,/ }; do
		domain=${point%%-*}
		[[ ${best[$domain]-} ]] || domains+=("$domain")
		if [[ ! ${best[$domain]-} ]] || ((${point##*-} > ${best[$domain]##*-})); then
			best[$domain]=$point
		fi
	done
	local out=''
	for domain in ${domains[@]+"${domains[@]}"}; do
		out+=${out:+,}${best[$domain]}
	done
	printf '%s\n' "$out"
}

# mariadb_state STATE POSITION: gtid_binlog_state of a copy: that of its donor, brought to where the copy ends. The
# last point of a domain is its newest, so those of POSITION go to the end.
mariadb_state() {
	local point end kept='' IFS=' '
	for point in ${1//,/ }; do
		for end in ${2//,/ }; do
			[[ ${point%-*} != "${end%-*}" ]] || continue 2
		done
		kept+=${kept:+,}$point
	done
	printf '%s\n' "$kept${2:+${kept:+,}${2// /}}"
}

# newer EPOCH EPOCH: true if the first is higher; "-" (none) is lower than all.
newer() {
	((${1/#-/-1} > ${2/#-/-1}))
}

# What decide() reads, one fact a line:
#   self NAME ORDINAL DATA EPOCH SOURCE     DATA: none (no data directory), empty (no transaction), some
#   record PRIMARY EPOCH                    no line: no record is mounted
#   warned                                  earlier in this life something spoke against opening
#   peer NAME STATE WRITABLE DATA EPOCH SOURCE RUNNING
#                                           STATE: up, silent (nobody answers), unreadable (answers, but no facts)
# EPOCH and SOURCE are "-" if there is none; WRITABLE and RUNNING are yes or no. WRITABLE is "elected" for a lossless
# primary that is still closed, since it has no replica yet that could acknowledge a write.
# Prints "ACTION|TARGET|REASON|AGAINST": ACTION is open, join (TARGET: the primary) or wait; AGAINST is what peers
# say against opening for the rest of this life ("warned"). The rules are those of docs/authority.md, rule 2.
decide() {
	local kind a b c d e f
	local self='' ordinal='' data='' epoch='' source='' record='' record_epoch=- warned=''
	local -a against=() doubts=() writers=() elected=() unreadable=()
	local -A peer_epoch=() peer_source=()
	local facts highest=-
	facts=$(</dev/stdin)

	while read -r kind a b c d e _; do
		case $kind in
		self) self=$a ordinal=$b data=$c epoch=$d source=$e ;;
		record) record=$a record_epoch=$b ;;
		warned) warned=1 ;;
		esac
	done <<<"$facts"
	highest=$epoch

	while read -r kind a b c d e f _; do
		[[ $kind == peer && $a != "$self" ]] || continue
		case $b in
		silent) continue ;;
		unreadable)
			unreadable+=("$a")
			doubts+=("$a answers, but cannot be read")
			continue
			;;
		esac
		peer_epoch[$a]=$e peer_source[$a]=$f
		! newer "$e" "$highest" || highest=$e
		if [[ $c == yes ]]; then
			writers+=("$a")
			against+=("$a is writable")
		elif [[ $c == elected ]]; then
			elected+=("$a")
			doubts+=("$a is elected")
		fi
		if [[ $f != - && $f != "$self" ]]; then
			against+=("$a follows $f")
		fi
		if newer "$e" "$epoch"; then
			against+=("$a holds epoch $e")
		fi
		if [[ $d == some && $data != some ]]; then
			doubts+=("$a holds transactions and this server none")
		fi
	done <<<"$facts"

	local why='' claim=''
	if [[ $record && $record != "$self" ]]; then
		why="the record names $record"
	elif [[ $record ]] && newer "$epoch" "$record_epoch"; then
		why="the record of epoch $record_epoch is older than the data, of epoch $epoch"
	elif [[ $record && $data != some ]] && newer "$record_epoch" 0; then
		why="the record of epoch $record_epoch names this server, but it holds no transaction"
	elif [[ ! $record && $ordinal != 0 ]]; then
		why='there is no record, and this is not ordinal 0'
	elif [[ ! $record && $epoch != - ]]; then
		why="there is no record, but the data is of epoch $epoch"
	elif [[ $source != - ]]; then
		why="this server is set up as a replica of $source"
	else
		claim=1
	fi
	if [[ $claim && ! ${against[*]-}${doubts[*]-}$warned ]]; then
		if [[ $record ]]; then
			why="the record of epoch $record_epoch names this server"
		else
			why='there is no record, this is ordinal 0 and its data holds no epoch'
		fi
		printf 'open||%s, and no peer speaks against it|\n' "$why"
		return
	fi
	local spoken
	printf -v spoken '%s, ' ${against[@]+"${against[@]}"}
	spoken=${spoken%, }
	if [[ $claim ]]; then
		printf -v why '%s, ' ${against[@]+"${against[@]}"} ${doubts[@]+"${doubts[@]}"}
		why=${why%, }
		why=${why:-a peer spoke against opening since this start}
	fi

	local primary=${writers[0]-${elected[0]-}} is='is writable'
	[[ ${writers[*]-} ]] || is='is elected'
	if ((${#writers[@]} > 1)); then
		why="more than one peer is writable: ${writers[*]}"
	elif [[ ! ${writers[*]-} ]] && ((${#elected[@]} > 1)); then
		why="more than one peer is elected: ${elected[*]}"
	elif [[ ! $primary ]]; then
		why+=${why:+, }'no peer is writable'
	elif [[ ! ${writers[*]-} && ! $record && ${primary##*-} != 0 ]]; then
		why="$primary is elected, but there is no record, and it is not ordinal 0"
	elif [[ ${peer_source[$primary]} != - ]]; then
		why="$primary $is, but follows ${peer_source[$primary]}"
	elif newer "$highest" "${peer_epoch[$primary]}"; then
		why="$primary $is, but epoch $highest is known and it holds ${peer_epoch[$primary]/#-/none}"
	elif [[ $record && $record != "$primary" ]] && ! newer "${peer_epoch[$primary]}" "$record_epoch"; then
		why="$primary $is, but the record of epoch $record_epoch names $record"
	elif [[ $record != "$primary" ]] && ((${#unreadable[@]})); then
		why="$primary $is, but cannot be proven the only one: ${unreadable[*]} cannot be read"
	else
		printf 'join|%s|%s %s, and no other|%s\n' "$primary" "$primary" "$is" "$spoken"
		return
	fi
	printf 'wait||%s|%s\n' "$why" "$spoken"
}

# choose_donor PRIMARY, with the facts of decide() on stdin: whom to copy from. A replica that follows the primary is
# better than the primary, which has other work.
choose_donor() {
	local kind name state writable data epoch source running
	while read -r kind name state writable data epoch source running; do
		if [[ $kind == peer && $state == up && $writable == no && $data == some && $source == "$1" && $running == yes ]]; then
			printf '%s\n' "$name"
			return
		fi
	done
	printf '%s\n' "$1"
}

# hmac KEY MESSAGE: HMAC-SHA-256 in hexadecimal; KEY is text of up to 64 bytes. Nothing but builtins sees the key.
hmac() {
	local LC_ALL=C key=$1 inner='' outer='' digest hex i byte
	((${#key} <= 64)) || return 1
	for ((i = 0; i < 64; i++)); do
		byte=0
		((i >= ${#key})) || printf -v byte %d "'${key:i:1}"
		((byte &= 255)) || :
		printf -v hex '\\x%02x' $((byte ^ 0x36))
		inner+=$hex
		printf -v hex '\\x%02x' $((byte ^ 0x5c))
		outer+=$hex
	done
	digest=$({
		printf '%b' "$inner"
		printf '%s' "$2"
	} | sha256sum)
	digest=${digest%% *}
	hex=''
	for ((i = 0; i < 64; i += 2)); do
		hex+="\\x${digest:i:2}"
	done
	digest=$(printf '%b' "$outer$hex" | sha256sum)
	printf '%s\n' "${digest%% *}"
}

# --- facts -----------------------------------------------------------------------------------------------------

# secret NAME: what the Secret holds under NAME.
secret() {
	printf '%s' "$(<"$AUTH/$1")"
}

if type mariadbd >/dev/null 2>&1; then
	FLAVOR=mariadb client=mariadb
else
	FLAVOR=mysql client=mysql
fi

host_of() {
	printf '%s.%s.%s.svc\n' "$1" "$CLUSTER" "$NAMESPACE"
}

# members: "NAME HOST PORT DONOR_PORT" of each member, this one included. The pods that a later scaling added are
# found by their names.
members() {
	local i host replicas=1
	if [[ $PEERS ]]; then
		printf '%s\n' "$PEERS"
		return
	fi
	[[ ! -e $CONFIG/replicas ]] || replicas=$(<"$CONFIG/replicas")
	for ((i = 0; ; i++)); do
		host=$(host_of "$CLUSTER-$i")
		((i < replicas || i <= ${POD_NAME##*-})) || getent hosts "$host" >/dev/null || return 0
		printf '%s\n' "$CLUSTER-$i $host $PORT $DONOR_PORT"
	done
}

# address_of NAME: "HOST PORT DONOR_PORT".
address_of() {
	local name rest
	while read -r name rest; do
		if [[ $name == "$1" ]]; then
			printf '%s\n' "$rest"
			return
		fi
	done < <(members)
	return 1
}

# member_at HOST PORT: the member that a replica calls so, else HOST:PORT.
member_at() {
	local name host port
	while read -r name host port _; do
		if [[ $host == "$1" && $port == "$2" ]]; then
			printf '%s\n' "$name"
			return
		fi
	done < <(members)
	name=${1%%.*}
	if [[ ! $PEERS && $name == "$CLUSTER"-* && $2 == "$PORT" ]]; then
		printf '%s\n' "$name"
	else
		printf '%s:%s\n' "$1" "$2"
	fi
}

# tls_options: what a client needs to trust another member.
tls_options() {
	[[ -e $TLS/tls.crt ]] || return 0
	printf 'ssl-ca=%s/ca.crt\n' "$TLS"
	if [[ $FLAVOR == mariadb ]]; then
		printf 'ssl-verify-server-cert\n'
	else
		printf 'ssl-mode=VERIFY_IDENTITY\n'
	fi
}

# option_file FILE GROUP USER SECRET [LINE...]: an option file that only this user can read.
option_file() {
	local file=$1 group=$2 user=$3 key=$4
	shift 4
	(
		umask 077
		printf '%s\n' "[$group]" "user=$user" "password=$(cnf_quote "$(secret "$key")")" "$@" >"$file.new"
	)
	mv "$file.new" "$file"
}

if [[ $FLAVOR == mariadb ]]; then
	query='SELECT @@global.read_only AS read_only, @@global.gtid_binlog_state AS executed,
		@@global.gtid_slave_pos AS applied, @@global.rpl_semi_sync_master_enabled AS semisync;
		SHOW ALL SLAVES STATUS;'
else
	query="SELECT @@global.read_only AS read_only, REPLACE(@@global.gtid_executed, '\n', '') AS executed,
		'' AS applied,
		(SELECT VARIABLE_VALUE FROM performance_schema.global_variables
			WHERE VARIABLE_NAME = 'rpl_semi_sync_source_enabled') AS semisync;
		SHOW REPLICA STATUS;"
fi
query+='
	SELECT MAX(epoch) AS epoch FROM kubectl_mysql.record;'

# read_server CLIENT OPTION...: prints "STATE|WRITABLE|DATA|EPOCH|SOURCE|RUNNING|EXECUTED|APPLIED" of one server.
read_server() {
	local out status=0 key value state=up writable=no data=empty epoch=- host='' port='' running=''
	local executed='' applied='' threads=0 semisync=''
	out=$(printf '%s\n' "$query" | LC_ALL=C timeout 8 "$client" "$@" --connect-timeout=3 --batch --vertical 2>&1) || status=$?
	while read -r key value; do
		case $key in
		read_only:) [[ $value == 0 || $value == OFF ]] && writable=yes ;;
		executed:) executed=$value ;;
		applied:) applied=$value ;;
		semisync:) [[ $value == 1 || $value == ON ]] && semisync=yes ;;
		Master_Host: | Source_Host:) [[ $host ]] || host=$value ;;
		Master_Port: | Source_Port:) [[ $port ]] || port=$value ;;
		Slave_IO_Running: | Slave_SQL_Running: | Replica_IO_Running: | Replica_SQL_Running:)
			[[ $value != Yes ]] || ((threads += 1))
			;;
		epoch:) [[ $value == NULL ]] || epoch=$value ;;
		esac
	done <<<"$out"
	if ((status)); then
		case $out in
		*'ERROR 1146 '* | *'ERROR 1049 '*) ;; # no record table: no epoch
		*'ERROR 2002 '* | *'ERROR 2003 '* | *'ERROR 2005 '* | *'reading initial communication packet'*) state=silent ;;
		*) state=unreadable ;;
		esac
	fi
	((threads == 2)) && running=yes || running=no
	[[ ! $executed$applied ]] || data=some
	# Only a primary has this on: start.sh, or a promotion, sets it before it opens the server.
	[[ $writable == yes || ! $semisync || $host ]] || writable=elected
	printf '%s|%s|%s|%s|%s|%s|%s|%s\n' "$state" "$writable" "$data" "$epoch" \
		"$([[ $host ]] && member_at "$host" "$port" || printf '%s' -)" "$running" "$executed" "$applied"
}

# read_peers SELF: the "peer" lines of decide(), all peers asked at once.
read_peers() {
	local name host port folder pid
	local -a pids=()
	folder=$(mktemp -d "$RUN/peers.XXXXXX")
	while read -r name host port _; do
		[[ $name != "$1" ]] || continue
		read_server --defaults-file="$RUN/monitor.cnf" --protocol=tcp --host="$host" --port="$port" >"$folder/$name" &
		pids+=("$!")
	done < <(members)
	for pid in ${pids[@]+"${pids[@]}"}; do
		wait "$pid" || :
	done
	local state writable data epoch source running
	for name in "$folder"/*; do
		[[ -e $name ]] || continue
		IFS='|' read -r state writable data epoch source running _ <"$name"
		printf 'peer %s %s %s %s %s %s %s\n' "${name##*/}" "$state" "$writable" "$data" "$epoch" "$source" "$running"
	done
	rm -rf "$folder"
}

# read_record: the "record" line of decide(), if a record is mounted. A volume of a ConfigMap changes all its files at
# once by a link, which is followed once, so that both are of one record.
read_record() {
	local folder=$RECORD primary epoch=0
	[[ ! -e $folder/..data ]] || folder=$(readlink -f "$folder/..data")
	[[ -e $folder/primary ]] || return 0
	primary=$(<"$folder/primary")
	[[ ! -e $folder/epoch ]] || epoch=$(<"$folder/epoch")
	if [[ $primary =~ ^[a-z0-9.-]+$ && $epoch =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
		printf 'record %s %s\n' "$primary" "$epoch"
	else
		printf 'record (nobody:-it-cannot-be-read) 0\n'
	fi
}
