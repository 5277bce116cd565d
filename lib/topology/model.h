/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A cluster as it was read: facts of each instance, as its server told them, and what follows from
 * all of them together (who follows whom, what is missing, who has what nobody else has).
 * discover.c fills the facts, relate.c derives, diagnose.c judges, cmd/ shows. Nothing in here
 * talks to a server, so every judgement can be tested with facts made by hand.
 *
 * Texts live in the arena of the topology, unknown ones are "". Unknown numbers are -1, and
 * switches are -1 unknown, 0 off, 1 on.
 */

#include "mysql/binlog/logs.h"
#include "mysql/dialect/replica_status.h"
#include "mysql/gtid.h"

struct dialect;

enum reach {
	REACH_OK,
	REACH_DOWN,    /* refused, no route: nothing listens there */
	REACH_SILENT,  /* no answer in time */
	REACH_NO_NAME, /* the name has no address */
	REACH_DENIED,  /* login refused */
	REACH_FULL,    /* too many connections, host blocked */
	REACH_BROKEN,  /* answered, but not as a server should: TLS, protocol, cut */
};

enum role {
	ROLE_UNKNOWN,
	ROLE_PRIMARY,
	ROLE_REPLICA,
	ROLE_GROUP_PRIMARY,
	ROLE_GROUP_SECONDARY,
	ROLE_STANDALONE,
};
/* "primary", "group-secondary", … */
const char *role_name(enum role r);

enum lag_method {
	LAG_UNKNOWN,
	LAG_NOTHING_MISSING, /* everything that the source had is applied */
	LAG_COMMIT_TIME,     /* commit time of what is being applied */
	LAG_LAST_APPLIED,    /* commit time of what was applied last: an upper bound */
	LAG_DELAY,	     /* the wanted delay and what remains of it */
	LAG_SERVER,	     /* the server's own seconds */
	LAG_SAMPLES,	     /* positions of the source sampled over time */
	LAG_BINLOG,	     /* time of the first missing event in the source's binlog */
};
const char *lag_method_name(enum lag_method m);

/*
 * Seconds are of the source's clock where it could be read. The truth lies within
 * seconds ± error; at_most: it may also be less, down to at_least.
 */
struct lag {
	enum lag_method method;
	double seconds, error; /* seconds < 0: unknown */
	bool at_most;
	double at_least;       /* also where seconds are unknown */
	double transport;      /* how old the newest received is behind the newest there is; < 0 */
	double last_contact;   /* seconds since the source was last heard, < 0: unknown */
	int64_t transactions;  /* that the source has and this has not, -1: unknown */
	bool transactions_at_most;
	int64_t not_received;  /* of those, not even received */
	int64_t bytes;	       /* of relay log not applied, or of binlog not read; -1 */
	double eta;	       /* seconds until nothing is missing, < 0: unknown */
	const char *reason;    /* why, "" */
};

struct link {
	struct channel *status;
	struct instance *source; /* NULL: not among the instances */
	struct lag lag;
};

/* A replica that registered itself with its source. */
struct registered {
	int64_t server_id;
	const char *host;
	unsigned port;
};

struct group_member {
	const char *uuid, *host, *state, *role;
	unsigned port;
};

/* Semi-synchronous replication, both sides; server variables and status. */
struct semisync {
	int source_enabled, source_active; /* active: not fallen back */
	int64_t clients, wait_for, waiting, timeout_ms;
	int replica_enabled, replica_active;
};

/* One reading of what a server holds; texts as the server printed them. */
struct gtid_reading {
	bool known;
	struct gtid_set executed; /* MySQL gtid_executed, MariaDB gtid_binlog_pos and slave_pos */
	struct gtid_set state;	  /* MySQL the same, MariaDB gtid_binlog_state */
	struct gtid_set applied;  /* MariaDB gtid_slave_pos */
	int64_t at;		  /* our clock, microseconds since 1970: the question was sent */
	int64_t until;		  /* and answered */
};

struct instance {
	/* Where it is. */
	const char *name, *host, *socket; /* socket or NULL */
	unsigned port;
	size_t index; /* in the topology's items */
	bool found;   /* not named by the user: another server told of it */
	/* Did it answer, and if not, why. */
	enum reach reach;
	const char *why, *hint;
	unsigned why_number;
	/* Who it is. */
	const struct dialect *dialect;
	bool mariadb;
	unsigned version;
	const char *version_text;
	int64_t server_id;
	const char *uuid, *hostname, *report_host;
	unsigned own_port;
	/* How it is set. */
	int read_only, super_read_only, offline;
	int log_bin, log_updates, gtid_on, gtid_strict;
	const char *gtid_mode, *binlog_format;
	int64_t sync_binlog, flush_log, relay_log_recovery, max_packet;
	struct binlog_expiry expire; /* of its binlogs */
	struct semisync semisync;
	/* How it is. */
	int64_t uptime, connections, max_connections, running;
	int disk_full;
	const char *disk_full_where;
	const char *binlog_file;
	int64_t binlog_position;
	const char *gtid_text;	 /* what it holds, as JSON and people see it */
	struct gtid_set purged;	 /* no longer in its binlog */
	/*
	 * In this order: all; those that follow somebody; those that are followed. So what a source
	 * had first and a replica has not yet is missing, and what a replica has and its source
	 * has not even afterwards is errant; on a busy server any other order shows both falsely.
	 */
	struct gtid_reading first, second, last;
	/* Its clock minus ours, microseconds, and how wrong that may be. */
	int64_t clock_offset, clock_error; /* error < 0: unknown */
	bool channels_known; /* it may be a replica that does not show it to us */
	struct channels channels;
	struct registered *registered;
	size_t registered_count;
	struct group_member *group;
	size_t group_count;
	const char *group_state, *group_role; /* of itself */
	const char *missing_rights; /* "REPLICATION CLIENT": for want of it not all was read */

	/* Derived by relate.c. */
	enum role role;
	bool writable;
	struct link *links; /* one for each of its channels, when they were last linked */
	size_t link_count;
	size_t followers;   /* instances with a link to it */
	bool in_ring;
	bool shares_replica;	/* one of the roots that a multi-source replica follows */
	/* A writer that nobody follows: the replica that once did, and now follows others. */
	const struct instance *left_by;
	struct gtid_set errant; /* it has them and none of those it follows has */
	/* Of those, what its root wrote itself: lost there, or not committed yet. */
	struct gtid_set ahead;
	bool errant_known;
	struct instance *root; /* the top of what it follows, itself for a primary; NULL: unknown */
};

struct topology {
	struct arena *arena;
	const char *name;  /* of the cluster */
	const char *words; /* how a command line names it, for next commands */
	struct instance **items; /* in the arena: pointers to them stay good */
	size_t len, alloc;
	bool partial;	  /* something could not be read */
	int64_t taken_at; /* microseconds since 1970 of our clock */
	/* Derived. */
	size_t writers;
	struct instance *primary; /* the proven writer, or who was elected; NULL */
	bool multi_source;	  /* some replica follows two roots on purpose */
};

struct topology *topology_new(const char *name, const char *words);
/* Adds an instance with everything unknown. */
struct instance *topology_add(struct topology *t, const char *name);
/* By name, or NULL. */
struct instance *topology_find(const struct topology *t, const char *name);
void topology_free(struct topology *t);

static inline void cleanup_topology_fn(struct topology **t)
{
	topology_free(*t);
}
#define cleanup_topology __attribute__((cleanup(cleanup_topology_fn)))

/*
 * Fills everything that is derived. May be called again when readings changed. Never fails: what
 * cannot be told stays unknown.
 */
void topology_relate(struct topology *t);
/* Only the links of one instance: whom its channels follow, as far as is known by now. */
void topology_link(struct topology *t, struct instance *i);
