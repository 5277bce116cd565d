/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What became of each of many objects, as a list. */

#include "cli/command.h"
#include "kube/manifest.h"

struct outcome_row {
	const struct manifest *manifest;
	const char *result; /* "created" */
	const char *error;  /* or NULL */
	bool dry_run;
};

/* kind: of the list in JSON, "ApplyResultList". */
int outcomes_print(struct session *s, const char *kind, const struct outcome_row *rows, size_t n,
		   struct error *err);
