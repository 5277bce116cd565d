/* SPDX-License-Identifier: Apache-2.0 */
#include "template/value.h"

#include <string.h>

#include "base/limits.h"
#include "template/expr_internal.h"
#include "template/quantity.h"

struct value value_string(const char *text, size_t len)
{
	return (struct value){ .kind = VALUE_STRING, .text = text, .len = len };
}

struct value value_integer(int64_t i)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = fraction_whole(i) };
}

struct value value_bool(bool b)
{
	return (struct value){ .kind = VALUE_BOOL, .boolean = b };
}

int value_list(struct value *items, size_t count, struct value *ret, struct error *err)
{
	struct value list = { .kind = VALUE_LIST, .items = items, .count = count };
	size_t weight = count, depth = 1;

	for (size_t i = 0; i < count; i++) {
		list.secret |= items[i].secret;
		list.opaque |= items[i].opaque || items[i].kind == VALUE_NODE;
		if (items[i].kind != VALUE_LIST)
			continue;
		weight += items[i].weight > items[i].count ? items[i].weight : items[i].count;
		if (depth < items[i].depth + (size_t)1)
			depth = items[i].depth + (size_t)1;
	}
	if (weight > LIMIT_LIST_ITEMS || depth > LIMIT_DEPTH) {
		if (depth > LIMIT_DEPTH)
			error_set(err, ERR_LIMIT, "lists are nested deeper than %d", LIMIT_DEPTH);
		else
			error_set(err, ERR_LIMIT, "the list would have more than %zu items",
				  LIMIT_LIST_ITEMS);
		err->code = CODE_LIMIT;
		return -ERR_LIMIT;
	}
	list.depth = (uint16_t)depth;
	list.weight = (uint32_t)weight;
	*ret = list;
	return 0;
}

const char *value_kind_name(const struct value *v)
{
	static const char *const names[] = {
		[VALUE_NULL] = "null",	       [VALUE_BOOL] = "boolean",  [VALUE_NUMBER] = "number",
		[VALUE_QUANTITY] = "quantity", [VALUE_STRING] = "string", [VALUE_LIST] = "list",
	};

	return v->kind == VALUE_NODE ? node_kind_name(v->node) : names[v->kind];
}

static int bad_text(struct error *err, const char *text, size_t len, const char *what)
{
	return error_set(err, ERR_INVALID, "'%.*s%s' %s", quote_length(text, len), text,
			 quote_rest(text, len), what);
}

int value_parse_number(const char *text, size_t len, struct value *ret, struct error *err)
{
	struct decimal d;
	struct value v = { .kind = VALUE_NUMBER };

	decimal_scan(text, len, DECIMAL_STRICT, &d);
	if (d.used == 0 || d.used != len)
		return bad_text(err, text, len, "is not a number");
	if (!decimal_value(&d, 0, 0, &v.number))
		return bad_text(err, text, len, "is beyond the range of exact numbers");
	*ret = v;
	return 0;
}

int value_parse_quantity(const char *text, size_t len, struct value *ret, struct error *err)
{
	static const struct quantity_suffix none = { "", 0, 0 };
	const struct quantity_suffix *s = &none;
	struct decimal d;
	struct value v = { .kind = VALUE_QUANTITY };

	decimal_scan(text, len, DECIMAL_LOOSE, &d);
	if (d.used < len)
		s = quantity_suffix_find(text + d.used, len - d.used);
	/* An exponent is a suffix of its own, as Kubernetes has it. */
	if (d.used == 0 || !s || (s != &none && d.used > d.digits_len + (size_t)(d.digits - text)))
		return bad_text(err, text, len, "is not a quantity such as 500m, 2 or 1.5Gi");
	if (!decimal_value(&d, s->exp10, s->exp2, &v.number))
		return bad_text(err, text, len, "is beyond the range of exact quantities");
	v.family = quantity_suffix_family(s);
	*ret = v;
	return 0;
}

static int no_text(struct error *err, const char *code, const char *message)
{
	error_set(err, ERR_INVALID, "%s", message);
	err->code = code;
	return -ERR_INVALID;
}

static int number_text(const struct value *v, char buf[VALUE_TEXT_MAX], size_t *ret_len,
		       struct error *err)
{
	char num[VALUE_TEXT_MAX], den[VALUE_TEXT_MAX];
	size_t len = fraction_print(v->number, buf);

	if (len) {
		*ret_len = len;
		return 0;
	}
	if (v->secret) {
		error_set(err, ERR_INVALID, "a secret number has no finite decimal form");
	} else {
		whole_print(v->number.num, num);
		whole_print(v->number.den, den);
		error_set(err, ERR_INVALID, "%s/%s has no finite decimal form", num, den);
	}
	error_hint(err, "use round(x), floor(x) or ceil(x)");
	err->code = CODE_ARITHMETIC;
	return -ERR_INVALID;
}

int value_text(const struct value *v, char buf[VALUE_TEXT_MAX], const char **ret, size_t *ret_len,
	       struct error *err)
{
	size_t len;

	switch (v->kind) {
	case VALUE_STRING:
		*ret = v->text;
		*ret_len = v->len;
		return 0;
	case VALUE_BOOL:
		*ret = v->boolean ? "true" : "false";
		*ret_len = v->boolean ? 4 : 5;
		return 0;
	case VALUE_NUMBER:
		if (number_text(v, buf, &len, err) < 0)
			return -ERR_INVALID;
		break;
	case VALUE_QUANTITY:
		len = quantity_print(v->number, v->family, buf);
		break;
	case VALUE_LIST:
		no_text(err, CODE_TYPE, "a list has no text of its own");
		error_hint(err, "use join(list, ', ')");
		return -ERR_INVALID;
	case VALUE_NULL:
		return no_text(err, CODE_TYPE, "null has no text");
	case VALUE_NODE:
	default:
		return no_text(err, CODE_TYPE, "a map has no text");
	}
	*ret = buf;
	*ret_len = len;
	return 0;
}

int value_to_text(const struct value *v, struct strbuf *out, struct error *err)
{
	char buf[VALUE_TEXT_MAX];
	const char *text;
	size_t len;

	if (value_text(v, buf, &text, &len, err) < 0)
		return -ERR_INVALID;
	strbuf_add(out, text, len);
	return 0;
}
