/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the two loaders share: names in scope, and reports about them. Private to lib/template. */

#include "template/source_text.h"
#include "template/template.h"

struct local_name {
	const char *name;
	const struct local_name *outer;
};

struct loader {
	struct template *t;
	struct arena *arena;
	struct include_reader *includes;
	struct error_list *diags;
	const struct local_name *locals;
	struct strmap params; /* name -> struct usage * */
	const char *file;     /* the one being read */
	struct source_text *source; /* its text */
	const struct include_frame *frame;
	unsigned depth;
	struct tpl_piece *pieces; /* of the text at hand; loader_release() frees them */
	size_t piece_alloc;
};

void loader_release(struct loader *l);

struct usage {
	const struct param *param;
	bool used;
};

/* The files being included, to find loops. */
struct include_frame {
	const char *name;
	const struct include_frame *outer;
};

/* Fills l->params from l->t->params; reports doubly declared ones. */
void loader_declare(struct loader *l);
/* Reports every name of e that is not in scope, marks parameters as used. */
void loader_check_names(struct loader *l, const struct expr *e);
/*
 * Moves p->from_pos to the block of the generator that is wrong, if one is, and reports what looks
 * like a block and is literal text. decl is the declaration of p.
 */
void loader_check_generator(struct loader *l, struct param *p, const struct node *decl);
/* Reports parameters that were never used. */
void loader_report_unused(struct loader *l);

/* A document of our own language into l->t. */
void load_own(struct loader *l, const struct node *doc);
/* An OpenShift Template into l->t. */
void load_openshift(struct loader *l, const struct node *doc);
