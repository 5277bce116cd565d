/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/gtid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mysql/gtid_internal.h"

struct gtid_key gtid_key_mysql(const unsigned char uuid[16], const char *tag, size_t tag_len)
{
	struct gtid_key key = { 0 };

	assert(tag_len <= GTID_TAG_MAX);
	memcpy(key.id, uuid, sizeof(key.id));
	if (tag_len)
		memcpy(key.tag, tag, tag_len);
	return key;
}

static void put_be32(unsigned char *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

static uint32_t get_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

struct gtid_key gtid_key_mariadb(uint32_t domain, uint32_t server)
{
	struct gtid_key key = { 0 };

	put_be32(key.id, domain);
	put_be32(key.id + 4, server);
	return key;
}

uint32_t gtid_key_domain(const struct gtid_key *key)
{
	return get_be32(key->id);
}

uint32_t gtid_key_server(const struct gtid_key *key)
{
	return get_be32(key->id + 4);
}

/* Bytes of the padded key sort as UUID and tag, or domain and server, do. */
int gtid_key_compare(const struct gtid_key *a, const struct gtid_key *b)
{
	return memcmp(a, b, sizeof(*a));
}

void gtid_set_release(struct gtid_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->entries[i].ranges);
	free(s->entries);
	*s = (struct gtid_set)GTID_SET_INIT;
}

void ranges_append(struct gtid_entry *e, struct gtid_range r)
{
	struct gtid_range *last = e->count ? &e->ranges[e->count - 1] : NULL;

	if (last && r.first - 1 <= last->last) {
		if (r.last > last->last)
			last->last = r.last;
		return;
	}
	ALLOC_GROW(e->ranges, e->count + 1, e->alloc);
	e->ranges[e->count++] = r;
}

void ranges_add_raw(struct gtid_entry *e, const struct gtid_range *ranges, size_t count)
{
	if (count == 0)
		return;
	ALLOC_GROW(e->ranges, e->count + count, e->alloc);
	memcpy(e->ranges + e->count, ranges, count * sizeof(*ranges));
	e->count += count;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct gtid_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

void ranges_normalise(struct gtid_entry *e)
{
	size_t count = e->count;
	bool sorted = true, apart = true;

	for (size_t i = 1; i < count; i++) {
		sorted = sorted && e->ranges[i].first >= e->ranges[i - 1].first;
		apart = apart && e->ranges[i].first - 1 > e->ranges[i - 1].last;
	}
	if (sorted && apart)
		return;
	if (!sorted)
		qsort(e->ranges, count, sizeof(*e->ranges), compare_ranges);
	/* Joining only shortens: what is read is never behind what is written. */
	e->count = 0;
	for (size_t i = 0; i < count; i++)
		ranges_append(e, e->ranges[i]);
}

static int compare_entries(const void *a, const void *b)
{
	return gtid_key_compare(&((const struct gtid_entry *)a)->key,
				&((const struct gtid_entry *)b)->key);
}

void gtid_set_normalise(struct gtid_set *s)
{
	size_t kept = 0;
	bool sorted = true;

	for (size_t i = 1; i < s->count && sorted; i++)
		sorted = compare_entries(&s->entries[i - 1], &s->entries[i]) <= 0;
	if (!sorted)
		qsort(s->entries, s->count, sizeof(*s->entries), compare_entries);
	for (size_t i = 0; i < s->count; i++) {
		struct gtid_entry *e = &s->entries[i];
		struct gtid_entry *before = kept ? &s->entries[kept - 1] : NULL;

		if (before && gtid_key_compare(&before->key, &e->key) == 0) {
			ranges_add_raw(before, e->ranges, e->count);
			free(e->ranges);
		} else if (e->count == 0) {
			free(e->ranges);
		} else {
			s->entries[kept++] = *e;
		}
	}
	s->count = kept;
	for (size_t i = 0; i < kept; i++)
		ranges_normalise(&s->entries[i]);
	if (kept == 0)
		s->family = GTID_NONE;
}

struct gtid_entry *entry_append(struct gtid_set *s, enum gtid_family family,
				const struct gtid_key *key)
{
	ALLOC_GROW(s->entries, s->count + 1, s->alloc);
	s->family = family;
	s->entries[s->count] = (struct gtid_entry){ .key = *key };
	return &s->entries[s->count++];
}

void entry_drop_if_empty(struct gtid_set *s)
{
	if (s->count && s->entries[s->count - 1].count == 0)
		free(s->entries[--s->count].ranges);
	if (s->count == 0)
		s->family = GTID_NONE;
}

/* Index of the first entry that is not smaller than the key. */
static size_t find_entry(const struct gtid_set *s, const struct gtid_key *key)
{
	size_t low = 0, high = s->count;

	/* Streams add to the same or the last entry. */
	if (high && gtid_key_compare(&s->entries[high - 1].key, key) < 0)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gtid_key_compare(&s->entries[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Index of the first range whose last is not smaller than the number. */
static size_t find_range(const struct gtid_entry *e, uint64_t number)
{
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->ranges[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert_range(struct gtid_entry *e, struct gtid_range r)
{
	size_t from, to;

	if (e->count == 0 || r.first >= e->ranges[e->count - 1].first) {
		ranges_append(e, r);
		return;
	}
	/* Those from `from` up to `to` touch the new one and become one with it. */
	from = find_range(e, r.first - 1);
	for (to = from; to < e->count && e->ranges[to].first - 1 <= r.last; to++) {
		if (e->ranges[to].first < r.first)
			r.first = e->ranges[to].first;
		if (e->ranges[to].last > r.last)
			r.last = e->ranges[to].last;
	}
	if (from == to)
		ALLOC_GROW(e->ranges, e->count + 1, e->alloc);
	memmove(&e->ranges[from + 1], &e->ranges[to], (e->count - to) * sizeof(r));
	e->count = e->count + 1 - (to - from);
	e->ranges[from] = r;
}

void gtid_set_add(struct gtid_set *s, enum gtid_family family, const struct gtid_key *key,
		  struct gtid_range range)
{
	size_t at = find_entry(s, key);

	assert(family != GTID_NONE && (s->family == GTID_NONE || s->family == family));
	assert(range.first >= 1 && range.first <= range.last);
	if (at == s->count || gtid_key_compare(&s->entries[at].key, key) != 0) {
		entry_append(s, family, key);
		memmove(&s->entries[at + 1], &s->entries[at],
			(s->count - 1 - at) * sizeof(*s->entries));
		s->entries[at] = (struct gtid_entry){ .key = *key };
	}
	insert_range(&s->entries[at], range);
}

void entry_copy(struct gtid_set *out, enum gtid_family family, const struct gtid_entry *e)
{
	struct gtid_entry *copy = entry_append(out, family, &e->key);

	ALLOC_GROW(copy->ranges, e->count, copy->alloc);
	memcpy(copy->ranges, e->ranges, e->count * sizeof(*e->ranges));
	copy->count = e->count;
}

void gtid_set_copy(const struct gtid_set *s, struct gtid_set *ret)
{
	for (size_t i = 0; i < s->count; i++)
		entry_copy(ret, s->family, &s->entries[i]);
}

bool gtid_set_is_empty(const struct gtid_set *s)
{
	return s->count == 0;
}

/* Index behind the entries that have the domain of the one at i. */
size_t domain_end(const struct gtid_set *s, size_t i)
{
	size_t end = i + 1;

	while (end < s->count && memcmp(s->entries[end].key.id, s->entries[i].key.id, 4) == 0)
		end++;
	return end;
}

static bool entry_has(const struct gtid_entry *e, uint64_t number)
{
	size_t i = find_range(e, number);

	return i < e->count && e->ranges[i].first <= number;
}

bool gtid_set_has(const struct gtid_set *s, const struct gtid_key *key, uint64_t number)
{
	struct gtid_key domain = { 0 };
	size_t at;

	if (s->family == GTID_MARIADB) {
		memcpy(domain.id, key->id, 4);
		at = find_entry(s, &domain);
		if (at < s->count && gtid_key_domain(&s->entries[at].key) == gtid_key_domain(key) &&
		    domain_end(s, at) == at + 1) {
			const struct gtid_entry *e = &s->entries[at];

			return entry_has(e, number) &&
			       (number != e->ranges[e->count - 1].last ||
				gtid_key_compare(&e->key, key) == 0);
		}
	}
	at = find_entry(s, key);
	return at < s->count && gtid_key_compare(&s->entries[at].key, key) == 0 &&
	       entry_has(&s->entries[at], number);
}

static gtid_count count_ranges(const struct gtid_entry *e)
{
	gtid_count n = 0;

	for (size_t i = 0; i < e->count; i++)
		n += (gtid_count)(e->ranges[i].last - e->ranges[i].first) + 1;
	return n;
}

gtid_count gtid_set_count(const struct gtid_set *s)
{
	gtid_count n = 0;

	for (size_t i = 0, end; i < s->count; i = end) {
		struct gtid_entry all = { 0 };

		end = s->family == GTID_MARIADB ? domain_end(s, i) : i + 1;
		if (end == i + 1) {
			n += count_ranges(&s->entries[i]);
			continue;
		}
		for (size_t k = i; k < end; k++)
			ranges_add_raw(&all, s->entries[k].ranges, s->entries[k].count);
		ranges_normalise(&all);
		n += count_ranges(&all);
		free(all.ranges);
	}
	return n;
}

void gtid_count_print(gtid_count n, struct strbuf *out)
{
	char digits[40];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n);
	strbuf_add(out, digits + at, sizeof(digits) - at);
}

size_t gtid_set_ranges(const struct gtid_set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->entries[i].count;
	return n;
}

bool gtid_set_equal(const struct gtid_set *a, const struct gtid_set *b)
{
	if (a->family != b->family || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct gtid_entry *x = &a->entries[i], *y = &b->entries[i];

		if (gtid_key_compare(&x->key, &y->key) != 0 || x->count != y->count ||
		    memcmp(x->ranges, y->ranges, x->count * sizeof(*x->ranges)) != 0)
			return false;
	}
	return true;
}

bool gtid_cursor_next(struct gtid_cursor *c, const struct gtid_key **ret_key, uint64_t *ret_number)
{
	for (; c->entry < c->set->count; c->entry++, c->range = 0, c->number = 0) {
		const struct gtid_entry *e = &c->set->entries[c->entry];

		for (; c->range < e->count; c->range++, c->number = 0) {
			if (c->number == e->ranges[c->range].last)
				continue;
			c->number = c->number ? c->number + 1 : e->ranges[c->range].first;
			*ret_key = &e->key;
			*ret_number = c->number;
			return true;
		}
	}
	return false;
}
