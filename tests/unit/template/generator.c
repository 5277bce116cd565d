/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <regex.h>

#include "base/memory.h"
#include "template/generator.h"

/* A small generator of bytes, the same each time. */
struct test_random {
	struct generator_random random;
	uint64_t state;
	size_t taken;
	int fail_after; /* calls; negative: never */
};

static int fill(struct generator_random *random, void *buf, size_t len, struct error *err)
{
	struct test_random *r = (struct test_random *)random;
	uint8_t *p = buf;

	if (r->fail_after >= 0 && r->fail_after-- == 0)
		return error_set(err, ERR_IO, "no randomness");
	for (size_t i = 0; i < len; i++) {
		r->state ^= r->state << 13;
		r->state ^= r->state >> 7;
		r->state ^= r->state << 17;
		p[i] = (uint8_t)(r->state >> 24);
	}
	r->taken += len;
	return 0;
}

#define RANDOM                                                                                     \
	{                                                                                          \
		.random = { fill }, .state = 88172645463325252ULL, .fail_after = -1                \
	}

static int generate(const char *text, struct strbuf *out, struct error *err)
{
	struct test_random r = RANDOM;

	return generate_expression(text, strlen(text), &r.random, out, NULL, err);
}

static void check(const char *text, const char *pattern)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;
	regex_t regex;

	if (generate(text, &out, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, out.buf, 0, NULL, 0) != 0)
		fail_msg("%s: '%s' does not match '%s'", text, out.buf, pattern);
	regfree(&regex);
}

static void check_fails(const char *text, const char *code, const char *message)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	strbuf_addstr(&out, "kept");
	if (generate(text, &out, &err) == 0)
		fail_msg("'%s' gives '%s'", text, out.buf);
	assert_string_equal(err.message, message);
	assert_string_equal(err.code, code);
	assert_string_equal(out.buf, "kept");
}

/* Every character of the set is generated, and no other. */
static void check_set(const char *set, const char *expected)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	bool seen[256] = { false };

	for (int i = 0; i < 20; i++)
		strbuf_addf(&text, "[%s]{255}", set);
	if (generate(text.buf, &out, &err) < 0)
		fail_msg("%s: %s", set, err.message);
	for (size_t i = 0; i < out.len; i++) {
		seen[(uint8_t)out.buf[i]] = true;
		if (!strchr(expected, out.buf[i]))
			fail_msg("[%s] gives '%c'", set, out.buf[i]);
	}
	for (const char *p = expected; *p; p++) {
		if (!seen[(uint8_t)*p])
			fail_msg("[%s] never gives '%c'", set, *p);
	}
}

#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"
#define SYMBOLS "~!@#$%^&*()-_+={}[]\\|<,>.?/\"';:`"

static void test_generator__common_forms(void **unused)
{
	(void)unused;
	check("[a-z0-9]{8}", "^[a-z0-9]{8}$");
	check("[a-zA-Z0-9]{16}", "^[a-zA-Z0-9]{16}$");
	check("user[A-Z0-9]{3}", "^user[A-Z0-9]{3}$");
	check("[a-z0-9]{127}", "^[a-z0-9]{127}$");
	check("0x[A-F0-9]{4}", "^0x[A-F0-9]{4}$");
	check("[\\w]{50}", "^[a-zA-Z0-9_]{50}$");
	check("[a-z]{1}", "^[a-z]$");
	check("[a-z]{255}", "^[a-z]{255}$");
	check("[a-z]{007}", "^[a-z]{7}$");
	check("[a-z]{200}[0-9]{200}", "^[a-z]{200}[0-9]{200}$");
	check("a[0-9]{2}ä[0-9]{2}z", "^a[0-9]{2}ä[0-9]{2}z$");
}

static void test_generator__upper_ends_of_ranges_are_included(void **unused)
{
	(void)unused;
	check_set("0-1", "01");
	check_set("a-z", LOWER);
	check_set("a-zA-Z0-9", LOWER UPPER DIGITS);
	check_set("a-Z", LOWER UPPER);
	check_set("a-a", "a");
	check_set("y-B", "yzAB");
}

static void test_generator__classes(void **unused)
{
	(void)unused;
	check_set("\\w", LOWER UPPER DIGITS "_");
	check_set("\\d", DIGITS);
	check_set("\\a", LOWER UPPER DIGITS);
	check_set("\\d\\d", DIGITS);
}

static void test_generator__punctuation_may_form_no_block_of_its_own(void **unused)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;
	bool seen[256] = { false };

	(void)unused;
	for (int i = 0; i < 100; i++) {
		strbuf_reset(&out);
		assert_int_equal(generate("[\\A]{255}", &out, &err), 0);
		assert_int_equal(out.len, 255);
		for (size_t c = 0; c < out.len; c++)
			seen[(uint8_t)out.buf[c]] = true;
	}
	for (int c = 0; c < 256; c++)
		assert_int_equal(seen[c], c && strchr(SYMBOLS, c));
}

static void test_generator__neighbours_are_read_as_ranges(void **unused)
{
	(void)unused;
	check_set("abcA-Z", LOWER "AZ");
	check_set("\\da-f", LOWER UPPER DIGITS);
	check_set("\\wd", DIGITS);
	check_set("\\wa-z", LOWER UPPER DIGITS "z");
	check_set("8--a-c", "89abc~!@#$%^&*()-");
}

static void test_generator__what_is_no_block_is_literal(void **unused)
{
	static const char *const literal[] = {
		"",	     "[a-z]",	   "[a-z_]{4}", "[a-z]{3,5}", "a{3}",	 "plain text",
		"[ a-z]{3}", "[]{3}",	   "[a-z]{}",	"[a-z] {3}",  "[a-z]{3", "{3}",
		"[a-z]{-3}", "[[a-z]]{3}", "[a-z}{3}",	"]{3}[",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(literal); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(generate(literal[i], &out, &err), 0);
		assert_string_equal(out.buf, literal[i]);
	}
	check("[[a-z]{2}", "^\\[[a-z]{2}$");
	/* What the inner block makes completes the outer one, as upstream. */
	check_fails("[a-b[c-d]{2}]{2}", "T107", "malformed expression syntax: [a-bdc]");
}

static void test_generator__bad_blocks_are_errors(void **unused)
{
	(void)unused;
	check_fails("[ABC]{3}", "T107", "malformed expression syntax: [ABC]");
	check_fails("[a-zX]{50}", "T107", "malformed expression syntax: [a-zX]");
	check_fails("[x]{3}", "T107", "malformed expression syntax: [x]");
	check_fails("[A-Z\\d]{3}", "T107", "malformed expression syntax: [A-Z\\d]");
	check_fails("[\\x]{3}", "T107", "malformed expression syntax: [\\x]");
	check_fails("[Z-A]{3}", "T108", "invalid range specified: Z-A");
	check_fails("[A-z]{3}", "T108", "invalid range specified: A-z");
	check_fails("[\\w0]{3}", "T108", "invalid range specified: \\-0");
	check_fails("[\\wz]{3}", "T108", "invalid range specified: \\-z");
	check_fails("[\\d-9]{3}", "T108", "invalid range specified: \\-9");
	check_fails("[a-z]{0}", "T109", "range must be within [1-255] characters (0)");
	check_fails("[a-z]{256}", "T109", "range must be within [1-255] characters (256)");
	check_fails("[a-z]{99999999999999999999}", "T109",
		    "range must be within [1-255] characters (9223372036854775807)");
}

static void test_generator__errors_come_in_upstream_order(void **unused)
{
	(void)unused;
	/* Form before length before ranges, the leftmost block first. */
	check_fails("[ABC]{0}", "T107", "malformed expression syntax: [ABC]");
	check_fails("[Z-A]{0}", "T109", "range must be within [1-255] characters (0)");
	check_fails("[a-z]{3}[Z-A]{3}[ABC]{3}", "T108", "invalid range specified: Z-A");
}

static void test_generator__a_failure_names_its_block(void **unused)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct test_random r = RANDOM;
	const char *text = "äö[a-z]{9}[Z-A]{3}";
	size_t at = 0;

	(void)unused;
	assert_int_equal(generate_expression(text, strlen(text), &r.random, &out, &at, &err),
			 -ERR_INVALID);
	assert_string_equal(text + at, "[Z-A]{3}");
}

static void test_generator__generated_text_is_read_again(void **unused)
{
	(void)unused;
	/* A random length, and a block whose set is generated. */
	check("[a-z]{[5-5]{1}}", "^[a-z]{5}$");
	check("[[a-a]{1}-c]{4}", "^[abc]{4}$");
	check_fails("[[Z-Z]{1}-A]{4}", "T108", "invalid range specified: Z-A");
}

static void test_generator__choice_is_uniform(void **unused)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct test_random r = RANDOM;
	unsigned counts[256] = { 0 };
	unsigned total = 0;

	(void)unused;
	/* 63 characters do not divide 256: without rejection four of them come 25 % more often. */
	for (int i = 0; i < 2000; i++) {
		strbuf_reset(&out);
		assert_int_equal(generate_expression("[\\w]{252}", 9, &r.random, &out, NULL, &err),
				 0);
		for (size_t c = 0; c < out.len; c++, total++)
			counts[(uint8_t)out.buf[c]]++;
	}
	for (const char *p = LOWER UPPER DIGITS "_"; *p; p++)
		assert_in_range(counts[(uint8_t)*p], total / 63 * 95 / 100, total / 63 * 105 / 100);
}

static void test_generator__failing_randomness_is_passed_on(void **unused)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct test_random r = RANDOM;

	(void)unused;
	r.fail_after = 1;
	assert_int_equal(generate_expression("[a-b]{3}[a-z]{3}", 16, &r.random, &out, NULL, &err),
			 -ERR_IO);
	assert_int_equal(out.len, 0);
}

static void test_generator__work_is_bounded(void **unused)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	(void)unused;
	for (int i = 0; i < 5000; i++)
		strbuf_addstr(&text, "[a-z]{255}");
	assert_int_equal(generate(text.buf, &out, &err), -ERR_LIMIT);
	assert_string_equal(err.code, "T207");
	error_release(&err);
	strbuf_addchars(&text, 'x', (size_t)2 << 20);
	assert_int_equal(generate(text.buf, &out, &err), -ERR_LIMIT);
	error_release(&err);
}

static void test_generator__near_misses_are_found(void **unused)
{
	static const struct {
		const char *text;
		size_t byte; /* from 1; 0: none */
	} cases[] = {
		{ "[a-z]", 1 },	       { "[a-z_]{4}", 1 }, { "[a-z]{3,5}", 1 },
		{ "ab[a-z]", 3 },      { "ä[\\w]", 3 },	   { "[a-z]{3}[0-9]", 9 },
		{ "[a-z] {3}", 1 },    { "[]{3}", 1 },	   { "[a-z]{}", 1 },
		{ "[a-z]{8}", 0 },     { "plain", 0 },	   { "a{3}", 2 },
		{ "[ERROR] text", 0 }, { "x[", 0 },	   { "[[a-z]{3}", 0 },
		{ "[[a-z]", 2 },       { "", 0 },	   { "[a-z", 0 },
		{ ".{16}", 2 },	       { "\\w{8}", 3 },	   { "(ab|c){2}", 7 },
		{ "[a-z{16}", 5 },     { "a{}", 0 },	   { "[[:alpha:]]{8}", 12 },
		{ "{a}", 0 },	       { "a{3,5}", 2 },	   { "[a-z]{3}{4}", 9 },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t at = 0;
		bool found = generator_near_miss(cases[i].text, strlen(cases[i].text), &at);

		if (found != (cases[i].byte > 0) || (found && at + 1 != cases[i].byte))
			fail_msg("'%s': %zu, not %zu", cases[i].text, at + 1, cases[i].byte);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generator__common_forms),
		cmocka_unit_test(test_generator__upper_ends_of_ranges_are_included),
		cmocka_unit_test(test_generator__classes),
		cmocka_unit_test(test_generator__punctuation_may_form_no_block_of_its_own),
		cmocka_unit_test(test_generator__neighbours_are_read_as_ranges),
		cmocka_unit_test(test_generator__what_is_no_block_is_literal),
		cmocka_unit_test(test_generator__bad_blocks_are_errors),
		cmocka_unit_test(test_generator__errors_come_in_upstream_order),
		cmocka_unit_test(test_generator__a_failure_names_its_block),
		cmocka_unit_test(test_generator__generated_text_is_read_again),
		cmocka_unit_test(test_generator__choice_is_uniform),
		cmocka_unit_test(test_generator__failing_randomness_is_passed_on),
		cmocka_unit_test(test_generator__work_is_bounded),
		cmocka_unit_test(test_generator__near_misses_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
