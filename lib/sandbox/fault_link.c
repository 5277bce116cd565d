/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include "base/memory.h"
#include "sandbox/keeper.h"

/*
 * Faults of the link between a replica and its source: the replica is led through a proxy of ours
 * (net/proxy.h), which a keeper runs, receives through it, and then the proxy does its worst.
 */

bool fault_may_write(const struct fault_context *c)
{
	const struct sandbox *s = c->sandbox;
	size_t others = 0;

	for (size_t i = 0; i < s->count; i++)
		others += i != c->i && sandbox_source(s, i) == fault_source(c);
	return others > 0 || !s->semi_sync;
}

static int break_link(struct fault_context *c, struct error *err)
{
	bool mariadb = c->sandbox->mariadb;
	struct keeper_link link = KEEPER_LINK_INIT;
	int r = keeper_start_link(c->sandbox, fault_target(c), c->fault->name, &link, err);

	/*
	 * At the source's address, which its certificate names. A receiver "runs" already while it
	 * still asks the source who it is.
	 */
	if (r == 0)
		r = fault_follow(c, fault_source(c)->host, link.port, err);
	if (r == 0)
		r = fault_await_field(c, mariadb ? "Slave_IO_State" : "Replica_IO_State",
				      mariadb ? "Waiting for master to send event"
					      : "Waiting for source to send event",
				      err);
	if (r == 0)
		r = keeper_link_break(&link, err);
	keeper_link_release(&link);
	return r;
}

static int heal_link(struct fault_context *c, struct error *err)
{
	/* MySQL does not stop in the middle of a transaction for a minute: the rest is to come. */
	int r = keeper_link_mend(fault_target(c), c->fault->name, err);

	if (r == 0)
		r = fault_follow_source(c, err);
	return r < 0 ? r : keeper_end(fault_target(c), c->fault->name, err);
}

int fault_write_on_source(struct fault_context *c, const char *sql, struct error *err)
{
	struct connection *source = NULL;
	int r = fault_may_write(c) ? fault_connect(c, true, &source, err) : 0;

	return r < 0 || !source ? r : sql_do(source, err, "%s", sql);
}

int fault_make_cut_link(struct fault_context *c, struct error *err)
{
	int r = break_link(c, err);

	return r < 0 ? r
		     : fault_await_field(c,
					 c->sandbox->mariadb ? "Slave_IO_Running"
							     : "Replica_IO_Running",
					 "Connecting", err);
}

int fault_heal_cut_link(struct fault_context *c, struct error *err)
{
	return heal_link(c, err);
}

int fault_make_slow_link(struct fault_context *c, struct error *err)
{
	int r = fault_write_on_source(c,
				"CREATE TABLE IF NOT EXISTS shop.slow (id INT PRIMARY KEY, "
				"text LONGTEXT)",
				err);

	if (r == 0)
		r = break_link(c, err);
	return r < 0 ? r
		     : fault_write_on_source(c, "REPLACE INTO shop.slow VALUES (1, REPEAT('x', 1000000))",
				       err);
}

int fault_heal_slow_link(struct fault_context *c, struct error *err)
{
	int r = heal_link(c, err);

	return r < 0 ? r : fault_write_on_source(c, "DROP TABLE IF EXISTS shop.slow", err);
}

/* How long a receiver waits for a sign of life: as template 'replicated' has it, or an hour. */
static int set_patience(struct fault_context *c, unsigned seconds, struct error *err)
{
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	return r < 0 ? r
		     : sql_do(on, err, "SET GLOBAL %s_net_timeout = %u",
			      c->sandbox->mariadb ? "slave" : "replica", seconds);
}

int fault_make_half_open_link(struct fault_context *c, struct error *err)
{
	/* Else it would notice after half a minute, and the fault were another one. */
	int r = set_patience(c, 3600, err);

	if (r == 0)
		r = break_link(c, err);
	return r < 0 ? r
		     : fault_write_on_source(c, "INSERT INTO shop.orders (item) VALUES ('unsent')", err);
}

int fault_heal_half_open_link(struct fault_context *c, struct error *err)
{
	int r = set_patience(c, 30, err);

	return r < 0 ? r : heal_link(c, err);
}
