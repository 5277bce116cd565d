/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/gtid_wire.h"

#include <assert.h>
#include <string.h>

static void add_u64(struct strbuf *out, uint64_t n)
{
	for (unsigned i = 0; i < 8; i++)
		strbuf_addch(out, (char)(n >> (8 * i)));
}

void gtid_set_encode(const struct gtid_set *s, struct strbuf *out)
{
	bool tagged = false;

	assert(s->family != GTID_MARIADB);
	for (size_t i = 0; i < s->count; i++)
		tagged = tagged || s->entries[i].key.tag[0];
	/* The form stands in the first and the last byte, the count between them. */
	add_u64(out, tagged ? (uint64_t)1 << 56 | (uint64_t)s->count << 8 | 1 : s->count);
	for (size_t i = 0; i < s->count; i++) {
		const struct gtid_entry *e = &s->entries[i];
		size_t tag = strlen(e->key.tag);

		strbuf_add(out, e->key.id, sizeof(e->key.id));
		if (tagged) {
			/* A variable-length integer of one byte has its lowest bit 0. */
			strbuf_addch(out, (char)(tag << 1));
			strbuf_add(out, e->key.tag, tag);
		}
		add_u64(out, e->count);
		for (size_t r = 0; r < e->count; r++) {
			add_u64(out, e->ranges[r].first);
			add_u64(out, e->ranges[r].last + 1);
		}
	}
}
