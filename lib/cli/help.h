/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Help for people, as text; appended to s->out. */

#include "cli/command.h"

/* All commands by group. */
void help_overview(struct session *s);
/* The commands of a family such as "template". */
void help_family(struct session *s, const struct command_family *family);
/* Everything about one command. */
void help_command(struct session *s, const struct command *c);

/* The error for a word that is no command (of the family, or NULL); returns -ERR_USAGE. */
int command_unknown(const struct session *s, const char *family, const char *word,
		    struct error *err);

/* Appends "TEMPLATE [NAME=VALUE...]", the positionals of a command. */
void usage_positionals(const struct command *c, struct strbuf *out);
/* Appends "-p, --param NAME=VALUE"; the letter's place is kept free if align. */
void option_synopsis(const struct option_spec *o, bool align, struct strbuf *out);
/* Appends the option's help with choices, default and "may be repeated". */
void option_help_text(const struct command *c, const struct option_spec *o, struct strbuf *out);
/* The exit codes of every command; ended by meaning == NULL. */
extern const struct exit_code common_exit_codes[];
