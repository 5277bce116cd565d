/* SPDX-License-Identifier: Apache-2.0 */

/* my.cnf files: an error has a place in the file; what was read stays the same if read twice. */

#include "mysql/cnf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_cnf struct cnf once = CNF_INIT, twice = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	if (cnf_parse((const char *)data, size, "my.cnf", &once, &err) < 0) {
		if (!err.message || err.line == 0 || err.column == 0)
			abort();
		return 0;
	}
	/* The last one wins: reading the same again changes nothing. */
	if (cnf_parse((const char *)data, size, "my.cnf", &twice, &err) < 0 ||
	    cnf_parse((const char *)data, size, "my.cnf", &twice, &err) < 0)
		abort();
	if (!same(once.host, twice.host) || !same(once.user, twice.user) ||
	    !same(once.password, twice.password) || !same(once.tls_ca, twice.tls_ca) ||
	    once.port != twice.port || once.tls != twice.tls)
		abort();
	return 0;
}
