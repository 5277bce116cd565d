/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The field `residual` of an expanded template: what was decided, and where everything stood in the
 * original. Private to lib/template.
 */

#include "template/scope.h"

/* Reads what has to be known before the rest of the document is: that it is one, and its language.
 */
void residual_begin(struct loader *l, const struct node *field);
/*
 * Bytes that t takes at least when it is printed, what is shared counted each time. The walk ends
 * as soon as it is more than limit.
 */
size_t residual_size(const struct tpl *t, size_t limit);
/* Gives every part of the loaded template its place in the original. */
void residual_finish(struct loader *l, const struct node *field);
