/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/scan.h"

#include "base/utf8.h"

struct pos place_of(struct place *p, const char *at)
{
	const char *newline;

	if (at < p->at)
		*p = place_begin(p->text, p->file);
	while ((newline = memchr(p->at, '\n', (size_t)(at - p->at)))) {
		p->at = newline + 1;
		p->line++;
		p->column = 1;
	}
	p->column += (uint32_t)utf8_count(p->at, (size_t)(at - p->at));
	p->at = at;
	return (struct pos){ .line = p->line, .column = p->column, .file = p->file };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* \x41 \u00e9 \U0001f600 \101 */
static bool unescape_digits(const char **at, const char *end, struct strbuf *out, uint32_t *ret)
{
	char letter = **at;
	bool point = letter == 'u' || letter == 'U';
	int base = point || letter == 'x' ? 16 : 8;
	int count = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 3;
	uint32_t value = 0;

	*at += base == 16;
	for (int i = 0; i < count; i++, (*at)++) {
		int digit = *at < end ? hex_digit(**at) : -1;

		if (digit < 0 || digit >= base)
			return false;
		value = value * (uint32_t)base + (uint32_t)digit;
	}
	if (value > 0x10ffff || (!point && value > 255))
		return false;
	if (point)
		strbuf_add_utf8(out, value);
	else
		strbuf_addch(out, (char)value);
	*ret = value;
	return true;
}

bool scan_unescape(const char **at, const char *end, char quote, struct strbuf *out,
		   uint32_t *ret)
{
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	const char *hit;

	if (*at == end)
		return false;
	hit = **at ? strchr(from, **at) : NULL;
	if (!hit && **at != quote)
		return unescape_digits(at, end, out, ret);
	*ret = (unsigned char)(hit ? to[hit - from] : quote);
	strbuf_addch(out, (char)*ret);
	(*at)++;
	return true;
}
