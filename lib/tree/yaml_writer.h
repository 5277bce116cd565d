/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The writer of block YAML in pieces, for who has a document in pieces: what stands around a node
 * is the state of the emitter (tree/yaml_emit.h) and its indentation.
 *
 *	yaml_writer_begin(&w, out, WRITE_TABS);
 *	indent = yaml_enter_map(&w);
 *	yaml_write_key(&w, key);
 *	yaml_write_node(&w, value, true);
 *	yaml_leave(&w, indent);
 *	yaml_writer_end(&w);
 */

#include "tree/order.h"
#include "tree/write.h"
#include "tree/yaml_emit.h"

struct yaml_writer {
	struct yaml_emitter emit;
	struct order order;
	unsigned flags;
};

/* Begins a document at the end of out, which is borrowed. flags as for tree_write_yaml(). */
void yaml_writer_begin(struct yaml_writer *w, struct strbuf *out, unsigned flags);
/* The line end behind a document. */
void yaml_writer_end(struct yaml_writer *w);
/* A zeroed writer is fine. */
void yaml_writer_release(struct yaml_writer *w);

/* A node: as the value of a key, or as an item or the document. */
void yaml_write_node(struct yaml_writer *w, const struct node *n, bool in_map);

/*
 * Steps into a map or list that is not empty; returns what yaml_leave() wants. in_map: the list is
 * the value of a key, which was just written.
 */
int yaml_enter_map(struct yaml_writer *w);
int yaml_enter_seq(struct yaml_writer *w, bool in_map);
void yaml_leave(struct yaml_writer *w, int indent);
/* A key with its ':', on a line of its own; the '-' of an item. */
void yaml_write_key(struct yaml_writer *w, const struct node *key);
void yaml_write_dash(struct yaml_writer *w);
