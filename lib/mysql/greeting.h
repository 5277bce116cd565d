/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The first packet that a server sends (Protocol::HandshakeV10), read before Connector/C sees it:
 * to tell a server that is none from one that refuses, and to know what it can do.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GREETING_HEADER 4 /* bytes before each packet: length 3, number 1 */

/* Capabilities, as MySQL names them. */
#define CAPABILITY_LONG_PASSWORD 0x1u /* MariaDB from 10.2 on leaves it out */
#define CAPABILITY_TLS 0x800u

struct greeting {
	char version[64];     /* without MariaDB's "5.5.5-" */
	bool mariadb;
	unsigned number;      /* 101119 */
	uint32_t thread_id;
	uint32_t capabilities;
	char plugin[64];      /* what it would like to log us in with */
};

/*
 * packet has no header. -ERR_INVALID: no MySQL server; label is how messages call it. A packet
 * with an error in it is none of these: greeting_is_error().
 */
int greeting_read(const unsigned char *packet, size_t len, const char *label, struct greeting *ret,
		  struct error *err);
bool greeting_is_error(const unsigned char *packet, size_t len);
/* The first bytes of what is no packet of a greeting: says what answered there instead. */
int greeting_refuse(const unsigned char *bytes, size_t len, const char *label, struct error *err);
