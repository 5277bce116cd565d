/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a server wrote about its own end. */

#include "base/strbuf.h"

#include <stdbool.h>

/*
 * Appends the line of a server's output that tells most: its first error behind the last start,
 * else its last line; cut to LOG_LINE bytes and to printable characters. False if there is none.
 */
bool log_reason(const char *text, struct strbuf *out);
/* The same from the end of a file; false too if it cannot be read. */
bool log_reason_of_file(const char *path, struct strbuf *out);

#define LOG_LINE 400
