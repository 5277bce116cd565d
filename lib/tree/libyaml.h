/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * libyaml, opened when the first YAML text is read: a program that reads none does not
 * pay for loading it. Nothing else calls libyaml.
 */

#include "base/error.h"

#include <yaml.h>

struct libyaml {
	int (*parser_initialize)(yaml_parser_t *parser);
	void (*parser_delete)(yaml_parser_t *parser);
	void (*parser_set_input_string)(yaml_parser_t *parser, const unsigned char *input,
					size_t size);
	void (*parser_set_encoding)(yaml_parser_t *parser, yaml_encoding_t encoding);
	int (*parser_parse)(yaml_parser_t *parser, yaml_event_t *event);
	void (*event_delete)(yaml_event_t *event);
};

/* The functions, or NULL with err set (-ERR_FAILED) if the library cannot be opened. */
const struct libyaml *libyaml_open(struct error *err);
