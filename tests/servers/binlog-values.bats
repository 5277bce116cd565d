#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; backticks are SQL's
# Every value that binlog dump shows is the one that the server selects: decoded from the stream of each server.

load helper

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

# types NAME: what both vendors have.
types() {
	sql "$1-0" "SET SESSION sql_mode=''; SET NAMES utf8mb4; SET time_zone='+00:00'; CREATE DATABASE v CHARACTER SET utf8mb4; USE v;
CREATE TABLE n (id int PRIMARY KEY, a tinyint, b tinyint unsigned, c smallint, d smallint unsigned, e mediumint, f mediumint unsigned,
 g int, h int unsigned, i bigint, j bigint unsigned, y year, d1 decimal(65,30), d2 decimal(10,0), d3 decimal(5,5), d4 decimal(20,9) unsigned);
INSERT INTO n VALUES (1,-128,255,-32768,65535,-8388608,16777215,-2147483648,4294967295,-9223372036854775808,18446744073709551615,2026,
 '12345678901234567890123456789012345.123456789012345678901234567890',-9999999999,0.00001,12345678901.012345678),
 (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (3,127,0,32767,0,8388607,0,2147483647,0,9223372036854775807,0,1901,'-99999999999999999999999999999999999.999999999999999999999999999999',1,-0.99999,0),
 (4,0,1,-1,1,-1,1,-1,1,-1,1,2155,'-0.000000000000000000000000000001',0,0,0.000000001);
CREATE TABLE t (id int PRIMARY KEY, d date, t0 time, t1 time(1), t3 time(3), t6 time(6), dt datetime, dt2 datetime(2), dt5 datetime(5), dt6 datetime(6));
INSERT INTO t VALUES (1,'2026-12-01','12:34:56','-838:59:59.0','-00:00:00.001','-00:00:00.000001','2026-12-01 01:02:03','1999-12-31 23:59:59.99','2000-01-01 00:00:00.00001','9999-12-31 23:59:59.999999'),
 (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (3,'0000-00-00','-12:34:56','-0:0:0.1','-12:34:56.789','838:59:59','2026-00-00','1000-01-01','1000-01-01','1000-01-01'),
 (4,'1000-01-01','-838:59:59','-1:0:0','-100:59:59.999','-838:59:59.000000','0000-00-00','2024-02-29','2024-02-29 1:2:3.4','2024-02-29');
CREATE TABLE ts (id int PRIMARY KEY, a timestamp NULL, b timestamp(1) NULL, c timestamp(6) NULL);
INSERT INTO ts VALUES (1,'2026-12-01 01:02:03','2026-12-01 01:02:03.5','1970-01-01 00:00:01.000001'),(2,NULL,NULL,NULL),(3,'2038-01-19 03:14:07','2000-02-29','2000-02-29 23:59:59.999999');
CREATE TABLE s (id int PRIMARY KEY, e enum('a','b,c','ü') , s set('x','y','ü'), c char(10), v varchar(300), vb varbinary(20), bi binary(5), tx text, bl blob, c255 char(255));
INSERT INTO s VALUES (1,'ü','x,ü','hi  ','quote \" '' end','\\0\\1\\2','ab','text €',X'00ff80',repeat('ä',255)),(2,'a','','','','','','','',''),
 (3,'b,c',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE b (id int PRIMARY KEY, b1 bit(1), b13 bit(13), b64 bit(64));
INSERT INTO b VALUES (1,b'1',b'1010101010101',X'ffffffffffffffff'),(2,b'0',b'1',1),(3,NULL,NULL,NULL);
CREATE TABLE f (id int PRIMARY KEY, d double);
INSERT INTO f VALUES (1,0.1),(2,-2.718281828459045),(3,1e300),(4,1.5e-7),(5,0),(6,123456.789);
CREATE TABLE g (id int PRIMARY KEY, g geometry);
INSERT INTO g VALUES (1,ST_GeomFromText('POINT(1 2.5)')),(2,ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0),(0.1 0.1,0.2 0.1,0.2 0.2,0.1 0.1))')),(3,ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'))"
}

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

@test "MariaDB: types, UUID, compressed columns" {
	sandbox_of mariadb up ma --replicas 0
	sql ma-0 'SET GLOBAL binlog_row_metadata = FULL'
	types ma
	sql ma-0 "USE v; CREATE TABLE c (id int PRIMARY KEY, t text COMPRESSED, v varchar(100) COMPRESSED, after varchar(10) CHARACTER SET latin1, u uuid, i6 inet6);
INSERT INTO c VALUES (1, repeat('long ', 100), 'short', 'é', '123e4567-e89b-12d3-a456-426614174000', '::1')"
	dumped ma
	compare_types ma
	equal ma c '.t' t
	equal ma c '.v' v
	equal ma c '.after' after
	equal ma c '.u.base64' "TO_BASE64(UNHEX(REPLACE(u, '-', '')))"
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
