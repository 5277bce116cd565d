/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"

#define PAGE "limit=500" /* kubectl's --chunk-size */

struct listing {
	struct kube_client *c;
	const char *path, *query;
	struct arena *arena;
	struct node **items;
	size_t len, alloc, bytes;
	const char *next, *version; /* next "": that was the last page */
	bool whole; /* in one piece */
};

static const char *text_at(const struct node *list, const char *key)
{
	return node_text(node_path(list, "metadata", key, NULL));
}

static bool has_limit(const char *query)
{
	return strncmp(query, "limit=", 6) == 0 || strstr(query, "&limit=");
}

static void make_query(const struct listing *l, struct strbuf *out)
{
	const char *query = l->query ? l->query : "";

	strbuf_addstr(out, query);
	if (l->whole)
		return;
	if (!has_limit(query))
		strbuf_addf(out, "%s%s", out->len ? "&" : "", PAGE);
	if (l->next && l->next[0])
		kube_add_parameter(out, "continue", l->next);
}

static int take_page(struct listing *l, const struct kube_answer *page, struct error *err)
{
	const struct node *items = node_get(page->body, "items");

	/* Go writes null for none. */
	if (!items || (items->kind != NODE_SEQ && items->kind != NODE_NULL))
		return error_set(err, ERR_INVALID, "GET '%s': what the server answered is no list",
				 l->path);
	l->bytes += page->len;
	if (l->bytes > LIMIT_KUBE_LIST)
		return error_set(err, ERR_LIMIT, "GET '%s': the list is larger than %zu bytes",
				 l->path, LIMIT_KUBE_LIST);
	if (items->kind == NODE_SEQ && items->len) {
		ALLOC_GROW(l->items, l->len + items->len, l->alloc);
		memcpy(l->items + l->len, items->items, items->len * sizeof(*l->items));
		l->len += items->len;
	}
	l->next = text_at(page->body, "continue");
	l->version = text_at(page->body, "resourceVersion");
	return l->next[0] && !l->whole ? 1 : 0;
}

/* 1: there is more. */
static int ask_page(struct listing *l, struct error *err)
{
	cleanup_strbuf struct strbuf query = STRBUF_INIT;
	const char *went_on = l->next;
	struct kube_answer page = { 0 };
	int r;

	make_query(l, &query);
	r = kube_request(l->c,
			 &(struct kube_request){
				 .method = "GET", .path = l->path, .query = query.buf },
			 l->arena, &page, err);
	if (r == 0)
		return take_page(l, &page, err);
	if (err->origin != 410 || !went_on || !went_on[0])
		return r;
	/* The server has forgotten the version that the first pages are of. */
	error_release(err);
	*err = (struct error)ERROR_INIT;
	l->whole = true;
	l->len = l->bytes = 0;
	return 1;
}

int kube_list(struct kube_client *c, const char *path, const char *query, struct arena *a,
	      struct node **ret_items, const char **ret_version, struct error *err)
{
	struct listing l = { .c = c, .path = path, .query = query, .arena = a };
	struct node **items;
	int r;

	do {
		r = ask_page(&l, err);
	} while (r == 1);
	if (r == 0) {
		items = arena_alloc(a, (l.len + 1) * sizeof(*items));
		if (l.len)
			memcpy(items, l.items, l.len * sizeof(*items));
		*ret_items = node_seq(a, items, l.len, NULL);
		if (ret_version)
			*ret_version = l.version;
	}
	free(l.items);
	return r;
}
