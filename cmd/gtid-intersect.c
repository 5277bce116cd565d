/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/gtid_input.h"

/* What is in all of several sets of GTIDs. */

static const struct example examples[] = {
	{ "gtid intersect 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9 3e11fa47-71ca-11e1-9e33-c80aa9429562:5-20", "what both have" },
	EXAMPLE_END
};

static int run(struct session *s, const void *opts, struct error *err)
{
	(void)opts;
	return gtid_fold(s, gtid_set_intersect, err);
}

extern const struct command cmd_gtid_intersect;
const struct command cmd_gtid_intersect = {
	.words = "gtid intersect",
	.group = GROUP_LOOK,
	.summary = "keep what sets of GTIDs have in common",
	.description = GTID_SETS_TEXT,
	.args = gtid_args_of_two,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
