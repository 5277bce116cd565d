/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tree/keys.h"
#include "tree/number.h"
#include "tree/order.h"
#include "tree/resolve.h"
#include "tree/yaml_time.h"

struct kyaml_writer {
	struct strbuf *out;
	struct order order;
	unsigned flags;
};

static void indent(struct kyaml_writer *w, size_t level)
{
	strbuf_addchars(w->out, ' ', level * 2);
}

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool equal_ignoring_case(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

static bool is_ambiguous_word(const char *text, size_t len)
{
	static const char *const words[] = { "null",	 "~",	      "true",	  "false", "yes",
					     "no",	 "y",	      "n",	  "on",	   "off",
					     "t",	 "f",	      ".inf",	  "-.inf", "+.inf",
					     ".nan",	 "nan",	      "inf",	  "+inf",  "-inf",
					     "infinity", "+infinity", "-infinity" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (equal_ignoring_case(text, len, words[i]))
			return true;
	return false;
}

/* Hexadecimal floats, which Go takes for numbers as well: 0x1p-2. */
static bool is_hex_float(const char *text, size_t len)
{
	cleanup_free char *copy = xmemdupz(text, len);
	char *end, *from = copy, *to = copy;

	for (; *from; from++)
		if (*from != '_')
			*to++ = *from;
	*to = '\0';
	from = copy + (*copy == '-' || *copy == '+');
	if (from[0] != '0' || (from[1] | 0x20) != 'x' || !strpbrk(from, "pP"))
		return false;
	strtod(copy, &end);
	return *end == '\0';
}

/* _1 and 1_ are numbers once the underscores are left out. */
static bool is_number_without_underscores(const char *text, size_t len)
{
	cleanup_free char *copy = xmalloc(len + 1);
	enum resolved_kind kind;
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '_')
			copy[n++] = text[i];
	copy[n] = '\0';
	if (is_ambiguous_word(copy, n) && strpbrk(copy, "iInN"))
		return equal_ignoring_case(copy, n, "nan") || strcasestr(copy, "inf");
	kind = yaml_resolve(copy, n).kind;
	return kind == RESOLVED_INT || kind == RESOLVED_FLOAT;
}

/* Most keys begin with a letter that neither a word of the list nor a number begins with. */
static bool cannot_be_ambiguous(const char *text)
{
	return is_letter_or_digit(text[0]) && !(text[0] >= '0' && text[0] <= '9') &&
	       !strchr("yntfoi", text[0] | 0x20);
}

/* True if some reader of YAML could take the text for something else than a string. */
static bool is_ambiguous(const char *text, size_t len)
{
	if (cannot_be_ambiguous(text))
		return false;
	return is_ambiguous_word(text, len) || is_number_without_underscores(text, len) ||
	       is_hex_float(text, len) || yaml_is_base60(text, len) || yaml_is_time(text, len);
}

/* A key goes without quotes if it holds letters, digits and _ only, or - . / within. */
static bool key_needs_quotes(const char *text, size_t len)
{
	size_t n;

	if (!len)
		return true;
	for (size_t i = 0; i < len; i += n) {
		const char c = text[i];

		n = 1;
		if (is_letter_or_digit(c) || c == '_')
			continue;
		if (i > 0 && i + 1 < len && (c == '-' || c == '.' || c == '/'))
			continue;
		n = utf8_sequence(text + i, text + len);
		if (n < 2 || !unicode_is_letter(utf8_decode(text + i, &n)))
			return true;
	}
	return is_ambiguous(text, len);
}

/* Blanks of all kinds and characters without a picture are escaped. */
static bool is_graphic(uint32_t c)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f;
	if (c < 0xa1 || c == 0xad || c == 0x1680 || c == 0x180e || c == 0x3000)
		return false;
	if ((c >= 0x600 && c <= 0x605) || c == 0x61c || c == 0x6dd || c == 0x70f)
		return false;
	if ((c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
	    (c >= 0x205f && c <= 0x206f))
		return false;
	if ((c >= 0xd800 && c <= 0xf8ff) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb))
		return false;
	return (c & 0xfffe) != 0xfffe && c < 0xe0000;
}

static void add_escape(struct kyaml_writer *w, uint32_t c)
{
	static const char from[] = "\a\b\f\n\r\t\v\x1b";
	static const char letters[] = "abfnrtve";
	const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;

	if (at)
		strbuf_addf(w->out, "\\%c", letters[at - from]);
	else if (c == 0)
		strbuf_addstr(w->out, "\\0");
	else if (c == 0x85)
		strbuf_addstr(w->out, "\\N");
	else if (c == 0xa0)
		strbuf_addstr(w->out, "\\_");
	else if (c == 0x2028)
		strbuf_addstr(w->out, "\\L");
	else if (c == 0x2029)
		strbuf_addstr(w->out, "\\P");
	else
		strbuf_addf(w->out, c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

/* One character within double quotes. */
static void add_character(struct kyaml_writer *w, const char *p, size_t len, bool tabs)
{
	uint32_t c = len ? utf8_decode(p, &len) : 0xfffd;

	if (c == '\t' && tabs)
		strbuf_addch(w->out, '\t');
	else if (c == '"' || c == '\\')
		strbuf_addf(w->out, "\\%c", (int)c);
	else if (len && is_graphic(c))
		strbuf_add(w->out, p, len);
	else
		add_escape(w, c);
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* All that stands up to the next line end. Returns where that is. */
static const char *add_run(struct kyaml_writer *w, const char *p, const char *end, bool tabs)
{
	const char *run;
	size_t n;

	while (p < end && *p != '\n') {
		for (run = p; p < end && is_plain(*p);)
			p++;
		strbuf_add(w->out, run, (size_t)(p - run));
		if (p == end || *p == '\n')
			break;
		n = utf8_sequence(p, end);
		add_character(w, p, n, tabs);
		p += n ? n : 1;
	}
	return p;
}

/* Text on one line. Tabs stay as they are in values, but not in keys. */
static void write_quoted(struct kyaml_writer *w, const char *text, size_t len, bool tabs)
{
	const char *p = text, *end = text + len;

	strbuf_addch(w->out, '"');
	while ((p = add_run(w, p, end, tabs)) < end)
		add_character(w, p++, 1, false);
	strbuf_addch(w->out, '"');
}

/*
 * Text with line ends: one line of output for each, behind "\ and an indentation that the reader
 * drops; one more column holds a backslash where the line itself begins with a blank.
 */
static void write_lines(struct kyaml_writer *w, const char *text, size_t len, size_t level)
{
	const char *p = text, *end = text + len;

	strbuf_addstr(w->out, "\"\\\n");
	while (p < end) {
		indent(w, level);
		strbuf_addch(w->out, *p == ' ' || *p == '\t' ? '\\' : ' ');
		p = add_run(w, p, end, true);
		strbuf_addstr(w->out, p < end ? "\\n\\\n" : "\\\n");
		p += p < end;
	}
	indent(w, level);
	strbuf_addch(w->out, '"');
}

static void write_string(struct kyaml_writer *w, const struct node *n, size_t level)
{
	if (memchr(n->text, '\n', n->len))
		write_lines(w, n->text, n->len, level + 1);
	else
		write_quoted(w, n->text, n->len, true);
}

static void write_key(struct kyaml_writer *w, const struct node *key)
{
	if (key_needs_quotes(key->text, key->len))
		write_quoted(w, key->text, key->len, false);
	else
		strbuf_add(w->out, key->text, key->len);
}

static void write_node(struct kyaml_writer *w, const struct node *n, size_t level);

static bool is_cuddled(const struct node *n)
{
	for (size_t i = 0; i < n->len; i++)
		if (n->items[i]->kind != NODE_SEQ && n->items[i]->kind != NODE_MAP)
			return false;
	return true;
}

static void write_seq(struct kyaml_writer *w, const struct node *n, size_t level)
{
	const bool cuddled = is_cuddled(n);

	strbuf_addch(w->out, '[');
	for (size_t i = 0; i < n->len; i++) {
		if (cuddled) {
			if (i)
				strbuf_addstr(w->out, ", ");
			write_node(w, n->items[i], level);
			continue;
		}
		strbuf_addch(w->out, '\n');
		indent(w, level + 1);
		write_node(w, n->items[i], level + 1);
		strbuf_addch(w->out, ',');
	}
	if (!cuddled) {
		strbuf_addch(w->out, '\n');
		indent(w, level);
	}
	strbuf_addch(w->out, ']');
}

static void write_map(struct kyaml_writer *w, const struct node *n, size_t level)
{
	size_t at;

	if (!n->len) {
		strbuf_addstr(w->out, "{}");
		return;
	}
	at = order_begin(&w->order, n);
	strbuf_addstr(w->out, "{\n");
	for (size_t i = 0; i < n->len; i++) {
		struct entry e = order_entry(&w->order, n, at, i);

		indent(w, level + 1);
		write_key(w, e.key);
		strbuf_addstr(w->out, ": ");
		write_node(w, e.value, level + 1);
		strbuf_addstr(w->out, ",\n");
	}
	indent(w, level);
	strbuf_addch(w->out, '}');
	order_end(&w->order, at);
}

static void write_number(struct kyaml_writer *w, const struct node *n)
{
	if (w->flags & WRITE_GO_NUMBERS) {
		tree_write_go_number(w->out, n->text, n->len);
		return;
	}
	if (number_is_beyond_double(n->text, n->len))
		strbuf_addstr(w->out, "!!float ");
	strbuf_add(w->out, n->text, n->len);
}

static void write_node(struct kyaml_writer *w, const struct node *n, size_t level)
{
	switch (n->kind) {
	case NODE_NULL:
		strbuf_addstr(w->out, "null");
		break;
	case NODE_BOOL:
		strbuf_addstr(w->out, n->boolean ? "true" : "false");
		break;
	case NODE_NUMBER:
		write_number(w, n);
		break;
	case NODE_SEQ:
		write_seq(w, n, level);
		break;
	case NODE_MAP:
		write_map(w, n, level);
		break;
	default:
		write_string(w, n, level);
	}
}

void tree_write_kyaml(struct strbuf *out, const struct node *n, unsigned flags)
{
	struct kyaml_writer w = { .out = out, .flags = flags };

	w.order.compare = flags & WRITE_SORT_KEYS ? key_compare_bytes : NULL;
	strbuf_addstr(out, "---\n");
	write_node(&w, n, 0);
	strbuf_addch(out, '\n');
	order_release(&w.order);
}
