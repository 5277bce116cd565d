/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "cli/parse.h"

static const struct {
	enum format format;
	const char *name;
} formats[] = {
	{ FORMAT_TEXT, "text" },
	{ FORMAT_TABLE, "table" },
	{ FORMAT_WIDE, "wide" },
	{ FORMAT_JSON, "json" },
	{ FORMAT_YAML, "yaml" },
	{ FORMAT_CSV, "csv" },
	{ FORMAT_VERTICAL, "vertical" },
	{ FORMAT_KYAML, "kyaml" },
	{ FORMAT_NAME, "name" },
	{ FORMAT_PROMETHEUS, "prometheus" },
	{ FORMAT_DESCRIBE, "describe" },
	{ FORMAT_MAN, "man" },
	{ FORMAT_JSONPATH, "jsonpath" },
	{ FORMAT_JSONPATH_AS_JSON, "jsonpath-as-json" },
	{ FORMAT_JSONPATH_FILE, "jsonpath-file" },
	{ FORMAT_GO_TEMPLATE, "go-template" },
	{ FORMAT_GO_TEMPLATE_FILE, "go-template-file" },
	{ FORMAT_TEMPLATE, "template" },
	{ FORMAT_TEMPLATE_FILE, "templatefile" },
	{ FORMAT_CUSTOM_COLUMNS, "custom-columns" },
	{ FORMAT_CUSTOM_COLUMNS_FILE, "custom-columns-file" },
};

const char *format_name(enum format f)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (formats[i].format == f)
			return formats[i].name;
	}
	return NULL;
}

enum format format_at(size_t i)
{
	return i < ARRAY_SIZE(formats) ? formats[i].format : FORMAT_NONE;
}

void formats_list(unsigned set, struct strbuf *out)
{
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!(set & formats[i].format))
			continue;
		strbuf_addf(out, "%s%s%s", first ? "" : ", ", formats[i].name,
			    formats[i].format & FORMAT_WITH_ARGUMENT ? "=…" : "");
		first = false;
	}
}
