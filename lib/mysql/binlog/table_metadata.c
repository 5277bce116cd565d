/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/table_metadata.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/table_map.h"
#include "mysql/binlog/types.h"

/* Table_map_event::Optional_metadata_field_type; MariaDB took over the same numbers. */
enum kind {
	SIGNEDNESS = 1,
	DEFAULT_CHARSET,
	COLUMN_CHARSET,
	COLUMN_NAME,
	SET_STRINGS,
	ENUM_STRINGS,
	GEOMETRY_TYPE,
	PRIMARY_KEY,
	PRIMARY_KEY_WITH_PREFIX,
	ENUM_AND_SET_DEFAULT_CHARSET,
	ENUM_AND_SET_COLUMN_CHARSET,
	VISIBILITY,
	VECTOR_DIMENSION,
};

static bool is_numeric(const struct binlog_column *c)
{
	switch (c->type) {
	case COLUMN_TINY:
	case COLUMN_SHORT:
	case COLUMN_INT24:
	case COLUMN_LONG:
	case COLUMN_LONGLONG:
	case COLUMN_FLOAT:
	case COLUMN_DOUBLE:
	case COLUMN_DECIMAL:
	case COLUMN_YEAR:
		return true;
	default:
		return false;
	}
}

/* BLOB and BINARY count too: their character set is "binary". */
static bool is_character(const struct binlog_column *c)
{
	switch (c->type) {
	case COLUMN_STRING:
	case COLUMN_VAR_STRING:
	case COLUMN_VARCHAR:
	case COLUMN_BLOB:
	case COLUMN_VARCHAR_COMPRESSED:
	case COLUMN_BLOB_COMPRESSED:
		return true;
	default:
		return false;
	}
}

static bool is_enum_or_set(const struct binlog_column *c)
{
	return c->type == COLUMN_ENUM || c->type == COLUMN_SET;
}

static bool is_enum(const struct binlog_column *c)
{
	return c->type == COLUMN_ENUM;
}

static bool is_set(const struct binlog_column *c)
{
	return c->type == COLUMN_SET;
}

static bool is_geometry(const struct binlog_column *c)
{
	return c->type == COLUMN_GEOMETRY;
}

static bool is_vector(const struct binlog_column *c)
{
	return c->type == COLUMN_VECTOR;
}

static bool is_any(const struct binlog_column *c)
{
	(void)c;
	return true;
}

typedef bool member_of(const struct binlog_column *c);

/* The next column from *at on that belongs to a group; NULL behind the last. */
static struct binlog_column *next_of(struct binlog_table *t, member_of *group, size_t *at)
{
	while (*at < t->count) {
		struct binlog_column *c = &t->columns[(*at)++];

		if (group(c))
			return c;
	}
	return NULL;
}

/* One bit for each column of the group, the first in the highest bit. */
static void read_bits(struct binlog_table *t, struct cursor *c, enum kind kind)
{
	member_of *group = kind == SIGNEDNESS ? is_numeric : is_any;
	struct binlog_column *col;
	size_t at = 0, bit = 0;
	uint8_t byte = 0;

	while ((col = next_of(t, group, &at)) != NULL) {
		if (bit % 8 == 0)
			byte = cursor_u8(c);
		if (kind == SIGNEDNESS)
			col->is_unsigned = byte >> (7 - bit % 8) & 1;
		else
			col->invisible = !(byte >> (7 - bit % 8) & 1);
		bit++;
	}
}

static void set_collation(struct binlog_column *c, uint64_t collation)
{
	c->collation = (uint32_t)collation;
	c->charset = charset_of_collation((uint32_t)collation);
}

/* One collation for all, then pairs (place in the group, collation) for the others. */
static void read_default_charset(struct binlog_table *t, struct cursor *c, member_of *group)
{
	uint64_t collation = cursor_packed(c);
	struct binlog_column *col;
	size_t at = 0;

	while ((col = next_of(t, group, &at)) != NULL)
		set_collation(col, collation);
	while (cursor_left(c) > 0 && !c->failed) {
		uint64_t place = cursor_packed(c), other = cursor_packed(c);

		at = 0;
		do
			col = next_of(t, group, &at);
		while (col && place-- > 0);
		if (!col)
			c->failed = true;
		else
			set_collation(col, other);
	}
}

static void read_charsets(struct binlog_table *t, struct cursor *c, member_of *group)
{
	struct binlog_column *col;
	size_t at = 0;

	while ((col = next_of(t, group, &at)) != NULL && !c->failed)
		set_collation(col, cursor_packed(c));
}

static struct binlog_text read_text(struct binlog_table *t, struct cursor *c)
{
	uint64_t len = cursor_packed(c);
	const uint8_t *p = cursor_take(c, len);

	if (c->failed)
		return (struct binlog_text){ "", 0 };
	return (struct binlog_text){ arena_memdupz(t->arena, p, (size_t)len), (size_t)len };
}

static void read_names(struct binlog_table *t, struct cursor *c)
{
	for (size_t i = 0; i < t->count && !c->failed; i++) {
		struct binlog_text *name = &t->columns[i].name;

		*name = read_text(t, c);
		/* It becomes a key of JSON, which cannot be anything else. */
		c->failed |= !utf8_valid(name->text, name->len);
	}
	t->has_names = true;
}

static void read_members(struct binlog_table *t, struct cursor *c, member_of *group)
{
	struct binlog_column *col;
	size_t at = 0;

	while ((col = next_of(t, group, &at)) != NULL && !c->failed) {
		uint64_t count = cursor_packed(c);

		/* Each takes a byte at least, so this bounds what is allocated. */
		if (count > cursor_left(c)) {
			c->failed = true;
			return;
		}
		col->members.items = arena_zalloc(t->arena,
						  (size_t)count * sizeof(struct binlog_text) + 1);
		for (size_t i = 0; i < count; i++)
			col->members.items[i] = read_text(t, c);
		col->members.count = (size_t)count;
	}
}

static void read_key(struct binlog_table *t, struct cursor *c, bool prefixes)
{
	for (uint32_t part = 1; cursor_left(c) > 0 && !c->failed; part++) {
		uint64_t column = cursor_packed(c), prefix = prefixes ? cursor_packed(c) : 0;

		if (column >= t->count) {
			c->failed = true;
			return;
		}
		t->columns[column].key_part = part;
		t->columns[column].key_prefix = (uint32_t)prefix;
	}
	t->has_key = true;
}

static void read_numbers(struct binlog_table *t, struct cursor *c, enum kind kind)
{
	member_of *group = kind == GEOMETRY_TYPE ? is_geometry : is_vector;
	struct binlog_column *col;
	size_t at = 0;

	while ((col = next_of(t, group, &at)) != NULL && !c->failed) {
		uint64_t v = cursor_packed(c);

		if (kind == GEOMETRY_TYPE)
			col->geometry = (uint8_t)v;
		else
			col->dimension = (uint32_t)v;
	}
}

static void read_field(struct binlog_table *t, enum kind kind, struct cursor *c)
{
	switch (kind) {
	case SIGNEDNESS:
		t->has_signs = true;
		read_bits(t, c, kind);
		break;
	case VISIBILITY:
		read_bits(t, c, kind);
		break;
	case DEFAULT_CHARSET:
		t->has_charsets = true;
		read_default_charset(t, c, is_character);
		break;
	case COLUMN_CHARSET:
		t->has_charsets = true;
		read_charsets(t, c, is_character);
		break;
	case ENUM_AND_SET_DEFAULT_CHARSET:
		read_default_charset(t, c, is_enum_or_set);
		break;
	case ENUM_AND_SET_COLUMN_CHARSET:
		read_charsets(t, c, is_enum_or_set);
		break;
	case COLUMN_NAME:
		read_names(t, c);
		break;
	case SET_STRINGS:
		read_members(t, c, is_set);
		break;
	case ENUM_STRINGS:
		read_members(t, c, is_enum);
		break;
	case PRIMARY_KEY:
		read_key(t, c, false);
		break;
	case PRIMARY_KEY_WITH_PREFIX:
		read_key(t, c, true);
		break;
	case GEOMETRY_TYPE:
	case VECTOR_DIMENSION:
		read_numbers(t, c, kind);
		break;
	}
}

/* Strings of ENUM and SET come in the column's character set, which may stand behind them. */
static void convert_members(struct binlog_table *t)
{
	cleanup_strbuf struct strbuf utf8 = STRBUF_INIT;

	for (size_t i = 0; i < t->count; i++) {
		struct binlog_column *c = &t->columns[i];

		if (c->charset == CHARSET_UNKNOWN || charset_is_utf8(c->charset))
			continue;
		for (size_t m = 0; m < c->members.count; m++) {
			struct binlog_text *text = &c->members.items[m];

			strbuf_reset(&utf8);
			if (charset_convert(c->charset, (const uint8_t *)text->text, text->len,
					    &utf8) != text->len)
				continue;
			text->text = arena_memdupz(t->arena, utf8.buf, utf8.len);
			text->len = utf8.len;
		}
	}
}

/* What is not said of columns that are not there is not missing. */
static void settle(struct binlog_table *t)
{
	size_t numbers = 0, texts = 0;

	if (!next_of(t, is_numeric, &numbers))
		t->has_signs = true;
	if (!next_of(t, is_character, &texts))
		t->has_charsets = true;
}

int table_metadata_read(struct binlog_table *t, struct cursor *c, struct error *err)
{
	while (cursor_left(c) > 0) {
		uint8_t kind = cursor_u8(c);
		uint64_t len = cursor_packed(c);
		const uint8_t *p = cursor_take(c, len);
		struct cursor field;

		if (c->failed)
			return error_set(err, ERR_INVALID, "the description of the columns is cut off");
		field = cursor_of(p, (size_t)len);
		read_field(t, (enum kind)kind, &field);
		if (field.failed)
			return error_set(err, ERR_INVALID,
					 "the description of the columns is broken (kind %u)", kind);
	}
	convert_members(t);
	settle(t);
	return 0;
}
