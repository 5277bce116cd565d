/* SPDX-License-Identifier: Apache-2.0 */

/* Rows of replica status, as lines COLUMN=VALUE with an empty line between rows. */

#include "mysql/dialect/replica_status.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/dialect/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct line {
	char *column, *value;
	size_t row;
};

struct input {
	struct line *lines;
	size_t len, alloc, rows;
};

static const char *get(const void *from, size_t row, const char *column)
{
	const struct input *in = from;

	for (size_t i = 0; i < in->len; i++)
		if (in->lines[i].row == row && strcasecmp(in->lines[i].column, column) == 0)
			return in->lines[i].value;
	return NULL;
}

static void split(struct input *in, char *text)
{
	for (char *at = text, *next; at; at = next) {
		char *value = strchr(at, '='), *end = strchr(at, '\n');

		next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (!*at) {
			in->rows++;
			continue;
		}
		if (!value || (end && value > end))
			continue;
		*value++ = '\0';
		ALLOC_GROW(in->lines, in->len + 1, in->alloc);
		in->lines[in->len++] = (struct line){ at, value, in->rows };
	}
	in->rows++;
}

static void check(const struct channel *c)
{
	const char *const texts[] = { c->name,	    c->source_host,  c->source_user,
				      c->source_uuid, c->read_file,  c->applied_file,
				      c->retrieved, c->executed,     c->filters,
				      c->until,	    c->failed_gtid,  c->receiver.text,
				      c->receiver.doing, c->applier.text, c->applier.doing };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!texts[i] || strlen(texts[i]) > 20 * LIMIT_STATUS_TEXT)
			abort();
	if (c->source_port > 65535 || c->seconds_behind < -1 || c->last_contact < 0)
		abort();
	if (!*thread_state_name(c->receiver.state) || !*thread_state_name(c->applier.state))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned versions[] = { 50744, 80022, 90700 };
	cleanup_arena struct arena *a = arena_new();
	cleanup_free char *text = xmemdupz(data, size);
	struct input in = { 0 };
	struct channels ch;
	bool mariadb = size && (data[0] & 1);

	split(&in, text);
	channels_read(a, dialect_for(mariadb, mariadb ? 110803 : versions[size % 3]),
		      &(struct rows){ &in, in.rows, get }, &ch);
	channels_read_connections(a, &ch, &(struct rows){ &in, in.rows, get });
	channels_read_workers(a, &ch, &(struct rows){ &in, in.rows, get });
	if (ch.len > LIMIT_CHANNELS)
		abort();
	for (size_t i = 0; i < ch.len; i++)
		check(&ch.items[i]);
	free(in.lines);
	return 0;
}
