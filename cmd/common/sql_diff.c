/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sql_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strmap.h"
#include "base/strvec.h"

/* Servers that answered statement i with rows. */
struct answers {
	const struct sql_server **servers;
	size_t count, statement;
};

static const struct result *answer(const struct answers *a, size_t i)
{
	return a->servers[i]->results[a->statement];
}

static struct answers answers_of(const struct sql_job *job, size_t statement)
{
	struct answers a = { .servers = xcalloc(job->count + 1, sizeof(struct sql_server *)),
			     .statement = statement };

	for (size_t i = 0; i < job->count; i++)
		if (statement < job->servers[i].done && job->servers[i].results[statement])
			a.servers[a.count++] = &job->servers[i];
	return a;
}

/* A row as one text: lengths make it exact, NULL is -1. */
static void row_key(const struct result *r, size_t row, struct strbuf *key)
{
	strbuf_reset(key);
	for (size_t c = 0; c < result_columns(r); c++) {
		size_t len;
		const char *text = result_cell(r, row, c, &len);

		if (!text) {
			strbuf_addstr(key, "-1:");
			continue;
		}
		strbuf_addf(key, "%zu:", len);
		strbuf_add(key, text, len);
	}
}

static bool same_cell(const struct result *x, const struct result *y, size_t column)
{
	size_t n, m;
	const char *a = result_cell(x, 0, column, &n), *b = result_cell(y, 0, column, &m);

	return (!a && !b) || (a && b && n == m && memcmp(a, b, n) == 0);
}

static bool same_columns(const struct answers *a)
{
	const struct result *first = answer(a, 0);

	for (size_t i = 1; i < a->count; i++) {
		const struct result *r = answer(a, i);

		if (result_columns(r) != result_columns(first))
			return false;
		for (size_t c = 0; c < result_columns(r); c++)
			if (strcmp(result_name(r, c), result_name(first, c)) != 0)
				return false;
	}
	return true;
}

/* A header with a column for the servers before some of the result's. */
struct shown {
	struct rows_header header;
	const char **names;
	bool *number;
	size_t *columns;
	const char **cells;
	unsigned long *lengths;
};

static void shown_init(struct shown *x, const struct result *r)
{
	size_t n = result_columns(r) + 1;

	x->names = xcalloc(n, sizeof(*x->names));
	x->number = xcalloc(n, sizeof(*x->number));
	x->columns = xcalloc(n, sizeof(*x->columns));
	x->cells = xcalloc(n, sizeof(*x->cells));
	x->lengths = xcalloc(n, sizeof(*x->lengths));
	x->names[0] = "instance";
	x->header = (struct rows_header){ .names = x->names, .number = x->number, .count = 1 };
}

static void shown_add(struct shown *x, const struct result *r, size_t column)
{
	size_t at = x->header.count++;

	x->columns[at] = column;
	x->names[at] = result_name(r, column);
	x->number[at] = result_is_number(r, column);
}

static int shown_row(struct shown *x, const char *who, const struct result *r, size_t row,
		     struct rows *out, struct error *err)
{
	x->cells[0] = who;
	x->lengths[0] = strlen(who);
	for (size_t i = 1; i < x->header.count; i++) {
		size_t len;

		x->cells[i] = result_cell(r, row, x->columns[i], &len);
		x->lengths[i] = len;
	}
	return rows_add(out, x->cells, x->lengths, err);
}

static void shown_release(struct shown *x)
{
	free(x->names);
	free(x->number);
	free(x->columns);
	free(x->cells);
	free(x->lengths);
}

static bool one_row_each(const struct answers *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (result_rows(answer(a, i)) != 1)
			return false;
	return true;
}

static bool diff_single(const struct answers *a, struct rows *out, struct error *err)
{
	__attribute__((cleanup(shown_release))) struct shown x = { 0 };
	const struct result *first = answer(a, 0);

	shown_init(&x, first);
	for (size_t c = 0; c < result_columns(first); c++) {
		bool same = true;

		for (size_t i = 1; i < a->count && same; i++)
			same = same_cell(first, answer(a, i), c);
		if (!same)
			shown_add(&x, first, c);
	}
	if (x.header.count == 1)
		return false;
	rows_begin(out, &x.header);
	for (size_t i = 0; i < a->count; i++)
		if (shown_row(&x, a->servers[i]->instance->name, answer(a, i), 0, out, err) < 0)
			break;
	rows_end(out);
	return true;
}

/* How often each server has a row. */
struct counted {
	const struct result *result;
	size_t row;
	size_t *counts;
};

struct table_of_rows {
	struct strmap by_key;
	struct strvec keys;
	struct counted *rows;
	size_t len, alloc;
};

static void count_row(struct table_of_rows *t, const struct answers *a, size_t server, size_t row)
{
	cleanup_strbuf struct strbuf key = STRBUF_INIT;
	uintptr_t at;

	row_key(answer(a, server), row, &key);
	/* Positions from 1: a map holds no NULL. */
	at = (uintptr_t)strmap_get(&t->by_key, key.buf, key.len);
	if (!at) {
		size_t len = key.len;
		char *owned = strbuf_detach(&key, NULL);

		ALLOC_GROW(t->rows, t->len + 1, t->alloc);
		t->rows[t->len] = (struct counted){ .result = answer(a, server), .row = row,
						    .counts = xcalloc(a->count, sizeof(size_t)) };
		at = ++t->len;
		strvec_add_take(&t->keys, owned);
		strmap_put(&t->by_key, owned, len, (void *)at);
	}
	t->rows[at - 1].counts[server]++;
}

static bool everywhere_the_same(const struct counted *c, size_t servers)
{
	for (size_t i = 1; i < servers; i++)
		if (c->counts[i] != c->counts[0])
			return false;
	return true;
}

static void name_servers(const struct counted *c, const struct answers *a, struct strbuf *who)
{
	strbuf_reset(who);
	for (size_t i = 0; i < a->count; i++) {
		if (!c->counts[i])
			continue;
		strbuf_addf(who, "%s%s", who->len ? "," : "", a->servers[i]->instance->name);
		if (c->counts[i] > 1)
			strbuf_addf(who, "×%zu", c->counts[i]);
	}
}

static bool show_rows(const struct table_of_rows *t, const struct answers *a, struct rows *out,
		      struct error *err)
{
	__attribute__((cleanup(shown_release))) struct shown x = { 0 };
	cleanup_strbuf struct strbuf who = STRBUF_INIT;
	bool some = false;
	int r = 0;

	shown_init(&x, answer(a, 0));
	for (size_t c = 0; c < result_columns(answer(a, 0)); c++)
		shown_add(&x, answer(a, 0), c);
	for (size_t i = 0; i < t->len && r == 0; i++) {
		if (everywhere_the_same(&t->rows[i], a->count))
			continue;
		if (!some)
			rows_begin(out, &x.header);
		some = true;
		name_servers(&t->rows[i], a, &who);
		r = shown_row(&x, who.buf, t->rows[i].result, t->rows[i].row, out, err);
	}
	if (some)
		rows_end(out);
	return some;
}

static bool diff_rows(const struct answers *a, struct rows *out, struct error *err)
{
	struct table_of_rows t = { 0 };
	bool some;

	for (size_t i = 0; i < a->count; i++)
		for (size_t row = 0; row < result_rows(answer(a, i)); row++)
			count_row(&t, a, i, row);
	some = show_rows(&t, a, out, err);
	for (size_t i = 0; i < t.len; i++)
		free(t.rows[i].counts);
	free(t.rows);
	strmap_release(&t.by_key);
	strvec_release(&t.keys);
	return some;
}

bool sql_diff(const struct sql_job *job, struct rows *out, struct error *err)
{
	bool some = false;

	for (size_t i = 0;; i++) {
		struct answers a = answers_of(job, i);
		size_t longest = 0;

		for (size_t k = 0; k < job->count; k++)
			longest = job->servers[k].done > longest ? job->servers[k].done : longest;
		if (a.count > 1 && !same_columns(&a)) {
			error_set(err, ERR_FINDINGS,
				  "the servers gave different columns to statement %zu", i + 1);
			some = true;
		} else if (a.count > 1) {
			some |= one_row_each(&a) ? diff_single(&a, out, err)
						 : diff_rows(&a, out, err);
		}
		free(a.servers);
		if (i >= longest || err->class)
			return some;
	}
}
