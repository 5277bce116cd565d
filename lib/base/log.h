/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the program does, for whoever looks with -v. Libraries say it, the program shows it: nothing
 * here prints. A line is one event. No password, generated value or row of a user's table is ever
 * said: names and sizes are.
 */

#include <stdbool.h>
#include <stdint.h>

/* Of kubectl's scale. */
enum log_level {
	LOG_STEP = 1,	 /* files read, connections, where the value of a parameter is from */
	LOG_REQUEST = 6, /* each statement and request, with the time it took */
};

/* show gets lines without line ends, of `level` and below, with the seconds since this call. */
void log_open(int64_t level, void (*show)(double seconds, const char *line));
/* Whether it is worth to put a line together. */
bool log_wants(enum log_level level);
/* Control characters in what is said become blanks. */
void log_say(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
