/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/token_file.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "kube/kubeconfig.h"

int token_file_read(const char *path, char **ret, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	size_t begin, len;
	int r;

	/* In one piece, so that no copy is left behind. */
	strbuf_grow(&text, LIMIT_CREDENTIAL_BYTES);
	r = file_read(path, LIMIT_CREDENTIAL_BYTES, &text, err);
	begin = strspn(text.buf, " \t\r\n\v\f");
	len = text.len;
	while (len > begin && strchr(" \t\r\n\v\f", text.buf[len - 1]))
		len--;
	if (r == 0 && len == begin)
		r = error_set(err, ERR_INVALID, "the token file '%s' is empty", path);
	else if (r == 0 && strlen(text.buf) < len)
		r = error_set(err, ERR_INVALID, "the token file '%s' holds a NUL byte", path);
	if (r == 0) {
		text.buf[len] = '\0';
		if (kube_is_header_value(text.buf + begin))
			*ret = secret_dup(text.buf + begin, len - begin);
		else
			r = error_set(err, ERR_INVALID,
				      "the token file '%s' holds a control character", path);
	}
	explicit_bzero(text.buf, text.len);
	strbuf_release(&text);
	return r;
}

/* Keeps the old token if there is no new one. */
static int renew(struct token_file *t, struct error *err)
{
	char *token = NULL;
	int r = token_file_read(t->path, &token, err);

	if (r < 0)
		return r;
	secret_free(t->token);
	t->token = token;
	t->read_at = clock_ms();
	return 0;
}

int token_file_get(struct token_file *t, const char **ret, struct error *err)
{
	cleanup_error struct error late = ERROR_INIT;

	if (!t->token) {
		int r = renew(t, err);

		if (r < 0)
			return r;
	} else if (clock_ms() - t->read_at >= TOKEN_FILE_FRESH) {
		(void)renew(t, &late);
	}
	*ret = t->token;
	return 0;
}

bool token_file_refused(struct token_file *t)
{
	cleanup_error struct error ignored = ERROR_INIT;
	char *old = t->token ? secret_dup(t->token, strlen(t->token)) : NULL;
	bool changed = renew(t, &ignored) == 0 && (!old || strcmp(old, t->token) != 0);

	secret_free(old);
	return changed;
}

void token_file_release(struct token_file *t)
{
	secret_free(t->token);
	*t = (struct token_file){ 0 };
}
