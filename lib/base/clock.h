/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Time for deadlines: milliseconds of a clock that never goes back, and is no time of day. */

#include <stdint.h>

int64_t clock_ms(void);
/* The same in nanoseconds, to measure with. */
int64_t clock_ns(void);
