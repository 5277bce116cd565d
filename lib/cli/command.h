/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A command as a table. One command is one file cmd/<words-joined-by-dash>.c with one
 * `const struct command cmd_<words>`, listed in cmd/commands.c. Nothing else has to
 * know it: dispatch, help, completion, man pages and the JSON model come from here.
 *
 *	static const struct arg_spec args[] = {
 *		{ "TEMPLATE", "template or file", 1, 1, complete_template },
 *		{ "NAME=VALUE", "parameters", 0, ARGS_ANY, complete_parameter },
 *		ARG_END
 *	};
 *	static const struct example examples[] = {
 *		{ "render replicated -p NAME=shop | kubectl apply -f -", "deploy a cluster" },
 *		EXAMPLE_END
 *	};
 *	static int run(struct session *s, const void *opts, struct error *err)
 *	{
 *		const struct opts *o = opts;
 *		...
 *		strbuf_addstr(&s->out, "done\n");
 *		return 0;
 *	}
 *	const struct command cmd_render = {
 *		.words = "render", .group = GROUP_TEMPLATES,
 *		.summary = "turn a template and parameters into manifests",
 *		.args = args, .options = options, .opts_size = sizeof(struct opts),
 *		.formats = FORMAT_YAML | FORMAT_JSON, .default_format = FORMAT_YAML,
 *		.globals = GLOBAL_NAMESPACE, .examples = examples, .run = run,
 *	};
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/option.h"

#include <limits.h>

enum command_group {
	GROUP_TEMPLATES,
	GROUP_DEPLOY,
	GROUP_IMAGES,
	GROUP_LOOK,
	GROUP_ACT,
	GROUP_LOCAL,
	GROUP_SELF,
};

/* What -o takes. A command with formats gets -o/--output; the parser refuses the rest. */
enum format {
	FORMAT_NONE = 0,
	FORMAT_TABLE = 1 << 0,
	FORMAT_WIDE = 1 << 1,
	FORMAT_JSON = 1 << 2,
	FORMAT_YAML = 1 << 3,
	FORMAT_NAME = 1 << 4,
	FORMAT_KYAML = 1 << 5,
	FORMAT_DESCRIBE = 1 << 6,
	FORMAT_MAN = 1 << 7,
	FORMAT_TEXT = 1 << 8,
	FORMAT_CSV = 1 << 9,
	FORMAT_VERTICAL = 1 << 10,
	FORMAT_PROMETHEUS = 1 << 11,
	/* Those from here on have an argument behind "=" (session.format_arg). */
	FORMAT_JSONPATH = 1 << 16,
	FORMAT_JSONPATH_FILE = 1 << 17,
	FORMAT_JSONPATH_AS_JSON = 1 << 18,
	FORMAT_GO_TEMPLATE = 1 << 19,
	FORMAT_GO_TEMPLATE_FILE = 1 << 20,
	FORMAT_TEMPLATE = 1 << 21,     /* kubectl's other name of go-template */
	FORMAT_TEMPLATE_FILE = 1 << 22, /* "templatefile" */
	FORMAT_CUSTOM_COLUMNS = 1 << 23,
	FORMAT_CUSTOM_COLUMNS_FILE = 1 << 24,
};
#define FORMAT_WITH_ARGUMENT ((unsigned)~0xffffu)
#define FORMAT_TABLE_ALL                                                                           \
	(FORMAT_TABLE | FORMAT_WIDE | FORMAT_JSON | FORMAT_YAML | FORMAT_NAME)
/* Takes --template too, as kubectl does. */
#define FORMAT_KUBECTL_TEMPLATES                                                                   \
	(FORMAT_JSONPATH | FORMAT_JSONPATH_FILE | FORMAT_JSONPATH_AS_JSON | FORMAT_GO_TEMPLATE |   \
	 FORMAT_GO_TEMPLATE_FILE | FORMAT_TEMPLATE | FORMAT_TEMPLATE_FILE)

/* Title of a group in help, "Templates". */
const char *group_title(enum command_group g);
#define GROUPS (GROUP_SELF + 1)

/* Name of one format bit as it stands behind -o; NULL if there is none. */
const char *format_name(enum format f);

/*
 * kubectl's global options, by what a command can make use of. A command that does
 * not declare a group refuses its options.
 */
enum global_group {
	GLOBAL_NAMESPACE = 1 << 0, /* -n --namespace */
	GLOBAL_CLUSTER = 1 << 1,   /* --kubeconfig --context --cluster --user --token --as … */
	GLOBAL_VERBOSE = 1 << 2,   /* -v --v */
};

/* Their values. NULL or empty: not given. */
struct globals {
	const char *namespace_;
	const char *kubeconfig, *context, *cluster, *user, *server, *token;
	const char *username, *password;
	const char *as, *as_uid;
	struct option_list as_groups, as_user_extras;
	const char *certificate_authority, *client_certificate, *client_key, *tls_server_name;
	const char *cache_dir;
	bool insecure_skip_tls_verify, disable_compression;
	int64_t request_timeout; /* milliseconds, 0: none */
	int64_t verbosity;
};

/* One positional. In a command's table only the last may have max > 1 or min 0 before others. */
struct arg_spec {
	const char *name; /* upper case, "TEMPLATE", "NAME=VALUE" */
	const char *help;
	int min, max;
	completer *complete; /* or NULL */
};
#define ARGS_ANY INT_MAX
#define ARG_END { .name = NULL }

/* A command line without "kubectl mysql", and what it is good for (lower case, no full stop). */
struct example {
	const char *line;
	const char *help;
};
#define EXAMPLE_END { .line = NULL }

/* Beyond 0, 1 and 2, which every command has. */
struct exit_code {
	int code;
	const char *meaning;
};
#define EXIT_CODE_END { .meaning = NULL }

struct session;

struct command {
	const char *words; /* "render", "template expand" */
	enum command_group group;
	const char *summary;	 /* up to 60 characters, lower case, no full stop */
	const char *description; /* paragraphs parted by a blank line; or NULL */
	const char *usage;	 /* of the positionals; NULL: made from args */
	const struct arg_spec *args; /* NULL: none */
	const struct option_spec *options; /* NULL: none */
	size_t opts_size;
	unsigned formats;	    /* of enum format */
	enum format default_format; /* may be missing from formats: what no -o means */
	unsigned globals;	    /* of enum global_group */
	const struct example *examples;
	const struct exit_code *exit_codes;
	bool hidden;	  /* not in help and completion */
	bool raw_args;	  /* options are not parsed: all words are positionals */
	/*
	 * Returns 0, or a negative class with *err set. A class without an error set gives the
	 * exit code and no message (a verdict that was printed as data).
	 */
	int (*run)(struct session *s, const void *opts, struct error *err);
};

/* Words that begin commands without being one, such as "template". */
struct command_family {
	const char *words;
	const char *summary;
};

struct program {
	const char *name;    /* of the file: "kubectl-mysql" */
	const char *summary; /* one line, as for a command */
	const char *version;
	const char *date; /* of the manual: "November 21, 2026" */
	const struct command *const *commands; /* NULL-ended */
	const struct command_family *families; /* ended by words == NULL */
};

/* One run of one command. */
struct session {
	const struct program *program;
	const char *program_name; /* "kubectl mysql" or "kubectl-mysql", for hints */
	const struct command *command;
	size_t argc; /* positionals */
	const char *const *args; /* NULL-ended, borrowed from argv */
	ptrdiff_t dash; /* number of positionals before "--", or -1 without it */
	struct globals globals;
	enum format format;
	const char *format_arg; /* behind "jsonpath=", or NULL */
	bool stdout_tty, stderr_tty;
	size_t width; /* COLUMNS, else those of the terminal on stdout, else 80 */
	bool colour, stderr_colour; /* may colours be written there (NO_COLOR, TERM=dumb kept) */
	/*
	 * Standard output, written at once when run has returned. Thrown away when run failed
	 * with exit code 1 or 2 and a message, so that half a manifest never reaches a pipe.
	 */
	struct strbuf out;
	/* What -v shows, line by line (base/log.h). */
	void (*show_log)(double seconds, const char *line);
	/* Warnings, notes and further errors, printed to stderr before out is written. */
	struct error_list diagnostics;
};

/* Append a warning or a note without position to the diagnostics. */
void session_warn(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void session_note(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A usage error with the hint that names the command's help; returns -ERR_USAGE. */
int session_usage(struct session *s, struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
