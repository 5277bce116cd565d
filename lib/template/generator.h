/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * OpenShift's generator expressions ("[a-zA-Z0-9]{16}", "user[A-Z0-9]{3}", "[\\w]{50}"), facts §1.5
 * and §1.9b.17: same syntax and errors, upper bounds inclusive, unbiased choice from strong
 * randomness.
 */

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* A stream of random bytes. */
struct generator_random {
	int (*fill)(struct generator_random *r, void *buf, size_t len, struct error *err);
};

/*
 * Appends what the expression generates. Errors (no position; *ret_column, if wanted, is the
 * 1-based character in text where the block begins): malformed expression, bad range, length
 * outside 1..255.
 */
int generate_expression(const char *text, size_t len, struct generator_random *random,
			struct strbuf *out, size_t *ret_column, struct error *err);

/*
 * Finds what looks like a block but is literal text: "[a-z]" without a length, "[a-z_]{4}",
 * "[a-z]{3,5}", "\\w{8}". Returns the 1-based character of the first one (of the length, where no
 * set is before it), or 0.
 */
size_t generator_near_miss(const char *text, size_t len);

/* Whether anything is generated: text without a block is the same each time. */
bool generator_has_block(const char *text, size_t len);
