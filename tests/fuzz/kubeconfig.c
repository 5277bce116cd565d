/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Kubeconfig files: an error has a place in the file; what was read a second time changes nothing,
 * as the first file that defines a name has it; every context can be chosen or is refused.
 */

#include "kube/kubeconfig_choice.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kube/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int add(struct kubeconfig *c, const uint8_t *data, size_t size, struct error *err)
{
	return kubeconfig_parse(c, (const char *)data, size, "config", "/folder", err);
}

static void choose(struct kubeconfig *c, const char *context)
{
	static const char *const extra[] = { "a=b", "a=c", "nonsense", NULL };
	const struct kube_options o = { .context = context, .as_user_extra = extra };
	struct kubeconfig_choice choice;
	cleanup_error struct error err = ERROR_INIT;
	cleanup_error struct error proxy = ERROR_INIT;
	struct kube_config config = KUBE_CONFIG_INIT;

	if (kubeconfig_choose(c, &o, &choice, &err) < 0) {
		if (*context)
			abort();
		return;
	}
	if (choice.user.as_user_extra->len == 0)
		abort();
	if (choice.cluster.proxy && kube_proxy_check(choice.cluster.proxy, &proxy) < 0 &&
	    !proxy.message)
		abort();
	if (!choice.cluster.server)
		return;
	if (kubeconfig_set_server(c, choice.cluster.server, false, &config, &err) < 0) {
		if (!err.message)
			abort();
		return;
	}
	if (!*config.host || config.port > 65535 || !kubeconfig_cluster_info(c, &choice, &config))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_kubeconfig struct kubeconfig c;
	cleanup_error struct error err = ERROR_INIT;
	const char *current;
	size_t count;

	kubeconfig_init(&c);
	if (add(&c, data, size, &err) < 0) {
		if (!err.message || (err.class == ERR_INVALID && (!err.line || !err.column)))
			abort();
		return 0;
	}
	count = c.users.count + c.clusters.count + c.contexts.count;
	current = c.current_context;
	if (add(&c, data, size, &err) < 0 || c.current_context != current ||
	    count != c.users.count + c.clusters.count + c.contexts.count)
		abort();
	for (size_t i = 0; i < c.contexts.alloc; i++)
		if (c.contexts.slots[i].value)
			choose(&c, c.contexts.slots[i].key);
	return 0;
}
