/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is said of connections and statements with -v (base/log.h). Private to lib/mysql. */

#include "mysql/connection.h"

/* since: clock_ns() before it was opened. */
void trace_connection(const struct connection *c, int64_t since);
/* A failure's message is the error's. rows: of its first result, or NULL. */
void trace_statement(const struct connection *c, const char *sql, int64_t since, int outcome,
		     const struct result *rows);
/* Appends the statement; one that speaks of passwords as far as its first literal. */
void trace_add_statement(struct strbuf *out, const char *sql);
