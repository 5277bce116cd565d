/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What was seen over some time: how the lag of each channel went, and which positions each source
 * had when. From the second on a position that is not applied yet tells that the lag is at least
 * as old as the position, and the one before it, that is, that it is not older: so the lag of any
 * server can be bounded by our own clock alone, also where servers tell no commit times.
 */

#include "topology/model.h"

#define HISTORY_SAMPLES 600 /* of each channel and source; older ones are forgotten */

struct lag_sample {
	int64_t at; /* our clock, microseconds */
	double seconds;
	int64_t transactions;
};

struct lag_series {
	char *instance, *channel;
	struct lag_sample items[HISTORY_SAMPLES];
	size_t len;
	double worst; /* of all times, < 0: never known */
};

struct history;

struct history *history_new(void);
/*
 * Adds what t holds, and makes the figures of its links better where it can: seconds, error,
 * method and eta.
 */
void history_add(struct history *h, struct topology *t);
/* Of one channel, or NULL. Borrowed. */
const struct lag_series *history_series(const struct history *h, const struct instance *i,
					const struct link *l);
void history_free(struct history *h);

static inline void cleanup_history_fn(struct history **h)
{
	history_free(*h);
}
#define cleanup_history __attribute__((cleanup(cleanup_history_fn)))
