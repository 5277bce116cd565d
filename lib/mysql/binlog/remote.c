/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/remote.h"

#include <string.h>

#include "base/strbuf.h"
#include "mysql/binlog/stream.h"

/* Does the file begin before all that is wanted? */
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

/*
 * The newest file that begins before all that is wanted. If none does, the oldest has what is left
 * of it.
 */
static int find_file(struct connection *c, const struct gtid_set *wanted, struct strbuf *ret,
		     struct error *err)
{
	cleanup_result struct result *files = NULL;
	bool before = false;
	size_t row;
	int r = connection_query(c, "SHOW BINARY LOGS", &files, err);

	if (r < 0)
		return r;
	for (row = files ? result_rows(files) : 0; row > 0 && r == 0 && !before; row--)
		r = begins_before(c, result_cell(files, row - 1, 0, NULL), wanted, &before, err);
	if (r < 0)
		return r;
	if (!files || result_rows(files) == 0)
		return error_set(err, ERR_FAILED, "'%s' has no binlog", connection_label(c));
	strbuf_addstr(ret, result_cell(files, row, 0, NULL));
	return 0;
}

static int start(struct binlog_stream *stream, struct connection *c, const struct gtid_set *wanted,
		 const struct gtid_set *executed, struct error *err)
{
	cleanup_gtid_set struct gtid_set have = GTID_SET_INIT;
	cleanup_strbuf struct strbuf file = STRBUF_INIT;
	struct binlog_stream_options from = { 0 };
	int r;

	if (connection_server(c)->mariadb) {
		r = find_file(c, wanted, &file, err);
		from.file = file.buf;
	} else {
		/*
		 * The server leaves out what we say we have: everything but what is wanted. That
		 * includes what it has purged, which it could not send.
		 */
		r = gtid_set_subtract(executed, wanted, &have, err);
		from.after = &have;
	}
	return r < 0 ? r : binlog_stream_start(stream, c, &from, err);
}

int binlog_remote_read(struct connection *c, const struct gtid_set *wanted,
		       const struct gtid_set *executed, struct binlog_decoder *d,
		       struct error *err)
{
	struct binlog_stream stream;
	int r = start(&stream, c, wanted, executed, err);

	while (r == 0) {
		const uint8_t *data;
		uint64_t position;
		size_t len;

		r = binlog_stream_next(&stream, &data, &len, &position, err);
		if (r <= 0)
			break;
		r = binlog_decoder_feed(d, position, data, len, err);
	}
	return r < 0 ? r : 0;
}
