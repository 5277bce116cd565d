/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_choice.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "kube/token_file.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

bool kubeconfig_in_cluster(const char *folder)
{
	cleanup_free char *token = xasprintf("%s/token", folder);
	struct stat st;

	return variable("KUBERNETES_SERVICE_HOST") && variable("KUBERNETES_SERVICE_PORT") &&
	       stat(token, &st) == 0 && !S_ISDIR(st.st_mode);
}

const char *kubeconfig_pod_namespace(struct kubeconfig *files, const char *folder)
{
	cleanup_free char *path = xasprintf("%s/namespace", folder);
	const char *name = variable("POD_NAMESPACE");
	struct error ignored = ERROR_INIT;
	char *text = NULL;

	if (name)
		return arena_strdup(files->arena, name);
	if (token_file_read(path, &text, &ignored) < 0) {
		error_release(&ignored);
		return "default";
	}
	name = arena_strdup(files->arena, text);
	free(text);
	return name;
}

/* Without a good one the CAs of the system are left. */
static void use_pod_ca(struct kubeconfig *files, const char *folder, struct kube_config *ret)
{
	cleanup_free char *path = xasprintf("%s/ca.crt", folder);
	struct error ignored = ERROR_INIT;

	if (kubeconfig_read_pem(files, path, false, &ret->ca, &ignored) < 0)
		error_release(&ignored);
	else if (!kubeconfig_is_pem(&ret->ca, "CERTIFICATE"))
		ret->ca = (struct kube_pem){ 0 };
}

static int use_pod_token(struct kubeconfig *files, const char *folder,
			 const struct kube_options *o, struct kube_config *ret, struct error *err)
{
	cleanup_free char *path = xasprintf("%s/token", folder);
	char *token = NULL;
	int r;

	ret->auth = KUBE_AUTH_TOKEN;
	if (o->token && *o->token) {
		ret->token = o->token;
		return 0;
	}
	r = token_file_read(path, &token, err);
	if (r < 0) {
		error_wrap(err, "cannot use the service account");
		return r;
	}
	ret->token = arena_strdup(files->arena, token);
	ret->token_file = arena_strdup(files->arena, path);
	kubeconfig_keep_secret(files, ret->token, strlen(token));
	explicit_bzero(token, strlen(token));
	free(token);
	return 0;
}

int kubeconfig_use_service_account(struct kubeconfig *files, const char *folder,
				   const struct kube_options *o, struct kube_config *ret,
				   struct error *err)
{
	const char *host = variable("KUBERNETES_SERVICE_HOST");
	bool brackets = strchr(host, ':') != NULL;
	cleanup_free char *own = xasprintf("https://%s%s%s:%s", brackets ? "[" : "", host,
					   brackets ? "]" : "",
					   variable("KUBERNETES_SERVICE_PORT"));
	int r = 0;

	ret->in_cluster = true;
	if (o->certificate_authority && *o->certificate_authority)
		r = kubeconfig_read_pem(files, o->certificate_authority, false, &ret->ca, err);
	else
		use_pod_ca(files, folder, ret);
	if (r == 0 && ret->ca.len && !kubeconfig_is_pem(&ret->ca, "CERTIFICATE"))
		return error_set(err, ERR_INVALID, "'%s' holds no certificate in PEM",
				 o->certificate_authority);
	if (r == 0)
		r = kubeconfig_set_server(files, o->server && *o->server ? o->server : own,
					  ret->ca.len > 0, ret, err);
	/* A token is never sent in clear. */
	if (r == 0 && ret->tls)
		r = use_pod_token(files, folder, o, ret, err);
	return r;
}
