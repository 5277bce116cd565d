/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An object of a template as it is printed. Private to lib/template. */

#include "template/template.h"

/*
 * The object with its labels written to it and its group set, as object_finish() does with the
 * evaluated object: a map whose keys are constants. NULL where that depends on values. What is
 * changed is copied into the arena.
 */
struct tpl *layout_object(struct arena *a, const struct template *t, const struct tpl *object);

/*
 * The map as one with entries, which may be changed; NULL if it is none, if a key is no constant
 * or if one stands twice.
 */
struct tpl *layout_map(struct arena *a, const struct tpl *t);

/* What tells an object from others, see object_is_new() of finish.h. */
struct layout_identity {
	const char *kind, *api_version;
	struct tpl *namespace; /* or NULL */
	struct tpl *name;      /* NULL: it is never the same as another */
};

/* False where it takes more than the values of name and namespace to know. */
bool layout_identity(struct arena *a, const struct tpl *object, struct layout_identity *ret);
