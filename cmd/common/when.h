/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Points in time as users write them. */

#include "base/error.h"

#include <stdint.h>

/*
 * Seconds since 1970 of "2026-12-01", "2026-12-01 10:00", "2026-12-01T10:00:00Z",
 * "2026-12-01 10:00:00+02:00" or "@1764583200". Without a zone it is UTC, as in everything that is
 * printed. option is for the message. -ERR_USAGE.
 */
int when_parse(const char *text, const char *option, int64_t *ret, struct error *err);
