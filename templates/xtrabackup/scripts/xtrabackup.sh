#!/bin/bash
# Sidecar: on a fresh copy, starts replication from where the copy ends; on ordinal 0, makes the replication account.
# Then gives copies of the data to the next ordinals, on port 3307.
set -euo pipefail

ordinal=${POD_NAME##*-}
data=/var/lib/mysql
position=$data/change_source.sql
if type mariadb-backup >/dev/null 2>&1; then
	backup=mariadb-backup client=mariadb
else
	backup=xtrabackup client=mysql
fi

umask 077
quote() {
	local s=${1//\\/\\\\}
	printf "'%s'" "${s//\'/\'\'}"
}
options=/tmp/client.cnf
printf '[client]\nuser=root\npassword="%s"\nhost=127.0.0.1\n' "$(</etc/mysql-auth/root-password)" >"$options"
replication=$(quote "$(</etc/mysql-auth/replication-password)")
sql() {
	"$client" --defaults-file="$options" --batch --skip-column-names
}

# serve: one copy, on stdout. Ends with an error if the copy is not whole.
if [[ ${1-} == serve ]]; then
	exec "$backup" --defaults-file="$options" --backup --slave-info --stream="$([[ $backup == mariadb-backup ]] &&
		echo mbstream || echo xbstream)" --datadir="$data" --target-dir=/tmp/backup
fi

# Where the copy ends: the source's position if the donor was a replica, else the donor's own.
for name in mariadb_backup xtrabackup; do
	if [[ -s $data/${name}_slave_info ]]; then
		# The text may set a GTID position first, and may end in a semicolon.
		sed -n 's/^\(CHANGE MASTER TO.*[^;]\);*$/\1/p' "$data/${name}_slave_info" >"$position"
	elif [[ -s $data/${name}_binlog_info ]]; then
		IFS=$'\t' read -r file offset _ <"$data/${name}_binlog_info"
		printf "CHANGE MASTER TO MASTER_LOG_FILE='%s', MASTER_LOG_POS=%d\n" "$file" "$offset" >"$position"
	fi
	rm -f "$data/${name}_slave_info" "$data/${name}_binlog_info"
done

until sql <<<'DO 1' 2>/dev/null; do
	sleep 1 &
	wait "$!"
done
if ((ordinal == 0)); then
	sql <<<"CREATE USER IF NOT EXISTS replication@'%' IDENTIFIED BY $replication;
		GRANT REPLICATION SLAVE ON *.* TO replication@'%'"
elif [[ -s $position ]]; then
	sql <<<"STOP SLAVE; $(<"$position"), MASTER_HOST = '$CLUSTER-0.$CLUSTER', MASTER_USER = 'replication',
		MASTER_PASSWORD = $replication, MASTER_CONNECT_RETRY = 10; START SLAVE"
	rm "$position"
fi

self=$(readlink -f "$0")
if type socat >/dev/null 2>&1; then
	socat -U TCP-LISTEN:3307,reuseaddr,fork,max-children=1 "EXEC:bash $self serve" &
else
	ncat --listen --keep-open --send-only --max-conns=1 3307 --sh-exec "exec bash $self serve" &
fi
# A shell stays the first process: it takes the orphans, and ends on a signal.
listener=$!
trap 'kill "$listener" 2>/dev/null' TERM INT
wait "$listener"
