/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), base64 (RFC 4648) and random bytes. Our own small
 * SHA-256 because rendering may not load libcrypto (architecture.md §2).
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
	uint32_t state[8];
	uint64_t length;
	uint8_t block[64];
};

void sha256_init(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *data, size_t len);
void sha256_final(struct sha256 *s, uint8_t ret[SHA256_SIZE]);
void sha256(const void *data, size_t len, uint8_t ret[SHA256_SIZE]);
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
		 uint8_t ret[SHA256_SIZE]);
/* Adds lower-case hexadecimal. */
void strbuf_add_hex(struct strbuf *sb, const void *data, size_t len);
/* Adds base64 with padding. */
void strbuf_add_base64(struct strbuf *sb, const void *data, size_t len);
/*
 * Adds the bytes that base64 stands for. Line ends within are skipped, padding is needed, as Go's
 * reader has it. False for what is no base64; what was added until then stays.
 */
bool strbuf_add_base64_decoded(struct strbuf *sb, const char *text, size_t len);
/* Fills the buffer from getrandom(2). */
int random_bytes(void *buf, size_t len, struct error *err);
