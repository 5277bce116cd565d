/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/kept_values.h"

#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/strbuf.h"

struct keeper {
	struct kube *kube;
	struct template *t;
	const struct bindings *bindings;
	const char *ns;
	struct assignment *items;
	size_t count, given;
};

static bool is_assigned(const struct keeper *kp, const char *name)
{
	for (size_t i = 0; i < kp->count; i++)
		if (!strcmp(kp->items[i].name, name))
			return true;
	return false;
}

/* The live value of a key, decoded into the template's arena; NULL if there is none. */
static const char *live_value(const struct keeper *kp, const struct node *live, const char *key,
			      size_t *ret_len)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const struct node *n = node_get(node_get(live, "data"), key);

	if (!n || n->kind != NODE_STRING || !strbuf_add_base64_decoded(&text, n->text, n->len))
		return NULL;
	*ret_len = text.len;
	return arena_memdupz(kp->t->arena, text.buf, text.len);
}

/* Which generated parameters this field is, and what the cluster has in its place. */
static void keep_field(struct keeper *kp, const struct node *live, const struct entry *field)
{
	const struct node *value = field->value;

	for (size_t p = 0; p < kp->t->param_count; p++) {
		const char *name = kp->t->params[p].name, *kept;
		size_t len;
		const char *text = template_generated(kp->t, kp->bindings, p, &len);

		if (!text || value->kind != NODE_STRING || value->len != len ||
		    memcmp(text, value->text, len) != 0 || is_assigned(kp, name))
			continue;
		kept = live_value(kp, live, field->key->text, &len);
		if (kept)
			kp->items[kp->count++] = (struct assignment){
				.name = name, .value = kept, .value_len = len };
	}
}

static int keep_secret(struct keeper *kp, const struct node *object, struct error *err)
{
	static const struct kube_resource secrets = { .group = "", .version = "v1",
						      .plural = "secrets", .namespaced = true };
	const struct node *name = node_path(object, "metadata", "name", NULL);
	const struct node *ns = node_path(object, "metadata", "namespace", NULL);
	const struct node *fields = node_get(object, "stringData");
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	struct kube_answer answer = { 0 };
	struct kube_request rq = { .method = "GET" };
	int r;

	if (!name || !fields || fields->kind != NODE_MAP)
		return 0;
	kube_resource_path(&secrets, ns ? ns->text : kp->ns, name->text, &path);
	rq.path = path.buf;
	r = kube_request(kp->kube->client, &rq, kp->t->arena, &answer, err);
	if (r == -ERR_NOT_FOUND) {
		error_release(err);
		return 0;
	}
	if (r < 0) {
		error_wrap(err, "cannot keep the values of Secret '%s'", name->text);
		return r;
	}
	for (uint32_t i = 0; i < fields->len; i++)
		keep_field(kp, answer.body, &fields->entries[i]);
	return 0;
}

int kept_values(struct kube *k, struct template *t, const struct bindings *b,
		const struct documents *docs, const char *ns, const struct assignment *given,
		size_t count, struct assignment **ret, size_t *ret_count, struct error *err)
{
	struct keeper kp = { .kube = k, .t = t, .bindings = b, .ns = ns, .count = count };
	int r = 0;

	kp.items = arena_alloc(t->arena, (count + t->param_count) * sizeof(*kp.items));
	if (count)
		memcpy(kp.items, given, count * sizeof(*given));
	for (size_t i = 0; i < docs->len && r == 0; i++)
		if (node_is_string(node_get(docs->items[i], "kind"), "Secret"))
			r = keep_secret(&kp, docs->items[i], err);
	*ret = kp.items;
	*ret_count = kp.count;
	return r;
}
