/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Scalars of YAML output and where they stand, in the layout of go-yaml's emitter: lines are
 * folded at the first lone blank behind column 80, text with line ends is a literal block.
 */

#include "base/strbuf.h"
#include "tree/node.h"

#include <stdbool.h>
#include <stddef.h>

struct yaml_emitter {
	struct strbuf *out;
	size_t line_start; /* offset in out */
	size_t wide;	   /* bytes of this line that begin no character */
	int indent;	   /* -1 at the root */
	bool whitespace;   /* the last thing written was a blank */
	bool indention;	   /* nothing but indentation and - ? : on this line so far */
};

/* What a text can be written as; found by looking at each byte once. */
struct yaml_look {
	size_t wide;	/* bytes that begin no character */
	bool multiline; /* has a line end of any kind */
	bool newline;	/* has a \n */
	bool plain_ok;	/* by its form; it may still read as a number or the like */
	bool single_ok;
	bool literal_ok;
	bool tabs_literal_ok; /* it would be, but for tabs */
	bool spaces;
	bool quotes; /* has a ' */
};

struct yaml_look yaml_look_at(const char *text, size_t len);
/* The same for the text of a node, which may be known already; spaces may be set without any. */
struct yaml_look yaml_look_at_node(const struct node *n);

/* Goes to a new line, if need be, and to the indentation. */
void yaml_emit_indent(struct yaml_emitter *e);
/* An indicator such as "-" or ":", with a blank before it where spaced says so. */
void yaml_emit_indicator(struct yaml_emitter *e, const char *text, bool spaced, bool indention);
void yaml_emit_tag(struct yaml_emitter *e, const char *tag);

enum yaml_style {
	STYLE_PLAIN, /* single or double quotes if it cannot be */
	STYLE_SINGLE,
	STYLE_DOUBLE,
	STYLE_LITERAL, /* double quotes if it cannot be */
};

/*
 * The common cases at once. Words hold letters, digits and _ . / - only and cannot be taken for
 * anything but a string (yaml_is_word), or are known to be what they should read as.
 */
bool yaml_is_word(const struct node *n);
void yaml_emit_word(struct yaml_emitter *e, const char *text, size_t len);
/* yaml_emit_indent, the word and a ':'. */
void yaml_emit_word_key(struct yaml_emitter *e, const char *text, size_t len);

/* A scalar; key: it stands before a ':' on the same line. look is that of the text. */
void yaml_emit_scalar(struct yaml_emitter *e, const char *text, size_t len,
		      const struct yaml_look *look, enum yaml_style style, bool key);
