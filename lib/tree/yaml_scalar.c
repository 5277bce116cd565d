/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_reader.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "tree/number.h"
#include "tree/resolve.h"
#include "tree/write.h"

#define CORE_PREFIX "tag:yaml.org,2002:"

static bool is_core(const char *tag, const char *name)
{
	return strncmp(tag, CORE_PREFIX, sizeof(CORE_PREFIX) - 1) == 0 &&
	       strcmp(tag + sizeof(CORE_PREFIX) - 1, name) == 0;
}

static bool is_local(const char *tag)
{
	return tag[0] == '!';
}

/* How a tag is written: !!int, not tag:yaml.org,2002:int. */
static const char *tag_name(struct yaml_reader *r, const char *tag)
{
	if (strncmp(tag, CORE_PREFIX, sizeof(CORE_PREFIX) - 1) == 0)
		return arena_printf(r->build.arena, "!!%s", tag + sizeof(CORE_PREFIX) - 1);
	return tag;
}

static const char *keep_tag(struct yaml_reader *r, const char *tag)
{
	if (!r->last_tag || strcmp(r->last_tag, tag) != 0)
		r->last_tag = arena_strdup(r->build.arena, tag);
	return r->last_tag;
}

static int refuse_tag(struct yaml_reader *r, const char *tag, const struct node *n)
{
	const char *name =
		builder_excerpt(r->build.arena, tag_name(r, tag), strlen(tag_name(r, tag)));

	return error_set_at(r->err, ERR_INVALID, &n->pos,
			    "cannot read YAML: the tag '%s' means nothing here", name);
}

int yaml_container_tag(struct yaml_reader *r, const char *tag, struct node *n)
{
	if (is_core(tag, n->kind == NODE_MAP ? "map" : "seq"))
		return 0;
	if ((r->flags & READ_KEEP_TAGS) && is_local(tag)) {
		n->tag = keep_tag(r, tag);
		return 0;
	}
	return r->flags & READ_OC ? 0 : refuse_tag(r, tag, n);
}

static void set_string(struct yaml_reader *r, struct node *n, const char *text, size_t len)
{
	char *copy = arena_memdupz(r->build.arena, text, len);

	if (yaml_input_replaced(&r->input, copy, len))
		len = yaml_input_restore(&r->input, copy, len);
	n->kind = NODE_STRING;
	n->text = copy;
	n->len = (uint32_t)len;
}

static void set_number(struct yaml_reader *r, struct node *n, const char *text, size_t len,
		       const struct resolved *res)
{
	size_t number_len;

	n->text = yaml_number_text(r->build.arena, text, len, res, &number_len);
	n->kind = NODE_NUMBER;
	n->len = (uint32_t)number_len;
}

/* .inf, -.inf and .nan are no JSON; only as keys they are, since those are text. */
static int set_special(struct yaml_reader *r, struct node *n, const struct resolved *res)
{
	const char *text = res->kind == RESOLVED_NAN ? ".nan" : res->negative ? "-.inf" : ".inf";

	if (!yaml_reads_key(r)) {
		error_set_at(r->err, ERR_INVALID, &n->pos,
			     "cannot read YAML: '%s' is no number that JSON has", text);
		error_hint(r->err, "put it in quotes if it is meant as text");
		return -ERR_INVALID;
	}
	set_string(r, n, text, strlen(text));
	return 0;
}

static int set_resolved(struct yaml_reader *r, struct node *n, const char *text, size_t len,
			const struct resolved *res)
{
	switch (res->kind) {
	case RESOLVED_NULL:
		n->kind = NODE_NULL;
		return 0;
	case RESOLVED_TRUE:
	case RESOLVED_FALSE:
		n->kind = NODE_BOOL;
		n->boolean = res->kind == RESOLVED_TRUE;
		return 0;
	case RESOLVED_INT:
	case RESOLVED_FLOAT:
		set_number(r, n, text, len, res);
		return 0;
	case RESOLVED_INFINITY:
	case RESOLVED_NAN:
		return set_special(r, n, res);
	default:
		set_string(r, n, text, len);
		return 0;
	}
}

static int set_binary(struct yaml_reader *r, struct node *n, const char *text, size_t len)
{
	cleanup_strbuf struct strbuf bytes = STRBUF_INIT;
	cleanup_strbuf struct strbuf valid = STRBUF_INIT;
	const char *p, *end;
	size_t width;

	if (!strbuf_add_base64_decoded(&bytes, text, len))
		return error_set_at(r->err, ERR_INVALID, &n->pos,
				    "cannot read YAML: the text of !!binary is not base64");
	if (!utf8_valid(bytes.buf, bytes.len) && !(r->flags & (READ_UTF8_REPLACE | READ_OC)))
		return error_set_at(r->err, ERR_INVALID, &n->pos,
				    "cannot read YAML: the bytes of !!binary are not UTF-8");
	for (p = bytes.buf, end = p + bytes.len; p < end; p += width ? width : 1) {
		width = utf8_sequence(p, end);
		if (width)
			strbuf_add(&valid, p, width);
		else
			strbuf_add(&valid, "\xef\xbf\xbd", 3);
	}
	set_string(r, n, valid.buf, valid.len);
	return 0;
}

/* True if a scalar that resolved to kind may have the tag. */
static bool tag_fits(const char *tag, enum resolved_kind kind)
{
	switch (kind) {
	case RESOLVED_NULL:
		return is_core(tag, "null");
	case RESOLVED_TRUE:
	case RESOLVED_FALSE:
		return is_core(tag, "bool");
	case RESOLVED_INT:
		return is_core(tag, "int") || is_core(tag, "float");
	case RESOLVED_FLOAT:
	case RESOLVED_INFINITY:
	case RESOLVED_NAN:
		return is_core(tag, "float");
	case RESOLVED_TIME:
		return is_core(tag, "timestamp");
	default:
		return false;
	}
}

static bool is_typed(const char *tag)
{
	return is_core(tag, "null") || is_core(tag, "bool") || is_core(tag, "int") ||
	       is_core(tag, "float") || is_core(tag, "timestamp");
}

/* !!int and its like: the text must be one; !!float makes a float of a whole number. */
static int set_typed(struct yaml_reader *r, struct node *n, const char *tag, const char *text,
		     size_t len)
{
	struct resolved res = yaml_resolve(text, len);
	const bool widen = res.kind == RESOLVED_INT && is_core(tag, "float");

	/* What no float64 holds is how we write such numbers ourselves. */
	if (!(r->flags & READ_OC) && res.kind == RESOLVED_STRING && is_core(tag, "float") && len &&
	    number_scan(text, text + len) == len) {
		res.kind = RESOLVED_FLOAT;
		set_number(r, n, text, len, &res);
		return 0;
	}
	if (!tag_fits(tag, res.kind) ||
	    (widen && res.magnitude > (uint64_t)INT64_MAX + (res.negative ? 1 : 0)))
		return error_set_at(r->err, ERR_INVALID, &n->pos, "cannot read YAML: '%s' is no %s",
				    builder_excerpt(r->build.arena, text, len), tag_name(r, tag));
	if (!widen)
		return set_resolved(r, n, text, len, &res);
	set_number(r, n, text, len, &res);
	n->text = arena_printf(r->build.arena, "%s.0", n->text);
	n->len += 2;
	return 0;
}

/* Where a scalar itself begins, behind its tag: errors in an expression count from there. */
static void locate_behind_tag(struct yaml_reader *r, const yaml_event_t *e, struct node *n)
{
	const char *p, *end;

	if (r->input.utf16)
		return;
	p = yaml_input_seek(&r->input, e->start_mark.index);
	end = r->input.text + r->input.len;
	while (p < end && (*p == '!' || *p == '&')) {
		for (; p < end && !strchr(" \t\r\n", *p); p++)
			n->pos.column += ((unsigned char)*p & 0xc0) != 0x80;
		for (; p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'); p++) {
			n->pos.column++;
			if (*p == '\n' || (*p == '\r' && !(p + 1 < end && p[1] == '\n'))) {
				n->pos.line++;
				n->pos.column = 1;
			}
		}
	}
	/* An empty scalar ends before what follows, and a comment may stand between. */
	if (n->pos.line > e->end_mark.line + 1 || (p < end && *p == '#')) {
		n->pos.line = (uint32_t)e->start_mark.line + 1;
		n->pos.column = (uint32_t)e->start_mark.column + 1;
	}
}

static int set_tagged(struct yaml_reader *r, const yaml_event_t *e, struct node *n,
		      const char *text, size_t len)
{
	const char *tag = (const char *)e->data.scalar.tag;

	if ((r->flags & READ_KEEP_TAGS) && is_local(tag)) {
		n->tag = keep_tag(r, tag);
		locate_behind_tag(r, e, n);
		set_string(r, n, text, len);
		return 0;
	}
	if (is_core(tag, "str")) {
		set_string(r, n, text, len);
		return 0;
	}
	if (is_core(tag, "binary"))
		return set_binary(r, n, text, len);
	if (is_typed(tag))
		return set_typed(r, n, tag, text, len);
	if (!(r->flags & READ_OC) && !is_core(tag, "merge"))
		return refuse_tag(r, tag, n);
	set_string(r, n, text, len);
	return 0;
}

int yaml_scalar(struct yaml_reader *r, const yaml_event_t *e, struct node *n)
{
	const char *text = (const char *)e->data.scalar.value;
	const char *tag = (const char *)e->data.scalar.tag;
	size_t len = e->data.scalar.length;
	struct resolved res;

	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (tag)
		return set_tagged(r, e, n, text, len);
	if (!e->data.scalar.plain_implicit) {
		set_string(r, n, text, len);
		return 0;
	}
	res = yaml_resolve(text, len);
	return set_resolved(r, n, text, len, &res);
}

static int number_key(struct yaml_reader *r, const struct node *n, struct node *key)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	double v;

	if (number_is_int64(n->text, n->len))
		tree_write_go_number(&text, n->text, n->len);
	else if (number_is_uint64(n->text, n->len) || !number_to_double(n->text, n->len, &v))
		return error_set_at(r->err, ERR_INVALID, &n->pos,
				    "cannot read YAML: the number %s is too large for a key",
				    builder_excerpt(r->build.arena, n->text, n->len));
	else
		number_add_double(&text, v, NUMBER_KEY);
	set_string(r, key, text.buf, text.len);
	return 0;
}

int yaml_key(struct yaml_reader *r, const struct node *n, struct node **ret_key)
{
	struct node *key;

	key = builder_node(&r->build, NODE_STRING, n->pos.line, n->pos.column);
	key->plain = n->plain;
	switch (n->kind) {
	case NODE_STRING:
		key->tag = n->tag;
		key->text = n->text;
		key->len = n->len;
		break;
	case NODE_BOOL:
		set_string(r, key, n->boolean ? "true" : "false", n->boolean ? 4 : 5);
		break;
	case NODE_NUMBER:
		*ret_key = key;
		return number_key(r, n, key);
	default:
		return error_set_at(r->err, ERR_INVALID, &n->pos,
				    "cannot read YAML: a key must be a string, got %s",
				    node_kind_name(n));
	}
	*ret_key = key;
	return 0;
}
