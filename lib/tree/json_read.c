/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/json_read.h"

#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "tree/build.h"
#include "tree/number.h"

/*
 * The reader works on a copy of the text in the arena and leaves strings and numbers where they
 * are: unescaped text is never longer than what was written, and what ends it
 * (or for a number, what stands before it) is free for the final NUL.
 */
struct json_reader {
	struct builder build;
	char *p, *end; /* *end is NUL */
	char *line_start;
	uint32_t line;
	uint32_t continuation; /* bytes of this line that begin no character */
	unsigned depth;
	unsigned flags;
	bool syntax;
	struct error *err;
};

/*
 * What a byte is to a string: it ends the run of those that stand for themselves, or it says what
 * of enum text_known the string is not.
 */
enum {
	NO_WORD = TEXT_WORD_BYTES,
	SIGN = TEXT_WORD_BYTES | TEXT_USUAL_BYTES,
	DOLLAR = TEXT_WORD_BYTES | TEXT_NO_DOLLAR,
	STOPS = 1 << 3,
	QUOTE = STOPS,
	ESCAPE,
	HIGH,
	CONTROL,
};

static const uint8_t classes[256] = {
	[0 ... 0x1f] = CONTROL,
	[' ' ... '!'] = NO_WORD, ['"'] = QUOTE,	  ['#'] = SIGN,
	['$'] = DOLLAR,		 ['%' ... '&'] = NO_WORD, ['\''] = SIGN,
	['(' ... ','] = NO_WORD, /* and - . / 0 to 9 are those of words */
	[':'] = SIGN,		 [';' ... '@'] = NO_WORD, /* letters */
	['['] = NO_WORD,	 ['\\'] = ESCAPE,	  [']' ... '^'] = NO_WORD,
	['`'] = NO_WORD,	 ['{' ... '~'] = NO_WORD, [0x7f] = SIGN,
	[0x80 ... 0xff] = HIGH,
};

/* So many bytes behind the text may be read. */
#define SLACK 8

static uint32_t column_of(const struct json_reader *r, const char *p)
{
	return (uint32_t)(p - r->line_start) - r->continuation + 1;
}

static int fail_at(struct json_reader *r, const char *p, const char *what)
{
	struct pos pos = { r->line, column_of(r, p), r->build.file };

	r->syntax = true;
	return error_set_at(r->err, ERR_INVALID, &pos, "cannot read JSON: %s", what);
}

/* For what is JSON by its form and yet not acceptable. */
static int refuse_at(struct json_reader *r, const char *p, const char *what)
{
	int ret = fail_at(r, p, what);

	r->syntax = false;
	return ret;
}

static void skip_blanks_slow(struct json_reader *r)
{
	char *p = r->p;

	for (;; p++) {
		if (*p == '\n') {
			r->line++;
			r->line_start = p + 1;
			r->continuation = 0;
			while (memcmp(p + 1, "        ", 8) == 0)
				p += 8;
		} else if (*p != ' ' && *p != '\t' && *p != '\r') {
			break;
		}
	}
	r->p = p;
}

static inline void skip_blanks(struct json_reader *r)
{
	if ((unsigned char)*r->p <= ' ')
		skip_blanks_slow(r);
}

static int hex4(const char *p, uint32_t *ret)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	*ret = v;
	return 0;
}

/* At the 'u' of an escape; a half of a surrogate pair alone is U+FFFD or an error. */
static int read_unicode(struct json_reader *r, char **p, char **to)
{
	const bool replace = r->flags & (READ_UTF8_REPLACE | READ_OC);
	uint32_t c, low;

	if (hex4(*p + 1, &c) < 0)
		return fail_at(r, *p - 1, "expected four hexadecimal digits behind '\\u'");
	*p += 5;
	if (c >= 0xd800 && c <= 0xdbff && (*p)[0] == '\\' && (*p)[1] == 'u' &&
	    hex4(*p + 2, &low) == 0 && low >= 0xdc00 && low <= 0xdfff) {
		*p += 6;
		c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
	} else if (c >= 0xd800 && c <= 0xdfff) {
		if (!replace)
			return refuse_at(r, *p - 6, "half a surrogate pair stands alone");
		c = 0xfffd;
	}
	*to += utf8_encode(c, *to);
	return 0;
}

/* At the backslash. */
static int read_escape(struct json_reader *r, char **p, char **to)
{
	static const char plain[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c = *++*p;

	if (c == 'u')
		return read_unicode(r, p, to);
	at = c ? strchr(plain, c) : NULL;
	if (!at)
		return fail_at(r, *p - 1, "unknown escape in a string");
	*(*to)++ = meant[at - plain];
	++*p;
	return 0;
}

/* Invalid bytes grow when they are replaced: the string moves to where there is room for that. */
static char *move_out(struct json_reader *r, const char *start, size_t done, const char *p)
{
	const char *q = p;
	char *room;

	while (q < r->end && *q != '"')
		q += *q == '\\' ? 2 : 1;
	room = arena_alloc(r->build.arena, done + (size_t)(q - p) * 3 + 4);
	memcpy(room, start, done);
	return room;
}

static int string_failure(struct json_reader *r, const char *p)
{
	if (p == r->end)
		return fail_at(r, p, "the text ends within a string");
	if (*p == '\n')
		return fail_at(r, p, "a string goes over the end of the line");
	return fail_at(r, p, "a control character in a string must be written as an escape");
}

/* One valid character beyond ASCII, or one invalid byte, which is replaced or refused. */
static int read_high(struct json_reader *r, char **p, char **to, char **start, bool *moved)
{
	size_t n = utf8_sequence(*p, r->end);

	if (n) {
		memmove(*to, *p, n);
		*to += n;
		*p += n;
		r->continuation += (uint32_t)n - 1;
		return 0;
	}
	if (!(r->flags & (READ_UTF8_REPLACE | READ_OC)))
		return refuse_at(r, *p, "the text is not valid UTF-8");
	if (!*moved) {
		size_t done = (size_t)(*to - *start);

		*start = move_out(r, *start, done, *p);
		*to = *start + done;
		*moved = true;
	}
	memcpy(*to, "\xef\xbf\xbd", 3);
	*to += 3;
	++*p;
	return 0;
}

/* The rest of a string that holds more than plain ASCII, from p on; what lies before stays. */
static int read_string_slow(struct json_reader *r, char *start, char *p, struct node *n)
{
	char *to = p;
	bool moved = false;
	int ret = 0;

	for (;;) {
		switch (classes[(unsigned char)*p]) {
		case QUOTE:
			*to = '\0';
			r->p = p + 1;
			n->text = start;
			n->len = (uint32_t)(to - start);
			return 0;
		case ESCAPE:
			ret = read_escape(r, &p, &to);
			break;
		case HIGH:
			ret = read_high(r, &p, &to, &start, &moved);
			break;
		case CONTROL:
			return string_failure(r, p);
		default:
			*to++ = *p++;
			break;
		}
		if (ret < 0)
			return ret;
	}
}

/* At the opening quote. */
static int push_string(struct json_reader *r)
{
	struct node *n = builder_node(&r->build, NODE_STRING, r->line, column_of(r, r->p));
	char *start = r->p + 1, *p = start;
	unsigned class, is_not = 0;
	int ret;

	while (!((class = classes[(unsigned char)*p]) & STOPS)) {
		is_not |= class;
		p++;
	}
	if (class == QUOTE) {
		*p = '\0';
		r->p = p + 1;
		n->text = start;
		n->len = (uint32_t)(p - start);
		n->known = (uint8_t)((~is_not & (STOPS - 1)) | TEXT_IN_PLACE);
	} else {
		ret = read_string_slow(r, start, p, n);
		if (ret < 0)
			return ret;
	}
	builder_push(&r->build, n);
	return 0;
}

static int push_number(struct json_reader *r)
{
	struct node *n = builder_node(&r->build, NODE_NUMBER, r->line, column_of(r, r->p));
	size_t len = number_scan(r->p, r->end);
	double v;

	if (!len)
		return fail_at(r, r->p, "malformed number");
	if ((r->flags & READ_OC) && !number_is_int64(r->p, len) && !number_to_double(r->p, len, &v))
		return refuse_at(r, r->p, "a number is beyond the range of float64");
	memmove(r->p - 1, r->p, len);
	n->text = r->p - 1;
	r->p[len - 1] = '\0';
	n->len = (uint32_t)len;
	r->p += len;
	builder_push(&r->build, n);
	return 0;
}

static int push_word(struct json_reader *r, const char *word, enum node_kind kind, bool value)
{
	size_t len = strlen(word);
	struct node *n;

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0)
		return fail_at(r, r->p, "expected a value");
	n = builder_node(&r->build, kind, r->line, column_of(r, r->p));
	n->boolean = value;
	builder_push(&r->build, n);
	r->p += len;
	return 0;
}

static int read_value(struct json_reader *r);

/* Behind an item; sets *ret_done if the list or map ends here. */
static int read_separator(struct json_reader *r, char closing, bool *ret_done)
{
	skip_blanks(r);
	if (r->build.full)
		return builder_fail_full(&r->build, r->line, column_of(r, r->p), "JSON", r->err);
	*ret_done = *r->p == closing;
	if (!*ret_done && *r->p != ',') {
		if (r->p == r->end)
			return fail_at(r, r->p, "the text ends too early");
		return fail_at(r, r->p,
			       closing == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
	}
	r->p++;
	return 0;
}

static int read_items(struct json_reader *r)
{
	bool done;
	int ret;

	skip_blanks(r);
	if (*r->p == ']') {
		r->p++;
		return 0;
	}
	do {
		ret = read_value(r);
		if (ret < 0)
			return ret;
		ret = read_separator(r, ']', &done);
		if (ret < 0)
			return ret;
	} while (!done);
	return 0;
}

static int read_key(struct json_reader *r)
{
	char *at;
	int ret;

	skip_blanks(r);
	at = r->p;
	if (*at != '"')
		return fail_at(r, at,
			       at == r->end ? "the text ends too early"
					    : "expected a key in double quotes");
	ret = push_string(r);
	if (ret < 0)
		return ret;
	if (r->build.stack[r->build.top - 1]->len > LIMIT_KEY_BYTES) {
		struct pos pos = r->build.stack[r->build.top - 1]->pos;

		return error_set_at(r->err, ERR_LIMIT, &pos,
				    "cannot read JSON: a key is longer than %zu bytes",
				    LIMIT_KEY_BYTES);
	}
	skip_blanks(r);
	if (*r->p != ':')
		return fail_at(r, r->p, "expected ':' behind a key");
	r->p++;
	return 0;
}

static int read_entries(struct json_reader *r)
{
	bool done;
	int ret;

	skip_blanks(r);
	if (*r->p == '}') {
		r->p++;
		return 0;
	}
	do {
		ret = read_key(r);
		if (ret < 0)
			return ret;
		ret = read_value(r);
		if (ret < 0)
			return ret;
		ret = read_separator(r, '}', &done);
		if (ret < 0)
			return ret;
	} while (!done);
	return 0;
}

/* At the opening bracket. */
static int read_container(struct json_reader *r, enum node_kind kind)
{
	struct node *n = builder_node(&r->build, kind, r->line, column_of(r, r->p));
	size_t base = r->build.top;
	int ret;

	if (++r->depth > LIMIT_DEPTH)
		return error_set_at(r->err, ERR_LIMIT, &n->pos,
				    "cannot read JSON: nested more than %d deep", LIMIT_DEPTH);
	r->p++;
	ret = kind == NODE_MAP ? read_entries(r) : read_items(r);
	if (ret < 0)
		return ret;
	r->depth--;
	builder_close(&r->build, n, base);
	builder_push(&r->build, n);
	if (kind != NODE_MAP)
		return 0;
	return builder_check_keys(
		&r->build, n, r->flags & (READ_DUPLICATE_KEYS_LAST_WINS | READ_OC), "JSON", r->err);
}

static int read_value(struct json_reader *r)
{
	skip_blanks(r);
	switch (*r->p) {
	case '{':
		return read_container(r, NODE_MAP);
	case '[':
		return read_container(r, NODE_SEQ);
	case '"':
		return push_string(r);
	case 't':
		return push_word(r, "true", NODE_BOOL, true);
	case 'f':
		return push_word(r, "false", NODE_BOOL, false);
	case 'n':
		return push_word(r, "null", NODE_NULL, false);
	case '-':
	case '0' ... '9':
		return push_number(r);
	default:
		return fail_at(r, r->p,
			       r->p == r->end ? "the text ends too early" : "expected a value");
	}
}

static int reader_init(struct json_reader *r, struct arena *a, const char *text, size_t len,
		       const char *name, unsigned flags, struct error *err)
{
	char *copy;

	*r = (struct json_reader){ .flags = flags, .line = 1, .err = err };
	r->build.arena = a;
	r->build.file = arena_strdup(a, name);
	if (len > LIMIT_INPUT_BYTES) {
		struct pos pos = { 1, 1, r->build.file };

		return error_set_at(err, ERR_LIMIT, &pos, "cannot read JSON: more than %zu bytes",
				    LIMIT_INPUT_BYTES);
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	/* One byte in front, for the text of a number at the very beginning. */
	copy = arena_alloc(a, len + 1 + SLACK);
	copy[0] = '\0';
	if (len)
		memcpy(copy + 1, text, len);
	memset(copy + 1 + len, '\0', SLACK);
	r->p = r->line_start = copy + 1;
	r->end = r->p + len;
	return 0;
}

int tree_read_json(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
		   struct node **ret, struct error *err)
{
	struct json_reader r;
	int ret_code;

	ret_code = reader_init(&r, a, text, len, name, flags, err);
	if (ret_code == 0)
		ret_code = read_value(&r);
	if (ret_code == 0) {
		skip_blanks(&r);
		if (r.p < r.end)
			ret_code = fail_at(&r, r.p, "more text behind the value");
		else
			*ret = r.build.stack[0];
	}
	builder_release(&r.build);
	return ret_code;
}

/* A line that holds "---" and blanks only. */
static bool skip_document_mark(struct json_reader *r)
{
	const char *p = r->p;

	if (p != r->line_start || strncmp(p, "---", 3) != 0)
		return false;
	p += strspn(p + 3, " \t\r") + 3;
	if (*p != '\n' && p != r->end)
		return false;
	r->p += 3;
	return true;
}

static int read_stream(struct json_reader *r)
{
	int ret;

	for (;;) {
		do
			skip_blanks(r);
		while (skip_document_mark(r));
		if (r->p == r->end)
			return 0;
		if (*r->p != '{' && *r->p != '[')
			return fail_at(r, r->p, "more text behind the value");
		ret = read_value(r);
		if (ret < 0)
			return ret;
	}
}

int json_read_stream(struct arena *a, const char *text, size_t len, const char *name,
		     unsigned flags, struct documents *ret, bool *ret_syntax, struct error *err)
{
	struct json_reader r;
	int ret_code;

	ret_code = reader_init(&r, a, text, len, name, flags, err);
	if (ret_code == 0)
		ret_code = read_stream(&r);
	if (ret_code == 0) {
		ret->len = r.build.top;
		ret->items = arena_alloc(a, (r.build.top + 1) * sizeof(*ret->items));
		if (r.build.top)
			memcpy(ret->items, r.build.stack, r.build.top * sizeof(*ret->items));
	}
	*ret_syntax = r.syntax;
	builder_release(&r.build);
	return ret_code;
}
