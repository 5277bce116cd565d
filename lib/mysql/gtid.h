/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Sets of global transaction ids, of both families.
 *
 *	cleanup_gtid_set struct gtid_set a = GTID_SET_INIT, b = GTID_SET_INIT, d = GTID_SET_INIT;
 *	if (gtid_set_parse(&a, text, len, "set 1", err) < 0 || … ||
 *	    gtid_set_subtract(&a, &b, &d, err) < 0)
 *		return -ERR_INVALID;
 *	gtid_set_print(&d, ",", &out);
 *
 * MySQL: `UUID:1-9:11:TAG:1-3`. A set is a set of (UUID, tag, number). What is accepted and how it
 * is printed is what the server does (tried against 9.7): white space between the parts, empty
 * members, UUIDs without dashes or in braces, intervals in any order; printed in lower case, sorted
 * by UUID, tag, number, adjoining intervals joined.
 *
 * MariaDB: `DOMAIN-SERVER-NUMBER`, of which there are two kinds that look alike. By domain:
 *  - One server: a position (gtid_slave_pos, gtid_binlog_pos). It stands for the numbers 1 to
 *    NUMBER of the domain, whoever wrote them; SERVER wrote the last of them.
 *  - Several servers: a state (gtid_binlog_state), the last number of each server. It holds
 *    (server, number) only if that server's last is not smaller.
 * What is left of a subtraction needs a form that the server does not have, which is read too:
 * `DOMAIN-SERVER-FIRST..LAST`.
 *  - A position holds what another set has of the domain by number alone; only when both end at
 *    the same number of different servers, that one is not held: they went different ways there.
 *    A state holds what it has of the same server.
 *  - Union of two positions: the farther one. With the same number from two servers both are kept,
 *    which makes a state. With a state: by server.
 *  - Intersection of two positions: the nearer one, with its server. With a state: the state's,
 *    as far as the position holds it.
 * Sets of different families do not mix; the empty set is of either.
 *
 * In memory: entries sorted by key, none of them empty, the ranges of each sorted, apart from each
 * other by at least one number. All operations on two sets are one linear merge.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters of a tag (MySQL 8.3 manual, "GTID Format and Storage"). */
#define GTID_TAG_MAX 32
#define GTID_MYSQL_LAST ((uint64_t)INT64_MAX - 1) /* greatest number in MySQL */

enum gtid_family { GTID_NONE, GTID_MYSQL, GTID_MARIADB };

/* MySQL: UUID and tag, padded with NUL. MariaDB: domain and server, big-endian, in id; no tag. */
struct gtid_key {
	unsigned char id[16];
	char tag[GTID_TAG_MAX + 1];
};

/* Both ends belong to it; 1 <= first <= last. */
struct gtid_range {
	uint64_t first, last;
};

struct gtid_entry {
	struct gtid_key key;
	struct gtid_range *ranges;
	size_t count, alloc;
};

struct gtid_set {
	enum gtid_family family; /* GTID_NONE: empty */
	struct gtid_entry *entries;
	size_t count, alloc;
};

#define GTID_SET_INIT { 0 }

/* Number of transactions; more than 64 bits hold when many UUIDs have all of theirs. */
typedef unsigned __int128 gtid_count;

/*
 * Reads a set; the family is seen from the text. *ret must be empty. name is for the positions of
 * messages ("set 1", a file) and may be NULL. -ERR_INVALID with line and column, -ERR_LIMIT beyond
 * LIMIT_GTID_INTERVALS.
 */
int gtid_set_parse(struct gtid_set *ret, const char *text, size_t len, const char *name,
		   struct error *err);
/* Appends the normalised text; separator stands between members: "," or, as MySQL prints, ",\n". */
void gtid_set_print(const struct gtid_set *s, const char *separator, struct strbuf *out);
void gtid_key_print(enum gtid_family family, const struct gtid_key *key, struct strbuf *out);
void gtid_set_release(struct gtid_set *s);
#define cleanup_gtid_set __attribute__((cleanup(gtid_set_release)))

struct gtid_key gtid_key_mysql(const unsigned char uuid[16], const char *tag, size_t tag_len);
struct gtid_key gtid_key_mariadb(uint32_t domain, uint32_t server);
uint32_t gtid_key_domain(const struct gtid_key *key);
uint32_t gtid_key_server(const struct gtid_key *key);
int gtid_key_compare(const struct gtid_key *a, const struct gtid_key *b);

/*
 * Adds numbers of one key; the family must be that of the set, or the set empty. Constant time
 * when keys and numbers come in order or the entry grows at its end.
 */
void gtid_set_add(struct gtid_set *s, enum gtid_family family, const struct gtid_key *key,
		  struct gtid_range range);
void gtid_set_copy(const struct gtid_set *s, struct gtid_set *ret);
bool gtid_set_is_empty(const struct gtid_set *s);
/* Does the set hold this transaction, by the rules above? */
bool gtid_set_has(const struct gtid_set *s, const struct gtid_key *key, uint64_t number);
/*
 * How many transactions. MariaDB: numbers, each counted once for its domain; an upper bound, since
 * servers may leave numbers out.
 */
gtid_count gtid_set_count(const struct gtid_set *s);
/* Appends a count in decimal. */
void gtid_count_print(gtid_count n, struct strbuf *out);
/* Number of ranges of all entries. */
size_t gtid_set_ranges(const struct gtid_set *s);

/* *ret must be empty and none of the operands. -ERR_INVALID for sets of different families. */
int gtid_set_union(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		   struct error *err);
int gtid_set_intersect(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		       struct error *err);
/* What a has and b does not hold. */
int gtid_set_subtract(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		      struct error *err);
/* Does a hold all of b? */
int gtid_set_contains(const struct gtid_set *a, const struct gtid_set *b, bool *ret,
		      struct error *err);
/* The same members in the same form. */
bool gtid_set_equal(const struct gtid_set *a, const struct gtid_set *b);
/*
 * Was "holder holds of" decided in some domain by numbers alone, although another server wrote
 * them? Then a transaction of a lost branch may hide there, which only the holder's
 * gtid_binlog_state can tell.
 */
bool gtid_set_by_number(const struct gtid_set *holder, const struct gtid_set *of,
			uint32_t *ret_domain);

/* Walks over every single transaction in order of key and number. */
struct gtid_cursor {
	const struct gtid_set *set;
	size_t entry, range;
	uint64_t number; /* the last one given, 0: none of this range */
};
#define GTID_CURSOR_INIT(s) { .set = (s) }
/* False at the end. *ret_key is borrowed from the set. */
bool gtid_cursor_next(struct gtid_cursor *c, const struct gtid_key **ret_key, uint64_t *ret_number);
