/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "base/memory.h"
#include "template/program.h"
#include "tree/write.h"

/* Compiled programs that somebody else made: whatever the bytes are, reading them ends well. */

static const char source[] =
	"apiVersion: kubectl-mysql/v1\n"
	"kind: Template\n"
	"metadata: {name: t}\n"
	"parameters:\n"
	"- {name: NAME, type: name, value: hello, pattern: '[a-z]+'}\n"
	"- {name: SIZE, type: quantity, value: 1.5Gi, minimum: 1Mi}\n"
	"- {name: COUNT, type: integer, value: 3, enum: [1, 2, 3]}\n"
	"- {name: PASSWORD, type: password, generate: expression, from: '[a-z]{8}', maximum: 9}\n"
	"labels: {app: !expr NAME}\n"
	"message: !text 'try ${NAME}'\n"
	"objects:\n"
	"- {apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {a: '1', b: [1, 2.5, null, true]}}\n"
	"- apiVersion: v1\n"
	"  kind: ConfigMap\n"
	"  metadata: {name: !expr \"NAME + '-x'\"}\n"
	"  data:\n"
	"    !text '${NAME}-key': !expr PASSWORD\n"
	"    size: !expr SIZE * 2 / 3\n"
	"    list: !for {each: I, in: range(COUNT), do: !expr '[I, -I, I * 0.25, [1, 2][0]]'}\n"
	"    let: !let {set: {A: !expr 512Mi, B: {k: [1]}}, do: !if {when: COUNT > 2, then: !expr A, else: !expr B}}\n"
	"- !assert {that: COUNT < 9, message: !text 'too many, ${COUNT}'}\n";

static void compile(struct strbuf *out)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct template *t = NULL;

	assert_int_equal(template_read(source, strlen(source), "t.yaml", NULL, &t, &diags), 0);
	template_compile(t, out);
	template_free(t);
}

static void fix_checksum(struct strbuf *p)
{
	uint64_t sum = program_checksum(p->buf + PROGRAM_HEADER, p->len - PROGRAM_HEADER);

	for (unsigned i = 0; i < 8; i++)
		p->buf[PROGRAM_MAGIC_LEN + i] = (char)(sum >> 8 * i);
}

/* Prints by the layout alone, as far as it makes sense. */
static void print(const struct strbuf *program)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct bind_options all = { 0 };
	struct bindings b = { 0 };
	struct template *t = NULL;

	if (template_open(program->buf, program->len, "t.kmt", NULL, false, &t, &diags) < 0)
		return;
	if (template_bind(t, &all, &b, &diags) == 0)
		(void)template_render_yaml(t, &b, &out, &diags);
	bindings_release(&b);
	template_free(t);
}

/* Renders, expands, prints and compiles; returns how much memory reading took, 0 when refused. */
static size_t use(const struct strbuf *program)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct assignment given = { .name = "COUNT", .value = "2", .value_len = 1 };
	struct bind_options all = { 0 }, one = { .given = &given, .given_count = 1 };
	struct bindings b = { 0 };
	struct template *t = NULL, *rest;
	struct documents docs;
	size_t used;

	if (template_read(program->buf, program->len, "t.kmt", NULL, &t, &diags) < 0)
		return 0;
	used = arena_used(t->arena);
	if (template_bind(t, &all, &b, &diags) == 0 && template_render(t, &b, &docs, &diags) == 0)
		for (size_t i = 0; i < docs.len; i++)
			tree_write_yaml(&out, docs.items[i], 0);
	(void)template_render_yaml(t, &b, &out, &diags);
	bindings_release(&b);
	if (template_expand(t, &one, &rest, &diags) == 0) {
		template_print(rest, &out);
		template_compile(rest, &out);
	}
	template_free(t);
	return used;
}

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void mutate(struct strbuf *p, uint32_t *state)
{
	size_t at = PROGRAM_HEADER + next(state) % (p->len - PROGRAM_HEADER);
	size_t len = 1 + next(state) % 4;

	switch (next(state) % 5) {
	case 0:
		p->buf[at] = (char)next(state);
		break;
	case 1:
		p->buf[at] = (char)(p->buf[at] ^ 1 << next(state) % 8);
		break;
	case 2:
		p->buf[at] = (char)(p->buf[at] + 1 - 2 * (int)(next(state) % 2));
		break;
	case 3:
		if (at + len < p->len) {
			memmove(p->buf + at, p->buf + at + len, p->len - at - len);
			strbuf_setlen(p, p->len - len);
		}
		break;
	default:
		strbuf_addch(p, '\0');
		memmove(p->buf + at + 1, p->buf + at, p->len - at - 1);
		p->buf[at] = (char)next(state);
	}
}

static void test_program__survives_any_change(void **state)
{
	cleanup_strbuf struct strbuf good = STRBUF_INIT, bad = STRBUF_INIT;
	const char *more = getenv("PROGRAM_MUTANTS");
	long mutants = more ? strtol(more, NULL, 10) : 4000;
	uint32_t random = more ? (uint32_t)mutants : 1;

	(void)state;
	compile(&good);
	assert_true(use(&good) > 0);
	for (long i = 0; i < mutants; i++) {
		strbuf_reset(&bad);
		strbuf_add(&bad, good.buf, good.len);
		for (unsigned n = next(&random) % 3 + 1; n; n--)
			mutate(&bad, &random);
		fix_checksum(&bad);
		use(&bad);
		print(&bad);
	}
}

/* A program whose one object is this. */
static void compile_object(struct arena *a, struct tpl *object, struct strbuf *out)
{
	struct pos pos = { .file = "t", .line = 1, .column = 1 };
	struct template t = {
		.arena = a, .file = "t", .name = "", .description = "", .example = ""
	};

	t.parameters_pos = object->pos = object->expr_pos = pos;
	t.objects = tpl_new_items(a, TPL_SEQ, &pos, 1);
	t.objects->items[0] = object;
	template_compile(&t, out);
}

/* Lists in lists, each of which says that it holds 127 items and has one. */
static void test_program__takes_memory_in_proportion(void **state)
{
	static const char one_in_one[] = { NODE_SEQ, 1, NODE_SEQ, 1 };
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf p = STRBUF_INIT;
	struct template t = { .arena = arena_new(), .file = "t" };
	struct node *n = node_seq(a, NULL, 0, NULL), **items;
	char *at;

	(void)state;
	for (unsigned depth = 0; depth < 1000; depth++) {
		items = arena_alloc(a, sizeof(*items));
		*items = n;
		n = node_seq(a, items, 1, NULL);
	}
	compile_object(a, tpl_const(a, n), &p);
	/* The first time it is in the layout, which reading does not look into. */
	at = memmem(p.buf, p.len, one_in_one, sizeof(one_in_one));
	assert_non_null(at);
	while (at[0] == NODE_SEQ && at[1] == 1)
		at += 2;
	at = memmem(at, p.len - (size_t)(at - p.buf), one_in_one, sizeof(one_in_one));
	assert_non_null(at);
	for (; at[0] == NODE_SEQ && at[1] == 1; at += 2)
		at[1] = 127;
	fix_checksum(&p);
	assert_true(program_read(&t, p.buf, p.len, 0, &diags) < 0);
	assert_true(arena_used(t.arena) < 100 * p.len);
	arena_free(t.arena);
}

/* A list says by itself how much is in it: what value_list() refuses is refused here. */
static bool reads_list(size_t count)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf p = STRBUF_INIT;
	struct value list = { .kind = VALUE_LIST, .count = count };
	struct tpl *object = tpl_new(a, TPL_EXPR, NULL);
	struct template *t = NULL;
	int r;

	list.items = arena_zalloc(a, count * sizeof(*list.items));
	object->expr = arena_zalloc(a, sizeof(*object->expr));
	object->expr->kind = EXPR_CONST;
	object->expr->value = list;
	compile_object(a, object, &p);
	r = template_read(p.buf, p.len, "t", NULL, &t, &diags);
	template_free(t);
	return r == 0;
}

static void test_program__refuses_lists_beyond_the_limit(void **state)
{
	(void)state;
	assert_true(reads_list(1000));
	assert_false(reads_list(1000001));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program__survives_any_change),
		cmocka_unit_test(test_program__takes_memory_in_proportion),
		cmocka_unit_test(test_program__refuses_lists_beyond_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
