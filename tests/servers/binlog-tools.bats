#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; backticks are SQL's
# binlog dump beside the servers' own tools, on the same files; the same events by the protocol; broken files.

load helper
load binlog-data

setup_file() { servers_up; }
teardown_file() { servers_down; }

# files BOX: paths of its closed binlogs, oldest first.
files() {
	local file folder
	folder=$(dirname "$(sql "$1-0" 'SELECT @@log_bin_basename')")
	for file in $(sql "$1-0" 'SHOW BINARY LOGS' | cut -f 1 | sed '$d'); do printf '%s/%s\n' "$folder" "$file"; done
}

# columns BOX: what binlog-agrees takes.
columns() {
	sql "$1-0" "SELECT CONCAT(table_schema, '.', table_name), ordinal_position, column_name, column_type, character_set_name
 FROM information_schema.columns WHERE table_schema IN ('v', 'shop', 'kubectl_mysql')"
}

# agree BOX TOOL: on each closed file.
agree() {
	local file
	columns "$1" >"$T/columns"
	for file in $(files "$1"); do
		rm -rf "$T/loads"
		mkdir "$T/loads"
		"$2" --no-defaults -vv --base64-output=decode-rows --local-load="$T/loads" "$file" >"$T/theirs"
		"$KUBECTL_MYSQL" binlog dump -o json "$file" >"$T/ours"
		"${BATS_TEST_DIRNAME:?}/binlog-agrees" "$T/theirs" "$T/ours" "$T/columns" || {
			printf '%s\n' "$file" >&2
			return 1
		}
	done
}

# changes N: of every kind to the tables that types has made, other ones for each N.
changes() {
	printf "UPDATE v.s SET v = 'other$1', e = 'a', s = 'y' WHERE id = 1; UPDATE v.n SET a = $1, j = 18446744073709551614, d1 = -1.5$1 WHERE id = 4;
UPDATE v.t SET t3 = '-00:00:00.00$1', dt6 = NULL WHERE id = 1; DELETE FROM v.n WHERE id = 3; UPDATE v.b SET b13 = 409$1; DELETE FROM v.s WHERE id = 2;
UPDATE v.s SET bl = X'ff0${1}80', s = IF($1 %% 2, 'x', 'ü') WHERE id = 1; UPDATE v.ts SET c = '2001-01-01 00:00:00.00000$1' WHERE id = 1; UPDATE v.f SET d = $1 / 7 WHERE id = 1;
INSERT INTO v.n (id, i) VALUES (3, -9); INSERT INTO v.s (id, v) VALUES (2, 'again'); "
}

# written BOX METADATA [AXES]: files of row events of every kind, of statements, of XA, with and without checksums and names.
written() {
	types "$1"
	floats "$1"
	geometries "$1" 4326 "$3"
	sql "$1-0" "SET SESSION sql_mode=''; SET NAMES utf8mb4; $(changes 1) SET binlog_row_image='NOBLOB'; $(changes 2) SET binlog_row_image='MINIMAL'; $(changes 3)
FLUSH BINARY LOGS; SET GLOBAL binlog_row_metadata='$2'"
	sql "$1-0" "SET SESSION sql_mode=''; SET NAMES utf8mb4; $(changes 4) FLUSH BINARY LOGS; SET GLOBAL binlog_checksum = NONE"
	sql "$1-0" "SET SESSION sql_mode=''; SET NAMES utf8mb4; $(changes 5) SET GLOBAL binlog_checksum = CRC32; SET GLOBAL binlog_row_metadata = 'FULL'"
	client "$1-0" --local-infile=1 <<-'END'
		CREATE TABLE v.st (id int AUTO_INCREMENT PRIMARY KEY, a double, b varchar(50));
		SET GLOBAL local_infile = 1;
		SET binlog_format = STATEMENT, @word = 'wörd', @n = 42, @d = 1.5, NAMES utf8mb4;
		INSERT INTO v.st (a, b) VALUES (1, 'plain'), (2, 'two');
		INSERT INTO v.st (a, b) VALUES (RAND(), LAST_INSERT_ID());
		INSERT INTO v.st (a, b) VALUES (@n, @word), (@d, NULL);
		UPDATE v.st SET a = a + 1 WHERE b = 'plain';
		SET binlog_format = MIXED;
		INSERT INTO v.st (a, b) VALUES (5, 'statement');
		INSERT INTO v.st (a, b) VALUES (6, UUID());
		SET binlog_format = ROW;
		CREATE TABLE v.copy SELECT id, b FROM v.st;
		BEGIN; INSERT INTO v.st (a) VALUES (7); SAVEPOINT one; INSERT INTO v.st (a) VALUES (8); ROLLBACK TO one; COMMIT;
		XA START 'x1', 'branch'; INSERT INTO v.st (a) VALUES (9); XA END 'x1', 'branch'; XA PREPARE 'x1', 'branch'; XA COMMIT 'x1', 'branch';
		XA START 'x2'; INSERT INTO v.st (a) VALUES (10); XA END 'x2'; XA PREPARE 'x2'; XA ROLLBACK 'x2';
		XA START 'x3'; INSERT INTO v.st (a) VALUES (11); XA END 'x3'; XA COMMIT 'x3' ONE PHASE;
		FLUSH BINARY LOGS;
	END
}

# loaded BOX: LOAD DATA as statements, with data of one block, of many, of a statement that failed, and of none (which is not
# logged). No AUTO_INCREMENT: mysqlbinlog shows INSERT_ID of such a statement behind its commit.
loaded() {
	local said
	printf '7\tseven\n8\teig\\\tht\n9\tnön€\n' >"$T/short"
	awk 'BEGIN { for (i = 10; i < 20000; i++) printf "%d\tthe värd of row %d\n", i, i }' >"$T/long"
	printf '1\tone\n1\tsame key\n' >"$T/broken"
	: >"$T/empty"
	sed "s,FILES,$T,g" <<-'END' | client "$1-0" --local-infile=1
		SET GLOBAL local_infile = 1;
		SET NAMES utf8mb4, binlog_format = STATEMENT;
		CREATE DATABASE `l d`; USE `l d`;
		CREATE TABLE t (id int PRIMARY KEY, t varchar(100), n varchar(20)) CHARACTER SET utf8mb4;
		LOAD DATA LOCAL INFILE 'FILES/short' INTO TABLE t CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\t' LINES TERMINATED BY '\n' (id, @x) SET t = CONCAT(@x, '€'), n = 'é''s';
		LOAD DATA LOCAL INFILE 'FILES/long' REPLACE INTO TABLE t CHARACTER SET latin1 (id, t);
		BEGIN; LOAD DATA LOCAL INFILE 'FILES/long' IGNORE INTO TABLE t (id, t); LOAD DATA LOCAL INFILE 'FILES/empty' INTO TABLE t;
		LOAD DATA LOCAL INFILE 'FILES/short' INTO TABLE t (@id, n) SET id = @id + 50000; COMMIT;
		CREATE TABLE m (id int PRIMARY KEY, t varchar(100)) ENGINE=MyISAM;
		LOAD DATA LOCAL INFILE 'FILES/broken' REPLACE INTO TABLE m; FLUSH BINARY LOGS;
	END
	"$KUBECTL_MYSQL" binlog dump "$(files "$1" | tail -n 1)" >"$T/text"
	said="  DATA of file [0-9]*: [4-9][0-9][0-9]\\.[0-9] KiB, from '10.tthe värd of row 10.n11.*12.tthe värd o' on"
	[ "$(grep -c "^$said\$" "$T/text")" -eq 2 ]
	[ "$(grep -cF ": 28 bytes, '7\tseven\n8\teig\\\\\\tht\n9\tnön€\n'" "$T/text")" -eq 2 ]
	[ "$(grep -c '^  STATEMENT (l d) \[with the data of file [0-9]*\] LOAD DATA LOCAL INFILE ' "$T/text")" -eq 5 ]
}

# by_protocol BOX: what the server sends is what its files hold.
by_protocol() {
	local -a paths
	sql "$1-0" 'FLUSH BINARY LOGS'
	mapfile -t paths < <(files "$1")
	"$KUBECTL_MYSQL" binlog dump -o json "${paths[@]}" | grep -v '^{"type":"\(file\|rotate\)"' >"$T/of-files"
	"$KUBECTL_MYSQL" binlog dump -o json --timeout 120s --sandbox "$1" "$1-0" | grep -v '^{"type":"\(file\|rotate\)"' >"$T/of-server"
	# The file that is open begins with the sets of those before it.
	diff <(cat "$T/of-files") <(head -n "$(wc -l <"$T/of-files")" "$T/of-server") >"$T/diff" || {
		head -c 2000 "$T/diff"
		return 1
	}
	[ "$(wc -l <"$T/of-server")" -eq $(($(wc -l <"$T/of-files") + 1)) ]
}

# every_set BOX: text of each character set is what the server converts it to. What it has no character for is "?" to it, and
# bytes to us; U+FFFD is what it says of three codes of big5.
every_set() {
	text_of_every_set "$1"
	sql "$1-0" 'FLUSH BINARY LOGS'
	"$KUBECTL_MYSQL" binlog dump --table v.cs -o json "$(files "$1" | tail -n 1)" >"$T/ours"
	{
		printf 'id'
		character_sets "$1" | while IFS= read -r set; do printf '\t%s' "$set"; done
		printf '\n'
		sql "$1-0" "SELECT id$(character_sets "$1" | while IFS= read -r set; do printf ', HEX(CONVERT(`%s` USING utf8mb4))' "$set"; done) FROM v.cs ORDER BY id"
	} >"$T/theirs"
	"${BATS_TEST_DIRNAME:?}/binlog-agrees" --text "$T/theirs" "$T/ours"
}

# numbers_agree BOX: floating point numbers, which its tool shows with six digits, are those that the server has.
numbers_agree() {
	local c
	"$KUBECTL_MYSQL" binlog dump --table v.ff --timeout 120s --sandbox "$1" "$1-0" -o json >"$T/ours"
	{
		printf 'id\tf\tu\tm\td\tdm\td53\n'
		sql "$1-0" "SELECT id$(for c in f u m d dm d53; do printf ', CAST(%s AS DOUBLE)' "$c"; done) FROM v.ff ORDER BY id"
	} >"$T/theirs"
	"${BATS_TEST_DIRNAME:?}/binlog-agrees" --numbers "$T/theirs" "$T/ours"
}

# shapes_agree BOX [AXES]: geometries are those that the server has, in the order of axes in which it stores them.
shapes_agree() {
	"$KUBECTL_MYSQL" binlog dump --table v.geo --timeout 120s --sandbox "$1" "$1-0" -o json >"$T/ours"
	sql "$1-0" "SELECT id, ST_SRID(g), ST_AsText(g${2:+, $2}), HEX(ST_AsWKB(g${2:+, $2})) FROM v.geo ORDER BY id" >"$T/theirs"
	"${BATS_TEST_DIRNAME:?}/binlog-agrees" --shapes "$T/theirs" "$T/ours"
}

# broken BOX: a file that is cut off or changed anywhere ends with its name, a position and a reason; what came before is shown.
broken() {
	local whole size at said
	whole=$(files "$1" | head -n 1)
	size=$(stat -c %s "$whole")
	for at in 2 30 $((size / 3)) $((size / 2)) $((size - 1)); do
		head -c "$at" "$whole" >"$T/cut"
		run --separate-stderr "$KUBECTL_MYSQL" binlog dump "$T/cut"
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"cut' at position "*": the file ends within an event"* || ("$at" -eq 2 && "$stderr" == *"cut' at position 0: it does not begin as one"*) ]]
		[[ $at -lt 100 || $output == *"# file cut "* ]]
	done
	for at in 40 $((size / 3)) $((size / 2)); do
		cp "$whole" "$T/changed"
		printf '\x5a\xa5\x5a' | dd of="$T/changed" bs=1 seek="$at" conv=notrunc status=none
		run --separate-stderr "$KUBECTL_MYSQL" binlog dump "$T/changed"
		[ "$status" -eq 1 ]
		said=$(head -n 1 <<<"$stderr")
		[[ "$said" == *"changed' at position "[0-9]*": "* && "$said" == *"checksum is wrong"* || "$said" == *"cannot be there"* || "$said" == *"ends within"* ]]
	done
}

# compared FLAVOR BOX: MariaDB's events and types.
compared() {
	local tool=mariadb-binlog
	sandbox_of "$1" up "$2" --replicas 0
	[[ $1 == mariadb ]] || tool=$("$servers" get "$1")/bin/mariadb-binlog
	sql "$2-0" 'SET GLOBAL binlog_row_metadata = FULL; SET GLOBAL max_allowed_packet = 64 << 20'
	written "$2" NO_LOG
	# Compressed events and columns; types of MariaDB alone.
	sql "$2-0" "SET GLOBAL log_bin_compress = ON, GLOBAL log_bin_compress_min_len = 10; SET NAMES utf8mb4; USE v;
CREATE TABLE c (id int PRIMARY KEY, t text COMPRESSED, v varchar(100) COMPRESSED, after varchar(10) CHARACTER SET latin1, u uuid, i4 inet4, i6 inet6, uca varchar(20) COLLATE uca1400_ai_ci);
INSERT INTO c VALUES (1, repeat('long ', 100), 'short', 'é', '123e4567-e89b-12d3-a456-426614174000', '10.1.2.0', 'fe80::1', 'ä€'), (2, '', NULL, '', NULL, '0.0.0.0', '::', '');
UPDATE c SET t = repeat('other', 50); INSERT INTO st (b) SELECT repeat('compressed', 5) FROM mysql.user; DELETE FROM c WHERE id = 2; CREATE TABLE ddl_that_is_long (id int, name varchar(100), other varchar(100));
SET GLOBAL log_bin_compress = OFF; FLUSH BINARY LOGS"
	[[ $1 == mariadb ]] || sql "$2-0" "USE v; CREATE TABLE vec (id int PRIMARY KEY, e vector(3)); INSERT INTO vec VALUES (1, vec_fromtext('[1,2.5,-3]')); FLUSH BINARY LOGS"
	loaded "$2"
	agree "$2" "$tool"
	numbers_agree "$2"
	shapes_agree "$2"
	every_set "$2"
	sql "$2-0" "CREATE TABLE v.large (id int PRIMARY KEY, b longtext CHARACTER SET latin1)"
	sql "$2-0" "INSERT INTO v.large VALUES (1, REPEAT('0123456789abcdef', 1500000))"
	by_protocol "$2"
	broken "$2"
	sandbox down "$2"
}

@test "MariaDB: the same as mariadb-binlog, files and protocol" {
	compared mariadb ma
}

@test "MariaDB 11.8: the same as mariadb-binlog, files and protocol" {
	compared mariadb-11.8 mx
}

@test "MySQL: the same as mysqlbinlog, files and protocol" {
	sandbox_of mysql-9 up my --replicas 0
	sql my-0 'SET GLOBAL binlog_row_metadata = FULL'
	written my MINIMAL "'axis-order=long-lat'"
	sql my-0 "SET NAMES utf8mb4; USE v; CREATE TABLE j (id int PRIMARY KEY, j json);
INSERT INTO j VALUES (1, '{\"a\": [1, 1.0, -2.5, 1e30, 18446744073709551615, true, null, \"x€\"], \"b\": {}}'), (2, JSON_OBJECT('d', CAST('12.340' AS decimal(10,3)), 't', CAST('-11:22:33.25' AS time(3))));
SET binlog_row_value_options = PARTIAL_JSON; UPDATE j SET j = JSON_SET(j, '\$.a[0]', 2) WHERE id = 1; UPDATE j SET j = JSON_REMOVE(j, '\$.b') WHERE id = 1; UPDATE j SET j = JSON_REPLACE(j, '\$.d', 'text') WHERE id = 2;
SET binlog_row_image = MINIMAL; UPDATE j SET j = JSON_SET(j, '\$.a[1]', 'y€'), id = 3 WHERE id = 1; SET binlog_row_image = FULL, binlog_row_value_options = '';
SET binlog_rows_query_log_events = ON; UPDATE j SET id = 4 WHERE id = 3; SET binlog_rows_query_log_events = OFF;
SET gtid_next = 'AUTOMATIC:sometag'; INSERT INTO j VALUES (7, NULL); SET gtid_next = AUTOMATIC;
SET binlog_transaction_compression = ON; UPDATE n SET a = 1, d2 = 77; INSERT INTO st (b) VALUES (REPEAT('compressed', 5)), (REPEAT('compressed', 4)); BEGIN; DELETE FROM n WHERE id = 2; UPDATE j SET j = '[]' WHERE id = 7; COMMIT;
SET binlog_transaction_compression = OFF; CREATE TABLE vec (id int PRIMARY KEY, e vector(3)); INSERT INTO vec VALUES (1, string_to_vector('[1,2.5,-3]')); FLUSH BINARY LOGS"
	loaded my
	agree my "$("$servers" get mysql-9)/bin/mysqlbinlog"
	numbers_agree my
	shapes_agree my "'axis-order=long-lat'"
	every_set my
	sql my-0 "CREATE TABLE v.large (id int PRIMARY KEY, b longtext CHARACTER SET latin1)"
	sql my-0 "INSERT INTO v.large VALUES (1, REPEAT('0123456789abcdef', 1500000))"
	by_protocol my
	broken my
	sandbox down my
}
