/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sandbox/sandbox.h"

/*
 * Waits until nothing of what instance i does is still on its way: its receivers have found their
 * sources, and its followers acknowledge. All servers of a sandbox start at once, so a replica may
 * look for a source that is not there yet, and tries again a second later; whoever asked for the
 * state in between would see a broken replica. After ten seconds whatever keeps it from that is
 * left to be seen. In a task.
 */
int settle_instance(const struct sandbox *s, size_t i, struct error *err);
