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
 * Appends what the expression generates. Errors (no position; *ret_at, if wanted, is the byte of
 * text at which the block begins): malformed expression, bad range, length
 * outside 1..255.
 */
int generate_expression(const char *text, size_t len, struct generator_random *random,
			struct strbuf *out, size_t *ret_at, struct error *err);

/*
 * Finds what looks like a block but is literal text: "[a-z]" without a length, "[a-z_]{4}",
 * "[a-z]{3,5}", "\\w{8}". *ret_at is the byte at which the first one begins (its length, where no
 * set is before it).
 */
bool generator_near_miss(const char *text, size_t len, size_t *ret_at);

/* Whether anything is generated: text without a block is the same each time. */
bool generator_has_block(const char *text, size_t len);
