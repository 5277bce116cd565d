/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Nothing but libyaml: every event of a file, thrown away. What any program that reads YAML with
 * libyaml spends at least.
 */

#include <stdio.h>
#include <yaml.h>

int main(int argc, char **argv)
{
	yaml_parser_t parser;
	yaml_event_t event;
	unsigned long events = 0;
	int done = 0;
	FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (!f || !yaml_parser_initialize(&parser))
		return 1;
	yaml_parser_set_input_file(&parser, f);
	while (!done) {
		if (!yaml_parser_parse(&parser, &event))
			return 1;
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		events++;
	}
	yaml_parser_delete(&parser);
	fclose(f);
	printf("%lu events\n", events);
	return 0;
}
