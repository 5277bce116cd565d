/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions back to text, with the fewest brackets. */
#include "template/expr.h"

#include "base/memory.h"
#include "template/expr_internal.h"
#include "template/quantity.h"

/* A quantity of one unit of the binary family, which has no suffix of its own. */
#define BINARY_UNIT  "0.0009765625Ki"
#define DECIMAL_UNIT "1000m"

int expr_op_level(enum expr_op op)
{
	switch (op) {
	case OP_OR:
		return LEVEL_OR;
	case OP_AND:
		return LEVEL_AND;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return LEVEL_COMPARE;
	case OP_ADD:
	case OP_SUB:
		return LEVEL_ADD;
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
		return LEVEL_MUL;
	case OP_NEG:
	case OP_NOT:
	default:
		return LEVEL_UNARY;
	}
}

const char *expr_op_text(enum expr_op op)
{
	static const char *const texts[] = {
		[OP_NEG] = "-", [OP_NOT] = "!", [OP_OR] = "||", [OP_AND] = "&&", [OP_EQ] = "==",
		[OP_NE] = "!=", [OP_LT] = "<",	[OP_LE] = "<=", [OP_GT] = ">",	 [OP_GE] = ">=",
		[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/",	 [OP_MOD] = "%",
	};

	return texts[op];
}

/* ---- constants ---- */

static size_t literal_text(const struct value *v, char buf[VALUE_TEXT_MAX])
{
	if (v->kind == VALUE_QUANTITY)
		return quantity_print_literal(v->number, v->family, buf);
	return fraction_is_short(v->number) ? fraction_print(v->number, buf) : 0;
}

bool value_is_literal(const struct value *v)
{
	const __int128 large = (__int128)1 << 100;
	char buf[VALUE_TEXT_MAX];

	if (fraction_is_whole(v->number) && v->number.num < large && v->number.num > -large)
		return true;
	return literal_text(v, buf) != 0;
}

static int value_level(const struct value *v)
{
	if (v->secret || !value_is_numeric(v))
		return LEVEL_PRIMARY;
	if (!value_is_literal(v))
		return LEVEL_MUL;
	return v->number.num < 0 ? LEVEL_UNARY : LEVEL_PRIMARY;
}

static void print_text(const char *text, size_t len, struct strbuf *out)
{
	strbuf_addch(out, '\'');
	for (size_t i = 0; i < len; i++) {
		switch (text[i]) {
		case '\n':
			strbuf_addstr(out, "\\n");
			break;
		case '\t':
			strbuf_addstr(out, "\\t");
			break;
		case '\\':
		case '\'':
			strbuf_addch(out, '\\');
			/* fall through */
		default:
			strbuf_addch(out, text[i]);
		}
	}
	strbuf_addch(out, '\'');
}

static void print_ratio(struct fraction f, struct strbuf *out)
{
	char buf[VALUE_TEXT_MAX];

	strbuf_add(out, buf, whole_print(f.num, buf));
	if (f.den != 1) {
		strbuf_addstr(out, " / ");
		strbuf_add(out, buf, whole_print(f.den, buf));
	}
}

static void print_value(const struct value *v, int level, struct strbuf *out);

/* A fraction that no literal can write. */
static void print_product(const struct value *v, struct strbuf *out)
{
	struct value part = *v;
	char buf[VALUE_TEXT_MAX];
	size_t len;

	if (v->kind == VALUE_NUMBER) {
		print_ratio(v->number, out);
		return;
	}
	part.number.den = 1;
	len = literal_text(&part, buf);
	if (len && v->number.den != 1) {
		strbuf_add(out, buf, len);
		strbuf_addstr(out, " / ");
		strbuf_add(out, buf, whole_print(v->number.den, buf));
		return;
	}
	part = *v;
	part.kind = VALUE_NUMBER;
	strbuf_addstr(out, v->family == QUANTITY_BINARY ? BINARY_UNIT : DECIMAL_UNIT);
	strbuf_addstr(out, " * ");
	print_value(&part, LEVEL_UNARY, out);
}

static void print_list(const struct value *v, struct strbuf *out)
{
	strbuf_addch(out, '[');
	for (size_t i = 0; i < v->count; i++) {
		if (i)
			strbuf_addstr(out, ", ");
		print_value(&v->items[i], LEVEL_COND, out);
	}
	strbuf_addch(out, ']');
}

/* A list is secret because its items are, and they say so themselves. */
static bool has_secret_items(const struct value *v)
{
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
		if (v->items[i].secret)
			return true;
	}
	return false;
}

static void print_bare_value(const struct value *v, struct strbuf *out)
{
	struct value open = *v;
	char buf[VALUE_TEXT_MAX];
	size_t len;

	if (v->secret && !has_secret_items(v)) {
		open.secret = false;
		strbuf_addstr(out, "secret(");
		print_value(&open, LEVEL_COND, out);
		strbuf_addch(out, ')');
		return;
	}
	switch (v->kind) {
	case VALUE_BOOL:
		strbuf_addstr(out, v->boolean ? "true" : "false");
		break;
	case VALUE_NUMBER:
	case VALUE_QUANTITY:
		len = literal_text(v, buf);
		if (len)
			strbuf_add(out, buf, len);
		else
			print_product(v, out);
		break;
	case VALUE_STRING:
		print_text(v->text, v->len, out);
		break;
	case VALUE_LIST:
		print_list(v, out);
		break;
	case VALUE_NULL:
	case VALUE_NODE:
	default:
		strbuf_addstr(out, "null");
	}
}

static void print_value(const struct value *v, int level, struct strbuf *out)
{
	bool brackets = value_level(v) < level;

	if (brackets)
		strbuf_addch(out, '(');
	print_bare_value(v, out);
	if (brackets)
		strbuf_addch(out, ')');
}

/* ---- trees ---- */

static int expr_level(const struct expr *e)
{
	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		return value_level(&e->value);
	case EXPR_UNARY:
		return LEVEL_UNARY;
	case EXPR_BINARY:
		return expr_op_level(e->op);
	case EXPR_COND:
		return LEVEL_COND;
	case EXPR_INDEX:
		return LEVEL_POSTFIX;
	case EXPR_NAME:
	case EXPR_LIST:
	case EXPR_CALL:
	default:
		return LEVEL_PRIMARY;
	}
}

static void print(const struct expr *e, int level, struct strbuf *out);

static void print_args(const struct expr *e, struct strbuf *out)
{
	for (uint32_t i = 0; i < e->argc; i++) {
		if (i)
			strbuf_addstr(out, ", ");
		print(e->args[i], LEVEL_COND, out);
	}
}

static void print_operator(const struct expr *e, struct strbuf *out)
{
	int level = expr_level(e);

	if (e->kind == EXPR_UNARY) {
		strbuf_addstr(out, expr_op_text(e->op));
		print(e->args[0], level, out);
		return;
	}
	print(e->args[0], level, out);
	strbuf_addch(out, ' ');
	strbuf_addstr(out, expr_op_text(e->op));
	strbuf_addch(out, ' ');
	print(e->args[1], level + 1, out);
}

static void print_bare(const struct expr *e, struct strbuf *out)
{
	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		print_bare_value(&e->value, out);
		break;
	case EXPR_NAME:
		strbuf_addstr(out, e->name);
		break;
	case EXPR_LIST:
		strbuf_addch(out, '[');
		print_args(e, out);
		strbuf_addch(out, ']');
		break;
	case EXPR_CALL:
		strbuf_addstr(out, expr_functions[e->op].name);
		strbuf_addch(out, '(');
		print_args(e, out);
		strbuf_addch(out, ')');
		break;
	case EXPR_COND:
		print(e->args[0], LEVEL_OR, out);
		strbuf_addstr(out, " ? ");
		print(e->args[1], LEVEL_COND, out);
		strbuf_addstr(out, " : ");
		print(e->args[2], LEVEL_COND, out);
		break;
	case EXPR_INDEX:
		print(e->args[0], LEVEL_POSTFIX, out);
		strbuf_addch(out, '[');
		print(e->args[1], LEVEL_COND, out);
		strbuf_addch(out, ']');
		break;
	case EXPR_UNARY:
	case EXPR_BINARY:
	default:
		print_operator(e, out);
	}
}

static void print(const struct expr *e, int level, struct strbuf *out)
{
	bool brackets = expr_level(e) < level;

	if (brackets)
		strbuf_addch(out, '(');
	print_bare(e, out);
	if (brackets)
		strbuf_addch(out, ')');
}

void expr_print(const struct expr *e, struct strbuf *out)
{
	print(e, LEVEL_COND, out);
}
