/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with values filled in: strings, messages, and JSON of OpenShift Templates. */
#include "template/eval_internal.h"

#include <string.h>

#include "template/diagnostics.h"
#include "template/json_text.h"
#include "template/precision.h"
#include "tree/read.h"

/* Tells of a value that breaks the JSON it is filled into. */
static bool breaks_json(struct eval *ev, const struct tpl_piece *p, bool in_string)
{
	bool openshift = ev->language == TEMPLATE_OPENSHIFT;

	if (in_string)
		diagnose(ev->diags, "T308", &p->pos,
			 openshift ? "give it as JSON writes it: \\\" for a quote, \\\\ for a backslash"
				   : "write ${json(…)} here, without the quotes around it",
			 "the value breaks the JSON string that it is filled into");
	else
		diagnose(ev->diags, "T308", &p->pos,
			 openshift ? "give a number, true, false, null or quoted text"
				   : "write ${json(…)} here",
			 "the value is no JSON, and is filled into JSON");
	ev->failed = true;
	return false;
}

/* Appends the value of a reference. */
static bool fill_in(struct eval *ev, const struct tpl_piece *p, struct strbuf *text)
{
	const struct binding *b = p->expr->kind == EXPR_NAME && ev->steps
					  ? env_find(&ev->env, p->expr->name)
					  : NULL;
	struct error err = ERROR_INIT;
	struct value v;

	/* By far the most references name a text. */
	if (b && b->known && b->value.kind == VALUE_STRING) {
		ev->steps--;
		ev->secret |= b->value.secret;
		strbuf_add(text, b->value.text, b->value.len);
		return true;
	}
	if (!eval_expr(ev, p->expr, &v))
		return false;
	if (value_to_text(&v, text, &err) < 0)
		return eval_report(ev, "T203", &p->pos, &err);
	ev->secret |= v.secret;
	return true;
}

static bool text_is_too_long(struct eval *ev, const struct tpl *t)
{
	return ev->text.len > LIMIT_STRING_BYTES &&
	       !eval_out_of_budget(ev, &t->pos, "64 MiB for one string");
}

/* The same as fill_text(), for a string that holds JSON, which has to go on to. */
static bool fill_json_text(struct eval *ev, const struct tpl *t)
{
	struct strbuf *text = &ev->text;
	struct json_text j;
	bool ok = true;

	json_text_begin(&j);
	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];
		size_t before = text->len;
		bool filled = true, in_string = json_text_in_string(&j);

		if (p->expr)
			filled = fill_in(ev, p, text);
		else
			strbuf_add(text, p->text, p->len);
		if (text_is_too_long(ev, t))
			return false;
		if (!p->expr)
			json_text_literal(&j, p->text, p->len);
		else if (!json_text_value(&j, text->buf + before, text->len - before,
					  i + 1 < t->count ? p + 1 : NULL) && filled)
			filled = breaks_json(ev, p, in_string);
		ok &= filled;
	}
	return ok;
}

/* All pieces to ev->text; goes on behind one that fails. */
static bool fill_text(struct eval *ev, const struct tpl *t)
{
	bool ok = true;

	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];

		if (p->expr)
			ok &= fill_in(ev, p, &ev->text);
		else
			strbuf_add(&ev->text, p->text, p->len);
		if (text_is_too_long(ev, t))
			return false;
	}
	return ok;
}

bool eval_text(struct eval *ev, const struct tpl *t, bool checked, struct node **ret)
{
	const bool json = checked && json_text_holds(t);

	strbuf_reset(&ev->text);
	if (!(json ? fill_json_text(ev, t) : fill_text(ev, t)))
		return false;
	*ret = node_string(ev->env.arena, ev->text.buf, ev->text.len, &t->pos);
	return eval_take_weight(ev, &t->pos, 1 + ev->text.len / BYTES_PER_NODE);
}

bool eval_message(struct eval *ev, const struct tpl *t, struct strbuf *out)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (t->kind == TPL_CONST && t->node->kind == NODE_STRING) {
		strbuf_add(out, t->node->text, t->node->len);
		return true;
	}
	if (t->kind != TPL_TEXT) {
		diagnose(ev->diags, "T007", &t->pos, NULL, "a message must be a string");
		ev->failed = true;
		return false;
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct expr *e = t->pieces[i].expr;

		if (out->len > LIMIT_STRING_BYTES)
			return eval_out_of_budget(ev, &t->pos, "64 MiB for one string");

		if (!e) {
			strbuf_add(out, t->pieces[i].text, t->pieces[i].len);
			continue;
		}
		if (!eval_expr(ev, e, &v))
			return false;
		if (v.secret)
			strbuf_addstr(out, "(secret)");
		else if (value_to_text(&v, out, &err) < 0)
			return eval_report(ev, "T203", &t->pieces[i].pos, &err);
	}
	return true;
}

void eval_json_text(struct arena *a, const char *text, size_t len, const struct pos *pos,
		    struct node **ret, bool *ret_is_json)
{
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	*ret_is_json = tree_read_json(a, text, len, "-",
				      READ_JSON_ONLY | READ_DUPLICATE_KEYS_LAST_WINS |
					      READ_UTF8_REPLACE,
				      &n, &err) == 0;
	if (!*ret_is_json)
		*ret = node_string(a, text, len, pos);
	else if (n->kind == NODE_NULL)
		*ret = NULL;
	else
		*ret = n;
}

bool eval_json(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct value v;
	bool is_json;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (v.kind != VALUE_STRING) {
		diagnose(ev->diags, "T203", &t->pos, NULL, "'${{%s}}' takes a string, got %s", t->name,
			 value_kind_name(&v));
		ev->failed = true;
		return false;
	}
	ev->secret |= v.secret;
	eval_json_text(ev->env.arena, v.text, v.len, &t->pos, ret, &is_json);
	if (!is_json)
		diagnose(ev->diags, "T306", &t->pos, "quote it as JSON, or write '${…}' instead",
			 "the value of '${{%s}}' is no JSON: it is printed as a string", t->name);
	else if (*ret && !numbers_are_precise(*ret))
		diagnose(ev->diags, "T307", &t->pos, NULL,
			 "a number in '${{%s}}' is beyond what Kubernetes keeps exactly", t->name);
	if (*ret)
		(*ret)->pos = t->pos;
	return !*ret || eval_take_weight(ev, &t->pos, eval_weight(*ret, LIMIT_OUTPUT_NODES));
}
