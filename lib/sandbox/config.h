/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Texts for an instance: its my.cnf, and the SQL of its first start. The configuration begins with
 * the very text that the template `replicated` puts into its ConfigMap, rendered here from the
 * catalogue; what follows is only where things are, and that everything is small.
 */

#include "base/strbuf.h"
#include "sandbox/sandbox.h"
#include "sandbox/server.h"

/* The text of the template's flavor.cnf, appended. */
int config_template(bool mariadb, struct strbuf *out, struct error *err);
/* The whole my.cnf of instance i, appended; common is what config_template() gave. */
void config_instance(const struct sandbox *s, size_t i, const struct server_program *p,
		     const char *common, struct strbuf *out);
/* The option file of clients on this machine: the administrator, and the instance's socket. */
void config_client(const struct sandbox *s, size_t i, struct strbuf *out);
/*
 * SQL of the first start, one statement a line as --init-file wants it: the accounts (not in the
 * binary log, so that each instance has them by itself), then whom the instance follows, or that it
 * takes writes. primary: the first line of history, the database "shop" and the record.
 */
void config_first_start(const struct sandbox *s, size_t i, struct strbuf *out);
/* What a group's primary writes first, of the same form. */
void config_group_history(const struct sandbox *s, struct strbuf *out);
/* Makes the instance follow another one; a line end behind it. */
void config_follow(const struct sandbox *s, const struct sandbox_instance *source,
		   const char *channel, struct strbuf *out);
/* A password of 24 letters and digits. */
int config_password(char **ret, struct error *err);
/* Appends text as an SQL string, or as the value in an option file. */
void config_sql_string(struct strbuf *out, const char *text);
void config_value(struct strbuf *out, const char *text);
