/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/binlog_source.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "mysql/binlog/file.h"

struct reading {
	struct binlog_source *source;
	struct binlog_decoder *decoder;
	binlog_handler *handler;
	void *arg;
	char *path;	 /* of the file that is read */
	char *next_file; /* that its ROTATE event named, or NULL */
};

/* Looks at what ends a file on the way to the handler. */
static int on_event(void *arg, const struct binlog_event *e, struct error *err)
{
	struct reading *r = arg;

	if (e->kind == KIND_ROTATE) {
		free(r->next_file);
		r->next_file = xmemdupz(e->rotate.file.p, e->rotate.file.len);
	}
	return r->handler(r->arg, e, err);
}

/* Of the path's last part, which is how servers and messages call it. */
static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "standard input";
	return slash ? slash + 1 : path;
}

/* Until the file or folder has changed, or a second has passed: some file systems tell nothing. */
static int wait_for_change(struct reading *r, const char *path, struct error *err)
{
	cleanup_close int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	binlog_out_drain(r->source->out);
	if (fd >= 0)
		(void)inotify_add_watch(fd, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO);
	if (poll(&p, 1, 1000) < 0 && errno != EINTR)
		return error_set_errno(err, errno, "cannot wait for '%s'", path);
	return 0;
}

/* A server that writes an event has written a part of it. */
static bool may_wait(const struct reading *r, bool last, const struct binlog_file *f, int result)
{
	return r->source->follow && last && !r->next_file && binlog_file_size(f) > 0 &&
	       (result == 0 || result == -ERR_INVALID);
}

/* At the end of a file that was cut off in an event, the next look finds the rest or the same. */
static bool is_cut_off(const struct binlog_file *f, uint64_t end)
{
	return binlog_file_size(f) > end;
}

static int begin_file(struct reading *r, bool first, struct binlog_file *f, struct error *err)
{
	const uint8_t *data;
	size_t len;
	uint64_t position;
	int result;

	binlog_decoder_file(r->decoder, file_name(r->path));
	binlog_decoder_on_progress(r->decoder, binlog_file_trim, f);
	if (!first || r->source->start <= 4)
		return 0;
	/* The format description is needed wherever reading begins. */
	result = binlog_file_next(f, &data, &len, &position, err);
	if (result > 0)
		result = binlog_decoder_feed(r->decoder, position, data, len, err);
	if (result != 0)
		return result;
	if (r->source->start < position + len)
		return 0;
	return binlog_file_seek(f, r->source->start, err);
}

static int read_events(struct reading *r, bool last, struct binlog_file *f, struct error *err)
{
	const uint8_t *data;
	size_t len;
	uint64_t position, end = 0;
	int result;

	for (;;) {
		result = binlog_file_next(f, &data, &len, &position, err);
		if (result <= 0 && may_wait(r, last, f, result) &&
		    (result == 0 || is_cut_off(f, end))) {
			error_release(err);
			*err = (struct error)ERROR_INIT;
			if (wait_for_change(r, r->path, err) < 0)
				return -err->class;
			continue;
		}
		if (result <= 0)
			return result;
		if (last && r->source->stop && position >= r->source->stop)
			return 1;
		result = binlog_decoder_feed(r->decoder, position, data, len, err);
		if (result != 0)
			return result;
		end = position + len;
	}
}

static int read_file(struct reading *r, bool first, bool last, struct error *err)
{
	cleanup_binlog_file struct binlog_file *f = NULL;
	int result = binlog_file_open(r->path, &f, err);

	if (result < 0)
		return result;
	free(r->next_file);
	r->next_file = NULL;
	result = begin_file(r, first, f, err);
	if (result == 0)
		result = read_events(r, last, f, err);
	return result;
}

/* The file that was named by the last one, in the same folder. */
static bool go_to_next_file(struct reading *r)
{
	const char *slash = strrchr(r->path, '/');
	char *next;

	if (!r->next_file || strchr(r->next_file, '/'))
		return false;
	next = slash ? xasprintf("%.*s/%s", (int)(slash - r->path), r->path, r->next_file)
		     : xstrdup(r->next_file);
	free(r->path);
	r->path = next;
	return true;
}

/* The server makes it after it has named it, and writes the magic after that. */
static int wait_for_file(struct reading *r, struct error *err)
{
	const char *slash = strrchr(r->path, '/');
	cleanup_free char *folder = slash ? xmemdupz(r->path, (size_t)(slash - r->path) + 1)
					  : xstrdup(".");
	struct stat st;

	while (stat(r->path, &st) < 0 || st.st_size < BINLOG_MAGIC_BYTES) {
		int result = wait_for_change(r, folder, err);

		if (result < 0)
			return result;
	}
	return 0;
}

static int read_all(struct reading *r, struct error *err)
{
	const struct binlog_source *s = r->source;
	int result = 0;

	for (size_t i = 0; i < s->count && result == 0; i++) {
		free(r->path);
		r->path = xstrdup(s->files[i]);
		result = read_file(r, i == 0, i + 1 == s->count, err);
	}
	while (result == 0 && s->follow && go_to_next_file(r)) {
		result = wait_for_file(r, err);
		if (result == 0)
			result = read_file(r, false, true, err);
	}
	return result;
}

int binlog_source_read(struct binlog_source *s, binlog_handler *handler, void *arg,
		       struct error *err)
{
	struct reading r = { .source = s, .handler = handler, .arg = arg };
	int result;

	r.decoder = binlog_decoder_new(on_event, &r);
	result = read_all(&r, err);
	s->skipped = binlog_decoder_skipped(r.decoder);
	binlog_decoder_free(r.decoder);
	free(r.path);
	free(r.next_file);
	return result;
}
