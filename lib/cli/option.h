/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Options as a table. Each row names a member of the command's own options struct
 * by offset; parsing, help, completion, man pages and the JSON model read the same
 * row. The macros check at compile time that the member has the type of the row.
 *
 *	struct opts { bool raw; const char *file; struct option_list params; };
 *
 *	static const struct option_spec options[] = {
 *		OPT_FLAG(0, "raw", struct opts, raw, "write the objects without a List"),
 *		OPT_STRING('f', "filename", struct opts, file, "FILE", "read this file",
 *			   .complete = complete_file),
 *		OPT_LIST('p', "param", struct opts, params, "NAME=VALUE", "set a parameter"),
 *		OPT_END
 *	};
 *
 * Help texts: lower case, no full stop. What may follow the fixed arguments of a
 * macro: .complete, .fallback (default as text, parsed like a value), .implied (value
 * of "--opt" without "="), .flags, and for integers .minimum and .maximum (both 0: any).
 *
 * Accepted: --opt VALUE, --opt=VALUE, -oVALUE, -o VALUE, -o=VALUE, short flags joined (-ab),
 * --flag=true|false, options behind positionals, "--" to end them. Long names are never
 * shortened. Values are not split at commas. Of a repeated scalar the last one wins.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct completion_request;
struct completions;

/* Adds the candidates for the word under the cursor. See cli/complete.h. */
typedef void completer(const struct completion_request *rq, struct completions *out);

enum option_type {
	OPTION_END,
	OPTION_FLAG,	 /* bool */
	OPTION_STRING,	 /* const char *, NULL: not given */
	OPTION_LIST,	 /* struct option_list, one item for each time it is given */
	OPTION_INTEGER,	 /* int64_t */
	OPTION_DURATION, /* int64_t milliseconds: 90s, 1h30m, 500ms, or a plain number of seconds */
	OPTION_CHOICE,	 /* int, index into choices; -1: not given and no fallback */
};

enum option_flags {
	OPTION_HIDDEN = 1 << 0, /* accepted; not in help, completion and man */
	OPTION_ONCE = 1 << 1,	/* of a string without fallback: a second one is an error */
};

/* Values of a repeated option in the order given. The strings are borrowed from argv. */
struct option_list {
	const char **v;
	size_t len;
	size_t alloc;
};

struct option_spec {
	enum option_type type;
	char short_name;	/* 0: none */
	const char *long_name;	/* never NULL */
	size_t offset;
	const char *value_name; /* upper case; NULL for flags */
	const char *help;
	const char *fallback;
	const char *implied;
	const char *const *choices; /* NULL-ended */
	completer *complete;	    /* of the value; choices complete by themselves */
	int64_t minimum;
	int64_t maximum;
	unsigned flags; /* enum option_flags */
};

/* offsetof, and a compile error if the member is not of type want. */
#define OPTION_OFFSET(type, member, want)                                                          \
	(offsetof(type, member) +                                                                  \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((type *)0)->member), want)       \
				 ? 1                                                               \
				 : -1]))

#define OPT_FLAG(short_, long_, type_, member_, help_, ...)                                        \
	{ .type = OPTION_FLAG, .short_name = short_, .long_name = long_,                           \
	  .offset = OPTION_OFFSET(type_, member_, bool), .help = help_, __VA_ARGS__ }
#define OPT_STRING(short_, long_, type_, member_, value_, help_, ...)                              \
	{ .type = OPTION_STRING, .short_name = short_, .long_name = long_,                         \
	  .offset = OPTION_OFFSET(type_, member_, const char *), .value_name = value_,             \
	  .help = help_, __VA_ARGS__ }
#define OPT_LIST(short_, long_, type_, member_, value_, help_, ...)                                \
	{ .type = OPTION_LIST, .short_name = short_, .long_name = long_,                           \
	  .offset = OPTION_OFFSET(type_, member_, struct option_list), .value_name = value_,       \
	  .help = help_, __VA_ARGS__ }
#define OPT_INTEGER(short_, long_, type_, member_, value_, help_, ...)                             \
	{ .type = OPTION_INTEGER, .short_name = short_, .long_name = long_,                        \
	  .offset = OPTION_OFFSET(type_, member_, int64_t), .value_name = value_,                  \
	  .help = help_, __VA_ARGS__ }
#define OPT_DURATION(short_, long_, type_, member_, help_, ...)                                    \
	{ .type = OPTION_DURATION, .short_name = short_, .long_name = long_,                       \
	  .offset = OPTION_OFFSET(type_, member_, int64_t), .value_name = "DURATION",              \
	  .help = help_, __VA_ARGS__ }
/* choices_ is a static NULL-ended array of strings. */
#define OPT_CHOICE(short_, long_, type_, member_, value_, choices_, help_, ...)                    \
	{ .type = OPTION_CHOICE, .short_name = short_, .long_name = long_,                         \
	  .offset = OPTION_OFFSET(type_, member_, int), .value_name = value_,                      \
	  .choices = choices_, .help = help_, __VA_ARGS__ }
#define OPT_END { .type = OPTION_END }

/* Completes file names; the shell does the work. */
completer complete_file;
/* Completes directory names. */
completer complete_directory;
