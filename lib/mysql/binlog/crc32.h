/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The checksum of binlog events: CRC-32 of IEEE 802.3, as zlib's crc32() computes it. */

#include <stddef.h>
#include <stdint.h>

/* Continues crc (0 to begin with) over len bytes. */
uint32_t crc32_add(uint32_t crc, const void *data, size_t len);

/* The same without special instructions, for machines without them and for tests. */
uint32_t crc32_add_portable(uint32_t crc, const void *data, size_t len);
