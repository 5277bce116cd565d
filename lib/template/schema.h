/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The parameters of a template as a JSON Schema (draft 2020-12). */

#include "template/template.h"

/* In the arena. Values are described as text, as they are given with -p, where JSON has no such
 * type. */
struct node *template_schema(struct arena *a, const struct template *t);
