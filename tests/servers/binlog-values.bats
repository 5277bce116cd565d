#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; backticks are SQL's
# Every value that binlog dump shows is the one that the server selects: decoded from the stream of each server.

load helper
load binlog-data

setup_file() { servers_up; }
teardown_file() { servers_down; }

# dumped NAME: what binlog dump shows of the server's rows of database v, as JSON lines in $T/NAME.
dumped() {
	"$KUBECTL_MYSQL" binlog dump --sandbox "$1" "$1-0" --table 'v.*' -o json >"$T/$1"
}

# equal NAME TABLE JQ SQL: for the rows of the table by id, what jq makes of each is what SQL selects.
equal() {
	local want got
	want=$(sql "$1-0" "SET NAMES utf8mb4; SET time_zone = '+00:00'; SELECT $4 FROM v.$2 ORDER BY id")
	got=$(jq -r "select(.table == \"$2\" and .type == \"insert\").after | $3" "$T/$1")
	[ -n "$want" ]
	[[ $got == "$want" ]] || {
		printf '%s of %s\nwant: %s\ngot:  %s\n' "$3" "$2" "$want" "$got" >&2
		return 1
	}
}

text='if . == null then "NULL" else tostring end'
# Binary: base64 in JSON, hexadecimal in SQL.
bytes='if . == null then "NULL" else .base64 end'

compare_types() {
	local c
	# As text: jq would round.
	for c in a b c d e f g h i j y d1 d2 d3 d4; do
		want=$(sql "$1-0" "SELECT IFNULL($c, 'null') FROM v.n ORDER BY id")
		got=$(grep '"table":"n"' "$T/$1" | sed "s/.*\"$c\":\([^,}]*\).*/\1/")
		[[ $got == "$want" ]] || {
			printf '%s\nwant: %s\ngot:  %s\n' "$c" "$want" "$got" >&2
			return 1
		}
	done
	for c in d t0 t1 t3 t6 dt dt2 dt5 dt6; do equal "$1" t ".$c | $text" "$c"; done
	for c in a b c; do equal "$1" ts ".$c | $text" "IFNULL(CONCAT(REPLACE($c, ' ', 'T'), 'Z'), 'NULL')"; done
	for c in e s c v tx c255; do equal "$1" s ".$c | $text" "$c"; done
	for c in vb bi bl; do equal "$1" s ".$c | $bytes" "TO_BASE64($c)"; done
	for c in b1 b13; do equal "$1" b ".$c | $text" "$c + 0"; done
	# Each spells exponents in its own way.
	[ "$(jq -c 'select(.table == "f").after.d' "$T/$1")" = "$(sql "$1-0" 'SELECT d FROM v.f ORDER BY id' | jq -c .)" ]
	equal "$1" g '.g.wkt' 'ST_AsText(g)'
}

# values FLAVOR BOX: what both have, and what only MariaDB has.
values() {
	sandbox_of "$1" up "$2" --replicas 0
	sql "$2-0" 'SET GLOBAL binlog_row_metadata = FULL'
	types "$2"
	sql "$2-0" "USE v; CREATE TABLE c (id int PRIMARY KEY, t text COMPRESSED, v varchar(100) COMPRESSED, after varchar(10) CHARACTER SET latin1, u uuid, i4 inet4, i6 inet6, uca varchar(20) COLLATE uca1400_ai_ci);
INSERT INTO c VALUES (1, repeat('long ', 100), 'short', 'é', '123e4567-e89b-12d3-a456-426614174000', '10.1.2.0', '::1', 'ä€')"
	dumped "$2"
	compare_types "$2"
	for c in t v after uca; do equal "$2" c ".$c" "$c"; done
	equal "$2" c '.u.base64' "TO_BASE64(UNHEX(REPLACE(u, '-', '')))"
	equal "$2" c '.i4.base64' 'TO_BASE64(INET6_ATON(i4))'
	equal "$2" c '.i6.base64' 'TO_BASE64(INET6_ATON(i6))'
}

@test "MariaDB: types, UUID, addresses, compressed columns" {
	values mariadb ma
	sandbox down ma
}

@test "MariaDB 11.8: the same, and vectors as bytes" {
	values mariadb-11.8 mx
	sql mx-0 "CREATE TABLE v.e (id int PRIMARY KEY, e vector(3)); INSERT INTO v.e VALUES (1, vec_fromtext('[1,2.5,-3]'))"
	dumped mx
	equal mx e '.e.base64' 'TO_BASE64(e)'
	sandbox down mx
}

@test "MySQL 9: types, JSON, vectors" {
	sandbox_of mysql-9 up my --replicas 0
	sql my-0 'SET GLOBAL binlog_row_metadata = FULL'
	types my
	sql my-0 "USE v; CREATE TABLE j (id int PRIMARY KEY, j json, v vector(3));
INSERT INTO j VALUES (1, '{\"a\": [1, 1.0, -2.5, 1e30, 18446744073709551615, true, null, \"x€\"], \"b\": {}}', string_to_vector('[1,2.5,-3]')),
 (2, JSON_OBJECT('d', CAST('12.340' AS decimal(10,3)), 't', CAST('-11:22:33.25' AS time(3)), 'dt', CAST('2026-12-01 01:02:03.5' AS datetime(6)), 'da', DATE '2026-01-02'), NULL)"
	dumped my
	compare_types my
	want=$(sql my-0 'SELECT j FROM v.j ORDER BY id' | jq -cS .)
	[ "$(jq -cS 'select(.table == "j").after.j' "$T/my")" = "$want" ]
	[ "$(jq -c 'select(.table == "j").after.v' "$T/my" | head -n 1)" = '[1,2.5,-3]' ]
}
