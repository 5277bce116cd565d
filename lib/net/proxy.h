/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A TCP proxy that does what networks do: delays, limits, cuts, goes silent. It stands between a
 * client and a server, in tests and in a sandbox whose links are to break. It runs in the tasks of
 * a loop; faults may be changed while connections are open, and hold for them too.
 */

#include "base/error.h"
#include "net/task.h"

#include <stdbool.h>
#include <stdint.h>

struct proxy;

/* All zero: none. */
struct proxy_faults {
	int64_t delay;	      /* ms before each piece is passed on, each way */
	uint64_t rate;	      /* bytes a second, each way */
	uint64_t piece;	      /* at most so many bytes at once: 1 is slow bytes */
	uint64_t cut_after;   /* bytes from the server; then both sides are reset */
	uint64_t silent_after; /* bytes from the server; then nothing passes, nothing is closed */
	bool hang;	      /* silent from now on; connections are still accepted */
	bool refuse;	      /* connections are reset as soon as they are there */
	bool garbage;	      /* what is no greeting, instead of the server's */
};

struct proxy_options {
	const char *listen; /* an address */
	unsigned port;	    /* 0: any, see proxy_port() */
	const char *host;   /* of the server */
	unsigned server_port;
	const char *socket; /* instead of host and port */
	/*
	 * In what the server sends, this text becomes that of the same length: one server stands
	 * for many that call themselves differently. NULL: nothing. Only without TLS.
	 */
	const char *from, *to;
};

/* Listens. Strings are copied; the loop must live longer. -ERR_IO with the address. */
int proxy_start(struct loop *loop, const struct proxy_options *opts, struct proxy **ret,
		struct error *err);
unsigned proxy_port(const struct proxy *p);
size_t proxy_connections(const struct proxy *p);
/*
 * How often clients spoke after the server had, on all connections so far: where the server
 * greets, each is a round trip, but for the last words that want no answer.
 */
uint64_t proxy_turns(const struct proxy *p);
void proxy_set_faults(struct proxy *p, const struct proxy_faults *faults);
/* Resets all connections that are open. */
void proxy_cut(struct proxy *p);
/* Ends it and its connections; in a task or outside. p is gone when its tasks have ended. */
void proxy_stop(struct proxy *p);

/*
 * Changes one fault by words: "delay 100", "rate 5000", "piece 1", "cut-after 40",
 * "silent-after 40", "hang", "refuse", "garbage"; "heal" takes all back. -ERR_USAGE.
 */
int proxy_fault_parse(const char *words, struct proxy_faults *faults, struct error *err);
