/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Tree to text: JSON, YAML, and Kubernetes' kyaml. Appends to a strbuf; cannot fail. */

#include "base/strbuf.h"
#include "tree/node.h"

enum write_flags {
	WRITE_SORT_KEYS = 1 << 0, /* bytewise, at every depth */
	WRITE_GO_NUMBERS = 1 << 1, /* exact in int64, else as Go prints the float64 (what oc does) */
	WRITE_ESCAPE_HTML = 1 << 2, /* JSON: < > & U+2028 U+2029 as \u003c …, as Go's encoder does */
	WRITE_COMPACT = 1 << 3, /* JSON: no blanks and line ends */
	WRITE_INDENT_2 = 1 << 4, /* JSON: 2 instead of 4 spaces */
	WRITE_TAGS = 1 << 5, /* YAML: write node tags (for templates) */
};

/* JSON, 4 spaces an indent, a line end behind it (except with WRITE_COMPACT). */
void tree_write_json(struct strbuf *out, const struct node *n, unsigned flags);

/*
 * Block YAML as sigs.k8s.io/yaml (go-yaml v2 emitter) writes it: sequences in maps are not indented,
 * strings that would read as something else (YAML 1.1) are double-quoted "yes", "123", others
 * single-quoted when they need it, literal blocks | for text with line ends where possible. A line
 * end behind it, no "---". Must read back as the same tree.
 */
void tree_write_yaml(struct strbuf *out, const struct node *n, unsigned flags);

/* What `kubectl -o kyaml` writes (cases/openshift/edge/116-out-kyaml), with the leading "---". */
void tree_write_kyaml(struct strbuf *out, const struct node *n, unsigned flags);

/* Appends the canonical number text of n as WRITE_GO_NUMBERS says. */
void tree_write_go_number(struct strbuf *out, const char *text, size_t len);

/* Appends a JSON string literal with quotes. */
void json_write_string(struct strbuf *out, const char *s, size_t len, unsigned flags);
