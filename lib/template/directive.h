/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Directives (!expr, !if, …): document nodes to syntax tree. Private to lib/template. */

#include "template/scope.h"

/*
 * The syntax tree of a node and all below it. Never NULL: after a report, a constant
 * stands in, so that reading goes on and finds the next mistake.
 */
struct tpl *directive_load(struct loader *l, struct node *n);

/* A message: a string, !text, or !expr, which becomes the text of its value. */
struct tpl *message_load(struct loader *l, struct node *n);
