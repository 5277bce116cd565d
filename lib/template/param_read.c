/* SPDX-License-Identifier: Apache-2.0 */
/* The declaration of a parameter: from its document to a checked struct param. */
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "template/ascii.h"
#include "template/expr_internal.h"
#include "template/param_internal.h"

static const char *const fields[] = {
	"name", "type",	    "displayName", "description", "value",   "generate",
	"from", "required", "minimum",	   "maximum",	  "pattern", "enum",
};

static int bad(struct error *err)
{
	err->code = "T101";
	return -ERR_INVALID;
}

static int check_field_names(const struct node *decl, struct error *err)
{
	for (uint32_t i = 0; i < decl->len; i++) {
		const struct node *key = decl->entries[i].key;
		struct suggestion s = { 0 };
		bool known = false;

		for (size_t f = 0; f < ARRAY_SIZE(fields) && !key->tag; f++) {
			known |= strcmp(fields[f], key->text) == 0;
			suggest_offer(&s, key->text, fields[f]);
		}
		if (known && !decl->entries[i].value->tag)
			continue;
		if (known) {
			error_set_at(err, ERR_INVALID, &decl->entries[i].value->pos,
				     "field '%s' of a parameter takes no directive", key->text);
			return bad(err);
		}
		error_set_at(err, ERR_INVALID, &key->pos, "a parameter has no field '%.*s%s'",
			     quote_length(key->text, key->len), key->text,
			     quote_rest(key->text, key->len));
		if (s.best)
			error_hint(err, "did you mean '%s'?", s.best);
		else
			error_hint(err, "a default is its 'value', bounds are 'minimum' and "
					"'maximum'; see docs/templates.md, 'Parameters'");
		return bad(err);
	}
	return 0;
}

/* ---- single fields ---- */

/* A string without NUL. ret_pos may be NULL. */
static int read_string(const struct node *decl, const char *key, const char **ret,
		       struct pos *ret_pos, struct error *err)
{
	const struct node *n = node_get(decl, key);

	if (!n || n->kind == NODE_NULL)
		return 0;
	if (n->kind != NODE_STRING) {
		error_set_at(err, ERR_INVALID, &n->pos, "field '%s': expected string, got %s", key,
			     node_kind_name(n));
		if (n->kind == NODE_NUMBER || n->kind == NODE_BOOL)
			error_hint(err, "quote it");
		return bad(err);
	}
	if (memchr(n->text, '\0', n->len)) {
		error_set_at(err, ERR_INVALID, &n->pos, "field '%s' holds a NUL", key);
		return bad(err);
	}
	*ret = n->text;
	if (ret_pos)
		*ret_pos = n->pos;
	return 0;
}

static bool takes_plain(const struct param *p, enum node_kind kind)
{
	if (kind == NODE_BOOL)
		return p->type == PARAM_BOOLEAN;
	return kind == NODE_NUMBER && (param_is_number(p) || p->type == PARAM_QUANTITY);
}

/* A string, or what the type of the parameter allows to stand without quotes. */
static int read_value(const struct node *decl, struct param *p, struct error *err)
{
	const struct node *n = node_get(decl, "value");

	if (!n || n->kind == NODE_NULL)
		return 0;
	p->value_pos = n->pos;
	if (n->kind == NODE_STRING || (n->kind == NODE_NUMBER && takes_plain(p, n->kind))) {
		p->value = n->text;
		p->value_len = n->len;
		return 0;
	}
	if (n->kind == NODE_BOOL && takes_plain(p, n->kind)) {
		p->value = n->boolean ? "true" : "false";
		p->value_len = strlen(p->value);
		return 0;
	}
	error_set_at(err, ERR_INVALID, &n->pos, "parameter '%s': expected %s as value, got %s",
		     p->name,
		     takes_plain(p, NODE_BOOL)	   ? "boolean"
		     : takes_plain(p, NODE_NUMBER) ? "number"
						   : "string",
		     node_kind_name(n));
	if ((n->kind == NODE_NUMBER || n->kind == NODE_BOOL) && p->type != PARAM_BOOLEAN &&
	    !takes_plain(p, NODE_NUMBER))
		error_hint(err, "quote it");
	err->code = "T102";
	return -ERR_INVALID;
}

static bool name_is_valid(const char *name)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i], name) == 0)
			return false;
	}
	if (ascii_is_digit(name[0]))
		return false;
	for (const char *p = name; *p; p++) {
		if (!ascii_is_alnum(*p) && *p != '_')
			return false;
	}
	return name[0] != '\0';
}

static int read_name(const struct node *decl, struct param *p, struct error *err)
{
	if (read_string(decl, "name", &p->name, &p->pos, err) < 0)
		return -ERR_INVALID;
	if (!p->name) {
		error_set_at(err, ERR_INVALID, &decl->pos, "a parameter has no name");
		return bad(err);
	}
	if (name_is_valid(p->name))
		return 0;
	error_set_at(err, ERR_INVALID, &p->pos, "'%.*s%s' cannot be the name of a parameter",
		     quote_length(p->name, strlen(p->name)), p->name,
		     quote_rest(p->name, strlen(p->name)));
	error_hint(err,
		   "a name has letters, digits and '_', does not begin with a digit, and is not "
		   "true, false or null");
	return bad(err);
}

static int read_type(const struct node *decl, struct param *p, struct error *err)
{
	const char *name = NULL;
	struct suggestion s = { 0 };
	struct pos pos;
	int type;

	if (read_string(decl, "type", &name, &pos, err) < 0)
		return -ERR_INVALID;
	type = name ? param_type_from_name(name) : PARAM_STRING;
	if (type >= 0) {
		p->type = (enum param_type)type;
		return 0;
	}
	error_set_at(err, ERR_INVALID, &pos, "parameter '%s': no type '%.*s%s'", p->name,
		     quote_length(name, strlen(name)), name, quote_rest(name, strlen(name)));
	for (int t = PARAM_STRING; t <= PARAM_SECRET; t++)
		suggest_offer(&s, name, param_type_name((enum param_type)t));
	if (s.best)
		error_hint(err, "did you mean '%s'?", s.best);
	else
		error_hint(err, "types are string, integer, boolean, quantity, port, name, enum, "
				"password and secret");
	return bad(err);
}

static int read_required(const struct node *decl, struct param *p, struct error *err)
{
	return node_get_bool(decl, "required", &p->required, err) < 0 ? bad(err) : 0;
}

/* ---- bounds, pattern, choices ---- */

static int read_bound(const struct node *decl, const struct param *p, const char *key,
		      const char **ret, struct pos *ret_pos, struct error *err)
{
	const struct node *n = node_get(decl, key);
	bool usable = param_is_number(p) || param_has_length(p) || p->type == PARAM_QUANTITY;
	struct fraction f;

	if (!n || n->kind == NODE_NULL)
		return 0;
	*ret_pos = n->pos;
	if (!usable) {
		error_set_at(err, ERR_INVALID, &n->pos, "parameter '%s': type %s takes no %s",
			     p->name, param_type_name(p->type), key);
		return bad(err);
	}
	if ((n->kind != NODE_NUMBER && n->kind != NODE_STRING) || memchr(n->text, '\0', n->len) ||
	    param_parse_bound(p, n->text, &f) < 0 || (param_has_length(p) && f.num < 0)) {
		error_set_at(err, ERR_INVALID, &n->pos, "parameter '%s': %s is not a %s", p->name,
			     key,
			     p->type == PARAM_QUANTITY ? "quantity"
			     : param_has_length(p)     ? "length"
						       : "whole number");
		return bad(err);
	}
	*ret = n->text;
	return 0;
}

static int read_bounds(const struct node *decl, struct param *p, struct error *err)
{
	struct fraction low, high;

	if (read_bound(decl, p, "minimum", &p->minimum, &p->minimum_pos, err) < 0 ||
	    read_bound(decl, p, "maximum", &p->maximum, &p->maximum_pos, err) < 0)
		return -ERR_INVALID;
	if (!p->minimum || !p->maximum || param_parse_bound(p, p->minimum, &low) < 0 ||
	    param_parse_bound(p, p->maximum, &high) < 0 || fraction_compare(low, high) <= 0)
		return 0;
	error_set_at(err, ERR_INVALID, &p->minimum_pos,
		     "parameter '%s': minimum %s is greater than maximum %s", p->name, p->minimum,
		     p->maximum);
	return bad(err);
}

static int read_pattern(const struct node *decl, struct param *p, struct error *err)
{
	cleanup_error struct error problem = ERROR_INIT;

	if (read_string(decl, "pattern", &p->pattern, &p->pattern_pos, err) < 0)
		return -ERR_INVALID;
	if (!p->pattern || pattern_check(p->pattern, &problem) == 0)
		return 0;
	error_set_at(err, ERR_INVALID, &p->pattern_pos, "parameter '%s': bad pattern: %s", p->name,
		     problem.message);
	return bad(err);
}

static int read_choice(struct arena *a, struct param *p, const struct node *n, struct error *err)
{
	bool text = n->kind == NODE_STRING && !memchr(n->text, '\0', n->len);
	struct param plain = { .name = p->name, .type = p->type };
	struct value v;

	if (n->tag || (!text && !(n->kind == NODE_NUMBER && param_is_number(p)))) {
		error_set_at(err, ERR_INVALID, &n->pos,
			     "parameter '%s': expected %s in 'enum', got %s", p->name,
			     param_is_number(p) ? "number" : "string", node_kind_name(n));
		if (!n->tag && (n->kind == NODE_BOOL || n->kind == NODE_NUMBER))
			error_hint(err, "quote it");
		return bad(err);
	}
	if (param_parse(a, &plain, n->text, n->len, &n->pos, &v, err) < 0)
		return bad(err);
	for (size_t i = 0; i < p->choice_count; i++) {
		if (strcmp(p->choices[i], n->text) == 0) {
			error_set_at(err, ERR_INVALID, &n->pos,
				     "parameter '%s': '%s' is twice in 'enum'", p->name, n->text);
			return bad(err);
		}
	}
	p->choices[p->choice_count++] = n->text;
	return 0;
}

static int read_choices(struct arena *a, const struct node *decl, struct param *p,
			struct error *err)
{
	struct node *list = NULL;

	if (node_get_seq(decl, "enum", &list, err) < 0)
		return bad(err);
	if (!list && p->type != PARAM_ENUM)
		return 0;
	if (list && p->type != PARAM_ENUM && p->type != PARAM_STRING && p->type != PARAM_INTEGER) {
		error_set_at(err, ERR_INVALID, &list->pos, "parameter '%s': type %s takes no enum",
			     p->name, param_type_name(p->type));
		return bad(err);
	}
	if (!list || list->len == 0 || list->len > 1000) {
		error_set_at(err, ERR_INVALID, list ? &list->pos : &p->pos,
			     "parameter '%s': 'enum' must list 1 to 1000 values", p->name);
		return bad(err);
	}
	p->choices = arena_alloc(a, list->len * sizeof(p->choices[0]));
	for (uint32_t i = 0; i < list->len; i++) {
		if (read_choice(a, p, list->items[i], err) < 0)
			return -ERR_INVALID;
	}
	return 0;
}

/* ---- generator and default ---- */

static int read_generator(const struct node *decl, struct param *p, struct error *err)
{
	struct pos pos = decl->pos;

	if (read_string(decl, "generate", &p->generate, &pos, err) < 0 ||
	    read_string(decl, "from", &p->from, &p->from_pos, err) < 0)
		return -ERR_INVALID;
	if (!p->generate && !p->from)
		return 0;
	if (!p->generate || !p->from) {
		error_set_at(err, ERR_INVALID, p->from ? &p->from_pos : &pos,
			     "parameter '%s': '%s' without '%s'", p->name,
			     p->from ? "from" : "generate", p->from ? "generate" : "from");
		return bad(err);
	}
	if (strcmp(p->generate, "expression") != 0) {
		error_set_at(err, ERR_INVALID, &pos,
			     "unknown generator name '%.*s%s' for parameter '%s'",
			     quote_length(p->generate, strlen(p->generate)), p->generate,
			     quote_rest(p->generate, strlen(p->generate)), p->name);
		error_hint(err, "the only generator is 'expression'");
		err->code = "T110";
		return -ERR_INVALID;
	}
	return 0;
}

static int check_default(struct arena *a, const struct param *p, struct error *err)
{
	struct param optional = *p;
	struct value v;

	if (!p->value)
		return 0;
	/* An empty default of a required parameter is as good as none. */
	optional.required = false;
	if (p->required && p->value_len == 0)
		return 0;
	return param_parse(a, &optional, p->value, p->value_len, &p->value_pos, &v, err);
}

int param_read(struct arena *a, const struct node *decl, struct param *ret, struct error *err)
{
	struct param p = { .type = PARAM_STRING };

	if (decl->tag || decl->kind != NODE_MAP) {
		error_set_at(err, ERR_INVALID, &decl->pos, "a parameter is a map, got %s",
			     decl->tag ? decl->tag : node_kind_name(decl));
		return bad(err);
	}
	if (check_field_names(decl, err) < 0 || read_name(decl, &p, err) < 0 ||
	    read_type(decl, &p, err) < 0 ||
	    read_string(decl, "displayName", &p.display_name, NULL, err) < 0 ||
	    read_string(decl, "description", &p.description, NULL, err) < 0 ||
	    read_required(decl, &p, err) < 0 || read_bounds(decl, &p, err) < 0 ||
	    read_pattern(decl, &p, err) < 0 || read_choices(a, decl, &p, err) < 0 ||
	    read_generator(decl, &p, err) < 0 || read_value(decl, &p, err) < 0 ||
	    check_default(a, &p, err) < 0)
		return -ERR_INVALID;
	*ret = p;
	return 0;
}
