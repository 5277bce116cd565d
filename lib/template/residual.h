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
/* Gives every part of the loaded template its place in the original. */
void residual_finish(struct loader *l, const struct node *field);
