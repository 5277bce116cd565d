/* SPDX-License-Identifier: Apache-2.0 */
#include "template/generator.h"

#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/ascii.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"
/* OpenShift's order: ranges are slices of these three, one behind the other. */
#define SYMBOLS "~!@#$%^&*()-_+={}[]\\|<,>.?/\"';:`"

static const char ordered[] = LETTERS DIGITS SYMBOLS;

/* Characters of one result; a block makes 255 at most, so no real template is near. */
#define TOTAL_MAX ((size_t)1 << 20)

/*
 * A block is '[', one or more of a-zA-Z0-9 - \, ']', '{', digits, '}'. The scanner is told one
 * character after the other, and remembers for each how far into a block it was, so that it can
 * step back: what a block generated is read again, together with what stands before it, in linear
 * time.
 */
enum state { OUTSIDE, OPENED, IN_SET, CLOSED, BRACED, IN_LENGTH };

struct mark {
	uint32_t start;	 /* where in the text the block begins */
	uint32_t origin; /* the place in the expression that the character comes from */
	uint8_t state;
};

struct scanner {
	struct strbuf *text; /* output so far, from base on */
	size_t base;
	struct mark *marks; /* one for each character of it */
	size_t len, alloc;
	size_t generated;
};

static enum state advance(enum state s, char c)
{
	if (c == '[')
		return OPENED;
	switch (s) {
	case OPENED:
	case IN_SET:
		if (ascii_is_alnum(c) || c == '-' || c == '\\')
			return IN_SET;
		return s == IN_SET && c == ']' ? CLOSED : OUTSIDE;
	case CLOSED:
		return c == '{' ? BRACED : OUTSIDE;
	case BRACED:
	case IN_LENGTH:
		return ascii_is_digit(c) ? IN_LENGTH : OUTSIDE;
	case OUTSIDE:
	default:
		return OUTSIDE;
	}
}

/* Adds a character; true if it ends a block. */
static bool feed(struct scanner *s, char c, uint32_t origin)
{
	struct mark before = s->len ? s->marks[s->len - 1] : (struct mark){ 0 };
	struct mark m = { .start = before.start, .origin = origin };
	bool complete = before.state == IN_LENGTH && c == '}';

	m.state = (uint8_t)advance(before.state, c);
	if (m.state == OPENED)
		m.start = (uint32_t)s->len;
	ALLOC_GROW(s->marks, s->len + 1, s->alloc);
	s->marks[s->len++] = m;
	strbuf_addch(s->text, c);
	return complete;
}

/* ---- what a set means ---- */

struct alphabet {
	char chars[128];
	unsigned len;
};

static void add_chars(struct alphabet *a, const char *chars, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!memchr(a->chars, chars[i], a->len))
			a->chars[a->len++] = chars[i];
	}
}

static int fail(struct error *err, const char *code)
{
	err->code = code;
	return -ERR_INVALID;
}

/* One pair of characters; a class is the pair of '\\' and its letter. */
static int add_range(struct alphabet *a, char from, char to, struct error *err)
{
	const char *left, *right;

	if (from == '\\' && to == 'w') {
		add_chars(a, LETTERS DIGITS "_", sizeof(LETTERS DIGITS "_") - 1);
	} else if (from == '\\' && to == 'd') {
		add_chars(a, DIGITS, sizeof(DIGITS) - 1);
	} else if (from == '\\' && to == 'a') {
		add_chars(a, LETTERS DIGITS, sizeof(LETTERS DIGITS) - 1);
	} else if (from == '\\' && to == 'A') {
		add_chars(a, SYMBOLS, sizeof(SYMBOLS) - 1);
	} else {
		left = strchr(ordered, from);
		right = strchr(ordered, to);
		if (left > right) {
			error_set(err, ERR_INVALID, "invalid range specified: %c-%c", from, to);
			return fail(err, "T108");
		}
		add_chars(a, left, (size_t)(right - left) + 1);
	}
	return 0;
}

/*
 * Splits a set as OpenShift does, leftmost first: `\\?[a-zA-Z0-9]-?[a-zA-Z0-9]?`, of which only the
 * first and the last character count. So "abcA-Z" is a-b, c-A, Z and "\da-f" is \a, f; what matches
 * nowhere (a lone '-') is skipped.
 */
static int read_set(const char *set, size_t len, struct alphabet *a, struct error *err)
{
	size_t i = 0;

	while (i < len) {
		size_t first = i, last = i;

		if (set[i] == '\\')
			last++;
		if (last >= len || !ascii_is_alnum(set[last])) {
			i++;
			continue;
		}
		if (last + 1 < len && set[last + 1] == '-')
			last++;
		if (last + 1 < len && ascii_is_alnum(set[last + 1]))
			last++;
		if (add_range(a, set[first], set[last], err) < 0)
			return -ERR_INVALID;
		i = last + 1;
	}
	return 0;
}

/* A set begins with a class or ends in a range x-y. */
static bool set_is_wellformed(const char *set, size_t len)
{
	if (len >= 2 && set[0] == '\\' && set[1] && strchr("wdaA", set[1]))
		return true;
	return len >= 3 && ascii_is_alnum(set[len - 3]) && set[len - 2] == '-' &&
	       ascii_is_alnum(set[len - 1]);
}

/* ---- generating ---- */

static int random_chars(const struct alphabet *a, struct generator_random *random, char *out,
			size_t len, struct error *err)
{
	/*
	 * Bytes at or beyond the last whole multiple are rejected, which makes the choice uniform.
	 */
	unsigned limit = 256 - 256 % a->len;
	uint8_t bytes[LIMIT_GENERATED];
	size_t done = 0;

	while (done < len) {
		size_t want = len - done;
		int rc = random->fill(random, bytes, want, err);

		if (rc < 0)
			return rc;
		for (size_t i = 0; i < want; i++) {
			if (bytes[i] < limit)
				out[done++] = a->chars[bytes[i] % a->len];
		}
	}
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

/* The number as OpenShift shows it: what is too large for 64 bits is the largest. */
static int64_t read_length(const char *digits, size_t len)
{
	int64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, digits[i] - '0', &n))
			return INT64_MAX;
	}
	return n;
}

/* block is "[set]{length}". */
static int generate_block(const char *block, size_t len, struct generator_random *random,
			  char out[LIMIT_GENERATED], size_t *ret_len, struct error *err)
{
	const char *set = block + 1, *brace = memchr(block, '{', len);
	size_t set_len = (size_t)(brace - block) - 2;
	struct alphabet a = { .len = 0 };
	int64_t count;
	int rc;

	if (!set_is_wellformed(set, set_len)) {
		error_set(err, ERR_INVALID, "malformed expression syntax: [%.*s]",
			  (int)(set_len < 60 ? set_len : 60), set);
		return fail(err, "T107");
	}
	count = read_length(brace + 1, len - (size_t)(brace + 1 - block) - 1);
	if (count < 1 || count > LIMIT_GENERATED) {
		error_set(err, ERR_INVALID, "range must be within [1-%d] characters (%lld)",
			  LIMIT_GENERATED, (long long)count);
		return fail(err, "T109");
	}
	rc = read_set(set, set_len, &a, err);
	if (rc == 0)
		rc = random_chars(&a, random, out, (size_t)count, err);
	if (rc == 0)
		*ret_len = (size_t)count;
	return rc;
}

/* ---- the whole text ---- */

/* Generated characters that are still to be read, the next one last. */
struct pending {
	struct {
		char c;
		uint32_t origin;
	} * chars;
	size_t len, alloc;
};

/* Takes the block off the end of the text and queues what it generates. */
static int replace_block(struct scanner *s, struct pending *p, struct generator_random *random,
			 uint32_t *ret_origin, struct error *err)
{
	char made[LIMIT_GENERATED];
	size_t start = s->marks[s->len - 1].start, count = 0;
	uint32_t origin = s->marks[start].origin;
	int rc;

	*ret_origin = origin;
	rc = generate_block(s->text->buf + s->base + start, s->len - start, random, made, &count,
			    err);
	if (rc < 0)
		return rc;
	s->generated += count;
	if (s->generated > TOTAL_MAX) {
		error_set(err, ERR_LIMIT, "the generator makes more than %zu characters",
			  TOTAL_MAX);
		err->code = "T207";
		return -ERR_LIMIT;
	}
	s->len = start;
	strbuf_setlen(s->text, s->base + start);
	ALLOC_GROW(p->chars, p->len + count, p->alloc);
	while (count) {
		p->chars[p->len].c = made[--count];
		p->chars[p->len++].origin = origin;
	}
	explicit_bzero(made, sizeof(made));
	return 0;
}

static int generate(struct scanner *s, struct pending *p, const char *text, size_t len,
		    struct generator_random *random, uint32_t *ret_origin, struct error *err)
{
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && (p->len || at < len)) {
		char c;
		uint32_t origin;

		if (p->len) {
			c = p->chars[--p->len].c;
			origin = p->chars[p->len].origin;
		} else {
			origin = (uint32_t)at;
			c = text[at++];
		}
		if (feed(s, c, origin))
			rc = replace_block(s, p, random, ret_origin, err);
	}
	return rc;
}

int generate_expression(const char *text, size_t len, struct generator_random *random,
			struct strbuf *out, size_t *ret_at, struct error *err)
{
	struct scanner s = { .text = out, .base = out->len };
	struct pending p = { 0 };
	uint32_t origin = 0;
	int rc;

	if (len > TOTAL_MAX) {
		rc = error_set(err, ERR_LIMIT, "the generator text is longer than %zu characters",
			       TOTAL_MAX);
		err->code = "T207";
	} else {
		rc = generate(&s, &p, text, len, random, &origin, err);
	}
	free(s.marks);
	if (p.chars)
		explicit_bzero(p.chars, p.alloc * sizeof(p.chars[0]));
	free(p.chars);
	if (rc < 0) {
		strbuf_setlen(out, s.base);
		if (ret_at)
			*ret_at = origin;
	}
	return rc;
}

/* ---- near misses ---- */

/* Length of "{…}" at text, where … is digits, commas and blanks, or 0. */
static size_t length_like(const char *text, size_t len)
{
	size_t i = 1;

	if (len == 0 || text[0] != '{')
		return 0;
	while (i < len && (ascii_is_digit(text[i]) || text[i] == ',' || text[i] == ' '))
		i++;
	return i < len && text[i] == '}' ? i + 1 : 0;
}

/* Length of a block of the right form at text, or 0. */
static size_t block_length(const char *text, size_t len)
{
	enum state s = OUTSIDE;

	for (size_t i = 0; i < len; i++) {
		if (s == IN_LENGTH && text[i] == '}')
			return i + 1;
		s = advance(s, text[i]);
		if (s == OUTSIDE || (i > 0 && s == OPENED))
			return 0;
	}
	return 0;
}

bool generator_has_block(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '[' && block_length(text + i, len - i))
			return true;
	return false;
}

bool generator_near_miss(const char *text, size_t len, size_t *ret_at)
{
	size_t i = 0;

	while (i < len) {
		const char *close;
		size_t block, set_len, blanks = 0;

		/* "x{3}", "[a-z{3}": blocks are left out whole, so this length has none. */
		if (text[i] == '{' && length_like(text + i, len - i) > 2)
			break;
		if (text[i] != '[') {
			i++;
			continue;
		}
		block = block_length(text + i, len - i);
		if (block) {
			i += block;
			continue;
		}
		close = memchr(text + i, ']', len - i);
		if (!close) {
			i++;
			continue;
		}
		set_len = (size_t)(close - (text + i)) - 1;
		if (memchr(text + i + 1, '[', set_len)) {
			i++;
			continue;
		}
		close++;
		while (close + blanks < text + len && close[blanks] == ' ')
			blanks++;
		if (set_is_wellformed(text + i + 1, set_len) ||
		    length_like(close + blanks, (size_t)(text + len - close) - blanks))
			break;
		i++;
	}
	*ret_at = i;
	return i < len;
}
