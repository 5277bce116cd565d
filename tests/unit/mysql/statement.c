/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"

/* How SQL text is parted, and what counts as a write. */

/* The statements of a text, each in brackets. */
static void parts(const char *text, const char *want)
{
	struct statement_reader r = STATEMENT_READER_INIT(text, strlen(text));
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct statement st;
	int n;

	while ((n = statement_next(&r, &st, &err)) > 0)
		strbuf_addf(&got, "[%.*s]", (int)st.len, st.text);
	if (n < 0)
		strbuf_addf(&got, "%u:%u %s", err.line, err.column, err.message);
	if (strcmp(got.buf, want) != 0)
		fail_msg("'%s': want %s, got %s", text, want, got.buf);
}

static void test_statement__parts_at_semicolons(void **state)
{
	(void)state;
	parts("", "");
	parts(" ;; \n; ", "");
	parts("SELECT 1", "[SELECT 1]");
	parts("SELECT 1; SELECT 2 ;\n", "[SELECT 1][SELECT 2]");
	parts("SELECT ';', \";\", `;`; SELECT 2", "[SELECT ';', \";\", `;`][SELECT 2]");
	parts("SELECT 'it''s;', 'a\\';'; SELECT 2", "[SELECT 'it''s;', 'a\\';'][SELECT 2]");
	parts("SELECT `a``;`, `\\`; SELECT 2", "[SELECT `a``;`, `\\`][SELECT 2]");
}

static void test_statement__knows_comments(void **state)
{
	(void)state;
	parts("-- one; two\nSELECT 1 -- three;\n+ 2; # four;", "[SELECT 1 -- three;\n+ 2]");
	parts("SELECT 1--2; SELECT 3", "[SELECT 1--2][SELECT 3]");
	parts("/* ; */ SELECT /* ; ' */ 1;", "[SELECT /* ; ' */ 1]");
	parts("SELECT /*+ MAX_EXECUTION_TIME(1); */ 1", "[SELECT /*+ MAX_EXECUTION_TIME(1); */ 1]");
	parts("/*!40101 SET NAMES utf8 */;/*M!100100 SET @a=1*/;",
	      "[/*!40101 SET NAMES utf8 */][/*M!100100 SET @a=1*/]");
	parts("SELECT 1 /*! ; SELECT 2 */; SELECT 3", "[SELECT 1 /*! ; SELECT 2 */][SELECT 3]");
	parts("--", "");
	parts("SELECT 1 --", "[SELECT 1 --]");
}

static void test_statement__obeys_delimiter_lines(void **state)
{
	(void)state;
	parts("DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\ndelimiter ;\nCALL p();",
	      "[CREATE PROCEDURE p() BEGIN SELECT 1; END][CALL p()]");
	parts("DELIMITER $$\nSELECT a$$", "[SELECT a]");
	parts("DELIMITER e\n/*!e*/ x e y", "[/*!e*/ x][y]");
}

static void test_statement__takes_no_delimiter_with_a_nul(void **state)
{
	static const char text[] = "DELIMITER \0\0x\nSELECT 1";
	struct statement_reader r = STATEMENT_READER_INIT(text, sizeof(text) - 1);
	struct error err = ERROR_INIT;
	struct statement st;

	(void)state;
	/* It stays a statement, and the only one: an empty delimiter would be everywhere. */
	assert_int_equal(statement_next(&r, &st, &err), 1);
	assert_int_equal(st.len, sizeof(text) - 1);
	assert_int_equal(statement_next(&r, &st, &err), 0);
}

static void test_statement__names_what_is_not_closed(void **state)
{
	(void)state;
	parts("SELECT 1;\nSELECT 'é', 'x", "[SELECT 1]2:13 a string is not closed");
	parts("SELECT `x", "1:8 a quoted name is not closed");
	parts("SELECT 1 /* x", "1:10 a comment is not closed");
	parts("/*", "1:1 a comment is not closed");
	parts("SELECT /*!50000 1", "1:8 an executable comment is not closed");
	parts("SELECT '\\", "1:8 a string is not closed");
}

static void test_statement__reads_strings_as_the_sql_mode_says(void **state)
{
	const char text[] = "SELECT '\\'; DELETE FROM t; -- '";
	struct statement_reader r = STATEMENT_READER_INIT(text, strlen(text));
	cleanup_error struct error err = ERROR_INIT;
	struct statement st;

	(void)state;
	assert_int_equal(statement_next(&r, &st, &err), 1);
	assert_int_equal(st.kind, STATEMENT_READ);
	assert_int_equal(statement_next(&r, &st, &err), 0);
	r = (struct statement_reader)STATEMENT_READER_INIT(text, strlen(text));
	r.no_backslash_escapes = true;
	assert_int_equal(statement_next(&r, &st, &err), 1);
	assert_int_equal(st.kind, STATEMENT_READ);
	assert_int_equal(statement_next(&r, &st, &err), 1);
	assert_int_equal(st.kind, STATEMENT_WRITE);
}

static void test_statement__lets_reads_pass(void **state)
{
	static const char *const reads[] = {
		"SELECT 1", "select 'INSERT'", "(SELECT 1) UNION (SELECT 2)", "((SELECT 1))",
		"TABLE t", "VALUES ROW(1)", "DO SLEEP(1)", "SHOW TABLES", "show replica status",
		"DESC t", "DESCRIBE t x", "EXPLAIN DELETE FROM t", "EXPLAIN FORMAT=JSON SELECT 1",
		"EXPLAIN ANALYZE SELECT 1", "ANALYZE SELECT 1", "ANALYZE FORMAT=JSON SELECT 1",
		"EXPLAIN FOR CONNECTION 5", "WITH a AS (SELECT 1) SELECT * FROM a",
		"WITH RECURSIVE a (n) AS (SELECT 1 UNION ALL SELECT 2), b AS (SELECT 2) SELECT * FROM a",
		"USE db", "SET @a = 1", "SET NAMES utf8mb4",
		"SET SESSION sort_buffer_size = DEFAULT", "SET @@session.x = 1",
		"SET SESSION TRANSACTION READ ONLY", "SET STATEMENT max_statement_time=1 FOR SELECT 1",
		"BEGIN", "START TRANSACTION", "START TRANSACTION READ ONLY", "COMMIT", "ROLLBACK",
		"SELECT * FROM t FOR UPDATE", "SELECT 1 INTO @a", "CHECKSUM TABLE t",
		"SELECT /*!40001 SQL_NO_CACHE */ * FROM t", "SELECT `insert` FROM `drop`",
		"SELECT INSERT('abc', 1, 1, 'x'), REPLACE('a', 'b', 'c')", "/* x */ -- y\n SELECT 1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		struct statement_reader r = STATEMENT_READER_INIT(reads[i], strlen(reads[i]));
		cleanup_error struct error err = ERROR_INIT;
		struct statement st;

		assert_int_equal(statement_next(&r, &st, &err), 1);
		if (st.kind != STATEMENT_READ)
			fail_msg("'%s' counts as a write: %s", reads[i], st.what);
	}
}

static void test_statement__sees_writes(void **state)
{
	static const char *const writes[][2] = {
		{ "INSERT INTO t VALUES (1)", "INSERT" },
		{ "update t set a=1", "UPDATE" },
		{ "DROP TABLE t", "DROP" },
		{ "CALL p()", "CALL" },
		{ "GRANT ALL ON *.* TO x", "GRANT" },
		{ "FLUSH BINARY LOGS", "FLUSH" },
		{ "STOP REPLICA", "STOP" },
		{ "START REPLICA", "START" },
		{ "PREPARE s FROM 'DELETE FROM t'", "PREPARE" },
		{ "EXECUTE s", "EXECUTE" },
		{ "LOAD DATA INFILE 'x' INTO TABLE t", "LOAD" },
		{ "XA START 'x'", "XA" },
		{ "WITH a AS (SELECT 1) DELETE FROM t", "DELETE" },
		{ "WITH a AS (SELECT 1), b AS (SELECT ')') UPDATE t SET a=1", "UPDATE" },
		{ "EXPLAIN ANALYZE DELETE FROM t", "DELETE" },
		{ "ANALYZE UPDATE t SET a=1", "UPDATE" },
		{ "ANALYZE TABLE t", "ANALYZE TABLE" },
		{ "ANALYZE NO_WRITE_TO_BINLOG TABLE t", "ANALYZE TABLE" },
		{ "SET GLOBAL read_only=0", "SET GLOBAL" },
		{ "SET @a=1, PERSIST x=1", "SET PERSIST" },
		{ "SET @@global.read_only = 0", "SET GLOBAL" },
		{ "SET PASSWORD = 'x'", "SET PASSWORD" },
		{ "SET DEFAULT ROLE x TO y", "SET DEFAULT" },
		{ "SET TRANSACTION READ WRITE", "SET WRITE" },
		{ "SET transaction_read_only=0", "SET transaction_read_only" },
		{ "START TRANSACTION READ WRITE", "START TRANSACTION READ WRITE" },
		{ "SET STATEMENT x=1 FOR DELETE FROM t", "DELETE" },
		{ "SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT INTO a file" },
		{ "SELECT * INTO /* x */ DUMPFILE 'x' FROM t", "SELECT INTO a file" },
		{ "SELECT NEXTVAL(s)", "NEXTVAL" },
		{ "SELECT NEXT VALUE FOR s", "NEXT VALUE FOR" },
		{ "/*!50000 DELETE FROM t */", "an executable comment" },
		{ "/*!99999 SELECT */ DELETE FROM t", "an executable comment" },
		{ "/*M!100000 SELECT 1 */", "an executable comment" },
		{ "SELECT 1 /*!50000 INTO OUTFILE 'x' */", "SELECT INTO a file" },
		{ "SELECT 1 /*! ; DELETE FROM t */", "several statements in one" },
		{ "WITH a AS (SELECT 1) /*!99999 SELECT */ DELETE FROM t", "an executable comment" },
		{ "EXPLAIN /*! ANALYZE */ DELETE FROM t", "an executable comment" },
		{ "SET /*!GLOBAL*/ x = 1", "an executable comment" },
		{ "DELIMITER //\nSHOW TABLES; DELETE FROM t //", "several statements in one" },
		{ "SELECT group_replication_set_as_primary('x')", "GROUP_REPLICATION_SET_AS_PRIMAR" },
		{ "?", "?" },
		{ "LOCK TABLES t READ", "LOCK" },
		{ "KILL 5", "KILL" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		const char *text = writes[i][0];
		struct statement_reader r = STATEMENT_READER_INIT(text, strlen(text));
		cleanup_error struct error err = ERROR_INIT;
		struct statement st;

		assert_int_equal(statement_next(&r, &st, &err), 1);
		if (st.kind != STATEMENT_WRITE || strncmp(st.what, writes[i][1], 30) != 0)
			fail_msg("'%s': want %s, got %d %s", text, writes[i][1], st.kind, st.what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statement__parts_at_semicolons),
		cmocka_unit_test(test_statement__knows_comments),
		cmocka_unit_test(test_statement__obeys_delimiter_lines),
		cmocka_unit_test(test_statement__takes_no_delimiter_with_a_nul),
		cmocka_unit_test(test_statement__names_what_is_not_closed),
		cmocka_unit_test(test_statement__reads_strings_as_the_sql_mode_says),
		cmocka_unit_test(test_statement__lets_reads_pass),
		cmocka_unit_test(test_statement__sees_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
