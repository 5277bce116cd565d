/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How far a replica is behind: four numbers, never one. Transport (is what the source has here),
 * apply (is what is here visible), backlog (transactions and bytes), and the time since the source
 * was last heard.
 *
 * The lag of a replica at a moment is the age of the oldest transaction that its source has
 * committed and it does not show. Seconds_Behind_Source is something else: 0 while the receiver is
 * cut off, NULL while the applier is stopped, the start of a long transaction instead of its end.
 * So it is the last thing that is asked, and only while both threads run and the source answers us:
 * a source that hangs keeps its connections open.
 */

#include "topology/model.h"

/*
 * Fills l->lag from two readings: of the source first, of the replica then. So nothing missing
 * means that everything which the source had before the replica was asked was visible, whatever
 * the clocks say, and the error is the time between the two questions.
 */
void lag_estimate(const struct instance *replica, struct link *l, struct arena *a);

/* The channel shows 0 seconds, or none, but the source has what it lacks and does not send it. */
bool lag_is_stale(const struct link *l);
