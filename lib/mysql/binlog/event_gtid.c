/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "mysql/binlog/event.h"

/* GTIDs: mysql-server control_events.h, class Gtid_event; MariaDB class Gtid_log_event. */

#define MYSQL_GTID_HAS_TIMES 2

/* Seven bytes of microseconds; the highest bit says that another such number follows. */
static void read_commit_times(struct binlog_gtid *g, struct cursor *c)
{
	uint64_t v = cursor_le(c, 7), mark = (uint64_t)1 << 55;

	g->committed = v & ~mark;
	g->original = v & mark ? cursor_le(c, 7) : g->committed;
}

bool event_read_gtid(struct binlog_event *e, struct cursor c)
{
	struct binlog_gtid *g = &e->gtid;

	g->anonymous = e->type == BINLOG_ANONYMOUS_GTID;
	g->flags = cursor_u8(&c);
	for (size_t i = 0; i < sizeof(g->uuid); i++)
		g->uuid[i] = cursor_u8(&c);
	g->number = cursor_u64(&c);
	if (c.failed)
		return false;
	/* What follows came with 5.7 and 8.0; servers before them end here. */
	if (cursor_left(&c) < 17 || cursor_u8(&c) != MYSQL_GTID_HAS_TIMES)
		return true;
	g->last_committed = cursor_u64(&c);
	g->sequence = cursor_u64(&c);
	if (cursor_left(&c) < 7)
		return true;
	read_commit_times(g, &c);
	if (cursor_left(&c) > 0)
		g->length = cursor_packed(&c);
	return !c.failed;
}

/*
 * mysql::serialization (mysql-server libs/mysql/serialization/readme.md): a number's first byte has
 * as many low one bits as bytes follow; a signed one has its sign in the lowest bit and is
 * inverted when negative.
 */
static uint64_t read_varlen(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	unsigned more = (unsigned)__builtin_ctz(~(unsigned)first);
	uint64_t low;

	if (more == 8)
		return cursor_u64(c);
	low = (uint64_t)first >> (more + 1);
	if (more == 0)
		return low;
	/* With seven more bytes nothing of the first is left. */
	return cursor_le(c, more) << (7 - more) | low;
}

static uint64_t read_varlen_signed(struct cursor *c)
{
	uint64_t v = read_varlen(c);

	return v & 1 ? ~(v >> 1) : v >> 1;
}

/* MySQL manual, "GTID Format": a letter or underscore, then digits too. */
static bool is_tag(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!(p[i] >= 'a' && p[i] <= 'z') && !(p[i] >= '0' && p[i] <= '9') && p[i] != '_')
			return false;
	return len <= 32;
}

enum tagged_field {
	FIELD_FLAGS,
	FIELD_UUID,
	FIELD_NUMBER,
	FIELD_TAG,
	FIELD_LAST_COMMITTED,
	FIELD_SEQUENCE,
	FIELD_COMMITTED,
	FIELD_ORIGINAL,
	FIELD_LENGTH,
};

static bool read_tagged_field(struct binlog_gtid *g, uint64_t field, struct cursor *c)
{
	switch (field) {
	case FIELD_FLAGS:
		g->flags = (uint8_t)read_varlen(c);
		return true;
	case FIELD_UUID:
		for (size_t i = 0; i < sizeof(g->uuid); i++)
			g->uuid[i] = (uint8_t)read_varlen(c);
		return true;
	case FIELD_NUMBER:
		g->number = read_varlen_signed(c);
		return true;
	case FIELD_TAG:
		g->tag.len = (size_t)read_varlen(c);
		g->tag.p = cursor_take(c, g->tag.len);
		return true;
	case FIELD_LAST_COMMITTED:
		g->last_committed = read_varlen_signed(c);
		return true;
	case FIELD_SEQUENCE:
		g->sequence = read_varlen_signed(c);
		return true;
	case FIELD_COMMITTED:
		g->committed = read_varlen(c);
		return true;
	case FIELD_ORIGINAL:
		g->original = read_varlen(c);
		return true;
	case FIELD_LENGTH:
		g->length = read_varlen(c);
		return true;
	default:
		/* Versions and tickets, which come last and say nothing that is used here. */
		return false;
	}
}

bool event_read_tagged_gtid(struct binlog_event *e, struct cursor c)
{
	struct binlog_gtid *g = &e->gtid;
	uint64_t version = read_varlen(&c), size = read_varlen(&c), needed = read_varlen(&c);

	/* A field that we would have to know and do not is an error; the first is at 0 today. */
	if (version != 1 || needed > FIELD_LENGTH + 3 || size > e->body.len)
		return false;
	while (cursor_left(&c) > 0 && !c.failed)
		if (!read_tagged_field(g, read_varlen(&c), &c))
			break;
	if (!g->original)
		g->original = g->committed;
	return !c.failed && is_tag(g->tag.p, g->tag.len);
}

bool event_read_mariadb_gtid(struct binlog_event *e, struct cursor c)
{
	struct binlog_gtid *g = &e->gtid;

	g->mariadb = true;
	g->server = e->server_id;
	g->number = cursor_u64(&c);
	g->domain = cursor_u32(&c);
	g->flags = cursor_u8(&c);
	if (g->flags & MARIADB_GTID_GROUP_COMMIT)
		g->commit_id = cursor_u64(&c);
	if (g->flags & (MARIADB_GTID_PREPARED_XA | MARIADB_GTID_COMPLETED_XA)) {
		uint8_t gtrid, bqual;

		g->has_xa = true;
		g->xa.format = cursor_u32(&c);
		gtrid = cursor_u8(&c);
		bqual = cursor_u8(&c);
		g->xa.gtrid = (struct binlog_slice){ cursor_take(&c, gtrid), gtrid };
		g->xa.bqual = (struct binlog_slice){ cursor_take(&c, bqual), bqual };
	}
	return !c.failed;
}

bool event_read_xa_prepare(struct binlog_event *e, struct cursor c)
{
	struct binlog_xa *xa = &e->xa;
	uint32_t gtrid, bqual;

	xa->one_phase = cursor_u8(&c) != 0;
	xa->format = cursor_u32(&c);
	gtrid = cursor_u32(&c);
	bqual = cursor_u32(&c);
	xa->gtrid = (struct binlog_slice){ cursor_take(&c, gtrid), gtrid };
	xa->bqual = (struct binlog_slice){ cursor_take(&c, bqual), bqual };
	return !c.failed && gtrid <= 64 && bqual <= 64;
}

static void print_hex(const struct binlog_slice *s, struct strbuf *out)
{
	for (size_t i = 0; i < s->len; i++)
		strbuf_addf(out, "%02x", s->p[i]);
}

void binlog_xa_print(const struct binlog_xa *xa, struct strbuf *out)
{
	strbuf_addstr(out, "X'");
	print_hex(&xa->gtrid, out);
	strbuf_addstr(out, "',X'");
	print_hex(&xa->bqual, out);
	strbuf_addf(out, "',%" PRIu32, xa->format);
}

static void print_uuid(const uint8_t uuid[16], struct strbuf *out)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			strbuf_addch(out, '-');
		strbuf_addch(out, hex[uuid[i] >> 4]);
		strbuf_addch(out, hex[uuid[i] & 15]);
	}
}

void binlog_gtid_print(const struct binlog_gtid *g, struct strbuf *out)
{
	if (g->anonymous) {
		strbuf_addstr(out, "ANONYMOUS");
		return;
	}
	if (g->mariadb) {
		strbuf_addf(out, "%" PRIu32 "-%" PRIu32 "-%" PRIu64, g->domain, g->server,
			    g->number);
		return;
	}
	print_uuid(g->uuid, out);
	strbuf_addch(out, ':');
	if (g->tag.len) {
		strbuf_add(out, g->tag.p, g->tag.len);
		strbuf_addch(out, ':');
	}
	strbuf_addf(out, "%" PRIu64, g->number);
}

static bool print_mysql_set(struct cursor c, struct strbuf *out)
{
	uint64_t head = cursor_u64(&c), count = head;
	bool tagged = head >> 56 == 1;
	const uint8_t *last = NULL;

	if (tagged)
		count = head >> 8 & 0xffffffffffff;
	for (uint64_t i = 0; i < count && !c.failed; i++) {
		const uint8_t *uuid = cursor_take(&c, 16), *tag;
		uint64_t tag_len = tagged ? read_varlen(&c) : 0, ranges;

		tag = cursor_take(&c, tag_len);
		ranges = cursor_u64(&c);
		if (c.failed || !is_tag(tag, (size_t)tag_len) || ranges > cursor_left(&c) / 16)
			return false;
		if (!last || memcmp(last, uuid, 16) != 0) {
			strbuf_addstr(out, last ? "," : "");
			print_uuid(uuid, out);
		}
		last = uuid;
		if (tag_len) {
			strbuf_addch(out, ':');
			strbuf_add(out, tag, (size_t)tag_len);
		}
		for (uint64_t k = 0; k < ranges; k++) {
			uint64_t from = cursor_u64(&c), to = cursor_u64(&c);

			strbuf_addf(out, ":%" PRIu64, from);
			if (to - from > 1)
				strbuf_addf(out, "-%" PRIu64, to - 1);
		}
	}
	return !c.failed;
}

static bool print_mariadb_list(struct cursor c, struct strbuf *out)
{
	uint32_t count = cursor_u32(&c) & 0xfffffff;

	for (uint32_t i = 0; i < count && !c.failed; i++) {
		uint32_t domain = cursor_u32(&c), server = cursor_u32(&c);
		uint64_t number = cursor_u64(&c);

		strbuf_addf(out, "%s%" PRIu32 "-%" PRIu32 "-%" PRIu64, i ? "," : "", domain, server,
			    number);
	}
	return !c.failed;
}

bool binlog_gtids_print(const struct binlog_event *e, struct strbuf *out)
{
	struct cursor c = cursor_of(e->text.p, e->text.len);

	if (e->type == BINLOG_MARIADB_GTID_LIST)
		return print_mariadb_list(c, out);
	return print_mysql_set(c, out);
}
