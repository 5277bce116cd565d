/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "mysql/gtid_internal.h"

/* Operations on two sets. The rules of MariaDB's two forms stand in gtid.h. */

static int check_families(const struct gtid_set *a, const struct gtid_set *b, struct error *err)
{
	if (a->family == GTID_NONE || b->family == GTID_NONE || a->family == b->family)
		return 0;
	error_set(err, ERR_INVALID, "cannot join a MySQL set of GTIDs with one of MariaDB");
	error_hint(err, "MySQL writes 'UUID:1-9', MariaDB '0-1-9'; compare servers of one vendor");
	return -ERR_INVALID;
}

static enum gtid_family family_of_both(const struct gtid_set *a, const struct gtid_set *b)
{
	return a->family != GTID_NONE ? a->family : b->family;
}

static void ranges_union(const struct gtid_entry *a, const struct gtid_entry *b,
			 struct gtid_entry *out)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		if (k == b->count ||
		    (i < a->count && a->ranges[i].first <= b->ranges[k].first))
			ranges_append(out, a->ranges[i++]);
		else
			ranges_append(out, b->ranges[k++]);
	}
}

static void ranges_intersect(const struct gtid_entry *a, const struct gtid_entry *b,
			     struct gtid_entry *out)
{
	for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
		struct gtid_range x = a->ranges[i], y = b->ranges[k];
		struct gtid_range both = { x.first > y.first ? x.first : y.first,
					   x.last < y.last ? x.last : y.last };

		if (both.first <= both.last)
			ranges_append(out, both);
		if (x.last < y.last)
			i++;
		else
			k++;
	}
}

/* Appends those parts of a's ranges that lie in none of b's. */
static void ranges_subtract(const struct gtid_entry *a, const struct gtid_entry *b,
			    struct gtid_entry *out)
{
	size_t k = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct gtid_range left = a->ranges[i];
		bool some = true;

		while (k < b->count && b->ranges[k].last < left.first)
			k++;
		/* The last of b's that overlap may reach into the next of a's: it is not passed. */
		for (size_t m = k; some && m < b->count && b->ranges[m].first <= left.last; m++) {
			if (b->ranges[m].first > left.first)
				ranges_append(out, (struct gtid_range){ left.first,
									b->ranges[m].first - 1 });
			some = b->ranges[m].last < left.last;
			left.first = some ? b->ranges[m].last + 1 : left.first;
			k = m;
		}
		if (some)
			ranges_append(out, left);
	}
}

enum operation { UNION, INTERSECT, SUBTRACT };

static void operate(enum operation op, const struct gtid_entry *a, const struct gtid_entry *b,
		    struct gtid_entry *out)
{
	switch (op) {
	case UNION:
		ranges_union(a, b, out);
		break;
	case INTERSECT:
		ranges_intersect(a, b, out);
		break;
	case SUBTRACT:
		ranges_subtract(a, b, out);
		break;
	}
}

/* Some entries of a set: the whole set, or one domain of it. */
struct part {
	const struct gtid_entry *entries;
	size_t count;
};

/* Key by key: all of MySQL, and MariaDB's states. */
static void merge_keys(enum operation op, enum gtid_family family, struct part a, struct part b,
		       struct gtid_set *out)
{
	size_t i = 0, k = 0;

	while (i < a.count || k < b.count) {
		int order = i == a.count   ? 1
			    : k == b.count ? -1
					   : gtid_key_compare(&a.entries[i].key, &b.entries[k].key);

		if (order < 0) {
			if (op != INTERSECT)
				entry_copy(out, family, &a.entries[i]);
			i++;
		} else if (order > 0) {
			if (op == UNION)
				entry_copy(out, family, &b.entries[k]);
			k++;
		} else {
			operate(op, &a.entries[i], &b.entries[k],
				entry_append(out, family, &a.entries[i].key));
			entry_drop_if_empty(out);
			i++;
			k++;
		}
	}
}

static uint64_t last_number(const struct gtid_entry *e)
{
	return e->ranges[e->count - 1].last;
}

static bool same_server(const struct gtid_entry *a, const struct gtid_entry *b)
{
	return gtid_key_compare(&a->key, &b->key) == 0;
}

/* The position's numbers without its last one. Owned by the caller. */
static struct gtid_entry without_last(const struct gtid_entry *e)
{
	struct gtid_entry copy = { .key = e->key };
	struct gtid_range *last;

	ranges_add_raw(&copy, e->ranges, e->count);
	last = &copy.ranges[copy.count - 1];
	if (last->first == last->last)
		copy.count--;
	else
		last->last--;
	return copy;
}

/*
 * Adds op(e, position) under e's key. Of each side only the last number is known to be of its
 * server. If that is the same number of two servers, the position does not hold it.
 */
static void against_position(enum operation op, const struct gtid_entry *e,
			     const struct gtid_entry *position, struct gtid_set *out)
{
	struct gtid_entry *result = entry_append(out, GTID_MARIADB, &e->key);

	if (same_server(e, position) || last_number(e) != last_number(position)) {
		operate(op, e, position, result);
	} else {
		struct gtid_entry held = without_last(position);

		operate(op, e, &held, result);
		free(held.ranges);
	}
	entry_drop_if_empty(out);
}

static void union_of_positions(const struct gtid_entry *a, const struct gtid_entry *b,
			       struct gtid_set *out)
{
	uint64_t x = last_number(a), y = last_number(b);

	if (x == y && !same_server(a, b)) {
		merge_keys(UNION, GTID_MARIADB, (struct part){ a, 1 }, (struct part){ b, 1 }, out);
		return;
	}
	ranges_union(a, b, entry_append(out, GTID_MARIADB, x >= y ? &a->key : &b->key));
}

static void intersection_of_positions(const struct gtid_entry *a, const struct gtid_entry *b,
				      struct gtid_set *out)
{
	bool a_is_nearer = last_number(a) <= last_number(b);

	against_position(INTERSECT, a_is_nearer ? a : b, a_is_nearer ? b : a, out);
}

/* One domain; neither part is empty. */
static void merge_domain(enum operation op, struct part a, struct part b, struct gtid_set *out)
{
	bool a_position = a.count == 1, b_position = b.count == 1;

	if (op == UNION && a_position && b_position) {
		union_of_positions(a.entries, b.entries, out);
	} else if (op == INTERSECT && a_position && b_position) {
		intersection_of_positions(a.entries, b.entries, out);
	} else if (op != UNION && b_position) {
		for (size_t i = 0; i < a.count; i++)
			against_position(op, &a.entries[i], b.entries, out);
	} else if (op == INTERSECT && a_position) {
		for (size_t i = 0; i < b.count; i++)
			against_position(op, &b.entries[i], a.entries, out);
	} else {
		merge_keys(op, GTID_MARIADB, a, b, out);
	}
}

static void merge_domains(enum operation op, const struct gtid_set *a, const struct gtid_set *b,
			  struct gtid_set *out)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		size_t i_end = i < a->count ? domain_end(a, i) : i;
		size_t k_end = k < b->count ? domain_end(b, k) : k;
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : memcmp(a->entries[i].key.id, b->entries[k].key.id, 4);
		struct part x = { 0 }, y = { 0 };

		if (order <= 0)
			x = (struct part){ &a->entries[i], i_end - i };
		if (order >= 0)
			y = (struct part){ &b->entries[k], k_end - k };
		if (x.count && y.count)
			merge_domain(op, x, y, out);
		else
			merge_keys(op, GTID_MARIADB, x, y, out);
		i += x.count;
		k += y.count;
	}
}

static int merge(enum operation op, const struct gtid_set *a, const struct gtid_set *b,
		 struct gtid_set *ret, struct error *err)
{
	enum gtid_family family = family_of_both(a, b);
	int r = check_families(a, b, err);

	if (r < 0)
		return r;
	if (family == GTID_MARIADB)
		merge_domains(op, a, b, ret);
	else
		merge_keys(op, family, (struct part){ a->entries, a->count },
			   (struct part){ b->entries, b->count }, ret);
	return 0;
}

int gtid_set_union(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		   struct error *err)
{
	return merge(UNION, a, b, ret, err);
}

int gtid_set_intersect(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		       struct error *err)
{
	return merge(INTERSECT, a, b, ret, err);
}

int gtid_set_subtract(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		      struct error *err)
{
	return merge(SUBTRACT, a, b, ret, err);
}

int gtid_set_contains(const struct gtid_set *a, const struct gtid_set *b, bool *ret,
		      struct error *err)
{
	cleanup_gtid_set struct gtid_set missing = GTID_SET_INIT;
	int r = gtid_set_subtract(b, a, &missing, err);

	if (r == 0)
		*ret = gtid_set_is_empty(&missing);
	return r;
}

static bool overlap(const struct gtid_entry *a, const struct gtid_entry *b)
{
	return a->ranges[0].first <= last_number(b) && b->ranges[0].first <= last_number(a);
}

bool gtid_set_by_number(const struct gtid_set *holder, const struct gtid_set *of,
			uint32_t *ret_domain)
{
	if (holder->family != GTID_MARIADB || of->family != GTID_MARIADB)
		return false;
	for (size_t i = 0, end, k = 0; i < holder->count; i = end) {
		const struct gtid_entry *h = &holder->entries[i];

		end = domain_end(holder, i);
		while (k < of->count && memcmp(of->entries[k].key.id, h->key.id, 4) < 0)
			k++;
		for (; k < of->count && memcmp(of->entries[k].key.id, h->key.id, 4) == 0; k++) {
			if (end == i + 1 && !same_server(h, &of->entries[k]) &&
			    overlap(h, &of->entries[k])) {
				*ret_domain = gtid_key_domain(&h->key);
				return true;
			}
		}
	}
	return false;
}
