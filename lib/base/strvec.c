/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strvec.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void strvec_add_take(struct strvec *sv, char *s)
{
	ALLOC_GROW(sv->v, sv->len + 2, sv->alloc);
	sv->v[sv->len++] = s;
	sv->v[sv->len] = NULL;
}

void strvec_add(struct strvec *sv, const char *s)
{
	strvec_add_take(sv, xstrdup(s));
}

void strvec_addf(struct strvec *sv, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strvec_add_take(sv, xvasprintf(fmt, ap));
	va_end(ap);
}

bool strvec_contains(const struct strvec *sv, const char *s)
{
	for (size_t i = 0; i < sv->len; i++)
		if (!strcmp(sv->v[i], s))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strvec_sort(struct strvec *sv)
{
	if (sv->len)
		qsort(sv->v, sv->len, sizeof(*sv->v), compare);
}

void strvec_release(struct strvec *sv)
{
	for (size_t i = 0; i < sv->len; i++)
		free(sv->v[i]);
	free(sv->v);
	*sv = (struct strvec)STRVEC_INIT;
}
