/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "sandbox/store.h"

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->instances[i].name);
		free(s->instances[i].host);
		free(s->instances[i].socket);
		free(s->instances[i].folder);
	}
	for (size_t i = 0; i < s->break_count; i++) {
		free(s->breaks[i].fault);
		free(s->breaks[i].instance);
		free(s->breaks[i].since);
	}
	free(s->instances);
	free(s->breaks);
	free(s->name);
	free(s->folder);
	free(s->version);
	free(s->server_root);
	free(s->user);
	free(s->password);
	free(s->replication_user);
	free(s->replication_password);
	free(s->tls_ca);
	free(s->group_name);
	free(s->socket_folder);
	free(s);
}

void cleanup_sandbox_fn(struct sandbox **s)
{
	sandbox_free(*s);
}

struct sandbox_instance *sandbox_instance(const struct sandbox *s, const char *name)
{
	size_t len = strlen(s->name);

	for (size_t i = 0; i < s->count; i++) {
		const char *full = s->instances[i].name;

		if (!strcmp(full, name) || !strcmp(full + len + 1, name))
			return &s->instances[i];
	}
	return NULL;
}

const struct sandbox_instance *sandbox_source(const struct sandbox *s, size_t i)
{
	switch (s->shape) {
	case SANDBOX_STAR:
		return i == 0 ? NULL : &s->instances[0];
	case SANDBOX_CHAIN:
		return i == 0 ? NULL : &s->instances[i - 1];
	case SANDBOX_MULTI_SOURCE:
		return i + 1 == s->count ? &s->instances[0] : NULL;
	case SANDBOX_GROUP:
		break;
	}
	return NULL;
}

int sandbox_names(struct strvec *ret, struct error *err)
{
	cleanup_free char *root = store_root();
	DIR *dir = opendir(root);
	struct dirent *e;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_set_errno(err, errno, "cannot read the folder '%s'", root);
	while ((e = readdir(dir))) {
		struct error bad = ERROR_INIT;

		if (store_check_name(e->d_name, &bad) == 0)
			strvec_add(ret, e->d_name);
		error_release(&bad);
	}
	closedir(dir);
	strvec_sort(ret);
	return 0;
}

int sandbox_no_instance(const struct sandbox *s, const char *name, enum error_class class,
			struct error *err)
{
	struct suggestion near = { 0 };

	for (size_t i = 0; i < s->count; i++)
		suggest_offer(&near, name, s->instances[i].name);
	error_set(err, class, "sandbox '%s' has no instance '%s'", s->name, name);
	if (s->count == 1)
		error_hint(err, "it has '%s' alone", s->instances[0].name);
	else if (s->count && near.best)
		error_hint(err, "did you mean '%s'? It has '%s' to '%s'", near.best,
			   s->instances[0].name, s->instances[s->count - 1].name);
	else if (s->count)
		error_hint(err, "it has '%s' to '%s'", s->instances[0].name,
			   s->instances[s->count - 1].name);
	return -(int)class;
}

/* "demo-1" for 'demo' that has it. */
static bool is_instance(const char *name, const char *sandbox)
{
	cleanup_sandbox struct sandbox *s = NULL;
	struct error ignored = ERROR_INIT;
	size_t len = strlen(sandbox);

	if (strncmp(name, sandbox, len) != 0 || name[len] != '-')
		return false;
	if (store_read(sandbox, &s, &ignored) < 0) {
		error_release(&ignored);
		return false;
	}
	return sandbox_instance(s, name) != NULL;
}

void sandbox_hint_names(const char *name, bool may_make, struct error *err)
{
	cleanup_strvec struct strvec names = STRVEC_INIT;
	cleanup_strbuf struct strbuf list = STRBUF_INIT;
	struct suggestion near = { 0 };
	struct error ignored = ERROR_INIT;

	if (sandbox_names(&names, &ignored) < 0)
		error_release(&ignored);
	for (size_t i = 0; i < names.len; i++) {
		suggest_offer(&near, name, names.v[i]);
		strbuf_addf(&list, "%s'%s'", i ? ", " : "", names.v[i]);
		if (is_instance(name, names.v[i])) {
			error_hint(err, "it is an instance of the sandbox '%s'", names.v[i]);
			return;
		}
	}
	if (!names.len && !may_make)
		error_hint(err, "there is none; kubectl mysql sandbox list shows what there is");
	else if (!names.len)
		error_hint(err, "there is no sandbox yet; make it: kubectl mysql sandbox up %s", name);
	else if (near.best)
		error_hint(err, "did you mean '%s'? There are: %s", near.best, list.buf);
	else if (!may_make)
		error_hint(err, "there are: %s; see kubectl mysql sandbox list", list.buf);
	else
		error_hint(err, "there are: %s; make it: kubectl mysql sandbox up %s", list.buf, name);
}

int sandbox_load(const char *name, struct sandbox **ret, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	int r = store_check_name(name, err);

	if (r == 0)
		r = store_read(name, &s, err);
	if (r == -ERR_NOT_FOUND)
		sandbox_hint_names(name, true, err);
	if (r < 0)
		return r;
	if (!s->whole) {
		error_set(err, ERR_NOT_FOUND, "sandbox '%s' is half made: it was broken off", name);
		error_hint(err, "kubectl mysql sandbox up %s", name);
		return -ERR_NOT_FOUND;
	}
	*ret = TAKE_PTR(s);
	return 0;
}
