/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"
#include "sandbox/config.h"

/* Faults of how a replica is set up. */

static int target(struct fault_context *c, struct connection **ret, struct error *err)
{
	return fault_connect(c, false, ret, err);
}

/* Names the channel from the target's source, if it has one for each of several. */
static void name_channel(const struct fault_context *c, struct strbuf *out)
{
	const char *name = fault_source(c)->name;

	if (c->sandbox->shape != SANDBOX_MULTI_SOURCE)
		return;
	if (c->sandbox->mariadb)
		strbuf_addf(out, " '%s'", name);
	else
		strbuf_addf(out, " FOR CHANNEL '%s'", name);
}

static int change_stopped(struct fault_context *c, struct connection *on, const char *settings,
			  struct error *err)
{
	bool mariadb = c->sandbox->mariadb;
	cleanup_strbuf struct strbuf channel = STRBUF_INIT;

	name_channel(c, &channel);
	return sql_do(on, err, "CHANGE %s%s TO %s%s", mariadb ? "MASTER" : "REPLICATION SOURCE",
		      mariadb ? channel.buf : "", settings, mariadb ? "" : channel.buf);
}

static int stop_or_start(struct fault_context *c, struct connection *on, const char *verb,
			 struct error *err)
{
	cleanup_strbuf struct strbuf channel = STRBUF_INIT;

	name_channel(c, &channel);
	return sql_do(on, err, "%s %s%s", verb, fault_replica_word(c), channel.buf);
}

/* Stops replication, changes it ("MASTER_DELAY = 3" with the vendor's prefix), starts it. */
static int change(struct fault_context *c, const char *settings, struct error *err)
{
	struct connection *on = NULL;
	int r = target(c, &on, err);

	if (r == 0)
		r = stop_or_start(c, on, "STOP", err);
	if (r == 0)
		r = change_stopped(c, on, settings, err);
	if (r == 0)
		r = stop_or_start(c, on, "START", err);
	return r;
}

static int set_server_id(struct fault_context *c, unsigned id, struct error *err)
{
	struct connection *on = NULL;
	int r = target(c, &on, err);

	if (r == 0)
		r = sql_do(on, err, "SET GLOBAL server_id = %u", id);
	if (r == 0)
		r = sql_do(on, err, "STOP %s", fault_replica_word(c));
	if (r == 0)
		r = sql_do(on, err, "START %s", fault_replica_word(c));
	return r;
}

int fault_make_same_server_id(struct fault_context *c, struct error *err)
{
	int r = set_server_id(c, fault_source(c)->server_id, err);

	return r < 0 ? r : fault_await_field(c, "Last_IO_Errno",
					     c->sandbox->mariadb ? "1593" : "13117", err);
}

int fault_heal_same_server_id(struct fault_context *c, struct error *err)
{
	return set_server_id(c, fault_target(c)->server_id, err);
}

/* ---- two replicas that are one to their source ----------------------------------------------- */

const struct sandbox_instance *fault_sibling(const struct fault_context *c)
{
	const struct sandbox *s = c->sandbox;

	for (size_t i = 0; i < s->count; i++)
		if (i != c->i && c->source != c->i && sandbox_source(s, i) == fault_source(c))
			return &s->instances[i];
	return NULL;
}

static int receiver_runs(struct connection *on, bool *ret, struct error *err)
{
	bool mariadb = connection_server(on)->mariadb;
	cleanup_free char *state = NULL;
	int r = sql_replica_field(on, mariadb ? "Slave_IO_Running" : "Replica_IO_Running", &state,
				  err);

	*ret = r == 0 && state && !strcmp(state, "Yes");
	return r;
}

/* Which of the two lost the last round is chance, and a loser may try again. */
static int await_thrown_out(struct fault_context *c, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + 120000);
	cleanup_connection struct connection *other = NULL;
	bool mine = true, its = true;
	struct connection *on = NULL;
	bool mariadb = c->sandbox->mariadb;
	int r = fault_await_field(c, mariadb ? "Slave_IO_Running" : "Replica_IO_Running", "Yes",
				  err);

	if (r == 0)
		r = target(c, &on, err);
	if (r == 0)
		r = sql_open(c->sandbox, fault_sibling(c), &other, err);
	while (r == 0 && mine && its) {
		r = receiver_runs(on, &mine, err);
		if (r == 0)
			r = receiver_runs(other, &its, err);
		if (r == 0 && mine && its)
			r = wait_until(clock_ms() + 20, err);
	}
	deadline_restore(old);
	return r;
}

/* MySQL's sources tell replicas apart by UUID, MariaDB's by server id. */
int fault_make_same_id_replicas(struct fault_context *c, struct error *err)
{
	int r = c->sandbox->mariadb ? set_server_id(c, fault_sibling(c)->server_id, err)
				    : fault_take_uuid(c, fault_sibling(c), err);

	return r < 0 ? r : await_thrown_out(c, err);
}

int fault_heal_same_id_replicas(struct fault_context *c, struct error *err)
{
	cleanup_connection struct connection *other = NULL;
	int r = c->sandbox->mariadb ? set_server_id(c, fault_target(c)->server_id, err)
				    : fault_own_uuid(c, err);

	if (r == 0)
		r = sql_open(c->sandbox, fault_sibling(c), &other, err);
	if (r == 0)
		r = sql_do(other, err, "STOP %s", fault_replica_word(c));
	return r < 0 ? r : sql_do(other, err, "START %s", fault_replica_word(c));
}

static int set_password(struct fault_context *c, const char *password, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s_PASSWORD = ", fault_source_word(c));
	config_sql_string(&text, password);
	return change(c, text.buf, err);
}

int fault_make_wrong_password(struct fault_context *c, struct error *err)
{
	int r = set_password(c, "wrong", err);

	return r < 0 ? r : fault_await_field(c, "Last_IO_Errno", "1045", err);
}

int fault_heal_wrong_password(struct fault_context *c, struct error *err)
{
	return set_password(c, c->sandbox->replication_password, err);
}

/* Where the applier stands, which a change of the address forgets where there are no GTIDs. */
static int keep_position(struct fault_context *c, struct connection *on, struct strbuf *settings,
			 struct error *err)
{
	const char *word = fault_source_word(c);
	bool mariadb = c->sandbox->mariadb;
	cleanup_free char *file = NULL, *position = NULL;
	int r;

	if (c->sandbox->gtid)
		return 0;
	r = sql_replica_field(on, mariadb ? "Relay_Master_Log_File" : "Relay_Source_Log_File",
			      &file, err);
	if (r == 0)
		r = sql_replica_field(on, mariadb ? "Exec_Master_Log_Pos" : "Exec_Source_Log_Pos",
				      &position, err);
	if (r == 0 && file && *file && position)
		strbuf_addf(settings, ", %s_LOG_FILE = '%s', %s_LOG_POS = %s", word, file, word,
			    position);
	return r;
}

int fault_follow(struct fault_context *c, const char *host, unsigned port, struct error *err)
{
	const char *word = fault_source_word(c);
	cleanup_strbuf struct strbuf settings = STRBUF_INIT;
	struct connection *on = NULL;
	int r = target(c, &on, err);

	strbuf_addf(&settings, "%s_HOST = '%s', %s_PORT = %u", word, host, word, port);
	if (r == 0)
		r = stop_or_start(c, on, "STOP", err);
	if (r == 0)
		r = keep_position(c, on, &settings, err);
	if (r == 0)
		r = change_stopped(c, on, settings.buf, err);
	if (r == 0)
		r = stop_or_start(c, on, "START", err);
	return r;
}

int fault_follow_source(struct fault_context *c, struct error *err)
{
	return fault_follow(c, fault_source(c)->host, fault_source(c)->port, err);
}

int fault_make_wrong_port(struct fault_context *c, struct error *err)
{
	int r = fault_follow(c, fault_source(c)->host, 1, err);

	return r < 0 ? r : fault_await_field(c, "Last_IO_Errno", "2003", err);
}

int fault_heal_wrong_port(struct fault_context *c, struct error *err)
{
	return fault_follow_source(c, err);
}

int fault_make_unknown_source(struct fault_context *c, struct error *err)
{
	/* RFC 6761: such a name never resolves. */
	int r = fault_follow(c, "no-such-host.invalid", fault_source(c)->port, err);

	return r < 0 ? r : fault_await_field(c, "Last_IO_Errno", "2005", err);
}

int fault_heal_unknown_source(struct fault_context *c, struct error *err)
{
	return fault_follow_source(c, err);
}

static int set_delay(struct fault_context *c, int64_t seconds, struct error *err)
{
	cleanup_free char *text =
		xasprintf("%s_DELAY = %lld", fault_source_word(c), (long long)seconds);

	return change(c, text, err);
}

int fault_make_delay(struct fault_context *c, struct error *err)
{
	return set_delay(c, 3600, err);
}

int fault_heal_delay(struct fault_context *c, struct error *err)
{
	return set_delay(c, c->sandbox->delay, err);
}

int fault_make_gtid_off(struct fault_context *c, struct error *err)
{
	return change(c,
		      c->sandbox->mariadb ? "MASTER_USE_GTID = no" : "SOURCE_AUTO_POSITION = 0",
		      err);
}

int fault_heal_gtid_off(struct fault_context *c, struct error *err)
{
	return change(c,
		      c->sandbox->mariadb ? "MASTER_USE_GTID = slave_pos"
					  : "SOURCE_AUTO_POSITION = 1",
		      err);
}

int fault_make_ring(struct fault_context *c, struct error *err)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	struct connection *source = NULL;
	int r = fault_connect(c, true, &source, err);

	config_follow(c->sandbox, fault_target(c), NULL, &sql);
	strbuf_setlen(&sql, sql.len - 2); /* ";" and the line end */
	if (r == 0)
		r = sql_do(source, err, "%s", sql.buf);
	if (r == 0)
		r = sql_do(source, err, "START %s", fault_replica_word(c));
	return r;
}

int fault_heal_ring(struct fault_context *c, struct error *err)
{
	struct connection *source = NULL;
	int r = fault_connect(c, true, &source, err);

	if (r == 0)
		r = sql_do(source, err, "STOP %s", fault_replica_word(c));
	if (r == 0)
		r = sql_do(source, err, "RESET %s ALL", fault_replica_word(c));
	return r;
}
