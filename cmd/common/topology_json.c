/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/topology_json.h"

#include "base/memory.h"
#include "base/strbuf.h"
#include "topology/rules.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static struct node *map_new(struct arena *a)
{
	return node_map(a, NULL, 0, NULL);
}

static void set_text(struct arena *a, struct node *m, const char *key, const char *text)
{
	node_set(a, m, key,
		 text && *text ? node_cstring(a, text) : node_new(a, NODE_NULL, NULL));
}

static void set_string(struct arena *a, struct node *m, const char *key, const char *text)
{
	node_set(a, m, key, node_cstring(a, text));
}

static void set_bool(struct arena *a, struct node *m, const char *key, bool value)
{
	node_set(a, m, key, node_bool(a, value));
}

static void set_switch(struct arena *a, struct node *m, const char *key, int value)
{
	node_set(a, m, key, value < 0 ? node_new(a, NODE_NULL, NULL) : node_bool(a, value));
}

/* Negative: not known. */
static void set_integer(struct arena *a, struct node *m, const char *key, int64_t value)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lld", (long long)value);

	node_set(a, m, key,
		 value < 0 ? node_new(a, NODE_NULL, NULL)
			   : node_number(a, text, (size_t)len, NULL));
}

static void set_signed_seconds(struct arena *a, struct node *m, const char *key, double value)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%.3f", value);

	node_set(a, m, key, node_number(a, text, (size_t)len, NULL));
}

static void set_seconds(struct arena *a, struct node *m, const char *key, double value)
{
	if (value < 0)
		node_set(a, m, key, node_new(a, NODE_NULL, NULL));
	else
		set_signed_seconds(a, m, key, value);
}

static struct node *list(struct arena *a, struct node **items, size_t len)
{
	return node_seq(a, items, len, NULL);
}

static struct node **items_new(struct arena *a, size_t len)
{
	return arena_alloc(a, (len + 1) * sizeof(struct node *));
}

const char *flavor_name(const struct instance *i)
{
	return i->mariadb ? "mariadb" : "mysql";
}

const char *source_name(struct arena *a, const struct link *l)
{
	if (l->source)
		return l->source->name;
	return arena_printf(a, "%s:%u", l->status->source_host, l->status->source_port);
}

struct node *finding_node(struct arena *a, const struct finding *f)
{
	struct node *m = map_new(a);

	set_string(a, m, "code", f->rule->code);
	set_string(a, m, "severity", weight_name(f->rule->weight));
	set_string(a, m, "level", level_name(f->rule->level));
	set_string(a, m, "object", f->object);
	set_text(a, m, "instance", f->instance ? f->instance->name : NULL);
	set_string(a, m, "reason", f->reason);
	set_text(a, m, "evidence", f->evidence);
	set_string(a, m, "repair", f->rule->repair);
	set_text(a, m, "next", f->next);
	return m;
}

struct node *lag_node(struct arena *a, const struct link *l)
{
	const struct lag *lag = &l->lag;
	struct node *m = map_new(a);

	set_seconds(a, m, "seconds", lag->seconds);
	set_seconds(a, m, "errorSeconds", lag->seconds < 0 ? -1 : lag->error);
	set_bool(a, m, "atMost", lag->at_most);
	set_seconds(a, m, "atLeastSeconds", lag->at_least);
	set_string(a, m, "method", lag_method_name(lag->method));
	set_seconds(a, m, "transportSeconds", lag->transport);
	set_integer(a, m, "transactions", lag->transactions);
	set_bool(a, m, "transactionsAtMost", lag->transactions_at_most);
	set_integer(a, m, "notReceived", lag->not_received);
	set_integer(a, m, "bytes", lag->bytes);
	set_seconds(a, m, "etaSeconds", lag->eta);
	set_seconds(a, m, "lastContactSeconds", lag->last_contact);
	set_integer(a, m, "secondsBehind", l->status->seconds_behind);
	set_text(a, m, "reason", lag->reason);
	return m;
}

static struct node *thread_node(struct arena *a, const struct replica_thread *t)
{
	struct node *m = map_new(a), *e = node_new(a, NODE_NULL, NULL);

	if (t->error) {
		e = map_new(a);
		set_integer(a, e, "number", t->error);
		set_string(a, e, "message", t->text);
	}
	set_string(a, m, "state", thread_state_name(t->state));
	node_set(a, m, "error", e);
	set_text(a, m, "doing", t->doing);
	return m;
}

static struct node *position_node(struct arena *a, const char *file, int64_t position)
{
	struct node *m;

	if (!*file)
		return node_new(a, NODE_NULL, NULL);
	m = map_new(a);
	set_string(a, m, "file", file);
	set_integer(a, m, "position", position);
	return m;
}

static struct node *channel_node(struct arena *a, const struct link *l)
{
	const struct channel *c = l->status;
	struct node *m = map_new(a);

	set_string(a, m, "name", c->name);
	set_string(a, m, "source", source_name(a, l));
	set_string(a, m, "sourceHost", c->source_host);
	set_integer(a, m, "sourcePort", c->source_port ? (int64_t)c->source_port : -1);
	set_bool(a, m, "sourceKnown", l->source != NULL);
	node_set(a, m, "receiver", thread_node(a, &c->receiver));
	node_set(a, m, "applier", thread_node(a, &c->applier));
	set_bool(a, m, "autoPosition", c->auto_position);
	set_integer(a, m, "delaySeconds", c->delay);
	node_set(a, m, "read", position_node(a, c->read_file, c->read_position));
	node_set(a, m, "applied", position_node(a, c->applied_file, c->applied_position));
	node_set(a, m, "lag", lag_node(a, l));
	return m;
}

static struct node *semisync_node(struct arena *a, const struct semisync *s)
{
	struct node *m = map_new(a);

	set_switch(a, m, "sourceEnabled", s->source_enabled);
	set_switch(a, m, "sourceActive", s->source_active);
	set_integer(a, m, "clients", s->clients);
	set_integer(a, m, "waitFor", s->wait_for);
	set_integer(a, m, "waiting", s->waiting);
	set_switch(a, m, "replicaEnabled", s->replica_enabled);
	set_switch(a, m, "replicaActive", s->replica_active);
	return m;
}

static struct node *clock_node(struct arena *a, const struct instance *i)
{
	struct node *m;

	if (i->clock_error < 0)
		return node_new(a, NODE_NULL, NULL);
	m = map_new(a);
	set_signed_seconds(a, m, "offsetSeconds", (double)i->clock_offset / 1e6);
	set_signed_seconds(a, m, "errorSeconds", (double)i->clock_error / 1e6);
	return m;
}

static struct node *error_node(struct arena *a, const struct instance *i)
{
	struct node *m;

	if (i->reach == REACH_OK)
		return node_new(a, NODE_NULL, NULL);
	m = map_new(a);
	set_string(a, m, "message", i->why);
	set_integer(a, m, "number", i->why_number ? (int64_t)i->why_number : -1);
	set_text(a, m, "hint", i->hint);
	return m;
}

static const char *set_as_text(struct arena *a, const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_set_print(s, ",", &text);
	return arena_memdupz(a, text.buf, text.len);
}

static struct node *findings_of(struct arena *a, const struct diagnosis *d,
				const struct instance *i)
{
	struct node **items = items_new(a, d->len);
	size_t n = 0;

	for (size_t j = 0; j < d->len; j++)
		if (!i || d->items[j].instance == i)
			items[n++] = finding_node(a, &d->items[j]);
	return list(a, items, n);
}

static struct node *channels_node(struct arena *a, const struct instance *i)
{
	struct node **items = items_new(a, i->channels.len);
	size_t n = 0;

	for (size_t j = 0; j < i->channels.len; j++)
		if (link_follows(&i->links[j]))
			items[n++] = channel_node(a, &i->links[j]);
	return list(a, items, n);
}

static struct node *instance_node(struct arena *a, const struct diagnosis *d,
				  const struct instance *i)
{
	bool ok = i->reach == REACH_OK;
	struct node *m = map_new(a);

	set_string(a, m, "name", i->name);
	set_text(a, m, "host", i->host);
	set_integer(a, m, "port", i->port ? (int64_t)i->port : -1);
	set_text(a, m, "socket", i->socket);
	set_bool(a, m, "reachable", ok);
	set_bool(a, m, "found", i->found);
	node_set(a, m, "error", error_node(a, i));
	set_text(a, m, "flavor", i->dialect ? flavor_name(i) : NULL);
	set_text(a, m, "version", i->version_text);
	set_string(a, m, "role", role_name(i->role));
	set_switch(a, m, "writable", ok ? i->writable : -1);
	set_integer(a, m, "serverId", i->server_id);
	set_text(a, m, "serverUuid", i->uuid);
	set_integer(a, m, "uptimeSeconds", i->uptime);
	set_text(a, m, "gtidExecuted", i->gtid_text);
	if (i->errant_known)
		set_string(a, m, "errant", set_as_text(a, &i->errant));
	else
		set_text(a, m, "errant", NULL);
	node_set(a, m, "binlog", position_node(a, i->binlog_file, i->binlog_position));
	node_set(a, m, "semiSync", semisync_node(a, &i->semisync));
	node_set(a, m, "clock", clock_node(a, i));
	set_text(a, m, "groupState", i->group_state);
	node_set(a, m, "channels", channels_node(a, i));
	node_set(a, m, "findings", findings_of(a, d, i));
	return m;
}

static const char *rfc3339(struct arena *a, int64_t micros)
{
	time_t seconds = (time_t)(micros / 1000000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
			    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
			    (int)(micros / 1000 % 1000));
}

struct node *document_new(struct arena *a, const char *kind, const struct topology *t)
{
	struct node *m = map_new(a);

	set_string(a, m, "apiVersion", "kubectl-mysql/v1");
	set_string(a, m, "kind", kind);
	set_string(a, m, "cluster", t->name);
	set_string(a, m, "takenAt", rfc3339(a, t->taken_at));
	return m;
}

struct node *status_document(struct arena *a, const struct topology *t, const struct diagnosis *d)
{
	struct node *m = document_new(a, "Status", t), *v = map_new(a);
	struct node **items = items_new(a, t->len);

	set_string(a, v, "level", level_name(d->verdict.level));
	set_string(a, v, "code", d->verdict.code);
	set_string(a, v, "reason", d->verdict.reason);
	set_text(a, v, "next", d->verdict.next);
	node_set(a, m, "verdict", v);
	set_bool(a, m, "partial", t->partial);
	set_text(a, m, "primary", t->primary ? t->primary->name : NULL);
	for (size_t i = 0; i < t->len; i++)
		items[i] = instance_node(a, d, t->items[i]);
	node_set(a, m, "instances", list(a, items, t->len));
	node_set(a, m, "findings", findings_of(a, d, NULL));
	return m;
}
