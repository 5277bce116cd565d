/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What happens to each object after its values are in. Private to lib/template. */

#include "template/template.h"

/* Whether the template's labels are a map of strings; reports what is not. */
bool labels_check(const struct node *labels, struct error_list *diags);

/*
 * Checks one object, writes the labels to its metadata; for OpenShift Templates also drops a
 * literal namespace and gives legacy kinds their group (facts: oc process does the same). *ret is a
 * changed copy in the arena, or object itself.
 */
bool object_finish(const struct template *t, struct arena *a, struct node *object,
		   const struct node *labels, struct error_list *diags, struct node **ret);
