/* SPDX-License-Identifier: Apache-2.0 */

/* What credential plugins print: refused with a reason, or there is something to show. */

#include "kube/exec_plugin.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exec_answer a = { 0 };
	cleanup_error struct error err = ERROR_INIT;

	if (exec_answer_parse((const char *)data, size, "client.authentication.k8s.io/v1", &a,
			      &err) < 0) {
		if (!err.message || a.token || a.cert || a.key)
			abort();
		return 0;
	}
	if ((!a.token && !a.cert) || !a.cert != !a.key || (a.token && strpbrk(a.token, "\r\n")))
		abort();
	exec_answer_release(&a);
	return 0;
}
