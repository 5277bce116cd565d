/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The bytes below Connector/C. Its own socket layer resolves names, dials and waits for TLS in
 * calls that block the thread; so it is given a table of ours instead (its PVIO interface,
 * <ma_pvio.h>), which waits in the task. For lib/mysql/ only.
 *
 * TLS is ours too. Connector/C writes its login as if there were none; the first packet that it
 * writes is preceded by the request for TLS and the handshake, and from then on goes encrypted.
 * So one set of CAs serves all connections (Connector/C reads it anew for each: 25 ms for those of
 * the system), and the name in the certificate is compared with what the user said, not with what
 * was dialled.
 *
 * And so is reading ahead: Connector/C keeps 16 kB for it in every connection, which is most of
 * what a thousand of them need.
 */

#include "mysql/connection.h"
#include "mysql/greeting.h"
#include "mysql/library.h"

#include "net/tls.h"

struct transport {
	int fd;
	struct tls *tls;
	struct tls_options tls_options;
	bool wants_tls; /* before the first packet is written */
	bool local;	/* a unix socket */
	bool quiet;	/* being closed: nothing waits any more */
	char *label, *reading, *writing; /* for messages */
	unsigned char *ahead; /* read and not asked for yet, at first the greeting; or NULL */
	size_t ahead_len, ahead_pos;
	uint64_t read_bytes, written_bytes;
	size_t allowance; /* so many bytes may be read until it is set again; 0: any */
	int64_t silence_ms; /* the most that a read may wait for the next byte; 0: the deadline */
	size_t unpaused;  /* bytes that were there without waiting, since others had a turn */
	struct error failure; /* why the connection is dead; class 0 while it lives */
};

/* Dials, and reads the greeting. Errors: those of connection_open(). */
int transport_open(struct transport *t, const struct connection_options *opts,
		   struct greeting *ret, struct error *err);
void transport_release(struct transport *t);
/* Makes Connector/C use t for mysql, whose connection it will be. */
int transport_install(struct transport *t, const struct mysql_library *lib, MYSQL *mysql,
		      struct error *err);
