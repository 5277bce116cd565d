/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Lists of servers as users write them: h1,h2:3307,[::1]:3306,/run/mysqld/mysqld.sock on the
 * command line; one a line, or a YAML list, in an inventory file.
 */

#include "base/error.h"
#include "tree/node.h"

#include <stddef.h>

struct host {
	char *name;   /* as shown and named again: "h2:3307", "h1" for the usual port */
	char *host;   /* name or address without brackets; NULL with a socket */
	unsigned port; /* 0 with a socket */
	char *socket; /* an absolute path, or NULL */
};

struct hosts {
	struct host *items;
	size_t len, alloc;
};

#define HOSTS_INIT { 0 }

/*
 * Adds the hosts of a comma-separated list. what names the list in messages ("--hosts"). Errors:
 * -ERR_USAGE for what is no host, one that is there twice, or more than LIMIT_INSTANCES.
 */
int hosts_add_list(struct hosts *h, const char *list, const char *what, struct error *err);
/*
 * Adds those of a file's text (len bytes): a YAML list if its first word is "-" or "[", else one
 * host a line, blank lines and what follows a # left out. -ERR_INVALID with file:line:column.
 */
int hosts_add_file(struct hosts *h, const char *text, size_t len, const char *name,
		   struct error *err);
/* Adds those of a list of strings in a document. -ERR_INVALID with file:line:column. */
int hosts_add_node(struct hosts *h, const struct node *list, struct error *err);
/* The one that a user calls name ("h1", "h1:3306"), or NULL. */
const struct host *hosts_find(const struct hosts *h, const char *name);
void hosts_release(struct hosts *h);

#define cleanup_hosts __attribute__((cleanup(hosts_release)))
