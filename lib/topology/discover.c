/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/discover.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"
#include "net/task.h"
#include "topology/discovery.h"

#include <string.h>

/* How much of the time the first question may take before the others begin without it. */
#define PATIENCE(timeout) ((timeout) * 6 / 10)

static enum reach reach_of(const struct error *err, bool connected)
{
	switch (err->class) {
	case ERR_DENIED:
		return REACH_DENIED;
	case ERR_TIMEOUT:
	case ERR_CANCELLED:
		return REACH_SILENT;
	case ERR_LIMIT:
		/* What it sends is too large; a limit of ours tells nothing of the server. */
		if (connected)
			return REACH_BROKEN;
		return err->origin ? REACH_FULL : REACH_SILENT;
	case ERR_NOT_FOUND:
		return REACH_NO_NAME;
	case ERR_IO:
		/* It went away in the middle: that is not the same as not to listen. */
		return connected ? REACH_BROKEN : REACH_DOWN;
	default:
		return REACH_BROKEN;
	}
}

static void lost(struct asked *k, struct error *err)
{
	struct instance *i = k->i;
	struct arena *a = k->d->t->arena;

	/* What was only to be confirmed is known well enough. */
	if (!k->confirming) {
		i->reach = reach_of(err, k->c != NULL);
		i->why = arena_strdup(a, err->message ? err->message : "");
		i->hint = err->hint ? arena_strdup(a, err->hint) : "";
		i->why_number = err->origin;
	}
	error_release(err);
	connection_close(k->c);
	k->c = NULL;
}

static int login(struct asked *k, struct error *err)
{
	const struct server_info *info;
	struct instance *i = k->i;

	if (connection_open(&k->options, &k->c, err) < 0)
		return -err->class;
	info = connection_server(k->c);
	i->mariadb = info->mariadb;
	i->version = info->version;
	i->version_text = arena_strdup(k->d->t->arena, info->version_text);
	i->dialect = dialect_for(info->mariadb, info->version);
	return 0;
}

static struct gtid_reading *reading_for(struct asked *k)
{
	switch (k->question) {
	case ASK_ALL:
		return &k->i->first;
	case ASK_REPLICA:
		return &k->i->second;
	default:
		return &k->i->last;
	}
}

static void ask_task(void *arg)
{
	struct asked *k = arg;
	struct discovery *d = k->d;
	struct error err = ERROR_INIT;
	size_t links = k->i->channels.len;
	int r = 0;

	if (!k->c)
		r = login(k, &err);
	if (r == 0)
		r = read_facts(k->c, k->question, k->i, reading_for(k), d->t->arena, &err);
	if (r == 0)
		k->i->reach = REACH_OK;
	else
		lost(k, &err);
	if (!k->settled) {
		topology_link(d->t, k->i);
		d->settled++;
		k->settled = true;
	} else if (k->i->channels.len != links) {
		/* Changed between two readings. */
		topology_link(d->t, k->i);
	}
	k->busy = k->confirming = false;
	d->running--;
	discovery_advance(d);
}

void discovery_ask(struct asked *k, enum question q)
{
	k->question = q;
	k->busy = true;
	k->second_begun |= q == ASK_REPLICA;
	k->d->running++;
	task_start(k->d->loop,
		   &(struct task_options){ .deadline = k->d->deadline, .name = k->i->name },
		   ask_task, k);
}

static struct asked *add(struct discovery *d, const struct seed *s, bool found)
{
	struct asked *k = arena_zalloc(d->t->arena, sizeof(*k));
	struct arena *a = d->t->arena;

	k->d = d;
	k->i = topology_add(d->t, s->name);
	k->i->host = s->host ? arena_strdup(a, s->host) : "";
	k->i->port = s->port;
	k->i->socket = s->socket ? arena_strdup(a, s->socket) : NULL;
	k->i->found = found;
	k->i->why = "no answer in time";
	k->options = s->options;
	k->options.label = k->i->name;
	ALLOC_GROW(d->asked, d->len + 1, d->alloc);
	d->asked[d->len++] = k;
	return k;
}

static bool all_settled(const struct discovery *d)
{
	return d->settled == d->len;
}

/* Is it one of those that are asked, as far as can be told? */
static bool known(const struct discovery *d, const struct registered *r)
{
	for (size_t n = 0; n < d->len; n++) {
		const struct instance *i = d->asked[n]->i;

		if (i->server_id == r->server_id ||
		    (i->port == r->port && strcmp(i->host, r->host) == 0))
			return true;
	}
	return false;
}

/* Replicas that registered with an address and that nobody named. */
static void add_found(struct discovery *d)
{
	size_t before = d->len;

	for (size_t n = 0; n < before; n++) {
		struct asked *k = d->asked[n];

		for (size_t j = 0; j < k->i->registered_count; j++) {
			const struct registered *r = &k->i->registered[j];
			struct seed s = { .host = r->host, .port = r->port, .options = k->options };

			if (!*r->host || !r->port || known(d, r) || d->len >= LIMIT_INSTANCES)
				continue;
			s.name = arena_printf(d->t->arena, "%s:%u", r->host, r->port);
			s.options.host = arena_strdup(d->t->arena, r->host);
			s.options.port = r->port;
			s.options.socket = NULL;
			discovery_ask(add(d, &s, true), ASK_ALL);
		}
	}
}

/* Do all sources of it stand with their first reading, or will not? */
static bool sources_ready(const struct discovery *d, const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++) {
		const struct instance *source = i->links[j].source;

		if (!source || !discovery_asked(d, source)->settled)
			return false;
	}
	return true;
}

static void start_second(struct discovery *d)
{
	bool wait = !d->late && !all_settled(d);

	for (size_t n = 0; n < d->len; n++) {
		struct asked *k = d->asked[n];

		if (!k->settled || k->busy || !k->c || k->second_begun || !k->i->channels.len)
			continue;
		if (!wait || sources_ready(d, k->i))
			discovery_ask(k, ASK_REPLICA);
	}
}

/* What is known below each source: all of it at once, as there may be many of both. */
static void look_below(struct discovery *d)
{
	for (size_t n = 0; n < d->len; n++) {
		d->asked[n]->below = INT64_MIN;
		d->asked[n]->below_busy = false;
	}
	for (size_t n = 0; n < d->len; n++) {
		const struct asked *k = d->asked[n];
		const struct instance *at = k->i;

		/* Channels may be there that have no links yet: a task reads them just now. */
		for (size_t depth = 0; depth <= d->len && at && at->link_count; depth++) {
			const struct instance *next = NULL;

			for (size_t j = 0; j < at->link_count; j++) {
				struct asked *above;

				if (!at->links[j].source)
					continue;
				next = at->links[j].source;
				above = discovery_asked(d, next);
				above->below_busy |= k->busy && k->question == ASK_REPLICA;
				if (k->i->second.known && k->i->second.until > above->below)
					above->below = k->i->second.until;
			}
			at = next;
		}
	}
}

/* Sources below which a replica's second reading is newer than their own last one. */
static void start_last(struct discovery *d)
{
	look_below(d);
	for (size_t n = 0; n < d->len; n++) {
		struct asked *k = d->asked[n];

		if (k->busy || !k->c || !k->settled || k->i->followers == 0)
			continue;
		if (k->i->channels.len && !k->i->second.known)
			continue;
		if (k->below > k->i->last.at && !k->below_busy)
			discovery_ask(k, ASK_GTID);
	}
}

/* Called whenever something ended: starts what can be started now. */
void discovery_advance(struct discovery *d)
{
	if (all_settled(d) && !d->related) {
		topology_relate(d->t);
		d->related = true;
		add_found(d);
		d->related = all_settled(d);
	}
	start_second(d);
	start_last(d);
	if (d->running)
		return;
	topology_relate(d->t);
	if (!discovery_confirm(d) && !discovery_age(d) && !discovery_look_unreceived(d) && d->timer)
		task_cancel(d->timer);
}

static void timer_task(void *arg)
{
	struct discovery *d = arg;
	struct error ignored = ERROR_INIT;
	bool came = wait_until(clock_ms() + PATIENCE(d->o->timeout_ms), &ignored) == 0;

	error_release(&ignored);
	d->timer = NULL;
	d->late = true;
	if (came)
		discovery_advance(d);
}

struct topology *topology_discover(const struct discover_options *o)
{
	cleanup_loop struct loop *loop = loop_new();
	struct discovery d = {
		.o = o,
		.t = topology_new(o->name, o->words),
		.loop = loop,
		.deadline = clock_ms() + o->timeout_ms,
	};

	d.t->taken_at = wall_clock_us();
	for (size_t i = 0; i < o->count; i++)
		add(&d, &o->seeds[i], false);
	d.timer = task_start(loop, &(struct task_options){ .deadline = d.deadline }, timer_task,
			     &d);
	for (size_t i = 0; i < o->count; i++)
		discovery_ask(d.asked[i], ASK_ALL);
	loop_run(loop);
	for (size_t i = 0; i < d.len; i++)
		connection_close(d.asked[i]->c);
	free(d.asked);
	topology_relate(d.t);
	return d.t;
}
