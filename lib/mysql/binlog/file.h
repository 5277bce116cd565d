/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A binlog file as a row of events. Small ones go through one buffer; an event above
 * BINLOG_MAP_BYTES is mapped, and binlog_file_trim() gives its pages back, so that memory does not
 * grow with events. What cannot be mapped (a pipe) is held whole, event by event.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BINLOG_MAP_BYTES ((size_t)4 << 20)

struct binlog_file;

/*
 * Opens it and reads its magic; "-" is standard input. -ERR_INVALID for what is no binlog, for one
 * that is encrypted as a whole (MySQL) and for MariaDB's binlog in InnoDB pages.
 */
int binlog_file_open(const char *path, struct binlog_file **ret, struct error *err);
void binlog_file_close(struct binlog_file *f);

/*
 * 1: *ret_data is the next event, *ret_len bytes at *ret_position; good until the next call.
 * 0: the file ends here, behind a whole event. -ERR_INVALID: it ends within one, or there is none.
 * After both it may be called again: more may have been written since.
 */
int binlog_file_next(struct binlog_file *f, const uint8_t **ret_data, size_t *ret_len,
		     uint64_t *ret_position, struct error *err);
/* Goes on at this position, which must be that of an event. Not for pipes. */
int binlog_file_seek(struct binlog_file *f, uint64_t position, struct error *err);
/* Bytes of the file so far; grows while a server writes it. 0 for a pipe. */
uint64_t binlog_file_size(const struct binlog_file *f);
/* Gives pages back that are not needed at this moment. arg is a struct binlog_file. */
void binlog_file_trim(void *arg);

void cleanup_binlog_file_fn(struct binlog_file **f);
#define cleanup_binlog_file __attribute__((cleanup(cleanup_binlog_file_fn)))
