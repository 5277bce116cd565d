/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Errors as values. A fallible function returns 0 or a negative class and fills
 * the struct error given as its last argument: what was tried on which object
 * and why it failed, where in a file (if it was a file), a stable code (if it is a
 * diagnostic of docs/diagnostics.md), and a hint with the next command.
 *
 * Message: lower case, no full stop, objects in single quotes. Libraries never
 * print and never exit; cmd/main.c alone turns an error into text and exit code.
 *
 *	return error_set(err, ERR_NOT_FOUND, "no template '%s'", name);
 *
 * Setting an error that is set already is a bug and asserts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum error_class {
	ERR_FAILED = 1,	   /* exit 1 */
	ERR_USAGE,	   /* exit 2 */
	ERR_FINDINGS,	   /* exit 3 */
	ERR_CRITICAL,	   /* exit 4 */
	ERR_UNKNOWN_STATE, /* exit 5 */
	ERR_UNSAFE,	   /* exit 6: refused, nothing changed */
	ERR_TIMEOUT,	   /* exit 7: deadline passed, change undone */
	ERR_HALF_DONE,	   /* exit 8 */
	ERR_INVALID = 32,  /* bad input; exit 1 from here on */
	ERR_NOT_FOUND,
	ERR_LIMIT,
	ERR_IO,
	ERR_DENIED,	   /* login or privilege refused */
	ERR_TLS,
	ERR_CANCELLED,
	ERR_READER_GONE,   /* of a pipe that was being written to */
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

/* A place in a source; lines and columns count from 1, columns in code points. line 0: nowhere. */
struct pos {
	uint32_t line;
	uint32_t column;
	const char *file; /* display name, borrowed for as long as the source lives */
};

struct error {
	int class; /* 0: not set */
	enum severity severity;
	const char *code; /* static string such as "E102", or NULL */
	char *file;	  /* owned copy; NULL: no position */
	uint32_t line;
	uint32_t column;
	char *message;
	char *hint; /* or NULL */
	unsigned origin; /* number of the server's error, or 0 */
};

#define ERROR_INIT { 0 }

/* Each returns -class, so that callers can `return error_set(…)`. err may not be NULL. */
int error_set(struct error *err, enum error_class class, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int error_set_at(struct error *err, enum error_class class, const struct pos *pos, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));
/* Like error_set, with ": " and the text of errnum behind. */
int error_set_errno(struct error *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Sets the hint (a command or advice, without "hint:") of a set error. */
void error_hint(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Gives a set error its place, unless it has one. */
void error_locate(struct error *err, const struct pos *pos);
/* Puts "text: " before the message. */
void error_wrap(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void error_release(struct error *err);
/* The process exit code of a class (0 for 0). */
int error_exit_code(int class);

#define cleanup_error __attribute__((cleanup(error_release)))

/* Diagnostics in the order in which they were found; errors displace warnings when it is full. */
struct error_list {
	struct error *items;
	size_t len;
	size_t alloc;
	size_t errors;	   /* of severity error, the dropped ones included */
	size_t dropped;	   /* beyond LIMIT_DIAGNOSTICS */
	struct displaced {
		struct error error;
		size_t at; /* where it was */
	} *displaced; /* what errors displaced, in case the list is cut back */
	size_t displaced_len, displaced_alloc;
};

#define ERROR_LIST_INIT { 0 }

/* Moves *err into the list and leaves *err unset. */
void error_list_take(struct error_list *list, struct error *err);
/* True when another error would only be counted: no need to look for a hint. */
bool error_list_is_full(const struct error_list *list);
void error_list_release(struct error_list *list);

/* A point in a list that it can be cut back to: what was displaced since is there again then. */
struct error_list_mark {
	size_t len, errors, dropped, displaced;
};
struct error_list_mark error_list_mark(const struct error_list *list);
bool error_list_grew(const struct error_list *list, const struct error_list_mark *mark);
void error_list_cut(struct error_list *list, const struct error_list_mark *mark);

#define cleanup_error_list __attribute__((cleanup(error_list_release)))
