/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/dialect/dialect.h"
#include "mysql/dialect/replica_status.h"

#include <string.h>
#include <strings.h>

struct pair {
	const char *column, *value;
};

/* Rows as pairs, each row ended by a NULL column. */
struct table {
	const struct pair *rows[4];
};

static const char *get(const void *from, size_t row, const char *column)
{
	const struct table *t = from;

	for (const struct pair *p = t->rows[row]; p->column; p++)
		if (strcasecmp(p->column, column) == 0)
			return p->value;
	return NULL;
}

static void test_dialect__is_chosen_by_vendor_and_number(void **state)
{
	(void)state;
	assert_string_equal(dialect_for(false, 50744)->replica_status, "SHOW SLAVE STATUS");
	assert_string_equal(dialect_for(false, 80021)->replica_status, "SHOW SLAVE STATUS");
	assert_string_equal(dialect_for(false, 80022)->replica_status, "SHOW REPLICA STATUS");
	assert_string_equal(dialect_for(false, 80022)->wait_position, "MASTER_POS_WAIT");
	assert_string_equal(dialect_for(false, 80026)->wait_position, "SOURCE_POS_WAIT");
	assert_string_equal(dialect_for(false, 80045)->binlog_position, "SHOW MASTER STATUS");
	assert_string_equal(dialect_for(false, 80405)->binlog_position, "SHOW BINARY LOG STATUS");
	assert_string_equal(dialect_for(false, 90700)->binlog_position, "SHOW BINARY LOG STATUS");
	assert_string_equal(dialect_for(false, 260100)->replica_status, "SHOW REPLICA STATUS");
	assert_true(dialect_can(dialect_for(false, 80300), CAN_TAGGED_GTIDS));
	assert_false(dialect_can(dialect_for(false, 80045), CAN_TAGGED_GTIDS));
	assert_false(dialect_can(dialect_for(false, 50744), CAN_COMMIT_TIMES));
	assert_string_equal(dialect_for(true, 100411)->replica_status, "SHOW ALL SLAVES STATUS");
	assert_string_equal(dialect_for(true, 100615)->replica_status, "SHOW ALL REPLICAS STATUS");
	assert_false(dialect_can(dialect_for(true, 101119), CAN_EVENT_TIMES));
	assert_true(dialect_can(dialect_for(true, 110803), CAN_EVENT_TIMES));
	assert_true(dialect_can(dialect_for(true, 120001), CAN_EVENT_TIMES));
	assert_string_equal(dialect_for(true, 120001)->wait_gtid, "MASTER_GTID_WAIT");
}

static void test_replica_status__mysql_rows_and_performance_schema(void **state)
{
	static const struct pair status[] = {
		{ "Channel_Name", "east" }, { "Source_Host", "db1" }, { "Source_Port", "3307" },
		{ "Source_User", "repl" }, { "Source_UUID", "3e11fa47-71ca-11e1-9e33-c80aa9429562" },
		{ "Source_Server_Id", "11" }, { "Replica_IO_Running", "Connecting" },
		{ "Replica_SQL_Running", "No" }, { "Last_IO_Errno", "2003" },
		{ "Last_IO_Error", "error connecting" }, { "Last_SQL_Errno", "1062" },
		{ "Last_SQL_Error", "Coordinator stopped" }, { "Source_Log_File", "binlog.000002" },
		{ "Read_Source_Log_Pos", "900" }, { "Relay_Source_Log_File", "binlog.000001" },
		{ "Exec_Source_Log_Pos", "157" }, { "Seconds_Behind_Source", NULL },
		{ "SQL_Delay", "60" }, { "SQL_Remaining_Delay", "12" }, { "Auto_Position", "1" },
		{ "Relay_Log_Space", "12345" }, { "Retrieved_Gtid_Set", "u:1-9" },
		{ "Replicate_Ignore_DB", "logs" }, { "Replicate_Wild_Do_Table", "a.%" },
		{ "Source_SSL_Allowed", "Yes" }, { "Replica_SQL_Running_State", "" }, { 0 },
	};
	static const struct pair connection[] = {
		{ "CHANNEL_NAME", "east" },
		{ "LAST_HEARTBEAT_TIMESTAMP", "2026-11-30 12:00:05.500000" },
		{ "LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP", "0000-00-00 00:00:00.000000" },
		{ "LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP",
		  "2026-11-30 12:00:01.000000" },
		{ "RECEIVED_TRANSACTION_SET", "u:1-10" }, { 0 },
	};
	static const struct pair workers[2][9] = {
		{ { "CHANNEL_NAME", "east" },
		  { "LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP",
		    "2026-11-30 11:59:59.250000" },
		  { "APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP",
		    "2026-11-30 12:00:00.750000" },
		  { "APPLYING_TRANSACTION", "u:7" }, { "LAST_ERROR_NUMBER", "1062" },
		  { "LAST_ERROR_MESSAGE", "Duplicate entry" },
		  { "LAST_ERROR_TIMESTAMP", "2026-11-30 12:00:02.000000" }, { 0 } },
		{ { "CHANNEL_NAME", "east" },
		  { "LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP",
		    "2026-11-30 11:59:58.000000" },
		  { "APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP",
		    "2026-11-30 12:00:00.500000" },
		  { "LAST_ERROR_NUMBER", "0" }, { 0 } },
	};
	struct table s = { { status } }, c = { { connection } },
		     w = { { workers[0], workers[1] } };
	cleanup_arena struct arena *a = arena_new();
	struct channels ch;
	const struct channel *one;

	(void)state;
	channels_read(a, dialect_for(false, 90700), &(struct rows){ &s, 1, get }, &ch);
	channels_read_connections(a, &ch, &(struct rows){ &c, 1, get });
	channels_read_workers(a, &ch, &(struct rows){ &w, 2, get });
	assert_int_equal(ch.len, 1);
	one = &ch.items[0];
	assert_string_equal(one->name, "east");
	assert_string_equal(one->source_host, "db1");
	assert_int_equal(one->source_port, 3307);
	assert_int_equal(one->source_id, 11);
	assert_int_equal(one->receiver.state, THREAD_CONNECTING);
	assert_int_equal(one->receiver.error, 2003);
	assert_int_equal(one->applier.state, THREAD_STOPPED);
	assert_int_equal(one->applier.error, 1062);
	assert_string_equal(one->applier.text, "Duplicate entry");
	assert_string_equal(one->failed_gtid, "u:7");
	assert_string_equal(one->retrieved, "u:1-10");
	assert_string_equal(one->filters, "Replicate_Ignore_DB=logs, Replicate_Wild_Do_Table=a.%");
	assert_int_equal(one->seconds_behind, -1);
	assert_int_equal(one->remaining_delay, 12);
	assert_true(one->auto_position && one->tls && one->filtered);
	assert_int_equal(one->last_contact, server_time_parse("2026-11-30 12:00:05.5"));
	assert_int_equal(one->last_applied_commit, server_time_parse("2026-11-30 11:59:59.25"));
	assert_int_equal(one->applying_commit, server_time_parse("2026-11-30 12:00:00.5"));
}

static void test_replica_status__mariadb_connections(void **state)
{
	static const struct pair first[] = {
		{ "Connection_name", "" }, { "Master_Host", "db1" }, { "Master_Port", "3306" },
		{ "Slave_IO_Running", "Yes" }, { "Slave_SQL_Running", "Yes" },
		{ "Seconds_Behind_Master", "0" }, { "Using_Gtid", "Slave_Pos" },
		{ "Gtid_IO_Pos", "0-1-10" }, { "Gtid_Slave_Pos", "0-1-9" },
		{ "Master_Server_Id", "1" }, { "Slave_received_heartbeats", "3" }, { 0 },
	};
	static const struct pair second[] = {
		{ "Connection_name", "west" }, { "Master_Host", "db9" },
		{ "Slave_IO_Running", "Preparing" }, { "Slave_SQL_Running", "No" },
		{ "Using_Gtid", "Current_Pos" }, { "Master_Port", "99999" }, { 0 },
	};
	struct table s = { { first, second } };
	cleanup_arena struct arena *a = arena_new();
	struct channels ch;

	(void)state;
	channels_read(a, dialect_for(true, 101119), &(struct rows){ &s, 2, get }, &ch);
	assert_int_equal(ch.len, 2);
	assert_int_equal(ch.items[0].receiver.state, THREAD_RUNNING);
	assert_int_equal(ch.items[0].seconds_behind, 0);
	assert_string_equal(ch.items[0].retrieved, "0-1-10");
	assert_string_equal(ch.items[0].executed, "0-1-9");
	assert_true(ch.items[0].auto_position);
	assert_false(ch.items[0].gtid_demotes);
	assert_int_equal(ch.items[0].heartbeats, 3);
	assert_string_equal(ch.items[1].name, "west");
	assert_int_equal(ch.items[1].receiver.state, THREAD_CONNECTING);
	assert_int_equal(ch.items[1].source_port, 0);
	assert_true(ch.items[1].gtid_demotes);
}

static const char *get_same(const void *from, size_t row, const char *column)
{
	(void)row;
	return strcmp(column, "Connection_name") == 0 ? "x" : from;
}

static void test_replica_status__what_is_too_much_is_left_out(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_free char *text = xmalloc(2 * LIMIT_STATUS_TEXT + 1);
	struct channels ch;

	(void)state;
	memset(text, 'x', 2 * LIMIT_STATUS_TEXT);
	text[2 * LIMIT_STATUS_TEXT] = '\0';
	channels_read(a, dialect_for(true, 101119),
		      &(struct rows){ text, LIMIT_CHANNELS + 1, get_same }, &ch);
	assert_int_equal(ch.len, LIMIT_CHANNELS);
	assert_int_equal(strlen(ch.items[0].source_host), LIMIT_STATUS_TEXT);
	assert_int_equal(ch.items[0].relay_bytes, -1);
	assert_int_equal(ch.items[0].source_port, 0);
}

static void test_server_time__reads_what_servers_print(void **state)
{
	(void)state;
	assert_int_equal(server_time_parse("1970-01-01 00:00:01"), 1000000);
	assert_int_equal(server_time_parse("2026-11-30 12:00:00.000001"), 1796040000000001);
	assert_int_equal(server_time_parse("2024-02-29 23:59:59.5"), 1709251199500000);
	assert_int_equal(server_time_parse("0000-00-00 00:00:00.000000"), 0);
	assert_int_equal(server_time_parse("2026-13-01 00:00:00"), 0);
	assert_int_equal(server_time_parse("2026-1-1"), 0);
	assert_int_equal(server_time_parse(""), 0);
	assert_int_equal(server_time_parse(NULL), 0);
	assert_int_equal(number_parse("9223372036854775807"), -1);
	assert_int_equal(number_parse("922337203685477580"), 922337203685477580);
	assert_int_equal(number_parse("-1"), -1);
	assert_int_equal(number_parse(""), -1);
	assert_int_equal(number_parse("12x"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialect__is_chosen_by_vendor_and_number),
		cmocka_unit_test(test_replica_status__mysql_rows_and_performance_schema),
		cmocka_unit_test(test_replica_status__mariadb_connections),
		cmocka_unit_test(test_replica_status__what_is_too_much_is_left_out),
		cmocka_unit_test(test_server_time__reads_what_servers_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
