/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The folders of sandboxes: where they are, who holds one, what its description says.
 *
 * A folder is held by flock(2) on the folder itself, so that the lock goes with its holder however
 * that ends, and no file is left of it. Servers never inherit it.
 */

#include "sandbox/sandbox.h"

/* The folder of all sandboxes. */
char *store_root(void);
char *store_folder(const char *name);

/* "demo", at most SANDBOX_NAME_MAX characters: letters, digits, and dashes within. */
#define SANDBOX_NAME_MAX 40
int store_check_name(const char *name, struct error *err);

/*
 * Holds the folder of a sandbox, made if create is set. *ret_fd belongs to the caller; closing it
 * lets go. Waits in a task while somebody else holds it. -ERR_NOT_FOUND without the folder.
 */
int store_hold(const char *name, bool create, int *ret_fd, struct error *err);

/* Reads the description; s->whole may be false. -ERR_NOT_FOUND without one. */
int store_read(const char *name, struct sandbox **ret, struct error *err);
/* Writes it, readable by nobody else as it holds the passwords. */
int store_write(const struct sandbox *s, struct error *err);

/* Removes a folder and all below it; 0 too if there is none. */
int store_remove_tree(const char *path, struct error *err);
/* Makes the folder and its parents, mode 0755. */
int store_make_folder(const char *path, struct error *err);
