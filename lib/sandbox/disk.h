/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* File systems that a fault mounted in the folder of a sandbox. */

#include "base/error.h"

/* Unmounts whatever is mounted at this folder or below it; 0 too if there is nothing. */
int disk_release(const char *folder, struct error *err);
