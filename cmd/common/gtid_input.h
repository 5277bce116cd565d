/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Sets of GTIDs as the commands `gtid …` take them: as text, @FILE, or - for standard input. */

#include "cli/command.h"
#include "mysql/gtid.h"

struct gtid_input {
	struct gtid_set *sets; /* one for each positional of the session */
	size_t count;
};

#define GTID_INPUT_INIT { 0 }

int gtid_input_read(struct gtid_input *in, struct session *s, struct error *err);
void gtid_input_release(struct gtid_input *in);
#define cleanup_gtid_input __attribute__((cleanup(gtid_input_release)))

/*
 * Prints one set: its text on a line, or a document of kind GtidSet with the set's members.
 */
void gtid_output(struct session *s, const struct gtid_set *set);

struct arena;
struct node;
/* The members of a set as a list of maps. */
struct node *gtid_members(struct arena *a, const struct gtid_set *set);
struct node *gtid_text(struct arena *a, const struct gtid_set *set);
struct node *gtid_number(struct arena *a, gtid_count n);
/* Prints the document in the session's format. */
void gtid_print_document(struct session *s, const struct node *document);
const char *gtid_family_name(enum gtid_family f);

typedef int gtid_operation(const struct gtid_set *a, const struct gtid_set *b,
			   struct gtid_set *ret, struct error *err);
/* Folds the operation over all sets of the session, from left to right, and prints the result. */
int gtid_fold(struct session *s, gtid_operation *op, struct error *err);

/* Warns when "holder holds of" was answered by numbers alone. */
void gtid_warn_by_number(struct session *s, const struct gtid_set *holder,
			 const struct gtid_set *of);

extern const struct arg_spec gtid_args[], gtid_args_of_two[];

/* Two paragraphs of the manual that all commands share. */
#define GTID_SETS_TEXT                                                                             \
	"A set is written as the servers write it: UUID:1-9:11:TAG:1-3 (MySQL) or 0-1-100,1-2-5 "  \
	"(MariaDB); white space and line ends are ignored. @FILE reads a set from a file, - from " \
	"standard input. Sets of the two vendors do not mix.\n\n"                                  \
	"Of MariaDB, a domain with one server is a position: all numbers up to its own, whoever "  \
	"wrote them. A domain with several servers is a state, as in gtid_binlog_state: each "     \
	"server's numbers up to its own. What is left of a subtraction is written "                \
	"DOMAIN-SERVER-FIRST..LAST."
