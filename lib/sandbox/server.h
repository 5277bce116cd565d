/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The server program of a sandbox: what is installed, or what an unpacked tree holds
 * (--server-root). A tree may be a release's archive, or Debian packages unpacked with all
 * libraries behind them; if it has a dynamic loader of its own, its programs are run by that and
 * see no library but the tree's.
 */

#include "base/error.h"
#include "base/strvec.h"

#include <stdbool.h>

enum server_flavor { SERVER_ANY, SERVER_MARIADB, SERVER_MYSQL };

struct server_program {
	bool mariadb;
	char *version;	     /* "10.11.19-MariaDB-0+deb12u1", "9.7.4-2" */
	unsigned number;     /* 101119, 90704 */
	char *path;	     /* of the program itself */
	struct strvec start; /* the program, behind its loader if it needs one */
	char *loader;	     /* or NULL */
	char *library_path;  /* with a loader */
	char *root;	     /* of the tree, or NULL */
	char *base;	     /* "/usr" */
	char *share;	     /* folder with english/errmsg.sys */
	char *plugins;	     /* or NULL: as compiled in */
};

/*
 * Finds a server of this flavor in root (NULL: on PATH and in the usual places), and asks it for
 * its version. In a task. -ERR_NOT_FOUND says where it looked.
 */
int server_find(enum server_flavor flavor, const char *root, struct server_program **ret,
		struct error *err);
void server_free(struct server_program *p);
void cleanup_server_fn(struct server_program **p);
#define cleanup_server __attribute__((cleanup(cleanup_server_fn)))

/*
 * The command of another program of the same installation ("mariadb", "mysql"), with its loader.
 * False if there is none.
 */
bool server_tool(const char *root, const char *name, struct strvec *ret);
