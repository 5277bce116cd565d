/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/remote.h"

#include <string.h>

#include "base/memory.h"
#include "mysql/gtid_wire.h"

enum { COM_BINLOG_DUMP = 0x12, COM_BINLOG_DUMP_GTID = 0x1e };
/* At the end of the logs: EOF instead of waiting. */
#define DUMP_NON_BLOCK 1
/* MariaDB alone: with the text of statements, without which offsets do not add up. */
#define DUMP_ANNOTATE 2
#define HEADER 19 /* bytes of an event's header */
#define MAGIC 4   /* bytes of a file's */

static void add_number(struct strbuf *out, uint64_t n, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		strbuf_addch(out, (char)(n >> (8 * i)));
}

static uint64_t read_number(const unsigned char *p, unsigned bytes)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < bytes; i++)
		n |= (uint64_t)p[i] << (8 * i);
	return n;
}

/*
 * The server leaves out what we say we have: everything but what is wanted. That includes what it
 * has purged, which it could not send.
 */
static int request_mysql(struct connection *c, const struct gtid_set *wanted,
			 const struct gtid_set *executed, struct error *err)
{
	cleanup_gtid_set struct gtid_set have = GTID_SET_INIT;
	cleanup_strbuf struct strbuf body = STRBUF_INIT, set = STRBUF_INIT;
	int r = gtid_set_subtract(executed, wanted, &have, err);

	if (r == 0)
		r = connection_query(c,
				     "SET @master_binlog_checksum='NONE', "
				     "@source_binlog_checksum='NONE'",
				     NULL, err);
	if (r < 0)
		return r;
	gtid_set_encode(&have, &set);
	add_number(&body, DUMP_NON_BLOCK, 2);
	add_number(&body, 0, 4); /* server id: no other reader is thrown out */
	add_number(&body, 0, 4); /* no file name: the server finds it */
	add_number(&body, MAGIC, 8);
	add_number(&body, set.len, 4);
	strbuf_add(&body, set.buf, set.len);
	return connection_command(c, COM_BINLOG_DUMP_GTID, body.buf, body.len, err);
}

/* Does the file at this row begin before all that is wanted? */
static int begins_before(struct connection *c, const char *file, const struct gtid_set *wanted,
			 bool *ret, struct error *err)
{
	cleanup_result struct result *position = NULL;
	cleanup_gtid_set struct gtid_set at = GTID_SET_INIT, both = GTID_SET_INIT;
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	const char *text;
	int r;

	strbuf_addstr(&sql, "SELECT BINLOG_GTID_POS(");
	connection_quote(c, &sql, file, strlen(file));
	strbuf_addstr(&sql, ", 4)");
	r = connection_query(c, sql.buf, &position, err);
	text = r == 0 && position ? result_cell(position, 0, 0, NULL) : NULL;
	if (r == 0 && text)
		r = gtid_set_parse(&at, text, strlen(text), "BINLOG_GTID_POS", err);
	if (r == 0)
		r = gtid_set_intersect(wanted, &at, &both, err);
	if (r == 0)
		*ret = text && gtid_set_is_empty(&both);
	return r;
}

static int request_mariadb(struct connection *c, const struct gtid_set *wanted, struct error *err)
{
	cleanup_result struct result *files = NULL;
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	bool before = false;
	size_t row;
	int r = connection_query(c,
				 "SET @master_binlog_checksum='NONE', @mariadb_slave_capability=4",
				 NULL, err);

	if (r == 0)
		r = connection_query(c, "SHOW BINARY LOGS", &files, err);
	if (r < 0)
		return r;
	for (row = files ? result_rows(files) : 0; row > 0 && r == 0 && !before; row--)
		r = begins_before(c, result_cell(files, row - 1, 0, NULL), wanted, &before, err);
	if (r < 0)
		return r;
	if (!files || result_rows(files) == 0)
		return error_set(err, ERR_FAILED, "'%s' has no binlog", connection_label(c));
	/* If none does, the oldest has what is left of it. */
	add_number(&body, MAGIC, 4);
	add_number(&body, DUMP_NON_BLOCK | DUMP_ANNOTATE, 2);
	add_number(&body, 0, 4);
	strbuf_addstr(&body, result_cell(files, row, 0, NULL));
	return connection_command(c, COM_BINLOG_DUMP, body.buf, body.len, err);
}

/* One packet with an event. */
static int feed(struct binlog_decoder *d, const unsigned char *event, size_t len,
		uint64_t *position, struct error *err)
{
	bool made_up = len >= HEADER && (read_number(event + 17, 2) & 0x20);
	int r = binlog_decoder_feed(d, *position, event, len, err);

	if (r != 0 || len < HEADER)
		return r;
	/* A ROTATE says where the next event is; what else the server made is not in the log. */
	if (event[4] == BINLOG_ROTATE && len >= HEADER + 8)
		*position = read_number(event + HEADER, 8);
	else if (!made_up)
		*position += len;
	return 0;
}

int binlog_remote_read(struct connection *c, const struct gtid_set *wanted,
		       const struct gtid_set *executed, struct binlog_decoder *d,
		       struct error *err)
{
	uint64_t position = MAGIC;
	int r = connection_server(c)->mariadb ? request_mariadb(c, wanted, err)
					      : request_mysql(c, wanted, executed, err);

	while (r == 0) {
		const unsigned char *packet;
		size_t len;

		r = connection_read_packet(c, &packet, &len, err);
		if (r < 0)
			break;
		if (len == 0 || (packet[0] == 0xfe && len < 9))
			return 0;
		/* Each event has a byte 0 before it. */
		r = feed(d, packet + 1, len - 1, &position, err);
	}
	return r < 0 ? r : 0;
}
