/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * One value of a row: where its bytes are, and its text. Integers and decimals keep every digit,
 * fractions of seconds as many digits as the column has, text becomes UTF-8.
 *
 * In JSON: numbers as numbers (BIT and YEAR too), NULL as null, dates and times as strings,
 * TIMESTAMP as a UTC instant "2026-12-01T10:00:00.5Z", ENUM and SET as their strings if the log has
 * them, else as numbers, binary strings as {"base64": "…"}, GEOMETRY as {"wkt": …, "srid": …},
 * VECTOR as a list, JSON as itself. In readable text: as SQL literals.
 */

#include "mysql/binlog/out.h"
#include "mysql/binlog/table_map.h"

#include <stdbool.h>
#include <stdint.h>

enum value_state {
	VALUE_ABSENT, /* not in this image (binlog_row_image) */
	VALUE_NULL,
	VALUE_PRESENT,
	VALUE_DIFF, /* changes of a JSON document, not the document */
};

struct binlog_value {
	const uint8_t *data; /* borrowed from the event */
	uint32_t len;
	uint8_t state;
};

/*
 * Appends the value. false: the bytes are no value of the column's type; what was appended is not
 * to be used. Not for VALUE_ABSENT.
 */
bool value_write(struct binlog_out *o, const struct binlog_column *c, const struct binlog_value *v);

/* Its parts, for other layouts of the same things. Each returns false for bytes that are wrong. */

/* DECIMAL(precision, scale) as the servers keep it in bytes. */
bool value_decimal(struct binlog_out *o, unsigned precision, unsigned scale, const uint8_t *p,
		   size_t len);
size_t value_decimal_bytes(unsigned precision, unsigned scale);
/* A column of one of the types of dates and times. */
bool value_time(struct binlog_out *o, const struct binlog_column *c, const uint8_t *p);
/* The 8-byte form inside of JSON. */
bool value_packed_time(struct binlog_out *o, unsigned type, int64_t packed);
/* Seconds since 1970 as UTC: "2026-12-01T10:00:00" at p, 19 bytes (more behind the year 9999). */
char *put_utc(char *p, int64_t seconds);
/* Appends "2026-12-01T10:00:00Z", with microseconds if micros is not UINT32_MAX. */
void out_utc(struct binlog_out *o, int64_t seconds, uint32_t micros);

/* MySQL's binary JSON; spaced as the server prints it in text, without blanks in JSON. */
bool value_json(struct binlog_out *o, const uint8_t *p, size_t len);
/* The changes of a partial update, as a list of operations. */
bool value_json_diff(struct binlog_out *o, const uint8_t *p, size_t len);
/* SRID and WKB as WKT. What is not WKB is shown as bytes. */
void value_geometry(struct binlog_out *o, const uint8_t *p, size_t len);
