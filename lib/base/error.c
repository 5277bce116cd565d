/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"

static char *__attribute__((format(printf, 1, 0))) format(const char *fmt, va_list ap)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_vaddf(&sb, fmt, ap);
	return strbuf_detach(&sb, NULL);
}

static void __attribute__((format(printf, 3, 0)))
error_fill(struct error *err, enum error_class class, const char *fmt, va_list ap)
{
	assert(err->class == 0);
	*err = (struct error){ .class = (int)class, .message = format(fmt, ap) };
}

int error_set(struct error *err, enum error_class class, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_fill(err, class, fmt, ap);
	va_end(ap);
	return -(int)class;
}

int error_set_at(struct error *err, enum error_class class, const struct pos *pos, const char *fmt,
		 ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_fill(err, class, fmt, ap);
	va_end(ap);
	error_locate(err, pos);
	return -(int)class;
}

int error_set_errno(struct error *err, int errnum, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	assert(err->class == 0);
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	strbuf_addf(&sb, ": %s", strerror(errnum));
	*err = (struct error){ .class = ERR_IO, .message = strbuf_detach(&sb, NULL) };
	return -ERR_IO;
}

void error_hint(struct error *err, const char *fmt, ...)
{
	va_list ap;

	assert(err->class != 0);
	free(err->hint);
	va_start(ap, fmt);
	err->hint = format(fmt, ap);
	va_end(ap);
}

void error_locate(struct error *err, const struct pos *pos)
{
	assert(err->class != 0);
	if (err->file || !pos || !pos->line)
		return;
	err->file = xstrdup(pos->file ? pos->file : "-");
	err->line = pos->line;
	err->column = pos->column;
}

void error_wrap(struct error *err, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	assert(err->class != 0);
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	strbuf_addf(&sb, ": %s", err->message);
	free(err->message);
	err->message = strbuf_detach(&sb, NULL);
}

void error_release(struct error *err)
{
	free(err->file);
	free(err->message);
	free(err->hint);
	*err = (struct error)ERROR_INIT;
}

int error_exit_code(int class)
{
	if (class < 0)
		class = -class;
	return class <= ERR_HALF_DONE ? class : 1;
}

bool error_list_is_full(const struct error_list *list)
{
	return list->errors >= LIMIT_DIAGNOSTICS;
}

/* Puts the last warning or note aside; false if there is none. */
static bool make_room(struct error_list *list)
{
	size_t i = list->len;

	while (i > 0 && list->items[i - 1].severity == SEVERITY_ERROR)
		i--;
	if (i == 0)
		return false;
	ALLOC_GROW(list->displaced, list->displaced_len + 1, list->displaced_alloc);
	list->displaced[list->displaced_len++] =
		(struct displaced){ .error = list->items[i - 1], .at = i - 1 };
	memmove(&list->items[i - 1], &list->items[i], (list->len - i) * sizeof(*list->items));
	list->len--;
	return true;
}

/* The last one that was put aside comes back, and the error that displaced it goes. */
static void undo_displacement(struct error_list *list)
{
	const struct displaced *d = &list->displaced[--list->displaced_len];
	struct error *to = &list->items[d->at];

	error_release(&list->items[list->len - 1]);
	memmove(to + 1, to, (list->len - 1 - d->at) * sizeof(*to));
	*to = d->error;
}

void error_list_take(struct error_list *list, struct error *err)
{
	assert(err->class != 0);
	if (err->severity == SEVERITY_ERROR)
		list->errors++;
	if (list->len >= LIMIT_DIAGNOSTICS) {
		list->dropped++;
		if (err->severity != SEVERITY_ERROR || !make_room(list)) {
			error_release(err);
			return;
		}
	}
	ALLOC_GROW(list->items, list->len + 1, list->alloc);
	list->items[list->len++] = *err;
	*err = (struct error)ERROR_INIT;
}

void error_list_release(struct error_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		error_release(&list->items[i]);
	for (size_t i = 0; i < list->displaced_len; i++)
		error_release(&list->displaced[i].error);
	free(list->items);
	free(list->displaced);
	*list = (struct error_list)ERROR_LIST_INIT;
}

struct error_list_mark error_list_mark(const struct error_list *list)
{
	return (struct error_list_mark){ .len = list->len,
					 .errors = list->errors,
					 .dropped = list->dropped,
					 .displaced = list->displaced_len };
}

bool error_list_grew(const struct error_list *list, const struct error_list_mark *mark)
{
	return list->len > mark->len || list->dropped > mark->dropped;
}

void error_list_cut(struct error_list *list, const struct error_list_mark *mark)
{
	/* Once the list is full, every error that it takes displaces something. */
	while (list->displaced_len > mark->displaced)
		undo_displacement(list);
	while (list->len > mark->len)
		error_release(&list->items[--list->len]);
	list->errors = mark->errors;
	list->dropped = mark->dropped;
}
