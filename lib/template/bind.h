/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to lib/template: the part of template_bind that expansion shares. */

#include "template/template.h"

/* Binds only what was given, and checks what was decided before. */
void bind_assignments(struct template *t, const struct bind_options *opts, struct bindings *ret,
		      struct error_list *diags);

/* What a decided value is remembered by: the SHA-256 of its text, in the arena. */
char *value_digest(struct arena *a, const struct value *v);
