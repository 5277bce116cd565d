/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Objects as kubectl's printers print them: json, yaml, kyaml, name, jsonpath and go-template, each
 * with or without a List around them.
 *
 *	printer_init(&p, a, s->format, s->format_arg, err);
 *	printer_list(&p, items, &s->out, err);
 */

#include "cli/command.h"
#include "tree/node.h"

struct printer {
	struct arena *arena;
	enum format format;
	bool missing_is_error; /* in jsonpath and go-template; set it before the first object */
	const char *text;      /* of the template, or NULL */
	size_t len;
	const char *name; /* of its source, for positions */
	struct jsonpath *path;
	struct gotemplate *gotemplate;
	size_t printed; /* objects so far */
};

/* arg is what stands behind "jsonpath=" and the like, or NULL. Reads and parses the template. */
int printer_init(struct printer *p, struct arena *a, enum format format, const char *arg,
		 struct error *err);

/* Appends a List of the items (NODE_SEQ, or NODE_NULL for "items: null"). Not for FORMAT_NAME. */
int printer_list(struct printer *p, struct node *items, struct strbuf *out, struct error *err);

/* Appends one object; YAML documents are parted by "---". */
int printer_object(struct printer *p, const struct node *object, struct strbuf *out,
		   struct error *err);
