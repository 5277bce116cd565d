/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Fills references in a tree from the values of parameters. One pass; whatever holds no
 * reference is shared with the input.
 */

#include "base/strbuf.h"
#include "base/strmap.h"
#include "template/param.h"

/* All strings that one template makes, together. */
#define LIMIT_SUBSTITUTED_BYTES ((size_t)512 << 20)

struct substitution {
	struct arena *arena;
	struct strmap values; /* name -> struct substitute * */
	struct error_list *errors;
	struct strbuf scratch;
	size_t bytes; /* made so far */
	bool failed;  /* a limit was hit: nothing more is done */
};

/* The last declaration of a name counts, as in oc. */
void substitution_init(struct substitution *s, struct arena *a, const struct param *params,
		       size_t count, struct error_list *errors);
void substitution_release(struct substitution *s);

/*
 * Fills ${NAME} in a text; ${{NAME}} counts as text too. The result is either the text itself
 * or new in the arena.
 */
const char *substitute_text(struct substitution *s, const char *text, size_t len,
			    const struct pos *pos, size_t *ret_len);

/*
 * Fills a tree. NULL: the value was ${{NAME}} with null, which deletes what holds it. Errors go to
 * the list, with their place; the result is then of no use.
 */
struct node *substitute_node(struct substitution *s, struct node *n);
