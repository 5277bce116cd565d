/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/unreceived.h"

#include "mysql/binlog/bytes.h"
#include "mysql/binlog/stream.h"
#include "mysql/binlog/types.h"

#include <string.h>

/* Before the first GTID event stand a rotation, a format description, a list and a checkpoint. */
#define EVENTS_MOST 64

/* MariaDB goes on from one position, MySQL from a set; *ret is empty before. */
static int has_received(const struct instance *i, const struct channel *c, struct gtid_set *ret,
			struct error *err)
{
	const struct gtid_set *applied = i->mariadb ? &i->second.applied : &i->second.executed;
	cleanup_gtid_set struct gtid_set got = GTID_SET_INIT, none = GTID_SET_INIT;
	bool position = i->mariadb && *c->retrieved;

	if (gtid_set_parse(&got, c->retrieved, strlen(c->retrieved), NULL, err) < 0)
		return -err->class;
	return gtid_set_union(&got, position ? &none : applied, ret, err);
}

static bool begins_transaction(uint8_t type)
{
	return type == BINLOG_MARIADB_GTID || type == BINLOG_GTID || type == BINLOG_GTID_TAGGED;
}

int unreceived_find(const struct connection_options *opts, const struct instance *replica,
		    struct channel *c, struct error *err)
{
	cleanup_gtid_set struct gtid_set has = GTID_SET_INIT;
	/* Without waiting: no more than what is there. */
	struct binlog_stream_options after = { .after = &has };
	cleanup_connection struct connection *conn = NULL;
	struct binlog_stream stream;

	if (has_received(replica, c, &has, err) < 0 || connection_open(opts, &conn, err) < 0 ||
	    binlog_stream_start(&stream, conn, &after, err) < 0)
		return -err->class;
	for (int i = 0; i < EVENTS_MOST; i++) {
		const uint8_t *event;
		uint64_t position;
		size_t len;
		int r = binlog_stream_next(&stream, &event, &len, &position, err);

		if (r < 0)
			c->unreceived_purged = err->message && strstr(err->message, "purged");
		if (r <= 0)
			return r;
		if (!begins_transaction(event[4]))
			continue;
		c->oldest_unreceived = (server_time)bytes_u32(event) * 1000000;
		return 0;
	}
	return 0;
}
