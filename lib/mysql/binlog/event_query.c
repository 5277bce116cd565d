/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <strings.h>

#include "mysql/binlog/event.h"

/* Statements and what belongs to them: mysql-server statement_events.h, load_data_events.h. */

enum status {
	STATUS_FLAGS2,
	STATUS_SQL_MODE,
	STATUS_CATALOG,
	STATUS_AUTO_INCREMENT,
	STATUS_CHARSET,
	STATUS_TIME_ZONE,
	STATUS_CATALOG_NZ,
	STATUS_LC_TIME_NAMES,
	STATUS_CHARSET_DATABASE,
	STATUS_TABLE_MAP_FOR_UPDATE,
	STATUS_SOURCE_DATA_WRITTEN,
	STATUS_INVOKER,
	STATUS_UPDATED_DATABASES,
	STATUS_MICROSECONDS,
	STATUS_MARIADB_HRNOW = 128,
	STATUS_MARIADB_XID = 129,
};

#define UPDATED_DATABASES_TOO_MANY 254

static void skip_names(struct cursor *c)
{
	uint8_t count = cursor_u8(c);

	if (count == UPDATED_DATABASES_TOO_MANY)
		return;
	for (; count > 0 && !c->failed; count--)
		while (cursor_u8(c) != 0 && !c->failed)
			;
}

/* False for a kind whose length is not known: whatever follows cannot be read. */
static bool read_status(struct binlog_query *q, uint8_t kind, struct cursor *c)
{
	switch (kind) {
	case STATUS_FLAGS2:
	case STATUS_SOURCE_DATA_WRITTEN:
	case STATUS_AUTO_INCREMENT:
		cursor_take(c, 4);
		return true;
	case STATUS_SQL_MODE:
	case STATUS_TABLE_MAP_FOR_UPDATE:
	case STATUS_MARIADB_XID:
		cursor_take(c, 8);
		return true;
	case STATUS_CATALOG:
		cursor_take(c, cursor_u8(c) + (uint64_t)1);
		return true;
	case STATUS_CHARSET:
		q->charset = charset_of_collation(cursor_u16(c)); /* of the client */
		cursor_take(c, 4);
		return true;
	case STATUS_TIME_ZONE:
	case STATUS_CATALOG_NZ:
		cursor_take(c, cursor_u8(c));
		return true;
	case STATUS_LC_TIME_NAMES:
	case STATUS_CHARSET_DATABASE:
		cursor_take(c, 2);
		return true;
	case STATUS_INVOKER:
		cursor_take(c, cursor_u8(c));
		cursor_take(c, cursor_u8(c));
		return true;
	case STATUS_UPDATED_DATABASES:
		skip_names(c);
		return true;
	case STATUS_MICROSECONDS:
	case STATUS_MARIADB_HRNOW:
		q->micros = (uint32_t)cursor_le(c, 3);
		return true;
	default:
		return false;
	}
}

static void read_all_status(struct binlog_query *q, struct cursor c)
{
	while (cursor_left(&c) > 0 && !c.failed)
		if (!read_status(q, cursor_u8(&c), &c))
			break;
	if (q->micros > 999999)
		q->micros = UINT32_MAX;
}

static bool begins_with(const struct binlog_slice *sql, const char *words)
{
	size_t len = strlen(words);

	return sql->len >= len && strncasecmp((const char *)sql->p, words, len) == 0 &&
	       (sql->len == len || !isalnum(sql->p[len]));
}

static bool is_exactly(const struct binlog_slice *sql, const char *words)
{
	return sql->len == strlen(words) && begins_with(sql, words);
}

/* Servers write these words themselves, in this form. */
static enum query_role role_of(const struct binlog_slice *sql)
{
	if (is_exactly(sql, "BEGIN") || begins_with(sql, "XA START"))
		return QUERY_BEGIN;
	if (is_exactly(sql, "COMMIT"))
		return QUERY_COMMIT;
	if (is_exactly(sql, "ROLLBACK"))
		return QUERY_ROLLBACK;
	if (begins_with(sql, "XA END"))
		return QUERY_XA_END;
	return QUERY_STATEMENT;
}

bool event_read_query(struct binlog_event *e, struct cursor c)
{
	struct binlog_query *q = &e->query;
	uint16_t status_len;
	uint8_t database_len;
	const uint8_t *status;

	q->charset = CHARSET_UNKNOWN;
	q->micros = UINT32_MAX;
	q->thread = cursor_u32(&c);
	q->seconds = cursor_u32(&c);
	database_len = cursor_u8(&c);
	q->error = cursor_u16(&c);
	status_len = cursor_u16(&c);
	if (e->type == BINLOG_EXECUTE_LOAD_QUERY) {
		q->load = true;
		q->file_id = cursor_u32(&c);
		cursor_take(&c, 4 + 4 + 1); /* place of the file's name in the text; duplicates */
	}
	status = cursor_take(&c, status_len);
	q->database = (struct binlog_slice){ cursor_take(&c, database_len), database_len };
	cursor_take(&c, 1);
	if (c.failed)
		return false;
	read_all_status(q, cursor_of(status, status_len));
	q->sql = (struct binlog_slice){ c.p, cursor_left(&c) };
	q->role = role_of(&q->sql);
	return true;
}

static void read_user_variable(struct binlog_variable *v, struct cursor *c)
{
	v->kind = VARIABLE_USER;
	v->name.len = cursor_u32(c);
	v->name.p = cursor_take(c, v->name.len);
	v->is_null = cursor_u8(c) != 0;
	if (v->is_null)
		return;
	v->type = cursor_u8(c);
	v->charset = charset_of_collation(cursor_u32(c));
	v->value.len = cursor_u32(c);
	v->value.p = cursor_take(c, v->value.len);
	v->is_unsigned = cursor_left(c) > 0 && cursor_u8(c) & 1;
	/* Its number is in eight bytes, a double too. */
	if ((v->type == 1 || v->type == 2) && v->value.len != 8)
		c->failed = true;
	if (v->type == 4 && v->value.len < 2)
		c->failed = true;
}

bool event_read_variable(struct binlog_event *e, struct cursor c)
{
	struct binlog_variable *v = &e->variable;
	uint8_t which;

	switch (e->type) {
	case BINLOG_INTVAR:
		which = cursor_u8(&c);
		v->kind = which == 1 ? VARIABLE_LAST_INSERT_ID : VARIABLE_INSERT_ID;
		v->numbers[0] = cursor_u64(&c);
		return !c.failed && (which == 1 || which == 2);
	case BINLOG_RAND:
		v->kind = VARIABLE_RAND;
		v->numbers[0] = cursor_u64(&c);
		v->numbers[1] = cursor_u64(&c);
		return !c.failed;
	default:
		read_user_variable(v, &c);
		return !c.failed;
	}
}

bool event_read_load(struct binlog_event *e, struct cursor c)
{
	struct binlog_load *l = &e->load;

	l->file_id = cursor_u32(&c);
	l->begins = e->type == BINLOG_BEGIN_LOAD_QUERY;
	l->deletes = e->type == BINLOG_DELETE_FILE;
	l->data = (struct binlog_slice){ c.p, cursor_left(&c) };
	return !c.failed;
}
