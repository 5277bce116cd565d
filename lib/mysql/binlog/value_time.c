/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/value.h"

#include "mysql/binlog/bytes.h"
#include "mysql/binlog/types.h"

/* Days since 1970 to a date; H. Hinnant, "chrono-compatible low-level date algorithms". */
static void civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned of_era = (unsigned)(z - era * 146097);
	unsigned y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (int64_t)y + era * 400 + (*month <= 2);
}

/* All but the year and the hour are below 100, whatever the bytes. */
static char *put_date(char *p, uint64_t year, unsigned month, unsigned day)
{
	p = put_digits(p, year, 4);
	*p++ = '-';
	p = put_two(p, month);
	*p++ = '-';
	return put_two(p, day);
}

static char *put_clock(char *p, unsigned hour, unsigned minute, unsigned second)
{
	p = hour > 99 ? put_digits(p, hour, hour > 999 ? 4 : 3) : put_two(p, hour);
	*p++ = ':';
	p = put_two(p, minute);
	*p++ = ':';
	return put_two(p, second);
}

char *put_utc(char *p, int64_t seconds)
{
	int64_t days = seconds / 86400, rest = seconds % 86400, year;
	unsigned month, day;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	civil(days, &year, &month, &day);
	p = put_date(p, (uint64_t)year, month, day);
	*p++ = 'T';
	return put_clock(p, (unsigned)(rest / 3600), (unsigned)(rest / 60 % 60),
			 (unsigned)(rest % 60));
}

void out_utc(struct binlog_out *o, int64_t seconds, uint32_t micros)
{
	char *p = put_utc(out_room(o, 48), seconds);

	if (micros != UINT32_MAX) {
		*p++ = '.';
		p = put_digits(p, micros, 6);
	}
	*p++ = 'Z';
	out_end(o, p);
}

/* raw holds two digits for each byte; digits of them are the column's. */
static char *put_fraction(char *p, uint64_t raw, unsigned digits)
{
	if (digits == 0)
		return p;
	*p++ = '.';
	return put_digits(p, digits % 2 ? raw / 10 : raw, digits);
}

static size_t fraction_bytes(unsigned digits)
{
	return (digits + 1) / 2;
}

static char *put_datetime2(char *p, const uint8_t *in, unsigned digits)
{
	uint64_t v = bytes_be(in, 5), month;

	if (v < 0x8000000000)
		return NULL;
	v -= 0x8000000000;
	month = v >> 22;
	if (month / 13 > 9999)
		return NULL;
	p = put_date(p, month / 13, (unsigned)(month % 13), (unsigned)(v >> 17 & 31));
	*p++ = ' ';
	p = put_clock(p, (unsigned)(v >> 12 & 31), (unsigned)(v >> 6 & 63), (unsigned)(v & 63));
	return put_fraction(p, bytes_be(in + 5, fraction_bytes(digits)), digits);
}

/* A negative value borrows across the fraction, so both are taken as one number. */
static char *put_time2(char *p, const uint8_t *in, unsigned digits)
{
	size_t bytes = fraction_bytes(digits);
	int64_t v = (int64_t)(bytes_be(in, 3 + bytes)) - ((int64_t)0x800000 << 8 * bytes);
	uint64_t a, clock;

	if (v < 0)
		*p++ = '-';
	a = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	clock = a >> 8 * bytes;
	p = put_clock(p, (unsigned)(clock >> 12 & 1023), (unsigned)(clock >> 6 & 63),
		      (unsigned)(clock & 63));
	return put_fraction(p, a & (((uint64_t)1 << 8 * bytes) - 1), digits);
}

/* Zero is the server's zero date, no instant. MariaDB 11.5 counts to 2106: no sign. */
static char *put_timestamp(char *p, uint32_t seconds, uint64_t fraction, unsigned digits)
{
	if (seconds == 0 && fraction == 0) {
		memcpy(p, "0000-00-00 00:00:00", 19);
		return put_fraction(p + 19, 0, digits);
	}
	p = put_fraction(put_utc(p, seconds), fraction, digits);
	*p++ = 'Z';
	return p;
}

static char *put_old_datetime(char *p, uint64_t v)
{
	uint64_t date = v / 1000000, clock = v % 1000000;

	if (date > 99991231)
		return NULL;
	p = put_date(p, date / 10000, (unsigned)(date / 100 % 100), (unsigned)(date % 100));
	*p++ = ' ';
	return put_clock(p, (unsigned)(clock / 10000), (unsigned)(clock / 100 % 100),
			 (unsigned)(clock % 100));
}

static char *put_old_time(char *p, uint32_t v)
{
	if (v & 0x800000) {
		*p++ = '-';
		v = 0x1000000 - v;
	}
	return put_clock(p, v / 10000, v / 100 % 100, v % 100);
}

static char *put_date3(char *p, uint32_t v)
{
	return v >> 9 > 9999 ? NULL : put_date(p, v >> 9, v >> 5 & 15, v & 31);
}

static char *put_time_column(char *p, const struct binlog_column *c, const uint8_t *in)
{
	unsigned digits = c->decimals;

	switch (c->type) {
	case COLUMN_DATE:
	case COLUMN_NEWDATE:
		return put_date3(p, bytes_u24(in));
	case COLUMN_TIME:
		return put_old_time(p, bytes_u24(in));
	case COLUMN_DATETIME:
		return put_old_datetime(p, bytes_u64(in));
	case COLUMN_TIMESTAMP:
		return put_timestamp(p, bytes_u32(in), 0, 0);
	case COLUMN_TIMESTAMP2:
		return put_timestamp(p, (uint32_t)bytes_be(in, 4),
				     bytes_be(in + 4, fraction_bytes(digits)), digits);
	case COLUMN_DATETIME2:
		return put_datetime2(p, in, digits);
	default:
		return put_time2(p, in, digits);
	}
}

bool value_time(struct binlog_out *o, const struct binlog_column *c, const uint8_t *p)
{
	char *to = out_room(o, 64);

	*to++ = o->text ? '\'' : '"';
	to = put_time_column(to, c, p);
	if (!to)
		return false;
	*to++ = o->text ? '\'' : '"';
	out_end(o, to);
	return true;
}

bool value_packed_time(struct binlog_out *o, unsigned type, int64_t packed)
{
	uint64_t a = packed < 0 ? 0 - (uint64_t)packed : (uint64_t)packed;
	uint64_t micros = a & 0xffffff, v = a >> 24, date = v >> 17;
	char *p = out_room(o, 64);

	if (micros > 999999)
		return false;
	if (type == COLUMN_TIME) {
		if (packed < 0)
			*p++ = '-';
		p = put_clock(p, (unsigned)(v >> 12 & 1023), (unsigned)(v >> 6 & 63),
			      (unsigned)(v & 63));
		out_end(o, put_fraction(p, micros, 6));
		return true;
	}
	if (packed < 0 || (date >> 5) / 13 > 9999)
		return false;
	p = put_date(p, (date >> 5) / 13, (unsigned)((date >> 5) % 13), (unsigned)(date & 31));
	if (type != COLUMN_DATE) {
		*p++ = ' ';
		p = put_clock(p, (unsigned)(v >> 12 & 31), (unsigned)(v >> 6 & 63),
			      (unsigned)(v & 63));
		p = put_fraction(p, micros, 6);
	}
	out_end(o, p);
	return true;
}
