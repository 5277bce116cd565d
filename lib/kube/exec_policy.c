/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/exec_policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/program.h"
#include "tree/read.h"

#define GROUP "kubectl.config.k8s.io/"

/* ---- reading --------------------------------------------------------------------------------- */

static int add_allowed(struct exec_policy *p, const struct node *item, struct error *err)
{
	const char *name = NULL;
	cleanup_free char *clean = NULL;
	/* Until kubectl 1.36 it was called name. */
	int r = node_get_string(item, "command", &name, err);

	if (r == 0 && !name)
		r = node_get_string(item, "name", &name, err);
	if (r < 0)
		return r;
	if (!name || !*name)
		return error_set_at(err, ERR_INVALID, &item->pos,
				    "an entry of credentialPluginAllowlist names no command");
	clean = path_clean(name);
	if (strcmp(clean, name) != 0) {
		error_set_at(err, ERR_INVALID, &item->pos,
			     "the path '%s' of credentialPluginAllowlist is not the shortest", name);
		error_hint(err, "write it as '%s'", clean);
		return -ERR_INVALID;
	}
	strvec_add(&p->allowed, name);
	return 0;
}

static int read_policy(struct exec_policy *p, const struct node *top, struct error *err)
{
	const char *policy = "";
	struct node *list = NULL;
	int r = node_get_string(top, "credentialPluginPolicy", &policy, err);
	bool by_list = strcmp(policy, "Allowlist") == 0;

	if (r == 0)
		r = node_get_seq(top, "credentialPluginAllowlist", &list, err);
	if (r < 0)
		return r;
	if (!by_list && *policy && strcmp(policy, "AllowAll") != 0 &&
	    strcmp(policy, "DenyAll") != 0)
		return error_set_at(err, ERR_INVALID, &node_get(top, "credentialPluginPolicy")->pos,
				    "the credentialPluginPolicy '%s' is not known", policy);
	if (by_list != (list && list->len))
		return error_set_at(err, ERR_INVALID, &top->pos, "credentialPluginPolicy is '%s', "
				    "with %s credentialPluginAllowlist",
				    policy, list && list->len ? "a" : "no");
	p->restricted = by_list || strcmp(policy, "DenyAll") == 0;
	for (size_t i = 0; list && i < list->len && r == 0; i++)
		r = add_allowed(p, list->items[i], err);
	return r;
}

/* The first document that is a Preference counts; v1alpha1 had no policies. */
static int read_documents(struct exec_policy *p, const struct documents *d, bool named,
			  struct error *err)
{
	for (size_t i = 0; i < d->len; i++) {
		const struct node *version = node_get(d->items[i], "apiVersion");

		if (!node_is_string(node_get(d->items[i], "kind"), "Preference") || !version ||
		    version->kind != NODE_STRING ||
		    strncmp(version->text, GROUP, strlen(GROUP)) != 0)
			continue;
		if (strcmp(version->text, GROUP "v1alpha1") == 0)
			return 0;
		return read_policy(p, d->items[i], err);
	}
	if (d->len && named)
		return error_set(err, ERR_INVALID, "'%s' holds no Preference", p->file);
	return 0;
}

static int read_file(struct exec_policy *p, bool named, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct documents documents = { 0 };
	int r = file_read(p->file, LIMIT_KUBECONFIG_BYTES, &text, err);

	if (r == 0)
		r = tree_read(a, text.buf, text.len, p->file, READ_OC, &documents, err);
	if (r == 0)
		return read_documents(p, &documents, named, err);
	if (named)
		return r;
	error_release(err);
	return 0;
}

int exec_policy_read(struct exec_policy *ret, struct error *err)
{
	const char *gate = getenv("KUBECTL_KUBERC"), *home = getenv("HOME");
	const char *file = getenv("KUBERC");
	bool named = file && *file;
	cleanup_exec_policy struct exec_policy p = { 0 };
	int r;

	if ((gate && strcasecmp(gate, "false") == 0) || (named && strcmp(file, "off") == 0))
		return 0;
	p.file = named ? xstrdup(file) : xasprintf("%s/.kube/kuberc", home ? home : "");
	r = read_file(&p, named, err);
	if (r < 0) {
		error_wrap(err, "cannot tell whether exec plugins may run");
		return r;
	}
	*ret = p;
	p = (struct exec_policy){ 0 };
	return 0;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool allows(const char *allowed, const char *command, const char *path)
{
	cleanup_free char *clean = path_clean(command);
	cleanup_free char *found = NULL;
	cleanup_error struct error ignored = ERROR_INIT;

	if (strcmp(allowed, clean) == 0 || strcmp(allowed, path) == 0)
		return true;
	return program_find(allowed, &found, &ignored) == 0 && strcmp(found, path) == 0;
}

int exec_policy_check(const struct exec_policy *p, const char *command, const char *path,
		      struct error *err)
{
	if (!p->restricted)
		return 0;
	for (size_t i = 0; i < p->allowed.len; i++)
		if (allows(p->allowed.v[i], command, path))
			return 0;
	error_set(err, ERR_DENIED, "the exec plugin '%s' may not run: '%s' forbids it", command,
		  p->file);
	error_hint(err, "add it to credentialPluginAllowlist there");
	return -ERR_DENIED;
}

void exec_policy_release(struct exec_policy *p)
{
	strvec_release(&p->allowed);
	free(p->file);
	*p = (struct exec_policy){ 0 };
}
