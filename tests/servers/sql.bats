#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables

load helper

# Both vendors, or MariaDB alone where MySQL cannot be had.
setup_file() {
	servers_up
	sandbox_of mariadb up ma --replicas 1
	boxes=ma
	if "$servers" get mysql-9 >/dev/null 2>"$T/reason"; then
		sandbox_of mysql-9 up my --replicas 1
		boxes='ma my'
	else
		printf '# without MySQL: %s\n' "$(tail -n 1 "$T/reason")" >&3
	fi
	export boxes
}

teardown_file() {
	servers_down
}

km_sql() {
	"$KUBECTL_MYSQL" sql --timeout 60s --sandbox "$@"
}

same() {
	[ "$output" = "$1" ] || {
		printf 'want: %s\ngot:  %s\n' "$1" "$output" >&2
		return 1
	}
}

@test "NULL and 'NULL', numbers, bytes that are no text: each format tells them apart" {
	local box query="SELECT 1 AS a, NULL AS b, 'NULL' AS c, X'ff00' AS d, '' AS e, 1.50 AS f, 'x,\"y' AS g"
	for box in $boxes; do
		run km_sql "$box" "$query"
		[ "$status" -eq 0 ]
		same "a   b      c        d        e      f   g
1   NULL   'NULL'   0xFF00       1.50   x,\"y"
		run km_sql "$box" "$query" -o csv
		same $'a,b,c,d,e,f,g\r\n1,,NULL,0xFF00,"",1.50,"x,""y"\r'
		run km_sql "$box" "$query" -o vertical
		[[ $output == *"a: 1
b: NULL
c: 'NULL'
d: 0xFF00"* ]]
		km_sql "$box" "$query; SELECT 2 AS a, 3 AS a FROM DUAL WHERE 1=0; SET @x = 1" -o json >"$T/json"
		jq -e --arg box "$box-0" '.kind == "SqlResultList" and (.items | length == 3) and .items[0].instance == $box and
			.items[0].rows == [{a: 1, b: null, c: "NULL", d: {base64: "/wA="}, e: "", f: 1.5, g: "x,\"y"}] and
			.items[1].columns == ["a", "a_2"] and .items[1].rows == [] and .items[2].affected == 0' "$T/json"
		grep -q '"f": 1.50' "$T/json"
		km_sql "$box" "$query" -o yaml | grep -q '  - {"a": 1, "b": null, "c": "NULL"'
	done
}

@test "a write on a replica is refused before anything is run, with its place" {
	local box
	for box in $boxes; do
		run km_sql "$box" "$box-1" "SELECT 1;
  CREATE DATABASE refused"
		[ "$status" -eq 6 ]
		same "statement:2:3: error: refused to run CREATE on '$box-1', which is a replica
  hint: run it on the primary (--primary), or give --allow-write-on-replica"
		run km_sql "$box" --all "CREATE DATABASE refused"
		[ "$status" -eq 6 ]
		[ "$(sql "$box-0" "SHOW DATABASES LIKE 'refused'")" = "" ]
	done
}

@test "what only the server can see to be a write is stopped by the READ ONLY session" {
	local box
	for box in $boxes; do
		sql "$box-0" "CREATE DATABASE IF NOT EXISTS guard; CREATE TABLE guard.t (a INT PRIMARY KEY)"
		km_sql "$box" <<<"SET GLOBAL log_bin_trust_function_creators=1;
DELIMITER //
CREATE FUNCTION guard.f() RETURNS INT DETERMINISTIC MODIFIES SQL DATA
BEGIN INSERT INTO guard.t VALUES (1); RETURN 1; END//"
		await 60 holds "$box-1" "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema='guard'" 1
		run km_sql "$box" "$box-1" "SELECT guard.f()"
		[ "$status" -eq 1 ]
		[[ $output == *"READ ONLY transaction"* ]]
		[ "$(sql "$box-1" "SELECT COUNT(*) FROM guard.t")" = 0 ]
	done
}

@test "several servers: results by instance, differences with exit code 3" {
	local box
	for box in $boxes; do
		run km_sql "$box" --all "SELECT 7 AS x"
		[ "$status" -eq 0 ]
		same "-- $box-0
x
7

-- $box-1
x
7"
		run km_sql "$box" --all --diff "SELECT 7 AS x, @@server_id AS id"
		[ "$status" -eq 3 ]
		same "instance    id
$box-0       $(sql "$box-0" 'SELECT @@server_id')
$box-1       $(sql "$box-1" 'SELECT @@server_id')"
		run km_sql "$box" --all --diff "SELECT 1 UNION ALL SELECT 2"
		[ "$status" -eq 0 ]
		same ""
		run km_sql "$box" --all --diff "SELECT 1 AS n UNION ALL SELECT 2 FROM DUAL WHERE @@read_only"
		[ "$status" -eq 3 ]
		same "instance   n
$box-1       2"
	done
}

@test "statements come from a file, from standard input, from several options" {
	local box=${boxes%% *}
	printf 'SELECT 1 AS a;\nDELIMITER //\nSELECT 2 AS b//\n' >"$T/file.sql"
	run km_sql "$box" -f "$T/file.sql"
	same "a
1

b
2"
	run km_sql "$box" -e 'SELECT 3 AS c' -e 'SELECT 4 AS d' -o csv
	same $'c\r\n3\r\n\nd\r\n4\r'
	run km_sql "$box" "$box-1" <<<"SELECT 5 AS e"
	same "e
5"
	printf "SELECT 1;\nSELECT 'x" >"$T/file.sql"
	run km_sql "$box" -f "$T/file.sql"
	[ "$status" -eq 1 ]
	same "$T/file.sql:2:8: error: a string is not closed"
}

@test "a server's error names the statement's place, and stops there" {
	local box
	for box in $boxes; do
		run --separate-stderr km_sql "$box" "SELECT 1 AS a; SELECT * FROM no.such; SELECT 2 AS b"
		[ "$status" -eq 1 ]
		same "a
1"
		[[ $stderr == "statement:1:16: error: '$box-0' answers: "* ]]
	done
}

@test "a statement that takes too long is ended on the server" {
	local box
	for box in $boxes; do
		km_sql "$box" --statement-timeout 1s "SELECT SLEEP(3600)" || :
		await 60 holds "$box-0" "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(3600)%'" 0
	done
}

@test "an interrupted statement is killed on the server" {
	local box pid
	for box in $boxes; do
		# bats ignores SIGINT in background jobs; a program started by env gets it back.
		env --default-signal=INT "$KUBECTL_MYSQL" sql --timeout 60s --sandbox "$box" "SELECT SLEEP(7200)" >"$T/out" 2>&1 3>&- &
		pid=$!
		await 60 holds "$box-0" "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(7200)%'" 1
		kill -INT "$pid"
		run wait "$pid"
		await 60 holds "$box-0" "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(7200)%'" 0
	done
}

@test "a large result streams" {
	local box
	for box in $boxes; do
		km_sql "$box" -o csv "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 900) SELECT a.n, b.n, REPEAT('x', 100) FROM r a, r b" >"$T/big"
		[ "$(wc -l <"$T/big")" -eq 810001 ]
	done
}
