/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The description of a sandbox that is to be made: names, addresses, ports, sockets, passwords. */

#include "sandbox/up.h"

/* Nothing is started or written, but for a folder for sockets where that of the sandbox is too
 * deep. The caller frees *ret. */
int sandbox_describe(const struct sandbox_up_options *o, const struct server_program *p,
		     struct sandbox **ret, struct error *err);
