/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/memory.h"
#include "base/strvec.h"
#include "base/suggest.h"
#include "cli/table.h"
#include "cmd/common/look.h"
#include "cmd/common/topology_json.h"
#include "tree/write.h"

#include <string.h>

/* Everything that is wrong or will be, with its repair. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *only;
	int severity;
	bool list;
};

static const char *const severities[] = { "info", "warning", "error", "critical", NULL };

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_STRING(0, "only", struct opts, only, "CODE,…", "report these findings alone"),
	OPT_CHOICE(0, "severity", struct opts, severity, "LEAST", severities,
		   "report those that are at least so severe", .fallback = "info"),
	OPT_FLAG(0, "list", struct opts, list, "list every finding that there is, and ask nobody"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "check --sandbox demo", "all findings with their repairs" },
	{ "check --hosts db1,db2 --severity warning", "those that matter" },
	{ "check --list", "what it looks for" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "there are findings of severity warning or more" },
	{ 5, "no server could be read" },
	EXIT_CODE_END
};

static void get_severity(const void *row, struct cell *ret)
{
	ret->text = weight_name(((const struct finding *)row)->rule->weight);
}

static void get_code(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->rule->code;
}

static void get_object(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->object;
}

static void get_reason(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->reason;
}

static void get_repair(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->rule->repair;
}

static void get_evidence(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->evidence;
}

static void get_next(const void *row, struct cell *ret)
{
	ret->text = ((const struct finding *)row)->next;
}

static const struct column columns[] = {
	{ .key = "code", .header = "CODE", .help = "see docs/findings.md", .get = get_code },
	{ .key = "severity", .header = "SEVERITY", .help = "info, warning, error, critical",
	  .get = get_severity },
	{ .key = "object", .header = "OBJECT", .help = "instance, channel or cluster",
	  .get = get_object },
	{ .key = "reason", .header = "FINDING", .help = "what is the case", .get = get_reason },
	{ .key = "repair", .header = "REPAIR", .help = "the cheapest safe repair",
	  .get = get_repair },
	{ .key = "evidence", .header = "EVIDENCE", .help = "the facts behind it", .wide = true,
	  .get = get_evidence },
	{ .key = "next", .header = "NEXT", .help = "a command to go on with", .wide = true,
	  .get = get_next },
	COLUMN_END
};

static const struct table table = { .kind = "CheckList", .name_prefix = "finding/",
				    .columns = columns };

/* Of --list: the table of rules. */
static void get_rule_code(const void *row, struct cell *ret)
{
	ret->text = ((const struct rule *)row)->code;
}

static void get_rule_severity(const void *row, struct cell *ret)
{
	ret->text = weight_name(((const struct rule *)row)->weight);
}

static void get_rule_level(const void *row, struct cell *ret)
{
	ret->text = level_name(((const struct rule *)row)->level);
}

static void get_rule_title(const void *row, struct cell *ret)
{
	ret->text = ((const struct rule *)row)->title;
}

static void get_rule_repair(const void *row, struct cell *ret)
{
	ret->text = ((const struct rule *)row)->repair;
}

static const struct column rule_columns[] = {
	{ .key = "code", .header = "CODE", .help = "stable name", .get = get_rule_code },
	{ .key = "severity", .header = "SEVERITY", .help = "how bad", .get = get_rule_severity },
	{ .key = "level", .header = "VERDICT", .help = "what status says by it",
	  .get = get_rule_level },
	{ .key = "title", .header = "FINDING", .help = "what is the case",
	  .get = get_rule_title },
	{ .key = "repair", .header = "REPAIR", .help = "the cheapest safe repair", .wide = true,
	  .get = get_rule_repair },
	COLUMN_END
};

static const struct table rule_table = { .kind = "RuleList", .name_prefix = "finding/",
					 .columns = rule_columns };

static int parse_only(struct session *s, const char *list, struct strvec *ret, struct error *err)
{
	for (const char *at = list; at && *at;) {
		size_t len = strcspn(at, ",");
		cleanup_free char *code = xmemdupz(at, len);
		struct suggestion near = { 0 };

		if (!rule_find(code)) {
			session_usage(s, err, "option '--only': there is no finding '%s'", code);
			for (const struct rule *r = diagnose_rules; r->code; r++)
				suggest_offer(&near, code, r->code);
			if (near.best)
				error_hint(err, "did you mean '%s'? (see '%s check --list')",
					   near.best, s->program_name);
			return -ERR_USAGE;
		}
		strvec_add(ret, code);
		at += len + (at[len] == ',');
	}
	return 0;
}

static bool wanted(const struct opts *o, const struct strvec *only, const struct look *l,
		   const struct finding *f)
{
	return (int)f->rule->weight >= o->severity &&
	       (!only->len || strvec_contains(only, f->rule->code)) &&
	       !look_leaves_out(l, f->instance);
}

static int print(struct session *s, const struct finding *rows, size_t len,
		 const struct look *l, struct error *err)
{
	cleanup_arena struct arena *a = NULL;
	struct node *doc, **items;

	if (!(s->format & (FORMAT_JSON | FORMAT_YAML))) {
		if (len == 0 && !(s->format & FORMAT_NAME)) {
			strbuf_addstr(&s->out, "nothing found\n");
			return 0;
		}
		return table_print(&table, rows, len, sizeof(*rows), s->format, NULL, &s->out,
				   err);
	}
	a = arena_new();
	doc = document_new(a, "CheckList", l->cluster.topology);
	items = arena_alloc(a, (len + 1) * sizeof(*items));
	for (size_t i = 0; i < len; i++)
		items[i] = finding_node(a, &rows[i]);
	node_set(a, doc, "partial", node_bool(a, l->cluster.topology->partial));
	node_set(a, doc, "items", node_seq(a, items, len, NULL));
	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, doc, 0);
	else
		tree_write_yaml(&s->out, doc, 0);
	return 0;
}

static size_t count_rules(void)
{
	size_t n = 0;

	while (diagnose_rules[n].code)
		n++;
	return n;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_look struct look l = LOOK_INIT;
	cleanup_strvec struct strvec only = STRVEC_INIT;
	cleanup_free struct finding *rows = NULL;
	const struct diagnosis *d = &l.diagnosis;
	enum weight worst = WEIGHT_INFO;
	size_t n = 0;

	if (parse_only(s, o->only, &only, err) < 0)
		return -ERR_USAGE;
	if (o->list)
		return table_print(&rule_table, diagnose_rules, count_rules(),
				   sizeof(*diagnose_rules), s->format, NULL, &s->out, err);
	if (look_open(&l, s, &o->target, &o->login, err) < 0)
		return -err->class;
	l.cluster.unreceived = true;
	look_take(&l);
	rows = xcalloc(d->len + 1, sizeof(*rows));
	for (size_t i = 0; i < d->len; i++) {
		if (!wanted(o, &only, &l, &d->items[i]))
			continue;
		rows[n++] = d->items[i];
		if (d->items[i].rule->weight > worst)
			worst = d->items[i].rule->weight;
	}
	if (print(s, rows, n, &l, err) < 0)
		return -err->class;
	if (strcmp(d->verdict.code, "nothing-readable") == 0)
		return -ERR_UNKNOWN_STATE;
	return worst >= WEIGHT_WARNING ? -ERR_FINDINGS : 0;
}

extern const struct command cmd_check;
const struct command cmd_check = {
	.words = "check",
	.group = GROUP_LOOK,
	.summary = "find what is wrong or will be, with its repair",
	.description =
		"Shows all that status knows, and settings that will hurt one day: each with a code, a "
		"severity, the object, the evidence and the cheapest safe repair. docs/findings.md "
		"explains every code.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
