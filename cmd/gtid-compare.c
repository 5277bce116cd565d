/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>

#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/cluster.h"

/* What each server of a cluster has that another lacks. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *columns;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_STRING(0, "columns", struct opts, columns, "NAMES",
		   "show these columns ('help' lists them)"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "gtid compare --sandbox demo", "every pair of servers" },
	{ "gtid compare --hosts db1,db2 -o wide", "with the sets themselves" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 5, "a server could not be read; the others are shown" },
	EXIT_CODE_END
};

struct pair {
	const struct instance *one, *other;
	struct gtid_set missing, extra; /* of `one`, compared with `other` */
	char *missing_text, *extra_text, *missing_count, *extra_count;
};

static const struct gtid_reading *latest(const struct instance *i)
{
	return i->last.known ? &i->last : i->second.known ? &i->second : &i->first;
}

/*
 * What `has` had at first and `lacks` has not even afterwards: in this order a transaction on its
 * way between them is never shown. MariaDB's state tells lost branches apart, where there is one.
 */
static int difference(const struct instance *has, const struct instance *lacks,
		      struct gtid_set *ret, struct error *err)
{
	cleanup_gtid_set struct gtid_set holder = GTID_SET_INIT;
	const struct gtid_reading *late = latest(lacks);
	int r = gtid_set_union(&late->state, &late->executed, &holder, err);

	return r < 0 ? r : gtid_set_subtract(&has->first.executed, &holder, ret, err);
}

static char *text_of(const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_set_print(s, ",", &text);
	return strbuf_detach(&text, NULL);
}

static char *count_of(const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_count_print(gtid_set_count(s), &text);
	return strbuf_detach(&text, NULL);
}

static int fill(struct pair *p, const struct instance *one, const struct instance *other,
		struct error *err)
{
	int r;

	p->one = one;
	p->other = other;
	r = difference(other, one, &p->missing, err);
	if (r == 0)
		r = difference(one, other, &p->extra, err);
	if (r < 0) {
		error_wrap(err, "cannot compare '%s' with '%s'", one->name, other->name);
		return r;
	}
	p->missing_text = text_of(&p->missing);
	p->extra_text = text_of(&p->extra);
	p->missing_count = count_of(&p->missing);
	p->extra_count = count_of(&p->extra);
	return 0;
}

static void get_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->one->name;
}

static void get_other(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->other->name;
}

static void get_missing(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->missing_count;
}

static void get_extra(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->extra_count;
}

static void get_missing_set(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->missing_text;
}

static void get_extra_set(const void *row, struct cell *ret)
{
	ret->text = ((const struct pair *)row)->extra_text;
}

static const struct column columns[] = {
	{ .key = "instance", .header = "INSTANCE", .help = "a server", .get = get_name },
	{ .key = "other", .header = "OTHER", .help = "whom it is compared with", .get = get_other },
	{ .key = "missing", .header = "MISSING", .right = true, .get = get_missing,
	  .help = "transactions that only the other has" },
	{ .key = "extra", .header = "EXTRA", .right = true, .get = get_extra,
	  .help = "transactions that only it has" },
	{ .key = "missingSet", .header = "MISSING SET", .wide = true, .get = get_missing_set,
	  .help = "which ones are missing" },
	{ .key = "extraSet", .header = "EXTRA SET", .wide = true, .get = get_extra_set,
	  .help = "which ones are extra" },
	COLUMN_END
};

static const struct table table = {
	.kind = "GtidComparison", .name_prefix = "", .columns = columns,
};

struct pairs {
	struct pair *items;
	size_t len, alloc;
};

static void pairs_release(struct pairs *p)
{
	for (size_t i = 0; i < p->len; i++) {
		struct pair *x = &p->items[i];

		gtid_set_release(&x->missing);
		gtid_set_release(&x->extra);
		free(x->missing_text);
		free(x->extra_text);
		free(x->missing_count);
		free(x->extra_count);
	}
	free(p->items);
}

static bool readable(const struct instance *i)
{
	return i->reach == REACH_OK && i->first.known;
}

/* The primary is the other of its pairs. */
static int compare_all(const struct topology *t, struct pairs *p, struct error *err)
{
	for (size_t i = 0; i < t->len; i++) {
		for (size_t k = i + 1; k < t->len; k++) {
			const struct instance *one = t->items[i], *other = t->items[k];
			bool turn = other != t->primary;
			int r;

			if (!readable(one) || !readable(other))
				continue;
			ALLOC_GROW(p->items, p->len + 1, p->alloc);
			p->items[p->len] = (struct pair){ 0 };
			r = fill(&p->items[p->len++], turn ? other : one, turn ? one : other, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_cluster struct cluster c = CLUSTER_INIT;
	__attribute__((cleanup(pairs_release))) struct pairs pairs = { 0 };
	const char *name = s->argc ? s->args[0] : NULL;
	bool partial;
	int r;

	if (table_print_columns(&table, o->columns, &s->out))
		return 0;
	r = cluster_read(&c, s, &o->target, &o->login, name, err);
	if (r == 0)
		r = compare_all(c.topology, &pairs, err);
	if (r < 0)
		return r;
	partial = cluster_warn_unread(s, &c);
	r = table_print(&table, pairs.items, pairs.len, sizeof(*pairs.items), s->format, o->columns,
			&s->out, err);
	return r < 0 ? r : partial ? -ERR_UNKNOWN_STATE : 0;
}

extern const struct command cmd_gtid_compare;
const struct command cmd_gtid_compare = {
	.words = "gtid compare",
	.group = GROUP_LOOK,
	.summary = "show what each server has that another lacks",
	.description =
		"Reads the sets of GTIDs of all servers and compares each pair. They are read in such "
		"an order that what is only on its way from one to the other never counts as extra.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
