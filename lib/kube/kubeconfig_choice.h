/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The inside of kube_config_load(): what was chosen of the merged files, with the options over it.
 */

#include "kube/kubeconfig.h"
#include "kube/kubeconfig_file.h"

/* Copies, changed by the options. A cluster or user without a name has "", a context NULL. */
struct kubeconfig_choice {
	struct kubeconfig_context context;
	struct kubeconfig_cluster cluster;
	struct kubeconfig_user user;
	bool has_cluster, has_user; /* the files have them */
	const char *explicit_namespace; /* of the context in the files */
};

/* Chooses by names and options. -ERR_NOT_FOUND for a name that does not exist. */
int kubeconfig_choose(struct kubeconfig *files, const struct kube_options *o,
		      struct kubeconfig_choice *ret, struct error *err);
/* What contradicts itself or cannot be read. */
int kubeconfig_check(const struct kubeconfig_choice *c, struct error *err);

/* Fills auth, cert and key: to be called for https only. */
int kubeconfig_credentials(struct kubeconfig *files, const struct kubeconfig_choice *c,
			   struct kube_config *ret, struct error *err);
/* spec.cluster of an ExecCredential, JSON in the arena. */
const char *kubeconfig_cluster_info(struct kubeconfig *files, const struct kubeconfig_choice *c,
				    const struct kube_config *config);

/* The whole file in the arena, wiped at the release if secret; *ret belongs to files. */
int kubeconfig_read_pem(struct kubeconfig *files, const char *path, bool secret,
			struct kube_pem *ret, struct error *err);
bool kubeconfig_is_pem(const struct kube_pem *pem, const char *kind);

/* Within a pod: is there a service account? folder is where. */
bool kubeconfig_in_cluster(const char *folder);
/* Fills server, ca, token and token_file from it; the options over it. */
int kubeconfig_use_service_account(struct kubeconfig *files, const char *folder,
				   const struct kube_options *o, struct kube_config *ret,
				   struct error *err);
/* The pod's namespace, in the arena, or "default". */
const char *kubeconfig_pod_namespace(struct kubeconfig *files, const char *folder);
/* Sets server, host, port, path, tls. default_tls: what a text without a scheme means. */
int kubeconfig_set_server(struct kubeconfig *files, const char *server, bool default_tls,
			  struct kube_config *ret, struct error *err);
