/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which API server to talk to, and as whom: what kubeconfig files, the options of the command line,
 * the environment and, within a pod, the service account say, by the rules of kubectl (client-go's
 * clientcmd, measured against it by tests/kubectl/kubeconfig).
 *
 *	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
 *	r = kube_config_load(&(struct kube_options){ .context = "prod" }, &c, err);
 *
 * Nothing is connected to and no program is run; files that are named are read. Where kubectl asks
 * for a user name and a password, because nothing else is there, we say that credentials lack.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The options of the command line. NULL or empty: not given. All are borrowed. */
struct kube_options {
	const char *kubeconfig; /* path */
	const char *context, *cluster, *user, *namespace;
	const char *server, *tls_server_name, *certificate_authority;
	const char *token, *client_certificate, *client_key;
	const char *as, *as_uid;
	const char *const *as_groups;	  /* NULL-ended, or NULL */
	const char *const *as_user_extra; /* NULL-ended "key=value", or NULL */
	bool insecure_skip_tls_verify, disable_compression;
	const char *service_account; /* folder; NULL: KUBE_SERVICE_ACCOUNT */
};

#define KUBE_SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

/* A text in PEM; text is NULL if there is none. */
struct kube_pem {
	const char *text;
	size_t len;
	const char *file; /* that it was read from, to be read again; or NULL */
};

/* What goes into the header Authorization. A client certificate is apart from that. */
enum kube_auth {
	KUBE_AUTH_NONE,	  /* nothing: http, or a certificate alone */
	KUBE_AUTH_TOKEN,  /* token, token_file, or both */
	KUBE_AUTH_BASIC,  /* username, password */
	KUBE_AUTH_EXEC,	  /* a program: kube/exec_plugin.h */
};

/* A program that gives credentials (client.authentication.k8s.io). */
struct kube_exec {
	const char *command; /* an absolute path, or a name to look for in PATH */
	const char *const *args; /* NULL-ended, or NULL */
	const char *const *env;	 /* NULL-ended "NAME=VALUE", or NULL; may be secret */
	const char *api_version;
	const char *install_hint; /* or NULL */
	const char *interactive_mode; /* Never, IfAvailable, Always */
	const char *cluster_info; /* the JSON for spec.cluster, or NULL: not to be told */
};

struct kube_extra {
	const char *key;
	const char *const *values; /* NULL-ended */
};

/* NULL: nothing said. All texts live as long as the struct and the options that it came from. */
struct kube_config {
	/* Names, as files and options have them, for messages. NULL: no such. */
	const char *context, *cluster, *user;
	const char *namespace; /* never NULL */
	bool namespace_given;  /* by the option: what objects say must agree */
	bool in_cluster;       /* from the service account */
	bool server_is_default; /* nothing named one */

	const char *server; /* "https://host:port/prefix"; without '/' at the end */
	const char *host;   /* of the server, without brackets */
	unsigned port;
	const char *path; /* "/prefix" or "" */
	bool tls;	  /* https. Else there is no certificate and no auth */
	const char *tls_server_name; /* to send and to check instead of host; or NULL */
	bool insecure;	  /* the certificate is not checked */
	struct kube_pem ca; /* the only CAs; none: those of the system */

	struct kube_pem cert, key; /* of the client: both or none */
	enum kube_auth auth;
	const char *token, *token_file; /* the file has the last word: kube/token_file.h */
	const char *username, *password;
	const struct kube_exec *exec;

	const char *as, *as_uid;
	const char *const *as_groups; /* NULL-ended, or NULL */
	const struct kube_extra *as_extra;
	size_t as_extra_count;

	const char *proxy; /* http://, https://, socks5:// or socks5h://; NULL: none */
	bool disable_compression;

	struct kubeconfig *files; /* the memory behind all of this */
};

#define KUBE_CONFIG_INIT { 0 }

/*
 * Fills *ret, which is to be released. Errors: -ERR_NOT_FOUND (a file, or a name, that was asked
 * for), -ERR_INVALID (with file:line:column where a file is at fault), -ERR_DENIED (no
 * credentials), -ERR_IO, -ERR_LIMIT. No message holds a secret.
 */
int kube_config_load(const struct kube_options *o, struct kube_config *ret, struct error *err);
/* May it be the value of a header? What holds a line end would begin another one. */
bool kube_is_header_value(const char *text);
/* Wipes what is secret. */
void kube_config_release(struct kube_config *c);

#define cleanup_kube_config __attribute__((cleanup(kube_config_release)))
