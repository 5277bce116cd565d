/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include "base/memory.h"
#include "sandbox/group.h"

/* Real servers on this machine. How: sandbox/up.c. */

struct opts {
	int64_t replicas, delay;
	int flavor, gtid;
	const char *server_root;
	bool semi_sync, chain, multi_source, group, tls;
};

static const char *const flavors[] = { "mariadb", "mysql", NULL };
static const char *const on_off[] = { "on", "off", NULL };

static const struct option_spec options[] = {
	OPT_INTEGER(0, "replicas", struct opts, replicas, "N", "replicas beside the primary",
		    .fallback = "2", .minimum = 0, .maximum = 99),
	OPT_CHOICE(0, "flavor", struct opts, flavor, "NAME", flavors,
		   "the server (default: what is found, MariaDB first)"),
	OPT_STRING(0, "server-root", struct opts, server_root, "DIR",
		   "take the server from this unpacked tree", .complete = complete_directory),
	OPT_FLAG(0, "semi-sync", struct opts, semi_sync,
		 "a commit is acknowledged when a replica holds it"),
	OPT_CHOICE(0, "gtid", struct opts, gtid, "on|off", on_off,
		   "replicate by GTID or by file and position", .fallback = "on"),
	OPT_DURATION(0, "delay", struct opts, delay, "how far replicas stay behind on purpose",
		     .fallback = "0"),
	OPT_FLAG(0, "chain", struct opts, chain, "each replica follows the one before it"),
	OPT_FLAG(0, "multi-source", struct opts, multi_source,
		 "the last instance follows all others, which are primaries"),
	OPT_FLAG(0, "group", struct opts, group,
		 "MySQL Group Replication with one primary"),
	OPT_FLAG(0, "tls", struct opts, tls,
		 "certificates of an own CA; TLS is required, and checked by all commands"),
	OPT_END
};

static const struct arg_spec args[] = { { "NAME", "name of the sandbox", 1, 1, complete_sandbox },
					ARG_END };

static const struct example examples[] = {
	{ "sandbox up demo", "a primary and two replicas" },
	{ "sandbox up demo --flavor mysql --server-root ~/mysql-9", "of an unpacked server" },
	{ "sandbox up demo --semi-sync", "nothing acknowledged is lost" },
	{ "sandbox up demo --group", "MySQL Group Replication of three members" },
	EXAMPLE_END
};

struct work {
	struct sandbox_up_options options;
	struct sandbox_line line;
	struct sandbox *sandbox;
	bool made;
};

static int up(void *arg, struct error *err)
{
	struct work *w = arg;

	return sandbox_up(&w->options, &w->line.progress, &w->sandbox, &w->made, err);
}

static int check_group(struct session *s, const struct opts *o, struct error *err)
{
	if (o->flavor == 0)
		return session_usage(s, err, "--group is of MySQL: MariaDB has no Group Replication");
	if (o->chain || o->multi_source || o->semi_sync || o->gtid != 0 || o->delay)
		return session_usage(s, err,
				     "--group goes with none of --chain, --multi-source, "
				     "--semi-sync, --gtid=off, --delay");
	if (o->replicas + 1 > GROUP_MEMBERS_MAX)
		return session_usage(s, err, "a group has at most %d members", GROUP_MEMBERS_MAX);
	return 0;
}

static int check(struct session *s, const struct opts *o, struct error *err)
{
	if (o->chain && o->multi_source)
		return session_usage(s, err, "--chain and --multi-source exclude each other");
	if (o->group)
		return check_group(s, o, err);
	if (o->chain && o->replicas < 1)
		return session_usage(s, err, "--chain needs a replica");
	if (o->multi_source && o->replicas < 2)
		return session_usage(s, err, "--multi-source needs --replicas of 2 or more");
	if (o->semi_sync && o->replicas < 1)
		return session_usage(s, err, "--semi-sync without a replica acknowledges nothing");
	if (o->delay % 1000)
		return session_usage(s, err, "--delay takes whole seconds");
	return 0;
}

/* All options are as they are when none is given. */
static bool name_alone(const struct opts *o)
{
	return o->replicas == 2 && o->flavor < 0 && !o->server_root && !o->semi_sync &&
	       o->gtid == 0 && o->delay == 0 && !o->chain && !o->multi_source &&
	       !o->group && !o->tls;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct work w = { .line = sandbox_line(s) };
	int r = check(s, o, err);

	if (r < 0)
		return r;
	w.options = (struct sandbox_up_options){
		.name = s->args[0],
		.replicas = (size_t)o->replicas,
		.flavor = o->group	   ? SERVER_MYSQL
			  : o->flavor < 0  ? SERVER_ANY
			  : o->flavor == 0 ? SERVER_MARIADB
					   : SERVER_MYSQL,
		.server_root = o->server_root,
		.shape = o->group	   ? SANDBOX_GROUP
			 : o->chain	   ? SANDBOX_CHAIN
			 : o->multi_source ? SANDBOX_MULTI_SOURCE
					   : SANDBOX_STAR,
		.semi_sync = o->semi_sync,
		.gtid = o->gtid == 0,
		.delay = o->delay / 1000,
		.tls = o->tls,
		.as_is = name_alone(o),
	};
	r = run_waiting(up, &w, err);
	sandbox_line_end(&w.line);
	if (r < 0)
		return r;
	strbuf_addf(&s->out, "sandbox '%s' is %s: %s %s, %zu instances\n", w.sandbox->name,
		    w.made ? "up" : "up again", w.sandbox->mariadb ? "MariaDB" : "MySQL",
		    w.sandbox->version, w.sandbox->count);
	sandbox_print_instances(w.sandbox, &s->out);
	sandbox_free(w.sandbox);
	return 0;
}

extern const struct command cmd_sandbox_up;
const struct command cmd_sandbox_up = {
	.words = "sandbox up",
	.group = GROUP_LOCAL,
	.summary = "start a real cluster on this machine",
	.description =
		"Starts MariaDB or MySQL servers that are installed, or in an unpacked tree, with "
		"the configuration of the template 'replicated', each on a loopback address of its "
		"own, as nobody if root starts them. The first instance takes writes, the others "
		"follow it.\n\n"
		"All of it is in one folder: $XDG_STATE_HOME/kubectl-mysql/sandbox/NAME, by default "
		"below ~/.local/state, for root below /var/lib. Called again, with the same "
		"options or with the name alone, it starts those servers that are dead.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
