/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A reader of our own for the YAML that manifests and templates are made of: block maps and
 * lists, scalars of all styles, local tags, anchors, merges, brackets that are not nested deep,
 * comments, several documents. It gives up, without a trace and without an error, on all else, on
 * what is wrong, and on what goes beyond a limit but that of nodes: directives, "? ", tags that are
 * not local, tabs between tokens, "\r", control characters. libyaml reads the whole text then. What
 * it accepts it reads as libyaml does: the same nodes, texts and positions
 * (tests/fuzz/yaml-quick.c).
 *
 * It works on a copy of the text and leaves scalars where they are, as the JSON reader does: what
 * ends a scalar becomes its final NUL, as soon as it has been looked at.
 *
 * The functions return false to give up. Private to lib/tree.
 */

#include "tree/yaml_reader.h"

struct yaml_quick {
	struct yaml_reader *r;
	char *p, *end; /* *end is NUL, and no other character is */
	char *line_start;
	uint32_t line;
	uint32_t continuation; /* bytes of this line that begin no character */
	/* Of the token at p, if it is the first of its line; from 0. -1: the document is over. */
	int column;
	bool marker;	/* by a line "---" */
	bool commented; /* there was a comment since the token before */
	bool ascii;
	unsigned depth, flow_depth;
	char *cut; /* becomes NUL before the next scalar is read; or NULL */
	/* Of the list or map that is being read, as in struct yaml_frame. */
	size_t weight;
	uint32_t height;
	bool merges;
};

/* Where a node begins, and what stands before it there. */
struct yaml_place {
	uint32_t line, column;
	const char *tag;    /* or NULL */
	const char *anchor; /* its name, in the text; NULL if there is none */
	size_t anchor_len;
};

/* What is kept of the list or map around the one that is being read. */
struct yaml_level {
	struct node *node;
	struct yaml_anchor *anchor;
	size_t base, weight;
	uint32_t height;
	bool merges;
};

/* libyaml looks no further for the ':' behind a key. */
#define YAML_QUICK_KEY 1024

/*
 * Reads all documents of text into r. Nothing is left in *r or its arena if it gives up; its error
 * is set if libyaml need not be asked, as there are too many nodes.
 */
bool yaml_quick_read(struct yaml_reader *r, const char *text, size_t len);

/* yaml_quick_text.c: characters and lines. */

/* True if the reader knows every character of the text; *ret_ascii: no other ones are there. */
bool yaml_quick_knows(const char *text, size_t len, bool *ret_ascii);
/* From the beginning of a line to the next token. */
bool yaml_quick_next(struct yaml_quick *q);
/* The same from behind a token, with nothing but blanks and a comment behind it. */
bool yaml_quick_end_line(struct yaml_quick *q);
/* True at p if the line holds no more than blanks and a comment. */
bool yaml_quick_at_end(const char *p);
/* Sets *ret to p, and reads the tag and the anchor there, and the blanks behind each. */
bool yaml_quick_place(struct yaml_quick *q, struct yaml_place *ret);

static inline bool yaml_quick_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\0';
}

/* True for what the name of a tag or an anchor may hold. */
static inline bool yaml_quick_in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static inline uint32_t yaml_quick_column(const struct yaml_quick *q)
{
	return (uint32_t)(q->p - q->line_start) - q->continuation + 1;
}

/* yaml_quick_scalar.c */

/* At the quote. What follows the other one is not looked at. */
bool yaml_quick_quoted(struct yaml_quick *q, struct node *n);
/* At '|' or '>'; goes on to the next token. indent is that of the block around it, or -1. */
bool yaml_quick_block(struct yaml_quick *q, struct node *n, int indent);
/* The part of a plain scalar that is in this line; p is at what ends it then. */
bool yaml_quick_plain(struct yaml_quick *q, struct node *n);
/* The rest of a plain scalar outside of brackets; goes on to the next token. */
bool yaml_quick_plain_lines(struct yaml_quick *q, struct node *n, int indent);
/* A plain scalar between brackets. */
bool yaml_quick_flow_plain(struct yaml_quick *q, struct node *n);
/* Gives a scalar without quotes its meaning. */
bool yaml_quick_resolve(struct yaml_quick *q, struct node *n);

/* yaml_quick_flow.c: at the bracket. */
bool yaml_quick_flow(struct yaml_quick *q, const struct yaml_place *place);

/* yaml_quick_node.c: what becomes of what was read. */

/* A list or map, where it begins. */
struct node *yaml_quick_container(struct yaml_quick *q, enum node_kind kind,
				  const struct yaml_place *place);
/* A scalar, with p at its first character. */
struct node *yaml_quick_string(struct yaml_quick *q, const struct yaml_place *place);
/* A scalar is complete, but for the meaning of plain text. */
bool yaml_quick_push(struct yaml_quick *q, struct node *n, const struct yaml_place *place);
/* The same for a key: p is behind its ':', start where it or what stands before it begins. */
bool yaml_quick_push_key(struct yaml_quick *q, struct node *n, const struct yaml_place *place,
			 const char *start);
/* At '*'. */
bool yaml_quick_alias(struct yaml_quick *q);
/* Before the children of a list or map, and behind them. */
bool yaml_quick_enter(struct yaml_quick *q, struct yaml_level *ret, struct node *n,
		      const struct yaml_place *place);
bool yaml_quick_leave(struct yaml_quick *q, const struct yaml_level *level);
