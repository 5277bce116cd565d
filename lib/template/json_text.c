/* SPDX-License-Identifier: Apache-2.0 */
#include "template/json_text.h"

#include <string.h>

#include "template/ascii.h"

/* RFC 8259, one character at a time. AFTER at depth 0 is the end. */
enum state {
	VALUE,
	VALUE_OR_END, /* behind "[" */
	KEY,
	KEY_OR_END, /* behind "{" */
	COLON,
	AFTER, /* behind a value */
	STRING,
	ESCAPE,
	HEX,
	WORD,
	MINUS,
	ZERO,
	INTEGER,
	POINT,
	FRACTION,
	EXPONENT,
	EXPONENT_SIGN,
	EXPONENT_DIGITS,
	BROKEN,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool in_map(const struct json_text *j)
{
	return j->depth && j->maps[(j->depth - 1) / 64] >> (j->depth - 1) % 64 & 1;
}

static void push(struct json_text *j, bool map)
{
	uint64_t bit = (uint64_t)1 << j->depth % 64, *word = &j->maps[j->depth / 64];

	*word = map ? *word | bit : *word & ~bit;
	j->depth++;
	j->state = map ? KEY_OR_END : VALUE_OR_END;
}

static void pop(struct json_text *j, char c)
{
	if (j->depth <= j->base || in_map(j) != (c == '}')) {
		j->state = BROKEN;
		return;
	}
	j->depth--;
	j->state = AFTER;
}

static void begin_string(struct json_text *j, bool key)
{
	j->state = STRING;
	j->key = key;
	j->quoted = true;
}

static void begin_value(struct json_text *j, char c)
{
	if (c == ']' && j->state == VALUE_OR_END)
		pop(j, c);
	else if (c == '"')
		begin_string(j, false);
	else if ((c == '{' || c == '[') && j->depth < LIMIT_DEPTH)
		push(j, c == '{');
	else if (c == '-')
		j->state = MINUS;
	else if (ascii_is_digit(c))
		j->state = c == '0' ? ZERO : INTEGER;
	else if (c == 't' || c == 'f' || c == 'n') {
		j->state = WORD;
		j->word = &(c == 't' ? "true" : c == 'f' ? "false" : "null")[1];
	} else {
		j->state = BROKEN;
	}
}

static void after_value(struct json_text *j, char c)
{
	if (c == ',' && j->depth)
		j->state = in_map(j) ? KEY : VALUE;
	else if (c == '}' || c == ']')
		pop(j, c);
	else
		j->state = BROKEN;
}

static void step_string(struct json_text *j, char c)
{
	if (j->state == ESCAPE) {
		j->digits = 4;
		j->state = c == 'u' ? HEX : c && strchr("\"\\/bfnrt", c) ? STRING : BROKEN;
	} else if (j->state == HEX) {
		if (!ascii_is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
			j->state = BROKEN;
		else if (--j->digits == 0)
			j->state = STRING;
	} else if (c == '"') {
		j->state = j->key ? COLON : AFTER;
	} else if (c == '\\') {
		j->state = ESCAPE;
	} else if ((unsigned char)c < 0x20) {
		j->state = BROKEN;
	}
}

/* False: the number ended before c. */
static bool step_number(struct json_text *j, char c)
{
	bool digit = ascii_is_digit(c), exponent = c == 'e' || c == 'E';

	switch (j->state) {
	case MINUS:
		j->state = !digit ? BROKEN : c == '0' ? ZERO : INTEGER;
		return true;
	case POINT:
		j->state = digit ? FRACTION : BROKEN;
		return true;
	case EXPONENT:
		j->state = digit ? EXPONENT_DIGITS
			   : c == '+' || c == '-' ? EXPONENT_SIGN
						  : BROKEN;
		return true;
	case EXPONENT_SIGN:
		j->state = digit ? EXPONENT_DIGITS : BROKEN;
		return true;
	default:
		break;
	}
	if (digit && j->state != ZERO)
		return true;
	if (c == '.' && (j->state == ZERO || j->state == INTEGER))
		j->state = POINT;
	else if (exponent && j->state != EXPONENT_DIGITS)
		j->state = EXPONENT;
	else
		return false;
	return true;
}

static void step_outside(struct json_text *j, char c)
{
	if (is_blank(c))
		return;
	if (j->state == VALUE || j->state == VALUE_OR_END)
		begin_value(j, c);
	else if (j->state == AFTER)
		after_value(j, c);
	else if (j->state == COLON)
		j->state = c == ':' ? VALUE : BROKEN;
	else if (c == '"')
		begin_string(j, true);
	else if (c == '}' && j->state == KEY_OR_END)
		pop(j, c);
	else
		j->state = BROKEN;
}

static void step(struct json_text *j, char c)
{
	if (j->state >= STRING && j->state <= HEX) {
		step_string(j, c);
	} else if (j->state == WORD) {
		j->state = *j->word == c ? WORD : BROKEN;
		if (*++j->word == '\0' && j->state == WORD)
			j->state = AFTER;
	} else if (j->state >= MINUS && j->state <= EXPONENT_DIGITS) {
		if (step_number(j, c))
			return;
		j->state = AFTER;
		step_outside(j, c);
	} else if (j->state != BROKEN) {
		step_outside(j, c);
	}
}

static bool whole_number(const struct json_text *j)
{
	return j->state == ZERO || j->state == INTEGER || j->state == FRACTION ||
	       j->state == EXPONENT_DIGITS;
}

void json_text_begin(struct json_text *j)
{
	*j = (struct json_text){ .state = VALUE };
}

void json_text_literal(struct json_text *j, const char *text, size_t len)
{
	for (size_t i = 0; i < len && j->state != BROKEN; i++)
		step(j, text[i]);
}

bool json_text_in_string(const struct json_text *j)
{
	return j->state == STRING;
}

/* What a value that fits leaves behind. */
static void pass_value(struct json_text *j)
{
	if (j->state == VALUE || j->state == VALUE_OR_END)
		j->state = AFTER;
	else if (j->state != STRING)
		j->state = BROKEN;
}

static bool fits_string(const struct json_text *j, const char *text, size_t len)
{
	struct json_text own = { .state = STRING, .key = j->key };

	for (size_t i = 0; i < len; i++) {
		step_string(&own, text[i]);
		if (own.state < STRING || own.state > HEX)
			return false;
	}
	return own.state == STRING;
}

/* "[${X}]" may become "[]". */
static bool may_be_nothing(const struct json_text *j, const char *text, size_t len,
			   const struct tpl_piece *next)
{
	size_t i = 0;

	for (; len && is_blank(*text); len--)
		text++;
	if (len || j->state != VALUE_OR_END || !next || next->expr)
		return false;
	while (i < next->len && is_blank(next->text[i]))
		i++;
	return i < next->len && next->text[i] == ']';
}

bool json_text_value(struct json_text *j, const char *text, size_t len,
		     const struct tpl_piece *next)
{
	struct json_text own;
	bool fits;

	if (j->state == STRING)
		return fits_string(j, text, len);
	own = *j;
	own.base = own.depth;
	json_text_literal(&own, text, len);
	fits = (own.depth == j->depth && (own.state == AFTER || whole_number(&own))) ||
	       may_be_nothing(j, text, len, next);
	pass_value(j);
	return fits;
}

bool json_text_holds(const struct tpl *t)
{
	const struct tpl_piece *first = t->pieces;
	struct json_text j;

	if (!t->count || first->expr || (*first->text != '{' && *first->text != '['))
		return false;
	json_text_begin(&j);
	for (size_t i = 0; i < t->count && j.state != BROKEN; i++)
		if (t->pieces[i].expr)
			pass_value(&j);
		else
			json_text_literal(&j, t->pieces[i].text, t->pieces[i].len);
	/* "[${HOST}]" looks like a list and is none. */
	return j.state == AFTER && j.depth == 0 && j.quoted;
}
