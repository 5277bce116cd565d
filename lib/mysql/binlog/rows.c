/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/rows.h"

#include "mysql/binlog/bytes.h"
#include "mysql/binlog/types.h"

static size_t count_bits(const uint8_t *bits, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += bits[i / 8] >> i % 8 & 1;
	return count;
}

int binlog_rows_begin(struct binlog_rows *r, const uint8_t *body, size_t len, struct error *err)
{
	struct cursor c = cursor_of(body, len);
	uint64_t count = cursor_packed(&c);
	size_t bytes = (r->table->count + 7) / 8;

	if (c.failed || count != r->table->count)
		return error_set(err, ERR_INVALID,
				 "rows of %llu columns for table '%s.%s', which has %zu",
				 (unsigned long long)count, r->table->database.text,
				 r->table->name.text, r->table->count);
	r->before_bits = r->after_bits = cursor_take(&c, bytes);
	if (r->change == BINLOG_UPDATE)
		r->after_bits = cursor_take(&c, bytes);
	if (c.failed)
		return error_set(err, ERR_INVALID, "the list of columns of the rows is cut off");
	r->before_count = count_bits(r->before_bits, r->table->count);
	r->after_count = count_bits(r->after_bits, r->table->count);
	r->p = c.p;
	r->end = c.end;
	r->done = 0;
	return 0;
}

static int cut_off(const struct binlog_rows *r, size_t column, struct error *err)
{
	return error_set(err, ERR_INVALID, "row %llu of table '%s.%s' is cut off in column %zu (%s)",
			 (unsigned long long)r->done + 1, r->table->database.text,
			 r->table->name.text, column + 1, r->table->columns[column].name.text);
}

/* One bit for each JSON column, present or not: is its value a diff? */
struct diffs {
	const uint8_t *bits;
	size_t at;
};

static bool next_is_diff(struct diffs *d, const struct binlog_column *c)
{
	size_t bit;

	if (c->type != COLUMN_JSON)
		return false;
	bit = d->at++;
	return d->bits[bit / 8] >> bit % 8 & 1;
}

/* Little-endian, 0 to 4 bytes: a number of bytes in front of a value. */
static inline uint32_t read_length(const uint8_t *p, unsigned n)
{
	switch (n) {
	case 1:
		return p[0];
	case 2:
		return bytes_u16(p);
	default:
		return (uint32_t)bytes_le(p, n);
	}
}

static int read_image(struct binlog_rows *r, const uint8_t *present, size_t present_count,
		      struct diffs *diffs, struct binlog_value *values, struct error *err)
{
	const struct binlog_column *c = r->table->columns;
	const uint8_t *p = r->p, *nulls = p, *end = r->end;
	size_t nulls_len = (present_count + 7) / 8, bit = 0;
	bool all = present_count == r->table->count;

	if (nulls_len > (size_t)(end - p))
		return cut_off(r, 0, err);
	p += nulls_len;
	for (size_t i = 0; i < r->table->count; i++, c++) {
		struct binlog_value *v = &values[i];
		bool diff = diffs && next_is_diff(diffs, c);
		uint32_t len;

		if (!all && !(present[i / 8] >> i % 8 & 1)) {
			v->state = VALUE_ABSENT;
			continue;
		}
		if (nulls[bit / 8] >> bit % 8 & 1) {
			bit++;
			v->state = VALUE_NULL;
			continue;
		}
		bit++;
		if (c->length_bytes > (size_t)(end - p))
			return cut_off(r, i, err);
		len = c->length_bytes ? read_length(p, c->length_bytes) : c->size;
		p += c->length_bytes;
		if (len > (size_t)(end - p))
			return cut_off(r, i, err);
		v->state = diff ? VALUE_DIFF : VALUE_PRESENT;
		v->data = p;
		v->len = len;
		p += len;
	}
	r->p = p;
	return 0;
}

/* The options in front of the after image of PARTIAL_UPDATE_ROWS. */
static int read_options(struct binlog_rows *r, struct diffs *ret, struct error *err)
{
	struct cursor c = cursor_of(r->p, (size_t)(r->end - r->p));
	uint64_t options = cursor_packed(&c);

	if (options & 1)
		ret->bits = cursor_take(&c, (r->table->json_columns + 7) / 8);
	if (c.failed || options > 1)
		return error_set(err, ERR_INVALID, "options of a partial update are broken");
	r->p = c.p;
	return 0;
}

int binlog_rows_next(struct binlog_rows *r, struct error *err)
{
	struct diffs diffs = { NULL, 0 };
	int result = 0;

	if (r->p == r->end)
		return 0;
	/* An image of no columns has no bytes: it would never end. */
	if (r->before_count + r->after_count == 0)
		return error_set(err, ERR_INVALID, "rows without columns");
	if (r->change != BINLOG_INSERT)
		result = read_image(r, r->before_bits, r->before_count, NULL, r->before, err);
	if (result == 0 && r->partial)
		result = read_options(r, &diffs, err);
	if (result == 0 && r->change != BINLOG_DELETE)
		result = read_image(r, r->after_bits, r->after_count,
				    diffs.bits ? &diffs : NULL, r->after, err);
	if (result < 0)
		return result;
	r->done++;
	return 1;
}
