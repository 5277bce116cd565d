/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Results of SQL statements, row by row, as table, CSV, vertical list, JSON or YAML, in bounded
 * memory: drain is called whenever enough was written, and a table finds its widths from the first
 * ROWS_MEASURED rows.
 *
 *	struct rows *r = rows_new(FORMAT_CSV, &s->out, drain, s);
 *	rows_begin(r, &header);
 *	rows_add(r, cells, lengths);
 *	rows_end(r);
 *	rows_free(r);		// closes the document
 *
 * NULL and the text NULL differ in every form: table and vertical put quotes around the text, CSV
 * leaves a NULL empty and quotes an empty text. Bytes that are not UTF-8 are 0x… in hexadecimal, in
 * JSON and YAML {"base64": …}.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROWS_MEASURED 1000
#define ROWS_MEASURED_BYTES ((size_t)1 << 20)

struct rows;

struct rows_header {
	const char *instance; /* whose result it is, NULL: not said */
	const char *const *names; /* of the columns */
	const bool *number;	  /* true: its values are numbers */
	size_t count;
};

/* Empties the buffer; below zero ends the output. */
typedef int rows_drain_fn(void *arg, struct strbuf *out, struct error *err);

/* out is borrowed; drain may be NULL. Formats: TABLE, CSV, VERTICAL, JSON, YAML. */
struct rows *rows_new(enum format format, struct strbuf *out, rows_drain_fn *drain, void *arg);
/* A result begins; the header's arrays must stay until rows_end(). */
void rows_begin(struct rows *r, const struct rows_header *h);
/* Cells that are NULL are SQL's NULL. 0, or what drain returned. */
int rows_add(struct rows *r, const char *const *cells, const unsigned long *lengths,
	     struct error *err);
void rows_end(struct rows *r);
/* A statement that has no rows. */
void rows_affected(struct rows *r, const char *instance, uint64_t affected);
/* Writes what closes the document. NULL is accepted. */
void rows_free(struct rows *r);
