/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of gtid*.c share: building a set from its beginning to its end. */

#include "mysql/gtid.h"

/* Appends a range that begins behind the last one's first; joins it if they touch. */
void ranges_append(struct gtid_entry *e, struct gtid_range r);
/* Adds ranges in any order, to be put right by ranges_normalise(). */
void ranges_add_raw(struct gtid_entry *e, const struct gtid_range *ranges, size_t count);
void ranges_normalise(struct gtid_entry *e);
/* Appends an entry without ranges. The pointer is good until the next one. */
struct gtid_entry *entry_append(struct gtid_set *s, enum gtid_family family,
				const struct gtid_key *key);
void entry_copy(struct gtid_set *out, enum gtid_family family, const struct gtid_entry *e);
/* Takes the last entry off if nothing was put into it. */
void entry_drop_if_empty(struct gtid_set *s);
/* MariaDB: index behind the entries that have the domain of entry i. */
size_t domain_end(const struct gtid_set *s, size_t i);
/* Sorts and joins what was appended in any order; drops empty entries. */
void gtid_set_normalise(struct gtid_set *s);
