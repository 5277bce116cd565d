/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/grants.h"

#include <string.h>

#define LOOK                                                                                       \
	(READ_REPLICA_STATUS | READ_BINARY_LOGS | READ_REPLICAS | READ_PERFORMANCE | READ_SESSIONS)

const struct grants_command grants_commands[] = {
	{ "status", LOOK },
	{ "lag", LOOK | READ_STREAM },
	{ "check", LOOK | READ_STREAM },
	{ "binlog list", LOOK | READ_STREAM },
	{ "binlog position", READ_BINARY_LOGS },
	{ "binlog dump", READ_STREAM },
	{ "binlog fetch", READ_BINARY_LOGS | READ_STREAM },
	{ "gtid compare", LOOK },
	{ "gtid errant", LOOK | READ_STREAM },
	{ "sql", LOOK | READ_TABLES },
	{ NULL, 0 },
};

/*
 * In the order in which they are printed; of the rows of one reading and vendor the last one that
 * the version has counts. Sources: MySQL manual "Privileges Provided by MySQL"; MariaDB
 * documentation "GRANT", where 10.5.2 split REPLICATION CLIENT and 10.5.9 made SLAVE MONITOR,
 * which may be called REPLICA MONITOR as well.
 */
static const struct privilege privileges[] = {
	{ READ_REPLICA_STATUS, false, 0, "REPLICATION CLIENT", "*.*", "the state of replication" },
	{ READ_REPLICA_STATUS, true, 0, "REPLICATION CLIENT", "*.*", "the state of replication" },
	{ READ_REPLICA_STATUS, true, 100509, "REPLICA MONITOR", "*.*", "the state of replication" },
	{ READ_BINARY_LOGS, false, 0, "REPLICATION CLIENT", "*.*", "files and position of logs" },
	{ READ_BINARY_LOGS, true, 0, "REPLICATION CLIENT", "*.*", "files and position of logs" },
	{ READ_BINARY_LOGS, true, 100502, "BINLOG MONITOR", "*.*", "files and position of logs" },
	{ READ_REPLICAS, false, 0, "REPLICATION SLAVE", "*.*", "which replicas are registered" },
	{ READ_REPLICAS, true, 0, "REPLICATION SLAVE", "*.*", "which replicas are registered" },
	{ READ_REPLICAS, true, 100502, "REPLICATION MASTER ADMIN", "*.*",
	  "which replicas are registered" },
	{ READ_STREAM, false, 0, "REPLICATION SLAVE", "*.*", "the events of the binary log" },
	{ READ_STREAM, true, 0, "REPLICATION SLAVE", "*.*", "the events of the binary log" },
	{ READ_PERFORMANCE, false, 0, "SELECT", "performance_schema.*",
	  "commit times, workers, waiting threads" },
	{ READ_SESSIONS, true, 0, "PROCESS", "*.*", "sessions that wait" },
	{ READ_TABLES, false, 0, "SELECT", "*.*", "the tables that you ask; narrow it as you like" },
	{ READ_TABLES, true, 0, "SELECT", "*.*", "the tables that you ask; narrow it as you like" },
};

const struct grants_command *grants_find(const char *words)
{
	for (const struct grants_command *c = grants_commands; c->words; c++)
		if (strcmp(c->words, words) == 0)
			return c;
	return NULL;
}

static bool is_later(const struct privilege *p, const struct privilege *than, unsigned version)
{
	return p->reading == than->reading && p->mariadb == than->mariadb &&
	       p->since <= version && p->since > than->since;
}

static bool replaced(const struct privilege *p, unsigned version)
{
	for (size_t i = 0; i < sizeof(privileges) / sizeof(*privileges); i++)
		if (is_later(&privileges[i], p, version))
			return true;
	return false;
}

/* It is in ret already, for another reading. */
static bool is_given(const struct privilege *p, const struct privilege *const *ret, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(ret[i]->privilege, p->privilege) == 0 &&
		    strcmp(ret[i]->on, p->on) == 0)
			return true;
	return false;
}

size_t grants_for(unsigned readings, bool mariadb, unsigned version,
		  const struct privilege *ret[GRANTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(privileges) / sizeof(*privileges) && n < GRANTS_MAX; i++) {
		const struct privilege *p = &privileges[i];

		if ((readings & p->reading) && p->mariadb == mariadb && p->since <= version &&
		    !replaced(p, version) && !is_given(p, ret, n))
			ret[n++] = p;
	}
	return n;
}
