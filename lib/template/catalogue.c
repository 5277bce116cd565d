/* SPDX-License-Identifier: Apache-2.0 */
#include "template/catalogue.h"

#include <string.h>

const struct catalogue_entry *catalogue_find(const char *name)
{
	for (size_t i = 0; i < catalogue_count; i++)
		if (!strcmp(catalogue[i].name, name))
			return &catalogue[i];
	return NULL;
}
