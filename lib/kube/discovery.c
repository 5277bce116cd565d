/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/discovery.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"
#include "kube/discovery_parse.h"
#include "net/task.h"

/* The order g, v, as matters to servers. */
#define ACCEPT                                                                                     \
	"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"                    \
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"               \
	"application/json"
#define TIMEOUT 32000 /* ms, kubectl's for discovery */

/* The core group or all the others: who needs one does not wait for the other. */
struct half {
	const char *path;
	struct kube_resources list;
	bool known, asking;
	unsigned times; /* that it was asked for, with or without success */
	struct condition ended;
	struct error failure; /* of the last time, class 0: none */
};

struct kube_discovery {
	struct kube_client *client;
	struct arena *arena; /* resources that were given out stay good */
	struct half core, groups;
};

struct kube_discovery *kube_discovery_new(struct kube_client *c)
{
	struct kube_discovery *d = xcalloc(1, sizeof(*d));

	d->client = c;
	d->arena = arena_new();
	d->core.path = "/api";
	d->groups.path = "/apis";
	return d;
}

void kube_discovery_free(struct kube_discovery *d)
{
	if (!d)
		return;
	kube_resources_release(&d->core.list);
	kube_resources_release(&d->groups.list);
	error_release(&d->core.failure);
	error_release(&d->groups.failure);
	arena_free(d->arena);
	free(d);
}

void kube_discovery_forget(struct kube_discovery *d)
{
	d->core.known = d->groups.known = false;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int get(struct kube_discovery *d, const char *path, struct arena *a,
	       struct kube_answer *ret, struct error *err)
{
	return kube_request(
		d->client,
		&(struct kube_request){ .method = "GET", .path = path, .accept = ACCEPT }, a, ret,
		err);
}

/* One group whose server is away hides no other. */
static int add_each(struct kube_discovery *d, struct kube_resources *list,
		    const char *const *paths, struct error *err)
{
	int r = 0;

	for (; *paths && r == 0; paths++) {
		cleanup_error struct error failure = ERROR_INIT;
		cleanup_arena struct arena *a = arena_new();
		struct kube_answer answer;

		r = get(d, *paths, a, &answer, &failure);
		if (r == 0)
			r = kube_resources_add_plain(list, answer.body, &failure);
		if (r < 0 && (failure.class == ERR_CANCELLED || clock_ms() >= deadline_current())) {
			*err = failure;
			failure = (struct error)ERROR_INIT;
			return r;
		}
		if (r < 0)
			kube_resources_add_stale(list, strrchr(*paths, '/') - *paths > 5
							       ? *paths + 6
							       : *paths + 5);
		r = 0;
	}
	return r;
}

static int ask(struct kube_discovery *d, const char *path, struct kube_resources *list,
	       struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	enum kube_discovery_form form = KUBE_FORM_AGGREGATED;
	const char *const *paths = NULL;
	struct kube_answer answer;
	int r = get(d, path, a, &answer, err);

	if (r == 0)
		r = kube_discovery_form(answer.body, &form, err);
	if (r < 0)
		return r;
	if (form == KUBE_FORM_AGGREGATED)
		return kube_resources_add_aggregated(list, answer.body, err);
	r = kube_discovery_paths(list, answer.body, &paths, err);
	return r < 0 ? r : add_each(d, list, paths, err);
}

static void ask_for_all(struct kube_discovery *d, struct half *h, struct error *err)
{
	struct kube_resources list = { .arena = d->arena };
	int64_t old = deadline_shorten(clock_ms() + TIMEOUT);
	int r;

	h->asking = true;
	r = ask(d, h->path, &list, err);
	deadline_restore(old);
	h->asking = false;
	h->times++;
	error_release(&h->failure);
	h->failure = (struct error)ERROR_INIT;
	if (r == 0) {
		kube_resources_release(&h->list);
		h->list = list;
		h->known = true;
	} else {
		kube_resources_release(&list);
		error_wrap(err, "cannot find out which kinds the server has");
		if (err->class != ERR_CANCELLED && err->class != ERR_TIMEOUT) {
			error_set(&h->failure, (enum error_class)err->class, "%s", err->message);
			h->failure.origin = err->origin;
			if (err->hint)
				error_hint(&h->failure, "%s", err->hint);
		}
	}
	condition_wake(&h->ended);
}

/* Another task asks already: what it gets, and why it does not, is ours too. */
static int wait_for_it(struct half *h, struct error *err)
{
	unsigned times = h->times;
	int r = 0;

	while (h->asking && h->times == times && r == 0)
		r = wait_condition(&h->ended, "waiting for the kinds of the server", err);
	if (r == 0 && !h->known && h->times != times && h->failure.class) {
		error_set(err, (enum error_class)h->failure.class, "%s", h->failure.message);
		err->origin = h->failure.origin;
		if (h->failure.hint)
			error_hint(err, "%s", h->failure.hint);
		return -err->class;
	}
	return r;
}

/* times: what is older than this is not good enough. */
static int learn(struct kube_discovery *d, struct half *h, unsigned times, struct error *err)
{
	int r = 0;

	while (r == 0 && (!h->known || h->times < times)) {
		if (h->asking) {
			r = wait_for_it(h, err);
			continue;
		}
		ask_for_all(d, h, err);
		r = -err->class;
	}
	return r;
}

static int learn_both(struct kube_discovery *d, unsigned core, unsigned groups, struct error *err)
{
	int r = learn(d, &d->core, core, err);

	return r == 0 ? learn(d, &d->groups, groups, err) : r;
}

/* ---- looking up ------------------------------------------------------------------------------ */

static const struct kube_resource *find_kind(const struct half *h, const char *api_version,
					     const char *kind)
{
	const char *slash = strchr(api_version, '/');
	size_t group = slash ? (size_t)(slash - api_version) : 0;
	const char *version = slash ? slash + 1 : api_version;

	for (size_t i = 0; i < h->list.len; i++) {
		const struct kube_resource *r = h->list.items[i];

		if (strcmp(r->kind, kind) == 0 && strcmp(r->version, version) == 0 &&
		    strlen(r->group) == group && memcmp(r->group, api_version, group) == 0)
			return r;
	}
	return NULL;
}

static bool is_stale(const struct half *h, const char *api_version)
{
	for (size_t i = 0; i < h->list.stale_len; i++)
		if (strcmp(h->list.stale[i], api_version) == 0)
			return true;
	return false;
}

int kube_discovery_kind(struct kube_discovery *d, const char *api_version, const char *kind,
			const struct kube_resource **ret, struct error *err)
{
	struct half *h = strchr(api_version, '/') ? &d->groups : &d->core;
	const struct kube_resource *found = NULL;
	const unsigned before = h->times;
	int r = learn(d, h, 0, err);

	if (r == 0)
		found = find_kind(h, api_version, kind);
	/* It may be new, unless what we know is from just now. */
	if (r == 0 && !found && h->times == before) {
		r = learn(d, h, before + 1, err);
		if (r == 0)
			found = find_kind(h, api_version, kind);
	}
	if (r < 0)
		return r;
	if (!found && is_stale(h, api_version)) {
		error_set(err, ERR_IO,
			  "the kinds of '%s' are not known: its server does not answer",
			  api_version);
		error_hint(err, "kubectl get apiservices tells which one is not available");
		return -ERR_IO;
	}
	if (!found) {
		error_set(err, ERR_NOT_FOUND, "no matches for kind '%s' in version '%s'", kind,
			  api_version);
		error_hint(err, "ensure CRDs are installed first; kubectl api-resources lists all "
				"kinds");
		return -ERR_NOT_FOUND;
	}
	*ret = found;
	return 0;
}

/* How a word is read: "statefulsets.apps", "statefulsets.v1.apps", "sts". */
struct word {
	const char *name, *version, *group; /* "": any */
	bool prefix; /* group is the beginning of one */
	bool is_short;
};

static bool has_short_name(const struct kube_resource *r, const char *name)
{
	for (const char *const *s = r->short_names; *s; s++)
		if (strcasecmp(*s, name) == 0)
			return true;
	return false;
}

static bool matches(const struct kube_resource *r, const struct word *w)
{
	size_t len = strlen(w->group);

	if (w->version[0] && strcasecmp(r->version, w->version) != 0)
		return false;
	if (strncasecmp(r->group, w->group, len) != 0 || (len && !w->prefix && r->group[len]))
		return false;
	if (w->is_short)
		return has_short_name(r, w->name);
	return strcasecmp(r->plural, w->name) == 0 || strcasecmp(r->singular, w->name) == 0;
}

static const struct kube_resource *find_word(const struct kube_discovery *d, const struct word *w)
{
	const struct half *halves[] = { &d->core, &d->groups };

	for (size_t i = 0; i < ARRAY_SIZE(halves); i++)
		for (size_t k = 0; k < halves[i]->list.len; k++)
			if (matches(halves[i]->list.items[k], w))
				return halves[i]->list.items[k];
	return NULL;
}

/* A name of its own goes before a short one, a whole group before the beginning of one. */
static const struct kube_resource *find_parts(const struct kube_discovery *d, struct word w)
{
	const struct kube_resource *found = NULL;

	for (int prefix = 0; prefix < (w.group[0] ? 2 : 1) && !found; prefix++)
		for (int is_short = 0; is_short < 2 && !found; is_short++) {
			w.prefix = prefix;
			w.is_short = is_short;
			found = find_word(d, &w);
		}
	return found;
}

static const struct kube_resource *find_name(const struct kube_discovery *d, const char *text)
{
	cleanup_free char *copy = xstrdup(text);
	const struct kube_resource *found = NULL;
	char *first = strchr(copy, '.'), *second = first ? strchr(first + 1, '.') : NULL;

	if (!first)
		return find_parts(d, (struct word){ copy, "", "", false, false });
	*first = '\0';
	if (second) {
		*second = '\0';
		found = find_parts(d, (struct word){ copy, first + 1, second + 1, false, false });
		*second = '.';
	}
	return found ? found : find_parts(d, (struct word){ copy, "", first + 1, false, false });
}

int kube_discovery_name(struct kube_discovery *d, const char *name,
			const struct kube_resource **ret, struct error *err)
{
	const unsigned core = d->core.times, groups = d->groups.times;
	const struct kube_resource *found = NULL;
	int r = learn_both(d, 0, 0, err);

	if (r == 0)
		found = find_name(d, name);
	if (r == 0 && !found && (d->core.times == core || d->groups.times == groups)) {
		r = learn_both(d, core + 1, groups + 1, err);
		if (r == 0)
			found = find_name(d, name);
	}
	if (r < 0)
		return r;
	if (!found) {
		error_set(err, ERR_NOT_FOUND, "the server doesn't have a resource type '%s'", name);
		error_hint(err, "kubectl api-resources lists all that it has");
		return -ERR_NOT_FOUND;
	}
	*ret = found;
	return 0;
}

void kube_resource_path(const struct kube_resource *r, const char *ns, const char *name,
			struct strbuf *out)
{
	strbuf_addstr(out, r->group[0] ? "/apis/" : "/api");
	kube_add_escaped(out, r->group);
	strbuf_addch(out, '/');
	kube_add_escaped(out, r->version);
	if (ns && r->namespaced) {
		strbuf_addstr(out, "/namespaces/");
		kube_add_escaped(out, ns);
	}
	strbuf_addch(out, '/');
	kube_add_escaped(out, r->plural);
	if (name) {
		strbuf_addch(out, '/');
		kube_add_escaped(out, name);
	}
}
