/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* SHA-1 (FIPS 180-4), for the handshake of WebSockets, which is no matter of secrecy. */

#include <stddef.h>
#include <stdint.h>

#define SHA1_SIZE 20

void sha1(const void *data, size_t len, uint8_t ret[SHA1_SIZE]);
