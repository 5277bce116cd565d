/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <regex.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "template/ere.h"

/* Random patterns compared with glibc: ERE_CASES=5000000 for a long search. */
#define CASES 20000

static void check_matches(const char *pattern, const char *text, bool expected)
{
	cleanup_ere struct ere ere = ERE_INIT;
	cleanup_error struct error err = ERROR_INIT;

	if (ere_compile(&ere, pattern, strlen(pattern), &err) < 0)
		fail_msg("'%s': %s", pattern, err.message);
	if (ere_matches(&ere, text, strlen(text)) != expected)
		fail_msg("'%s' and '%s'", pattern, text);
}

static void check_refused(const char *pattern, const char *message)
{
	cleanup_ere struct ere ere = ERE_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(ere_compile(&ere, pattern, strlen(pattern), &err), -ERR_INVALID);
	assert_string_equal(err.message, message);
}

static void test_ere__whole_text_must_match(void **state)
{
	(void)state;
	check_matches("a|b+", "bb", true);
	check_matches("a|b+", "ab", false);
	check_matches("a|b+", "b\n", false);
	check_matches("", "", true);
	check_matches("", "a", false);
	check_matches("^$", "", true);
	check_matches("(|a)b", "b", true);
	check_matches("a||b", "", true);
}

static void test_ere__sets_are_of_bytes(void **state)
{
	(void)state;
	check_matches("[]a]+", "a]", true);
	check_matches("[^]a]", "]", false);
	check_matches("[a-]", "-", true);
	check_matches("[+--]", ",", true);
	check_matches("[[:alpha:]_][[:alnum:]_]*", "_a1", true);
	check_matches("[[.-.]-/]", ".", true);
	check_matches("[[=a=]]", "a", true);
	check_matches("[\\n]", "\\", true);
	check_matches("[^a]", "\xff", true);
	check_matches("..", "\xc3\xa9", true);
	check_matches(".", "\n", true);
}

static void test_ere__repetitions_are_counted(void **state)
{
	(void)state;
	check_matches("a{2,3}", "a", false);
	check_matches("a{2,3}", "aaa", true);
	check_matches("a{2,3}", "aaaa", false);
	check_matches("a{,2}", "", true);
	check_matches("a{2,}", "aaaaaa", true);
	check_matches("(ab){0}c", "c", true);
	check_matches("(a{2}b){2}", "aabaab", true);
	check_matches("(a*)*", "aaaa", true);
	check_matches("(^a|b)*c", "abbc", true);
	check_matches("(^a|b)*c", "aac", false);
}

static void test_ere__places_take_nothing(void **state)
{
	(void)state;
	check_matches("a^b", "ab", false);
	check_matches("(^|a)b$", "b", true);
	check_matches("\\<ab\\> \\bc\\b", "ab c", true);
	check_matches("a\\Bb", "ab", true);
	check_matches("a\\bb", "ab", false);
	check_matches("\\`a\\'", "a", true);
	check_matches("\\w+\\s\\W\\S", "a_1 -x", true);
}

static void test_ere__what_is_wrong_is_named(void **state)
{
	(void)state;
	check_refused("(a", "unmatched ( or \\(");
	check_refused("a)", "unmatched ) or \\)");
	check_refused("[a", "unmatched [, [^, [:, [., or [=");
	check_refused("[[:alpha:", "unmatched [, [^, [:, [., or [=");
	check_refused("[[:alfa:]]", "invalid character class name");
	check_refused("[[.ab.]]", "invalid collation character");
	check_refused("[b-a]", "invalid range end");
	check_refused("*a", "invalid preceding regular expression");
	check_refused("a|+", "invalid preceding regular expression");
	check_refused("^*", "invalid preceding regular expression");
	check_refused("a\\", "trailing backslash");
	check_refused("(a)\\1", "back-references are not supported");
	check_refused("a{x}", "it has a '{' that begins no repetition");
	check_refused("a{1", "it has a '{' that begins no repetition");
	check_refused("a{2,1}", "invalid content of \\{\\}");
}

static void test_ere__sizes_are_bounded(void **state)
{
	cleanup_strbuf struct strbuf deep = STRBUF_INIT;

	(void)state;
	check_refused("a{5000}", "its repetitions are too large");
	check_refused("(){99999999999999999999}", "its repetitions are too large");
	check_refused("((a{1,255}){1,255}){1,255}", "its repetitions are too large");
	strbuf_addchars(&deep, '(', LIMIT_PATTERN_DEPTH + 1);
	strbuf_addchars(&deep, ')', LIMIT_PATTERN_DEPTH + 1);
	check_refused(deep.buf, "it nests too deep");
	strbuf_reset(&deep);
	strbuf_addchars(&deep, 'a', LIMIT_PATTERN_BYTES + 1);
	check_refused(deep.buf, "it is longer than 1000 characters");
}

/* What takes exponential time where branches are tried one after the other. */
static void test_ere__hostile_patterns_are_matched(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_addchars(&text, 'a', 4000);
	check_matches("(a|aa)+", text.buf, true);
	check_matches("(((a*)*)*)*b", text.buf, false);
	check_matches("(a?){60}a{60}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true);
}

static uint64_t next_random(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 20) % below;
}

static void make_pattern(uint64_t *random, struct strbuf *out)
{
	static const char *const pieces[] = {
		"a",	 "b",	 "-",	  ".",	   "*",	    "+",       "?",	 "|",
		"(",	 ")",	 "(a",	  "b)",	   "()",    "^",       "$",	 "{2}",
		"{1,2}", "{,1}", "{1,}",  "{0}",   "[ab]",  "[^a]",    "[a-b]", "[-b]",
		"[]a]",	 "[",	 "]",	  "-",	   "\\",    "\\w",     "\\W",	 "\\s",
		"\\b",	 "\\B",	 "\\<",	  "\\>",   "\\`",   "\\'",     "\\.",	 "[[:alpha:]]",
		"{",	 "}",	 "[[:x",  "[[.",   ".]]",   "[^-a]",   "(a|b)*", "(|a)",
	};
	size_t count = 1 + next_random(random, 7);

	strbuf_reset(out);
	for (size_t i = 0; i < count; i++)
		strbuf_addstr(out, pieces[next_random(random, ARRAY_SIZE(pieces))]);
}

/* Without line ends: in glibc '$.' matches one, though without REG_NEWLINE it should not. */
static void make_text(uint64_t *random, struct strbuf *out)
{
	static const char bytes[] = "aaabbb- _.]\xc3";
	size_t len = next_random(random, 6);

	strbuf_reset(out);
	for (size_t i = 0; i < len; i++)
		strbuf_addch(out, bytes[next_random(random, sizeof(bytes) - 1)]);
}

/* In a pattern that reads, a ')' that nothing opened: glibc takes it for itself, we refuse it. */
static bool has_stray_bracket(const char *message)
{
	return strcmp(message, "unmatched ) or \\)") == 0;
}

/* glibc is wrong about places in repeated groups: '(a|^b)+' matches "ab". */
static bool glibc_errs(const char *pattern)
{
	bool place = strpbrk(pattern, "^$") || strstr(pattern, "\\b") || strstr(pattern, "\\B") ||
		     strpbrk(pattern, "<>`'");

	for (const char *p = strchr(pattern, ')'); p && place; p = strchr(p + 1, ')'))
		if (p[1] && strchr("*+?{", p[1]))
			return true;
	return false;
}

static void compare(const char *pattern, const struct ere *ere, uint64_t *random)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, whole = STRBUF_INIT;
	regex_t regex;

	strbuf_addf(&whole, "^(%s)$", pattern);
	assert_int_equal(regcomp(&regex, whole.buf, REG_EXTENDED | REG_NOSUB), 0);
	for (int i = 0; i < 8; i++) {
		bool expected;

		make_text(random, &text);
		expected = regexec(&regex, text.buf, 0, NULL, 0) == 0;
		if (ere_matches(ere, text.buf, text.len) != expected)
			fail_msg("'%s' and '%s': glibc says %d", pattern, text.buf, expected);
	}
	regfree(&regex);
}

static void test_ere__agrees_with_glibc(void **state)
{
	const char *cases = getenv("ERE_CASES"), *seed = getenv("ERE_SEED");
	long count = cases ? strtol(cases, NULL, 10) : CASES;
	uint64_t random = seed ? strtoull(seed, NULL, 10) : 88172645463325252u;
	cleanup_strbuf struct strbuf pattern = STRBUF_INIT;

	(void)state;
	for (long i = 0; i < count; i++) {
		cleanup_ere struct ere ere = ERE_INIT;
		cleanup_error struct error err = ERROR_INIT;
		regex_t regex;
		int rc, theirs;

		make_pattern(&random, &pattern);
		rc = ere_compile(&ere, pattern.buf, pattern.len, &err);
		theirs = regcomp(&regex, pattern.buf, REG_EXTENDED | REG_NOSUB);
		if (theirs == 0)
			regfree(&regex);
		if (rc < 0 && has_stray_bracket(err.message))
			continue;
		if ((rc == 0) != (theirs == 0))
			fail_msg("'%s': %s, glibc: %d", pattern.buf, rc < 0 ? err.message : "taken",
				 theirs);
		if (rc == 0 && !glibc_errs(pattern.buf))
			compare(pattern.buf, &ere, &random);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ere__whole_text_must_match),
		cmocka_unit_test(test_ere__sets_are_of_bytes),
		cmocka_unit_test(test_ere__repetitions_are_counted),
		cmocka_unit_test(test_ere__places_take_nothing),
		cmocka_unit_test(test_ere__what_is_wrong_is_named),
		cmocka_unit_test(test_ere__sizes_are_bounded),
		cmocka_unit_test(test_ere__hostile_patterns_are_matched),
		cmocka_unit_test(test_ere__agrees_with_glibc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
