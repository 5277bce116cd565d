/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* MySQL's binary form of a GTID set: in COM_BINLOG_DUMP_GTID and PREVIOUS_GTIDS. */

#include "mysql/gtid.h"

/*
 * Appends the set. With tags it has the form of MySQL 8.3 (Gtid_set::encode in the server's
 * sql/rpl_gtid_set.cc), which older servers would not understand; they have no tags.
 */
void gtid_set_encode(const struct gtid_set *s, struct strbuf *out);
