/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include "base/memory.h"

/* Faults of what a replica wrote itself. */

#define ERRANT_DOMAIN 1001 /* of MariaDB: the errant transactions disturb no other domain */

int fault_write_on_target(struct fault_context *c, unsigned domain, const char *sql,
			  struct error *err)
{
	bool mysql = !c->sandbox->mariadb;
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	if (r == 0 && mysql)
		r = sql_do(on, err, "SET GLOBAL super_read_only = OFF");
	if (r == 0 && !mysql && domain)
		r = sql_do(on, err, "SET SESSION gtid_domain_id = %u", domain);
	if (r == 0)
		r = sql_do(on, err, "%s", sql);
	if (r == 0 && mysql)
		r = sql_do(on, err, "SET GLOBAL super_read_only = ON");
	/* The session's domain goes with it. */
	fault_disconnect(c);
	return r;
}

/* A GTID of the target's own that it does not hold yet. */
static int next_own_gtid(struct connection *on, char **ret, struct error *err)
{
	cleanup_free char *uuid = NULL;
	int r = sql_text(on, "SELECT @@server_uuid", &uuid, err);

	for (unsigned n = 1; r == 0; n++) {
		cleanup_free char *sql = xasprintf(
			"SELECT GTID_SUBSET('%s:%u', @@GLOBAL.gtid_executed)", uuid, n);
		cleanup_free char *held = NULL;

		r = sql_text(on, sql, &held, err);
		if (r == 0 && held && held[0] == '0') {
			*ret = xasprintf("%s:%u", uuid, n);
			return 0;
		}
	}
	return r;
}

static int empty_on_mysql(struct fault_context *c, struct error *err)
{
	cleanup_free char *gtid = NULL;
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	if (r == 0)
		r = next_own_gtid(on, &gtid, err);
	if (r == 0)
		r = sql_do(on, err, "SET GLOBAL super_read_only = OFF");
	if (r == 0)
		r = sql_do(on, err, "SET SESSION gtid_next = '%s'", gtid);
	if (r == 0)
		r = sql_run_all(on,
			    (const char *const[]){ "BEGIN", "COMMIT",
						   "SET SESSION gtid_next = 'AUTOMATIC'",
						   "SET GLOBAL super_read_only = ON", NULL },
			    err);
	return r;
}

int fault_make_errant_empty(struct fault_context *c, struct error *err)
{
	if (!c->sandbox->mariadb)
		return empty_on_mysql(c, err);
	/* MariaDB writes no transaction without a change; this changes nothing that is seen. */
	return fault_write_on_target(c, ERRANT_DOMAIN, "ANALYZE TABLE shop.orders", err);
}

/* The target forgets what it wrote itself: only where nobody follows it. */
static int forget_own(struct fault_context *c, struct error *err)
{
	bool mariadb = c->sandbox->mariadb;
	cleanup_free char *position = NULL;
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	if (r == 0)
		r = sql_do(on, err, "STOP %s", fault_replica_word(c));
	if (r == 0)
		r = sql_text(on,
			     mariadb ? "SELECT @@GLOBAL.gtid_slave_pos"
				     : "SELECT REPLACE(GTID_SUBTRACT(@@GLOBAL.gtid_executed, "
				       "CONCAT(@@server_uuid, ':1-1000000')), '\\n', '')",
			     &position, err);
	if (r == 0)
		r = sql_do(on, err, mariadb ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
	if (r == 0)
		r = sql_do(on, err, "SET GLOBAL %s = '%s'",
			   mariadb ? "gtid_slave_pos" : "gtid_purged", position ? position : "");
	if (r == 0)
		r = sql_do(on, err, "START %s", fault_replica_word(c));
	return r;
}

int fault_heal_errant_empty(struct fault_context *c, struct error *err)
{
	return forget_own(c, err);
}

int fault_make_errant_rows(struct fault_context *c, struct error *err)
{
	return fault_write_on_target(c, ERRANT_DOMAIN,
				     "INSERT INTO shop.orders VALUES (900004, 'errant')", err);
}

int fault_heal_errant_rows(struct fault_context *c, struct error *err)
{
	static const struct fault_step steps[] = {
		{ .kind = STEP_LOCAL, .mariadb = "DELETE FROM shop.orders WHERE id = 900004" },
		{ .kind = STEP_END }
	};
	int r = fault_run(c, steps, err);

	return r < 0 ? r : forget_own(c, err);
}

int fault_make_out_of_order(struct fault_context *c, struct error *err)
{
	static const struct fault_step behind[] = {
		{ .kind = STEP_SOURCE,
		  .mariadb = "INSERT INTO shop.orders (item) VALUES ('next')" },
		{ .kind = STEP_APPLIER, .error = 1950 },
		{ .kind = STEP_END }
	};
	static const struct fault_step before[] = { { .kind = STEP_CATCH_UP },
						    { .kind = STEP_END } };
	int r = fault_run(c, before, err);

	if (r == 0)
		r = fault_write_on_target(
			c, 0, "INSERT INTO shop.orders VALUES (900004, 'errant')", err);
	return r < 0 ? r : fault_run(c, behind, err);
}

int fault_heal_out_of_order(struct fault_context *c, struct error *err)
{
	return fault_heal_errant_rows(c, err);
}
