# shellcheck shell=bash
# shellcheck disable=SC2016 # backticks are SQL's
# Rows with every type, and one value of each character set, for the tests that look at binlogs. Uses helper.bash.

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

# floats BOX: v.ff with numbers of every size, some of them the ends of ranges in which they are written in other ways.
floats() {
	awk 'BEGIN {
		srand(1)
		split("0 -0 0.1 -0.3 1e-4 9.9999e-5 1e6 999999 1e7 9999999 10000001 16777215 16777216 16777218 123456.7 3.4028234e38 -3.4028234e38 1.1754944e-38 1.1754942e-38 1.4e-45 -1.4e-45 4.2e-45 8388608.5 0.33333334 2147483648 1e10 1e-10 1e20 5e-324 2.2250738585072014e-308 1.7976931348623157e308 0.30000000000000004 9007199254740993 123456789012345678", edge, " ")
		print "SET sql_mode = \47\47; CREATE TABLE v.ff (id int PRIMARY KEY, f float, u float unsigned, m float(7,3), d double, dm double(20,6), d53 float(30));"
		print "INSERT INTO v.ff VALUES (0, NULL, NULL, NULL, NULL, NULL, NULL)"
		for (i = 1; i <= 2000; i++) {
			f = i in edge ? edge[i] : sprintf("%.9g", (rand() < 0.5 ? -1 : 1) * (1 + rand()) * 2 ^ int(rand() * (i % 2 ? 276 : 60) - (i % 2 ? 149 : 30)))
			d = i in edge ? edge[i] : sprintf("%.17g", (rand() < 0.5 ? -1 : 1) * (1 + rand()) * 2 ^ int(rand() * (i % 2 ? 2000 : 100) - (i % 2 ? 1000 : 50)))
			printf ",(%d, \47%s\47, \47%s\47, %.3f, \47%s\47, \47%s\47, \47%s\47)\n", i, f, f, (rand() - 0.5) * 20000, d, d, d
		}
		print ";"
	}' | client "$1-0"
}

# geometries BOX SRID [AXES]: v.geo with a row for each kind of geometry, in a column of its own and in one for all kinds.
geometries() {
	local i=0 text column srid=$2 axes=${3:+, $3}
	sql "$1-0" "CREATE TABLE v.geo (id int PRIMARY KEY, g geometry, p point, l linestring, a polygon, mp multipoint, ml multilinestring, ma multipolygon, gc geometrycollection)"
	while read -r column text; do
		printf "INSERT INTO v.geo (id, g, %s) VALUES (%d, ST_GeomFromText('%s'), ST_GeomFromText('%s')), (%d, ST_GeomFromText('%s', %s%s), NULL);\n" \
			"$column" $((++i)) "$text" "$text" $((i + 100)) "$text" "$srid" "$axes"
	done <<-'END' | client "$1-0"
		p POINT(1 2.5)
		p POINT(-0.1 1e-7)
		p POINT(179.9999999999 -89.12345678901234)
		p POINT(0 0)
		l LINESTRING(0 0,1.5 1.5)
		l LINESTRING(0 0,1 1,2 -2,3 3.3333333333333335)
		a POLYGON((0 0,1 0,1 1,0 0))
		a POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,1 2,2 2,1 1),(3 3,3 4,4 4,3 3))
		mp MULTIPOINT(1 1)
		mp MULTIPOINT(1 1,2 2,-3.25 4)
		ml MULTILINESTRING((0 0,1 1))
		ml MULTILINESTRING((0 0,1 1),(2 2,3 3,4 5))
		ma MULTIPOLYGON(((0 0,1 0,1 1,0 0)))
		ma MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,1 1)),((20 20,21 20,21 21,20 20)))
		gc GEOMETRYCOLLECTION EMPTY
		gc GEOMETRYCOLLECTION(POINT(1 1))
		gc GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1),POLYGON((0 0,1 0,1 1,0 0)),MULTIPOINT(1 1,2 2),MULTILINESTRING((0 0,1 1)),MULTIPOLYGON(((0 0,1 0,1 1,0 0))))
		gc GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(7 8),GEOMETRYCOLLECTION(POINT(5 6))),POINT(9 10))
	END
	# Which not every server reads from text.
	sql "$1-0" "INSERT INTO v.geo (id, g) VALUES (90, ST_GeomFromWKB(X'0107000000020000000107000000000000000101000000000000000000F03F0000000000000040'))"
}

# character_sets BOX: those that text may have, but for utf8mb3's other name.
character_sets() {
	sql "$1-0" "SELECT character_set_name FROM information_schema.character_sets WHERE character_set_name NOT IN ('binary', 'utf8', 'filename') ORDER BY 1"
}

# text_of_every_set BOX: v.cs, with a column for each character set, named like it. Rows 0 to 255 hold the 256 characters of
# Unicode from 256 * id on, as far as the character set has them and "?" for the others, all of the first plane and of each
# further one every seventeenth row; rows from 10000 on one byte each.
text_of_every_set() {
	character_sets "$1" | awk '
		{ column = column ", `" $1 "` text CHARACTER SET " $1; values = values ", @u" }
		function row(id, text) { printf "SET @u = %s;\nINSERT INTO v.cs VALUES (%d%s);\n", text, id, values }
		END {
			printf "SET sql_mode = \47\47; CREATE TABLE v.cs (id int PRIMARY KEY%s);\n", column
			for (block = 0; block < 256; block++) {
				# Halves of pairs are no characters.
				if (block >= 216 && block <= 223)
					continue
				text = ""
				for (i = 0; i < 256; i++)
					text = text sprintf("%02x%02x", block, i)
				row(block, "_ucs2 X\47" text "\47")
			}
			for (block = 256; block < 4352; block += 17) {
				text = ""
				for (i = 0; i < 256; i++)
					text = text sprintf("%06x%02x", block, i)
				row(block, "_utf32 X\47" text "\47")
			}
			for (i = 128; i < 256; i++)
				row(10000 + i, sprintf("X\47%02x\47", i))
		}' | client "$1-0"
}
