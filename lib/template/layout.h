/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How an object of a compiled template is printed: runs of finished YAML text and holes, in the
 * order of the output. What is in a run was written by the tree writer when the template was
 * compiled; what is in a hole is evaluated when it is rendered, and goes through the same writer in
 * the same state. So the bytes are those of writing the whole object, which is not made at all most
 * of the time. Private to lib/template.
 *
 * A layout has, for each item of the template's objects in order, 0 and the item itself (its shape
 * depends on values), or 1, steps and weight of its constant parts (as evaluation counts them),
 * what tells it from others (1, kind and group, namespace, name; or 0 for nothing), and operations
 * up to LAYOUT_END:
 *
 *	LAYOUT_RUN	indentation, text, and where it leaves the writer: bytes since the last line
 *			end, bytes of them that begin no character, flags
 *	LAYOUT_VALUE	indentation, whether it is the value of a key, part of the template
 *	LAYOUT_ENTRY	indentation, key, part: key and value, or nothing
 *	LAYOUT_ITEM	indentation, part: any number of items of a list
 *	LAYOUT_IF	condition, operations of both branches, each as one string
 */

#include "template/eval.h"
#include "template/template.h"
#include "tree/write.h"

enum layout_op { LAYOUT_END, LAYOUT_RUN, LAYOUT_VALUE, LAYOUT_ENTRY, LAYOUT_ITEM, LAYOUT_IF };

enum layout_state { LAYOUT_WHITESPACE = 1 << 0, LAYOUT_INDENTION = 1 << 1 };

/* How layouts are written; whoever wants other YAML has to render trees. */
#define LAYOUT_WRITE_FLAGS WRITE_TABS

/* Appends the layout of t->objects: nothing if they are too large. */
void layout_write(const struct template *t, struct strbuf *out);

enum layout_result {
	LAYOUT_DONE,
	LAYOUT_REPORTED, /* something is in the diagnostics, or a limit was hit */
	LAYOUT_DAMAGED,
};

/*
 * Renders all objects by t->layout into out, documents with "---" between them. labels: those that
 * were evaluated, or NULL; what ev takes from its arena stays for the object at hand only. Unless
 * it is done, what was appended makes no sense.
 */
enum layout_result layout_render(const struct template *t, struct eval *ev,
				 const struct node *labels, struct strbuf *out);
