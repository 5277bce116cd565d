/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the parts of the go-template parser share: gotemplate_parse.c has texts, actions and
 * pipelines, gotemplate_term.c what pipelines are made of. Private to them.
 */

#include "base/memory.h"
#include "tree/gotemplate_parse.h"
#include "tree/scan.h"

struct gotemplate_parser {
	struct arena *arena;
	const char *at, *end;
	struct place place;
	struct error *err;
	bool trim; /* the last action ended in "-}}" */
	unsigned depth, range_depth;
	const char **variables; /* that may be used here, innermost last */
	size_t variable_count, variable_alloc;
};

/* An error at a place of the text; -ERR_INVALID. */
int gotemplate_fail(struct gotemplate_parser *p, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Grows an array of pointers in the arena by one. */
void gotemplate_push(struct arena *a, void ***items, size_t *count, void *item);
#define PUSH(p, items, count, item)                                                                \
	gotemplate_push((p)->arena, (void ***)&(items), &(count), item)

bool gotemplate_knows_variable(const struct gotemplate_parser *p, const char *name);
/* A variable at the '$', of which the name is taken. */
const char *gotemplate_variable(struct gotemplate_parser *p);
/* A value, field, variable, function or pipeline in brackets. */
int gotemplate_term(struct gotemplate_parser *p, struct term **ret);
int gotemplate_pipeline(struct gotemplate_parser *p, const char *context, struct pipeline **ret);

static inline bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool starts_with(const struct gotemplate_parser *p, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(p->end - p->at) >= len && memcmp(p->at, word, len) == 0;
}

static inline size_t word_length(const struct gotemplate_parser *p, const char *at)
{
	size_t n = 0;

	while (at + n < p->end && scan_is_word(at[n]))
		n++;
	return n;
}

static inline bool is_keyword(const struct gotemplate_parser *p, const char *word)
{
	size_t len = strlen(word);

	return starts_with(p, word) && word_length(p, p->at) == len;
}
