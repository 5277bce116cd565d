/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Tree to text: JSON, YAML, and Kubernetes' kyaml. Appends to a strbuf; cannot fail. */

#include "base/strbuf.h"
#include "tree/node.h"

enum write_flags {
	/* At every depth. YAML as go-yaml sorts (a2 before a10), the others bytewise. */
	WRITE_SORT_KEYS = 1 << 0,
	WRITE_GO_NUMBERS = 1 << 1,  /* exact in int64, else as Go prints the float64 (as oc) */
	WRITE_ESCAPE_HTML = 1 << 2, /* JSON: < > & U+2028 U+2029 as \u003c …, as Go's encoder */
	WRITE_COMPACT = 1 << 3,	    /* JSON: no blanks and line ends */
	WRITE_INDENT_2 = 1 << 4,    /* JSON: 2 instead of 4 spaces */
	/* YAML: text with tabs as a literal block too. go-yaml would write it between quotes. */
	WRITE_TABS = 1 << 6,
	WRITE_TAGS = 1 << 5,	    /* YAML: write node tags (for templates) */
};

/* JSON, 4 spaces an indent, a line end behind it (except with WRITE_COMPACT). */
void tree_write_json(struct strbuf *out, const struct node *n, unsigned flags);

/*
 * Block YAML, byte for byte as sigs.k8s.io/yaml (the go-yaml v2 emitter) writes it: lists in maps
 * are not indented, strings that would read as something else are in double quotes, others in
 * single quotes when they need some, text with line ends is a literal block where it can be, lines
 * are folded behind column 80. A line end behind it, no "---". Reads back as the same tree; only
 * where go-yaml's output would not (a key "<<") it differs.
 */
void tree_write_yaml(struct strbuf *out, const struct node *n, unsigned flags);

/* What `kubectl -o kyaml` writes, with the leading "---". */
void tree_write_kyaml(struct strbuf *out, const struct node *n, unsigned flags);

/* Appends the canonical number text of n as WRITE_GO_NUMBERS says. */
void tree_write_go_number(struct strbuf *out, const char *text, size_t len);

/* Appends a JSON string literal with quotes. */
void json_write_string(struct strbuf *out, const char *s, size_t len, unsigned flags);
