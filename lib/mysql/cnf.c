/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/cnf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/utf8.h"

struct reader {
	struct cnf *cnf;
	const char *file; /* for messages */
	const char *suffix; /* of groups, or NULL */
	bool includes;	  /* are followed */
	unsigned depth;
	bool in_group;	  /* any was begun */
	bool wanted;	  /* ours */
	uint32_t line;
	const char *line_start;
	struct error *err;
};

static int read_file(struct reader *r, const char *path);

/* ---- options ---------------------------------------------------------------------------------*/

enum kind { TEXT, SECRET, PORT, FLAG, MODE };

struct option {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct cnf, member)

static const struct option options[] = {
	{ "host", TEXT, AT(host) },	    { "socket", TEXT, AT(socket) },
	{ "user", TEXT, AT(user) },	    { "password", SECRET, AT(password) },
	{ "database", TEXT, AT(database) }, { "port", PORT, AT(port) },
	{ "compress", FLAG, AT(compress) }, { "ssl-ca", TEXT, AT(tls_ca) },
	{ "ssl-capath", TEXT, AT(tls_capath) }, { "ssl-cert", TEXT, AT(tls_cert) },
	{ "ssl-key", TEXT, AT(tls_key) },   { "ssl-mode", MODE, 0 },
};

static int fail(const struct reader *r, const char *at, const char *text)
{
	struct pos pos = { .line = r->line, .file = r->file };

	pos.column = 1 + (uint32_t)utf8_count(r->line_start, (size_t)(at - r->line_start));
	return error_set_at(r->err, ERR_INVALID, &pos, "%s", text);
}

/* A name as it is written: '_' for '-', and any case in the first letters is not accepted. */
static bool is_named(const char *name, size_t len, const char *want)
{
	size_t i;

	for (i = 0; i < len && want[i]; i++)
		if ((name[i] == '_' ? '-' : name[i]) != want[i])
			return false;
	return i == len && !want[i];
}

static bool is_on(const char *value)
{
	return strcasecmp(value, "0") != 0 && strcasecmp(value, "off") != 0 &&
	       strcasecmp(value, "false") != 0;
}

static void set_tls(struct cnf *c, enum tls_mode mode)
{
	c->tls = mode;
	c->has_tls = true;
}

static int set_mode(const struct reader *r, const char *value, const char *at)
{
	static const struct {
		const char *name;
		enum tls_mode mode;
	} modes[] = {
		{ "DISABLED", TLS_DISABLED },	{ "PREFERRED", TLS_PREFERRED },
		{ "REQUIRED", TLS_REQUIRED },	{ "VERIFY_CA", TLS_VERIFY_CA },
		{ "VERIFY_IDENTITY", TLS_VERIFY_IDENTITY },
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (strcasecmp(value, modes[i].name) == 0) {
			set_tls(r->cnf, modes[i].mode);
			return 0;
		}
	fail(r, at, "ssl-mode has an unknown value");
	error_hint(r->err, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
	return -ERR_INVALID;
}

static int set_port(const struct reader *r, const char *value, const char *at, unsigned *ret)
{
	char *end;
	unsigned long port = strtoul(value, &end, 10);

	/* 0 stands for the usual one. */
	if (!*value || *end || *value == '-' || port > 65535)
		return fail(r, at, "port is no number from 0 to 65535");
	*ret = (unsigned)port;
	return 0;
}

/* MariaDB's: ssl, skip-ssl and disable-ssl, ssl-verify-server-cert. */
static bool set_flag_of_tls(struct cnf *c, const char *name, size_t len, const char *value)
{
	bool on = !value || is_on(value);

	if (is_named(name, len, "skip-ssl") || is_named(name, len, "disable-ssl"))
		set_tls(c, TLS_DISABLED);
	else if (is_named(name, len, "ssl"))
		set_tls(c, on ? TLS_PREFERRED : TLS_DISABLED);
	else if (is_named(name, len, "ssl-verify-server-cert") && on)
		set_tls(c, TLS_VERIFY_IDENTITY);
	else
		return false;
	return true;
}

/* value is NULL for an option without "="; at is where it stands in the line. */
static int set_option(const struct reader *r, const char *name, size_t len, const char *value,
		      const char *at)
{
	const struct option *o = NULL;
	char **text;

	if (len > 6 && is_named(name, 6, "loose-")) {
		name += 6;
		len -= 6;
	}
	if (set_flag_of_tls(r->cnf, name, len, value))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(options) && !o; i++)
		if (is_named(name, len, options[i].name))
			o = &options[i];
	if (!o)
		return 0;
	text = (char **)((char *)r->cnf + o->offset);
	switch (o->kind) {
	case TEXT:
	case SECRET:
		/* Without a value the clients ask for a password; another option is an error. */
		if (!value && o->kind == TEXT)
			return fail(r, at, "the option lacks its value");
		secret_free(*text);
		*text = !value		      ? NULL
			: o->kind == SECRET ? secret_dup(value, strlen(value))
					      : xstrdup(value);
		return 0;
	case PORT:
		return set_port(r, value ? value : "", at, &r->cnf->port);
	case MODE:
		return set_mode(r, value ? value : "", at);
	case FLAG:
		r->cnf->compress = !value || is_on(value);
		return 0;
	}
	return 0;
}

/* ---- lines -----------------------------------------------------------------------------------*/

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

static const char *cut_space(const char *p, const char *end)
{
	while (end > p && is_space(end[-1]))
		end--;
	return end;
}

/* Where the comment of an option's line begins, or its end: '#' outside of quotes. */
static const char *find_comment(const char *p, const char *end)
{
	char quote = 0;
	bool escaped = false;

	for (; p < end; p++) {
		if ((*p == '\'' || *p == '"') && !escaped)
			quote = !quote ? *p : quote == *p ? '\0' : quote;
		if (!quote && *p == '#')
			break;
		escaped = quote && *p == '\\' && !escaped;
	}
	return p;
}

/* Without its quotes, and with its escapes; to be wiped. Unknown escapes keep their backslash. */
static char *unquote(const char *p, const char *end)
{
	static const char letters[] = "ntrbs\"'\\", meant[] = "\n\t\r\b \"'\\";
	char *text, *out;

	if (end - p >= 2 && (*p == '"' || *p == '\'') && end[-1] == *p) {
		p++;
		end--;
	}
	text = out = secret_dup(p, (size_t)(end - p));
	for (; p < end; p++) {
		const char *known = *p == '\\' && p + 1 < end ? strchr(letters, p[1]) : NULL;

		if (known && *known) {
			*out++ = meant[known - letters];
			p++;
			continue;
		}
		*out++ = *p;
		/* The second of an unknown pair begins no other. */
		if (*p == '\\' && p + 1 < end)
			*out++ = *++p;
	}
	*out = '\0';
	return text;
}

static int read_group(struct reader *r, const char *p, const char *end)
{
	static const char *const groups[] = { "client",	 "client-server",  "client-mariadb",
					      "mysql",	 "mariadb-client", "kubectl-mysql" };
	const char *close = memchr(p, ']', (size_t)(end - p));
	size_t len, suffix = r->suffix ? strlen(r->suffix) : 0;

	if (!close)
		return fail(r, p, "the group lacks its ']'");
	p++;
	len = (size_t)(cut_space(p, close) - p);
	r->in_group = true;
	r->wanted = false;
	for (size_t i = 0; i < ARRAY_SIZE(groups) && !r->wanted; i++) {
		size_t n = strlen(groups[i]);

		if (len < n || memcmp(p, groups[i], n) != 0)
			continue;
		r->wanted = len == n || (suffix && len == n + suffix &&
					 memcmp(p + n, r->suffix, suffix) == 0);
	}
	return 0;
}

static int read_option(struct reader *r, const char *p, const char *end)
{
	const char *equals, *name_end;
	cleanup_secret char *value = NULL;

	if (!r->in_group) {
		fail(r, p, "an option stands before the first group");
		error_hint(r->err, "put a line [client] before it");
		return -ERR_INVALID;
	}
	end = find_comment(p, end);
	equals = memchr(p, '=', (size_t)(end - p));
	name_end = cut_space(p, equals ? equals : end);
	if (name_end == p)
		return fail(r, p, "the option lacks its name");
	if (!r->wanted)
		return 0;
	if (!equals)
		return set_option(r, p, (size_t)(name_end - p), NULL, p);
	equals = skip_space(equals + 1, end);
	value = unquote(equals, cut_space(equals, end));
	return set_option(r, p, (size_t)(name_end - p), value, equals);
}

static int include_folder(struct reader *r, const char *path, const char *at)
{
	cleanup_strvec struct strvec names = STRVEC_INIT;
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int failed = 0;

	if (!dir) {
		cleanup_free char *text = xasprintf("cannot read folder '%s': %s", path,
						    strerror(errno));
		return fail(r, at, text);
	}
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > 4 && strcmp(entry->d_name + len - 4, ".cnf") == 0)
			strvec_addf(&names, "%s/%s", path, entry->d_name);
	}
	closedir(dir);
	strvec_sort(&names);
	for (size_t i = 0; i < names.len && !failed; i++)
		failed = read_file(r, names.v[i]);
	return failed;
}

/* An included file begins with no group, and leaves ours as it was. */
static int read_directive(struct reader *r, const char *p, const char *end)
{
	const char *word = p + 1, *path;
	cleanup_free char *name = NULL;
	bool folder = end - word >= 10 && memcmp(word, "includedir", 10) == 0;
	struct reader inner = *r;

	if (!folder && (end - word < 7 || memcmp(word, "include", 7) != 0)) {
		fail(r, p, "the line begins with '!' and is neither !include nor !includedir");
		return -ERR_INVALID;
	}
	path = skip_space(word + (folder ? 10 : 7), end);
	end = cut_space(path, end);
	if (path == end)
		return fail(r, path, "the path to include is missing");
	if (!r->includes)
		return 0;
	if (r->depth >= LIMIT_CNF_DEPTH)
		return fail(r, p, "files include each other too deep");
	name = xmemdupz(path, (size_t)(end - path));
	inner.depth++;
	return folder ? include_folder(&inner, name, path) : read_file(&inner, name);
}

static int read_line(struct reader *r, const char *p, const char *end)
{
	p = skip_space(p, end);
	if (p == end || *p == '#' || *p == ';')
		return 0;
	end = cut_space(p, end);
	if (*p == '!')
		return read_directive(r, p, end);
	if (*p == '[')
		return read_group(r, p, end);
	return read_option(r, p, end);
}

static int read_text(struct reader *r, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	int failed = 0;

	r->line = 0;
	r->in_group = r->wanted = false;
	while (p < end && !failed) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		stop = stop ? stop : end;
		r->line++;
		r->line_start = p;
		if (memchr(p, '\0', (size_t)(stop - p)))
			failed = fail(r, p, "the line holds a NUL byte");
		else
			failed = read_line(r, p, stop);
		p = stop + 1;
	}
	return failed;
}

/* ---- files -----------------------------------------------------------------------------------*/

static int read_file(struct reader *r, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct reader inner = *r;
	struct stat st;
	int failed;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IWOTH)) {
		strvec_addf(&r->cnf->warnings,
			    "'%s' is ignored, for everybody may write to it", path);
		return 0;
	}
	/* As the clients do: what is to be included may be missing. */
	if (r->depth && access(path, R_OK) < 0)
		return 0;
	inner.file = path;
	/* In one piece, so that no copy is left behind. */
	strbuf_grow(&text, LIMIT_CNF_BYTES);
	failed = file_read(path, LIMIT_CNF_BYTES, &text, r->err);
	if (!failed)
		failed = read_text(&inner, text.buf, text.len);
	explicit_bzero(text.buf, text.len);
	strbuf_release(&text);
	return failed;
}

static struct reader reader_for(struct cnf *c, struct error *err)
{
	return (struct reader){ .cnf = c, .err = err, .includes = true,
				.suffix = getenv("MYSQL_GROUP_SUFFIX") };
}

int cnf_read_file(const char *path, struct cnf *ret, struct error *err)
{
	struct reader r = reader_for(ret, err);

	return read_file(&r, path);
}

int cnf_read_defaults(struct cnf *ret, struct error *err)
{
	struct reader r = reader_for(ret, err);
	const char *home = getenv("HOME");
	cleanup_free char *own = home && *home ? xasprintf("%s/.my.cnf", home) : NULL;
	const char *const paths[] = { "/etc/my.cnf", "/etc/mysql/my.cnf", own };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !failed; i++)
		if (paths[i] && access(paths[i], R_OK) == 0)
			failed = read_file(&r, paths[i]);
	return failed;
}

int cnf_parse(const char *text, size_t len, const char *name, struct cnf *ret, struct error *err)
{
	struct reader r = { .cnf = ret, .err = err, .file = name };

	return read_text(&r, text, len);
}

void cnf_release(struct cnf *c)
{
	secret_free(c->password);
	free(c->host);
	free(c->socket);
	free(c->user);
	free(c->database);
	free(c->tls_ca);
	free(c->tls_capath);
	free(c->tls_cert);
	free(c->tls_key);
	strvec_release(&c->warnings);
	*c = (struct cnf)CNF_INIT;
}
