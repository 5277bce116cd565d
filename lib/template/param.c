/* SPDX-License-Identifier: Apache-2.0 */
/* The value of a parameter: from text to a checked value. */
#include "template/param.h"

#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "template/ascii.h"
#include "template/expr_internal.h"
#include "template/fraction.h"
#include "template/param_internal.h"

#define INTEGER_DIGITS 36
#define LABEL_MAX      63

static const char *const type_names[] = {
	[PARAM_STRING] = "string",     [PARAM_INTEGER] = "integer",   [PARAM_BOOLEAN] = "boolean",
	[PARAM_QUANTITY] = "quantity", [PARAM_PORT] = "port",	      [PARAM_NAME] = "name",
	[PARAM_ENUM] = "enum",	       [PARAM_PASSWORD] = "password", [PARAM_SECRET] = "secret",
};

const char *param_type_name(enum param_type t)
{
	return type_names[t];
}

int param_type_from_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(type_names); i++) {
		if (strcmp(type_names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

bool param_is_secret(const struct param *p)
{
	return p->type == PARAM_PASSWORD || p->type == PARAM_SECRET;
}

bool param_is_number(const struct param *p)
{
	return p->type == PARAM_INTEGER || p->type == PARAM_PORT;
}

bool param_has_length(const struct param *p)
{
	return p->type == PARAM_STRING || param_is_secret(p);
}

/* What is being checked, and where to complain. */
struct check {
	const struct param *p;
	const char *text;
	size_t len;
	const struct pos *pos;
	struct error *err;
};

/* Fails with "parameter 'X': 'text' what"; a secret text is "the value". */
static int complain(const struct check *c, const char *code, const char *what)
{
	if (param_is_secret(c->p))
		error_set_at(c->err, ERR_INVALID, c->pos, "parameter '%s': the value %s",
			     c->p->name, what);
	else
		error_set_at(c->err, ERR_INVALID, c->pos, "parameter '%s': '%.*s%s' %s", c->p->name,
			     quote_length(c->text, c->len), c->text, quote_rest(c->text, c->len),
			     what);
	c->err->code = code;
	return -ERR_INVALID;
}

/* ---- types ---- */

static bool all_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!ascii_is_digit(text[i]))
			return false;
	}
	return len > 0;
}

int param_parse_whole(const char *text, size_t len, struct fraction *ret, const char **ret_problem)
{
	size_t sign = len > 0 && text[0] == '-', digits = len - sign;
	struct decimal d = { .negative = sign != 0, .digits = text + sign, .digits_len = digits };

	if (!all_digits(text + sign, digits))
		*ret_problem = "is not a whole number";
	else if (digits > 1 && text[sign] == '0')
		*ret_problem = "has a leading zero, which is read in more than one way";
	else if (digits > INTEGER_DIGITS || !decimal_value(&d, 0, 0, ret))
		*ret_problem = "has more than 36 digits";
	else
		return 0;
	return -ERR_INVALID;
}

static int parse_integer(const struct check *c, struct value *ret)
{
	const char *problem;

	*ret = (struct value){ .kind = VALUE_NUMBER };
	if (param_parse_whole(c->text, c->len, &ret->number, &problem) < 0)
		return complain(c, "T102", problem);
	if (c->p->type == PARAM_PORT && (ret->number.num < 1 || ret->number.num > 65535))
		return complain(c, "T102", "is not a port: 1 to 65535");
	return 0;
}

static bool is_text(const struct check *c, const char *text)
{
	return c->len == strlen(text) && memcmp(c->text, text, c->len) == 0;
}

static int parse_boolean(const struct check *c, struct value *ret)
{
	*ret = value_bool(is_text(c, "true"));
	if (ret->boolean || is_text(c, "false"))
		return 0;
	return complain(c, "T102", "is not a boolean: true or false");
}

static int parse_quantity(const struct check *c, struct value *ret)
{
	struct error err = ERROR_INIT;

	if (value_parse_quantity(c->text, c->len, ret, &err) == 0)
		return 0;
	error_release(&err);
	return complain(c, "T102", "is not a quantity such as 500m, 2 or 1.5Gi");
}

static bool is_label(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool dash = text[i] == '-' && i < len - 1;

		if (!ascii_is_lower(text[i]) && (i == 0 || (!ascii_is_digit(text[i]) && !dash)))
			return false;
	}
	return len > 0 && len <= LABEL_MAX;
}

static int parse_name(const struct check *c)
{
	/* Empty is what a name without a value is. */
	if (c->len == 0 || is_label(c->text, c->len))
		return 0;
	complain(c, "T102", "is not a name");
	error_hint(c->err, "a name is at most 63 lower-case letters, digits and '-', begins with a "
			   "letter and ends with a letter or digit");
	return -ERR_INVALID;
}

static int parse_type(const struct check *c, struct arena *a, struct value *ret)
{
	switch (c->p->type) {
	case PARAM_INTEGER:
	case PARAM_PORT:
		return parse_integer(c, ret);
	case PARAM_BOOLEAN:
		return parse_boolean(c, ret);
	case PARAM_QUANTITY:
		return parse_quantity(c, ret);
	case PARAM_NAME:
		if (parse_name(c) < 0)
			return -ERR_INVALID;
		break;
	case PARAM_STRING:
	case PARAM_ENUM:
	case PARAM_PASSWORD:
	case PARAM_SECRET:
	default:
		break;
	}
	*ret = value_string(arena_memdupz(a, c->text, c->len), c->len);
	ret->secret = param_is_secret(c->p);
	return 0;
}

/* ---- bounds, choices, pattern ---- */

int param_parse_bound(const struct param *p, const char *text, struct fraction *ret)
{
	struct error err = ERROR_INIT;
	const char *problem;
	struct value v;

	if (p->type != PARAM_QUANTITY)
		return param_parse_whole(text, strlen(text), ret, &problem);
	if (value_parse_quantity(text, strlen(text), &v, &err) < 0) {
		error_release(&err);
		return -ERR_INVALID;
	}
	*ret = v.number;
	return 0;
}

static int out_of_bounds(const struct check *c, bool below)
{
	const char *bound = below ? c->p->minimum : c->p->maximum;
	cleanup_free char *what = NULL;

	if (param_has_length(c->p))
		what = xasprintf("is %s than %s character%s", below ? "shorter" : "longer", bound,
				 strcmp(bound, "1") == 0 ? "" : "s");
	else
		what = xasprintf("is %s than the %s %s", below ? "less" : "greater",
				 below ? "minimum" : "maximum", bound);
	return complain(c, "T103", what);
}

static int check_bounds(const struct check *c, const struct value *v)
{
	struct fraction n, bound;

	if (param_is_number(c->p) || c->p->type == PARAM_QUANTITY)
		n = v->number;
	else if (param_has_length(c->p))
		n = fraction_whole((__int128)utf8_count(v->text, v->len));
	else
		return 0;
	if (c->p->minimum && param_parse_bound(c->p, c->p->minimum, &bound) == 0 &&
	    fraction_compare(n, bound) < 0)
		return out_of_bounds(c, true);
	if (c->p->maximum && param_parse_bound(c->p, c->p->maximum, &bound) == 0 &&
	    fraction_compare(n, bound) > 0)
		return out_of_bounds(c, false);
	return 0;
}

static int no_choice(const struct check *c)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	struct suggestion s = { 0 };

	strbuf_addstr(&sb, "is not one of ");
	for (size_t i = 0; i < c->p->choice_count; i++) {
		if (i == 20) {
			strbuf_addstr(&sb, ", …");
			break;
		}
		strbuf_addf(&sb, "%s%s", i ? ", " : "", c->p->choices[i]);
	}
	complain(c, "T104", sb.buf);
	for (size_t i = 0; i < c->p->choice_count && c->len < 100; i++)
		suggest_offer(&s, c->text, c->p->choices[i]);
	if (s.best)
		error_hint(c->err, "did you mean '%s'?", s.best);
	return -ERR_INVALID;
}

static int check_choices(const struct check *c, const struct value *v)
{
	struct fraction choice;
	const char *problem;

	/* Empty is what an enum without a value is. */
	if (!c->p->choices || (c->len == 0 && c->p->type != PARAM_INTEGER))
		return 0;
	for (size_t i = 0; i < c->p->choice_count; i++) {
		const char *text = c->p->choices[i];

		if (is_text(c, text))
			return 0;
		if (v->kind == VALUE_NUMBER &&
		    param_parse_whole(text, strlen(text), &choice, &problem) == 0 &&
		    fraction_compare(choice, v->number) == 0)
			return 0;
	}
	return no_choice(c);
}

static int check_pattern(const struct check *c)
{
	cleanup_error struct error problem = ERROR_INIT;
	cleanup_free char *what = NULL;
	int rc;

	if (!c->p->pattern)
		return 0;
	rc = pattern_match(c->p->pattern, c->text, c->len, &problem);
	if (rc == 1)
		return 0;
	if (rc < 0)
		return complain(c, "T105", problem.message);
	what = xasprintf("does not match the pattern '%.*s%s'",
			 quote_length(c->p->pattern, strlen(c->p->pattern)), c->p->pattern,
			 quote_rest(c->p->pattern, strlen(c->p->pattern)));
	return complain(c, "T105", what);
}

int param_parse(struct arena *a, const struct param *p, const char *text, size_t len,
		const struct pos *pos, struct value *ret, struct error *err)
{
	cleanup_free char *copy = xmemdupz(text, len);
	struct check c = { .p = p, .text = copy, .len = len, .pos = pos, .err = err };
	struct value v;

	if (len == 0 && p->required) {
		error_set_at(err, ERR_INVALID, pos, "parameter '%s' is required and empty",
			     p->name);
		err->code = "T106";
		return -ERR_INVALID;
	}
	if (parse_type(&c, a, &v) < 0 || check_bounds(&c, &v) < 0 || check_choices(&c, &v) < 0 ||
	    check_pattern(&c) < 0)
		return -ERR_INVALID;
	*ret = v;
	return 0;
}
