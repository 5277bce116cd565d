/* SPDX-License-Identifier: Apache-2.0 */
#include "law/generate.h"

#include <stdio.h>

#include "base/memory.h"

/*
 * Typed on purpose: expressions are made for the type that is wanted, and for another one only
 * now and then, so that most templates render and the rest fail in interesting places.
 */

enum type { INTEGER, BOOLEAN, STRING, QUANTITY, LIST, TYPES };

struct name {
	char text[24];
	enum type type;
};

struct maker {
	struct random *r;
	struct strbuf *out;
	struct name names[64];
	unsigned name_count;
	unsigned fresh;
	unsigned budget;
};

uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned random_below(struct random *r, unsigned n)
{
	return (unsigned)(random_next(r) % n);
}

bool random_chance(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

static const char *pick(struct random *r, const char *const *list, unsigned n)
{
	return list[random_below(r, n)];
}

static const char *const words[] = { "a",	  "shop", "x-1",  "",	"yes",	"null",
				     "1e3",	  "0755", "a: b", "$",	"${A}", "#",
				     "two words", "~",	  "-",	  "é€", "{a",	"12",
				     "q\"q",	  "\\",	  "1, 2", "{",	"\"s\"", "]",
				     "\\n",	  "\"" };

/* Text that holds JSON, or almost; '@' is for a reference. */
static const char *const json_texts[] = {
	"{\"a\": \"@\"}",
	"{\"a\": @, \"b\": \"x@\"}",
	"[\"@\", @]",
	"{\"n\": 1@, \"s\": \"@@\"}",
	"[@]",
	"@\"a\": \"@\"}",
	"{\"k\": [ @ ], \"@\": null}",
	"{@\"a\": \"@\"}",
	"[\"\\\\@\", {\"x\": @ }]",
	"[@, \"@\"",
};

static void string_literal(struct maker *m, struct strbuf *e)
{
	const char *w = pick(m->r, words, ARRAY_SIZE(words));

	strbuf_addch(e, '\'');
	for (; *w; w++) {
		if (*w == '$' || *w == '\\')
			strbuf_addch(e, '\\');
		strbuf_addch(e, *w);
	}
	strbuf_addch(e, '\'');
}

static void literal(struct maker *m, enum type t, struct strbuf *e)
{
	static const char *const quantities[] = { "512Mi", "500m", "1Gi", "1500m", "3Ki", "2G" };
	static const char *const lists[] = { "['a', 'b']", "range(2)", "[]", "split('p,q', ',')",
					     "[1, 2, 3]" };

	if (t == INTEGER)
		strbuf_addf(e, "%u", random_below(m->r, 12));
	else if (t == BOOLEAN)
		strbuf_addstr(e, random_chance(m->r, 50) ? "true" : "false");
	else if (t == QUANTITY)
		strbuf_addstr(e, pick(m->r, quantities, ARRAY_SIZE(quantities)));
	else if (t == LIST)
		strbuf_addstr(e, pick(m->r, lists, ARRAY_SIZE(lists)));
	else
		string_literal(m, e);
}

static bool some_name(struct maker *m, enum type t, struct strbuf *e)
{
	unsigned start = m->name_count ? random_below(m->r, m->name_count) : 0;

	for (unsigned i = 0; i < m->name_count; i++) {
		const struct name *n = &m->names[(start + i) % m->name_count];

		if (n->type == t) {
			strbuf_addstr(e, n->text);
			return true;
		}
	}
	return false;
}

static void expression(struct maker *m, enum type t, unsigned depth, struct strbuf *e);

/* "head A mid B tail" with two sub-expressions. */
static void both(struct maker *m, struct strbuf *e, unsigned depth, const char *head, enum type a,
		 const char *mid, enum type b, const char *tail)
{
	strbuf_addstr(e, head);
	expression(m, a, depth + 1, e);
	strbuf_addstr(e, mid);
	expression(m, b, depth + 1, e);
	strbuf_addstr(e, tail);
}

static void one(struct maker *m, struct strbuf *e, unsigned depth, const char *head, enum type a,
		const char *tail)
{
	strbuf_addstr(e, head);
	expression(m, a, depth + 1, e);
	strbuf_addstr(e, tail);
}

static void integer(struct maker *m, unsigned depth, struct strbuf *e)
{
	static const char *const ops[] = { " + ", " - ", " * ", " / ", " % " };

	switch (random_below(m->r, 6)) {
	case 0:
		one(m, e, depth, "len(", STRING, ")");
		break;
	case 1:
		both(m, e, depth, "max(", INTEGER, ", ", INTEGER, ")");
		break;
	case 2:
		one(m, e, depth, "-", INTEGER, "");
		break;
	default:
		both(m, e, depth, "(", INTEGER, pick(m->r, ops, ARRAY_SIZE(ops)), INTEGER, ")");
	}
}

static void boolean(struct maker *m, unsigned depth, struct strbuf *e)
{
	static const char *const ops[] = { " < ", " <= ", " == ", " != ", " >= " };
	static const char *const logic[] = { " && ", " || " };

	switch (random_below(m->r, 4)) {
	case 0:
		both(m, e, depth, "(", BOOLEAN, pick(m->r, logic, 2), BOOLEAN, ")");
		break;
	case 1:
		one(m, e, depth, "!", BOOLEAN, "");
		break;
	case 2:
		both(m, e, depth, "(", STRING, random_chance(m->r, 50) ? " == " : " < ", STRING,
		     ")");
		break;
	default:
		both(m, e, depth, "(", INTEGER, pick(m->r, ops, ARRAY_SIZE(ops)), INTEGER, ")");
	}
}

static void string(struct maker *m, unsigned depth, struct strbuf *e)
{
	switch (random_below(m->r, 6)) {
	case 0:
		both(m, e, depth, "(", STRING, " + ", STRING, ")");
		break;
	case 1:
		both(m, e, depth, "join(", LIST, ", ", STRING, ")");
		break;
	case 2:
		one(m, e, depth, "upper(", STRING, ")");
		break;
	case 3:
		one(m, e, depth, "string(", INTEGER, ")");
		break;
	case 4:
		both(m, e, depth, "default(", STRING, ", ", STRING, ")");
		break;
	default:
		one(m, e, depth, "base64(", STRING, ")");
	}
}

static void conditional(struct maker *m, enum type t, unsigned depth, struct strbuf *e)
{
	both(m, e, depth, "(", BOOLEAN, " ? ", t, " : ");
	expression(m, t, depth + 1, e);
	strbuf_addch(e, ')');
}

static void expression(struct maker *m, enum type t, unsigned depth, struct strbuf *e)
{
	if (random_chance(m->r, 2))
		t = random_below(m->r, TYPES);
	if (depth > 2 || random_chance(m->r, 40)) {
		if (random_chance(m->r, 25) || !some_name(m, t, e))
			literal(m, t, e);
		return;
	}
	if (random_chance(m->r, 12)) {
		conditional(m, t, depth, e);
		return;
	}
	if (t == INTEGER)
		integer(m, depth, e);
	else if (t == BOOLEAN)
		boolean(m, depth, e);
	else if (t == STRING)
		string(m, depth, e);
	else if (t == QUANTITY)
		both(m, e, depth, "(", QUANTITY, random_chance(m->r, 50) ? " * " : " / ", INTEGER,
		     ")");
	else if (random_chance(m->r, 60))
		one(m, e, depth, "range(", INTEGER, ")");
	else
		both(m, e, depth, "[", STRING, ", ", STRING, "]");
}

/* An expression as a double-quoted YAML scalar. */
static void quoted(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '"');
}

static void quoted_expression(struct maker *m, enum type t)
{
	cleanup_strbuf struct strbuf e = STRBUF_INIT;

	expression(m, t, 0, &e);
	quoted(m->out, e.buf);
}

static void node(struct maker *m, unsigned depth);

static void json_text(struct maker *m)
{
	cleanup_strbuf struct strbuf e = STRBUF_INIT;
	bool wrap;

	for (const char *s = pick(m->r, json_texts, ARRAY_SIZE(json_texts)); *s; s++) {
		if (*s != '@') {
			strbuf_addch(&e, *s);
			continue;
		}
		wrap = random_chance(m->r, 20);
		one(m, &e, 1, wrap ? "${json(" : "${", random_below(m->r, LIST), wrap ? ")}" : "}");
	}
	strbuf_addstr(m->out, "!text ");
	quoted(m->out, e.buf);
}

static void text(struct maker *m)
{
	cleanup_strbuf struct strbuf e = STRBUF_INIT;

	for (unsigned n = random_below(m->r, 4); n > 0; n--) {
		strbuf_addstr(&e, random_chance(m->r, 50) ? "a ${'\\$'}" : "b ");
		if (random_chance(m->r, 15))
			strbuf_addstr(&e, "$${no}");
		strbuf_addstr(&e, "${");
		expression(m, random_chance(m->r, 70) ? STRING : INTEGER, 1, &e);
		strbuf_addstr(&e, "}");
	}
	strbuf_addstr(&e, random_chance(m->r, 50) ? "$" : "end");
	strbuf_addstr(m->out, "!text ");
	quoted(m->out, e.buf);
}

static void fresh_name(struct maker *m, enum type t, char *ret, size_t size)
{
	/* Sometimes one that hides another. */
	if (m->name_count && random_chance(m->r, 20))
		snprintf(ret, size, "%s", m->names[random_below(m->r, m->name_count)].text);
	else
		snprintf(ret, size, "v%u", m->fresh++);
	if (m->name_count < ARRAY_SIZE(m->names)) {
		struct name *n = &m->names[m->name_count++];

		snprintf(n->text, sizeof(n->text), "%s", ret);
		n->type = t;
	}
}

static void loop(struct maker *m, unsigned depth)
{
	unsigned names = m->name_count;
	char name[24];

	strbuf_addstr(m->out, "!for {in: ");
	quoted_expression(m, LIST);
	fresh_name(m, random_chance(m->r, 50) ? STRING : INTEGER, name, sizeof(name));
	strbuf_addf(m->out, ", each: %s, do: ", name);
	node(m, depth + 1);
	strbuf_addch(m->out, '}');
	m->name_count = names;
}

static void let(struct maker *m, unsigned depth)
{
	unsigned names = m->name_count;
	enum type t = random_below(m->r, TYPES);
	char name[24];

	strbuf_addstr(m->out, "!let {set: {");
	for (unsigned i = 0, n = 1 + random_below(m->r, 2); i < n; i++, t = STRING) {
		cleanup_strbuf struct strbuf value = STRBUF_INIT;
		struct strbuf *out = m->out;

		m->out = &value;
		if (random_chance(m->r, 60)) {
			strbuf_addstr(&value, "!expr ");
			quoted_expression(m, t);
		} else {
			node(m, depth + 2);
		}
		m->out = out;
		/* Unlike the names inside, a key of this map must not stand twice. */
		snprintf(name, sizeof(name), "w%u", m->fresh++);
		if (m->name_count < ARRAY_SIZE(m->names)) {
			struct name *nm = &m->names[m->name_count++];

			snprintf(nm->text, sizeof(nm->text), "%s", name);
			nm->type = t;
		}
		strbuf_addf(m->out, "%s%s: %s", i ? ", " : "", name, value.buf);
	}
	strbuf_addstr(m->out, "}, do: ");
	node(m, depth + 1);
	strbuf_addch(m->out, '}');
	m->name_count = names;
}

static void condition(struct maker *m, unsigned depth)
{
	strbuf_addstr(m->out, "!if {when: ");
	quoted_expression(m, BOOLEAN);
	strbuf_addstr(m->out, ", then: ");
	node(m, depth + 1);
	if (random_chance(m->r, 50)) {
		strbuf_addstr(m->out, ", else: ");
		node(m, depth + 1);
	}
	strbuf_addch(m->out, '}');
}

static void assertion(struct maker *m, unsigned depth)
{
	cleanup_strbuf struct strbuf e = STRBUF_INIT;

	strbuf_addstr(m->out, "!assert {that: ");
	/* Mostly true, or nothing would ever render. */
	if (random_chance(m->r, 85)) {
		expression(m, BOOLEAN, 1, &e);
		strbuf_addstr(&e, " || true");
		quoted(m->out, e.buf);
	} else {
		quoted_expression(m, BOOLEAN);
	}
	strbuf_addstr(m->out, ", message: ");
	text(m);
	strbuf_addstr(m->out, ", then: ");
	node(m, depth + 1);
	strbuf_addch(m->out, '}');
}

static void map(struct maker *m, unsigned depth)
{
	strbuf_addch(m->out, '{');
	for (unsigned i = 0, n = random_below(m->r, 4); i < n; i++) {
		strbuf_addstr(m->out, i ? ", " : "");
		if (random_chance(m->r, 8)) {
			strbuf_addstr(m->out, "? !text \"k${");
			if (!some_name(m, STRING, m->out))
				strbuf_addstr(m->out, "'z'");
			strbuf_addf(m->out, "}%s\" : ", random_chance(m->r, 80) ? "u" : "");
		} else {
			strbuf_addf(m->out, "key%u: ", i);
		}
		node(m, depth + 1);
	}
	strbuf_addch(m->out, '}');
}

static void list(struct maker *m, unsigned depth)
{
	strbuf_addch(m->out, '[');
	for (unsigned i = 0, n = random_below(m->r, 4); i < n; i++) {
		strbuf_addstr(m->out, i ? ", " : "");
		node(m, depth + 1);
	}
	strbuf_addch(m->out, ']');
}

static void constant(struct maker *m)
{
	static const char *const scalars[] = { "1",
					       "true",
					       "null",
					       "plain",
					       "1.50",
					       "\"\"",
					       "'yes'",
					       "\"${X}\"",
					       "12345678901234567890",
					       "\"a\\nb\\n\"",
					       "0x1F",
					       "\" lead\"",
					       "1e3" };

	strbuf_addstr(m->out, pick(m->r, scalars, ARRAY_SIZE(scalars)));
}

static void node(struct maker *m, unsigned depth)
{
	unsigned what = depth > 4 || !m->budget ? random_below(m->r, 3) : random_below(m->r, 12);

	if (m->budget)
		m->budget--;
	switch (what) {
	case 0:
		constant(m);
		break;
	case 1:
		strbuf_addstr(m->out, "!expr ");
		quoted_expression(m, random_below(m->r, TYPES));
		break;
	case 2:
		if (random_chance(m->r, 40))
			json_text(m);
		else
			text(m);
		break;
	case 3:
	case 4:
		map(m, depth);
		break;
	case 5:
	case 6:
		list(m, depth);
		break;
	case 7:
	case 8:
		condition(m, depth);
		break;
	case 9:
		loop(m, depth);
		break;
	case 10:
		let(m, depth);
		break;
	default:
		assertion(m, depth);
	}
}

static const char *const param_names[GENERATED_PARAMS] = { "NAME", "COUNT", "FLAG", "SIZE",
							   "TEXT", "MORE",  "PASS", "OTHER" };
static const char *const param_types[GENERATED_PARAMS] = { "name",     "integer", "boolean",
							   "quantity", "string",  "integer",
							   "password", "string" };
static const enum type value_types[GENERATED_PARAMS] = { STRING, INTEGER, BOOLEAN, QUANTITY,
							 STRING, INTEGER, STRING,  STRING };

static void random_value(struct random *r, unsigned i, struct strbuf *out)
{
	static const char *const names[] = { "shop", "a", "db-1" };
	static const char *const sizes[] = { "1Gi", "512Mi", "250m", "3", "1.5Gi" };

	switch (value_types[i]) {
	case INTEGER:
		strbuf_addf(out, "%u", random_below(r, 6));
		break;
	case BOOLEAN:
		strbuf_addstr(out, random_chance(r, 50) ? "true" : "false");
		break;
	case QUANTITY:
		strbuf_addstr(out, pick(r, sizes, ARRAY_SIZE(sizes)));
		break;
	default:
		strbuf_addstr(out, i == 0 ? pick(r, names, ARRAY_SIZE(names))
					  : pick(r, words, ARRAY_SIZE(words)));
	}
}

static void parameters(struct random *r, struct generated *g)
{
	g->param_count = 1 + random_below(r, GENERATED_PARAMS);
	strbuf_addstr(&g->text, "parameters:\n");
	for (unsigned i = 0; i < g->param_count; i++) {
		g->names[i] = param_names[i];
		strbuf_init(&g->values[i]);
		random_value(r, i, &g->values[i]);
		strbuf_addf(&g->text, "- name: %s\n", param_names[i]);
		if (!g->openshift)
			strbuf_addf(&g->text, "  type: %s\n", param_types[i]);
		g->has_default[i] = random_chance(r, 70);
		if (g->has_default[i]) {
			cleanup_strbuf struct strbuf value = STRBUF_INIT;

			random_value(r, i, &value);
			strbuf_addstr(&g->text, "  value: ");
			quoted(&g->text, value.buf);
			strbuf_addch(&g->text, '\n');
		}
	}
}

static void openshift_json_text(struct random *r, const struct generated *g, struct strbuf *out)
{
	cleanup_strbuf struct strbuf e = STRBUF_INIT;

	for (const char *s = pick(r, json_texts, ARRAY_SIZE(json_texts)); *s; s++)
		if (*s == '@')
			strbuf_addf(&e, "${%s}", g->names[random_below(r, g->param_count)]);
		else
			strbuf_addch(&e, *s);
	quoted(out, e.buf);
}

static void openshift_value(struct random *r, const struct generated *g, struct strbuf *out,
			    unsigned depth)
{
	unsigned what = depth > 3 ? random_below(r, 3) : random_below(r, 6);
	const char *name = g->names[random_below(r, g->param_count)];

	if (what == 0) {
		strbuf_addf(out, "\"x-${%s}$%s\"", name, random_chance(r, 30) ? "-${NAME}" : "");
	} else if (what == 1) {
		strbuf_addf(out, "\"${{%s}}\"", name);
	} else if (what == 2 && random_chance(r, 60)) {
		openshift_json_text(r, g, out);
	} else if (what == 2) {
		strbuf_addstr(out, random_chance(r, 50) ? "12" : "\"yes\"");
	} else {
		strbuf_addch(out, what == 3 ? '[' : '{');
		for (unsigned i = 0, n = random_below(r, 4); i < n; i++) {
			strbuf_addstr(out, i ? ", " : "");
			if (what != 3 && random_chance(r, 10))
				strbuf_addf(out, "\"k-${%s}%u\": ", g->names[i % g->param_count],
					    i / g->param_count);
			else if (what != 3)
				strbuf_addf(out, "key%u: ", i);
			openshift_value(r, g, out, depth + 1);
		}
		strbuf_addch(out, what == 3 ? ']' : '}');
	}
}

static void openshift_objects(struct random *r, struct generated *g)
{
	for (unsigned i = 0, n = 1 + random_below(r, 3); i < n; i++) {
		strbuf_addf(
			&g->text,
			"- apiVersion: v1\n  kind: %s\n  metadata: {name: \"${NAME}-%u\"}\n  spec: ",
			random_chance(r, 50) ? "ConfigMap" : "Route", i);
		openshift_value(r, g, &g->text, 0);
		strbuf_addch(&g->text, '\n');
	}
}

static void own_objects(struct random *r, struct generated *g)
{
	struct maker m = { .r = r, .out = &g->text, .budget = 40 };

	for (unsigned i = 0; i < g->param_count; i++) {
		struct name *n = &m.names[m.name_count++];

		snprintf(n->text, sizeof(n->text), "%s", g->names[i]);
		n->type = value_types[i];
	}
	for (unsigned i = 0, n = 1 + random_below(r, 3); i < n; i++) {
		unsigned names = m.name_count;

		strbuf_addstr(&g->text, "- ");
		if (random_chance(r, 20)) {
			strbuf_addstr(&g->text, "!if {when: ");
			quoted_expression(&m, BOOLEAN);
			strbuf_addstr(
				&g->text,
				", then: {apiVersion: v1, kind: Secret, metadata: {name: !expr NAME}, data: ");
			node(&m, 1);
			strbuf_addstr(&g->text, "}}\n");
		} else {
			strbuf_addf(&g->text,
				    "apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c%u}\n"
				    "  data: ",
				    i);
			node(&m, 0);
			strbuf_addch(&g->text, '\n');
		}
		m.name_count = names;
	}
}

void generate(struct random *r, struct generated *ret)
{
	*ret = (struct generated){ .text = STRBUF_INIT, .openshift = random_chance(r, 30) };
	strbuf_addf(&ret->text, "apiVersion: %s\nkind: Template\nmetadata: {name: law}\n",
		    ret->openshift ? "template.openshift.io/v1" : "kubectl-mysql/v1");
	parameters(r, ret);
	if (random_chance(r, 50))
		strbuf_addf(&ret->text, "labels: {app: %s}\n",
			    ret->openshift ? "\"l-${NAME}\"" : "!text \"l-${NAME}\"");
	strbuf_addstr(&ret->text, "objects:\n");
	if (ret->openshift)
		openshift_objects(r, ret);
	else
		own_objects(r, ret);
}

void generated_release(struct generated *g)
{
	strbuf_release(&g->text);
	for (unsigned i = 0; i < g->param_count; i++)
		strbuf_release(&g->values[i]);
}
