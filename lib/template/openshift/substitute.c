/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/substitute.h"

#include "base/limits.h"
#include "base/memory.h"
#include "template/openshift/references.h"
#include "tree/goprint.h"
#include "tree/read.h"

#include <string.h>

/* A parameter as references see it. */
struct substitute {
	const char *text;
	size_t len;
	bool parsed; /* node was looked for */
	struct node *node; /* what ${{NAME}} stands for; NULL: plain text */
};

void substitution_init(struct substitution *s, struct arena *a, const struct param *params,
		       size_t count, struct error_list *errors)
{
	*s = (struct substitution){ .arena = a, .errors = errors, .scratch = STRBUF_INIT };
	for (size_t i = 0; i < count; i++) {
		const struct param *p = &params[i];
		struct substitute *sub = arena_zalloc(a, sizeof(*sub));

		sub->text = p->value ? p->value : "";
		sub->len = p->value ? p->value_len : 0;
		strmap_put(&s->values, p->name, strlen(p->name), sub);
	}
}

void substitution_release(struct substitution *s)
{
	strmap_release(&s->values);
	strbuf_release(&s->scratch);
}

static void fail_at(struct substitution *s, enum error_class class, const struct pos *pos,
		    const char *message, const char *hint)
{
	struct error err = ERROR_INIT;

	error_set_at(&err, class, pos, "%s", message);
	if (hint)
		error_hint(&err, "%s", hint);
	error_list_take(s->errors, &err);
}

/* Takes len bytes from the budgets; false when one is spent. */
static bool spend(struct substitution *s, size_t len, const struct pos *pos)
{
	if (s->failed)
		return false;
	s->bytes += len;
	if (len <= LIMIT_STRING_BYTES && s->bytes <= LIMIT_SUBSTITUTED_BYTES)
		return true;
	s->failed = true;
	fail_at(s, ERR_LIMIT, pos, "cannot fill the references: the text becomes too large",
		"use shorter parameter values, or fewer references");
	return false;
}

/* Longer than any name that is worth a second look for. */
#define OPEN_REFERENCE_BYTES 4096

/*
 * A reference to a known name in text[*at..len) that is not there because the template wrote it:
 * it came from a value, or grew together from one and what stands beside it. *at moves
 * behind what needs no second look.
 */
static bool grew_reference(const struct substitution *s, const char *text, size_t len, size_t *at)
{
	struct reference ref;
	const char *open;

	for (size_t next = *at; reference_next(text, len, &next, &ref);)
		if (strmap_get(&s->values, ref.name, ref.name_len))
			return true;
	/* "$" or an unclosed "${NAM" at the very end may still become one. */
	open = len > *at ? memrchr(text + *at, '$', len - *at) : NULL;
	*at = open && !memchr(open, '}', (size_t)(text + len - open)) ? (size_t)(open - text) : len;
	return len - *at > OPEN_REFERENCE_BYTES;
}

/*
 * oc replaces, for each reference of the original text in order, the first place of the
 * text made so far that reads like it. That differs from one pass only when values hold
 * references themselves; then this does what oc does.
 */
static void replace_as_oc(struct substitution *s, const char *text, size_t len,
			  const struct pos *pos)
{
	cleanup_strbuf struct strbuf cur = STRBUF_INIT;
	struct reference ref;
	size_t work = 0;

	strbuf_add(&cur, text, len);
	for (size_t at = 0; reference_next(text, len, &at, &ref);) {
		const struct substitute *sub = strmap_get(&s->values, ref.name, ref.name_len);
		const char *hit;
		size_t before, width = ref.end - ref.start;

		if (!sub)
			continue;
		hit = memmem(cur.buf, cur.len, text + ref.start, width);
		if (!hit)
			continue;
		before = (size_t)(hit - cur.buf);
		strbuf_reset(&s->scratch);
		strbuf_add(&s->scratch, cur.buf, before);
		strbuf_add(&s->scratch, sub->text, sub->len);
		strbuf_add(&s->scratch, hit + width, cur.len - before - width);
		work += s->scratch.len;
		if (s->scratch.len > LIMIT_STRING_BYTES || work > LIMIT_SUBSTITUTED_BYTES) {
			(void)spend(s, LIMIT_STRING_BYTES + 1, pos);
			return;
		}
		strbuf_reset(&cur);
		strbuf_add(&cur, s->scratch.buf, s->scratch.len);
	}
	strbuf_reset(&s->scratch);
	strbuf_add(&s->scratch, cur.buf, cur.len);
}

/* Fills the references of text into s->scratch; false: there was none to fill. */
static bool fill_text(struct substitution *s, const char *text, size_t len,
		      const struct pos *pos)
{
	struct strbuf *out = &s->scratch;
	struct reference ref;
	size_t copied = 0, checked = 0, filled = 0;

	for (size_t at = 0; reference_next(text, len, &at, &ref);) {
		const struct substitute *sub = strmap_get(&s->values, ref.name, ref.name_len);

		if (!sub)
			continue;
		if (filled++ == 0)
			strbuf_reset(out);
		strbuf_add(out, text + copied, ref.start - copied);
		if (filled > 1 && grew_reference(s, out->buf, out->len, &checked)) {
			replace_as_oc(s, text, len, pos);
			return true;
		}
		strbuf_add(out, sub->text, sub->len);
		copied = ref.end;
		if (out->len > LIMIT_STRING_BYTES) {
			(void)spend(s, out->len, pos);
			return false;
		}
	}
	if (filled == 0)
		return false;
	strbuf_add(out, text + copied, len - copied);
	return true;
}

/* The parameter of a text that is nothing but ${NAME}: its value needs no copy. */
static const struct substitute *whole_text(const struct substitution *s, const char *text,
					   size_t len)
{
	struct reference ref;
	size_t at = 0;

	if (text[0] != '$' || text[len - 1] != '}' || !reference_next(text, len, &at, &ref) ||
	    ref.start != 0 || ref.end != len)
		return NULL;
	return strmap_get(&s->values, ref.name, ref.name_len);
}

const char *substitute_text(struct substitution *s, const char *text, size_t len,
			    const struct pos *pos, size_t *ret_len)
{
	struct reference ref;
	const struct substitute *sub;

	*ret_len = len;
	if (!reference_possible(text, len) || s->failed)
		return text;
	if (reference_whole(text, len, &ref)) {
		sub = strmap_get(&s->values, ref.name, ref.name_len);
		if (sub) {
			*ret_len = sub->len;
			return sub->text;
		}
	}
	sub = whole_text(s, text, len);
	if (sub) {
		*ret_len = sub->len;
		return spend(s, 0, pos) ? sub->text : text;
	}
	if (!fill_text(s, text, len, pos) || !spend(s, s->scratch.len, pos))
		return text;
	*ret_len = s->scratch.len;
	return arena_memdupz(s->arena, s->scratch.buf, s->scratch.len);
}

/* What goes through ${{NAME}} goes through a 64-bit float: 1.0 is 1, and 2^53 + 1 is 2^53. */
static void round_numbers(struct arena *a, struct node *n)
{
	if (n->kind == NODE_NUMBER) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		go_float_text(&text, strtod(n->text, NULL));
		n->text = arena_memdupz(a, text.buf, text.len);
		n->known = 0;
		n->len = (uint32_t)text.len;
	} else if (n->kind == NODE_SEQ) {
		for (size_t i = 0; i < n->len; i++)
			round_numbers(a, n->items[i]);
	} else if (n->kind == NODE_MAP) {
		for (size_t i = 0; i < n->len; i++)
			round_numbers(a, n->entries[i].value);
	}
}

/* A number that no float holds: oc cannot read such JSON, and takes it as text. */
static bool overflows(const struct node *n)
{
	bool found = false;

	if (n->kind == NODE_NUMBER)
		return __builtin_isinf(strtod(n->text, NULL));
	if (n->kind == NODE_SEQ)
		for (size_t i = 0; i < n->len && !found; i++)
			found = overflows(n->items[i]);
	if (n->kind == NODE_MAP)
		for (size_t i = 0; i < n->len && !found; i++)
			found = overflows(n->entries[i].value);
	return found;
}

/* The document that ${{NAME}} stands for, read once; NULL: its value is not JSON. */
static struct node *parsed_value(struct substitution *s, struct substitute *sub)
{
	cleanup_error struct error ignored = ERROR_INIT;
	struct node *n = NULL;

	if (sub->parsed)
		return sub->node;
	sub->parsed = true;
	if (tree_read_json(s->arena, sub->text, sub->len, "",
			   READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE | READ_JSON_ONLY, &n,
			   &ignored) < 0 ||
	    overflows(n))
		return NULL;
	round_numbers(s->arena, n);
	sub->node = n;
	return n;
}

static struct node *new_string(struct substitution *s, const struct node *from, const char *text,
			       size_t len)
{
	struct node *n = arena_alloc(s->arena, sizeof(*n));

	*n = *from;
	n->plain = false;
	n->known = 0;
	n->text = text;
	n->len = (uint32_t)len;
	return n;
}

static struct node *substitute_string(struct substitution *s, struct node *n)
{
	struct reference ref;
	const char *text;
	size_t len;

	if (!reference_possible(n->text, n->len))
		return n;
	if (reference_whole(n->text, n->len, &ref)) {
		struct substitute *sub = strmap_get(&s->values, ref.name, ref.name_len);
		struct node *value = sub ? parsed_value(s, sub) : NULL;

		if (value)
			return value->kind == NODE_NULL ? NULL : value;
		if (sub)
			return new_string(s, n, sub->text, sub->len);
	}
	text = substitute_text(s, n->text, n->len, &n->pos, &len);
	return text == n->text ? n : new_string(s, n, text, len);
}

static struct node *substitute_seq(struct substitution *s, struct node *n)
{
	struct node *copy = NULL;

	for (size_t i = 0; i < n->len; i++) {
		struct node *item = substitute_node(s, n->items[i]);

		if (item == n->items[i])
			continue;
		if (!item) {
			fail_at(s, ERR_INVALID, &n->items[i]->pos,
				"cannot put null into a list through '${{…}}'",
				"null takes away the key of a map; in a list there is none");
			continue;
		}
		if (!copy)
			copy = node_copy_shallow(s->arena, n);
		copy->items[i] = item;
	}
	return copy ? copy : n;
}

static void fail_equal_keys(struct substitution *s, const struct entry *e, const struct pos *pos)
{
	struct error err = ERROR_INIT;

	error_set_at(&err, ERR_INVALID, pos, "two keys of one map become '%.*s'",
		     (int)e->key->len, e->key->text);
	error_hint(&err, "give the parameters in the keys different values");
	error_list_take(s->errors, &err);
}

/* Two keys became one. oc lets a reference win over a written key; of two references, either. */
static void merge_equal_keys(struct substitution *s, const struct node *from, struct node *map)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;
	bool *by_reference = arena_zalloc(s->arena, map->len);
	size_t kept = 0;

	for (size_t i = 0; i < map->len; i++) {
		struct entry e = map->entries[i];
		bool made = e.key != from->entries[i].key;
		struct entry *slot = strmap_get(&seen, e.key->text, e.key->len);

		if (slot && made && by_reference[slot - map->entries])
			fail_equal_keys(s, &e, &from->entries[i].key->pos);
		if (slot && !made)
			continue;
		if (!slot)
			slot = &map->entries[kept++];
		*slot = e;
		by_reference[slot - map->entries] = made;
		strmap_put(&seen, slot->key->text, slot->key->len, slot);
	}
	map->len = (uint32_t)kept;
}

/* Takes out the entries whose value became null. */
static void drop_deleted(struct node *map)
{
	size_t kept = 0;

	for (size_t i = 0; i < map->len; i++)
		if (map->entries[i].value)
			map->entries[kept++] = map->entries[i];
	map->len = (uint32_t)kept;
}

static struct node *substitute_key(struct substitution *s, struct node *key)
{
	struct node *made = substitute_string(s, key);

	if (made && made->kind == NODE_STRING)
		return made;
	fail_at(s, ERR_INVALID, &key->pos, "a key must be a string, '${{…}}' made it another value",
		"write '${…}' to get the text of the value");
	return key;
}

static struct node *substitute_map(struct substitution *s, struct node *n)
{
	struct node *copy = NULL;
	bool keys = false, deleted = false;

	for (size_t i = 0; i < n->len; i++) {
		struct entry *e = &n->entries[i];
		struct node *key = substitute_key(s, e->key);
		struct node *value = substitute_node(s, e->value);

		if (key == e->key && value == e->value)
			continue;
		if (!copy)
			copy = node_copy_shallow(s->arena, n);
		keys |= key != e->key;
		deleted |= !value;
		copy->entries[i] = (struct entry){ .key = key, .value = value };
	}
	if (keys)
		merge_equal_keys(s, n, copy);
	if (deleted)
		drop_deleted(copy);
	return copy ? copy : n;
}

struct node *substitute_node(struct substitution *s, struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_STRING:
		return substitute_string(s, n);
	case NODE_SEQ:
		return substitute_seq(s, n);
	case NODE_MAP:
		return substitute_map(s, n);
	case NODE_NULL:
	case NODE_BOOL:
	case NODE_NUMBER:
		break;
	}
	return n;
}
