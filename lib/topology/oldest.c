/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/oldest.h"

#include "base/strbuf.h"

#include <string.h>

/* MariaDB knowledge base, "COM_BINLOG_DUMP", "Binlog Event Header", "GTID_EVENT". */
#define COM_BINLOG_DUMP 0x12
#define BINLOG_DUMP_NON_BLOCK 1
#define GTID_EVENT 162
#define EVENT_HEADER 19
#define PACKET_EOF 0xfe
/* Before the first GTID event stand a rotation, a format description, a list and a checkpoint. */
#define EVENTS_MOST 64

static int prepare(struct connection *c, const char *applied, struct error *err)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	struct result *none[6] = { NULL };
	int r;

	strbuf_addstr(&sql, "SET @mariadb_slave_capability = 4; SET @slave_connect_state = ");
	connection_quote(c, &sql, applied, strlen(applied));
	strbuf_addstr(&sql, "; SET @slave_gtid_strict_mode = 0; SET @slave_gtid_ignore_duplicates "
			    "= 0; SET @master_binlog_checksum = @@global.binlog_checksum; SET "
			    "@master_heartbeat_period = 0");
	r = connection_query_many(c, sql.buf, none, 6, err);
	for (size_t i = 0; i < 6; i++)
		result_free(none[i]);
	return r;
}

int oldest_missing(const struct connection_options *opts, const char *applied, struct channel *c,
		   struct error *err)
{
	/* Position 4, flags, server id 0: a client that wants no more than what is there. */
	static const unsigned char body[10] = { 4, 0, 0, 0, BINLOG_DUMP_NON_BLOCK };
	cleanup_connection struct connection *conn = NULL;

	if (connection_open(opts, &conn, err) < 0 || prepare(conn, applied, err) < 0 ||
	    connection_command(conn, COM_BINLOG_DUMP, body, sizeof(body), err) < 0)
		return -err->class;
	for (int i = 0; i < EVENTS_MOST; i++) {
		const unsigned char *p;
		size_t len;

		if (connection_read_packet(conn, &p, &len, err) < 0)
			return -err->class;
		if (len == 0 || (p[0] == PACKET_EOF && len < 9))
			return 0;
		if (len < 1 + EVENT_HEADER || p[5] != GTID_EVENT)
			continue;
		c->oldest_missing = (server_time)((uint32_t)p[1] | (uint32_t)p[2] << 8 |
						  (uint32_t)p[3] << 16 | (uint32_t)p[4] << 24) *
				    1000000;
		return 0;
	}
	return 0;
}
