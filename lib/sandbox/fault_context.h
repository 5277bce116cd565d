/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the faults of lib/sandbox share: the inside of fault.h. */

#include "sandbox/fault.h"
#include "sandbox/server.h"
#include "sandbox/sql.h"

struct fault_context {
	struct sandbox *sandbox;
	size_t i; /* the instance that is broken */
	size_t source; /* whom it follows; itself if nobody */
	const struct fault *fault;
	/* Opened when first asked for. */
	struct connection *on_target, *on_source;
	struct server_program *program;
};

const struct sandbox_instance *fault_target(const struct fault_context *c);
const struct sandbox_instance *fault_source(const struct fault_context *c);
/* Another replica of the same source, or NULL. */
const struct sandbox_instance *fault_sibling(const struct fault_context *c);
int fault_connect(struct fault_context *c, bool source, struct connection **ret,
		  struct error *err);
/* Closes the connections: their server is ended, or was. */
void fault_disconnect(struct fault_context *c);
int fault_program(struct fault_context *c, struct error *err);

/*
 * A fault as a list of steps, and the list that takes it back. A statement is written once where
 * both vendors take the same.
 */
enum step_kind {
	STEP_END,
	STEP_TARGET,	/* SQL on the broken instance */
	STEP_LOCAL,	/* the same, not in its binary log, in spite of read only */
	STEP_SOURCE,	/* SQL on its source */
	STEP_CATCH_UP,	/* the target applies all that the source has */
	STEP_APPLIER,	/* waits until the target's applier has stopped with this error */
	STEP_RECEIVER,	/* waits until its receiver has failed with this error */
	STEP_GOES_ON,	/* starts both threads of the target */
};

struct fault_step {
	enum step_kind kind;
	const char *mariadb, *mysql; /* mysql NULL: the same; "": none */
	unsigned error, error_mysql; /* 0: the same */
};

int fault_run(struct fault_context *c, const struct fault_step *steps, struct error *err);
/* Waits until a field of the target's replica state has this value. */
int fault_await_field(struct fault_context *c, const char *field, const char *value,
		      struct error *err);
/* The word of the vendor: SLAVE or REPLICA, MASTER or SOURCE. */
const char *fault_replica_word(const struct fault_context *c);
const char *fault_source_word(const struct fault_context *c);

/* The folder of an instance's data; another one while its disk is full. */
char *fault_data(const struct sandbox_instance *i);
/* A file in it. */
char *fault_data_file(const struct sandbox_instance *i, const char *name);
/* Starts the target's server; options of a fault are in its conf.d. */
int fault_start_server(struct fault_context *c, struct error *err);
int fault_stop_server(struct fault_context *c, int64_t grace, struct error *err);
/*
 * SQL on the target that its binary log gets, in spite of read only. MariaDB's transaction is of
 * this domain, unless it is 0.
 */
int fault_write_on_target(struct fault_context *c, unsigned domain, const char *sql,
			  struct error *err);
/* Makes the target follow its source at another address, or at the source's own again. */
int fault_follow(struct fault_context *c, const char *host, unsigned port, struct error *err);
int fault_follow_source(struct fault_context *c, struct error *err);
/*
 * May a fault write on the source when the target is cut off? Not where the target alone could
 * acknowledge it: the write would wait for ever.
 */
bool fault_may_write(const struct fault_context *c);
/* Writes there, if it may. */
int fault_write_on_source(struct fault_context *c, const char *sql, struct error *err);
/* MySQL: restarts the target with another one's UUID, or with its own again. */
int fault_take_uuid(struct fault_context *c, const struct sandbox_instance *of, struct error *err);
int fault_own_uuid(struct fault_context *c, struct error *err);
/* Writes or (text NULL) removes the fault's file in conf.d, which the server reads at its start. */
int fault_set_options(struct fault_context *c, const char *text, struct error *err);
/* Stops the server, sets the fault's options, starts it, and replication if it follows somebody. */
int fault_restart_with(struct fault_context *c, const char *text, struct error *err);

/* The functions of the table, by file. */
#define FAULT_FUNCTIONS(X)                                                                         \
	X(kill) X(hang) X(same_server_id) X(same_uuid) X(wrong_password) X(wrong_port)             \
	X(errant_empty) X(errant_rows) X(out_of_order) X(delay) X(binlog_off) X(gtid_off) X(ring)  \
	X(clock_skew) X(broken_relay_log) X(lag) X(long_transaction) X(lock_wait)                  \
	X(huge_transaction) X(semi_sync_waiting) X(semi_sync_fallen_back) X(unknown_source)        \
	X(cut_link) X(slow_link) X(half_open_link) X(full_disk) X(same_id_replicas)                \
	X(no_quorum) X(lost_relay_log) X(bad_binlog)

#define FAULT_DECLARE(name)                                                                        \
	int fault_make_##name(struct fault_context *c, struct error *err);                         \
	int fault_heal_##name(struct fault_context *c, struct error *err);
FAULT_FUNCTIONS(FAULT_DECLARE)
#undef FAULT_DECLARE
int fault_can_clock_skew(struct fault_context *c, struct error *err);
int fault_can_full_disk(struct fault_context *c, struct error *err);
int fault_make_purged_logs(struct fault_context *c, struct error *err);
