/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "mysql/statement_internal.h"

/* Does a statement write? By its first word, and by those that change what that means. */

struct judge {
	struct sql_lexer lexer;
	struct sql_token token;
	bool some; /* token is one; false at the end */
	struct statement *st;
};

static void next(struct judge *j)
{
	cleanup_error struct error ignored = ERROR_INIT;

	/* The whole statement was lexed before: there is no error in it. */
	j->some = sql_lexer_next(&j->lexer, &j->token, &ignored) > 0;
}

static bool at(const struct judge *j, const char *word)
{
	return j->some && sql_token_is(&j->token, word);
}

static bool at_sign(const struct judge *j, char c)
{
	return j->some && j->token.kind == TOKEN_SIGN && *j->token.text == c;
}

static void is_write(struct judge *j, const char *what)
{
	if (j->st->kind == STATEMENT_WRITE)
		return;
	j->st->kind = STATEMENT_WRITE;
	snprintf(j->st->what, sizeof(j->st->what), "%s", what);
}

static void is_write_by_token(struct judge *j)
{
	char word[32];
	size_t n = j->token.len < sizeof(word) - 1 ? j->token.len : sizeof(word) - 1;

	for (size_t i = 0; i < n; i++)
		word[i] = (char)toupper((unsigned char)j->token.text[i]);
	word[n] = '\0';
	is_write(j, n && isprint((unsigned char)word[0]) ? word : "an unknown statement");
}

/* Functions that a SELECT may call and that change the server or a sequence. */
static const char *const writing_functions[] = {
	"NEXTVAL", "SETVAL", "asynchronous_connection_failover_add_source",
	"asynchronous_connection_failover_delete_source",
	"asynchronous_connection_failover_add_managed",
	"asynchronous_connection_failover_delete_managed",
	"asynchronous_connection_failover_reset", "group_replication_set_as_primary",
	"group_replication_switch_to_single_primary_mode",
	"group_replication_switch_to_multi_primary_mode",
	"group_replication_set_write_concurrency",
	"group_replication_set_communication_protocol", "keyring_key_generate",
	"keyring_key_remove", "keyring_key_store", "mask_dictionary_term_add",
	"set_firewall_mode", "audit_log_rotate", "audit_log_filter_set_filter",
};

/* Behind SELECT, TABLE, VALUES, DO: to the end of the statement. */
static void judge_query(struct judge *j)
{
	bool into = false, next_word = false;

	for (; j->some; next(j)) {
		if (into && (at(j, "OUTFILE") || at(j, "DUMPFILE")))
			is_write(j, "SELECT INTO a file");
		into = at(j, "INTO");
		if (next_word && at(j, "VALUE"))
			is_write(j, "NEXT VALUE FOR");
		next_word = at(j, "NEXT");
		for (size_t i = 0; i < ARRAY_SIZE(writing_functions); i++)
			if (at(j, writing_functions[i]))
				is_write_by_token(j);
	}
}

static void judge_verb(struct judge *j);

/* WITH a AS (…), b AS (…) VERB: the first known verb outside of parentheses. */
static void judge_with(struct judge *j)
{
	static const char *const verbs[] = { "SELECT", "TABLE",	 "VALUES", "INSERT",
					     "UPDATE", "DELETE", "REPLACE" };
	unsigned depth = 0;

	for (next(j); j->some; next(j)) {
		if (at_sign(j, '('))
			depth++;
		else if (at_sign(j, ')') && depth > 0)
			depth--;
		for (size_t i = 0; depth == 0 && i < ARRAY_SIZE(verbs); i++) {
			if (at(j, verbs[i])) {
				judge_verb(j);
				return;
			}
		}
	}
	is_write(j, "WITH");
}

/* EXPLAIN changes nothing, but with ANALYZE the statement is executed. */
static void judge_explain(struct judge *j)
{
	bool executes = at(j, "ANALYZE");

	for (next(j); j->some; next(j)) {
		if (at(j, "ANALYZE")) {
			executes = true;
		} else if (at(j, "TABLE") || at(j, "TABLES") || at(j, "LOCAL") ||
			   at(j, "NO_WRITE_TO_BINLOG")) {
			/* ANALYZE TABLE writes statistics, and to the log. */
			if (executes)
				is_write(j, "ANALYZE TABLE");
			return;
		} else if (at(j, "SELECT") || at(j, "WITH") || at(j, "INSERT") ||
			   at(j, "UPDATE") || at(j, "DELETE") || at(j, "REPLACE") ||
			   at(j, "VALUES") || at(j, "FOR")) {
			break;
		}
	}
	if (executes && j->some)
		judge_verb(j);
}

static void judge_set(struct judge *j)
{
	static const char *const writes[] = { "GLOBAL",	      "PERSIST", "PERSIST_ONLY",
					      "PASSWORD",     "RESOURCE", "transaction_read_only",
					      "tx_read_only", "WRITE",	 "DEFAULT" };
	char what[48];
	bool first = true;

	for (next(j); j->some; next(j), first = false) {
		if (first && at(j, "STATEMENT")) {
			while (j->some && !at(j, "FOR"))
				next(j);
			next(j);
			judge_verb(j);
			return;
		}
		for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
			/* SET x = DEFAULT is one thing, SET DEFAULT ROLE another. */
			if (!at(j, writes[i]) || (i == ARRAY_SIZE(writes) - 1 && !first))
				continue;
			snprintf(what, sizeof(what), "SET %s", writes[i]);
			is_write(j, what);
		}
	}
}

static void judge_start(struct judge *j)
{
	next(j);
	j->st->transaction = at(j, "TRANSACTION");
	if (!j->st->transaction)
		is_write(j, "START");
	for (; j->some; next(j))
		if (at(j, "WRITE"))
			is_write(j, "START TRANSACTION READ WRITE");
}

enum first { QUERY, HARMLESS, TRANSACTION, WITH, EXPLAIN, SET, START, PAREN };

static const struct {
	const char *word;
	enum first first;
} firsts[] = {
	{ "SELECT", QUERY },	   { "TABLE", QUERY },	      { "VALUES", QUERY },
	{ "DO", QUERY },	   { "WITH", WITH },	      { "EXPLAIN", EXPLAIN },
	{ "ANALYZE", EXPLAIN },	   { "DESCRIBE", EXPLAIN },   { "DESC", EXPLAIN },
	{ "SHOW", HARMLESS },	   { "HELP", HARMLESS },      { "USE", HARMLESS },
	{ "CHECKSUM", HARMLESS },  { "HANDLER", HARMLESS },   { "SET", SET },
	{ "BEGIN", TRANSACTION },  { "COMMIT", TRANSACTION }, { "ROLLBACK", TRANSACTION },
	{ "SAVEPOINT", HARMLESS }, { "RELEASE", HARMLESS },   { "START", START },
};

static void judge_first(struct judge *j, enum first first)
{
	switch (first) {
	case QUERY:
	case PAREN:
		judge_query(j);
		break;
	case TRANSACTION:
		j->st->transaction = true;
		break;
	case WITH:
		judge_with(j);
		break;
	case EXPLAIN:
		judge_explain(j);
		break;
	case SET:
		judge_set(j);
		break;
	case START:
		judge_start(j);
		break;
	case HARMLESS:
		break;
	}
}

static void judge_verb(struct judge *j)
{
	while (at_sign(j, '('))
		next(j);
	if (!j->some)
		return;
	/* Whether this one is executed depends on the server: nothing is known. */
	if (j->token.inside) {
		is_write(j, "an executable comment");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		if (at(j, firsts[i].word)) {
			judge_first(j, firsts[i].first);
			return;
		}
	}
	is_write_by_token(j);
}

/*
 * Executable comments with a verb in them can make another statement of any. So can a semicolon,
 * which is left where it is in a comment or where the delimiter is another.
 */
static void judge_comments(struct judge *j)
{
	static const char *const verbs[] = { "INSERT", "UPDATE", "DELETE", "REPLACE", "DROP",
					     "ALTER",  "CREATE", "CALL",   "GLOBAL",  "ANALYZE" };

	for (next(j); j->some; next(j)) {
		if (at_sign(j, ';'))
			is_write(j, "several statements in one");
		if (!j->token.inside)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
			if (at(j, verbs[i]))
				is_write(j, "an executable comment");
	}
}

void statement_judge(struct statement *st, const struct statement_reader *r)
{
	struct statement_reader alone = *r;
	struct judge j = { .st = st };

	alone.text = st->text;
	alone.len = st->len;
	alone.counted = alone.line_start = 0;
	alone.lines = 0;
	/* The text has no delimiter but perhaps inside of what another one ended. */
	alone.delimiter[0] = '\1';
	alone.delimiter[1] = '\0';
	st->kind = STATEMENT_READ;
	j.lexer.reader = &alone;
	judge_comments(&j);
	j.lexer = (struct sql_lexer){ .reader = &alone };
	next(&j);
	judge_verb(&j);
}
