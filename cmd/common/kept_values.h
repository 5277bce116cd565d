/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Generated values that stay: what a Secret of the cluster has already is not generated again,
 * whatever else of the template is made of it.
 */

#include "cmd/common/kube.h"
#include "template/template.h"

/*
 * docs: the template as it is rendered with b. *ret: the given values, and one more for each
 * generated parameter that is alone in a field of a Secret which is there. In the template's arena.
 * A Secret that may not be read is an error: its values would be lost. In a task.
 */
int kept_values(struct kube *k, struct template *t, const struct bindings *b,
		const struct documents *docs, const char *ns, const struct assignment *given,
		size_t count, struct assignment **ret, size_t *ret_count, struct error *err);
