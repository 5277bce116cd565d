/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strvec.h"

/* The absolute folder of a file, for the caller. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *here = *path == '/' ? NULL : getcwd(NULL, 0);

	if (*path == '/')
		return slash == path ? xstrdup("") : xmemdupz(path, (size_t)(slash - path));
	if (!slash)
		return xstrdup(here ? here : ".");
	return xasprintf("%s/%.*s", here ? here : ".", (int)(slash - path), path);
}

static int read_file(struct kubeconfig *c, const char *path, struct error *err)
{
	cleanup_free char *folder = folder_of(path);
	struct strbuf text = STRBUF_INIT;
	int r;

	/* In one piece, so that no copy is left behind; a larger file is copied as it grows. */
	strbuf_grow(&text, (size_t)1 << 20);
	r = file_read(path, LIMIT_KUBECONFIG_BYTES, &text, err);
	if (r == 0)
		r = kubeconfig_parse(c, text.buf, text.len, path, folder, err);
	explicit_bzero(text.buf, text.len);
	strbuf_release(&text);
	return r;
}

/* Only what is not there may be passed over; all else would change what the others mean. */
static bool is_missing(const char *path)
{
	return access(path, F_OK) < 0 && errno == ENOENT;
}

static void add_list(struct strvec *paths, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ":");
		cleanup_free char *path = xmemdupz(list, len);

		if (len && !strvec_contains(paths, path))
			strvec_add(paths, path);
		list += len + (list[len] == ':');
	}
}

int kubeconfig_read(struct kubeconfig *c, const char *explicit, struct error *err)
{
	const char *list = getenv("KUBECONFIG"), *home = getenv("HOME");
	cleanup_strvec struct strvec paths = STRVEC_INIT;
	int r = 0;

	if (explicit) {
		r = read_file(c, explicit, err);
		if (r < 0 && !err->line && is_missing(explicit))
			err->class = ERR_NOT_FOUND;
		if (r < 0 && !err->line)
			error_hint(err, "--kubeconfig needs a file that can be read");
		return -err->class;
	}
	if (list && *list)
		add_list(&paths, list);
	else
		strvec_addf(&paths, "%s%s.kube/config", home ? home : "", home && *home ? "/" : "");
	for (size_t i = 0; i < paths.len && r == 0; i++)
		if (!is_missing(paths.v[i]))
			r = read_file(c, paths.v[i], err);
	if (r < 0 && !err->line)
		error_hint(err, "correct %s, or name another file with --kubeconfig",
			   list && *list ? "KUBECONFIG" : "it");
	return r;
}
