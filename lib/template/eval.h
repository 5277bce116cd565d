/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Evaluation of a syntax tree to document nodes. Private to lib/template. */

#include "template/template.h"

/* The step budget grows with the template. */
#define EVAL_STEPS_PER_MIB 1000000

struct eval {
	struct env env;
	struct name_cache names;
	struct strbuf text; /* of the string that is being made */
	enum template_language language;
	struct error_list *diags;
	size_t steps;  /* left; env.steps points here */
	size_t weight; /* nodes that may still be put out; a node of n bytes counts 1 + n/32 */
	bool stopped;  /* a limit was hit: everything fails silently from here on */
	bool failed;
	bool secret; /* a secret went into what is being made; eval_node_value() and keys look */
};

/* Not to be moved afterwards. The step budget grows with the template. */
void eval_init(struct eval *ev, struct template *t, const struct strmap *parameters,
	       struct error_list *diags);

void eval_release(struct eval *ev);

/*
 * The value of t. *ret is NULL for "nothing". Failures are reported (each once) and give false;
 * then evaluation of the rest may go on to find more.
 */
bool eval_tpl(struct eval *ev, const struct tpl *t, struct node **ret);

/* The condition of a !if or !assert. */
bool eval_condition(struct eval *ev, const struct tpl *t, bool *ret);

/* Reports that v, the `in` of a !for, is no list: T214. */
void diagnose_no_list(struct error_list *diags, const struct pos *pos, const struct value *v);

/* How much a constant sub-tree adds to the output; stops counting beyond limit. */
size_t eval_weight(const struct node *n, size_t limit);
/* Takes from both budgets what is not evaluated by itself; false, without a report: too much. */
bool eval_take(struct eval *ev, size_t steps, size_t weight);

/* The text of a !text, !expr or constant string, for messages: secrets are shown as (secret). */
bool eval_message(struct eval *ev, const struct tpl *t, struct strbuf *out);

/*
 * Reads the text of an OpenShift ${{NAME}}: JSON, else the text itself as a string. *ret is NULL
 * for the JSON value null.
 */
void eval_json_text(struct arena *a, const char *text, size_t len, const struct pos *pos,
		    struct node **ret, bool *ret_is_json);
