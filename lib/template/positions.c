/* SPDX-License-Identifier: Apache-2.0 */
#include "template/positions.h"

#include <string.h>

#include "base/memory.h"

static void visit_param(struct param *p, struct pos_visitor *v)
{
	v->visit(v, &p->pos);
	v->visit(v, &p->value_pos);
	v->visit(v, &p->from_pos);
	v->visit(v, &p->minimum_pos);
	v->visit(v, &p->maximum_pos);
	v->visit(v, &p->pattern_pos);
}

void template_each_pos(struct template *t, struct pos_visitor *v)
{
	v->visit(v, &t->parameters_pos);
	for (size_t i = 0; i < t->param_count; i++)
		visit_param(&t->params[i], v);
	for (size_t i = 0; i < t->decided_count; i++)
		v->visit(v, &t->decided[i].pos);
	tpl_each_pos(t->labels, v);
	tpl_each_pos(t->message, v);
	tpl_each_pos(t->objects, v);
}

size_t file_table_index(struct file_table *ft, const char *name)
{
	if (!name)
		name = "";
	/* Most positions are in the file of the one before: names are compared by address first. */
	for (size_t i = ft->len; i-- > 0;)
		if (ft->names[i] == name || !strcmp(ft->names[i], name))
			return i;
	ALLOC_GROW(ft->names, ft->len + 1, ft->alloc);
	ft->names[ft->len] = name;
	return ft->len++;
}

void file_table_release(struct file_table *ft)
{
	free(ft->names);
	*ft = (struct file_table){ 0 };
}
