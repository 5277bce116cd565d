/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/gtid_input.h"

/* What is in the first set of GTIDs and in no other. */

static const struct example examples[] = {
	{ "gtid subtract @primary.txt @replica.txt", "what the replica lacks" },
	{ "gtid subtract 0-1-110 0-1-100", "prints 0-1-101..110" },
	EXAMPLE_END
};

static int run(struct session *s, const void *opts, struct error *err)
{
	(void)opts;
	return gtid_fold(s, gtid_set_subtract, err);
}

extern const struct command cmd_gtid_subtract;
const struct command cmd_gtid_subtract = {
	.words = "gtid subtract",
	.group = GROUP_LOOK,
	.summary = "take sets of GTIDs out of a set",
	.description = "Prints what the first set has and no other holds.\n\n" GTID_SETS_TEXT,
	.args = gtid_args_of_two,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
