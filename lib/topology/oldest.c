/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/oldest.h"

#include <string.h>

#include "base/memory.h"
#include "mysql/binlog/stream.h"
#include "topology/read.h"

/* Before the first GTID event stand a rotation, a format description, a list and a checkpoint. */
#define EVENTS_MOST 64
#define SECOND 1000000

bool oldest_take(struct channel *c, const struct binlog_event *e)
{
	if (e->kind != KIND_GTID)
		return false;
	/* MySQL before 8.0 has no such time either. */
	c->oldest_is_commit = !e->gtid.mariadb && e->gtid.original;
	c->oldest_missing = c->oldest_is_commit ? (server_time)e->gtid.original
						: (server_time)e->timestamp * SECOND;
	return true;
}

static int take_event(void *arg, const struct binlog_event *e, struct error *err UNUSED)
{
	return oldest_take(arg, e);
}

int oldest_missing(const struct connection_options *opts, const struct instance *replica,
		   struct channel *c, struct error *err)
{
	/* Without waiting: no more than what is there. */
	struct binlog_stream_options from = { .after = replica->mariadb
							       ? &replica->second.applied
							       : &replica->second.executed };
	cleanup_binlog_decoder struct binlog_decoder *d = binlog_decoder_new(take_event, c);
	cleanup_connection struct connection *conn = NULL;
	struct binlog_stream stream;

	if (replica->gtid_on == 0) {
		if (!*c->applied_file || c->applied_position < 0)
			return 0;
		from = (struct binlog_stream_options){ .file = c->applied_file,
						       .position = (uint64_t)c->applied_position };
	}
	if (connection_open(opts, &conn, err) < 0 ||
	    binlog_stream_start(&stream, conn, &from, err) < 0)
		return -err->class;
	binlog_decoder_stream(d);
	for (int i = 0; i < EVENTS_MOST; i++) {
		const uint8_t *event;
		uint64_t position;
		size_t len;
		int r = binlog_stream_next(&stream, &event, &len, &position, err);

		if (r > 0)
			r = binlog_decoder_feed(d, position, event, len, err) == 0;
		if (r <= 0)
			return -err->class;
	}
	return 0;
}

/*
 * The time in which a transaction began is known in whole seconds; local clocks may be set back.
 * Not joined with information_schema.PROCESSLIST: that takes a temporary table on disk, and
 * dropping one has crashed MariaDB 10.11.19.
 */
#define APPLYING                                                                                 \
	"SET time_zone = '+00:00'; "                                                             \
	"SELECT trx_mysql_thread_id AS id, "                                                     \
	"TIMESTAMPDIFF(MICROSECOND, trx_started, SYSDATE(6)) - 1000000 AS duration "             \
	"FROM information_schema.INNODB_TRX; "                                                   \
	"SHOW PROCESSLIST"

static bool is_applier(const char *command)
{
	return command && (strcmp(command, "Slave_SQL") == 0 ||
			   strcmp(command, "Slave_worker") == 0);
}

static int64_t cell_number(const struct rows *r, size_t row, const char *column)
{
	return number_parse(r->get(r->from, row, column));
}

int64_t oldest_applying_for(const struct rows *transactions, const struct rows *processes)
{
	int64_t longest = -1;

	for (size_t i = 0; i < processes->count; i++) {
		const int64_t id = cell_number(processes, i, "Id");

		if (!is_applier(processes->get(processes->from, i, "Command")))
			continue;
		for (size_t k = 0; k < transactions->count; k++) {
			int64_t duration = cell_number(transactions, k, "duration");

			if (cell_number(transactions, k, "id") == id && duration > longest)
				longest = duration;
		}
	}
	return longest;
}

int oldest_applying(struct connection *conn, struct channel *c, struct error *err)
{
	struct result *results[3];
	int r = connection_query_many(conn, APPLYING, results, 3, err);
	int64_t duration = -1;

	if (r == 0 && results[1] && results[2]) {
		struct rows transactions = read_rows(results[1]), processes = read_rows(results[2]);

		duration = oldest_applying_for(&transactions, &processes);
	}
	if (duration > 0)
		c->applying_since = wall_clock_us() - duration;
	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		result_free(results[i]);
	return r;
}
