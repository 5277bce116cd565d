/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* After servers were started again, read only and with replication stopped. */

#include "sandbox/sandbox.h"

/*
 * Starts the replication of all that follow somebody. Opens the instance that the record with the
 * highest epoch names, if it follows nobody and no server takes writes (docs/authority.md, rule 2);
 * the record is the table kubectl_mysql.record. Servers that do not answer are left alone. In a
 * task.
 */
int sandbox_reopen(const struct sandbox *s, struct error *err);
