/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "cli/table.h"
#include "sandbox/fault.h"

/* Makes a real fault, and takes faults back. What there is: sandbox/fault_table.c. */

struct opts {
	const char *fault, *instance;
	bool list, heal;
};

static void complete_fault(const struct completion_request *rq UNUSED, struct completions *out)
{
	out->directive |= COMPLETE_NO_FILES;
	for (const struct fault *f = faults; f->name; f++)
		completions_add(out, f->name, f->help);
}

static const struct option_spec options[] = {
	OPT_STRING(0, "fault", struct opts, fault, "NAME", "what to break",
		   .complete = complete_fault),
	OPT_STRING(0, "instance", struct opts, instance, "INSTANCE",
		   "where (default: the last replica, or the primary, as the fault needs)",
		   .complete = complete_sandbox_instance),
	OPT_FLAG(0, "list", struct opts, list, "every fault, and what it does"),
	OPT_FLAG(0, "heal", struct opts, heal, "take back what was broken, or only --fault"),
	OPT_END
};

static const struct arg_spec args[] = { { "NAME", "name of the sandbox (not with --list)", 0, 1,
					  complete_sandbox },
					ARG_END };

static const struct example examples[] = {
	{ "sandbox break --list", "what can be broken" },
	{ "sandbox break demo --fault duplicate-key", "the last replica stops with 1062" },
	{ "sandbox break demo --fault hang --instance demo-0", "the primary stops answering" },
	{ "sandbox break demo --heal", "all well again" },
	EXAMPLE_END
};

/* ---- the list ------------------------------------------------------------------------------- */

static void get_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct fault *)row)->name;
}

static void get_where(const void *row, struct cell *ret)
{
	static const char *const words[] = { [FAULT_REPLICA] = "replica",
					     [FAULT_PRIMARY] = "primary",
					     [FAULT_ANY] = "any" };

	ret->text = words[((const struct fault *)row)->where];
}

static void get_flavor(const void *row, struct cell *ret)
{
	unsigned needs = ((const struct fault *)row)->needs;

	ret->text = needs & FAULT_MARIADB ? "mariadb" : needs & FAULT_MYSQL ? "mysql" : "both";
}

static void get_heals(const void *row, struct cell *ret)
{
	ret->kind = CELL_BOOL;
	ret->boolean = fault_heals(row);
}

static void get_help(const void *row, struct cell *ret)
{
	ret->text = ((const struct fault *)row)->help;
}

static const struct column columns[] = {
	{ .key = "name", .header = "FAULT", .help = "name, for --fault", .get = get_name },
	{ .key = "where", .header = "BREAKS", .help = "which instance", .get = get_where },
	{ .key = "flavor", .header = "FLAVOR", .help = "which vendor has it", .get = get_flavor },
	{ .key = "heals", .header = "HEALS", .help = "can it be taken back", .get = get_heals },
	{ .key = "description", .header = "WHAT", .help = "what it does", .get = get_help },
	COLUMN_END
};

static const struct table table = {
	.kind = "SandboxFaultList",
	.name_prefix = "fault/",
	.columns = columns,
};

/* ---- break and heal ------------------------------------------------------------------------- */

struct work {
	struct session *session;
	const char *instance;
	const struct fault *fault; /* or NULL: heal all */
};

static int make(void *arg, struct error *err)
{
	struct work *w = arg;
	cleanup_sandbox struct sandbox *s = NULL;
	const struct sandbox_instance *i = NULL;
	int r = sandbox_break(w->session->args[0], w->fault, w->instance, &s, &i, err);

	if (r == 0)
		strbuf_addf(&w->session->out, "%s: %s\n", i->name, w->fault->help);
	return r;
}

static int heal(void *arg, struct error *err)
{
	struct work *w = arg;
	cleanup_strvec struct strvec healed = STRVEC_INIT, left = STRVEC_INIT;
	int r = sandbox_heal(w->session->args[0], w->fault, &healed, &left, err);

	for (size_t i = 0; i < healed.len; i++)
		strbuf_addf(&w->session->out, "healed: %s\n", healed.v[i]);
	if (r < 0)
		return r;
	for (size_t i = 0; i < left.len; i++)
		session_warn(w->session, "%s cannot be taken back", left.v[i]);
	if (!healed.len && !left.len)
		strbuf_addstr(&w->session->out, "nothing is broken\n");
	return 0;
}

static int find_fault(const char *name, const struct fault **ret, struct error *err)
{
	struct suggestion near = { 0 };

	*ret = fault_find(name);
	if (*ret)
		return 0;
	for (const struct fault *f = faults; f->name; f++)
		suggest_offer(&near, name, f->name);
	error_set(err, ERR_USAGE, "no fault '%s'", name);
	if (near.best)
		error_hint(err, "did you mean '%s'? All: kubectl mysql sandbox break --list",
			   near.best);
	else
		error_hint(err, "kubectl mysql sandbox break --list");
	return -ERR_USAGE;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct work w = { .session = s, .instance = o->instance };
	size_t n = 0;
	int r = 0;

	if (o->list) {
		while (faults[n].name)
			n++;
		return table_print(&table, faults, n, sizeof(*faults), s->format, NULL, &s->out,
				   err);
	}
	if (!s->argc)
		return session_usage(s, err, "which sandbox? Name it, or give --list");
	if (!o->heal && !o->fault)
		return session_usage(s, err, "what is to be broken? Give --fault, --heal or --list");
	if (o->fault)
		r = find_fault(o->fault, &w.fault, err);
	return r < 0 ? r : run_waiting(o->heal ? heal : make, &w, err);
}

extern const struct command cmd_sandbox_break;
const struct command cmd_sandbox_break = {
	.words = "sandbox break",
	.group = GROUP_LOCAL,
	.summary = "make a real fault in a sandbox, or heal it",
	.description = "Every fault is real: a killed process, a deleted row, a purged log. The "
		       "command returns when the fault can be seen. What is broken is remembered "
		       "(sandbox list), and --heal takes it back, newest first, where it can be.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.run = run,
};
