/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Positions of a whole template as a list of small numbers. Private to lib/template. */

#include "template/template.h"

/* Visits every position of a template in one fixed order. */
void template_each_pos(struct template *t, struct pos_visitor *v);

/* The files that positions name, in order of first use. */
struct file_table {
	const char **names;
	size_t len, alloc;
};
size_t file_table_index(struct file_table *ft, const char *name);
void file_table_release(struct file_table *ft);
