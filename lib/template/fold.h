/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Partial evaluation of a syntax tree. Private to lib/template. */

#include "template/template.h"

struct fold {
	struct env env; /* undecided names are there with known = false */
	bool typed;	/* in what a name is bound to: an expression stays one, to keep its type */
	bool keep_secrets;    /* in that, and in keys: a secret stays an expression, so as to stay
				 hidden */
	/* Budgets, the last one of literal text; when one is spent, the rest stays as it is. */
	size_t steps, weight, bytes;
};

/* The residual of t; NULL is "nothing". Never fails: what would fail stays and fails later. */
struct tpl *fold_tpl(struct fold *f, struct tpl *t);
/* The same for a message: a decided secret becomes (secret). */
struct tpl *fold_message(struct fold *f, struct tpl *t);

struct expr *fold_expr(struct fold *f, struct expr *e);
enum text_use { TEXT_VALUE, TEXT_KEY, TEXT_MESSAGE };
/* The residual of a TPL_TEXT. */
struct tpl *fold_text(struct fold *f, struct tpl *t, enum text_use use);
