/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The codes of all diagnostics about templates, parameters and what they render to, with their
 * explanation: docs/diagnostics.md is printed from this table. Codes are never reused.
 */

#include "base/error.h"

struct diagnostic_info {
	const char *code;
	enum severity severity;
	const char *title;   /* a few words */
	const char *explain; /* one or two sentences: when, and what to do */
	const char *hint;    /* when the place that reports has no better one; or NULL */
};

extern const struct diagnostic_info diagnostics[];
extern const size_t diagnostics_count;

/* The row of a code, or NULL. */
const struct diagnostic_info *diagnostic_find(const char *code);

/*
 * Adds a diagnostic with its code, severity (from the table), position and text. hint may be NULL
 * for that of the table.
 */
void diagnose(struct error_list *list, const char *code, const struct pos *pos, const char *hint,
	      const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Moves *err into the list, with the code if it has none. */
void diagnose_error(struct error_list *list, const char *code, struct error *err);

/* Appends docs/diagnostics.md. */
struct strbuf;
void diagnostics_print_markdown(struct strbuf *out);
