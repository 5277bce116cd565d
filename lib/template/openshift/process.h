/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * OpenShift Templates, processed exactly as `oc process --local` does: pure functions from
 * tree to tree. Where oc depends on the order of a hash map or crashes, this is an error.
 *
 *	openshift_read(a, root, &t, err);
 *	openshift_set(&t, "NAME", "shop", 4);
 *	openshift_add_labels(&t, "app=shop", err);
 *	openshift_generate(&t, NULL, &errors);
 *	openshift_process(&t, 0, &items, &errors);
 *
 * Results share with the template everything that no parameter changed.
 */

#include "template/param.h"

struct openshift_template {
	struct arena *arena;
	const struct node *root;
	const char *name;	/* metadata.name, or "" */
	const char *namespace_; /* metadata.namespace, or "" */
	struct param *params;
	size_t param_count;
	struct node *labels;  /* map of strings, or NULL; values replaced by openshift_process */
	struct node *objects; /* list, or NULL: not there */
	const char *message;  /* or NULL; replaced by openshift_process */
	size_t message_len;
};

/* What the kind and apiVersion of a document say it is. */
enum openshift_kind {
	OPENSHIFT_TEMPLATE,
	OPENSHIFT_OTHER,	 /* some other object */
	OPENSHIFT_WRONG_VERSION, /* kind Template of an apiVersion that has none */
	OPENSHIFT_NO_KIND,	 /* no object at all */
};
/* *ret_kind and *ret_version are borrowed from the tree, "" if missing; either may be NULL. */
enum openshift_kind openshift_classify(const struct node *root, const char **ret_kind,
				       const char **ret_version);

/*
 * Reads a Template into *ret, with the types that its fields must have. What it holds is borrowed
 * from the arena, which must outlive it. Fields that a Template does not have are ignored.
 */
int openshift_read(struct arena *a, const struct node *root, struct openshift_template *ret,
		   struct error *err);

/* Gives generators that are wrong the place of the wrong block. text is the document's source. */
void openshift_locate_generators(struct openshift_template *t, const char *text, size_t len);

/*
 * Sets the first parameter of this name and switches its generator off. False: there is none.
 * The value is copied.
 */
bool openshift_set(struct openshift_template *t, const char *name, const char *value, size_t len);

/* Adds labels in the form of -l ("k=v,k2=v2") to those of the template; these win. */
int openshift_add_labels(struct openshift_template *t, const char *spec, struct error *err);

/*
 * Gives every parameter without value what its generator makes, and checks that required ones
 * have one. All errors are collected. rs may be NULL: random.
 */
int openshift_generate(struct openshift_template *t, const struct random_source *rs,
		       struct error_list *errors);

enum openshift_flags {
	OPENSHIFT_MANAGED_FIELDS = 1 << 0, /* keep metadata.managedFields */
	OPENSHIFT_RAW = 1 << 1, /* printed one by one: items of Lists lose them too */
};

/*
 * Fills message, labels and objects. *ret is a list of the objects, in order, or NODE_NULL if the
 * template has no objects field. All errors are collected; -ERR_INVALID if there was one.
 */
int openshift_process(struct openshift_template *t, unsigned flags, struct node **ret,
		      struct error_list *errors);

/*
 * Takes a written namespace from an object (a copy that may be changed); one that holds ${X}
 * stays.
 */
void openshift_strip_namespace(struct arena *a, struct node *object);

/*
 * Gives OpenShift kinds without a group theirs, and makes kind and apiVersion strings. The
 * object is a copy that may be changed.
 */
void openshift_set_group(struct arena *a, struct node *object);
