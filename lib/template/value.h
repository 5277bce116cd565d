/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Values of the expression language (docs/templates.md). Numbers are exact fractions
 * of 128-bit integers in lowest terms; what leaves that range is an error, never
 * rounded. Values are small and copied by value; text, lists and nodes live in an arena.
 *
 * A value is secret if anything it was made of was: its text never appears in a message.
 */

#include "base/strbuf.h"
#include "tree/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_QUANTITY,
	VALUE_STRING,
	VALUE_LIST,
	VALUE_NODE, /* a map, or any other document that !let bound */
};

enum quantity_family { QUANTITY_DECIMAL, QUANTITY_BINARY };

struct fraction {
	__int128 num;
	__int128 den; /* > 0, coprime with num */
};

struct value {
	enum value_kind kind;
	bool secret;
	bool opaque;	 /* of a list: a map is somewhere in it; value_list sets it */
	uint16_t depth;	 /* of a list: levels of lists in it, itself included */
	uint32_t weight; /* of a list: all items, those of lists in it too; value_list sets both */
	union {
		bool boolean;
		struct {
			struct fraction number;
			enum quantity_family family; /* of VALUE_QUANTITY */
		};
		struct {
			const char *text; /* NUL-ended too */
			size_t len;
		};
		struct {
			struct value *items;
			size_t count;
		};
		struct node *node;
	};
};

struct value value_string(const char *text, size_t len);
struct value value_integer(int64_t i);
struct value value_bool(bool b);
/*
 * A list over items (in an arena, kept). -ERR_LIMIT, code T207, no position, when it is too deep or
 * holds too much, lists in it included: that bounds all later work on it.
 */
int value_list(struct value *items, size_t count, struct value *ret, struct error *err);
/* Whether an expression can spell it: there is no map in it. */
static inline bool value_printable(const struct value *v)
{
	return v->kind != VALUE_NODE && !v->opaque;
}
/* "string", "number", "quantity", … with article-free names for messages. */
const char *value_kind_name(const struct value *v);

/*
 * Parses a whole number or decimal such as "42", "-1.50", "1e3" exactly; a Kubernetes quantity such
 * as "1.5Gi", "500m", "1e3". -ERR_INVALID with a message without position otherwise.
 */
int value_parse_number(const char *text, size_t len, struct value *ret, struct error *err);
int value_parse_quantity(const char *text, size_t len, struct value *ret, struct error *err);

/* Room for the text of any number or quantity. */
#define VALUE_TEXT_MAX 192
/*
 * The text that !text and format("%s") give, without allocation: *ret points into v, to a constant,
 * or to buf. Errors as value_to_text.
 */
int value_text(const struct value *v, char buf[VALUE_TEXT_MAX], const char **ret, size_t *ret_len,
	       struct error *err);
/* Appends that text. A number without finite decimal form, a list, a map and null have none. */
int value_to_text(const struct value *v, struct strbuf *out, struct error *err);
/*
 * Bytes that a value takes in any text at least; one long string may stand in a list many times.
 * The walk ends as soon as it is more than limit.
 */
size_t value_least_text(const struct value *v, size_t limit);
/*
 * The document node of a value: numbers become NODE_NUMBER, quantities NODE_NUMBER when the text is
 * a plain whole number, else NODE_STRING. Strings are copied: bound them first.
 */
int value_to_node(struct arena *a, const struct value *v, const struct pos *pos, struct node **ret,
		  struct error *err);
/*
 * The value of a document node: scalars and lists become values, maps VALUE_NODE; so do nodes with
 * a tag and numbers beyond the range of exact fractions.
 */
int value_from_node(struct arena *a, const struct node *n, struct value *ret, struct error *err);
/*
 * As the language's ==; different kinds (number and quantity aside) are -ERR_INVALID in
 * expressions, false here.
 */
bool value_equal(const struct value *a, const struct value *b);
