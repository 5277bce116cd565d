/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "cmd/common/look.h"
#include "cmd/common/status_text.h"
#include "cmd/common/topology_json.h"
#include "tree/write.h"

/* The verdict, one next command, and the tree. */

struct opts {
	struct target_options target;
	struct login_options login;
	bool watch;
	int64_t interval;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_FLAG('w', "watch", struct opts, watch, "look again and again, until interrupted"),
	OPT_DURATION(0, "interval", struct opts, interval, "pause of --watch", .fallback = "2s"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "status --sandbox demo", "the truth about a sandbox" },
	{ "status --hosts db1,db2,db3:3307 --mysql-user ops", "about plain servers" },
	{ "status --sandbox demo -o json | jq -r .verdict.reason", "for a script" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "degraded: there is one writer, and something is wrong" },
	{ 4, "critical: no server takes writes, or more than one" },
	{ 5, "unknown: not enough could be read to tell" },
	EXIT_CODE_END
};

static void print_names(const struct topology *t, struct strbuf *out)
{
	for (size_t i = 0; i < t->len; i++)
		strbuf_addf(out, "instance/%s\n", t->items[i]->name);
}

static void print(struct session *s, const struct look *l)
{
	cleanup_arena struct arena *a = arena_new();
	const struct topology *t = l->cluster.topology;
	struct status_text_options o = { .colour = s->colour, .wide = s->format == FORMAT_WIDE };

	switch ((unsigned)s->format) {
	case FORMAT_JSON:
		tree_write_json(&s->out, status_document(a, t, &l->diagnosis), 0);
		break;
	case FORMAT_YAML:
		tree_write_yaml(&s->out, status_document(a, t, &l->diagnosis), 0);
		break;
	case FORMAT_NAME:
		print_names(t, &s->out);
		break;
	case FORMAT_PROMETHEUS:
		status_print_prometheus(t, &l->diagnosis, &s->out);
		break;
	default:
		status_print(t, &l->diagnosis, &o, &s->out);
	}
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_look struct look l = LOOK_INIT;

	if (look_open(&l, s, &o->target, &o->login, err) < 0)
		return -err->class;
	for (;;) {
		look_take(&l);
		print(s, &l);
		if (!o->watch)
			return -level_class(l.diagnosis.verdict.level);
		if (look_repaint(s, err) < 0)
			return -err->class;
		look_pause(o->interval);
	}
}

extern const struct command cmd_status;
const struct command cmd_status = {
	.words = "status",
	.group = GROUP_LOOK,
	.summary = "show who writes, who follows, what is wrong",
	.description =
		"Asks all servers at once and never takes longer than --timeout. The first line is the "
		"verdict with its reason, the second what to do next; then the tree of who follows "
		"whom, with how far each is behind. What did not answer is shown as that, and the "
		"answer is marked partial. The exit code is the verdict.\n\n"
		"docs/findings.md explains the codes, docs/json.md what -o json prints.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL | FORMAT_PROMETHEUS,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
