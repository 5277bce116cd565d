/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/commands.h"

/*
 * Every command, in the order in which help shows it. A new command adds one line
 * here and, for a new first word of two, one to families.
 */
#define COMMANDS(X)                                                                                \
	X(render)                                                                                  \
	X(process)                                                                                 \
	X(apply)                                                                                   \
	X(diff)                                                                                    \
	X(delete)                                                                                  \
	X(wait)                                                                                    \
	X(binlog_dump)                                                                             \
	X(binlog_fetch)                                                                            \
	X(binlog_list)                                                                             \
	X(binlog_position)                                                                         \
	X(template_list)                                                                           \
	X(template_show)                                                                           \
	X(template_params)                                                                         \
	X(template_lint)                                                                           \
	X(template_expand)                                                                         \
	X(template_compile)                                                                        \
	X(status)                                                                                  \
	X(lag)                                                                                     \
	X(check)                                                                                   \
	X(gtid_union)                                                                              \
	X(gtid_intersect)                                                                          \
	X(gtid_subtract)                                                                           \
	X(gtid_count)                                                                              \
	X(gtid_contains)                                                                           \
	X(gtid_compare)                                                                            \
	X(gtid_errant)                                                                             \
	X(sql)                                                                                     \
	X(sandbox_up)                                                                              \
	X(sandbox_down)                                                                            \
	X(sandbox_list)                                                                            \
	X(sandbox_shell)                                                                           \
	X(sandbox_break)                                                                           \
	X(grants)                                                                                  \
	X(help)                                                                                    \
	X(completion)                                                                              \
	X(version)                                                                                 \
	X(sandbox_keep)                                                                            \
	X(complete)

#define DECLARE(name) extern const struct command cmd_##name;
#define LIST(name) &cmd_##name,

COMMANDS(DECLARE)

static const struct command *const commands[] = { COMMANDS(LIST) NULL };

static const struct command_family families[] = {
	{ "binlog", "look at binlogs, and save them" },
	{ "template", "look at, check and compile templates" },
	{ "gtid", "compute with sets of GTIDs, compare servers by them" },
	{ "sandbox", "real clusters of servers on this machine" },
	{ NULL, NULL },
};

/* The date of the manual pages; set together with VERSION. */
const struct program program = {
	.name = "kubectl-mysql",
	.summary = "MySQL and MariaDB clusters: the truth, sandboxes, manifests",
	.version = KUBECTL_MYSQL_VERSION,
	.date = "November 21, 2026",
	.commands = commands,
	.families = families,
};
