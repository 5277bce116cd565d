/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"
#include "sandbox/keeper.h"

/* Faults that last because somebody holds something, and those of semi-synchronous replication. */

static int keep(struct fault_context *c, struct error *err)
{
	return keeper_start(c->sandbox, fault_target(c), c->fault->name, err);
}

static int let_go(struct fault_context *c, struct error *err)
{
	return keeper_end(fault_target(c), c->fault->name, err);
}

int fault_make_lag(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = { { .kind = STEP_CATCH_UP },
						    { .kind = STEP_END } };
	struct connection *source = NULL;
	int r = fault_run(c, before, err);

	if (r == 0)
		r = keep(c, err);
	if (r == 0)
		r = fault_connect(c, true, &source, err);
	for (int i = 0; i < 20 && r == 0; i++)
		r = sql_do(source, err, "INSERT INTO shop.orders (item) VALUES ('late %d')", i);
	return r;
}

int fault_heal_lag(struct fault_context *c, struct error *err)
{
	static const struct fault_step behind[] = { { .kind = STEP_CATCH_UP },
						    { .kind = STEP_END } };
	int r = let_go(c, err);

	return r < 0 ? r : fault_run(c, behind, err);
}

int fault_make_lock_wait(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = {
		{ .kind = STEP_SOURCE, .mariadb = "REPLACE INTO shop.orders VALUES (900003, 'a')" },
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_TARGET, .mariadb = "SET GLOBAL innodb_lock_wait_timeout = 1" },
		{ .kind = STEP_TARGET,
		  .mariadb = "SET GLOBAL slave_transaction_retries = 0",
		  .mysql = "SET GLOBAL replica_transaction_retries = 0" },
		{ .kind = STEP_TARGET, .mariadb = "STOP ALL SLAVES", .mysql = "STOP REPLICA" },
		{ .kind = STEP_GOES_ON },
		{ .kind = STEP_END }
	};
	static const struct fault_step behind[] = {
		{ .kind = STEP_SOURCE,
		  .mariadb = "UPDATE shop.orders SET item = 'b' WHERE id = 900003" },
		{ .kind = STEP_APPLIER, .error = 1205 },
		{ .kind = STEP_END }
	};
	int r = fault_run(c, before, err);

	if (r == 0)
		r = keep(c, err);
	return r < 0 ? r : fault_run(c, behind, err);
}

int fault_heal_lock_wait(struct fault_context *c, struct error *err)
{
	static const struct fault_step steps[] = {
		{ .kind = STEP_TARGET, .mariadb = "SET GLOBAL innodb_lock_wait_timeout = 50" },
		{ .kind = STEP_TARGET,
		  .mariadb = "SET GLOBAL slave_transaction_retries = 10",
		  .mysql = "SET GLOBAL replica_transaction_retries = 10" },
		{ .kind = STEP_TARGET, .mariadb = "STOP ALL SLAVES", .mysql = "STOP REPLICA" },
		{ .kind = STEP_GOES_ON },
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_SOURCE, .mariadb = "DELETE FROM shop.orders WHERE id = 900003" },
		{ .kind = STEP_END }
	};
	int r = let_go(c, err);

	return r < 0 ? r : fault_run(c, steps, err);
}

int fault_make_long_transaction(struct fault_context *c, struct error *err)
{
	return keep(c, err);
}

int fault_heal_long_transaction(struct fault_context *c, struct error *err)
{
	return let_go(c, err);
}

/* Ten digits, six times: 200,000 rows in one statement, which is one transaction. */
int fault_make_huge_transaction(struct fault_context *c, struct error *err)
{
	static const char digits[] =
		"(SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL "
		"SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL "
		"SELECT 8 UNION ALL SELECT 9)";
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	if (r == 0)
		r = sql_do(on, err,
			   "CREATE TABLE IF NOT EXISTS shop.huge (id INT PRIMARY KEY, "
			   "text CHAR(100) NOT NULL)");
	if (r == 0)
		r = sql_do(on, err,
			   "REPLACE INTO shop.huge SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + "
			   "10000 * e.n + 100000 * f.n, 'row' FROM %s a, %s b, %s c, %s d, %s e, "
			   "(SELECT 0 n UNION ALL SELECT 1) f",
			   digits, digits, digits, digits, digits);
	return r;
}

int fault_heal_huge_transaction(struct fault_context *c, struct error *err)
{
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	return r < 0 ? r : sql_do(on, err, "DROP TABLE IF EXISTS shop.huge");
}

/* ---- semi-sync ------------------------------------------------------------------------------ */

/* Statements on each replica of the target. */
static int on_replicas(struct fault_context *c, const char *const *statements, struct error *err)
{
	const struct sandbox *s = c->sandbox;
	int r = 0;

	for (size_t i = 0; i < s->count && r == 0; i++) {
		cleanup_connection struct connection *on = NULL;

		if (sandbox_source(s, i) != fault_target(c))
			continue;
		r = sql_open(s, &s->instances[i], &on, err);
		if (r == 0)
			r = sql_run_all(on, statements, err);
	}
	return r;
}

/* Waits until a semi-sync status of the target has this value. */
static int await_status(struct fault_context *c, const char *name, const char *value,
			struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + 60000);
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);
	bool there = false;

	while (r == 0 && !there) {
		cleanup_free char *got = NULL;

		r = sql_semi_sync(on, name, &got, err);
		there = got && !strcmp(got, value);
		if (r == 0 && !there)
			r = wait_until(clock_ms() + 50, err);
	}
	deadline_restore(old);
	return r;
}

int fault_make_semi_sync_waiting(struct fault_context *c, struct error *err)
{
	static const char *const mariadb[] = { "STOP SLAVE IO_THREAD", NULL };
	static const char *const mysql[] = { "STOP REPLICA IO_THREAD", NULL };
	int r = on_replicas(c, c->sandbox->mariadb ? mariadb : mysql, err);

	if (r == 0)
		r = await_status(c, "clients", "0", err);
	if (r == 0)
		r = keep(c, err);
	return r < 0 ? r : await_status(c, "wait_sessions", "1", err);
}

int fault_heal_semi_sync_waiting(struct fault_context *c, struct error *err)
{
	static const char *const mariadb[] = { "START SLAVE IO_THREAD", NULL };
	static const char *const mysql[] = { "START REPLICA IO_THREAD", NULL };
	int r = on_replicas(c, c->sandbox->mariadb ? mariadb : mysql, err);

	if (r == 0)
		r = await_status(c, "wait_sessions", "0", err);
	return r < 0 ? r : let_go(c, err);
}

static int set_timeout(struct fault_context *c, const char *value, struct error *err)
{
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	return r < 0 ? r : sql_do(on, err, "SET GLOBAL rpl_semi_sync_%s_timeout = %s",
				  c->sandbox->mariadb ? "master" : "source", value);
}

int fault_make_semi_sync_fallen_back(struct fault_context *c, struct error *err)
{
	static const char *const mariadb[] = { "SET GLOBAL rpl_semi_sync_slave_enabled = OFF",
					       "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD",
					       NULL };
	static const char *const mysql[] = { "SET GLOBAL rpl_semi_sync_replica_enabled = OFF",
					     "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD",
					     NULL };
	struct connection *on = NULL;
	int r = set_timeout(c, "200", err);

	if (r == 0)
		r = on_replicas(c, c->sandbox->mariadb ? mariadb : mysql, err);
	if (r == 0)
		r = await_status(c, "clients", "0", err);
	if (r == 0)
		r = fault_connect(c, false, &on, err);
	if (r == 0)
		r = sql_do(on, err, "INSERT INTO shop.orders (item) VALUES ('alone')");
	return r < 0 ? r : await_status(c, "status", "OFF", err);
}

int fault_heal_semi_sync_fallen_back(struct fault_context *c, struct error *err)
{
	static const char *const mariadb[] = { "SET GLOBAL rpl_semi_sync_slave_enabled = ON",
					       "STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD",
					       NULL };
	static const char *const mysql[] = { "SET GLOBAL rpl_semi_sync_replica_enabled = ON",
					     "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD",
					     NULL };
	int r = on_replicas(c, c->sandbox->mariadb ? mariadb : mysql, err);

	cleanup_free char *clients = NULL;
	struct connection *on = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->sandbox->count; i++)
		n += sandbox_source(c->sandbox, i) == fault_target(c);
	clients = xasprintf("%zu", n);
	if (r == 0)
		r = await_status(c, "clients", clients, err);
	if (r == 0)
		r = set_timeout(c, "4294967295", err);
	/* It is on again when a replica has acknowledged something. */
	if (r == 0)
		r = fault_connect(c, false, &on, err);
	if (r == 0)
		r = sql_do(on, err, "INSERT INTO shop.orders (item) VALUES ('together')");
	return r < 0 ? r : await_status(c, "status", "ON", err);
}
