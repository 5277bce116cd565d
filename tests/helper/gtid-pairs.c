/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usage: gtid-pairs COUNT SEED SQL WANT
 *
 * Makes COUNT random pairs of MySQL GTID sets, as text in many forms, and writes statements that
 * ask a server for their normal form, union, intersection, difference and inclusion to the file
 * SQL, and what this program's own code says, as the client would print it, to the file WANT.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mysql/gtid.h"

static uint64_t state;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 20) % n);
}

static const char *const uuids[] = {
	"00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002",
	"3e11fa47-71ca-11e1-9e33-c80aa9429562", "ffffffff-ffff-ffff-ffff-ffffffffffff"
};
static const char *const tags[] = { "", "a", "a1", "a_", "aa", "_", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" };

static void add_uuid(struct strbuf *out, const char *uuid)
{
	unsigned form = below(5);
	bool upper = below(2);

	strbuf_addstr(out, form == 0 ? "{" : "");
	for (; *uuid; uuid++)
		if (*uuid != '-' || form != 1)
			strbuf_addch(out, upper ? (char)toupper((unsigned char)*uuid) : *uuid);
	strbuf_addstr(out, form == 0 ? "}" : "");
}

static void add_interval(struct strbuf *out, unsigned span, uint64_t base)
{
	uint64_t first = base + 1 + below(span), last = first + below(span / 4 + 2);

	/* As a client's escape sequences, which the server sees as white space. */
	strbuf_addstr(out, below(12) == 0 ? "\\n: " : ":");
	strbuf_addf(out, "%llu", (unsigned long long)first);
	if (below(3))
		strbuf_addf(out, below(12) == 0 ? " - %llu" : "-%llu", (unsigned long long)last);
	else if (below(20) == 0)
		strbuf_addf(out, "-%llu", (unsigned long long)(first - 1));
}

/* What the set is for the server, and for us, who have no escape sequences. */
static void random_set(struct strbuf *sql, struct strbuf *ours)
{
	static const unsigned spans[] = { 4, 20, 100, 100000 };
	unsigned span = spans[below(4)], tagged = below(2);
	/* Some at the greatest numbers that there are. */
	uint64_t base = below(10) ? 0 : GTID_MYSQL_LAST - (uint64_t)span * 2 - 2;

	for (unsigned members = below(6); members > 0; members--) {
		add_uuid(sql, uuids[below(ARRAY_SIZE(uuids))]);
		for (unsigned parts = tagged ? below(4) : 0; parts > 0; parts--) {
			for (unsigned n = below(5); n > 0; n--)
				add_interval(sql, span, base);
			strbuf_addf(sql, ":%s", tags[1 + below(ARRAY_SIZE(tags) - 1)]);
		}
		for (unsigned n = 1 + below(8); n > 0; n--)
			add_interval(sql, span, base);
		strbuf_addstr(sql, below(4) ? "," : " ,\\n,");
	}
	for (const char *p = sql->buf; *p; p++) {
		if (p[0] == '\\' && p[1] == 'n')
			p++;
		strbuf_addch(ours, *p == 'n' && p > sql->buf && p[-1] == '\\' ? '\n' : *p);
	}
}

static void must(int r, const struct error *err, const char *text)
{
	if (r == 0)
		return;
	fprintf(stderr, "'%s': %s\n", text, err->message);
	exit(1);
}

static void print_set(FILE *f, const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_set_print(s, ",", &text);
	fprintf(f, "%s\n", text.buf);
}

static void pair(FILE *sql, FILE *want)
{
	cleanup_strbuf struct strbuf a = STRBUF_INIT, b = STRBUF_INIT, x = STRBUF_INIT,
				     y = STRBUF_INIT;
	cleanup_gtid_set struct gtid_set m = GTID_SET_INIT, n = GTID_SET_INIT;
	cleanup_gtid_set struct gtid_set all = GTID_SET_INIT, both = GTID_SET_INIT,
					 left = GTID_SET_INIT;
	cleanup_error struct error err = ERROR_INIT;
	bool contains = false;

	random_set(&a, &x);
	random_set(&b, &y);
	must(gtid_set_parse(&m, x.buf, x.len, NULL, &err), &err, x.buf);
	must(gtid_set_parse(&n, y.buf, y.len, NULL, &err), &err, y.buf);
	must(gtid_set_union(&m, &n, &all, &err), &err, x.buf);
	must(gtid_set_intersect(&m, &n, &both, &err), &err, x.buf);
	must(gtid_set_subtract(&m, &n, &left, &err), &err, x.buf);
	must(gtid_set_contains(&n, &m, &contains, &err), &err, x.buf);
	fprintf(sql,
		"SET @a = '%s', @b = '%s';\n"
		"SELECT REPLACE(CONCAT_WS('\\n', GTID_SUBTRACT(@a, ''),"
		" GTID_SUBTRACT(CONCAT(@a, ',', @b), ''), GTID_SUBTRACT(@a, GTID_SUBTRACT(@a, @b)),"
		" GTID_SUBTRACT(@a, @b), GTID_SUBSET(@a, @b)), ',\\n', ',');\n",
		a.buf, b.buf);
	print_set(want, &m);
	print_set(want, &all);
	print_set(want, &both);
	print_set(want, &left);
	fprintf(want, "%d\n", contains);
}

int main(int argc, char **argv)
{
	FILE *sql, *want;

	if (argc != 5)
		return 2;
	state = strtoull(argv[2], NULL, 10) * 2654435761u + 88172645463325252ULL;
	sql = fopen(argv[3], "w");
	want = fopen(argv[4], "w");
	if (!sql || !want) {
		perror(sql ? argv[4] : argv[3]);
		return 1;
	}
	for (unsigned long i = strtoul(argv[1], NULL, 10); i > 0; i--)
		pair(sql, want);
	return fclose(sql) | fclose(want) ? 1 : 0;
}
