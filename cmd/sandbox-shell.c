/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "sandbox/server.h"

/* Becomes the vendor's client, logged in. */

static const struct arg_spec args[] = {
	{ "NAME", "name of the sandbox", 1, 1, complete_sandbox },
	{ "INSTANCE", "an instance (default: the first), and behind -- arguments of the client", 0,
	  ARGS_ANY, complete_sandbox_instance },
	ARG_END
};

static const struct example examples[] = {
	{ "sandbox shell demo", "SQL on the first instance" },
	{ "sandbox shell demo demo-1 -- -e 'SHOW REPLICA STATUS'", "one statement on another" },
	EXAMPLE_END
};

static bool find_client(const struct sandbox *s, struct strvec *argv)
{
	static const char *const names[] = { "mariadb", "mysql" };

	/* The own vendor's first, of the same installation first. */
	for (int where = 0; where < 2; where++)
		for (int i = 0; i < 2; i++)
			if ((where == 0 || s->server_root) &&
			    server_tool(where == 0 ? s->server_root : NULL, names[i ^ !s->mariadb],
					argv))
				return true;
	return false;
}

static int run(struct session *s, const void *opts UNUSED, struct error *err)
{
	size_t own = s->dash < 0 ? s->argc : (size_t)s->dash;
	const char *name = own > 1 ? s->args[1] : "0";
	cleanup_sandbox struct sandbox *sandbox = NULL;
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	const struct sandbox_instance *i;
	int r;

	if (own < 1 || own > 2)
		return session_usage(s, err, "one sandbox and one instance before --");
	r = sandbox_load(s->args[0], &sandbox, err);
	if (r < 0)
		return r;
	i = sandbox_instance(sandbox, name);
	if (!i)
		return sandbox_no_instance(sandbox, name, ERR_NOT_FOUND, err);
	if (!find_client(sandbox, &argv)) {
		error_set(err, ERR_NOT_FOUND, "no client program 'mariadb' or 'mysql'");
		error_hint(err, "apt-get install mariadb-client");
		return -ERR_NOT_FOUND;
	}
	strvec_addf(&argv, "--defaults-file=%s/client.cnf", i->folder);
	for (size_t k = own; k < s->argc; k++)
		strvec_add(&argv, s->args[k]);
	signal(SIGPIPE, SIG_DFL); /* main() ignores it, and the client would inherit that */
	execv(argv.v[0], argv.v);
	return error_set_errno(err, errno, "cannot run '%s'", argv.v[0]);
}

extern const struct command cmd_sandbox_shell;
const struct command cmd_sandbox_shell = {
	.words = "sandbox shell",
	.group = GROUP_LOCAL,
	.summary = "open the vendor's SQL client on an instance",
	.description =
		"Runs mariadb or mysql as the administrator of the sandbox. The password is in an "
		"option file that only you can read; the client gets its path.",
	.usage = "NAME [INSTANCE] [-- ARGUMENT...]",
	.args = args,
	.examples = examples,
	.run = run,
};
