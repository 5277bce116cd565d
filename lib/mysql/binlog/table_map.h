/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a TABLE_MAP event says of a table: types always; signs, names, character sets, the strings
 * of ENUM and SET, keys as far as the server was told to log them (binlog_row_metadata: MySQL's
 * MINIMAL has signs and character sets, MariaDB's default NO_LOG has nothing).
 * Source: mysql-server libs/mysql/binlog/event/rows_event.h, class Table_map_event.
 */

#include "base/error.h"
#include "mysql/binlog/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct binlog_text {
	const char *text; /* UTF-8 if the character set is known */
	size_t len;
};

struct binlog_members {
	struct binlog_text *items;
	size_t count;
};

struct binlog_column {
	uint8_t type; /* enum column_type; ENUM and SET, not the STRING that the log says */
	/* Layout of a value: bytes of its length in front, or else its size; CHAR: the most. */
	uint8_t length_bytes;
	uint32_t size;
	uint8_t precision; /* DECIMAL */
	uint8_t decimals;  /* DECIMAL's scale; digits of a fraction of seconds */
	uint16_t bits;	   /* BIT */
	bool is_unsigned;
	bool nullable;
	bool invisible;
	bool compressed; /* MariaDB's COMPRESSED columns */
	uint8_t geometry; /* 1 POINT … 7 GEOMETRYCOLLECTION; 0: not said */
	uint32_t dimension; /* VECTOR; 0: not said */
	uint32_t collation; /* 0: not said */
	enum charset charset; /* CHARSET_BINARY for BLOB, BINARY */
	struct binlog_members members; /* of ENUM and SET */
	struct binlog_text name; /* "@3" when the log has no names */
	/* In front of a value: ,"name": in JSON and _name= in text. For table_add_key(). */
	struct binlog_text json_key, text_key;
	uint32_t key_part;	 /* position in the primary key from 1; 0: not in it */
	uint32_t key_prefix;	 /* bytes of it in the key; 0: all */
};

struct binlog_table {
	uint64_t id;
	uint16_t flags;
	struct binlog_text database, name;
	struct binlog_column *columns;
	size_t count;
	size_t json_columns;
	bool has_signs, has_charsets, has_names, has_key;
	struct arena *arena; /* of all of this */
	const uint8_t *raw;  /* copy of the event's body, to see that nothing changed */
	size_t raw_len;
};

/*
 * From the event without its common header: id, flags, the rest. -ERR_INVALID if it does not hold
 * together, -ERR_LIMIT for more than LIMIT_BINLOG_COLUMNS.
 */
int binlog_table_parse(uint64_t id, uint16_t flags, const uint8_t *body, size_t len,
		       struct binlog_table **ret, struct error *err);
void binlog_table_free(struct binlog_table *t);

#define TABLE_KEY_STEP 16

/* Writes a key from its byte `from` on; in steps, as its memory goes on to a whole one. */
static inline void table_add_key(struct binlog_out *o, const struct binlog_text *key, size_t from)
{
	char *to = out_room(o, key->len + TABLE_KEY_STEP);

	for (size_t i = from; i < key->len; i += TABLE_KEY_STEP)
		memcpy(to + i - from, key->text + i, TABLE_KEY_STEP);
	out_end(o, to + key->len - from);
}
