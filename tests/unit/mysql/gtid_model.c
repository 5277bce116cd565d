/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/gtid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "base/memory.h"

/*
 * GTID sets beside naive models: tables of booleans, in which every operation is a loop over single
 * transactions. Sets are made as text in all the ways that the text allows.
 */

enum { SOURCES = 3, TAGS = 3, NUMBERS = 24, CASES = 20000 };

static const char *const uuids[SOURCES] = { "00000000-0000-0000-0000-00000000000a",
					    "7abcdef0-1234-5678-9abc-def012345678",
					    "ffffffff-ffff-ffff-ffff-fffffffffff0" };
static const char *const tags[TAGS] = { "", "a", "a_1" };

static uint64_t seed = 88172645463325252ULL;

static unsigned random_below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 20) % n);
}

struct mysql_model {
	bool has[SOURCES][TAGS][NUMBERS + 1];
};

static void add_blanks(struct strbuf *out)
{
	if (random_below(6) == 0)
		strbuf_addch(out, " \n\t"[random_below(3)]);
}

static void add_word(struct strbuf *out, const char *word)
{
	bool upper = random_below(2);

	for (; *word; word++)
		strbuf_addch(out, upper ? (char)toupper((unsigned char)*word) : *word);
}

static void random_intervals(bool *has, struct strbuf *out)
{
	for (unsigned n = random_below(4); n > 0; n--) {
		unsigned first = 1 + random_below(NUMBERS);
		unsigned last = first + random_below(5);

		add_blanks(out);
		strbuf_addch(out, ':');
		add_blanks(out);
		if (last > NUMBERS || random_below(3) == 0)
			last = first;
		strbuf_addf(out, "%u", first);
		if (last > first)
			strbuf_addf(out, "%s-%u", random_below(8) ? "" : " ", last);
		for (unsigned i = first; i <= last; i++)
			has[i] = true;
	}
}

static void random_mysql(struct mysql_model *m, struct strbuf *out)
{
	memset(m, 0, sizeof(*m));
	for (unsigned members = random_below(5); members > 0; members--) {
		unsigned u = random_below(SOURCES), t = 0;

		add_blanks(out);
		add_word(out, uuids[u]);
		for (unsigned parts = 1 + random_below(3); parts > 0; parts--) {
			random_intervals(m->has[u][t], out);
			t = 1 + random_below(TAGS - 1);
			add_blanks(out);
			strbuf_addch(out, ':');
			add_word(out, tags[t]);
		}
		random_intervals(m->has[u][t], out);
		strbuf_addstr(out, random_below(5) ? "," : " ,,");
	}
}

static void check_mysql(const struct mysql_model *want, const struct gtid_set *got)
{
	size_t n = 0;

	for (unsigned u = 0; u < SOURCES; u++) {
		cleanup_gtid_set struct gtid_set source = GTID_SET_INIT;
		cleanup_error struct error err = ERROR_INIT;
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "%s:1", uuids[u]);
		assert_int_equal(gtid_set_parse(&source, text.buf, text.len, NULL, &err), 0);
		for (unsigned t = 0; t < TAGS; t++) {
			struct gtid_key key = gtid_key_mysql(source.entries[0].key.id, tags[t],
							     strlen(tags[t]));

			for (unsigned i = 1; i <= NUMBERS; i++) {
				assert_int_equal(gtid_set_has(got, &key, i), want->has[u][t][i]);
				n += want->has[u][t][i];
			}
		}
	}
	assert_true(gtid_set_count(got) == n);
}

static void check_form(const struct gtid_set *s)
{
	cleanup_gtid_set struct gtid_set again = GTID_SET_INIT, copy = GTID_SET_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	const struct gtid_key *key;
	uint64_t number;

	assert_true((s->family == GTID_NONE) == (s->count == 0));
	for (size_t i = 0; i < s->count; i++) {
		assert_true(s->entries[i].count > 0);
		assert_true(i == 0 ||
			    gtid_key_compare(&s->entries[i - 1].key, &s->entries[i].key) < 0);
		for (size_t r = 1; r < s->entries[i].count; r++)
			assert_true(s->entries[i].ranges[r].first - 1 >
				    s->entries[i].ranges[r - 1].last);
	}
	gtid_set_print(s, random_below(2) ? "," : ",\n", &text);
	assert_int_equal(gtid_set_parse(&again, text.buf, text.len, NULL, &err), 0);
	assert_true(gtid_set_equal(s, &again));
	/* The same, one transaction at a time. */
	for (struct gtid_cursor c = GTID_CURSOR_INIT(s); gtid_cursor_next(&c, &key, &number);)
		gtid_set_add(&copy, s->family, key, (struct gtid_range){ number, number });
	assert_true(gtid_set_equal(s, &copy));
}

static void all_operations(const struct gtid_set *x, const struct gtid_set *y,
			   struct gtid_set *ret_union, struct gtid_set *ret_both,
			   struct gtid_set *ret_left, bool *ret_contains)
{
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(gtid_set_union(x, y, ret_union, &err), 0);
	assert_int_equal(gtid_set_intersect(x, y, ret_both, &err), 0);
	assert_int_equal(gtid_set_subtract(x, y, ret_left, &err), 0);
	assert_int_equal(gtid_set_contains(x, y, ret_contains, &err), 0);
	check_form(ret_union);
	check_form(ret_both);
	check_form(ret_left);
}

static void read_set(const struct strbuf *text, struct gtid_set *ret)
{
	cleanup_error struct error err = ERROR_INIT;

	if (gtid_set_parse(ret, text->buf, text->len, NULL, &err) < 0)
		fail_msg("'%s': %s at %u:%u", text->buf, err.message, err.line, err.column);
	check_form(ret);
}

static void mysql_case(void)
{
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT;
	cleanup_gtid_set struct gtid_set all = GTID_SET_INIT, both = GTID_SET_INIT,
					 left = GTID_SET_INIT;
	cleanup_strbuf struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	struct mysql_model m, n, want_all, want_both, want_left;
	bool contains, want_contains = true, *p = &m.has[0][0][0], *q = &n.has[0][0][0];

	random_mysql(&m, &a);
	random_mysql(&n, &b);
	read_set(&a, &x);
	read_set(&b, &y);
	check_mysql(&m, &x);
	check_mysql(&n, &y);
	for (size_t i = 0; i < sizeof(m) / sizeof(bool); i++) {
		(&want_all.has[0][0][0])[i] = p[i] || q[i];
		(&want_both.has[0][0][0])[i] = p[i] && q[i];
		(&want_left.has[0][0][0])[i] = p[i] && !q[i];
		want_contains = want_contains && (p[i] || !q[i]);
	}
	all_operations(&x, &y, &all, &both, &left, &contains);
	check_mysql(&want_all, &all);
	check_mysql(&want_both, &both);
	check_mysql(&want_left, &left);
	assert_int_equal(contains, want_contains);
	assert_int_equal(gtid_set_equal(&x, &y), memcmp(&m, &n, sizeof(m)) == 0);
}

static void test_gtid_model__mysql_sets_are_sets_of_transactions(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CASES; i++)
		mysql_case();
}

/* By domain and server; a server with no number is not there. Servers count from 1. */
struct mariadb_model {
	bool has[SOURCES][TAGS + 1][NUMBERS + 1];
};

static unsigned last_of(const bool *has)
{
	for (unsigned i = NUMBERS; i > 0; i--)
		if (has[i])
			return i;
	return 0;
}

/* The only server of a domain, or 0 when there are none or several. */
static unsigned position_of(const struct mariadb_model *m, unsigned domain)
{
	unsigned found = 0;

	for (unsigned s = 1; s <= TAGS; s++)
		if (last_of(m->has[domain][s]))
			found = found ? TAGS + 1 : s;
	return found <= TAGS ? found : 0;
}

/* Does m hold number i of the server, whose line of numbers in the other set is `line`? */
static bool holds(const struct mariadb_model *m, unsigned domain, unsigned server, unsigned i,
		  const bool *line)
{
	unsigned position = position_of(m, domain);

	if (!position)
		return m->has[domain][server][i];
	if (position != server && last_of(line) == i && last_of(m->has[domain][position]) == i)
		return false;
	return m->has[domain][position][i];
}

static void random_mariadb(struct mariadb_model *m, struct strbuf *out)
{
	memset(m, 0, sizeof(*m));
	for (unsigned members = random_below(5); members > 0; members--) {
		unsigned domain = random_below(SOURCES), server = 1 + random_below(TAGS);
		unsigned first = 1, last = random_below(NUMBERS + 1);

		add_blanks(out);
		strbuf_addf(out, "%u-%u-", domain, server);
		if (random_below(4) == 0) {
			first += random_below(NUMBERS);
			strbuf_addf(out, "%u..", first);
		}
		strbuf_addf(out, "%u,", last);
		for (unsigned i = first; i <= last; i++)
			m->has[domain][server][i] = true;
	}
}

static void check_mariadb(const struct mariadb_model *want, const struct gtid_set *got)
{
	struct mariadb_model have;
	const struct gtid_key *key;
	uint64_t number;

	memset(&have, 0, sizeof(have));
	for (struct gtid_cursor c = GTID_CURSOR_INIT(got); gtid_cursor_next(&c, &key, &number);)
		have.has[gtid_key_domain(key)][gtid_key_server(key)][number] = true;
	if (memcmp(want, &have, sizeof(have)) != 0) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		gtid_set_print(got, ",", &text);
		fail_msg("not as the model has it: %s", text.buf);
	}
}

static void model_union(const struct mariadb_model *m, const struct mariadb_model *n, unsigned d,
			struct mariadb_model *ret)
{
	unsigned p = position_of(m, d), q = position_of(n, d), to = 0;

	if (p && q) {
		unsigned x = last_of(m->has[d][p]), y = last_of(n->has[d][q]);

		to = x == y && p != q ? 0 : x >= y ? p : q;
	}
	for (unsigned s = 1; s <= TAGS; s++)
		for (unsigned i = 1; i <= NUMBERS; i++)
			if (m->has[d][s][i] || n->has[d][s][i])
				ret->has[d][to ? to : s][i] = true;
}

/* What `of` has and m holds, or with !held does not. */
static void model_part(const struct mariadb_model *of, const struct mariadb_model *m, unsigned d,
		       bool held, struct mariadb_model *ret)
{
	for (unsigned s = 1; s <= TAGS; s++)
		for (unsigned i = 1; i <= NUMBERS; i++)
			if (of->has[d][s][i] && holds(m, d, s, i, of->has[d][s]) == held)
				ret->has[d][s][i] = true;
}

static void model_intersect(const struct mariadb_model *m, const struct mariadb_model *n,
			    unsigned d, struct mariadb_model *ret)
{
	unsigned p = position_of(m, d), q = position_of(n, d);

	if (p && q && last_of(m->has[d][p]) > last_of(n->has[d][q]))
		model_part(n, m, d, true, ret);
	else if (p && !q)
		model_part(n, m, d, true, ret);
	else
		model_part(m, n, d, true, ret);
}

static void mariadb_case(void)
{
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT;
	cleanup_gtid_set struct gtid_set all = GTID_SET_INIT, both = GTID_SET_INIT,
					 left = GTID_SET_INIT;
	cleanup_strbuf struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	struct mariadb_model m, n, want_all = { 0 }, want_both = { 0 }, want_left = { 0 },
				   missing = { 0 };
	static const struct mariadb_model none;
	bool contains;

	random_mariadb(&m, &a);
	random_mariadb(&n, &b);
	read_set(&a, &x);
	read_set(&b, &y);
	check_mariadb(&m, &x);
	check_mariadb(&n, &y);
	for (unsigned d = 0; d < SOURCES; d++) {
		model_union(&m, &n, d, &want_all);
		model_intersect(&m, &n, d, &want_both);
		model_part(&m, &n, d, false, &want_left);
		model_part(&n, &m, d, false, &missing);
	}
	all_operations(&x, &y, &all, &both, &left, &contains);
	check_mariadb(&want_all, &all);
	check_mariadb(&want_both, &both);
	check_mariadb(&want_left, &left);
	assert_int_equal(contains, memcmp(&missing, &none, sizeof(none)) == 0);
	/* A union holds both of its operands. */
	{
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(gtid_set_contains(&all, &x, &contains, &err), 0);
		assert_true(contains);
		assert_int_equal(gtid_set_contains(&all, &y, &contains, &err), 0);
		assert_true(contains);
	}
}

static void test_gtid_model__mariadb_sets_keep_to_the_rules_of_their_forms(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CASES; i++)
		mariadb_case();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gtid_model__mysql_sets_are_sets_of_transactions),
		cmocka_unit_test(test_gtid_model__mariadb_sets_keep_to_the_rules_of_their_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
