/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the directives share: directive.c has the tree and what decides, directive_text.c !expr and
 * !text, directive_include.c !include. Private to them.
 */

#include "template/directive.h"

static inline bool directive_is_scalar(const struct node *n)
{
	return n->kind != NODE_SEQ && n->kind != NODE_MAP;
}

/* Reports T007 about a directive; NULL. */
struct tpl *directive_malformed(struct loader *l, const struct node *n, const char *tag,
				const char *why);
/* Checks that n is a map with only the allowed keys (NULL-ended) and those in need. */
bool directive_check_form(struct loader *l, const struct node *n, const char *const *allowed,
			  const char *const *need);
/* The expression in field key of a directive: a plain scalar, or !expr. NULL after a report. */
struct expr *directive_expr_field(struct loader *l, const struct node *n, const char *key,
				  struct pos *ret_pos);

/* Each of one directive; NULL after a report. */
struct tpl *directive_load_expr(struct loader *l, struct node *n);
struct tpl *directive_load_text(struct loader *l, struct node *n);
struct tpl *directive_load_include(struct loader *l, struct node *n);
