/* SPDX-License-Identifier: Apache-2.0 */

/* Compiled programs that somebody else made, with a checksum that is right. */

#include "template/program.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "tree/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fix_header(char *program, size_t len)
{
	uint64_t sum = program_checksum(program + PROGRAM_HEADER, len - PROGRAM_HEADER);

	memcpy(program, PROGRAM_MAGIC, PROGRAM_MAGIC_LEN);
	for (unsigned i = 0; i < 8; i++)
		program[PROGRAM_MAGIC_LEN + i] = (char)(sum >> 8 * i);
}

/* By the layout, as far as it makes sense. */
static void print(const char *program, size_t len)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct bind_options all = { 0 };
	struct bindings b = { 0 };
	struct template *t = NULL;

	if (template_open(program, len, "t.kmt", NULL, false, &t, &diags) < 0)
		return;
	if (template_bind(t, &all, &b, &diags) == 0)
		(void)template_render_yaml(t, &b, &out, &diags);
	bindings_release(&b);
	template_free(t);
}

static void use_tree(struct template *t, struct error_list *diags)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct bind_options all = { 0 };
	struct template *residual = NULL;
	struct bindings b = { 0 };
	struct documents docs;
	struct node *list = NULL;

	if (template_bind(t, &all, &b, diags) == 0 && template_render(t, &b, &docs, diags) == 0)
		for (size_t i = 0; i < docs.len; i++)
			tree_write_yaml(&out, docs.items[i], WRITE_TABS);
	(void)template_message(t, &b);
	bindings_release(&b);
	if (template_expand(t, &all, &residual, diags) == 0)
		template_print(residual, &out);
	template_compile(t, &out);
	(void)template_to_openshift(t, &list, diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_free char *program = NULL;
	struct template *t = NULL;

	if (size < PROGRAM_HEADER)
		return 0;
	program = xmalloc(size); /* not a byte more, so that reading beyond it is seen */
	memcpy(program, data, size);
	fix_header(program, size);
	print(program, size);
	if (template_read(program, size, "t.kmt", NULL, &t, &diags) == 0)
		use_tree(t, &diags);
	template_free(t);
	return 0;
}
