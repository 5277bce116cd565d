/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What kubeconfig files say, merged, before anything is chosen: the inside of kube/kubeconfig.h.
 * Of several files the first that defines a name has it whole, and the first that names a current
 * context sets it. All lives in the arena; what is secret is wiped by the release.
 */

#include "base/arena.h"
#include "base/error.h"
#include "base/strmap.h"
#include "tree/node.h"

#include <stdbool.h>
#include <stddef.h>

/* Decoded base64, NUL-ended; buf is NULL if the field is not there or empty. */
struct kubeconfig_bytes {
	const char *buf;
	size_t len;
};

/* Texts are NULL where the field is missing or empty. Paths are absolute. */
struct kubeconfig_cluster {
	const char *name;
	struct pos pos;
	unsigned file;
	const char *server, *tls_server_name, *ca, *proxy;
	struct kubeconfig_bytes ca_data;
	bool insecure, disable_compression;
	const struct node *exec_config; /* its extension client.authentication.k8s.io/exec */
};

struct kubeconfig_exec {
	const char *command; /* a path, or a name to look for in PATH */
	const char *const *args; /* NULL-ended */
	const char *const *env;	 /* NULL-ended "NAME=VALUE" */
	const char *api_version, *install_hint, *interactive_mode;
	bool provide_cluster_info;
	bool nameless_env;
	struct pos pos;
};

struct kubeconfig_user {
	const char *name;
	struct pos pos;
	unsigned file;
	const char *cert, *key, *token, *token_file, *username, *password;
	struct kubeconfig_bytes cert_data, key_data;
	const char *as, *as_uid;
	const char *const *as_groups; /* NULL-ended; NULL: none */
	const struct node *as_user_extra; /* a map of lists of texts, or NULL */
	const struct kubeconfig_exec *exec;
	const char *provider; /* of auth-provider; "" if it has no name */
	const struct node *provider_config; /* a map of texts, or NULL */
};

struct kubeconfig_context {
	const char *name;
	struct pos pos;
	unsigned file;
	const char *cluster, *user, *namespace;
};

/* A secret to be wiped. */
struct kubeconfig_secret {
	char *text;
	size_t len;
};

struct kubeconfig {
	struct arena *arena;
	struct strmap clusters, users, contexts; /* struct kubeconfig_… by name */
	const char *current_context; /* NULL: none says it */
	struct pos current_pos;
	unsigned files; /* that were read */
	struct kubeconfig_secret *secrets;
	size_t secret_count, secret_alloc;
};

void kubeconfig_init(struct kubeconfig *c);
void kubeconfig_release(struct kubeconfig *c);
#define cleanup_kubeconfig __attribute__((cleanup(kubeconfig_release)))

/*
 * Adds one file's text. name is for positions; folder, absolute, is what its relative paths begin
 * at. No I/O. -ERR_INVALID or -ERR_LIMIT, with the place; what stands there is not shown, as it may
 * be secret.
 */
int kubeconfig_parse(struct kubeconfig *c, const char *text, size_t len, const char *name,
		     const char *folder, struct error *err);
/*
 * Adds the files that are to be read: explicit alone, if it is not NULL, else those of $KUBECONFIG,
 * else ~/.kube/config. Only an explicit file must be there: -ERR_NOT_FOUND.
 */
int kubeconfig_read(struct kubeconfig *c, const char *explicit, struct error *err);

/* Remembers a text of the arena as secret. */
void kubeconfig_keep_secret(struct kubeconfig *c, const char *text, size_t len);
