/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strvec.h"

#define BODY_SHOWN 2048	   /* of a body that is no Status, as client-go cuts it */
#define MESSAGE_SHOWN 65536 /* an object with a thousand faults has a long one */

char *kube_clean_text(const char *text, size_t len, size_t most)
{
	char *copy = xmemdupz(text, len < most ? len : most);

	len = strlen(copy);
	while (len && strchr(" \t\r\n", copy[len - 1]))
		copy[--len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)copy[i] < ' ' && copy[i] != '\n') || copy[i] == 0x7f)
			copy[i] = ' ';
	return copy;
}

bool kube_is_status(const struct node *n)
{
	return strcmp(node_text_of(n, "kind"), "Status") == 0;
}

const char *kube_answer_reason(const struct kube_answer *answer)
{
	return kube_is_status(answer->body) ? node_text_of(answer->body, "reason") : "";
}

int64_t kube_status_retry_after(const struct node *status)
{
	const struct node *n = node_path(status, "details", "retryAfterSeconds", NULL);
	char *end = NULL;
	long long seconds;

	if (!n || n->kind != NODE_NUMBER || n->len > 9)
		return -1;
	seconds = strtoll(n->text, &end, 10);
	return *end || seconds < 0 ? -1 : seconds;
}

static enum error_class class_of(long code)
{
	switch (code) {
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
	case 410:
		return ERR_NOT_FOUND;
	case 400:
	case 422:
		return ERR_INVALID;
	case 409:
		return ERR_UNSAFE;
	case 413:
	case 429:
		return ERR_LIMIT;
	case 504:
		return ERR_TIMEOUT;
	default:
		return ERR_FAILED;
	}
}

/* client-go's words for a server that does not say why (NewGenericServerResponse). */
static const char *usual_words(long code)
{
	switch (code) {
	case 400:
		return "the server rejected our request for an unknown reason";
	case 401:
		return "the server has asked for the client to provide credentials";
	case 403:
		return "the server does not allow this request";
	case 404:
		return "the server could not find the requested resource";
	case 405:
		return "the server does not allow this method on the requested resource";
	case 406:
		return "the server was unable to respond with a content type that the client "
		       "supports";
	case 409:
		return "the server reported a conflict";
	case 410:
		return "the server no longer has what was asked for";
	case 413:
		return "the request is too large for the server";
	case 415:
		return "the server does not take a body of this content type";
	case 422:
		return "the server rejected our request due to an error in our request";
	case 429:
		return "the server has received too many requests and has asked us to try again "
		       "later";
	case 503:
		return "the server is currently unable to handle the request";
	case 504:
		return "the server was unable to return a response in the time allotted, but may "
		       "still be processing the request";
	default:
		return NULL;
	}
}

static void set_usual_error(const struct kube_answer *answer, const char *what, struct error *err)
{
	enum error_class class = class_of(answer->code);
	const char *words = usual_words(answer->code);
	cleanup_free char *body = kube_clean_text(answer->text ? answer->text : "", answer->len,
						  BODY_SHOWN);

	for (char *p = body; *p; p++)
		if (*p == '\n')
			*p = ' ';
	if (words)
		error_set(err, class, "%s (%s)", words, what);
	else if (answer->code >= 500)
		error_set(err, class,
			  "an error on the server ('%s') has prevented the request from "
			  "succeeding (%s)",
			  body[0] ? body : "unknown", what);
	else
		error_set(err, class, "the server answered with the code %ld (%s)", answer->code,
			  what);
}

static void add_hint(const struct kube_answer *answer, struct error *err)
{
	if (answer->code == 401)
		error_hint(err, "log in to the cluster again; kubectl auth whoami tells who you are");
	else if (answer->code == 429)
		error_hint(err, "the server is busy; try again in a moment");
	else if (answer->code >= 300 && answer->code < 400)
		error_hint(err, "something before the server wants a login; check the server's URL");
}

int kube_status_error(const struct kube_answer *answer, const char *what, struct error *err)
{
	const bool status = kube_is_status(answer->body);
	const char *message = status ? node_text_of(answer->body, "message") : "";
	cleanup_free char *clean = kube_clean_text(message, strlen(message), MESSAGE_SHOWN);

	if (answer->code == 401)
		error_set(err, ERR_DENIED, "you must be logged in to the server (%s)",
			  clean[0] ? clean : "Unauthorized");
	else if (clean[0])
		error_set(err, class_of(answer->code), "%s", clean);
	else
		set_usual_error(answer, what, err);
	add_hint(answer, err);
	err->origin = (unsigned)answer->code;
	return -err->class;
}

/* ---- warnings -------------------------------------------------------------------------------- */

static void skip(const char **p, const char *end, char c)
{
	while (*p < end && **p == c)
		(*p)++;
}

/* A word up to a blank. */
static bool skip_word(const char **p, const char *end)
{
	const char *start = *p;

	while (*p < end && **p != ' ' && **p != '"' && **p != ',')
		(*p)++;
	return *p > start;
}

static bool take_quoted(const char **p, const char *end, struct strbuf *out)
{
	if (*p == end || **p != '"')
		return false;
	for ((*p)++; *p < end && **p != '"'; (*p)++) {
		if (**p == '\\' && *p + 1 < end)
			(*p)++;
		strbuf_addch(out, **p);
	}
	if (*p == end)
		return false;
	(*p)++;
	return true;
}

void kube_add_warnings(struct strvec *list, const char *value, size_t len)
{
	const char *p = value, *end = value + len;

	while (p < end && list->len < LIMIT_KUBE_WARNINGS) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT, date = STRBUF_INIT;
		cleanup_free char *clean = NULL;
		const char *code;

		skip(&p, end, ' ');
		code = p;
		if (!skip_word(&p, end) || p - code != 3 || memcmp(code, "299", 3) != 0)
			return;
		skip(&p, end, ' ');
		if (!skip_word(&p, end))
			return;
		skip(&p, end, ' ');
		if (!take_quoted(&p, end, &text))
			return;
		clean = kube_clean_text(text.buf, text.len, BODY_SHOWN);
		if (clean[0] && !strvec_contains(list, clean))
			strvec_add(list, clean);
		/* There may be a date; it does not matter. */
		skip(&p, end, ' ');
		(void)take_quoted(&p, end, &date);
		skip(&p, end, ' ');
		skip(&p, end, ',');
	}
}
