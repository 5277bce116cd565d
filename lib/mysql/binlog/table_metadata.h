/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The optional part of a TABLE_MAP event: type, length, value, any number of them. */

#include "base/error.h"

struct binlog_table;
struct cursor;

/* Fills the columns from what is left behind c. Kinds that are not known are skipped. */
int table_metadata_read(struct binlog_table *t, struct cursor *c, struct error *err);
