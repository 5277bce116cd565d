/* SPDX-License-Identifier: Apache-2.0 */
#include "template/schema.h"

#include <string.h>

#include "template/ere_ecma.h"

static void set_number(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text && *text)
		node_set(a, map, key, node_number(a, text, strlen(text), NULL));
}

static struct node *choices(struct arena *a, const struct param *p)
{
	struct node **items = arena_alloc(a, p->choice_count * sizeof(*items));

	for (size_t i = 0; i < p->choice_count; i++)
		items[i] = p->type == PARAM_INTEGER
				   ? node_number(a, p->choices[i], strlen(p->choices[i]), NULL)
				   : node_cstring(a, p->choices[i]);
	return node_seq(a, items, p->choice_count, NULL);
}

/* A required text must not be empty. */
static void set_lengths(struct arena *a, struct node *map, const struct param *p)
{
	bool none = !p->minimum || !*p->minimum || !strcmp(p->minimum, "0");

	set_number(a, map, "minLength", p->required && none ? "1" : p->minimum);
	set_number(a, map, "maxLength", p->maximum);
}

static void set_pattern(struct arena *a, struct node *map, const char *pattern)
{
	cleanup_strbuf struct strbuf ecma = STRBUF_INIT;

	strbuf_addstr(&ecma, "^(");
	ere_to_ecma(pattern, strlen(pattern), &ecma);
	strbuf_addstr(&ecma, ")$");
	node_set(a, map, "pattern", node_cstring(a, ecma.buf));
}

static void set_type(struct arena *a, struct node *map, const struct param *p)
{
	switch (p->type) {
	case PARAM_INTEGER:
		node_set_text(a, map, "type", "integer");
		set_number(a, map, "minimum", p->minimum);
		set_number(a, map, "maximum", p->maximum);
		return;
	case PARAM_PORT:
		node_set_text(a, map, "type", "integer");
		set_number(a, map, "minimum", p->minimum ? p->minimum : "1");
		set_number(a, map, "maximum", p->maximum ? p->maximum : "65535");
		return;
	case PARAM_BOOLEAN:
		node_set_text(a, map, "type", "boolean");
		return;
	case PARAM_QUANTITY:
		node_set_text(a, map, "type", "string");
		node_set_text(a, map, "pattern",
			   "^[+-]?[0-9.]+([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$");
		return;
	case PARAM_NAME:
		node_set_text(a, map, "type", "string");
		node_set_text(a, map, "pattern", "^[a-z]([-a-z0-9]*[a-z0-9])?$");
		set_number(a, map, "maxLength", "63");
		return;
	default:
		node_set_text(a, map, "type", "string");
		set_lengths(a, map, p);
	}
}

static struct node *default_value(struct arena *a, const struct param *p)
{
	if (p->type == PARAM_INTEGER || p->type == PARAM_PORT)
		return node_number(a, p->value, p->value_len, NULL);
	if (p->type == PARAM_BOOLEAN)
		return node_bool(a, !strcmp(p->value, "true"));
	return node_string(a, p->value, p->value_len, NULL);
}

static struct node *property(struct arena *a, const struct param *p)
{
	struct node *map = node_map(a, NULL, 0, NULL);

	node_set_text(a, map, "title", p->display_name);
	node_set_text(a, map, "description", p->description);
	set_type(a, map, p);
	if (p->pattern)
		set_pattern(a, map, p->pattern);
	if (p->choice_count)
		node_set(a, map, "enum", choices(a, p));
	if (p->value && p->value_len && !param_is_secret(p))
		node_set(a, map, "default", default_value(a, p));
	if (param_is_secret(p))
		node_set(a, map, "writeOnly", node_bool(a, true));
	return map;
}

static bool must_be_given(const struct param *p)
{
	return p->required && !p->generate && !(p->value && p->value_len);
}

struct node *template_schema(struct arena *a, const struct template *t)
{
	struct node *map = node_map(a, NULL, 0, NULL), *properties = node_map(a, NULL, 0, NULL);
	struct node **required = arena_alloc(a, t->param_count * sizeof(*required));
	size_t count = 0;

	for (size_t i = 0; i < t->param_count; i++) {
		node_set(a, properties, t->params[i].name, property(a, &t->params[i]));
		if (must_be_given(&t->params[i]))
			required[count++] = node_cstring(a, t->params[i].name);
	}
	node_set_text(a, map, "$schema", "https://json-schema.org/draft/2020-12/schema");
	node_set_text(a, map, "title", t->name);
	node_set_text(a, map, "description", t->description);
	node_set_text(a, map, "type", "object");
	node_set(a, map, "properties", properties);
	if (count)
		node_set(a, map, "required", node_seq(a, required, count, NULL));
	node_set(a, map, "additionalProperties", node_bool(a, false));
	return map;
}
