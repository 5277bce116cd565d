/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* True for the dates and times that oc's YAML reader knows: 2001-1-2, 2001-01-02T03:04:05Z. */
bool yaml_is_time(const char *text, size_t len);
