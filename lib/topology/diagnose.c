/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/diagnose.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"
#include "topology/rules.h"

#include <string.h>

const char *level_name(enum level l)
{
	static const char *const names[] = { "ok", "degraded", "unknown", "critical" };

	return names[l];
}

int level_class(enum level l)
{
	static const int classes[] = { 0, ERR_FINDINGS, ERR_UNKNOWN_STATE, ERR_CRITICAL };

	return classes[l];
}

const char *weight_name(enum weight w)
{
	static const char *const names[] = { "info", "warning", "error", "critical" };

	return names[w];
}

const struct rule *rule_find(const char *code)
{
	const struct rule *r = diagnose_rules;

	while (r->code && strcmp(r->code, code) != 0)
		r++;
	return r->code ? r : NULL;
}

const char *fact(const struct diagnosis *d, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	return arena_memdupz(d->topology->arena, text.buf, text.len);
}

void report(struct diagnosis *d, const struct rule *r, const struct instance *i,
	    const struct link *link, const char *reason, const char *evidence, const char *next)
{
	ALLOC_GROW(d->items, d->len + 1, d->alloc);
	d->items[d->len++] = (struct finding){
		.rule = r,
		.instance = i,
		.link = link,
		.object = i ? object_name(d, i, link) : d->topology->name,
		.reason = reason,
		.evidence = evidence,
		.next = next,
	};
}

const char *object_name(const struct diagnosis *d, const struct instance *i,
			const struct link *link)
{
	if (!link || !*link->status->name)
		return i->name;
	return fact(d, "%s channel '%s'", i->name, link->status->name);
}

/* A list of hosts that nobody wants to see again for each of them. */
static bool is_long(const char *words)
{
	return strncmp(words, "--hosts ", 8) == 0 && strlen(words) > 400;
}

/* The instance, and whom it follows: with these is known what there is to know of it. */
static const char *with_source(const struct diagnosis *d, const struct instance *i)
{
	const struct instance *source = NULL;

	for (size_t j = 0; i->links && j < i->channels.len && !source; j++)
		source = i->links[j].source;
	return fact(d, "--hosts %s%s%s", i->name, source ? "," : "", source ? source->name : "");
}

/*
 * Options name a cluster and leave the positional to the instance; a name of its own takes both. An
 * instance that other servers told of is not of the cluster as it is named, so its address is.
 */
static const char *at(const struct diagnosis *d, const struct instance *i)
{
	const char *words = d->topology->words;

	if (!i)
		return words;
	if (is_long(words))
		return fact(d, "%s %s", i->name, with_source(d, i));
	if (i->found && strncmp(words, "--hosts ", 8) == 0)
		return fact(d, "%s %s,%s", i->name, words, i->name);
	if (i->found)
		return fact(d, "%s --hosts %s", i->name, i->name);
	if (words[0] == '-')
		return fact(d, "%s %s", i->name, words);
	return fact(d, "%s/%s", words, i->name);
}

const char *next_on(const struct diagnosis *d, const char *command, const struct instance *i)
{
	return fact(d, "kubectl mysql %s %s", command, at(d, i));
}

const char *next_about(const struct diagnosis *d, const char *command, const struct instance *i)
{
	if (is_long(d->topology->words))
		return fact(d, "kubectl mysql %s %s", command, with_source(d, i));
	return next_on(d, command, NULL);
}

const char *next_status(const struct diagnosis *d)
{
	return next_on(d, "status", NULL);
}

const char *next_sql(const struct diagnosis *d, const struct instance *i, const char *statement)
{
	bool reads = strncmp(statement, "SELECT ", 7) == 0 || strncmp(statement, "SHOW ", 5) == 0;
	/* Fifty columns are no table for a terminal. */
	bool wide = i->dialect && statement == i->dialect->replica_status;

	/* sql refuses to change a replica unless it is told to. */
	return fact(d, "kubectl mysql sql %s%s -e \"%s\"%s", at(d, i),
		    reads || i->role == ROLE_PRIMARY || i->role == ROLE_GROUP_PRIMARY
			    ? "" : " --allow-write-on-replica",
		    statement, wide ? " -o vertical" : "");
}

const char *span(const struct diagnosis *d, double seconds)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "m" } };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (seconds >= units[i].unit)
			return fact(d, "%.0f%s", seconds / units[i].unit - 0.499999,
				    units[i].name);
	return fact(d, seconds < 10 ? "%.1fs" : "%.0fs", seconds < 0 ? 0 : seconds);
}

bool link_follows(const struct link *l)
{
	return *l->status->source_host && strncmp(l->status->name, "group_replication_", 18) != 0;
}

const char *on_channel(const struct diagnosis *d, const struct instance *i, const struct link *l,
		       const char *statement)
{
	const char *name = l->status->name;
	size_t verb = strcspn(statement, " ");

	if (!*name)
		return statement;
	if (!i->mariadb)
		return fact(d, "%s FOR CHANNEL '%s'", statement, name);
	/* START REPLICA 'east' SQL_THREAD: the name stands behind the second word. */
	verb += strcspn(statement + verb + 1, " ") + 1;
	return fact(d, "%.*s '%s'%s", (int)verb, statement, name, statement + verb);
}

/* The worst first, then as the table has them, then as the instances stand. */
static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->rule->level != y->rule->level)
		return x->rule->level < y->rule->level ? 1 : -1;
	if (x->rule->weight != y->rule->weight)
		return x->rule->weight < y->rule->weight ? 1 : -1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return strcmp(x->object, y->object);
}

static size_t count_role(const struct topology *t, bool replicas)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++)
		n += (t->items[i]->role == ROLE_REPLICA ||
		      t->items[i]->role == ROLE_GROUP_SECONDARY) == replicas;
	return n;
}

static const char *healthy(const struct diagnosis *d)
{
	const struct topology *t = d->topology;
	size_t replicas = count_role(t, true);

	if (!t->primary)
		return "nothing is wrong";
	if (replicas == 0)
		return fact(d, "%s takes writes", t->primary->name);
	return fact(d, "%s takes writes, %zu %s", t->primary->name, replicas,
		    replicas == 1 ? "replica applies" : "replicas apply");
}

void topology_diagnose(struct topology *t, struct diagnosis *ret)
{
	struct finding *worst;

	ret->topology = t;
	for (const struct rule *r = diagnose_rules; r->code; r++)
		if (r->test)
			r->test(ret, r);
	if (ret->len)
		qsort(ret->items, ret->len, sizeof(*ret->items), compare);
	worst = ret->items;
	if (worst && worst->rule->level != LEVEL_OK)
		ret->verdict = (struct verdict){ worst->rule->level, worst->rule->code,
						 worst->reason, worst->next };
	else
		ret->verdict = (struct verdict){ LEVEL_OK, "healthy", healthy(ret), "" };
}

void diagnosis_release(struct diagnosis *d)
{
	free(d->items);
	*d = (struct diagnosis)DIAGNOSIS_INIT;
}
