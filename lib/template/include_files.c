/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "template/template.h"

/* !include from the file system, never out of the template's folder. */

struct file_reader {
	struct include_reader reader;
	char *root; /* real path of the template's folder */
};

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xmemdupz(path, (size_t)(slash - path) + 1) : xstrdup("");
}

static bool lies_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	return !strncmp(path, root, len) && (path[len] == '/' || root[len - 1] == '/');
}

/* "a/b/../c" as "a/c", so that one file has one name. Leading ".." stay. */
static void tidy(char *path)
{
	char *out = path, *in = path, *start = *path == '/' ? path + 1 : path;

	out = in = start;
	while (*in) {
		size_t len = strcspn(in, "/");
		char *before = out;

		if (len == 1 && in[0] == '.') {
			in += len + (in[len] == '/');
			continue;
		}
		if (len == 2 && !strncmp(in, "..", 2) && out > start) {
			while (before > start && before[-1] == '/')
				before--;
			while (before > start && before[-1] != '/')
				before--;
			if (strncmp(before, "../", 3) != 0) {
				out = before;
				in += len + (in[len] == '/');
				continue;
			}
		}
		memmove(out, in, len);
		out += len;
		in += len;
		if (*in == '/') {
			*out++ = '/';
			in++;
		}
	}
	*out = '\0';
}

/* Pipes and devices are refused before they are read: they could hold rendering up for ever. */
static int read_regular(const char *path, const char *name, struct strbuf *ret, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set_errno(err, errno, "cannot include '%s'", name);
	if (!S_ISREG(st.st_mode)) {
		error_set(err, ERR_INVALID, "cannot include '%s': it is not a regular file", name);
		error_hint(err, "put the text into a file");
		return -ERR_INVALID;
	}
	r = file_read_fd(fd, name, LIMIT_INPUT_BYTES, ret, err);
	if (r == -ERR_LIMIT)
		error_hint(err, "include a smaller file");
	return r;
}

static int include_read(struct include_reader *base, const char *from, const char *path,
			struct arena *a, const char **ret_text, size_t *ret_len,
			const char **ret_name, struct error *err)
{
	struct file_reader *r = (struct file_reader *)base;
	cleanup_free char *folder = folder_of(from);
	cleanup_free char *name = xasprintf("%s%s", *path == '/' ? "" : folder, path);
	cleanup_free char *real = NULL;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int n;

	tidy(name);
	real = realpath(name, NULL);
	if (!real)
		return error_set_errno(err, errno, "cannot include '%s'", name);
	if (!lies_below(real, r->root)) {
		error_set(err, ERR_INVALID,
			  "cannot include '%s': it lies outside the template's folder", name);
		error_hint(err, "copy the file into '%s'", r->root);
		return -ERR_INVALID;
	}
	n = read_regular(real, name, &text, err);
	if (n < 0)
		return n;
	*ret_text = arena_memdupz(a, text.buf, text.len);
	*ret_len = text.len;
	*ret_name = arena_strdup(a, name);
	return 0;
}

struct include_reader *include_reader_files(const char *template_path)
{
	cleanup_free char *folder = folder_of(template_path);
	struct file_reader *r = xcalloc(1, sizeof(*r));

	r->reader.read = include_read;
	r->root = realpath(*folder ? folder : ".", NULL);
	if (!r->root)
		r->root = xstrdup("/nonexistent");
	return &r->reader;
}

void include_reader_free(struct include_reader *base)
{
	struct file_reader *r = (struct file_reader *)base;

	if (r)
		free(r->root);
	free(r);
}
