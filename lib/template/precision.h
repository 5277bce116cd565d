/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whether Kubernetes would keep a number: its JSON reader has int64 and double. Private to
 * lib/template. */

#include "tree/node.h"

/* True if every number in the tree survives a round through int64 or double. */
bool numbers_are_precise(const struct node *n);
