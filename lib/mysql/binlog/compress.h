/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What servers compress: MySQL whole transactions (zstd), MariaDB single events and columns (zlib).
 * Both libraries are opened when the first such thing is met.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdint.h>

/*
 * A compressed body of a MariaDB event: 0x80 | algorithm << 4 | n, n bytes of the length of the
 * plain text, big-endian, then a zlib stream. Replaces *out by the plain text. Errors:
 * -ERR_INVALID, -ERR_LIMIT (LIMIT_BINLOG_EVENT), -ERR_FAILED without the library.
 */
int compress_event(const uint8_t *p, size_t len, struct strbuf *out, struct error *err);

/*
 * A value of a COMPRESSED column: a byte with the method (high bits: 0 plain, 8 zlib), 8 for a raw
 * deflate stream without zlib's frame, the number of length bytes; the length, big-endian; the
 * data. Negative without an error: it is broken, or the library is missing.
 */
int compress_column(const uint8_t *p, size_t len, struct strbuf *out);

/* A zstd stream that is fed whole and read in pieces. */
struct zstd_reader;
int zstd_reader_new(const uint8_t *p, size_t len, struct zstd_reader **ret, struct error *err);
/* Up to room bytes to p; *ret_len is 0 at the end. */
int zstd_reader_read(struct zstd_reader *z, uint8_t *p, size_t room, size_t *ret_len,
		     struct error *err);
void zstd_reader_free(struct zstd_reader *z);
