/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Errors as text for people: what the standard error output shows. */

#include "base/error.h"
#include "base/strbuf.h"

/*
 * Appends "FILE:LINE:COL: error: message [E102]" and a line "  hint: …" if there is a hint. Control
 * characters, which a document may smuggle into a message, are written as \xNN.
 */
void diag_format(const struct error *e, bool colour, struct strbuf *out);
/* Every error of the list, and a line about those that were dropped. */
void diag_format_list(const struct error_list *list, bool colour, struct strbuf *out);
