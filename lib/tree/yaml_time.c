/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_time.h"

struct cursor {
	const char *p;
	const char *end;
};

static bool digit_at(const struct cursor *c, size_t i)
{
	return (size_t)(c->end - c->p) > i && c->p[i] >= '0' && c->p[i] <= '9';
}

static bool take(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

/* One or two digits, the more the better; -1 if there are none. */
static int take_number(struct cursor *c)
{
	int n;

	if (!digit_at(c, 0))
		return -1;
	n = *c->p++ - '0';
	if (digit_at(c, 0))
		n = n * 10 + (*c->p++ - '0');
	return n;
}

static bool take_two_digits(struct cursor *c, int max)
{
	return digit_at(c, 0) && digit_at(c, 1) && take_number(c) <= max;
}

static int days_in(int month, int year)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool take_date(struct cursor *c)
{
	int year = 0, month, day;

	for (int i = 0; i < 4; i++) {
		if (!digit_at(c, 0))
			return false;
		year = year * 10 + (*c->p++ - '0');
	}
	if (!take(c, '-'))
		return false;
	month = take_number(c);
	if (month < 1 || month > 12 || !take(c, '-'))
		return false;
	day = take_number(c);
	return day >= 1 && day <= days_in(month, year);
}

static bool take_clock(struct cursor *c)
{
	int n;

	n = take_number(c);
	if (n < 0 || n > 23 || !take(c, ':'))
		return false;
	n = take_number(c);
	if (n < 0 || n > 59 || !take(c, ':'))
		return false;
	n = take_number(c);
	if (n < 0 || n > 59)
		return false;
	if (c->p < c->end && (*c->p == '.' || *c->p == ',') && digit_at(c, 1))
		for (c->p++; digit_at(c, 0);)
			c->p++;
	return true;
}

static bool take_zone(struct cursor *c)
{
	if (take(c, 'Z'))
		return true;
	if (!take(c, '+') && !take(c, '-'))
		return false;
	return take_two_digits(c, 24) && take(c, ':') && take_two_digits(c, 60);
}

bool yaml_is_time(const char *text, size_t len)
{
	struct cursor c = { text, text + len };

	if (!take_date(&c))
		return false;
	if (c.p == c.end)
		return true;
	if (take(&c, 'T') || take(&c, 't'))
		return take_clock(&c) && take_zone(&c) && c.p == c.end;
	if (*c.p != ' ')
		return false;
	while (take(&c, ' '))
		;
	return take_clock(&c) && c.p == c.end;
}
