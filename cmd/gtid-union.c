/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/gtid_input.h"

/* What is in any of several sets of GTIDs. */

static const struct example examples[] = {
	{ "gtid union 0-1-100,1-1-5 0-2-110", "the farther position of each domain" },
	{ "gtid union @executed.txt", "normalise one set" },
	EXAMPLE_END
};

static int run(struct session *s, const void *opts, struct error *err)
{
	(void)opts;
	return gtid_fold(s, gtid_set_union, err);
}

extern const struct command cmd_gtid_union;
const struct command cmd_gtid_union = {
	.words = "gtid union",
	.group = GROUP_LOOK,
	.summary = "join sets of GTIDs",
	.description = GTID_SETS_TEXT,
	.args = gtid_args,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
