#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Starts the server as the usual images of MySQL and MariaDB do, as far as tests need it: makes the
# data directory if there is none, with root@'%' and, if asked, a database and a user. Nothing is run
# from /docker-entrypoint-initdb.d.
set -eu

data=/var/lib/mysql

# setting NAME: prints MYSQL_NAME or MARIADB_NAME, or what their _FILE holds.
setting() {
	local prefix var file
	for prefix in MYSQL MARIADB; do
		var=${prefix}_$1
		file=${var}_FILE
		if [[ ${!var:-} ]]; then
			printf %s "${!var}"
		elif [[ ${!file:-} ]]; then
			cat "${!file}"
		fi
	done
}

quote() {
	local s=${1//\\/\\\\}
	printf "'%s'" "${s//\'/\'\'}"
}

# The names of databases are quoted by backticks.
quote_name() { echo "\`${1//\`/\`\`}\`"; }

choose_password() {
	password=$(setting ROOT_PASSWORD)
	if [[ $password || $(setting ALLOW_EMPTY_PASSWORD) || $(setting ALLOW_EMPTY_ROOT_PASSWORD) ]]; then
		return
	fi
	if [[ ! $(setting RANDOM_ROOT_PASSWORD) ]]; then
		echo 'docker-entrypoint: one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and' \
			'MYSQL_RANDOM_ROOT_PASSWORD is needed' >&2
		exit 1
	fi
	password=$(head -c 18 /dev/urandom | base64)
	echo "GENERATED ROOT PASSWORD: $password"
}

# accounts: the statements that make them.
accounts() {
	local host database user
	host=$(setting ROOT_HOST)
	host=${host:-%}
	database=$(setting DATABASE)
	user=$(setting USER)
	echo "ALTER USER root@localhost IDENTIFIED BY $(quote "$password");"
	if [[ $host != localhost ]]; then
		echo "CREATE USER root@$(quote "$host") IDENTIFIED BY $(quote "$password");"
		echo "GRANT ALL ON *.* TO root@$(quote "$host") WITH GRANT OPTION;"
	fi
	if [[ $database ]]; then
		echo "CREATE DATABASE $(quote_name "$database");"
	fi
	if [[ $user ]]; then
		echo "CREATE USER $(quote "$user")@'%' IDENTIFIED BY $(quote "$(setting PASSWORD)");"
		if [[ $database ]]; then
			echo "GRANT ALL ON $(quote_name "$database").* TO $(quote "$user")@'%';"
		fi
	fi
}

initialise() {
	local sql
	choose_password
	sql=$(mktemp)
	accounts >"$sql"
	chown mysql: "$sql" 2>/dev/null || : # who is not root is the server's user
	echo 'docker-entrypoint: initialising the data directory'
	if [[ $(mysqld --version) == *MariaDB* ]]; then
		mariadb-install-db --user=mysql --datadir="$data" --auth-root-authentication-method=normal \
			--skip-test-db >/dev/null
		{
			echo 'FLUSH PRIVILEGES;'
			cat "$sql"
			echo "DROP USER IF EXISTS root@'127.0.0.1', root@'::1', root@'$HOSTNAME';"
		} | mysqld --bootstrap
	else
		mysqld --initialize-insecure --init-file="$sql"
	fi
	rm "$sql"
	echo 'docker-entrypoint: data directory ready'
}

[[ ${1:-} == -* ]] && set -- mysqld "$@"
if [[ $1 != mysqld && $1 != mariadbd ]]; then
	exec "$@"
fi
mkdir -p /run/mysqld
if [[ $(id -u) == 0 ]]; then
	chown mysql: /run/mysqld
	find "$data" \! -user mysql -exec chown mysql: {} +
fi
[[ -d $data/mysql ]] || initialise
exec "$@"
