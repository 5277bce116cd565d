/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/stream.h"

#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/decoder.h"
#include "mysql/connection.h"
#include "mysql/gtid_wire.h"

#define COM_BINLOG_DUMP 0x12
#define COM_BINLOG_DUMP_GTID 0x1e
#define DUMP_NON_BLOCKING 1
/* The same bit asks MariaDB for ANNOTATE_ROWS, without which positions do not add up. */
#define DUMP_MARIADB_ANNOTATE 2

#define HEARTBEAT_SECONDS 5
#define SILENCE_MS 30000

static void add_le(struct strbuf *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addch(out, (char)(v >> 8 * i & 0xff));
}

/*
 * Events come with the checksums that they were logged with, whatever is said here; a server that
 * logs them wants to hear that the client knows of them.
 */
static int set_up(struct binlog_stream *s, const struct binlog_stream_options *o,
		  struct error *err)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT, set = STRBUF_INIT;
	cleanup_result struct result *none = NULL;
	bool mariadb = connection_server(s->c)->mariadb;

	strbuf_addstr(&sql, "SET @master_binlog_checksum='NONE', @source_binlog_checksum='NONE'");
	if (o->wait)
		strbuf_addf(&sql, ", @master_heartbeat_period=%d000000000, "
			    "@source_heartbeat_period=%d000000000",
			    HEARTBEAT_SECONDS, HEARTBEAT_SECONDS);
	if (mariadb)
		strbuf_addstr(&sql, ", @mariadb_slave_capability=4");
	if (mariadb && o->after) {
		strbuf_addstr(&sql, ", @slave_connect_state=");
		gtid_set_print(o->after, ",", &set);
		connection_quote(s->c, &sql, set.buf, set.len);
	}
	return connection_query(s->c, sql.buf, &none, err);
}

/* Two dumps with one id end each other; 0 is for those that do not wait. */
static uint32_t make_server_id(const struct binlog_stream_options *o)
{
	int64_t now = clock_ms();

	return o->wait ? 0x80000000u | (uint32_t)(((uint64_t)now * 2654435761u) >> 3) : 0;
}

static int ask(struct binlog_stream *s, const struct binlog_stream_options *o, struct error *err)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT, set = STRBUF_INIT;
	bool mariadb = connection_server(s->c)->mariadb;
	uint16_t flags = (uint16_t)((o->wait ? 0 : DUMP_NON_BLOCKING) |
				    (mariadb ? DUMP_MARIADB_ANNOTATE : 0));
	const char *file = o->file ? o->file : "";
	uint64_t position = o->position ? o->position : BINLOG_MAGIC_BYTES;
	bool by_set = !mariadb && (o->after || position > UINT32_MAX);

	if (by_set) {
		add_le(&body, flags, 2);
		add_le(&body, make_server_id(o), 4);
		add_le(&body, strlen(file), 4);
		strbuf_addstr(&body, file);
		add_le(&body, position, 8);
		gtid_set_encode(o->after ? o->after : &(struct gtid_set)GTID_SET_INIT, &set);
		add_le(&body, set.len, 4);
		strbuf_add(&body, set.buf, set.len);
		return connection_command(s->c, COM_BINLOG_DUMP_GTID, body.buf, body.len, err);
	}
	add_le(&body, position, 4);
	add_le(&body, flags, 2);
	add_le(&body, make_server_id(o), 4);
	strbuf_addstr(&body, file);
	return connection_command(s->c, COM_BINLOG_DUMP, body.buf, body.len, err);
}

int binlog_stream_start(struct binlog_stream *s, struct connection *c,
			const struct binlog_stream_options *opts, struct error *err)
{
	int r;

	*s = (struct binlog_stream){ .c = c, .position = BINLOG_MAGIC_BYTES, .wait = opts->wait,
				     .silence_ms = opts->silence_ms };
	r = set_up(s, opts, err);
	if (r == 0)
		r = ask(s, opts, err);
	/* A server that looks for the beginning says nothing meanwhile. */
	connection_limit_silence(c, opts->silence_ms > SILENCE_MS ? opts->silence_ms : SILENCE_MS);
	return r;
}

static bool is_made_up(const uint8_t *data)
{
	uint8_t type = data[4];

	return type == BINLOG_HEARTBEAT || type == BINLOG_HEARTBEAT_V2 ||
	       bytes_u16(data + 17) & BINLOG_FLAG_ARTIFICIAL ||
	       (type == BINLOG_ROTATE && bytes_u32(data) == 0) ||
	       /* Again, when the beginning of the file is not sent; the second is MariaDB's key. */
	       ((type == BINLOG_FORMAT_DESCRIPTION || type == BINLOG_MARIADB_START_ENCRYPTION) &&
		bytes_u32(data + 13) == 0);
}

/*
 * The header says where the event ends, in 32 bits, and in transactions of MariaDB 11.4 not at all:
 * then what was summed up holds.
 */
static uint64_t place(struct binlog_stream *s, const uint8_t *data, size_t len)
{
	uint64_t end = bytes_u32(data + 13), start = s->position;

	s->made_up = is_made_up(data);
	if (s->made_up) {
		if (data[4] == BINLOG_ROTATE && len >= BINLOG_HEADER_BYTES + 8)
			s->position = bytes_u64(data + BINLOG_HEADER_BYTES);
		return start;
	}
	if (end != 0) {
		uint64_t whole = (s->position & ~(uint64_t)UINT32_MAX) | end;

		if (whole < s->position && s->position - whole > UINT32_MAX / 2)
			whole += (uint64_t)1 << 32;
		start = whole >= len ? whole - len : s->position;
	}
	s->position = start + len;
	return start;
}

/* Events of the file's own beginning come at once, whatever else the server has to look for. */
static bool is_of_a_transaction(const uint8_t *data)
{
	switch (data[4]) {
	case BINLOG_ROTATE:
	case BINLOG_FORMAT_DESCRIPTION:
	case BINLOG_PREVIOUS_GTIDS:
	case BINLOG_MARIADB_GTID_LIST:
	case BINLOG_MARIADB_CHECKPOINT:
	case BINLOG_MARIADB_START_ENCRYPTION:
	case BINLOG_HEARTBEAT:
	case BINLOG_HEARTBEAT_V2:
		return false;
	default:
		return true;
	}
}

static int silent(const struct binlog_stream *s, struct error *err)
{
	error_wrap(err, "the binlog of '%s' stopped coming at position %llu",
		   connection_label(s->c), (unsigned long long)s->position);
	error_hint(err, "the server, or the way to it, hangs; --timeout gives it longer");
	return -ERR_TIMEOUT;
}

int binlog_stream_next(struct binlog_stream *s, const uint8_t **ret_data, size_t *ret_len,
		       uint64_t *ret_position, struct error *err)
{
	const unsigned char *p;
	size_t len;
	int r = connection_read_packet(s->c, &p, &len, err);

	if (r < 0)
		return r == -ERR_TIMEOUT ? silent(s, err) : r;
	if (len > 0 && p[0] == 0xfe && len < 9)
		return 0;
	if (len < 1 + BINLOG_HEADER_BYTES || p[0] != 0)
		return error_set(err, ERR_INVALID,
				 "'%s' sent a packet of %zu bytes that is no event",
				 connection_label(s->c), len);
	*ret_data = p + 1;
	*ret_len = len - 1;
	*ret_position = place(s, p + 1, len - 1);
	if (!s->wait && s->silence_ms && is_of_a_transaction(p + 1)) {
		connection_limit_silence(s->c, s->silence_ms);
		s->silence_ms = 0;
	}
	return 1;
}
