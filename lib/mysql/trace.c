/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/trace.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/strbuf.h"

static double milliseconds_since(int64_t since)
{
	return (double)(clock_ns() - since) / 1e6;
}

void trace_connection(const struct connection *c, int64_t since)
{
	const struct server_info *s = connection_server(c);

	log_say(LOG_STEP, "%s: connected in %.1f ms, %s, session %lu, %s%s%s", connection_label(c),
		milliseconds_since(since), s->version_text, s->thread_id,
		s->tls_version ? s->tls_version : "not encrypted", s->tls_cipher ? " " : "",
		s->tls_cipher ? s->tls_cipher : "");
}

/* Whether a literal in it may be a password. */
static bool speaks_of_passwords(const char *sql)
{
	return strcasestr(sql, "password") || strcasestr(sql, "identified") ||
	       strcasestr(sql, "secret");
}

/* Where a literal ends depends on the session's sql_mode: nothing behind the first is shown. */
void trace_add_statement(struct strbuf *out, const char *sql)
{
	size_t plain = speaks_of_passwords(sql) ? strcspn(sql, "'\"`") : strlen(sql);

	strbuf_add(out, sql, plain);
	if (sql[plain])
		strbuf_addstr(out, "'…");
}

void trace_statement(const struct connection *c, const char *sql, int64_t since, int outcome,
		     const struct result *rows)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!log_wants(LOG_REQUEST))
		return;
	trace_add_statement(&text, sql);
	if (outcome < 0)
		strbuf_addf(&text, " (failed after %.1f ms)", milliseconds_since(since));
	else if (rows)
		strbuf_addf(&text, " (%.1f ms, %zu rows)", milliseconds_since(since),
			    result_rows(rows));
	else
		strbuf_addf(&text, " (%.1f ms)", milliseconds_since(since));
	log_say(LOG_REQUEST, "%s: %s", connection_label(c), text.buf);
}
