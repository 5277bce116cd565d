/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_reader.h"

#include "base/limits.h"
#include "tree/yaml_quick.h"

/*
 * The tree is built from libyaml's events. libyaml's scanner runs at most 1024 characters
 * ahead of them, so counting depth here stops deep nesting before its
 * quadratic work (each token looks at every open bracket) can be felt.
 */

/*
 * Long text within many brackets costs that work as well: brackets beyond the usual ones, summed
 * over all events, may not come to more than this (half a second or so).
 */
#define MAX_FLOW_WORK	 ((uint64_t)1 << 26)

static void position(const yaml_event_t *e, struct node *n)
{
	n->pos.line = (uint32_t)e->start_mark.line + 1;
	n->pos.column = (uint32_t)e->start_mark.column + 1;
}

static struct node *new_node(struct yaml_reader *r, enum node_kind kind, const yaml_event_t *e)
{
	return builder_node(&r->build, kind, (uint32_t)e->start_mark.line + 1,
			    (uint32_t)e->start_mark.column + 1);
}

struct yaml_anchor *yaml_set_anchor(struct yaml_reader *r, const char *name, size_t len,
				    struct node *n)
{
	struct yaml_anchor *anchor;

	anchor = arena_zalloc(r->build.arena, sizeof(*anchor));
	anchor->node = n;
	anchor->open = true;
	name = arena_memdupz(r->build.arena, name, len);
	strmap_put(&r->anchors, name, len, anchor);
	return anchor;
}

static struct yaml_anchor *set_anchor(struct yaml_reader *r, const yaml_char_t *name,
				      struct node *n)
{
	return yaml_set_anchor(r, (const char *)name, strlen((const char *)name), n);
}

/* A node is complete: it becomes a child of the innermost frame. */
static void add_child(struct yaml_reader *r, struct node *n, size_t weight, uint32_t height)
{
	struct yaml_frame *f;

	builder_push(&r->build, n);
	if (!r->depth)
		return;
	f = &r->frames[r->depth - 1];
	f->weight += weight;
	if (height > f->height)
		f->height = height;
}

static int check_key_size(struct yaml_reader *r, const struct node *key)
{
	if (key->len <= LIMIT_KEY_BYTES)
		return 0;
	return error_set_at(r->err, ERR_LIMIT, &key->pos,
			    "cannot read YAML: a key is longer than %zu bytes", LIMIT_KEY_BYTES);
}

static bool is_merge_key(const yaml_event_t *e)
{
	const char *tag = (const char *)e->data.scalar.tag;

	return e->data.scalar.length == 2 && memcmp(e->data.scalar.value, "<<", 2) == 0 &&
	       (e->data.scalar.plain_implicit ||
		(tag && strcmp(tag, "tag:yaml.org,2002:merge") == 0));
}

static int on_scalar(struct yaml_reader *r, const yaml_event_t *e)
{
	struct node *n = new_node(r, NODE_STRING, e);
	size_t weight;
	int ret;

	ret = yaml_scalar(r, e, n);
	if (ret < 0)
		return ret;
	weight = 1 + e->data.scalar.length / YAML_BYTES_PER_WEIGHT;
	if (e->data.scalar.anchor) {
		struct yaml_anchor *anchor = set_anchor(r, e->data.scalar.anchor, n);

		anchor->weight = weight;
		anchor->open = false;
	}
	if (yaml_reads_key(r)) {
		if (n->kind != NODE_STRING)
			ret = yaml_key(r, n, &n);
		if (ret == 0)
			ret = check_key_size(r, n);
		if (ret < 0)
			return ret;
		if (is_merge_key(e)) {
			n->boolean = true;
			r->frames[r->depth - 1].merges = true;
		}
	}
	add_child(r, n, weight, 0);
	return 0;
}

static int refuse_alias(struct yaml_reader *r, const yaml_event_t *e, enum error_class class,
			const char *why)
{
	struct node at = { .pos = { .file = r->build.file } };
	const char *name = (const char *)e->data.alias.anchor;

	position(e, &at);
	return error_set_at(r->err, class, &at.pos, "cannot read YAML: alias '*%s' %s",
			    builder_excerpt(r->build.arena, name, strlen(name)), why);
}

static int on_alias(struct yaml_reader *r, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct yaml_anchor *anchor = strmap_get(&r->anchors, name, strlen(name));
	struct node at = { .pos = { .file = r->build.file } };
	struct node *n;
	int ret;

	if (!anchor)
		return refuse_alias(r, e, ERR_INVALID, "has no anchor before it");
	if (anchor->open)
		return refuse_alias(r, e, ERR_INVALID, "stands within what it stands for");
	if (r->depth + anchor->height > LIMIT_DEPTH)
		return refuse_alias(r, e, ERR_LIMIT, "makes the document nested too deep");
	r->alias_weight += anchor->weight;
	if (r->alias_weight > LIMIT_ALIAS_NODES)
		return refuse_alias(r, e, ERR_LIMIT, "makes the document too large");
	n = anchor->node;
	if (yaml_reads_key(r)) {
		at = *n;
		position(e, &at);
		ret = yaml_key(r, &at, &n);
		if (ret < 0)
			return ret;
	}
	add_child(r, n, anchor->weight, anchor->height);
	return 0;
}

static int on_start(struct yaml_reader *r, const yaml_event_t *e, enum node_kind kind)
{
	struct node *n = new_node(r, kind, e);
	const bool map = kind == NODE_MAP;
	const yaml_char_t *tag = map ? e->data.mapping_start.tag : e->data.sequence_start.tag;
	const yaml_char_t *anchor =
		map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor;
	struct yaml_frame *f;
	struct node *key;
	int ret;

	if (yaml_reads_key(r))
		return yaml_key(r, n, &key);
	if (r->depth >= LIMIT_DEPTH)
		return error_set_at(r->err, ERR_LIMIT, &n->pos,
				    "cannot read YAML: nested more than %d deep", LIMIT_DEPTH);
	if (tag) {
		ret = yaml_container_tag(r, (const char *)tag, n);
		if (ret < 0)
			return ret;
	}
	ALLOC_GROW(r->frames, r->depth + 1, r->frames_alloc);
	f = &r->frames[r->depth++];
	*f = (struct yaml_frame){ .node = n, .base = r->build.top, .weight = 1 };
	f->flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
		      : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	r->flow_depth += f->flow;
	if (anchor)
		f->anchor = set_anchor(r, anchor, n);
	return 0;
}

static int on_end(struct yaml_reader *r)
{
	struct yaml_frame f = r->frames[--r->depth];
	int ret = 0;

	r->flow_depth -= f.flow;
	builder_close(&r->build, f.node, f.base);
	if (f.merges)
		ret = yaml_merge(r, f.node);
	else if (f.node->kind == NODE_MAP)
		ret = builder_check_keys(&r->build, f.node,
					 r->flags & (READ_DUPLICATE_KEYS_LAST_WINS | READ_OC),
					 "YAML", r->err);
	if (ret < 0)
		return ret;
	if (f.anchor) {
		f.anchor->weight = f.weight;
		f.anchor->height = f.height + 1;
		f.anchor->open = false;
	}
	add_child(r, f.node, f.weight, f.height + 1);
	return 0;
}

void yaml_add_document(struct yaml_reader *r)
{
	struct node *root = r->build.stack[--r->build.top];

	if (root->kind == NODE_NULL)
		return;
	ALLOC_GROW(r->documents, r->documents_len + 1, r->documents_alloc);
	r->documents[r->documents_len++] = root;
}

static int check_flow_work(struct yaml_reader *r, const yaml_event_t *e)
{
	struct node at = { .pos = { .file = r->build.file } };

	r->flow_work += r->flow_depth - YAML_USUAL_FLOW_DEPTH;
	if (r->flow_work <= MAX_FLOW_WORK)
		return 0;
	position(e, &at);
	return error_set_at(r->err, ERR_LIMIT, &at.pos,
			    "cannot read YAML: too much text within too many brackets");
}

static int on_event(struct yaml_reader *r, const yaml_event_t *e)
{
	if (r->flow_depth > YAML_USUAL_FLOW_DEPTH) {
		int ret = check_flow_work(r, e);

		if (ret < 0)
			return ret;
	}
	if (r->build.full)
		return builder_fail_full(&r->build, (uint32_t)e->start_mark.line + 1,
					 (uint32_t)e->start_mark.column + 1, "YAML", r->err);
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return on_scalar(r, e);
	case YAML_ALIAS_EVENT:
		return on_alias(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return on_start(r, e, NODE_SEQ);
	case YAML_MAPPING_START_EVENT:
		return on_start(r, e, NODE_MAP);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_end(r);
	case YAML_DOCUMENT_END_EVENT:
		strmap_release(&r->anchors);
		yaml_add_document(r);
		return 0;
	default:
		return 0;
	}
}

static int read_events(struct yaml_reader *r)
{
	yaml_event_type_t type;
	yaml_event_t e;
	int ret;

	do {
		if (!r->lib->parser_parse(&r->parser, &e))
			return yaml_parser_failure(r);
		type = e.type;
		ret = on_event(r, &e);
		r->lib->event_delete(&e);
	} while (ret == 0 && type != YAML_STREAM_END_EVENT);
	return ret;
}

static int read_text(struct yaml_reader *r)
{
	int ret;

	if (!r->lib->parser_initialize(&r->parser))
		return error_set(r->err, ERR_FAILED, "cannot read YAML: out of memory");
	r->lib->parser_set_input_string(&r->parser, (const unsigned char *)r->input.text,
					r->input.len);
	if (!r->input.utf16)
		r->lib->parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	ret = read_events(r);
	r->lib->parser_delete(&r->parser);
	return ret;
}

static void take_documents(struct yaml_reader *r, struct documents *ret)
{
	size_t size = r->documents_len * sizeof(*ret->items);

	ret->len = r->documents_len;
	ret->items = arena_alloc(r->build.arena, size);
	if (size)
		memcpy(ret->items, r->documents, size);
}

static int read_libyaml(struct yaml_reader *r, const char *text, size_t len)
{
	int ret;

	r->lib = libyaml_open(r->err);
	if (!r->lib)
		return -ERR_FAILED;
	ret = yaml_input_init(&r->input, text, len, r->flags, r->build.file, r->err);
	if (ret == 0)
		ret = read_text(r);
	yaml_input_release(&r->input);
	strmap_release(&r->anchors);
	builder_release(&r->build);
	free(r->frames);
	return ret;
}

int tree_read_yaml(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
		   struct documents *ret, struct error *err)
{
	struct yaml_reader r = { .flags = flags, .err = err, .input = YAML_INPUT_INIT };
	int ret_code = 0;

	r.build.arena = a;
	r.build.file = arena_strdup(a, name);
	if ((flags & READ_LIBYAML) || (!yaml_quick_read(&r, text, len) && !err->class))
		ret_code = read_libyaml(&r, text, len);
	else
		ret_code = -err->class;
	if (ret_code == 0)
		take_documents(&r, ret);
	free(r.documents);
	return ret_code;
}
