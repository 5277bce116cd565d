/* SPDX-License-Identifier: Apache-2.0 */
#include "template/bind.h"

#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "template/catalogue.h"
#include "template/diagnostics.h"

/* Values for parameters: given, default or generated. */

void bindings_release(struct bindings *b)
{
	strmap_release(&b->by_name);
}

char *value_digest(struct arena *a, const struct value *v)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, hex = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	uint8_t digest[SHA256_SIZE];

	(void)value_to_text(v, &text, &err); /* parameters are scalars: they have a text */
	sha256(text.buf, text.len, digest);
	strbuf_add_hex(&hex, digest, sizeof(digest));
	return arena_strdup(a, hex.buf);
}

/* Parameters by name; of two with one name, the first. */
static void index_params(const struct template *t, struct strmap *ret)
{
	for (size_t i = t->param_count; i-- > 0;)
		strmap_put(ret, t->params[i].name, strlen(t->params[i].name), &t->params[i]);
}

static struct decided *find_decided(const struct template *t, const char *name)
{
	for (size_t i = 0; i < t->decided_count; i++)
		if (!strcmp(t->decided[i].name, name))
			return &t->decided[i];
	return NULL;
}

/* Where a given value stands: in its file, else the parameter's declaration. */
static const struct pos *place(const struct assignment *given, const struct pos *declared)
{
	return given->pos.line ? &given->pos : declared;
}

/* The command that lists the parameters of t. */
static const char *params_command(const struct template *t)
{
	bool named = t->program && catalogue_find(t->name);
	const char *file = strcmp(t->file, "standard input") == 0 ? "-" : t->file;

	return arena_printf(t->arena, "kubectl mysql template params %s%s", named ? "" : "-f ",
			    named ? t->name : file);
}

/* A given value does not fit: whoever gave it may not have the declaration at hand. */
static void refuse_given(const struct template *t, struct error *err, const struct pos *declared,
			 struct error_list *diags)
{
	static const struct {
		const char *code, *what;
	} lists[] = { { "T102", "types" }, { "T103", "bounds" }, { "T104", "values" },
		      { "T105", "pattern" } };
	const char *code = err->code ? err->code : lists[0].code;

	error_locate(err, declared);
	for (size_t i = 0; i < ARRAY_SIZE(lists) && !err->hint; i++)
		if (!strcmp(lists[i].code, code))
			error_hint(err, "%s -o wide shows the %s", params_command(t),
				   lists[i].what);
	diagnose_error(diags, code, err);
}

static void check_decided(struct template *t, const struct decided *d,
			  const struct assignment *given, struct error_list *diags)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (param_parse(t->arena, &d->decl, given->value, given->value_len, place(given, &d->pos),
			&v, &err) < 0) {
		refuse_given(t, &err, &d->pos, diags);
	} else if (strcmp(value_digest(t->arena, &v), d->digest) != 0) {
		diagnose(
			diags, "T113", place(given, &d->pos),
			"leave it out, or expand the original template again",
			"parameter '%s' was decided as another value when the template was expanded",
			given->name);
	}
}

static void unknown(struct template *t, const struct assignment *given, struct error_list *diags)
{
	struct suggestion s = { 0 };

	for (size_t i = 0; i < t->param_count && !error_list_is_full(diags); i++)
		suggest_offer(&s, given->name, t->params[i].name);
	diagnose(diags, "T112", place(given, &t->parameters_pos),
		 s.best ? arena_printf(t->arena, "did you mean '%s'?", s.best)
			: params_command(t),
		 "unknown parameter '%s'", given->name);
}

static void bind(struct template *t, struct bindings *b, const struct param *p, struct value v)
{
	struct binding *bound = arena_zalloc(t->arena, sizeof(*bound));

	v.secret |= param_is_secret(p);
	*bound = (struct binding){ .name = p->name, .known = true, .value = v };
	strmap_put(&b->by_name, p->name, strlen(p->name), bound);
}

static void warn_reference(const struct template *t, const struct param *p, const struct value *v,
			   const struct pos *pos, struct error_list *diags)
{
	const char *at;

	if (t->language != TEMPLATE_OPENSHIFT || v->kind != VALUE_STRING)
		return;
	at = strstr(v->text, "${");
	if (at && strchr(at, '}'))
		diagnose(diags, "T305", pos, NULL,
			 "the value of parameter '%s' holds a reference, which is not expanded",
			 p->name);
}

static bool is_generated(const struct param *p)
{
	return p->generate && !(p->value && p->value_len);
}

/* PASSWORD= is more often a variable that was not set than meant so. */
static void warn_empty(struct template *t, const struct param *p, const struct pos *pos,
		       struct error_list *diags)
{
	bool generated = is_generated(p);

	if (!generated && !(param_is_secret(p) && p->value && p->value_len))
		return;
	diagnose(diags, "T116", pos,
		 arena_printf(t->arena, "leave '%s=' out, and %s", p->name,
			      generated ? "a value is generated" : "the default counts"),
		 "parameter '%s' is given as empty, instead of %s", p->name,
		 generated ? "a generated value" : "its default");
}

static void bind_given(struct template *t, struct bindings *b, const struct param *p,
		       const struct assignment *given, struct error_list *diags)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (p->required && given->value_len == 0) {
		diagnose(diags, "T106", place(given, &p->pos), NULL,
			 "parameter '%s' is required and was given an empty value", p->name);
		return;
	}
	if (param_parse(t->arena, p, given->value, given->value_len, place(given, &p->pos), &v,
			&err) < 0) {
		refuse_given(t, &err, &p->pos, diags);
		return;
	}
	warn_reference(t, p, &v, place(given, &p->pos), diags);
	if (!given->value_len)
		warn_empty(t, p, place(given, &p->pos), diags);
	bind(t, b, p, v);
}

void bind_assignments(struct template *t, const struct bind_options *opts, struct bindings *ret,
		      struct error_list *diags)
{
	cleanup_strmap struct strmap params = STRMAP_INIT, decided = STRMAP_INIT;

	index_params(t, &params);
	for (size_t i = t->decided_count; i-- > 0;)
		strmap_put(&decided, t->decided[i].name, strlen(t->decided[i].name),
			   &t->decided[i]);
	for (size_t i = 0; i < opts->given_count; i++) {
		const struct assignment *given = &opts->given[i];
		const struct param *p = strmap_get(&params, given->name, strlen(given->name));
		const struct decided *d =
			p ? NULL : strmap_get(&decided, given->name, strlen(given->name));

		if (p && strmap_get(&ret->by_name, p->name, strlen(p->name)))
			diagnose(diags, "T114", place(given, &p->pos), NULL,
				 "parameter '%s' is given twice", p->name);
		else if (p)
			bind_given(t, ret, p, given, diags);
		else if (d)
			check_decided(t, d, given, diags);
		else if (!opts->ignore_unknown)
			unknown(t, given, diags);
	}
}

/*
 * What tells the passwords of two clusters from one seed apart: the digest of the parameter NAME,
 * which a residual still knows when NAME was decided.
 */
static const char *cluster_identity(struct template *t, const struct bindings *b)
{
	const struct binding *name = strmap_get(&b->by_name, "NAME", strlen("NAME"));
	const struct decided *d = find_decided(t, "NAME");

	if (name)
		return value_digest(t->arena, &name->value);
	return d ? d->digest : "";
}

static void bind_generated(struct template *t, const struct bind_options *opts,
			   struct bindings *ret, const struct param *p, struct error_list *diags)
{
	struct error err = ERROR_INIT;
	struct random_source random = opts->random;
	struct value v;
	const char *text;
	size_t len;

	random.template_name = t->name;
	random.cluster = random.seed ? cluster_identity(t, ret) : NULL;
	if (param_generate(t->arena, p, &random, &text, &len, &err) < 0 ||
	    param_parse(t->arena, p, text, len, &p->from_pos, &v, &err) < 0) {
		error_locate(&err, p->from_pos.line ? &p->from_pos : &p->pos);
		diagnose_error(diags, "T107", &err);
		return;
	}
	v.secret = true;
	bind(t, ret, p, v);
}

static void bind_default(struct template *t, const struct bind_options *opts, struct bindings *ret,
			 const struct param *p, struct error_list *diags)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (p->value && p->value_len) {
		if (param_parse(t->arena, p, p->value, p->value_len, &p->value_pos, &v, &err) < 0) {
			diagnose_error(diags, "T102", &err);
			return;
		}
		warn_reference(t, p, &v, &p->value_pos, diags);
		bind(t, ret, p, v);
	} else if (p->generate) {
		bind_generated(t, opts, ret, p, diags);
	} else if (p->required) {
		diagnose(diags, "T106", &p->pos, arena_printf(t->arena, "-p %s=…", p->name),
			 "parameter '%s' is required and has no value", p->name);
	} else if (p->type == PARAM_INTEGER || p->type == PARAM_BOOLEAN ||
		   p->type == PARAM_QUANTITY || p->type == PARAM_PORT) {
		diagnose(diags, "T106", &p->pos, arena_printf(t->arena, "-p %s=…", p->name),
			 "parameter '%s' of type %s has no value", p->name,
			 param_type_name(p->type));
	} else {
		bind(t, ret, p, value_string("", 0));
	}
}

static bool is_given(const struct strmap *given, const struct param *p)
{
	return strmap_get(given, p->name, strlen(p->name));
}

static int bind_once(struct template *t, const struct bind_options *opts, struct bindings *ret,
		  struct error_list *diags)
{
	cleanup_strmap struct strmap given = STRMAP_INIT;
	size_t before = diags->errors;

	for (size_t i = 0; i < opts->given_count; i++)
		strmap_put(&given, opts->given[i].name, strlen(opts->given[i].name),
			   (void *)&opts->given[i]);
	bind_assignments(t, opts, ret, diags);
	/* Generated ones come last: a seed makes them depend on the parameter NAME. */
	for (int generated = 0; generated < 2; generated++)
		for (size_t i = 0; i < t->param_count; i++) {
			const struct param *p = &t->params[i];

			if (is_generated(p) == generated && !is_given(&given, p))
				bind_default(t, opts, ret, p, diags);
		}
	return diags->errors > before ? -ERR_INVALID : 0;
}

/* Where the values are from. The values are nobody's business. */
static void say_bound(const struct template *t, const struct bind_options *opts)
{
	cleanup_strmap struct strmap given = STRMAP_INIT;

	if (!log_wants(LOG_STEP))
		return;
	for (size_t i = 0; i < opts->given_count; i++)
		strmap_put(&given, opts->given[i].name, strlen(opts->given[i].name),
			   (void *)&opts->given[i]);
	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];

		log_say(LOG_STEP, "parameter %s: %s", p->name,
			is_given(&given, p)  ? "given"
			: is_generated(p)    ? "generated"
					     : "default");
	}
}

int template_bind(struct template *t, const struct bind_options *opts, struct bindings *ret,
		  struct error_list *diags)
{
	struct error_list_mark before = error_list_mark(diags);
	int r = bind_once(t, opts, ret, diags);

	say_bound(t, opts);
	if (!t->map || !error_list_grew(diags, &before))
		return r;
	/* There is something to say after all: once more, with positions. */
	error_list_cut(diags, &before);
	bindings_release(ret);
	template_locate(t);
	return bind_once(t, opts, ret, diags);
}

const char *template_generated(const struct template *t, const struct bindings *b, size_t param,
			       size_t *ret_len)
{
	const struct param *p = &t->params[param];
	const struct binding *bound = strmap_get(&b->by_name, p->name, strlen(p->name));

	if (!is_generated(p) || !bound || bound->value.kind != VALUE_STRING)
		return NULL;
	*ret_len = bound->value.len;
	return bound->value.text;
}
