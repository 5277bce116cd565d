/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Completion in kubectl's plugin protocol: candidates one a line, a tab and a
 * description behind them if there is one, and a last line ":<directive>".
 *
 *	static void complete_colour(const struct completion_request *rq, struct completions *out)
 *	{
 *		completions_add(out, "red", "like a rose");
 *	}
 *
 * Completers need not filter: what does not begin with the word is left out when added.
 */

#include "base/strvec.h"
#include "cli/command.h"

/* cobra's ShellCompDirective, which kubectl understands. */
enum completion_directive {
	COMPLETE_ERROR = 1 << 0,
	COMPLETE_NO_SPACE = 1 << 1,
	COMPLETE_NO_FILES = 1 << 2,
	COMPLETE_FILE_EXTENSIONS = 1 << 3, /* candidates are extensions to filter by */
	COMPLETE_DIRECTORIES = 1 << 4,
	COMPLETE_KEEP_ORDER = 1 << 5,
};

struct completion_request {
	const struct program *program;
	const struct command *command; /* NULL: the command itself is completed */
	const char *word;	       /* what stands before the cursor of this value */
	size_t argc;		       /* positionals before it */
	const char *const *args;
	const void *opts; /* of the command, as far as they were given */
	const struct globals *globals;
};

struct completions {
	const char *word;	/* only candidates that begin with it are kept */
	const char *lead;	/* put before each candidate ("--output=") */
	struct strvec values;	/* "candidate" or "candidate\tdescription" */
	unsigned directive;	/* enum completion_directive */
};

/* The value of a string option of the command as given before the cursor, or NULL. */
const char *completion_option(const struct completion_request *rq, const char *long_name);

/* Adds a candidate if it begins with the word; description may be NULL. */
void completions_add(struct completions *c, const char *value, const char *description);
void completions_release(struct completions *c);

/* Completes argv (the words behind the program name, the last one perhaps empty). */
void complete_words(const struct program *program, size_t argc, const char *const *argv,
		    struct completions *ret);
/* Appends the protocol's text. */
void completions_print(const struct completions *c, struct strbuf *out);
