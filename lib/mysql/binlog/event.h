/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * One event of a binlog, decoded: a view of the bytes that it came from, good until the handler
 * that got it returns. Everything in it is borrowed.
 */

#include "base/error.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/charset.h"
#include "mysql/binlog/rows.h"
#include "mysql/binlog/types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an event is, whichever vendor and version wrote it, compressed or not. */
enum binlog_kind {
	KIND_FORMAT,	 /* .format */
	KIND_ROTATE,	 /* .rotate: the name of the next file */
	KIND_STOP,
	KIND_GTID,	 /* .gtid: a transaction begins */
	KIND_QUERY,	 /* .query */
	KIND_TABLE,	 /* .table: of rows that follow */
	KIND_ROWS,	 /* .rows */
	KIND_XID,	 /* .xid: commit */
	KIND_XA_PREPARE, /* .xa */
	KIND_SQL,	 /* .text: the statement that made the rows that follow */
	KIND_VARIABLE,	 /* .variable, of the statement that follows */
	KIND_LOAD,	 /* .load: a part of a file of LOAD DATA */
	KIND_GTIDS,	 /* .text: what came before this file; for binlog_gtids_print() */
	KIND_PAYLOAD,	 /* .payload: a compressed transaction; its events follow, inner is set */
	KIND_INCIDENT,	 /* .incident: the server lost events */
	KIND_HEARTBEAT,	 /* .rotate: file and position */
	KIND_ENCRYPTION, /* what follows in a file is encrypted */
	KIND_OTHER,	 /* nothing in it for a reader of changes; .text: its words, if any */
	KIND_SKIPPED,	 /* a type that we do not know and the server said may be skipped */
};

struct binlog_slice {
	const uint8_t *p;
	size_t len;
};

struct binlog_format {
	char version[51]; /* of the server */
	bool mariadb;
	uint32_t created;
	uint8_t checksum; /* 0 none, 1 CRC32 */
	bool in_use;	  /* being written, or its server was killed */
};

struct binlog_rotate {
	struct binlog_slice file;
	uint64_t position;
};

struct binlog_xa {
	bool one_phase;
	uint32_t format;
	struct binlog_slice gtrid, bqual;
};

struct binlog_gtid {
	bool mariadb;
	bool anonymous; /* MySQL without GTIDs */
	/* MySQL */
	uint8_t uuid[16];
	struct binlog_slice tag;
	uint64_t committed, original; /* microseconds since 1970; 0: not said */
	uint64_t length;	      /* bytes of the transaction with this event; 0: not said */
	uint64_t last_committed, sequence;
	/* MariaDB */
	uint32_t domain, server;
	uint8_t flags;
	uint64_t commit_id;
	bool has_xa;
	struct binlog_xa xa;
	/* both */
	uint64_t number;
};

enum binlog_mariadb_gtid_flag {
	MARIADB_GTID_STANDALONE = 1,
	MARIADB_GTID_GROUP_COMMIT = 2,
	MARIADB_GTID_TRANSACTIONAL = 4,
	MARIADB_GTID_DDL = 0x20,
	MARIADB_GTID_PREPARED_XA = 0x40,
	MARIADB_GTID_COMPLETED_XA = 0x80,
};

enum query_role {
	QUERY_STATEMENT,
	QUERY_BEGIN, /* XA START too */
	QUERY_COMMIT,
	QUERY_ROLLBACK,
	QUERY_XA_END,
};

struct binlog_query {
	uint32_t thread, seconds;
	uint16_t error;
	struct binlog_slice database, sql;
	enum charset charset; /* of sql */
	uint32_t micros;      /* of the header's second; UINT32_MAX: not said */
	enum query_role role;
	bool load; /* EXECUTE_LOAD_QUERY: file_id names the parts that came before */
	uint32_t file_id;
};

enum variable_kind { VARIABLE_LAST_INSERT_ID, VARIABLE_INSERT_ID, VARIABLE_RAND, VARIABLE_USER };

struct binlog_variable {
	enum variable_kind kind;
	uint64_t numbers[2]; /* INSERT_ID: [0]; RAND: both seeds */
	struct binlog_slice name, value;
	bool is_null, is_unsigned;
	uint8_t type; /* 0 string, 1 double, 2 integer, 4 decimal */
	enum charset charset;
};

struct binlog_load {
	uint32_t file_id;
	bool begins, deletes;
	struct binlog_slice data;
};

struct binlog_incident {
	uint16_t number;
	struct binlog_slice message;
};

struct binlog_payload {
	uint64_t size, plain_size;
	uint64_t compression; /* 0 zstd, 255 none */
};

struct binlog_event {
	const char *file;
	uint64_t position; /* of its first byte; inner: of the payload that it is in */
	uint64_t next;	   /* of the byte behind it */
	uint32_t timestamp, server_id, length;
	uint16_t flags;
	uint8_t type; /* enum binlog_type */
	bool inner;
	bool ends_transaction; /* the transaction, or the statement outside of one, is whole now */
	enum binlog_kind kind;
	struct binlog_slice body; /* behind the header, without checksum */
	union {
		struct binlog_format format;
		struct binlog_rotate rotate;
		struct binlog_gtid gtid;
		struct binlog_query query;
		const struct binlog_table *table;
		struct binlog_rows *rows;
		uint64_t xid;
		struct binlog_xa xa;
		struct binlog_slice text;
		struct binlog_variable variable;
		struct binlog_load load;
		struct binlog_payload payload;
		struct binlog_incident incident;
	};
};

/*
 * For decoder.c: says what kind of event it is and fills its member from the body; false: it is cut
 * off or broken. KIND_SKIPPED: the type is not known. Not for events that need what came before.
 */
bool event_read_plain(struct binlog_event *e, struct cursor c);
/* Parts of it. */
bool event_read_query(struct binlog_event *e, struct cursor c);
bool event_read_variable(struct binlog_event *e, struct cursor c);
bool event_read_load(struct binlog_event *e, struct cursor c);
bool event_read_gtid(struct binlog_event *e, struct cursor c);
bool event_read_tagged_gtid(struct binlog_event *e, struct cursor c);
bool event_read_mariadb_gtid(struct binlog_event *e, struct cursor c);
bool event_read_xa_prepare(struct binlog_event *e, struct cursor c);

/* "0-1-42", "UUID:TAG:7"; "ANONYMOUS" without one. */
void binlog_gtid_print(const struct binlog_gtid *g, struct strbuf *out);
/*
 * The set of a KIND_GTIDS event as the servers print it, on one line. false: it is broken (what was
 * appended is not to be used).
 */
bool binlog_gtids_print(const struct binlog_event *e, struct strbuf *out);
/* X'…',X'…',1: as XA statements have it. */
void binlog_xa_print(const struct binlog_xa *xa, struct strbuf *out);
