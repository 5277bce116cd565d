/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Names to addresses, in a task. getaddrinfo() blocks, and for as long as a name server likes; so
 * it runs in threads of its own, and nobody waits for a thread: a task that gives up leaves it
 * behind, and so does the program when it ends. A name that several tasks ask for at once is
 * looked up once.
 */

#include "base/error.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct address {
	struct sockaddr_storage storage;
	socklen_t len;
};

struct addresses {
	struct address v[16]; /* more are not tried */
	size_t len;
};

/*
 * The addresses of a host, IPv6 and IPv4 by turns in the order of RFC 6724. Errors: -ERR_NOT_FOUND
 * (the name does not exist), -ERR_IO (the name server fails), -ERR_TIMEOUT, -ERR_CANCELLED.
 */
int resolve_host(const char *host, unsigned port, struct addresses *ret, struct error *err);
/* The same for an address, without a task: false if host is a name. */
bool resolve_address(const char *host, unsigned port, struct addresses *ret);
