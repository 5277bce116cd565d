/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* UTF-8 (RFC 3629): checking, counting, stepping. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the valid sequence at p (1 to 4), or 0 if the bytes up to end are not one. */
size_t utf8_sequence(const char *p, const char *end);
/* Decodes the valid sequence at p, sets *ret_len. */
uint32_t utf8_decode(const char *p, size_t *ret_len);
/* Writes the form of a character, to[4]; what is none becomes U+FFFD. Returns its length. */
size_t utf8_encode(uint32_t c, char *to);
bool utf8_valid(const char *p, size_t len);
/* Number of code points; every invalid byte counts as one. */
size_t utf8_count(const char *p, size_t len);
