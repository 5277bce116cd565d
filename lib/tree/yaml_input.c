/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "tree/read.h"

/* libyaml compares each %TAG line with all before it. */
#define MAX_TAG_LINES 1000

/* Private use characters, which nobody has in a manifest; but it is made sure of. */
#define FIRST_PRIVATE 0xe100
#define LAST_PRIVATE  0xf8fe

static bool is_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

size_t yaml_reference_length(const char *p, const char *end)
{
	const char *q = p + 2, *name;
	size_t brackets = 1;

	if (end - p < 2 || p[0] != '$' || p[1] != '{')
		return 0;
	if (q < end && *q == '{') {
		q++;
		brackets = 2;
	}
	for (name = q; q < end && is_name(*q);)
		q++;
	if (q == name || (size_t)(end - q) < brackets || memcmp(q, "}}", brackets) != 0)
		return 0;
	return (size_t)(q - p) + brackets;
}

static const char *next_reference(const char *p, const char *end, size_t *ret_len)
{
	while ((p = memchr(p, '$', (size_t)(end - p)))) {
		*ret_len = yaml_reference_length(p, end);
		if (*ret_len)
			return p;
		p++;
	}
	return NULL;
}

/* Neither the character nor an escape that could make it stands in the text. */
static bool is_unused(const struct yaml_input *in, uint32_t c, const char *utf8)
{
	char hex[8];
	const char *p = in->text, *end = p + in->len;

	if (memmem(in->text, in->len, utf8, 3))
		return false;
	snprintf(hex, sizeof(hex), "%04x", c);
	while ((p = memmem(p, (size_t)(end - p), "\\", 1))) {
		for (p++; p < end - 3 && p[0] != '\\' && p[0] != '"' && p[0] != '\n'; p++)
			if (strncasecmp(p, hex, 4) == 0)
				return false;
	}
	return true;
}

static void choose(const struct yaml_input *in, uint32_t *c, char *ret_utf8)
{
	do {
		++*c;
		snprintf(ret_utf8, 4, "%c%c%c", (int)(0xe0 | *c >> 12),
			 (int)(0x80 | (*c >> 6 & 0x3f)), (int)(0x80 | (*c & 0x3f)));
	} while (*c < LAST_PRIVATE && !is_unused(in, *c, ret_utf8));
}

/* Appends a reference with its brackets replaced. */
static void add_reference(struct yaml_input *in, struct strbuf *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] == '{')
			strbuf_add(out, in->open, 3);
		else if (p[i] == '}')
			strbuf_add(out, in->close, 3);
		else
			strbuf_addch(out, p[i]);
}

static void replace_references(struct yaml_input *in)
{
	const char *p = in->text, *end = p + in->len, *q;
	struct strbuf out = STRBUF_INIT;
	uint32_t c = FIRST_PRIVATE;
	size_t len;

	q = next_reference(p, end, &len);
	if (!q)
		return;
	choose(in, &c, in->open);
	choose(in, &c, in->close);
	strbuf_grow(&out, in->len + in->len / 8);
	for (; q; q = next_reference(p, end, &len)) {
		strbuf_add(&out, p, (size_t)(q - p));
		add_reference(in, &out, q, len);
		p = q + len;
	}
	strbuf_add(&out, p, (size_t)(end - p));
	strbuf_release(&in->storage);
	in->storage = out;
	in->text = out.buf;
	in->len = out.len;
}

static void replace_invalid(struct yaml_input *in)
{
	const char *p = in->text, *end = p + in->len;
	size_t n;

	if (utf8_valid(in->text, in->len))
		return;
	strbuf_grow(&in->storage, in->len + 64);
	for (; p < end; p += n ? n : 1) {
		n = utf8_sequence(p, end);
		if (n)
			strbuf_add(&in->storage, p, n);
		else
			strbuf_add(&in->storage, "\xef\xbf\xbd", 3);
	}
	in->text = in->storage.buf;
	in->len = in->storage.len;
}

static bool too_many_tag_lines(const struct yaml_input *in)
{
	const char *p = in->text, *end = p + in->len;
	size_t count = 0;

	while (count <= MAX_TAG_LINES && (p = memchr(p, '%', (size_t)(end - p)))) {
		if ((p == in->text || p[-1] == '\n' || p[-1] == '\r') && end - p >= 4 &&
		    memcmp(p, "%TAG", 4) == 0)
			count++;
		p++;
	}
	return count > MAX_TAG_LINES;
}

int yaml_input_init(struct yaml_input *in, const char *text, size_t len, unsigned flags,
		    const char *file, struct error *err)
{
	struct pos pos = { 1, 1, file };

	if (len > LIMIT_INPUT_BYTES)
		return error_set_at(err, ERR_LIMIT, &pos, "cannot read YAML: more than %zu bytes",
				    LIMIT_INPUT_BYTES);
	in->text = text;
	in->len = len;
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
		in->utf16 = true;
		return 0;
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		in->text += 3;
		in->len -= 3;
	}
	if (flags & READ_UTF8_REPLACE)
		replace_invalid(in);
	if (flags & READ_FLOW_REFS)
		replace_references(in);
	if (too_many_tag_lines(in))
		return error_set_at(err, ERR_LIMIT, &pos,
				    "cannot read YAML: more than %d %%TAG lines", MAX_TAG_LINES);
	in->at = in->text;
	return 0;
}

void yaml_input_release(struct yaml_input *in)
{
	strbuf_release(&in->storage);
}

const char *yaml_input_seek(struct yaml_input *in, size_t index)
{
	const char *end = in->text + in->len;

	if (index < in->at_index) {
		in->at = in->text;
		in->at_index = 0;
	}
	while (in->at_index < index && in->at < end) {
		do
			in->at++;
		while (in->at < end && ((unsigned char)*in->at & 0xc0) == 0x80);
		in->at_index++;
	}
	return in->at;
}

bool yaml_input_replaced(const struct yaml_input *in, const char *text, size_t len)
{
	return in->open[0] && memmem(text, len, in->open, 3);
}

size_t yaml_input_restore(const struct yaml_input *in, char *text, size_t len)
{
	const char *p = text, *end = text + len;
	char *to = text;

	while (p < end) {
		bool opens = end - p >= 3 && memcmp(p, in->open, 3) == 0;

		if (opens || (end - p >= 3 && memcmp(p, in->close, 3) == 0)) {
			*to++ = opens ? '{' : '}';
			p += 3;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

void yaml_input_locate(const struct yaml_input *in, size_t offset, struct pos *pos)
{
	size_t start = 0;

	if (offset > in->len)
		offset = in->len;
	pos->line = 1;
	for (size_t i = 0; i < offset; i++)
		if (in->text[i] == '\n') {
			pos->line++;
			start = i + 1;
		}
	pos->column = (uint32_t)utf8_count(in->text + start, offset - start) + 1;
}
