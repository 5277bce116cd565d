/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/libyaml.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

#define LIBRARY "libyaml-0.so.2"

static struct libyaml functions;

static const struct symbol {
	const char *name;
	void *to; /* of the member of functions */
} symbols[] = {
	{ "yaml_parser_initialize", &functions.parser_initialize },
	{ "yaml_parser_delete", &functions.parser_delete },
	{ "yaml_parser_set_input_string", &functions.parser_set_input_string },
	{ "yaml_parser_set_encoding", &functions.parser_set_encoding },
	{ "yaml_parser_parse", &functions.parser_parse },
	{ "yaml_event_delete", &functions.event_delete },
};

const struct libyaml *libyaml_open(struct error *err)
{
	static bool opened;
	void *library;

	if (opened)
		return &functions;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		error_set(err, ERR_FAILED, "cannot open the YAML library: %s", dlerror());
		error_hint(err, "install the package libyaml-0-2, or give the document as JSON");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (!found) {
			error_set(err, ERR_FAILED, "cannot use the YAML library: %s has no '%s'",
				  LIBRARY, symbols[i].name);
			dlclose(library);
			return NULL;
		}
		memcpy(symbols[i].to, &found, sizeof(found));
	}
	opened = true;
	return &functions;
}
