/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "mysql/gtid_internal.h"

/* Text to sets and back. */

struct parser {
	const char *text, *p, *end;
	const char *name;
	struct gtid_set *set;
	size_t ranges;
	struct error *err;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void skip_space(struct parser *ps)
{
	/* What isspace() has in the C locale, as the server's own table. */
	while (ps->p < ps->end && (*ps->p == ' ' || (*ps->p >= '\t' && *ps->p <= '\r')))
		ps->p++;
}

static bool at(const struct parser *ps, char c)
{
	return ps->p < ps->end && *ps->p == c;
}

static bool take(struct parser *ps, char c)
{
	if (!at(ps, c))
		return false;
	ps->p++;
	return true;
}

static struct pos position(const struct parser *ps, const char *where)
{
	struct pos pos = { .line = 1, .file = ps->name ? ps->name : "GTID set" };
	const char *line = ps->text;

	for (const char *p = ps->text; p < where; p++) {
		if (*p == '\n') {
			pos.line++;
			line = p + 1;
		}
	}
	pos.column = (uint32_t)utf8_count(line, (size_t)(where - line)) + 1;
	return pos;
}

/* "expected WHAT, found …" at where. */
static int expected(struct parser *ps, const char *where, const char *what)
{
	struct pos pos = position(ps, where);
	size_t len = where < ps->end ? utf8_sequence(where, ps->end) : 0;

	if (where >= ps->end)
		return error_set_at(ps->err, ERR_INVALID, &pos, "expected %s, found the end",
				    what);
	if (len == 0 || (unsigned char)*where < ' ' || *where == 0x7f)
		return error_set_at(ps->err, ERR_INVALID, &pos, "expected %s, found byte 0x%02x",
				    what, (unsigned)(unsigned char)*where);
	return error_set_at(ps->err, ERR_INVALID, &pos, "expected %s, found '%.*s'", what,
			    (int)len, where);
}

/* A decimal number; limits are inclusive. */
static int number(struct parser *ps, const char *what, uint64_t least, uint64_t most,
		  uint64_t *ret)
{
	const char *start = ps->p;
	uint64_t n = 0;
	bool beyond = false;

	if (ps->p == ps->end || !is_digit(*ps->p))
		return expected(ps, ps->p, what);
	for (; ps->p < ps->end && is_digit(*ps->p); ps->p++)
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*ps->p - '0'), &n))
			beyond = true;
	if (beyond || n < least || n > most) {
		struct pos pos = position(ps, start);
		int shown = ps->p - start > 30 ? 30 : (int)(ps->p - start);

		return error_set_at(ps->err, ERR_INVALID, &pos,
				    "%.*s%s is out of range: %llu to %llu", shown, start,
				    ps->p - start > 30 ? "…" : "", (unsigned long long)least,
				    (unsigned long long)most);
	}
	*ret = n;
	return 0;
}

static int add_range(struct parser *ps, struct gtid_entry *e, struct gtid_range r)
{
	if (++ps->ranges > LIMIT_GTID_INTERVALS) {
		struct pos pos = position(ps, ps->p);

		return error_set_at(ps->err, ERR_LIMIT, &pos, "more than %zu intervals",
				    LIMIT_GTID_INTERVALS);
	}
	ranges_add_raw(e, &r, 1);
	return 0;
}

/* 32 hexadecimal digits, with dashes at their places or with none, perhaps in braces. */
static int uuid(struct parser *ps, unsigned char ret[16])
{
	bool brace = take(ps, '{');
	bool dashes = ps->end - ps->p > 8 && ps->p[8] == '-';

	for (unsigned i = 0; i < 16; i++) {
		if (dashes && (i == 4 || i == 6 || i == 8 || i == 10) && !take(ps, '-'))
			return expected(ps, ps->p, "'-' of the UUID");
		for (unsigned half = 0; half < 2; half++, ps->p++) {
			int v = ps->p < ps->end ? hex_value(*ps->p) : -1;

			if (v < 0)
				return expected(ps, ps->p, "a hexadecimal digit of the UUID");
			ret[i] = (unsigned char)(half ? ret[i] | v : v << 4);
		}
	}
	if (brace && !take(ps, '}'))
		return expected(ps, ps->p, "'}' behind the UUID");
	return 0;
}

/* 1 if a tag was taken: a letter or _, then letters, digits and _; lower case in key. */
static int tag(struct parser *ps, struct gtid_key *key)
{
	const char *start = ps->p;
	size_t len = 0;

	if (ps->p == ps->end || !(isalpha((unsigned char)*ps->p) || *ps->p == '_'))
		return 0;
	while (ps->p < ps->end && (isalnum((unsigned char)*ps->p) || *ps->p == '_'))
		ps->p++;
	len = (size_t)(ps->p - start);
	if (len > GTID_TAG_MAX) {
		struct pos pos = position(ps, start);

		return error_set_at(ps->err, ERR_INVALID, &pos,
				    "a tag of %zu characters; %d are the most", len, GTID_TAG_MAX);
	}
	memset(key->tag, 0, sizeof(key->tag));
	for (size_t i = 0; i < len; i++)
		key->tag[i] = (char)tolower((unsigned char)start[i]);
	return 1;
}

static int interval(struct parser *ps, struct gtid_entry *e)
{
	struct gtid_range r = { 0 };
	int rc = number(ps, e->key.tag[0] ? "a number" : "a number or a tag", 1, GTID_MYSQL_LAST,
			&r.first);

	if (rc < 0)
		return rc;
	r.last = r.first;
	skip_space(ps);
	if (take(ps, '-')) {
		skip_space(ps);
		rc = number(ps, "a number", 0, GTID_MYSQL_LAST, &r.last);
		if (rc < 0)
			return rc;
	}
	/* As the server: 5-1 is no transaction. */
	return r.first <= r.last ? add_range(ps, e, r) : 0;
}

/* UUID[:TAG][:N[-N]]…, any number of tags in between. */
static int mysql_member(struct parser *ps)
{
	struct gtid_key key = { 0 };
	struct gtid_entry *e;
	int rc = uuid(ps, key.id);

	if (rc < 0)
		return rc;
	e = entry_append(ps->set, GTID_MYSQL, &key);
	skip_space(ps);
	while (take(ps, ':')) {
		skip_space(ps);
		rc = tag(ps, &key);
		if (rc > 0)
			e = entry_append(ps->set, GTID_MYSQL, &key);
		else if (rc == 0)
			rc = interval(ps, e);
		if (rc < 0)
			return rc;
		skip_space(ps);
	}
	return 0;
}

/* DOMAIN-SERVER-NUMBER, or DOMAIN-SERVER-FIRST..LAST. */
static int mariadb_member(struct parser *ps)
{
	uint64_t domain, server;
	struct gtid_range r = { .first = 1 };
	struct gtid_key key;
	int rc = number(ps, "a domain id", 0, UINT32_MAX, &domain);

	if (rc == 0 && !take(ps, '-'))
		rc = expected(ps, ps->p, "'-' and a server id");
	if (rc == 0)
		rc = number(ps, "a server id", 0, UINT32_MAX, &server);
	if (rc == 0 && !take(ps, '-'))
		rc = expected(ps, ps->p, "'-' and a sequence number");
	if (rc == 0)
		rc = number(ps, "a sequence number", 0, UINT64_MAX, &r.last);
	if (rc == 0 && ps->end - ps->p >= 2 && ps->p[0] == '.' && ps->p[1] == '.') {
		ps->p += 2;
		r.first = r.last ? r.last : 1;
		rc = number(ps, "a sequence number", 0, UINT64_MAX, &r.last);
	}
	if (rc < 0)
		return rc;
	key = gtid_key_mariadb((uint32_t)domain, (uint32_t)server);
	/* 0-1-0 is a domain without a transaction. */
	return r.first <= r.last ? add_range(ps, entry_append(ps->set, GTID_MARIADB, &key), r) : 0;
}

/*
 * MariaDB's begins with up to ten digits and a dash. So may a UUID, but that has hexadecimal groups
 * of 8, 4 and 4 and a dash behind them, where a MariaDB number ends with its third group.
 */
static enum gtid_family family_of(const struct parser *ps)
{
	static const char uuid_begin[] = "hhhhhhhh-hhhh-hhhh-";
	const char *p = ps->p;
	size_t i = 0;

	while (i < sizeof(uuid_begin) - 1 && p + i < ps->end &&
	       (uuid_begin[i] == '-' ? p[i] == '-' : hex_value(p[i]) >= 0))
		i++;
	if (i == sizeof(uuid_begin) - 1)
		return GTID_MYSQL;
	while (p < ps->end && is_digit(*p))
		p++;
	if (p > ps->p && p - ps->p <= 10 && (p == ps->end || *p == '-'))
		return GTID_MARIADB;
	return GTID_MYSQL;
}

static const char *family_name(enum gtid_family f)
{
	return f == GTID_MARIADB ? "MariaDB" : "MySQL";
}

static int members(struct parser *ps)
{
	enum gtid_family family = GTID_NONE;

	for (;;) {
		enum gtid_family here;
		const char *start;
		int rc;

		skip_space(ps);
		while (take(ps, ','))
			skip_space(ps);
		if (ps->p == ps->end)
			return 0;
		start = ps->p;
		here = family_of(ps);
		rc = here == GTID_MARIADB ? mariadb_member(ps) : mysql_member(ps);
		if (rc < 0)
			return rc;
		if (family != GTID_NONE && here != family) {
			struct pos pos = position(ps, start);

			return error_set_at(ps->err, ERR_INVALID, &pos,
					    "a %s id in a set of %s ids", family_name(here),
					    family_name(family));
		}
		family = here;
		skip_space(ps);
		if (ps->p < ps->end && *ps->p != ',')
			return expected(ps, ps->p,
					here == GTID_MARIADB ? "','" : "':', ',' or the end");
	}
}

int gtid_set_parse(struct gtid_set *ret, const char *text, size_t len, const char *name,
		   struct error *err)
{
	cleanup_gtid_set struct gtid_set set = GTID_SET_INIT;
	struct parser ps = { .text = text, .p = text, .end = text + len,
			     .name = name, .set = &set, .err = err };
	int rc = members(&ps);

	if (rc < 0)
		return rc;
	gtid_set_normalise(&set);
	*ret = set;
	set = (struct gtid_set)GTID_SET_INIT;
	return 0;
}

static void print_uuid(const unsigned char id[16], struct strbuf *out)
{
	static const char hex[] = "0123456789abcdef";
	char text[36];
	size_t n = 0;

	for (unsigned i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[n++] = '-';
		text[n++] = hex[id[i] >> 4];
		text[n++] = hex[id[i] & 15];
	}
	strbuf_add(out, text, n);
}

void gtid_key_print(enum gtid_family family, const struct gtid_key *key, struct strbuf *out)
{
	if (family == GTID_MARIADB) {
		strbuf_addf(out, "%u-%u", (unsigned)gtid_key_domain(key),
			    (unsigned)gtid_key_server(key));
		return;
	}
	print_uuid(key->id, out);
	if (key->tag[0])
		strbuf_addf(out, ":%s", key->tag);
}

static void print_mysql(const struct gtid_set *s, const char *separator, struct strbuf *out)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct gtid_entry *e = &s->entries[i];

		if (i == 0 || memcmp(e[-1].key.id, e->key.id, sizeof(e->key.id)) != 0) {
			strbuf_addstr(out, i ? separator : "");
			print_uuid(e->key.id, out);
		}
		if (e->key.tag[0])
			strbuf_addf(out, ":%s", e->key.tag);
		for (size_t r = 0; r < e->count; r++) {
			strbuf_addch(out, ':');
			gtid_count_print(e->ranges[r].first, out);
			if (e->ranges[r].last == e->ranges[r].first)
				continue;
			strbuf_addch(out, '-');
			gtid_count_print(e->ranges[r].last, out);
		}
	}
}

struct mariadb_part {
	const struct gtid_key *key;
	struct gtid_range range;
};

static int compare_parts(const void *a, const void *b)
{
	const struct mariadb_part *x = a, *y = b;

	if (x->range.last != y->range.last)
		return x->range.last < y->range.last ? -1 : 1;
	return gtid_key_compare(x->key, y->key);
}

/* By domain, then by last number, so that the last of a domain is where it stands. */
static void print_mariadb(const struct gtid_set *s, const char *separator, struct strbuf *out)
{
	cleanup_free struct mariadb_part *parts = NULL;
	size_t alloc = 0, printed = 0;

	for (size_t i = 0, end; i < s->count; i = end) {
		size_t n = 0;

		end = domain_end(s, i);
		for (size_t k = i; k < end; k++) {
			const struct gtid_entry *e = &s->entries[k];

			ALLOC_GROW(parts, n + e->count, alloc);
			for (size_t r = 0; r < e->count; r++)
				parts[n++] = (struct mariadb_part){ &e->key, e->ranges[r] };
		}
		if (end > i + 1)
			qsort(parts, n, sizeof(*parts), compare_parts);
		for (size_t k = 0; k < n; k++) {
			strbuf_addstr(out, printed++ ? separator : "");
			gtid_key_print(GTID_MARIADB, parts[k].key, out);
			strbuf_addch(out, '-');
			if (parts[k].range.first > 1) {
				gtid_count_print(parts[k].range.first, out);
				strbuf_addstr(out, "..");
			}
			gtid_count_print(parts[k].range.last, out);
		}
	}
}

void gtid_set_print(const struct gtid_set *s, const char *separator, struct strbuf *out)
{
	if (s->family == GTID_MARIADB)
		print_mariadb(s, separator, out);
	else
		print_mysql(s, separator, out);
}
