/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

#include "base/utf8.h"

#define EACH(byte) ((uint64_t)0x0101010101010101 * (byte))

/* Eight bytes at once: all of them printable ASCII or "\n". No carry leaves its byte. */
static bool is_common(const char *p)
{
	uint64_t x, control, newline, delete;

	memcpy(&x, p, sizeof(x));
	if (x & EACH(0x80))
		return false;
	control = ~(x + EACH(0x60)) & EACH(0x80);
	newline = ~((x ^ EACH('\n')) + EACH(0x7f)) & EACH(0x80);
	delete = ~((x ^ EACH(0x7f)) + EACH(0x7f)) & EACH(0x80);
	return !(control & ~newline) && !delete;
}

/* What libyaml refuses, takes as a line break, or may use as a stand-in for brackets. */
static bool is_special(uint32_t c)
{
	return c < 0xa0 || c == 0x2028 || c == 0x2029 || (c >= 0xe000 && c <= 0xf8ff) ||
	       c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* Length of the character at p if it is one that the reader knows, else 0. */
static size_t known_character(const char *p, const char *end)
{
	unsigned char c = (unsigned char)*p;
	size_t len;

	if (c < 0x80)
		return c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f);
	len = utf8_sequence(p, end);
	return len && !is_special(utf8_decode(p, &len)) ? len : 0;
}

bool yaml_quick_knows(const char *text, size_t len, bool *ret_ascii)
{
	const char *p = text, *end = text + len;
	bool ascii = true;
	size_t n;

	while (p < end) {
		if (end - p >= 8 && is_common(p)) {
			p += 8;
			continue;
		}
		n = known_character(p, end);
		if (!n)
			return false;
		ascii = ascii && n == 1;
		p += n;
	}
	*ret_ascii = ascii;
	return true;
}

static char *end_of_line(const struct yaml_quick *q, char *p)
{
	char *end = memchr(p, '\n', (size_t)(q->end - p));

	return end ? end : q->end;
}

static bool is_marker(const char *p, char c)
{
	return p[0] == c && p[1] == c && p[2] == c && yaml_quick_blank(p[3]);
}

bool yaml_quick_next(struct yaml_quick *q)
{
	char *p = q->p;

	for (;; p++, q->line++) {
		q->line_start = p;
		while (*p == ' ')
			p++;
		if (*p == '#') {
			q->commented = true;
			p = end_of_line(q, p);
		}
		if (*p != '\n')
			break;
	}
	q->p = p;
	q->continuation = 0;
	q->column = (int)(p - q->line_start);
	q->marker = q->column == 0 && is_marker(p, '-');
	if (p == q->end || q->marker)
		q->column = -1;
	return *p != '\t' && (q->column != 0 || (*p != '%' && !is_marker(p, '.')));
}

bool yaml_quick_at_end(const char *p)
{
	while (*p == ' ')
		p++;
	return *p == '\n' || *p == '\0' || *p == '#';
}

bool yaml_quick_end_line(struct yaml_quick *q)
{
	char *p = q->p;

	q->commented = false;
	while (*p == ' ')
		p++;
	if (*p == '#' && p > q->p) {
		q->commented = true;
		p = end_of_line(q, p);
	}
	if (*p == '\n') {
		p++;
		q->line++;
	} else if (p < q->end) {
		return false;
	}
	q->p = p;
	return yaml_quick_next(q);
}

/* Many nodes share few tags. */
static const char *keep_tag(struct yaml_reader *r, const char *tag, size_t len)
{
	if (!r->last_tag || strlen(r->last_tag) != len || memcmp(r->last_tag, tag, len) != 0)
		r->last_tag = arena_memdupz(r->build.arena, tag, len);
	return r->last_tag;
}

bool yaml_quick_place(struct yaml_quick *q, struct yaml_place *ret)
{
	char *p = q->p, *start;

	*ret = (struct yaml_place){ .line = q->line, .column = yaml_quick_column(q) };
	while (*p == '!' || *p == '&') {
		for (start = p++; yaml_quick_in_name(*p);)
			p++;
		if (p == start + 1 || !yaml_quick_blank(*p))
			return false;
		if (*start == '&' && !ret->anchor) {
			ret->anchor = start + 1;
			ret->anchor_len = (size_t)(p - ret->anchor);
		} else if (*start == '!' && !ret->tag && (q->r->flags & READ_KEEP_TAGS)) {
			ret->tag = keep_tag(q->r, start, (size_t)(p - start));
		} else {
			return false;
		}
		if (!yaml_quick_at_end(p))
			while (*p == ' ')
				p++;
	}
	q->p = p;
	return true;
}
