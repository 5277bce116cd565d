/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include "sandbox/keeper.h"

/* What `sandbox break` leaves behind for faults that somebody has to hold. Nobody calls it. */

static const struct arg_spec args[] = {
	{ "WORD", "sandbox, fault, instance, and what the process is found by", 4, 4, NULL },
	ARG_END
};

static int keep(void *arg, struct error *err)
{
	const char *const *words = arg;

	return keeper_run(words[0], words[1], words[2], err);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	(void)opts;
	return run_waiting(keep, (void *)(uintptr_t)s->args, err);
}

extern const struct command cmd_sandbox_keep;
const struct command cmd_sandbox_keep = {
	.words = KEEPER_COMMAND,
	.group = GROUP_LOCAL,
	.summary = "hold a fault of a sandbox",
	.args = args,
	.hidden = true,
	.raw_args = true,
	.run = run,
};
