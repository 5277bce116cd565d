/* SPDX-License-Identifier: Apache-2.0 */
#include <fnmatch.h>

#include "mysql/binlog/lines.h"

/* Names longer than the servers allow (64 characters) match nothing. */
#define NAME_BYTES 1024

static bool match(const struct binlog_filter *f, const char *name)
{
	for (size_t i = 0; i < f->table_count; i++)
		if (fnmatch(f->tables[i], name, 0) == 0)
			return true;
	return false;
}

bool binlog_filter_table(const struct binlog_filter *f, const struct binlog_table *t)
{
	char name[NAME_BYTES];

	if (!f || f->table_count == 0)
		return true;
	if (t->database.len + t->name.len + 2 > sizeof(name))
		return false;
	memcpy(name, t->database.text, t->database.len);
	name[t->database.len] = '.';
	memcpy(name + t->database.len + 1, t->name.text, t->name.len + 1);
	return match(f, name);
}

/* The part of a glob before the dot. A statement may name other databases; those are not seen. */
bool binlog_filter_database(const struct binlog_filter *f, const struct binlog_slice *database)
{
	char name[NAME_BYTES], glob[NAME_BYTES];

	if (!f || f->table_count == 0)
		return true;
	if (database->len >= sizeof(name))
		return false;
	memcpy(name, database->p, database->len);
	name[database->len] = '\0';
	for (size_t i = 0; i < f->table_count; i++) {
		const char *dot = strchr(f->tables[i], '.');
		size_t len = dot ? (size_t)(dot - f->tables[i]) : strlen(f->tables[i]);

		if (len >= sizeof(glob))
			continue;
		memcpy(glob, f->tables[i], len);
		glob[len] = '\0';
		if (fnmatch(glob, name, 0) == 0)
			return true;
	}
	return false;
}

static void begin(struct binlog_transaction *t, const struct binlog_event *e)
{
	strbuf_reset(&t->gtid);
	t->timestamp = e->timestamp;
	t->server_id = e->server_id;
	t->committed = t->length = 0;
	t->position = e->position;
	t->bytes = t->rows = 0;
	t->open = t->wanted = true;
	t->shown = false;
}

static bool is_wanted(const struct binlog_filter *f, const struct binlog_transaction *t,
		      const struct binlog_event *e)
{
	int64_t seconds = binlog_transaction_time(t, NULL);

	if (!f)
		return true;
	if (f->start_time && seconds < f->start_time)
		return false;
	if (f->gtid)
		return e->kind == KIND_GTID && f->gtid(f->gtid_arg, &e->gtid);
	return true;
}

int binlog_transaction_event(struct binlog_transaction *t, const struct binlog_filter *f,
			     const struct binlog_event *e)
{
	bool began = false;

	switch (e->kind) {
	case KIND_FORMAT:
	case KIND_ROTATE:
	case KIND_STOP:
	case KIND_GTIDS:
	case KIND_HEARTBEAT:
	case KIND_ENCRYPTION:
	case KIND_OTHER:
	case KIND_SKIPPED:
		break;
	default:
		if (e->kind != KIND_GTID && t->open)
			break;
		began = true;
		begin(t, e);
		if (e->kind == KIND_GTID) {
			if (!e->gtid.anonymous)
				binlog_gtid_print(&e->gtid, &t->gtid);
			t->committed = e->gtid.original ? e->gtid.original : e->gtid.committed;
			t->length = e->gtid.length;
		}
		t->wanted = is_wanted(f, t, e);
	}
	if (t->open && !e->inner)
		t->bytes += e->length;
	return began;
}

int64_t binlog_transaction_time(const struct binlog_transaction *t, uint32_t *ret_micros)
{
	if (ret_micros)
		*ret_micros = t->committed ? (uint32_t)(t->committed % 1000000) : UINT32_MAX;
	return t->committed ? (int64_t)(t->committed / 1000000) : t->timestamp;
}
