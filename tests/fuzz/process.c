/* SPDX-License-Identifier: Apache-2.0 */

/* Any text as an OpenShift Template: reading, generating, filling, printing. */

#include "template/openshift/describe.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tree/read.h"
#include "tree/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fill_zero(struct openshift_template *t, struct error_list *errors)
{
	static const struct random_source seed = { .seed = "fuzz", .seed_len = 4, .cluster = "",
						   .namespace_ = "", .template_name = "" };

	return openshift_generate(t, &seed, errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	cleanup_error_list struct error_list errors = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT, input = STRBUF_INIT;
	struct documents docs = { .len = 0 };
	struct openshift_template t;
	struct node *items;

	strbuf_add(&input, data, size);
	if (tree_read(a, input.buf, input.len, "t.yaml",
		      READ_OC | READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE, &docs,
		      &err) < 0 ||
	    docs.len == 0 ||
	    openshift_classify(docs.items[0], NULL, NULL) != OPENSHIFT_TEMPLATE)
		return 0;
	if (openshift_read(a, docs.items[0], &t, &err) < 0) {
		if (err.class == 0 || err.line == 0)
			abort();
		return 0;
	}
	if (fill_zero(&t, &errors) < 0 || openshift_process(&t, 0, &items, &errors) < 0) {
		if (errors.errors == 0)
			abort();
		return 0;
	}
	if (errors.errors != 0)
		abort();
	openshift_describe(&t, 0, &out);
	openshift_print_parameters(&t, &out);
	tree_write_json(&out, items, WRITE_SORT_KEYS | WRITE_GO_NUMBERS | WRITE_ESCAPE_HTML);
	tree_write_yaml(&out, items, WRITE_SORT_KEYS | WRITE_GO_NUMBERS);
	return 0;
}
