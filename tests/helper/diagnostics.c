/* SPDX-License-Identifier: Apache-2.0 */

/* Prints docs/diagnostics.md from the table of diagnostics; called by tests/helper/generate. */

#include <stdio.h>

#include "base/strbuf.h"
#include "template/diagnostics.h"

int main(void)
{
	cleanup_strbuf struct strbuf page = STRBUF_INIT;

	diagnostics_print_markdown(&page);
	return fputs(page.buf, stdout) < 0 || fflush(stdout) != 0;
}
