/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/cluster.h"

#include <stdlib.h>

#include "base/memory.h"
#include "topology/discover.h"

int cluster_open(struct cluster *c, struct session *s, const struct target_options *target,
		 const struct login_options *login, const char *name, struct error *err)
{
	c->timeout_ms = target->timeout;
	if (target_resolve(s, target, name, &c->target, err) < 0)
		return -err->class;
	return login_resolve(s, login, &c->target, &c->login, err);
}

void cluster_take(struct cluster *c)
{
	cleanup_free struct seed *seeds = xcalloc(c->target.count + 1, sizeof(*seeds));
	struct discover_options d = {
		.name = c->target.name,
		.words = c->target.words,
		.seeds = seeds,
		.count = c->target.count,
		.timeout_ms = c->timeout_ms,
		.oldest = c->oldest,
		.unreceived = c->unreceived,
	};

	for (size_t i = 0; i < c->target.count; i++) {
		const struct target_instance *t = &c->target.instances[i];

		seeds[i] = (struct seed){ .name = t->name, .host = t->host, .socket = t->socket,
					  .port = t->port };
		login_fill(&c->login, &seeds[i].options);
		target_connection(&c->target, i, &seeds[i].options);
	}
	topology_free(c->topology);
	c->topology = topology_discover(&d);
}

int cluster_read(struct cluster *c, struct session *s, const struct target_options *target,
		 const struct login_options *login, const char *name, struct error *err)
{
	int r = cluster_open(c, s, target, login, name, err);

	if (r == 0)
		cluster_take(c);
	return r;
}

void cluster_connection(const struct cluster *c, const struct instance *i,
			struct connection_options *ret)
{
	ptrdiff_t at = target_find(&c->target, i->name);

	login_fill(&c->login, ret);
	if (at >= 0) {
		target_connection(&c->target, (size_t)at, ret);
		return;
	}
	ret->host = i->host;
	ret->port = i->port;
	ret->socket = i->socket;
	ret->label = i->name;
	/* Found through the others: what the target brings for them holds for it. */
	if (!ret->user)
		ret->user = c->target.user;
	if (!ret->password)
		ret->password = c->target.password;
	if (!ret->tls_ca)
		ret->tls_ca = c->target.tls_ca;
}

static bool warn_rights(struct session *s, const struct instance *one)
{
	if (one->reach != REACH_OK || !one->missing_rights[0])
		return false;
	session_warn(s, "'%s' could not be read whole: %s is missing", one->name,
		     one->missing_rights);
	return true;
}

bool cluster_warn_rights(struct session *s, const struct cluster *c)
{
	bool some = false;

	for (size_t i = 0; i < c->topology->len; i++)
		some |= warn_rights(s, c->topology->items[i]);
	return some;
}

bool cluster_warn_unread(struct session *s, const struct cluster *c)
{
	bool some = false;

	for (size_t i = 0; i < c->topology->len; i++) {
		const struct instance *one = c->topology->items[i];

		some |= one->reach != REACH_OK;
		if (one->reach != REACH_OK)
			session_warn(s, "'%s' could not be read: %s", one->name, one->why);
		some |= warn_rights(s, one);
	}
	return some;
}

void cluster_release(struct cluster *c)
{
	topology_free(c->topology);
	login_release(&c->login);
	target_release(&c->target);
	*c = (struct cluster)CLUSTER_INIT;
}
