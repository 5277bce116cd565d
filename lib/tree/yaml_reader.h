/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The state of one run of tree_read_yaml(), and the parts that its files call of each other. */

#include "base/strmap.h"
#include "tree/build.h"
#include "tree/libyaml.h"
#include "tree/read.h"
#include "tree/yaml_input.h"

/* Brackets beyond so many, one in another, cost libyaml work that is counted. */
#define YAML_USUAL_FLOW_DEPTH 16

struct yaml_anchor {
	struct node *node;
	size_t weight;
	uint32_t height; /* containers within it, the deepest way down, itself included */
	bool open;	 /* its node is not finished: an alias now would make a cycle */
};

/* A list or map that is being read. */
struct yaml_frame {
	struct node *node;
	struct yaml_anchor *anchor; /* or NULL */
	size_t base;		    /* of its children on the stack */
	/* Nodes that it comes to, aliases written out; text counts as well. */
	size_t weight;
	uint32_t height;
	bool flow;
	bool merges; /* it has a key << */
};

struct yaml_reader {
	const struct libyaml *lib;
	struct builder build;
	struct yaml_input input;
	yaml_parser_t parser;
	unsigned flags;
	struct yaml_frame *frames;
	size_t depth, frames_alloc;
	struct strmap anchors;
	size_t alias_weight;
	size_t flow_depth;
	uint64_t flow_work;
	struct node **documents;
	size_t documents_len, documents_alloc;
	const char *last_tag; /* many nodes share few tags */
	struct error *err;
};

#define YAML_BYTES_PER_WEIGHT 64

/* The node for an anchor's name (copied) from here on; it is open until the caller closes it. */
struct yaml_anchor *yaml_set_anchor(struct yaml_reader *r, const char *name, size_t len,
				    struct node *n);

static inline bool yaml_reads_key(const struct yaml_reader *r)
{
	const struct yaml_frame *f;

	if (!r->depth)
		return false;
	f = &r->frames[r->depth - 1];
	return f->node->kind == NODE_MAP && (r->build.top - f->base) % 2 == 0;
}

/* Gives n the meaning of a scalar event. */
int yaml_scalar(struct yaml_reader *r, const yaml_event_t *e, struct node *n);
/* The string that a scalar (or what an alias stands for) is as a key; sets *key. */
int yaml_key(struct yaml_reader *r, const struct node *n, struct node **key);
/* Handles the tag of a list or map. */
int yaml_container_tag(struct yaml_reader *r, const char *tag, struct node *n);

/* Makes the entries of a map that has merge keys out of what builder_close() gave it. */
int yaml_merge(struct yaml_reader *r, struct node *map);

/* Takes the root of a document, which is over, off the stack. */
void yaml_add_document(struct yaml_reader *r);

/* Turns the failure of libyaml into ours. */
int yaml_parser_failure(struct yaml_reader *r);
