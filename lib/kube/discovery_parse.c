/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/discovery_parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

/* The items of a list; none if it is none. */
static size_t items_of(const struct node *map, const char *key, struct node *const **ret)
{
	const struct node *n = node_get(map, key);

	*ret = n && n->kind == NODE_SEQ ? n->items : NULL;
	return *ret ? n->len : 0;
}

static const char *const *copy_texts(struct arena *a, const struct node *map, const char *key)
{
	struct node *const *items;
	size_t len = items_of(map, key, &items), n = 0;
	const char **v = arena_alloc(a, (len + 1) * sizeof(*v));

	for (size_t i = 0; i < len; i++)
		if (items[i]->kind == NODE_STRING)
			v[n++] = arena_strdup(a, items[i]->text);
	v[n] = NULL;
	return v;
}

static char *lower(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

void kube_resources_release(struct kube_resources *list)
{
	free(list->items);
	free(list->stale);
	list->items = NULL;
	list->stale = NULL;
	list->len = list->alloc = list->stale_len = list->stale_alloc = 0;
}

int kube_discovery_form(const struct node *answer, enum kube_discovery_form *ret, struct error *err)
{
	const char *kind = node_text_of(answer, "kind");

	if (strcmp(kind, "APIGroupDiscoveryList") == 0)
		*ret = KUBE_FORM_AGGREGATED;
	else if (strcmp(kind, "APIVersions") == 0)
		*ret = KUBE_FORM_VERSIONS;
	else if (strcmp(kind, "APIGroupList") == 0)
		*ret = KUBE_FORM_GROUPS;
	else
		return error_set(err, ERR_INVALID,
				 "what the server answered does not say which kinds it has");
	return 0;
}

/* What both forms have by the same names. */
static int add(struct kube_resources *list, const struct node *from, const struct kube_resource *r,
	       struct error *err)
{
	struct kube_resource *copy;

	/* Without a name or a kind nobody can ask for it; with '/' it is a part of another one. */
	if (!r->plural[0] || !r->kind[0] || !r->version[0] || strchr(r->plural, '/'))
		return 0;
	if (list->len >= LIMIT_KUBE_RESOURCES)
		return error_set(err, ERR_LIMIT, "the server has more than %zu kinds",
				 LIMIT_KUBE_RESOURCES);
	copy = arena_alloc(list->arena, sizeof(*copy));
	*copy = (struct kube_resource){
		.group = arena_strdup(list->arena, r->group),
		.version = arena_strdup(list->arena, r->version),
		.kind = arena_strdup(list->arena, r->kind),
		.plural = arena_strdup(list->arena, r->plural),
		.singular = r->singular[0] ? arena_strdup(list->arena, r->singular)
					   : lower(list->arena, r->kind),
		.short_names = copy_texts(list->arena, from, "shortNames"),
		.categories = copy_texts(list->arena, from, "categories"),
		.verbs = copy_texts(list->arena, from, "verbs"),
		.namespaced = r->namespaced,
	};
	ALLOC_GROW(list->items, list->len + 1, list->alloc);
	list->items[list->len++] = copy;
	return 0;
}

void kube_resources_add_stale(struct kube_resources *list, const char *group_version)
{
	ALLOC_GROW(list->stale, list->stale_len + 1, list->stale_alloc);
	list->stale[list->stale_len++] = arena_strdup(list->arena, group_version);
}

static int add_version(struct kube_resources *list, const char *group, const struct node *version,
		       struct error *err)
{
	const char *name = node_text_of(version, "version");
	cleanup_free char *both = xasprintf("%s/%s", group, name);
	struct node *const *items;
	size_t len = items_of(version, "resources", &items);
	int r = 0;

	if (strcmp(node_text_of(version, "freshness"), "Stale") == 0) {
		kube_resources_add_stale(list, both);
		return 0;
	}
	for (size_t i = 0; i < len && r == 0; i++)
		r = add(list, items[i],
			&(struct kube_resource){
				.group = group,
				.version = name,
				.kind = node_text_of(node_get(items[i], "responseKind"), "kind"),
				.plural = node_text_of(items[i], "resource"),
				.singular = node_text_of(items[i], "singularResource"),
				.namespaced = node_is_string(node_get(items[i], "scope"),
							     "Namespaced"),
			},
			err);
	return r;
}

int kube_resources_add_aggregated(struct kube_resources *list, const struct node *answer,
				  struct error *err)
{
	struct node *const *groups, *const *versions;
	size_t n = items_of(answer, "items", &groups);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const char *group = node_text_of(node_get(groups[i], "metadata"), "name");
		size_t count = items_of(groups[i], "versions", &versions);

		for (size_t k = 0; k < count && r == 0; k++)
			r = add_version(list, group, versions[k], err);
	}
	return r;
}

/* It becomes a part of a path as it is. */
static bool is_group_version(const char *name)
{
	return name[0] && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-/")];
}

/* Of one group: the preferred version goes first. */
static size_t add_paths(struct arena *a, const struct node *group, const char **paths)
{
	const char *preferred = node_text_of(node_get(group, "preferredVersion"), "groupVersion");
	struct node *const *versions;
	size_t count = items_of(group, "versions", &versions), n = 0;

	if (is_group_version(preferred))
		paths[n++] = arena_printf(a, "/apis/%s", preferred);
	for (size_t i = 0; i < count; i++) {
		const char *name = node_text_of(versions[i], "groupVersion");

		if (is_group_version(name) && strcmp(name, preferred) != 0)
			paths[n++] = arena_printf(a, "/apis/%s", name);
	}
	return n;
}

int kube_discovery_paths(struct kube_resources *list, const struct node *answer,
			 const char *const **ret, struct error *err)
{
	struct node *const *groups, *const *versions;
	size_t count = items_of(answer, "groups", &groups);
	size_t core = items_of(answer, "versions", &versions), room = core + 1, n = 0;
	const char **paths;

	for (size_t i = 0; i < count; i++) {
		struct node *const *unused;

		room += items_of(groups[i], "versions", &unused) + 1;
	}
	if (room > LIMIT_KUBE_RESOURCES)
		return error_set(err, ERR_LIMIT, "the server has more than %zu versions of groups",
				 LIMIT_KUBE_RESOURCES);
	paths = arena_alloc(list->arena, room * sizeof(*paths));
	for (size_t i = 0; i < core; i++)
		if (versions[i]->kind == NODE_STRING && is_group_version(versions[i]->text))
			paths[n++] = arena_printf(list->arena, "/api/%s", versions[i]->text);
	for (size_t i = 0; i < count; i++)
		n += add_paths(list->arena, groups[i], paths + n);
	paths[n] = NULL;
	*ret = paths;
	return 0;
}

int kube_resources_add_plain(struct kube_resources *list, const struct node *answer,
			     struct error *err)
{
	const char *both = node_text_of(answer, "groupVersion"), *slash = strchr(both, '/');
	cleanup_free char *group = xmemdupz(both, slash ? (size_t)(slash - both) : 0);
	struct node *const *items;
	size_t len = items_of(answer, "resources", &items);
	int r = 0;

	if (strcmp(node_text_of(answer, "kind"), "APIResourceList") != 0)
		return error_set(err, ERR_INVALID,
				 "what the server answered does not say which kinds it has");
	for (size_t i = 0; i < len && r == 0; i++) {
		const struct node *namespaced = node_get(items[i], "namespaced");

		r = add(list, items[i],
			&(struct kube_resource){
				.group = group,
				.version = slash ? slash + 1 : both,
				.kind = node_text_of(items[i], "kind"),
				.plural = node_text_of(items[i], "name"),
				.singular = node_text_of(items[i], "singularName"),
				.namespaced = namespaced && namespaced->kind == NODE_BOOL &&
					      namespaced->boolean,
			},
			err);
	}
	return r;
}
