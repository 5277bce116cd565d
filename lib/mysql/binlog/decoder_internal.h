/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The decoder's state; shared by decoder.c, decoder_rows.c and decoder_payload.c. */

#include "mysql/binlog/decoder.h"

#include "base/strbuf.h"

struct table_slot {
	struct binlog_table *table;
	struct table_slot *next;
};

#define TABLE_BUCKETS 64
/* Each statement describes its tables again; of many, none is kept between transactions. */
#define KEPT_TABLES 256

struct binlog_decoder {
	binlog_handler *handler;
	void *arg;
	void (*progress)(void *arg);
	void *progress_arg;
	char *name;
	bool stream;
	/* from the format description */
	bool have_format;
	uint8_t checksum;
	uint8_t post_header[256]; /* by type; 0: not said */
	/* the transaction that is open */
	bool in_begin;	 /* BEGIN was seen, or stands for itself (MariaDB) */
	bool gtid_open;	 /* a GTID whose statement has not come yet */
	struct table_slot *tables[TABLE_BUCKETS];
	size_t table_count;
	struct binlog_rows rows;
	size_t values;		/* allocated for rows.before and rows.after each */
	struct strbuf plain;	/* a decompressed event */
	bool inner;		/* within a payload */
	uint64_t skipped;
};

#define CHECKSUM_NONE 0
#define CHECKSUM_CRC32 1

/* Sets err to "binlog 'FILE' at position N: event of type T (NAME): REASON" around what it says. */
int decoder_fail(const struct binlog_decoder *d, const struct binlog_event *e, struct error *err);
/* Header checked, checksum taken off: finds out what it is and calls the handler. */
int decoder_dispatch(struct binlog_decoder *d, struct binlog_event *e, struct error *err);

int decoder_table_map(struct binlog_decoder *d, struct binlog_event *e, struct error *err);
int decoder_rows(struct binlog_decoder *d, struct binlog_event *e, struct error *err);
void decoder_forget_tables(struct binlog_decoder *d);
int decoder_payload(struct binlog_decoder *d, struct binlog_event *e, struct error *err);
