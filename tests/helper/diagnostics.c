/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Prints docs/diagnostics.md from the table of diagnostics, and with "findings" docs/findings.md
 * from the table of rules; called by tests/helper/generate.
 */

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "template/diagnostics.h"
#include "topology/diagnose.h"

int main(int argc, char **argv)
{
	cleanup_strbuf struct strbuf page = STRBUF_INIT;

	if (argc > 1 && strcmp(argv[1], "findings") == 0)
		diagnose_print_markdown(&page);
	else
		diagnostics_print_markdown(&page);
	return fputs(page.buf, stdout) < 0 || fflush(stdout) != 0;
}
