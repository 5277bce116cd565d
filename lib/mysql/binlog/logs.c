/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/logs.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/binlog/decoder.h"
#include "mysql/binlog/stream.h"
#include "mysql/connection.h"
#include "mysql/dialect/replica_status.h"

#define ER_NO_BINARY_LOGGING 1381
#define SECONDS_OF_DAY 86400
#define SECONDS_OF_HOUR 3600
/* The format and the GTIDs come first; MariaDB may have a key in between. */
#define EVENTS_MOST 8

/* In one list, so that a server answers for those that it has. */
static const char settings[] =
	"SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', "
	"'expire_logs_days', 'binlog_expire_logs_auto_purge', 'max_binlog_total_size', "
	"'gtid_executed', 'gtid_binlog_state')";

/* Days are for servers that do not know seconds; those that know both have one of them zero. */
int64_t binlog_expiry_seconds(const struct binlog_expiry *e)
{
	if (e->off)
		return 0;
	if (e->seconds > 0)
		return e->seconds;
	if (e->days > 0)
		return (int64_t)(e->days * SECONDS_OF_DAY);
	return e->seconds < 0 && e->days < 0 ? -1 : 0;
}

static char *without_line_ends(const char *text)
{
	char *copy = xstrdup(text), *to = copy;

	for (const char *from = text; *from; from++)
		if (*from != '\n')
			*to++ = *from;
	*to = '\0';
	return copy;
}

static void read_settings(struct binlog_logs *logs, const struct result *r)
{
	struct binlog_expiry e = { .seconds = -1, .days = -1 };

	for (size_t i = 0; i < result_rows(r); i++) {
		const char *name = result_cell(r, i, 0, NULL), *value = result_cell(r, i, 1, NULL);

		if (!name || !value)
			continue;
		if (strcmp(name, "binlog_expire_logs_seconds") == 0)
			e.seconds = number_parse(value);
		else if (strcmp(name, "expire_logs_days") == 0)
			e.days = strtod(value, NULL);
		else if (strcmp(name, "binlog_expire_logs_auto_purge") == 0)
			e.off = strcasecmp(value, "ON") != 0;
		else if (strcmp(name, "max_binlog_total_size") == 0)
			logs->max_bytes = number_parse(value);
		else if (!logs->holds)
			logs->holds = without_line_ends(value);
	}
	logs->expire = binlog_expiry_seconds(&e);
}

static void read_files(struct binlog_logs *logs, const struct result *r, bool mariadb)
{
	logs->items = xcalloc(result_rows(r) + 1, sizeof(*logs->items));
	for (size_t i = 0; i < result_rows(r); i++) {
		const char *file = result_cell(r, i, 0, NULL);
		const char *encrypted = result_get(r, i, "Encrypted");
		struct binlog_log *l = &logs->items[logs->len];

		if (!file)
			continue;
		l->file = xstrdup(file);
		l->size = number_parse(result_cell(r, i, 1, NULL));
		l->encryption = mariadb ? BINLOG_ENCRYPTION_UNKNOWN
				: encrypted && strcasecmp(encrypted, "Yes") == 0
					? BINLOG_ENCRYPTED_FILE
					: BINLOG_PLAIN;
		if (l->size > 0)
			logs->bytes += l->size;
		logs->len++;
	}
}

int binlog_logs_read(struct binlog_logs *ret, struct connection *c, struct error *err)
{
	cleanup_result struct result *files = NULL, *set = NULL, *now = NULL;
	int r = connection_query(c, "SHOW BINARY LOGS", &files, err);

	if (r < 0 && err->origin == ER_NO_BINARY_LOGGING) {
		error_release(err);
		*err = (struct error)ERROR_INIT;
		ret->off = true;
		return 0;
	}
	/* The files first: what is written afterwards belongs to the last one. */
	if (r < 0 || connection_query(c, settings, &set, err) < 0 ||
	    connection_query(c, "SELECT UNIX_TIMESTAMP()", &now, err) < 0)
		return -err->class;
	if (files)
		read_files(ret, files, connection_server(c)->mariadb);
	if (set)
		read_settings(ret, set);
	if (now && result_rows(now) > 0)
		ret->now = number_parse(result_cell(now, 0, 0, NULL));
	return 0;
}

static int on_event(void *arg, const struct binlog_event *e, struct error *err)
{
	struct binlog_log *l = arg;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)err;
	if (e->kind == KIND_FORMAT)
		l->first = e->timestamp;
	/* Between the format and the GTIDs. */
	if (e->kind == KIND_ENCRYPTION)
		l->encryption = BINLOG_ENCRYPTED_EVENTS;
	else if (e->kind == KIND_GTIDS && l->encryption == BINLOG_ENCRYPTION_UNKNOWN)
		l->encryption = BINLOG_PLAIN;
	if (e->kind == KIND_GTIDS && !l->before && binlog_gtids_print(e, &text))
		l->before = xstrdup(text.len ? text.buf : "");
	return l->before != NULL || e->kind == KIND_GTID;
}

int binlog_logs_look(struct binlog_logs *logs, size_t i, const struct connection_options *opts,
		     struct error *err)
{
	struct binlog_log *l = &logs->items[i];
	cleanup_connection struct connection *c = NULL;
	cleanup_binlog_decoder struct binlog_decoder *d = binlog_decoder_new(on_event, l);
	const struct binlog_stream_options from = { .file = l->file };
	struct binlog_stream stream;
	int r = connection_open(opts, &c, err);

	if (r < 0)
		return r;
	binlog_decoder_file(d, l->file);
	binlog_decoder_stream(d);
	r = binlog_stream_start(&stream, c, &from, err);
	for (int n = 0; r == 0 && n < EVENTS_MOST; n++) {
		const uint8_t *data;
		uint64_t position;
		size_t len;

		r = binlog_stream_next(&stream, &data, &len, &position, err);
		if (r > 0)
			r = binlog_decoder_feed(d, position, data, len, err);
		else if (r == 0)
			break;
	}
	return r < 0 ? r : 0;
}

ptrdiff_t binlog_logs_find(const struct binlog_logs *logs, const char *file)
{
	for (size_t i = 0; i < logs->len; i++)
		if (strcmp(logs->items[i].file, file) == 0)
			return (ptrdiff_t)i;
	return -1;
}

int64_t binlog_logs_rate(const struct binlog_logs *logs)
{
	int64_t span = logs->len ? logs->now - logs->items[0].first : 0;

	if (span <= 0 || logs->items[0].first == 0)
		return -1;
	return (int64_t)((double)logs->bytes * SECONDS_OF_HOUR / (double)span);
}

/* When all files from i on will be as large as the limit. */
static int64_t gone_by_size(const struct binlog_logs *logs, size_t i)
{
	int64_t rate = binlog_logs_rate(logs), room = logs->max_bytes;

	if (logs->max_bytes <= 0 || rate <= 0)
		return 0;
	for (; i < logs->len; i++)
		room -= logs->items[i].size;
	if (room <= 0)
		return logs->now;
	return logs->now + (int64_t)((double)room / (double)rate * SECONDS_OF_HOUR);
}

int64_t binlog_logs_gone(const struct binlog_logs *logs, size_t i)
{
	int64_t by_size, by_age = 0;

	if (i + 1 >= logs->len)
		return 0;
	/* The last write to a file is when the next one was begun. */
	if (logs->expire > 0 && logs->items[i + 1].first)
		by_age = logs->items[i + 1].first + logs->expire;
	by_size = gone_by_size(logs, i);
	return by_age && (!by_size || by_age < by_size) ? by_age : by_size;
}

char *binlog_logs_gtids(const struct binlog_logs *logs, size_t i)
{
	cleanup_gtid_set struct gtid_set from = GTID_SET_INIT, to = GTID_SET_INIT,
					 in = GTID_SET_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error ignored = ERROR_INIT;
	const char *before = logs->items[i].before;
	const char *after = i + 1 < logs->len ? logs->items[i + 1].before : logs->holds;

	if (!before || !after ||
	    gtid_set_parse(&from, before, strlen(before), NULL, &ignored) < 0 ||
	    gtid_set_parse(&to, after, strlen(after), NULL, &ignored) < 0 ||
	    gtid_set_subtract(&to, &from, &in, &ignored) < 0)
		return NULL;
	gtid_set_print(&in, ",", &text);
	return xstrdup(text.len ? text.buf : "");
}

void binlog_logs_release(struct binlog_logs *logs)
{
	for (size_t i = 0; i < logs->len; i++) {
		free(logs->items[i].file);
		free(logs->items[i].before);
	}
	free(logs->items);
	free(logs->holds);
	*logs = (struct binlog_logs)BINLOG_LOGS_INIT;
}
