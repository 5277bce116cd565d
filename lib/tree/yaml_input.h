/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The text as libyaml gets it, and the way back from its marks to bytes. */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct yaml_input {
	const char *text;
	size_t len;
	bool utf16;
	/*
	 * With READ_FLOW_REFS the brackets of references are replaced by two characters that
	 * occur nowhere in the text, so that columns stay; these are their UTF-8 forms. Empty
	 * if there are no references.
	 */
	char open[4], close[4];
	struct strbuf storage; /* the changed copy, if one was needed */
	/* yaml_input_seek() goes forward from here. */
	const char *at;
	size_t at_index;
};

#define YAML_INPUT_INIT                                                                            \
	{                                                                                          \
		.storage = STRBUF_INIT                                                             \
	}

/* file is for messages. Returns 0, -ERR_INVALID or -ERR_LIMIT. */
int yaml_input_init(struct yaml_input *in, const char *text, size_t len, unsigned flags,
		    const char *file, struct error *err);
void yaml_input_release(struct yaml_input *in);

/* Length of the ${NAME} or ${{NAME}} at p, or 0. */
size_t yaml_reference_length(const char *p, const char *end);

/* The byte at a libyaml index, which counts characters. Cheap if indexes do not go back. */
const char *yaml_input_seek(struct yaml_input *in, size_t index);

/* True if the text of a scalar holds brackets that were replaced. */
bool yaml_input_replaced(const struct yaml_input *in, const char *text, size_t len);
/* Puts the brackets back, in place. Returns the new length. */
size_t yaml_input_restore(const struct yaml_input *in, char *text, size_t len);
/* Line and column of a byte offset. */
void yaml_input_locate(const struct yaml_input *in, size_t offset, struct pos *pos);
