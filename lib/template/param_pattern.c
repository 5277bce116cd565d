/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns: POSIX extended regular expressions. A template may come from anywhere, so what the C
 * library would need unbounded time or memory for is refused: back-references, and repetitions that
 * multiply.
 */
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "template/ascii.h"
#include "template/param_internal.h"

#define PATTERN_MAX 1000
/* Characters of the pattern when all repetitions {n,m} are written out. */
#define EXPANDED_MAX 1000
#define DEPTH_MAX    50
/* The automaton grows with the text, up to pattern times text. */
#define TEXT_MAX    ((size_t)16 << 10)
#define PRODUCT_MAX ((size_t)1 << 20)

/* Sizes of the group being read and of its last item. */
struct group {
	size_t size, item;
};

static size_t multiply(size_t a, size_t b)
{
	return a && b > EXPANDED_MAX / a ? EXPANDED_MAX + 1 : a * b;
}

/*
 * Reads "{n}", "{n,}" or "{n,m}" at *at and returns the larger number and 1. What is none of them
 * is 0: the C library would take the brace for itself.
 */
static size_t read_repetition(const char **at)
{
	const char *p = *at + 1;
	size_t most = 0, n = 0, commas = 0;

	for (; ascii_is_digit(*p) || (*p == ',' && commas == 0); p++) {
		if (*p == ',')
			commas++;
		n = *p == ',' ? 0 : n > EXPANDED_MAX ? n : n * 10 + (size_t)(*p - '0');
		most = n > most ? n : most;
	}
	if (*p != '}' || p == *at + 1)
		return 0;
	*at = p + 1;
	return most + 1;
}

/* Steps over "[…]", in which ']' may come first and classes have brackets of their own. */
static const char *skip_set(const char *p)
{
	p++;
	if (*p == '^')
		p++;
	if (*p == ']')
		p++;
	while (*p && *p != ']') {
		if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
			char end[3] = { p[1], ']', '\0' };
			const char *close = strstr(p + 2, end);

			p = close ? close + 1 : p;
		}
		p++;
	}
	return *p ? p + 1 : p;
}

static void add_item(struct group *g, size_t size)
{
	g->item = size;
	g->size += size;
}

/* Sets the size when all repetitions are written out; false: too deep, or a brace out of place. */
static bool expanded_size(const char *p, size_t *ret)
{
	struct group groups[DEPTH_MAX + 1] = { 0 };
	size_t depth = 0;

	while (*p && groups[depth].size <= EXPANDED_MAX) {
		struct group *g = &groups[depth];
		size_t more;

		switch (*p) {
		case '(':
			if (++depth > DEPTH_MAX)
				return false;
			groups[depth] = (struct group){ 0 };
			p++;
			break;
		case ')':
			p++;
			if (depth) {
				depth--;
				add_item(&groups[depth], g->size + 1);
			}
			break;
		case '[':
			add_item(g, 1);
			p = skip_set(p);
			break;
		case '{':
			more = read_repetition(&p);
			if (more == 0)
				return false;
			more = multiply(g->item, more);
			g->size += more;
			g->item += more;
			break;
		case '\\':
			add_item(g, 1);
			p += p[1] ? 2 : 1;
			break;
		case '*':
		case '+':
		case '?':
			g->size += g->item;
			g->item *= 2;
			p++;
			break;
		default:
			add_item(g, 1);
			p++;
		}
	}
	*ret = 0;
	for (size_t i = 0; i <= depth; i++)
		*ret += groups[i].size;
	return true;
}

static bool has_back_reference(const char *p)
{
	for (; *p; p++) {
		if (*p == '[')
			p = skip_set(p) - 1;
		else if (*p == '\\' && p[1] >= '1' && p[1] <= '9')
			return true;
		else if (*p == '\\' && p[1])
			p++;
	}
	return false;
}

static int compile(const char *pattern, regex_t *ret, struct error *err)
{
	cleanup_free char *whole = NULL;
	char message[200];
	size_t size;
	int rc;

	if (strlen(pattern) > PATTERN_MAX)
		return error_set(err, ERR_INVALID, "it is longer than %d characters", PATTERN_MAX);
	if (has_back_reference(pattern))
		return error_set(err, ERR_INVALID, "back-references are not supported");
	if (!expanded_size(pattern, &size))
		return error_set(err, ERR_INVALID,
				 "it nests too deep, or has a '{' that begins no repetition");
	if (size > EXPANDED_MAX)
		return error_set(err, ERR_INVALID, "its repetitions are too large");
	/* Alone first: brackets around it could make sense of ")(" . */
	rc = regcomp(ret, pattern, REG_EXTENDED | REG_NOSUB);
	if (rc == 0) {
		regfree(ret);
		whole = xasprintf("^(%s)$", pattern);
		rc = regcomp(ret, whole, REG_EXTENDED | REG_NOSUB);
	}
	if (rc == 0)
		return 0;
	regerror(rc, ret, message, sizeof(message));
	if (message[0] >= 'A' && message[0] <= 'Z')
		message[0] = (char)(message[0] - 'A' + 'a');
	return error_set(err, ERR_INVALID, "%s", message);
}

int pattern_check(const char *pattern, struct error *err)
{
	regex_t regex;

	if (compile(pattern, &regex, err) < 0)
		return -ERR_INVALID;
	regfree(&regex);
	return 0;
}

int pattern_match(const char *pattern, const char *text, size_t len, struct error *err)
{
	regex_t regex;
	size_t size, most = TEXT_MAX;
	int rc;

	if (expanded_size(pattern, &size) && size > PRODUCT_MAX / TEXT_MAX)
		most = PRODUCT_MAX / size;
	if (len > most)
		return error_set(err, ERR_INVALID, "is longer than %zu bytes and cannot be matched",
				 most);
	if (memchr(text, '\0', len))
		return 0;
	if (compile(pattern, &regex, err) < 0)
		return -ERR_INVALID;
	rc = regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return rc == 0;
}
