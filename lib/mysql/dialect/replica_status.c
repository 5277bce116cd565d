/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/dialect/replica_status.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"

#include <string.h>

const char *thread_state_name(enum thread_state s)
{
	static const char *const names[] = { "unknown", "stopped", "connecting", "running" };

	return names[s];
}

int64_t number_parse(const char *text)
{
	int64_t n = 0;

	if (!text || !*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || n > (INT64_MAX - 9) / 10)
			return -1;
		n = n * 10 + (*text - '0');
	}
	return n;
}

/* Reads exactly count digits; false when there are fewer. */
static bool digits(const char **at, int count, int *ret)
{
	int n = 0;

	for (; count > 0; count--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		n = n * 10 + (**at - '0');
	}
	*ret = n;
	return true;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar (Howard Hinnant's algorithm). */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

server_time server_time_parse(const char *text)
{
	int field[6];
	int64_t micros = 0, scale = 100000;
	static const int widths[] = { 4, 2, 2, 2, 2, 2 };
	static const char parts[] = "-- ::";

	if (!text)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		if (!digits(&text, widths[i], &field[i]))
			return 0;
		if (i < 5 && *text++ != parts[i])
			return 0;
	}
	if (field[0] < 1970 || field[1] < 1 || field[1] > 12 || field[2] < 1 || field[2] > 31)
		return 0;
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
			micros += (*text - '0') * scale;
	return (days_of(field[0], field[1], field[2]) * 86400 + field[3] * 3600 + field[4] * 60 +
		field[5]) *
		       1000000 +
	       micros;
}

/* One row, and how its server names things. */
struct reader {
	const struct rows *rows;
	size_t row;
	struct arena *arena;
	bool source_names;
};

static const char *get(const struct reader *r, const char *column)
{
	return r->rows->get(r->rows->from, r->row, column);
}

/* A copy in the arena, "" for NULL. Long error texts are cut. */
static const char *text(const struct reader *r, const char *column)
{
	const char *s = get(r, column);
	size_t len = s ? strlen(s) : 0;

	if (len == 0)
		return "";
	return arena_memdupz(r->arena, s, len < LIMIT_STATUS_TEXT ? len : LIMIT_STATUS_TEXT);
}

/* The name of today, or the one before it. */
static const char *either(const struct reader *r, const char *now, const char *before)
{
	return r->source_names ? now : before;
}

static unsigned error_number(const struct reader *r, const char *column)
{
	int64_t n = number_parse(get(r, column));

	return n > 0 && n <= UINT32_MAX ? (unsigned)n : 0;
}

static enum thread_state state(const char *word)
{
	if (!word)
		return THREAD_UNKNOWN;
	if (strcmp(word, "Yes") == 0 || strcmp(word, "ON") == 0)
		return THREAD_RUNNING;
	/* "Preparing": MariaDB's receiver before it first connects. */
	if (strcmp(word, "Connecting") == 0 || strcmp(word, "Preparing") == 0 ||
	    strcmp(word, "CONNECTING") == 0)
		return THREAD_CONNECTING;
	return THREAD_STOPPED;
}

static void read_source(const struct reader *r, struct channel *c)
{
	int64_t port = number_parse(get(r, either(r, "Source_Port", "Master_Port")));

	c->source_host = text(r, either(r, "Source_Host", "Master_Host"));
	c->source_user = text(r, either(r, "Source_User", "Master_User"));
	c->source_port = port > 0 && port < 65536 ? (unsigned)port : 0;
	c->source_uuid = text(r, either(r, "Source_UUID", "Master_UUID"));
	c->source_id = number_parse(get(r, either(r, "Source_Server_Id", "Master_Server_Id")));
	c->tls = strcmp(text(r, either(r, "Source_SSL_Allowed", "Master_SSL_Allowed")), "Yes") == 0;
}

static void read_threads(const struct reader *r, struct channel *c)
{
	c->receiver = (struct replica_thread){
		.state = state(get(r, either(r, "Replica_IO_Running", "Slave_IO_Running"))),
		.error = error_number(r, "Last_IO_Errno"),
		.text = text(r, "Last_IO_Error"),
		.doing = text(r, either(r, "Replica_IO_State", "Slave_IO_State")),
	};
	c->applier = (struct replica_thread){
		.state = state(get(r, either(r, "Replica_SQL_Running", "Slave_SQL_Running"))),
		.error = error_number(r, "Last_SQL_Errno"),
		.text = text(r, "Last_SQL_Error"),
		.doing = text(r, either(r, "Replica_SQL_Running_State", "Slave_SQL_Running_State")),
	};
	c->failed_at = 0;
	c->failed_gtid = "";
}

static void read_positions(const struct reader *r, const struct dialect *d, struct channel *c)
{
	const char *gtid = text(r, "Using_Gtid");

	c->read_file = text(r, either(r, "Source_Log_File", "Master_Log_File"));
	c->read_position =
		number_parse(get(r, either(r, "Read_Source_Log_Pos", "Read_Master_Log_Pos")));
	c->applied_file = text(r, either(r, "Relay_Source_Log_File", "Relay_Master_Log_File"));
	c->applied_position =
		number_parse(get(r, either(r, "Exec_Source_Log_Pos", "Exec_Master_Log_Pos")));
	c->relay_file = text(r, "Relay_Log_File");
	c->relay_bytes = number_parse(get(r, "Relay_Log_Space"));
	c->seconds_behind =
		number_parse(get(r, either(r, "Seconds_Behind_Source", "Seconds_Behind_Master")));
	c->delay = number_parse(get(r, "SQL_Delay"));
	c->remaining_delay = number_parse(get(r, "SQL_Remaining_Delay"));
	c->until = text(r, "Until_Condition");
	if (d->mariadb) {
		c->retrieved = text(r, "Gtid_IO_Pos");
		c->executed = text(r, "Gtid_Slave_Pos");
		c->auto_position = strcmp(gtid, "Slave_Pos") == 0 ||
				   strcmp(gtid, "Replica_Pos") == 0 ||
				   strcmp(gtid, "Current_Pos") == 0;
		c->gtid_demotes = strcmp(gtid, "Current_Pos") == 0;
	} else {
		c->retrieved = text(r, "Retrieved_Gtid_Set");
		c->executed = text(r, "Executed_Gtid_Set");
		c->auto_position = number_parse(get(r, "Auto_Position")) == 1;
	}
	c->heartbeats = number_parse(get(r, "Slave_received_heartbeats"));
	c->heartbeat_period_ms = -1;
}

static void read_filters(const struct reader *r, struct channel *c)
{
	static const char *const columns[] = {
		"Replicate_Do_DB",	   "Replicate_Ignore_DB",
		"Replicate_Do_Table",	   "Replicate_Ignore_Table",
		"Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table",
		"Replicate_Rewrite_DB",	   "Replicate_Do_Domain_Ids",
		"Replicate_Ignore_Domain_Ids",
	};
	cleanup_strbuf struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const char *value = text(r, columns[i]);

		if (*value)
			strbuf_addf(&all, "%s%s=%s", all.len ? ", " : "", columns[i], value);
	}
	c->filtered = all.len > 0;
	c->filters = arena_memdupz(r->arena, all.buf, all.len);
	c->ignores_servers = *text(r, either(r, "Replicate_Ignore_Server_Ids",
					     "Replicate_Ignore_Server_Ids"));
}

/* MariaDB 11.6 gives local times without a zone; only their differences can be trusted. */
static void read_event_times(const struct reader *r, const struct dialect *d, struct channel *c)
{
	if (!dialect_can(d, CAN_EVENT_TIMES))
		return;
	c->last_queued_commit = server_time_parse(get(r, "Master_last_event_time"));
	c->last_applied_commit = server_time_parse(get(r, "Slave_last_event_time"));
}

void channels_read(struct arena *a, const struct dialect *d, const struct rows *rows,
		   struct channels *ret)
{
	size_t count = rows->count < LIMIT_CHANNELS ? rows->count : LIMIT_CHANNELS;

	ret->items = arena_zalloc(a, (count + 1) * sizeof(*ret->items));
	ret->len = count;
	for (size_t i = 0; i < count; i++) {
		struct reader r = { rows, i, a, dialect_can(d, CAN_SOURCE_NAMES) };
		struct channel *c = &ret->items[i];

		c->name = text(&r, d->mariadb ? "Connection_name" : "Channel_Name");
		read_source(&r, c);
		read_threads(&r, c);
		read_positions(&r, d, c);
		read_filters(&r, c);
		read_event_times(&r, d, c);
	}
}

static struct channel *find(const struct channels *c, const char *name)
{
	for (size_t i = 0; name && i < c->len; i++)
		if (strcmp(c->items[i].name, name) == 0)
			return &c->items[i];
	return NULL;
}

static server_time newer(server_time a, server_time b)
{
	return a > b ? a : b;
}

static server_time older_known(server_time a, server_time b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

void channels_read_connections(struct arena *a, struct channels *c, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct reader r = { rows, i, a, true };
		struct channel *ch = find(c, get(&r, "CHANNEL_NAME"));

		if (!ch)
			continue;
		ch->last_contact =
			newer(server_time_parse(get(&r, "LAST_HEARTBEAT_TIMESTAMP")),
			      server_time_parse(
				      get(&r, "LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP")));
		ch->last_queued_commit = server_time_parse(
			get(&r, "LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP"));
		ch->heartbeats = number_parse(get(&r, "COUNT_RECEIVED_HEARTBEATS"));
		/* More is there than was read when only a part of a transaction has come. */
		if (*text(&r, "RECEIVED_TRANSACTION_SET"))
			ch->retrieved = text(&r, "RECEIVED_TRANSACTION_SET");
	}
}

void channels_read_workers(struct arena *a, struct channels *c, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct reader r = { rows, i, a, true };
		struct channel *ch = find(c, get(&r, "CHANNEL_NAME"));
		unsigned number = error_number(&r, "LAST_ERROR_NUMBER");

		if (!ch)
			continue;
		ch->last_applied_commit = newer(
			ch->last_applied_commit,
			server_time_parse(
				get(&r, "LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP")));
		ch->applying_commit = older_known(
			ch->applying_commit,
			server_time_parse(
				get(&r, "APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP")));
		if (number == 0 || ch->failed_at)
			continue;
		/* The coordinator only says that a worker failed; the worker says why. */
		ch->failed_at = server_time_parse(get(&r, "LAST_ERROR_TIMESTAMP"));
		ch->failed_gtid = text(&r, "APPLYING_TRANSACTION");
		ch->applier.error = number;
		ch->applier.text = text(&r, "LAST_ERROR_MESSAGE");
	}
}
