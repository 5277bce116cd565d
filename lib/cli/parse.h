/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Words to a command, and the words behind it to options and positionals.
 */

#include "cli/command.h"

/* What one command line said. Strings are borrowed from argv. */
struct parsed {
	const struct command *command;
	void *opts; /* opts_size bytes, owned; NULL if the command has none */
	const char **args; /* NULL-ended, owned */
	size_t argc;
	ptrdiff_t dash;
	struct globals globals;
	const char *output;	 /* -o as written */
	const char *template_text; /* --template */
	enum format format;
	const char *format_arg;
	bool help;
	const struct option_spec *pending; /* the last option, if its value is missing */
};

enum parse_flags {
	PARSE_PARTIAL = 1 << 0, /* for completion: go on after errors, check nothing at the end */
};

/*
 * Parses the words behind the command's own. Returns 0, also when help was asked for
 * (the rest is not looked at then), or -ERR_USAGE with a message. *ret is valid and to be released
 * in every case.
 */
int parse_line(const struct command *c, size_t argc, const char *const *argv, unsigned flags,
	       struct parsed *ret, struct error *err);
void parsed_release(struct parsed *p);

#define cleanup_parsed __attribute__((cleanup(parsed_release)))

/* The option tables that a command takes, own ones first. */
enum option_origin { ORIGIN_OWN, ORIGIN_COMMON, ORIGIN_GLOBAL };

struct option_source {
	const struct option_spec *options; /* ended by OPT_END */
	enum option_origin origin;	   /* which struct the offsets are of */
};
#define OPTION_SOURCES 7
/* Fills up to OPTION_SOURCES entries and returns their number. */
size_t option_sources(const struct command *c, struct option_source ret[OPTION_SOURCES]);

/* One of the command's options by name, or NULL; *ret_origin may be NULL. */
const struct option_spec *option_by_long(const struct command *c, const char *name, size_t len,
					 enum option_origin *ret_origin);
const struct option_spec *option_by_short(const struct command *c, char name,
					  enum option_origin *ret_origin);
/* True if the option may be written without a value. */
bool option_value_optional(const struct option_spec *o);

/* All formats as they stand behind -o: "json, yaml, jsonpath=…". */
void formats_list(unsigned formats, struct strbuf *out);
/* The i-th format of the order in which they are shown, or FORMAT_NONE behind the last. */
enum format format_at(size_t i);

/*
 * The command whose words begin argv; the longest match wins. *ret_used is the number of its words.
 * NULL if there is none.
 */
const struct command *command_find(const struct program *p, size_t argc, const char *const *argv,
				   size_t *ret_used);
/* The family that argv[0] begins, or NULL. */
const struct command_family *family_find(const struct program *p, const char *word);
/* The command of one string such as "template list", or NULL. */
const struct command *command_by_words(const struct program *p, const char *words);
/* True if command c is in the family ("template list" in "template"). */
bool command_in_family(const struct command *c, const char *family);
