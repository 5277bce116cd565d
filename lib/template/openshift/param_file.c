/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/param_file.h"

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strmap.h"
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

struct span {
	const char *start;
	size_t len;
};

static struct span trim(struct span s, const char *blanks)
{
	while (s.len > 0 && strchr(blanks, s.start[0]) && s.start[0])
		s.start++, s.len--;
	while (s.len > 0 && strchr(blanks, s.start[s.len - 1]) && s.start[s.len - 1])
		s.len--;
	return s;
}

bool param_name_valid(const char *name, size_t len)
{
	if (len == 0 || (name[0] >= '0' && name[0] <= '9'))
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'))
			return false;
	}
	return !(len == 1 && name[0] == '.') && !(len >= 2 && name[0] == '.' && name[1] == '.');
}

static size_t count(struct span s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.start[i] == c;
	return n;
}

/*
 * Takes comments off, as godotenv does: the line is cut at every "#"; a piece with exactly one
 * quote of a kind opens or closes quotes, and what lies between is kept.
 */
static struct span strip_comment(struct span line, struct strbuf *scratch)
{
	bool open = false, kept_any = false;
	const char *end = line.start + line.len;

	if (!memchr(line.start, '#', line.len))
		return line;
	for (const char *p = line.start;; p++) {
		const char *hash = memchr(p, '#', (size_t)(end - p));
		struct span piece = { p, (size_t)((hash ? hash : end) - p) };
		unsigned times = 0;

		if (count(piece, '"') == 1 || count(piece, '\'') == 1) {
			times += open;
			open = !open;
		}
		times += (!kept_any && times == 0) || open;
		for (; times > 0; times--) {
			if (kept_any)
				strbuf_addch(scratch, '#');
			strbuf_add(scratch, piece.start, piece.len);
			kept_any = true;
		}
		if (!hash)
			break;
		p = hash;
	}
	return (struct span){ scratch->buf, scratch->len };
}

static void unquote(struct span value, struct strbuf *out)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.start[i];

		if (c == '\\' && i + 1 < value.len) {
			c = value.start[++i];
			c = (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c);
		}
		strbuf_addch(out, c);
	}
}

static struct span parse_value(struct span value, struct strbuf *scratch)
{
	char first;

	value = trim(value, " ");
	if (value.len < 2)
		return value;
	first = value.start[0];
	if (first != value.start[value.len - 1] || (first != '"' && first != '\''))
		return value;
	unquote((struct span){ value.start + 1, value.len - 2 }, scratch);
	return (struct span){ scratch->buf, scratch->len };
}

/* Where the name ends: at the first "=" or ":". NULL: neither is there. */
static const char *find_separator(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.start[i] == '=' || line.start[i] == ':')
			return line.start + i;
	return NULL;
}

struct reader {
	struct arena *arena;
	const char *file;
	uint32_t line;
	struct strmap by_name; /* name -> index of its item, plus 1 */
	struct param_assignment *items;
	size_t len, alloc;
};

static void reader_release(struct reader *r)
{
	strmap_release(&r->by_name);
	free(r->items);
}

static struct pos position(const struct reader *r, const char *line, const char *at)
{
	return (struct pos){ .file = r->file, .line = r->line,
			     .column = (uint32_t)utf8_count(line, (size_t)(at - line)) + 1 };
}

/* Where the name begins in the line as it stands in the file. */
static struct pos name_position(const struct reader *r, struct span line)
{
	const char *end = line.start + line.len;
	const char *at = line.start;

	if (line.len > 6 && memcmp(at, "export", 6) == 0)
		at += 6;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return position(r, line.start, at);
}

static int bad_name(const struct reader *r, struct span line, struct span name, struct error *err)
{
	struct pos pos = name_position(r, line);

	error_set_at(err, ERR_INVALID, &pos, "'%.*s' is no name of a parameter", (int)name.len,
		     name.start);
	error_hint(err, "names are letters, digits, '_', '-' and '.', and begin with no digit");
	return -ERR_INVALID;
}

/* The last value of a name stays, in the place of the first. */
static void store(struct reader *r, struct span name, struct span value, struct pos pos)
{
	uintptr_t index = (uintptr_t)strmap_get(&r->by_name, name.start, name.len);
	struct param_assignment made = {
		.name = arena_memdupz(r->arena, name.start, name.len),
		.value = arena_memdupz(r->arena, value.start, value.len),
		.value_len = value.len,
		.pos = pos,
	};

	if (index == 0) {
		ALLOC_GROW(r->items, r->len + 1, r->alloc);
		index = ++r->len;
		strmap_put(&r->by_name, made.name, name.len, (void *)index);
	}
	r->items[index - 1] = made;
}

static int read_line(struct reader *r, struct span line, struct error *err)
{
	cleanup_strbuf struct strbuf stripped = STRBUF_INIT, unquoted = STRBUF_INIT;
	struct span visible = trim(line, " \n\t");
	struct span text, name, value;
	const char *separator;

	if (visible.len == 0 || visible.start[0] == '#')
		return 0;
	text = strip_comment(line, &stripped);
	separator = find_separator(text);
	if (!separator) {
		struct pos pos = position(r, line.start, visible.start);

		error_set_at(err, ERR_INVALID, &pos, "the line has no '=' behind a name");
		error_hint(err, "write NAME=VALUE; '#' begins a comment");
		return -ERR_INVALID;
	}
	name = (struct span){ text.start, (size_t)(separator - text.start) };
	if (name.len >= 6 && memcmp(name.start, "export", 6) == 0)
		name = (struct span){ name.start + 6, name.len - 6 };
	name = trim(name, " ");
	value = (struct span){ separator + 1,
			       text.len - (size_t)(separator + 1 - text.start) };
	value = parse_value(value, &unquoted);
	if (!param_name_valid(name.start, name.len))
		return bad_name(r, line, name, err);
	store(r, name, value, name_position(r, line));
	return 0;
}

int param_file_read(struct arena *a, const char *text, size_t len, const char *file,
		    struct param_assignments *ret, struct error *err)
{
	__attribute__((cleanup(reader_release))) struct reader r = {
		.arena = a, .file = arena_strdup(a, file)
	};
	const char *end = text + len;

	for (const char *p = text; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		struct span line = { p, (size_t)((newline ? newline : end) - p) };

		r.line++;
		p = newline ? newline + 1 : end;
		if (line.len > 0 && line.start[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0 && read_line(&r, line, err) < 0)
			return -ERR_INVALID;
	}
	ret->len = r.len;
	ret->items = arena_alloc(a, sizeof(*ret->items) * (r.len + 1));
	if (r.len > 0)
		memcpy(ret->items, r.items, sizeof(*ret->items) * r.len);
	return 0;
}
