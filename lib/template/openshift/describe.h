/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What `oc process --parameters` and `-o describe` print. */

#include "base/strbuf.h"
#include "template/openshift/process.h"

/* The table NAME, DESCRIPTION, GENERATOR, VALUE of all parameters. */
void openshift_print_parameters(const struct openshift_template *t, struct strbuf *out);

/* The template as text for people, after openshift_process; now is seconds since the epoch. */
void openshift_describe(const struct openshift_template *t, int64_t now, struct strbuf *out);
