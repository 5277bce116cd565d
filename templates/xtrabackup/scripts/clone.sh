#!/bin/bash
# Init container: an instance without data, other than ordinal 0, copies that of the ordinal before it.
# The copy is made beside its place; its directory "mysql", by which it is known, is moved last, so a copy that broke
# off is made anew.
set -euo pipefail

data=/var/lib/mysql
ordinal=${POD_NAME##*-}
[[ ! -d $data/mysql ]] || exit 0
((ordinal)) || exit 0
if type mariadb-backup >/dev/null 2>&1; then
	backup=mariadb-backup stream=mbstream
else
	backup=xtrabackup stream=xbstream
fi

copy=$data/copy
rm -rf "$copy"
mkdir "$copy"
exec {from}<>"/dev/tcp/$CLUSTER-$((ordinal - 1)).$CLUSTER/3307"
"$stream" -x -C "$copy" <&"$from"
[[ -e $copy/xtrabackup_checkpoints || -e $copy/mariadb_backup_checkpoints ]] || {
	echo 'clone: the stream broke off' >&2
	exit 1
}
"$backup" --prepare --target-dir="$copy"
find "$copy" -mindepth 1 -maxdepth 1 ! -name mysql -exec mv -t "$data" {} +
mv "$copy/mysql" "$data"
rmdir "$copy"
