/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/hosts.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "tree/read.h"

#include <ctype.h>
#include <string.h>

#define DEFAULT_PORT 3306

/* One host of a text: what is wrong with it, and at which byte. */
struct fault {
	const char *what;
	size_t at;
};

static bool host_char(char c, bool address)
{
	return isalnum((unsigned char)c) || strchr("-._%", c) || (address && c == ':') ||
	       (unsigned char)c >= 0x80;
}

static bool read_port(const char *text, size_t from, size_t len, unsigned *ret, struct fault *f)
{
	unsigned port = 0;

	f->at = from;
	f->what = "expected a port from 1 to 65535";
	for (size_t i = from; i < len; i++) {
		if (!isdigit((unsigned char)text[i]) || port > 65535)
			return false;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	*ret = port;
	return from < len && port > 0 && port <= 65535;
}

/* Finds the host part and where the port begins (SIZE_MAX: there is none). */
static bool split(const char *text, size_t len, size_t *ret_from, size_t *ret_to, size_t *ret_port,
		  struct fault *f)
{
	const char *colon = memchr(text, ':', len), *close;
	bool bare_v6 = colon && memchr(colon + 1, ':', len - (size_t)(colon + 1 - text));

	*ret_from = 0;
	*ret_port = SIZE_MAX;
	if (len && text[0] == '[') {
		close = memchr(text, ']', len);
		*f = (struct fault){ "expected ']' behind the address", len };
		if (!close)
			return false;
		*ret_from = 1;
		*ret_to = (size_t)(close - text);
		f->at = *ret_to + 1;
		f->what = "expected ':' and a port behind ']'";
		if (*ret_to + 1 < len && close[1] != ':')
			return false;
		if (*ret_to + 1 < len)
			*ret_port = *ret_to + 2;
		return true;
	}
	*ret_to = colon && !bare_v6 ? (size_t)(colon - text) : len;
	if (colon && !bare_v6)
		*ret_port = *ret_to + 1;
	return true;
}

static bool parse(const char *text, size_t len, struct host *ret, struct fault *f)
{
	size_t from, to, port;
	bool address, has_port;

	if (len && text[0] == '/') {
		*ret = (struct host){ .socket = xmemdupz(text, len), .name = xmemdupz(text, len) };
		return true;
	}
	if (!split(text, len, &from, &to, &port, f))
		return false;
	address = memchr(text + from, ':', to - from);
	has_port = port != SIZE_MAX;
	*f = (struct fault){ "expected the name or address of a host", from };
	if (to == from)
		return false;
	for (size_t i = from; i < to; i++) {
		f->at = i;
		if (!host_char(text[i], address))
			return false;
	}
	ret->port = DEFAULT_PORT;
	if (has_port && !read_port(text, port, len, &ret->port, f))
		return false;
	ret->host = xmemdupz(text + from, to - from);
	if (ret->port == DEFAULT_PORT)
		ret->name = xstrdup(ret->host);
	else
		ret->name = address ? xasprintf("[%s]:%u", ret->host, ret->port)
				    : xasprintf("%s:%u", ret->host, ret->port);
	return true;
}

static void host_release(struct host *h)
{
	free(h->name);
	free(h->host);
	free(h->socket);
}

/* Takes *one; -1 if it is there already. */
static int add(struct hosts *h, struct host *one)
{
	if (hosts_find(h, one->name)) {
		host_release(one);
		return -1;
	}
	ALLOC_GROW(h->items, h->len + 1, h->alloc);
	h->items[h->len++] = *one;
	return 0;
}

/* Adds one host of a text. False with *f set. */
static bool add_text(struct hosts *h, const char *text, size_t len, struct fault *f)
{
	struct host one = { 0 };

	if (!parse(text, len, &one, f))
		return false;
	f->at = 0;
	if (h->len >= LIMIT_INSTANCES) {
		host_release(&one);
		f->what = "there are more hosts than this program takes";
		return false;
	}
	f->what = "this host is in the list already";
	return add(h, &one) == 0;
}

static void trim(const char **text, size_t *len)
{
	while (*len && isspace((unsigned char)**text)) {
		(*text)++;
		(*len)--;
	}
	while (*len && isspace((unsigned char)(*text)[*len - 1]))
		(*len)--;
}

int hosts_add_list(struct hosts *h, const char *list, const char *what, struct error *err)
{
	struct fault f;

	for (const char *at = list;;) {
		size_t part = strcspn(at, ","), len = part;
		const char *text = at;

		trim(&text, &len);
		if (!add_text(h, text, len, &f)) {
			error_set(err, ERR_USAGE, "option '%s': '%.*s': %s", what, (int)len, text,
				  f.what);
			error_hint(err, "write hosts as h1,h2:3307,[::1]:3306");
			return -ERR_USAGE;
		}
		at += part;
		if (*at++ == '\0')
			return 0;
	}
}

int hosts_add_node(struct hosts *h, const struct node *list, struct error *err)
{
	struct fault f;

	if (list->kind != NODE_SEQ)
		return error_set_at(err, ERR_INVALID, &list->pos,
				    "expected a list of hosts, got %s", node_kind_name(list));
	for (size_t i = 0; i < list->len; i++) {
		const struct node *n = list->items[i];

		if (n->kind != NODE_STRING)
			return error_set_at(err, ERR_INVALID, &n->pos,
					    "expected the name of a host, got %s",
					    node_kind_name(n));
		if (!add_text(h, n->text, n->len, &f))
			return error_set_at(err, ERR_INVALID, &n->pos, "'%s': %s", n->text,
					    f.what);
	}
	return 0;
}

static int add_yaml(struct hosts *h, const char *text, size_t len, const char *name,
		    struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	struct documents docs = { 0 };

	if (tree_read(a, text, len, name, 0, &docs, err) < 0)
		return -err->class;
	for (size_t i = 0; i < docs.len; i++)
		if (hosts_add_node(h, docs.items[i], err) < 0)
			return -err->class;
	return 0;
}

static int add_line(struct hosts *h, const char *line, size_t len, const char *name,
		    uint32_t number, struct error *err)
{
	const char *comment = memchr(line, '#', len), *text = line;
	struct fault f = { 0 };

	if (comment)
		len = (size_t)(comment - line);
	trim(&text, &len);
	if (len == 0 || add_text(h, text, len, &f))
		return 0;
	return error_set_at(err, ERR_INVALID,
			    &(struct pos){ .file = name,
					   .line = number,
					   .column = (uint32_t)utf8_count(
							     line, (size_t)(text - line) + f.at) +
						     1 },
			    "'%.*s': %s", (int)len, text, f.what);
}

/* The first character that is neither blank nor in a comment; NUL if there is none. */
static char first_char(const char *text, size_t len)
{
	bool comment = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			comment = false;
		else if (text[i] == '#')
			comment = true;
		else if (!comment && !isspace((unsigned char)text[i]))
			return text[i];
	}
	return '\0';
}

int hosts_add_file(struct hosts *h, const char *text, size_t len, const char *name,
		   struct error *err)
{
	const char *end = text + len, *eol;
	char first = first_char(text, len);
	size_t before = h->len;
	uint32_t number = 0;

	/* An address in brackets begins a line too, and a YAML flow list holds a comma or ends. */
	if (first == '-' || (first == '[' && memchr(text, ',', len)))
		return add_yaml(h, text, len, name, err);
	for (; text < end; text = eol + (eol < end)) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol)
			eol = end;
		if (add_line(h, text, (size_t)(eol - text), name, ++number, err) < 0)
			return -ERR_INVALID;
	}
	if (h->len > before)
		return 0;
	return error_set_at(err, ERR_INVALID, &(struct pos){ .file = name, .line = 1, .column = 1 },
			    "there is no host in this file");
}

const struct host *hosts_find(const struct hosts *h, const char *name)
{
	const char *colon = strrchr(name, ':');
	const char *standard = colon && strcmp(colon + 1, "3306") == 0 ? colon : NULL;

	for (size_t i = 0; i < h->len; i++) {
		const struct host *one = &h->items[i];

		if (strcmp(one->name, name) == 0 ||
		    (standard && one->port == DEFAULT_PORT &&
		     strncmp(one->name, name, (size_t)(standard - name)) == 0 &&
		     strlen(one->name) == (size_t)(standard - name)))
			return one;
	}
	return NULL;
}

void hosts_release(struct hosts *h)
{
	for (size_t i = 0; i < h->len; i++)
		host_release(&h->items[i]);
	free(h->items);
	*h = (struct hosts)HOSTS_INIT;
}
