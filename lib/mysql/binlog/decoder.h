/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * From the bytes of events to decoded events, wherever the bytes come from: a file, a server, the
 * inside of a compressed transaction. Events are given one after the other, whole; the handler is
 * called for each.
 *
 *	static int on_event(void *arg, const struct binlog_event *e, struct error *err) { … }
 *
 *	struct binlog_decoder *d = binlog_decoder_new(on_event, &mine);
 *	binlog_decoder_file(d, "binlog.000007");
 *	r = binlog_decoder_feed(d, 4, data, len, err);
 *
 * Where an event ends is known from its own length, never from the position in its header, which
 * MariaDB 11.4 leaves zero in transactions and which wraps at 4 GiB. Checksums are verified. What
 * cannot be decoded is an error that names file, position and type; nothing is passed over but
 * events that their server marked as ignorable, which are counted.
 */

#include "base/error.h"
#include "mysql/binlog/event.h"

struct binlog_decoder;

/* 0 to go on; anything else ends the feeding call, which returns it. */
typedef int binlog_handler(void *arg, const struct binlog_event *e, struct error *err);

struct binlog_decoder *binlog_decoder_new(binlog_handler *handler, void *arg);
void binlog_decoder_free(struct binlog_decoder *d);

/* A file begins (its magic is not fed); name is for messages and events. */
void binlog_decoder_file(struct binlog_decoder *d, const char *name);
/*
 * Events come from a server: an artificial ROTATE names the file, and an encrypted file comes in
 * plain. position of binlog_decoder_feed() is then what the caller summed up.
 */
void binlog_decoder_stream(struct binlog_decoder *d);
/* Called now and then during long work on one event: pages of a mapped file may be given back. */
void binlog_decoder_on_progress(struct binlog_decoder *d, void (*fn)(void *arg), void *arg);

/*
 * One event with its header and checksum, as long as the header says. Errors: -ERR_INVALID (broken,
 * or not known), -ERR_LIMIT, those of the handler.
 */
int binlog_decoder_feed(struct binlog_decoder *d, uint64_t position, const uint8_t *data,
			size_t len, struct error *err);

/* Length of the event whose first 19 bytes are at header. */
uint32_t binlog_event_length(const uint8_t *header);
/* The last file's name; NULL before. */
const char *binlog_decoder_name(const struct binlog_decoder *d);
/* Ignorable events of unknown types, passed over. */
uint64_t binlog_decoder_skipped(const struct binlog_decoder *d);
/* Is a transaction open, so that the input should not end here? */
bool binlog_decoder_in_transaction(const struct binlog_decoder *d);

void cleanup_binlog_decoder_fn(struct binlog_decoder **d);
#define cleanup_binlog_decoder __attribute__((cleanup(cleanup_binlog_decoder_fn)))
