/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Cases of the conversion for Kubernetes: objects as YAML go in, objects as YAML and a report
 * come out. A line of the report is "T401 3:5 message", and behind it "  the hint" if there is one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "template/openshift/kubernetes.h"
#include "tree/write.h"

static inline void case_report(struct strbuf *out, const struct error_list *diags)
{
	for (size_t i = 0; i < diags->len; i++) {
		const struct error *e = &diags->items[i];

		strbuf_addf(out, "%s %u:%u %s\n", e->code, e->line, e->column, e->message);
		if (e->hint)
			strbuf_addf(out, "  %s\n", e->hint);
	}
}

static inline void case_objects(struct strbuf *out, const struct documents *docs)
{
	for (size_t i = 0; i < docs->len; i++) {
		if (i)
			strbuf_addstr(out, "---\n");
		tree_write_yaml(out, docs->items[i], 0);
	}
}

/* Converts; *ret_before and *ret_after are what the source looks like. */
static inline bool case_run(const char *input, struct strbuf *objects, struct strbuf *report,
			    struct strbuf *ret_before, struct strbuf *ret_after)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_error struct error err = ERROR_INIT;
	cleanup_arena struct arena *a = arena_new();
	struct documents docs, source;
	bool ok;

	assert_int_equal(tree_read(a, input, strlen(input), "in", 0, &docs, &err), 0);
	source = docs;
	case_objects(ret_before, &source);
	ok = kubernetes_convert(a, &docs, "", &diags);
	case_objects(ret_after, &source);
	if (ok)
		case_objects(objects, &docs);
	else
		assert_ptr_equal(docs.items, source.items);
	case_report(report, &diags);
	return ok;
}

static inline void expect(bool ok, const char *input, const char *want, const char *want_report)
{
	cleanup_strbuf struct strbuf objects = STRBUF_INIT, report = STRBUF_INIT;
	cleanup_strbuf struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;

	assert_int_equal(case_run(input, &objects, &report, &before, &after), ok);
	assert_string_equal(report.buf, want_report);
	assert_string_equal(objects.buf, want);
	/* The source is shared with others. */
	assert_string_equal(after.buf, before.buf);
}

/* The objects that it becomes, and what is said about it. */
static inline void expect_converted(const char *input, const char *want, const char *want_report)
{
	expect(true, input, want, want_report);
}

/* It needs a decision. */
static inline void expect_refused(const char *input, const char *want_report)
{
	expect(false, input, "", want_report);
}
