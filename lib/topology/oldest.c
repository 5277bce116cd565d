/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/oldest.h"

#include "mysql/binlog/bytes.h"
#include "mysql/binlog/stream.h"
#include "mysql/binlog/types.h"

/* Before the first GTID event stand a rotation, a format description, a list and a checkpoint. */
#define EVENTS_MOST 64

int oldest_missing(const struct connection_options *opts, const struct gtid_set *applied,
		   struct channel *c, struct error *err)
{
	/* Without waiting: no more than what is there. */
	struct binlog_stream_options after = { .after = applied };
	cleanup_connection struct connection *conn = NULL;
	struct binlog_stream stream;

	if (connection_open(opts, &conn, err) < 0 ||
	    binlog_stream_start(&stream, conn, &after, err) < 0)
		return -err->class;
	for (int i = 0; i < EVENTS_MOST; i++) {
		const uint8_t *event;
		uint64_t position;
		size_t len;
		int r = binlog_stream_next(&stream, &event, &len, &position, err);

		if (r <= 0)
			return r;
		if (event[4] != BINLOG_MARIADB_GTID)
			continue;
		c->oldest_missing = (server_time)bytes_u32(event) * 1000000;
		return 0;
	}
	return 0;
}
