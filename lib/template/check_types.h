/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What can be said about the types in a template before it has values. */

#include "template/template.h"

/*
 * Reports the operators and conditions that fail for every value that their operands may have, as
 * rendering would: T203, T213, T214; and comparisons with what no choice is: T219. Only
 * `template lint` asks: rendering may never reach the place. An OpenShift Template, which has no
 * operators, has nothing to report.
 */
void template_check_types(struct template *t, struct error_list *diags);
