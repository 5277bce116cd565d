/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/value.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/suggest.h"

bool boolean_parse(const char *text, bool *ret)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
			*ret = strcmp(text, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

/* Microseconds of one unit at *p, which moves behind it; 0 if there is none. */
static int64_t duration_unit(const char **p)
{
	static const struct {
		const char *name;
		int64_t us;
	} units[] = {
		/* "ms" before "m" */
		{ "ms", 1000 },	       { "us", 1 },	    { "\xc2\xb5s", 1 },
		{ "h", 3600000000LL }, { "m", 60000000LL }, { "s", 1000000LL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strncmp(*p, units[i].name, strlen(units[i].name)) == 0) {
			*p += strlen(units[i].name);
			return units[i].us;
		}
	}
	return 0;
}

/* One "NUMBER UNIT" at *p, added to *total (microseconds). */
static bool duration_part(const char **p, int64_t *total)
{
	int64_t whole = 0, fraction = 0, scale = 1, unit, part;
	bool digits = false;

	for (; isdigit((unsigned char)**p); (*p)++, digits = true) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, **p - '0', &whole))
			return false;
	}
	if (**p == '.') {
		for ((*p)++; isdigit((unsigned char)**p); (*p)++, digits = true) {
			if (scale >= 1000000) /* finer than what is kept */
				continue;
			fraction = fraction * 10 + (**p - '0');
			scale *= 10;
		}
	}
	unit = duration_unit(p);
	if (!digits || !unit || __builtin_mul_overflow(whole, unit, &part) ||
	    __builtin_add_overflow(part, fraction * unit / scale, &part))
		return false;
	return !__builtin_add_overflow(*total, part, total);
}

bool duration_parse(const char *text, int64_t *ret)
{
	int64_t total = 0;

	if (!*text)
		return false;
	if (strspn(text, "0123456789") == strlen(text)) {
		errno = 0;
		total = strtoll(text, NULL, 10);
		if (errno || __builtin_mul_overflow(total, 1000, ret))
			return false;
		return true;
	}
	while (*text) {
		if (!duration_part(&text, &total))
			return false;
	}
	*ret = total / 1000;
	return true;
}

static bool integer_parse(const char *text, int64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-' || text[0] == '+']))
		return false;
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return !errno && !*end;
}

static int set_integer(const struct option_spec *o, int64_t *member, const char *text,
		       struct error *err)
{
	bool bounded = o->minimum || o->maximum;
	int64_t n;

	if (integer_parse(text, &n) && (!bounded || (n >= o->minimum && n <= o->maximum))) {
		*member = n;
		return 0;
	}
	if (!bounded)
		return error_set(err, ERR_USAGE, "option '--%s': expected a whole number, got '%s'",
				 o->long_name, text);
	return error_set(err, ERR_USAGE,
			 "option '--%s': expected a whole number from %" PRId64 " to %" PRId64
			 ", got '%s'",
			 o->long_name, o->minimum, o->maximum, text);
}

static int set_choice(const struct option_spec *o, int *member, const char *text, struct error *err)
{
	cleanup_strbuf struct strbuf all = STRBUF_INIT;
	struct suggestion near = { 0 };
	int r;

	for (int i = 0; o->choices[i]; i++) {
		if (strcmp(o->choices[i], text) == 0) {
			*member = i;
			return 0;
		}
		suggest_offer(&near, text, o->choices[i]);
		strbuf_addf(&all, "%s%s", i ? ", " : "", o->choices[i]);
	}
	r = error_set(err, ERR_USAGE, "option '--%s': unknown value '%s'", o->long_name, text);
	if (near.best)
		error_hint(err, "did you mean '%s'? It takes: %s", near.best, all.buf);
	else
		error_hint(err, "it takes: %s", all.buf);
	return r;
}

static void list_add(struct option_list *list, const char *text)
{
	ALLOC_GROW(list->v, list->len + 1, list->alloc);
	list->v[list->len++] = text;
}

int option_set(const struct option_spec *o, void *base, const char *text, struct error *err)
{
	void *member = (char *)base + o->offset;

	assert(o->type != OPTION_END);
	switch (o->type) {
	case OPTION_FLAG:
		if (!boolean_parse(text, member))
			return error_set(err, ERR_USAGE,
					 "option '--%s': expected true or false, got '%s'",
					 o->long_name, text);
		return 0;
	case OPTION_STRING:
		if (o->flags & OPTION_ONCE && *(const char **)member)
			return error_set(err, ERR_USAGE, "option '--%s' is given twice",
					 o->long_name);
		*(const char **)member = text;
		return 0;
	case OPTION_LIST:
		list_add(member, text);
		return 0;
	case OPTION_INTEGER:
		return set_integer(o, member, text, err);
	case OPTION_DURATION:
		if (!duration_parse(text, member))
			return error_set(err, ERR_USAGE,
					 "option '--%s': expected a duration such as 90s or 1h30m, "
					 "got '%s'",
					 o->long_name, text);
		return 0;
	case OPTION_CHOICE:
		return set_choice(o, member, text, err);
	case OPTION_END:
		break;
	}
	return -ERR_USAGE;
}

void option_set_default(const struct option_spec *o, void *base)
{
	struct error err = ERROR_INIT;

	if (o->type == OPTION_CHOICE)
		*(int *)((char *)base + o->offset) = -1;
	/* A fallback that does not parse is found by commands_check(). */
	if (o->fallback && option_set(o, base, o->fallback, &err) < 0)
		error_release(&err);
}

void options_release(const struct option_spec *options, void *base)
{
	for (const struct option_spec *o = options; o && o->type; o++) {
		struct option_list *list = (void *)((char *)base + o->offset);

		if (o->type != OPTION_LIST)
			continue;
		free(list->v);
		*list = (struct option_list){ 0 };
	}
}
