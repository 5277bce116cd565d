/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a refusal of a server or of Connector/C means, and what to do next. */

#include "base/error.h"

#include <stdbool.h>

/* What a message may say of the login; never the password. */
struct login_facts {
	const char *label;
	const char *user;   /* NULL: that of the operating system */
	const char *plugin; /* that the server asked for first, or "" */
	bool password;	    /* one was given */
	bool encrypted;	    /* TLS, or a unix socket */
};

/* number and text as mysql_errno() and mysql_error() have them. Both return the negative class. */
int fail_login(const struct login_facts *f, unsigned number, const char *text, struct error *err);
int fail_statement(const char *label, unsigned number, const char *text, struct error *err);
