/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Text to tree. JSON is read by our own reader (exact numbers, positions, RFC 8259);
 * YAML has the meaning that kubectl and oc give it (YAML 1.1: yes/no/on/off/y/n are booleans,
 * 0755 is 493, 1:30 and dates are strings). What manifests are made of a reader of our own reads
 * (yaml_quick.h); libyaml, opened when first needed, reads the rest and says what is wrong.
 *
 * Limits of lib/base/limits.h are counted while reading: depth before libyaml sees
 * the text, so that deep nesting fails at once. All errors carry file:line:column.
 */

#include "tree/node.h"

enum read_flags {
	READ_DUPLICATE_KEYS_LAST_WINS = 1 << 0, /* default: a duplicate key is an error */
	READ_KEEP_TAGS = 1 << 1,    /* local tags (!expr) are kept on nodes; default: an error */
	READ_UTF8_REPLACE = 1 << 2, /* invalid UTF-8 becomes U+FFFD; default: an error */
	READ_JSON_ONLY = 1 << 3,    /* no falling back to YAML */
	READ_FLOW_REFS = 1 << 4,    /* accept unquoted ${NAME}, ${{NAME}} in flow style */
	/*
	 * What oc accepts: duplicate keys (the last wins), unknown tags (ignored), in JSON invalid
	 * UTF-8 and half surrogate pairs (U+FFFD), but no number beyond float64.
	 */
	READ_OC = 1 << 5,
	READ_LIBYAML = 1 << 6, /* by libyaml even what our own reader of YAML can read */
};

struct documents {
	struct node **items; /* in the arena; no null documents */
	size_t len;
};

/*
 * Reads all documents of text (len bytes; not necessarily NUL-ended). A text that begins with
 * '{' or '[' is tried as JSON first (values one behind another, "---" lines between); what
 * is no JSON is read as YAML. name is the display name used in positions, copied into the
 * arena. Empty documents are skipped. Returns 0, -ERR_INVALID, -ERR_LIMIT, or -ERR_FAILED if
 * libyaml is not there.
 */
int tree_read(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
	      struct documents *ret, struct error *err);

/* One JSON value, nothing behind it but blanks. */
int tree_read_json(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
		   struct node **ret, struct error *err);

/* Only YAML. */
int tree_read_yaml(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
		   struct documents *ret, struct error *err);

/*
 * Resolves a plain YAML 1.1 scalar: sets *ret_kind, and for numbers the JSON text in
 * *ret_text (arena). Returns false for .inf, .nan and what no kind of JSON can hold.
 */
bool yaml_resolve_plain(struct arena *a, const char *text, size_t len, enum node_kind *ret_kind,
			bool *ret_bool, const char **ret_text);
