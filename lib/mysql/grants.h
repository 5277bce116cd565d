/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What each command that looks at servers reads, and which privileges that takes on which server.
 * The two tables in grants.c stand for one truth: a command's row names what it reads, a reading's
 * rows name what that takes. tests/servers/grants.bats logs in with exactly these.
 */

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum reading {
	READ_REPLICA_STATUS = 1 << 0, /* SHOW REPLICA STATUS */
	READ_BINARY_LOGS = 1 << 1,    /* SHOW BINARY LOGS, SHOW BINARY LOG STATUS */
	READ_REPLICAS = 1 << 2,	      /* SHOW REPLICAS */
	READ_PERFORMANCE = 1 << 3,    /* replication tables and threads of performance_schema */
	READ_SESSIONS = 1 << 4,	      /* information_schema.PROCESSLIST (MariaDB) */
	READ_STREAM = 1 << 5,	      /* the binary log itself */
	READ_TABLES = 1 << 6,	      /* whatever a user selects from */
};

struct grants_command {
	const char *words; /* "binlog dump" */
	unsigned readings;
};

/* Ended by words == NULL. */
extern const struct grants_command grants_commands[];
const struct grants_command *grants_find(const char *words);

struct privilege {
	enum reading reading;
	bool mariadb;
	unsigned since; /* first version that has it under this name */
	const char *privilege, *on, *why;
};

/*
 * Calls for each privilege that the readings take on such a server, in a fixed order: fills ret
 * (room for GRANTS_MAX) and returns how many. Borrowed.
 */
#define GRANTS_MAX 8
size_t grants_for(unsigned readings, bool mariadb, unsigned version,
		  const struct privilege *ret[GRANTS_MAX]);
