/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/exec_plugin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/secret.h"
#include "tree/read.h"

static bool take_digits(const char **p, unsigned count, int *ret)
{
	*ret = 0;
	for (; count; count--, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		*ret = *ret * 10 + (**p - '0');
	}
	return true;
}

static bool take(const char **p, const char *any)
{
	if (!**p || !strchr(any, **p))
		return false;
	(*p)++;
	return true;
}

static bool take_zone(const char **p, int *ret_seconds)
{
	bool west = **p == '-';
	int hours, minutes;

	*ret_seconds = 0;
	if (take(p, "Zz"))
		return true;
	if (!take(p, "+-") || !take_digits(p, 2, &hours) || !take(p, ":") ||
	    !take_digits(p, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

static bool is_time(const struct tm *t)
{
	return t->tm_mon >= 1 && t->tm_mon <= 12 && t->tm_mday >= 1 && t->tm_mday <= 31 &&
	       t->tm_hour <= 23 && t->tm_min <= 59 && t->tm_sec <= 60;
}

/* RFC 3339, as Go's time.RFC3339: "2026-12-01T10:00:00Z", "…00.5+01:00". */
static bool parse_time(const char *p, int64_t *ret)
{
	struct tm t = { 0 };
	int zone;

	if (!take_digits(&p, 4, &t.tm_year) || !take(&p, "-") || !take_digits(&p, 2, &t.tm_mon) ||
	    !take(&p, "-") || !take_digits(&p, 2, &t.tm_mday) || !take(&p, "Tt") ||
	    !take_digits(&p, 2, &t.tm_hour) || !take(&p, ":") || !take_digits(&p, 2, &t.tm_min) ||
	    !take(&p, ":") || !take_digits(&p, 2, &t.tm_sec))
		return false;
	if (take(&p, ".,")) {
		if (*p < '0' || *p > '9')
			return false;
		while (*p >= '0' && *p <= '9')
			p++;
	}
	if (!take_zone(&p, &zone) || *p || !is_time(&t))
		return false;
	t.tm_year -= 1900;
	t.tm_mon--;
	*ret = (int64_t)timegm(&t) - zone;
	return true;
}

static int invalid(struct error *err, const char *text)
{
	return error_set(err, ERR_INVALID, "%s", text);
}

/* Where it is wrong is said, what stands there is not: it may be a token. */
static int read_text(const struct node *map, const char *key, const char **ret, struct error *err)
{
	const struct node *n = node_get(map, key);

	*ret = "";
	if (!n || n->kind == NODE_NULL)
		return 0;
	if (n->kind != NODE_STRING || memchr(n->text, '\0', n->len))
		return error_set(err, ERR_INVALID, "its answer has a field '%s' that is no text", key);
	*ret = n->text;
	return 0;
}

static char *take_secret(const char *text)
{
	return *text ? secret_dup(text, strlen(text)) : NULL;
}

static void wipe(const char *text)
{
	explicit_bzero((char *)(uintptr_t)text, strlen(text));
}

static int read_status(const struct node *status, struct exec_answer *a, struct error *err)
{
	const char *token = "", *cert = "", *key = "", *expiry = "";
	int r = read_text(status, "token", &token, err);

	if (r == 0)
		r = read_text(status, "clientCertificateData", &cert, err);
	if (r == 0)
		r = read_text(status, "clientKeyData", &key, err);
	if (r == 0)
		r = read_text(status, "expirationTimestamp", &expiry, err);
	if (r < 0)
		return r;
	a->token = take_secret(token);
	a->cert = take_secret(cert);
	a->key = take_secret(key);
	wipe(token);
	wipe(key);
	a->expiry = INT64_MAX;
	if (*expiry && !parse_time(expiry, &a->expiry))
		return invalid(err, "its answer has an expirationTimestamp that is no time");
	if (!a->token && !a->cert && !a->key)
		return invalid(err, "its answer has neither a token nor a certificate");
	if (!a->cert != !a->key)
		return invalid(err, "its answer has only one of certificate and key");
	if (a->cert && (!strstr(a->cert, "-----BEGIN CERTIFICATE-----") ||
			!strstr(a->key, "PRIVATE KEY-----")))
		return invalid(err, "its answer has a certificate or key that is not in PEM");
	if (a->token && !kube_is_header_value(a->token))
		return invalid(err, "its answer has a token with a control character");
	return 0;
}

static int read_answer(const struct node *top, const char *api_version, struct exec_answer *a,
		       struct error *err)
{
	const char *version, *kind;
	const struct node *status = node_get(top, "status");

	if (top->kind != NODE_MAP || read_text(top, "apiVersion", &version, err) < 0 ||
	    read_text(top, "kind", &kind, err) < 0 || strcmp(kind, "ExecCredential") != 0) {
		error_release(err);
		return invalid(err, "it answered with no ExecCredential");
	}
	if (strcmp(version, api_version) != 0) {
		error_set(err, ERR_INVALID, "it answered in another version than '%s'",
			  api_version);
		error_hint(err, "set apiVersion of the exec plugin to what the program gives");
		return -ERR_INVALID;
	}
	if (!status || status->kind != NODE_MAP)
		return invalid(err, "its answer has no status");
	return read_status(status, a, err);
}

int exec_answer_parse(const char *text, size_t len, const char *api_version,
		      struct exec_answer *ret, struct error *err)
{
	cleanup_arena struct arena *arena = arena_new();
	struct documents documents = { 0 };
	struct exec_answer a = { 0 };
	int r;

	if (tree_read(arena, text, len, "", READ_OC, &documents, err) < 0 || !documents.len) {
		/* The reader's own words may quote a secret. */
		uint32_t line = err->line, column = err->column;

		error_release(err);
		return line ? error_set(err, ERR_INVALID,
					"it answered with what is no JSON (line %u, column %u)",
					line, column)
			    : invalid(err, "it answered with nothing");
	}
	r = read_answer(documents.items[0], api_version, &a, err);
	if (r < 0)
		exec_answer_release(&a);
	else
		*ret = a;
	return r;
}

void exec_answer_release(struct exec_answer *a)
{
	secret_free(a->token);
	secret_free(a->cert);
	secret_free(a->key);
	*a = (struct exec_answer){ 0 };
}
