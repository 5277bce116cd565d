/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A topology for people: one verdict line, one next command, the tree. And as metrics. */

#include "cli/command.h"
#include "topology/diagnose.h"

struct status_text_options {
	bool colour;
	bool wide;
};

void status_print(const struct topology *t, const struct diagnosis *d,
		  const struct status_text_options *o, struct strbuf *out);
/* The text exposition format of Prometheus, version 0.0.4. */
void status_print_prometheus(const struct topology *t, const struct diagnosis *d,
			     struct strbuf *out);
/* "18 MB", "-" for what is not known. */
void print_bytes(struct strbuf *out, int64_t bytes);
/* "0.2s", "12m", "≤ 3.1s", "-". */
void print_lag_seconds(struct strbuf *out, const struct lag *lag);
