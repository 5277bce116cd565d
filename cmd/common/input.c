/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/input.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strvec.h"
#include "net/http.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void inputs_release(struct inputs *in)
{
	for (size_t i = 0; i < in->len; i++) {
		free(in->items[i].name);
		file_text_release(&in->items[i].text);
	}
	free(in->items);
	*in = (struct inputs)INPUTS_INIT;
}

/* A new, empty input, which keeps its name even when reading it fails. */
static struct input *add_input(struct inputs *in, const char *name)
{
	struct input *item;

	ALLOC_GROW(in->items, in->len + 1, in->alloc);
	item = &in->items[in->len++];
	*item = (struct input){ .name = xstrdup(name), .text = FILE_TEXT_INIT };
	return item;
}

/* What is too large is wrong in itself, and has a place as all that is wrong in an input. */
static int locate_limit(int r, const struct input *item, struct error *err)
{
	const struct pos start = { .line = 1, .column = 1, .file = item->name };

	if (r == -ERR_LIMIT)
		error_locate(err, &start);
	return r;
}

static int read_stdin(struct inputs *in, struct error *err)
{
	struct input *item;
	int r;

	if (in->stdin_used) {
		error_set(err, ERR_USAGE, "standard input can be read only once");
		error_hint(err, "name a file in all places but one");
		return -ERR_USAGE;
	}
	in->stdin_used = true;
	item = add_input(in, "standard input");
	r = file_read_fd(STDIN_FILENO, item->name, LIMIT_INPUT_BYTES, &item->text.own, err);
	file_text_take_own(&item->text);
	return locate_limit(r, item, err);
}

int inputs_read_file(struct inputs *in, const char *path, struct error *err)
{
	struct input *item;

	if (strcmp(path, "-") == 0)
		return read_stdin(in, err);
	item = add_input(in, path);
	return locate_limit(file_text_read(path, LIMIT_INPUT_BYTES, &item->text, err), item, err);
}

static int read_url(struct inputs *in, const char *url, const struct input_options *opts,
		    struct error *err)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;
	/* Who has options has this one, too. */
	struct http_options http = {
		.timeout = opts ? opts->timeout : 0,
		.more_time = opts ? "give it more time with --request-timeout" : NULL,
	};
	struct input *item;
	int r;

	http_add_shown_url(&shown, url);
	item = add_input(in, shown.buf);
	r = http_get(url, &http, &item->text.own, err);
	file_text_take_own(&item->text);
	return locate_limit(r, item, err);
}

static bool is_manifest(const char *name)
{
	static const char *const endings[] = { ".yaml", ".yml", ".json" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(endings); i++)
		if (strcmp(dot, endings[i]) == 0)
			return true;
	return false;
}

/* A folder in a folder; links to folders are not followed, as in kubectl. */
static bool is_real_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int list_folder(const char *path, bool recursive, struct strvec *ret, struct error *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t len = strlen(path);

	if (!dir)
		return error_set_errno(err, errno, "cannot read the folder '%s'", path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while ((entry = readdir(dir))) {
		cleanup_free char *child = NULL;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		child = xasprintf("%.*s%s%s", (int)len, path, path[len - 1] == '/' ? "" : "/",
				  entry->d_name);
		if (is_real_folder(child)) {
			if (recursive && list_folder(child, recursive, ret, err) < 0)
				break;
		} else if (is_manifest(entry->d_name)) {
			strvec_add(ret, child);
		}
	}
	closedir(dir);
	return err->class ? -err->class : 0;
}

static int read_folder(struct inputs *in, const char *path, const struct input_options *opts,
		       struct error *err)
{
	cleanup_strvec struct strvec files = STRVEC_INIT;
	int r = list_folder(path, opts && opts->recursive, &files, err);

	if (r < 0)
		return r;
	if (files.len == 0) {
		error_set(err, ERR_NOT_FOUND, "the folder '%s' holds no file to read", path);
		error_hint(err, "files must end in .yaml, .yml or .json");
		return -ERR_NOT_FOUND;
	}
	strvec_sort(&files);
	for (size_t i = 0; i < files.len && r == 0; i++)
		r = inputs_read_file(in, files.v[i], err);
	return r;
}

/* A path that is not there may be a pattern. */
static int read_pattern(struct inputs *in, const char *pattern, struct error *err)
{
	glob_t found;
	int r = 0;

	if (!strpbrk(pattern, "*?[") || glob(pattern, 0, NULL, &found) != 0)
		return inputs_read_file(in, pattern, err);
	for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
		r = inputs_read_file(in, found.gl_pathv[i], err);
	globfree(&found);
	return r;
}

int inputs_read(struct inputs *in, const char *arg, const struct input_options *opts,
		struct error *err)
{
	struct stat st;

	if (strcmp(arg, "-") == 0)
		return read_stdin(in, err);
	if (http_is_url(arg))
		return read_url(in, arg, opts, err);
	if (stat(arg, &st) < 0)
		return errno == ENOENT ? read_pattern(in, arg, err)
				       : inputs_read_file(in, arg, err);
	return S_ISDIR(st.st_mode) ? read_folder(in, arg, opts, err)
				   : inputs_read_file(in, arg, err);
}
