/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Asks all instances at once and returns what was read. At most three round trips for each after
 * the login: everything; then those that follow; then those that are followed. Replicas that
 * servers tell of and nobody named are asked too. What has not answered when the time is up is
 * shown as that; the whole never takes longer.
 */

#include "mysql/connection.h"
#include "topology/model.h"

struct seed {
	const char *name, *host, *socket; /* host may be NULL with a socket, socket NULL */
	unsigned port;
	struct connection_options options;
};

struct discover_options {
	const char *name;  /* of the cluster */
	const char *words; /* how a command line names it */
	const struct seed *seeds;
	size_t count;
	int64_t timeout_ms;
	/* Ask sources for the age of what their replicas lack: one more connection each. */
	bool oldest;
	/* Ask every source for the age of what its replicas have not even received: as dear. */
	bool unreceived;
};

/* Never fails as a whole: instances say why they could not be read. The caller frees. */
struct topology *topology_discover(const struct discover_options *o);
