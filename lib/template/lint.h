/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* All that can be said about a template without values, for `template lint`. */

#include "template/template.h"

/*
 * Reports, each once: what fails for all values (template_check_types, template_check_objects), and
 * what rendering with the defaults reports, if every parameter has one or may be left out. An
 * assertion that only the defaults fail is a note: the template asks for a value by it.
 */
void template_lint(struct template *t, struct error_list *diags);

/*
 * Reports the objects that will be wrong whatever the parameters are: T212, T216, T217, T218 and
 * what else object_finish() finds; and assertions that no value makes true.
 */
void template_check_objects(struct template *t, struct error_list *diags);
