/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "template/catalogue.h"
#include "template/template.h"

/* ---- from the catalogue --------------------------------------------------------------------- */

static int render(bool mariadb, struct template *t, struct strbuf *out, struct error_list *diags)
{
	const char *flavor = mariadb ? "mariadb" : "mysql";
	struct assignment given = { .name = "FLAVOR",
				    .value = flavor,
				    .value_len = strlen(flavor) };
	struct bind_options bind = { .given = &given, .given_count = 1 };
	struct bindings bindings = { 0 };
	struct documents docs = { 0 };
	int r;

	bind.random.namespace_ = "";
	r = template_bind(t, &bind, &bindings, diags);
	if (r == 0)
		r = template_render(t, &bindings, &docs, diags);
	for (size_t i = 0; i < docs.len && r == 0; i++) {
		const struct node *text = node_path(docs.items[i], "data", "flavor.cnf", NULL);

		if (text && text->kind == NODE_STRING)
			strbuf_add(out, text->text, text->len);
	}
	bindings_release(&bindings);
	return r;
}

int config_template(bool mariadb, struct strbuf *out, struct error *err)
{
	const struct catalogue_entry *e = catalogue_find("replicated");
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct template *t = NULL;
	size_t start = out->len;
	int r;

	if (!e)
		return error_set(err, ERR_FAILED, "this program was built without its catalogue");
	r = template_read((const char *)e->program, e->len, e->name, NULL, &t, &diags);
	if (r == 0)
		r = render(mariadb, t, out, &diags);
	template_free(t);
	if (r < 0 && diags.len)
		return error_set(err, ERR_FAILED, "cannot render the configuration: %s",
				 diags.items[0].message);
	if (out->len == start)
		return error_set(err, ERR_FAILED, "template 'replicated' holds no flavor.cnf");
	return 0;
}

/* ---- my.cnf --------------------------------------------------------------------------------- */

void config_value(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '"');
}

static void add_path(struct strbuf *out, const char *name, const char *folder, const char *file)
{
	cleanup_free char *path = file ? xasprintf("%s/%s", folder, file) : xstrdup(folder);

	strbuf_addf(out, "%s = ", name);
	config_value(out, path);
	strbuf_addch(out, '\n');
}

static void add_places(const struct sandbox *s, size_t i, const struct server_program *p,
		       struct strbuf *out)
{
	const struct sandbox_instance *in = &s->instances[i];

	strbuf_addf(out,
		    "\n[mysqld]\n# Where it is.\nserver-id = %u\nbind-address = %s\nport = %u\n"
		    "report-host = %s\nreport-port = %u\n",
		    in->server_id, in->host, in->port, in->host, in->port);
	add_path(out, "socket", in->socket, NULL);
	add_path(out, "datadir", in->folder, "data");
	add_path(out, "pid-file", in->folder, "server.pid");
	add_path(out, "log-error", in->folder, "error.log");
	if (p->root) {
		add_path(out, "basedir", p->base, NULL);
		add_path(out, "lc-messages-dir", p->share, NULL);
		add_path(out, "character-sets-dir", p->share, "charsets");
		if (p->plugins)
			add_path(out, "plugin-dir", p->plugins, NULL);
	}
}

static const char small_mariadb[] =
	"\n# Small, and closed until somebody opens it.\n"
	"read-only = ON\nskip-slave-start\nperformance-schema = OFF\nmax-connections = 200\n"
	"innodb-buffer-pool-size = 16M\ninnodb-log-file-size = 8M\ninnodb-log-buffer-size = 2M\n"
	"key-buffer-size = 1M\naria-pagecache-buffer-size = 1M\ntable-open-cache = 400\n"
	"loose-innodb-buffer-pool-size-max = 16M\n";

static const char small_mysql[] =
	"\n# Small, and closed until somebody opens it.\n"
	"super-read-only = ON\nread-only = ON\nskip-replica-start\npersisted-globals-load = OFF\n"
	"mysqlx = OFF\nmax-connections = 200\ninnodb-buffer-pool-size = 16M\n"
	"innodb-redo-log-capacity = 8M\ninnodb-log-buffer-size = 2M\nkey-buffer-size = 1M\n"
	"table-open-cache = 400\ntable-definition-cache = 400\n"
	"performance-schema-max-table-instances = 500\n"
	"performance-schema-max-table-handles = 1000\n"
	"performance-schema-digests-size = 500\n";

/* On a unix socket nobody listens: there servers take clear text all the same. */
static void add_tls(const struct sandbox *s, size_t i, struct strbuf *out)
{
	const char *folder = s->instances[i].folder;

	if (!s->tls_ca)
		return;
	strbuf_addstr(out, "\n# Signed by the sandbox's own CA.\n");
	add_path(out, "ssl-ca", s->tls_ca, NULL);
	add_path(out, "ssl-cert", folder, "server-cert.pem");
	add_path(out, "ssl-key", folder, "server-key.pem");
	strbuf_addstr(out, "require-secure-transport = ON\n");
}

static void add_group(const struct sandbox *s, size_t i, struct strbuf *out)
{
	if (!s->group_name)
		return;
	strbuf_addf(out,
		    "\n# The group; members talk over the servers' own ports.\n"
		    "plugin-load-add = group_replication.so\n"
		    "group-replication-group-name = %s\n"
		    "group-replication-communication-stack = MYSQL\n"
		    "group-replication-ssl-mode = REQUIRED\n"
		    "group-replication-recovery-use-ssl = ON\n"
		    "group-replication-start-on-boot = OFF\n"
		    "group-replication-local-address = %s:%u\ngroup-replication-group-seeds = ",
		    s->group_name, s->instances[i].host, s->instances[i].port);
	for (size_t k = 0; k < s->count; k++)
		strbuf_addf(out, "%s%s:%u", k ? "," : "", s->instances[k].host,
			    s->instances[k].port);
	strbuf_addch(out, '\n');
}

void config_instance(const struct sandbox *s, size_t i, const struct server_program *p,
		     const char *common, struct strbuf *out)
{
	strbuf_addstr(out, "# Written by kubectl-mysql sandbox up; made anew by the next one.\n");
	strbuf_addstr(out, common);
	add_places(s, i, p, out);
	strbuf_addstr(out, s->mariadb ? small_mariadb : small_mysql);
	if (!s->gtid)
		strbuf_addstr(out, s->mariadb ? "gtid-strict-mode = OFF\n"
					      : "gtid-mode = OFF\nenforce-gtid-consistency = OFF\n");
	/* Each primary of several writes a domain of its own, as MariaDB asks for. */
	if (s->mariadb && s->shape == SANDBOX_MULTI_SOURCE)
		strbuf_addf(out, "gtid-domain-id = %zu\n", i + 1);
	add_tls(s, i, out);
	add_group(s, i, out);
	strbuf_addf(out, "\n# What sandbox break sets.\n!includedir %s/conf.d\n",
		    s->instances[i].folder);
}

void config_client(const struct sandbox *s, size_t i, struct strbuf *out)
{
	strbuf_addstr(out, "[client]\nuser = ");
	config_value(out, s->user);
	strbuf_addstr(out, "\npassword = ");
	config_value(out, s->password);
	strbuf_addstr(out, "\nsocket = ");
	config_value(out, s->instances[i].socket);
	strbuf_addf(out, "\n\n[mysql]\nprompt = \"%s> \"\n", s->instances[i].name);
}

/* ---- SQL ------------------------------------------------------------------------------------ */

void config_sql_string(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '\'');
}

static void add_account(struct strbuf *out, const char *user, const char *password,
			const char *require, const char *grant)
{
	strbuf_addstr(out, "CREATE USER ");
	config_sql_string(out, user);
	strbuf_addstr(out, "@'%' IDENTIFIED BY ");
	config_sql_string(out, password);
	strbuf_addf(out, "%s;\nGRANT %s ON *.* TO ", require, grant);
	config_sql_string(out, user);
	strbuf_addstr(out, "@'%'");
	strbuf_addstr(out, strcmp(grant, "ALL") == 0 ? " WITH GRANT OPTION;\n" : ";\n");
}

void config_follow(const struct sandbox *s, const struct sandbox_instance *source,
		   const char *channel, struct strbuf *out)
{
	const char *prefix = s->mariadb ? "MASTER" : "SOURCE";

	strbuf_addf(out, s->mariadb ? "CHANGE MASTER %s%s%s TO " : "CHANGE REPLICATION SOURCE TO ",
		    channel && s->mariadb ? "'" : "", channel && s->mariadb ? channel : "",
		    channel && s->mariadb ? "'" : "");
	strbuf_addf(out, "%s_HOST = '%s', %s_PORT = %u, %s_CONNECT_RETRY = 1, %s_USER = ", prefix,
		    source->host, prefix, source->port, prefix, prefix);
	config_sql_string(out, s->replication_user);
	strbuf_addf(out, ", %s_PASSWORD = ", prefix);
	config_sql_string(out, s->replication_password);
	/* Without an end: MySQL would give up after ten times. */
	if (!s->mariadb)
		strbuf_addstr(out, ", SOURCE_RETRY_COUNT = 0");
	if (s->tls_ca) {
		strbuf_addf(out, ", %s_SSL = 1, %s_SSL_VERIFY_SERVER_CERT = 1, %s_SSL_CA = ", prefix,
			    prefix, prefix);
		config_sql_string(out, s->tls_ca);
	} else {
		strbuf_addf(out, ", %s_SSL = %d", prefix, !s->mariadb);
	}
	if (!s->gtid)
		strbuf_addf(out, ", %s_LOG_FILE = 'binlog.000001', %s_LOG_POS = 4", prefix, prefix);
	else if (!s->mariadb)
		strbuf_addstr(out, ", SOURCE_AUTO_POSITION = 1");
	if (s->mariadb)
		strbuf_addstr(out, s->gtid ? ", MASTER_USE_GTID = slave_pos"
					   : ", MASTER_USE_GTID = no");
	if (s->delay)
		strbuf_addf(out, ", %s_DELAY = %lld", prefix, (long long)s->delay);
	if (channel && !s->mariadb)
		strbuf_addf(out, " FOR CHANNEL '%s'", channel);
	strbuf_addstr(out, ";\n");
}

static void add_open(const struct sandbox *s, struct strbuf *out)
{
	if (!s->mariadb)
		strbuf_addstr(out, "SET GLOBAL super_read_only = OFF;\n");
	strbuf_addstr(out, "SET GLOBAL read_only = OFF;\n");
}

static bool is_primary(const struct sandbox *s, size_t i)
{
	return s->shape == SANDBOX_MULTI_SOURCE ? i + 1 < s->count : i == 0;
}

/* The first transactions. Several primaries each have a database of their own. */
static void add_history(const struct sandbox *s, size_t i, struct strbuf *out)
{
	const char *shop = i == 0 ? "shop" : NULL;

	if (!shop) {
		strbuf_addf(out, "CREATE DATABASE shop_%zu;\n", i);
		strbuf_addf(out,
			    "CREATE TABLE shop_%zu.orders (id INT AUTO_INCREMENT PRIMARY KEY, "
			    "item VARCHAR(100) NOT NULL);\n",
			    i);
		return;
	}
	strbuf_addstr(out,
		      "CREATE DATABASE kubectl_mysql;\n"
		      "CREATE TABLE kubectl_mysql.record (epoch BIGINT UNSIGNED PRIMARY KEY, "
		      "`primary` VARCHAR(255) NOT NULL, since DATETIME(6) NOT NULL, "
		      "`by` VARCHAR(255) NOT NULL, plan VARCHAR(64) NOT NULL);\n");
	strbuf_addf(out,
		    "INSERT INTO kubectl_mysql.record VALUES "
		    "(0, '%s', UTC_TIMESTAMP(6), 'sandbox up', '');\n",
		    s->instances[i].name);
	strbuf_addstr(out,
		      "CREATE DATABASE shop;\n"
		      "CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, "
		      "item VARCHAR(100) NOT NULL);\n"
		      "INSERT INTO shop.orders (item) VALUES ('tea'), ('bread'), ('salt');\n");
}

static void add_semi_sync(const struct sandbox *s, struct strbuf *out)
{
	if (s->semi_sync)
		strbuf_addf(out, "SET GLOBAL rpl_semi_sync_%s_enabled = ON;\n",
			    s->mariadb ? "master" : "source");
}

void config_group_history(const struct sandbox *s, struct strbuf *out)
{
	add_history(s, 0, out);
}

/* Before it joins: how it logs in to the others. */
static void add_member(const struct sandbox *s, struct strbuf *out)
{
	strbuf_addstr(out, "CHANGE REPLICATION SOURCE TO SOURCE_USER = ");
	config_sql_string(out, s->replication_user);
	strbuf_addstr(out, ", SOURCE_PASSWORD = ");
	config_sql_string(out, s->replication_password);
	strbuf_addstr(out, " FOR CHANNEL 'group_replication_recovery';\n"
			   "SET GLOBAL super_read_only = ON;\n");
}

void config_first_start(const struct sandbox *s, size_t i, struct strbuf *out)
{
	const char *require = s->tls_ca || !s->mariadb ? " REQUIRE SSL" : "";

	strbuf_addstr(out, "SET SESSION sql_log_bin = 0;\n");
	add_open(s, out);
	strbuf_addstr(out, "DROP USER root@localhost;\n");
	add_account(out, s->user, s->password, "", "ALL");
	add_account(out, s->replication_user, s->replication_password, require,
		    s->group_name ? "REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN, "
				    "GROUP_REPLICATION_STREAM"
				  : "REPLICATION SLAVE");
	strbuf_addstr(out, "SET SESSION sql_log_bin = 1;\n");
	if (s->group_name) {
		add_member(s, out);
		return;
	}
	if (is_primary(s, i)) {
		add_history(s, i, out);
		add_semi_sync(s, out);
		return;
	}
	strbuf_addf(out, "SET GLOBAL %sread_only = ON;\n", s->mariadb ? "" : "super_");
	if (s->shape == SANDBOX_MULTI_SOURCE) {
		for (size_t k = 0; k < i; k++)
			config_follow(s, &s->instances[k], s->instances[k].name, out);
		strbuf_addstr(out, s->mariadb ? "START ALL SLAVES;\n" : "START REPLICA;\n");
	} else if (sandbox_source(s, i)) {
		config_follow(s, sandbox_source(s, i), NULL, out);
		strbuf_addstr(out, s->mariadb ? "START SLAVE;\n" : "START REPLICA;\n");
	}
}

int config_password(char **ret, struct error *err)
{
	static const char letters[] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	uint8_t bytes[256];
	char text[25];
	size_t len = 0;
	int r = random_bytes(bytes, sizeof(bytes), err);

	if (r < 0)
		return r;
	/* Bytes beyond the last whole multiple would prefer some letters. */
	for (size_t i = 0; i < sizeof(bytes) && len < sizeof(text) - 1; i++)
		if (bytes[i] < 256 - 256 % (sizeof(letters) - 1))
			text[len++] = letters[bytes[i] % (sizeof(letters) - 1)];
	text[len] = '\0';
	*ret = xstrdup(text);
	return 0;
}
