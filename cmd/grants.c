/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "cli/complete.h"
#include "cmd/common/cluster.h"
#include "mysql/grants.h"
#include "tree/write.h"

/* The least account that a command needs on a server, as statements. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *command, *version, *user, *host;
	int flavor;
};

enum { FLAVOR_MYSQL, FLAVOR_MARIADB };
static const char *const flavors[] = { "mysql", "mariadb", NULL };

static void complete_looking(const struct completion_request *rq UNUSED, struct completions *out)
{
	for (const struct grants_command *c = grants_commands; c->words; c++)
		completions_add(out, c->words, NULL);
}

static const struct option_spec options[] = {
	OPT_STRING(0, "for", struct opts, command, "COMMAND",
		   "what this command reads (default: what all that look at servers read)",
		   .complete = complete_looking),
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_CHOICE(0, "flavor", struct opts, flavor, "FLAVOR", flavors,
		   "vendor of the server (default: the target's, or mysql)"),
	OPT_STRING(0, "server-version", struct opts, version, "VERSION",
		   "version of the server, such as 8.0.36 (default: the target's, or the newest)"),
	OPT_STRING(0, "user", struct opts, user, "NAME", "name of the account",
		   .fallback = "kubectl_mysql"),
	OPT_STRING(0, "host", struct opts, host, "PATTERN", "where the account may come from",
		   .fallback = "%"),
	OPT_END
};

static const struct example examples[] = {
	{ "grants", "an account for all commands that look, on MySQL" },
	{ "grants --hosts db1,db2 --for 'gtid compare'", "as these servers need it" },
	{ "grants --for 'binlog dump' --flavor mariadb --server-version 10.6", "for one command" },
	EXAMPLE_END
};

/* "8.0.36-debian" is 80036; parts that are missing count as the greatest. */
static int parse_version(const char *text, unsigned *ret, struct session *s, struct error *err)
{
	unsigned parts[3] = { 0, 99, 99 };
	const char *p = text;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && isdigit((unsigned char)*p); i++) {
		char *end;
		unsigned long v = strtoul(p, &end, 10);

		if (v > 99)
			break;
		parts[i] = (unsigned)v;
		p = *end == '.' ? end + 1 : end;
		if (*end != '.')
			break;
	}
	if (parts[0] < 5 || isdigit((unsigned char)*p))
		return session_usage(s, err, "'%s' is not a version of a server", text);
	*ret = parts[0] * 10000 + parts[1] * 100 + parts[2];
	return 0;
}

/* A string literal that reads the same with and without backslash escapes. */
static int quote(const char *what, const char *text, struct strbuf *out, struct session *s,
		 struct error *err)
{
	if (strchr(text, '\\'))
		return session_usage(s, err, "the %s '%s' has a backslash", what, text);
	strbuf_addch(out, '\'');
	for (; *text; text++)
		strbuf_addf(out, *text == '\'' ? "''" : "%c", *text);
	strbuf_addch(out, '\'');
	return 0;
}

struct answer {
	const char *account; /* quoted */
	const struct privilege *privileges[GRANTS_MAX];
	size_t count;
};

/* "GRANT A, B ON *.* TO x;" for the privileges on one object. */
static void add_grant(const struct answer *a, const char *on, struct strbuf *out)
{
	const char *separator = "GRANT ";

	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->privileges[i]->on, on) != 0)
			continue;
		strbuf_addf(out, "%s%s", separator, a->privileges[i]->privilege);
		separator = ", ";
	}
	strbuf_addf(out, " ON %s TO %s;", on, a->account);
}

static size_t objects_of(const struct answer *a, const char *ret[GRANTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++) {
		bool known = false;

		for (size_t k = 0; k < n; k++)
			known = known || strcmp(ret[k], a->privileges[i]->on) == 0;
		if (!known)
			ret[n++] = a->privileges[i]->on;
	}
	return n;
}

static void print_text(struct session *s, const struct answer *a)
{
	const char *on[GRANTS_MAX];
	size_t n = objects_of(a, on);

	for (size_t i = 0; i < a->count; i++)
		strbuf_addf(&s->out, "-- %s on %s: %s\n", a->privileges[i]->privilege,
			    a->privileges[i]->on, a->privileges[i]->why);
	strbuf_addf(&s->out, "-- Put a password of your own in the place of PASSWORD.\n");
	strbuf_addf(&s->out, "CREATE USER %s IDENTIFIED BY 'PASSWORD';\n", a->account);
	for (size_t i = 0; i < n; i++) {
		add_grant(a, on[i], &s->out);
		strbuf_addch(&s->out, '\n');
	}
}

static void print_document(struct session *s, const struct answer *a)
{
	cleanup_arena struct arena *arena = arena_new();
	struct node **items = arena_alloc(arena, GRANTS_MAX * sizeof(struct node *));
	struct node **statements = arena_alloc(arena, GRANTS_MAX * sizeof(struct node *));
	struct node *map = node_map(arena, NULL, 0, NULL);
	const char *on[GRANTS_MAX];
	size_t n = objects_of(a, on);

	for (size_t i = 0; i < a->count; i++) {
		items[i] = node_map(arena, NULL, 0, NULL);
		node_set_text(arena, items[i], "privilege", a->privileges[i]->privilege);
		node_set_text(arena, items[i], "on", a->privileges[i]->on);
		node_set_text(arena, items[i], "why", a->privileges[i]->why);
	}
	for (size_t i = 0; i < n; i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		add_grant(a, on[i], &text);
		statements[i] = node_cstring(arena, text.buf);
	}
	node_set_text(arena, map, "apiVersion", "kubectl-mysql/v1");
	node_set_text(arena, map, "kind", "GrantList");
	node_set_text(arena, map, "account", a->account);
	node_set(arena, map, "items", node_seq(arena, items, a->count, NULL));
	node_set(arena, map, "statements", node_seq(arena, statements, n, NULL));
	if (s->format == FORMAT_YAML)
		tree_write_yaml(&s->out, map, 0);
	else
		tree_write_json(&s->out, map, 0);
}

static int readings_of(struct session *s, const char *command, unsigned *ret, struct error *err)
{
	const struct grants_command *c = command ? grants_find(command) : NULL;
	cleanup_strbuf struct strbuf known = STRBUF_INIT;

	*ret = c ? c->readings : 0;
	if (c)
		return 0;
	for (c = grants_commands; c->words; c++) {
		/* What a user selects from is the user's to grant. */
		*ret |= c->readings & ~(unsigned)READ_TABLES;
		strbuf_addf(&known, "%s%s", known.len ? ", " : "", c->words);
	}
	if (!command)
		return 0;
	session_usage(s, err, "'%s' is no command that looks at servers", command);
	error_hint(err, "one of: %s", known.buf);
	return -ERR_USAGE;
}

struct server {
	bool mariadb;
	unsigned version;
};

/* The oldest of the target's servers: an account that is good there is good on the others. */
static int ask_target(struct session *s, const struct opts *o, struct server *ret,
		      struct error *err)
{
	cleanup_cluster struct cluster c = CLUSTER_INIT;
	const struct instance *oldest = NULL;
	int r = cluster_read(&c, s, &o->target, &o->login, NULL, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < c.topology->len; i++) {
		const struct instance *one = c.topology->items[i];

		if (one->reach == REACH_OK && (!oldest || one->version < oldest->version))
			oldest = one;
	}
	if (!oldest) {
		cluster_warn_unread(s, &c);
		error_set(err, ERR_UNKNOWN_STATE, "none of '%s' could be read", c.target.name);
		error_hint(err, "say which servers they are with --flavor and --server-version");
		return -ERR_UNKNOWN_STATE;
	}
	ret->mariadb = oldest->mariadb;
	ret->version = oldest->version;
	return 0;
}

static int find_server(struct session *s, const struct opts *o, struct server *ret,
		       struct error *err)
{
	bool target = o->target.sandbox || o->target.hosts || o->target.inventory;
	int r = 0;

	if (target && (o->flavor >= 0 || o->version))
		return session_usage(s, err, "a target says what its servers are; --flavor and "
					     "--server-version are for those that are not there");
	*ret = (struct server){ o->flavor == FLAVOR_MARIADB, 999999 };
	if (target)
		r = ask_target(s, o, ret, err);
	else if (o->version)
		r = parse_version(o->version, &ret->version, s, err);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_strbuf struct strbuf account = STRBUF_INIT;
	struct answer a = { 0 };
	struct server server = { 0 };
	unsigned readings;
	int r = readings_of(s, o->command, &readings, err);

	if (r == 0)
		r = find_server(s, o, &server, err);
	if (r == 0)
		r = quote("user", o->user, &account, s, err);
	if (r == 0) {
		strbuf_addch(&account, '@');
		r = quote("host", o->host, &account, s, err);
	}
	if (r < 0)
		return r;
	a.account = account.buf;
	a.count = grants_for(readings, server.mariadb, server.version, a.privileges);
	if (s->format == FORMAT_TEXT)
		print_text(s, &a);
	else
		print_document(s, &a);
	return 0;
}

extern const struct command cmd_grants;
const struct command cmd_grants = {
	.words = "grants",
	.group = GROUP_SELF,
	.summary = "print the least account that a command needs",
	.description =
		"Prints CREATE USER and GRANT statements, for an administrator to run on the primary. "
		"They hold exactly what the command reads on a server of that vendor and version.",
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
