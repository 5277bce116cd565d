/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/event.h"

static bool read_heartbeat(struct binlog_event *e, struct cursor c)
{
	struct binlog_rotate *r = &e->rotate;

	e->kind = KIND_HEARTBEAT;
	if (e->type == BINLOG_HEARTBEAT) {
		r->file = (struct binlog_slice){ c.p, cursor_left(&c) };
		return true;
	}
	/* (type, length, value) as packed integers: 1 file, 2 position, 0 end. */
	for (;;) {
		uint64_t field = cursor_packed(&c), len;
		const uint8_t *value;
		struct cursor number;

		if (field == 0 || c.failed)
			return !c.failed;
		len = cursor_packed(&c);
		value = cursor_take(&c, len);
		if (c.failed)
			return false;
		number = cursor_of(value, (size_t)len);
		if (field == 1)
			r->file = (struct binlog_slice){ value, (size_t)len };
		else if (field == 2)
			r->position = cursor_packed(&number);
	}
}

static bool read_incident(struct binlog_event *e, struct cursor c)
{
	uint8_t len;

	e->kind = KIND_INCIDENT;
	e->incident.number = cursor_u16(&c);
	len = cursor_u8(&c);
	e->incident.message = (struct binlog_slice){ cursor_take(&c, len), len };
	return !c.failed;
}

static bool read_view_change(struct binlog_event *e, struct cursor c)
{
	const uint8_t *id = cursor_take(&c, 40);

	e->kind = KIND_OTHER;
	if (!c.failed)
		e->text = (struct binlog_slice){ id, strnlen((const char *)id, 40) };
	return !c.failed;
}

static void set_text(struct binlog_event *e, enum binlog_kind kind, struct cursor c)
{
	e->kind = kind;
	e->text = (struct binlog_slice){ c.p, cursor_left(&c) };
}

bool event_read_plain(struct binlog_event *e, struct cursor c)
{
	switch (e->type) {
	case BINLOG_STOP:
		e->kind = KIND_STOP;
		return true;
	case BINLOG_QUERY:
	case BINLOG_EXECUTE_LOAD_QUERY:
	case BINLOG_MARIADB_QUERY_COMPRESSED:
		e->kind = KIND_QUERY;
		return event_read_query(e, c);
	case BINLOG_XID:
		e->kind = KIND_XID;
		e->xid = cursor_u64(&c);
		return !c.failed;
	case BINLOG_GTID:
	case BINLOG_ANONYMOUS_GTID:
		e->kind = KIND_GTID;
		return event_read_gtid(e, c);
	case BINLOG_GTID_TAGGED:
		e->kind = KIND_GTID;
		return event_read_tagged_gtid(e, c);
	case BINLOG_MARIADB_GTID:
		e->kind = KIND_GTID;
		return event_read_mariadb_gtid(e, c);
	case BINLOG_INTVAR:
	case BINLOG_RAND:
	case BINLOG_USER_VAR:
		e->kind = KIND_VARIABLE;
		return event_read_variable(e, c);
	case BINLOG_BEGIN_LOAD_QUERY:
	case BINLOG_APPEND_BLOCK:
	case BINLOG_DELETE_FILE:
		e->kind = KIND_LOAD;
		return event_read_load(e, c);
	case BINLOG_XA_PREPARE:
		e->kind = KIND_XA_PREPARE;
		return event_read_xa_prepare(e, c);
	case BINLOG_ROWS_QUERY:
		cursor_u8(&c); /* a length that is too short for most statements */
		set_text(e, KIND_SQL, c);
		return !c.failed;
	case BINLOG_MARIADB_ANNOTATE_ROWS:
		set_text(e, KIND_SQL, c);
		return true;
	case BINLOG_PREVIOUS_GTIDS:
	case BINLOG_MARIADB_GTID_LIST:
		set_text(e, KIND_GTIDS, c);
		return true;
	case BINLOG_INCIDENT:
		return read_incident(e, c);
	case BINLOG_HEARTBEAT:
	case BINLOG_HEARTBEAT_V2:
		return read_heartbeat(e, c);
	case BINLOG_MARIADB_CHECKPOINT:
		cursor_u32(&c);
		set_text(e, KIND_OTHER, c);
		return !c.failed;
	case BINLOG_VIEW_CHANGE:
		return read_view_change(e, c);
	case BINLOG_IGNORABLE:
	case BINLOG_TRANSACTION_CONTEXT:
		e->kind = KIND_OTHER;
		return true;
	case BINLOG_MARIADB_START_ENCRYPTION:
		e->kind = KIND_ENCRYPTION;
		return true;
	default:
		e->kind = KIND_SKIPPED;
		return true;
	}
}
