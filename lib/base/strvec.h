/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A growing list of owned strings; v is NULL-ended once anything was added. */

#include <stdbool.h>
#include <stddef.h>

struct strvec {
	char **v;
	size_t len;
	size_t alloc;
};

#define STRVEC_INIT { 0 }

void strvec_add(struct strvec *sv, const char *s);
void strvec_addf(struct strvec *sv, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds a string that sv owns from now on. */
void strvec_add_take(struct strvec *sv, char *s);
bool strvec_contains(const struct strvec *sv, const char *s);
/* Sorts bytewise. */
void strvec_sort(struct strvec *sv);
void strvec_release(struct strvec *sv);

#define cleanup_strvec __attribute__((cleanup(strvec_release)))
