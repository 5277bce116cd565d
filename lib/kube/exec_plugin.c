/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/exec_plugin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strvec.h"
#include "kube/exec_policy.h"
#include "net/program.h"
#include "net/task.h"
#include "tree/write.h"

struct exec_plugin {
	const struct kube_exec *exec;
	int64_t timeout;
	char *stdin_taken;
	struct exec_answer answer;
	bool have; /* answer is good, as far as we know */
	unsigned number;
	bool running;
	struct condition ended; /* a run */
	unsigned runs;		/* that have ended */
	struct error failure;	/* of the last run */
};

struct exec_plugin *exec_plugin_new(const struct kube_exec *exec,
				    const struct exec_plugin_options *opts)
{
	struct exec_plugin *p = xcalloc(1, sizeof(*p));

	p->exec = exec;
	p->timeout = opts && opts->timeout ? opts->timeout : EXEC_PLUGIN_TIMEOUT;
	p->stdin_taken = xstrdup_or_null(opts ? opts->stdin_taken : NULL);
	return p;
}

void exec_plugin_free(struct exec_plugin *p)
{
	if (!p)
		return;
	exec_answer_release(&p->answer);
	error_release(&p->failure);
	free(p->stdin_taken);
	free(p);
}

/* ---- one run --------------------------------------------------------------------------------- */

static int may_ask(const struct exec_plugin *p, bool *ret, struct error *err)
{
	const char *mode = p->exec->interactive_mode;
	bool terminal = isatty(STDIN_FILENO);

	*ret = strcmp(mode, "Never") != 0 && terminal && !p->stdin_taken;
	if (strcmp(mode, "Always") != 0 || *ret)
		return 0;
	if (terminal)
		error_set(err, ERR_DENIED,
			  "the exec plugin '%s' needs standard input, but %s", p->exec->command,
			  p->stdin_taken);
	else
		error_set(err, ERR_DENIED,
			  "the exec plugin '%s' needs a terminal as standard input",
			  p->exec->command);
	error_hint(err, "run it in a terminal, or log in before");
	return -ERR_DENIED;
}

static char *exec_info(const struct kube_exec *e, bool interactive)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "KUBERNETES_EXEC_INFO={\"kind\":\"ExecCredential\",\"apiVersion\":");
	json_write_string(&text, e->api_version, strlen(e->api_version), 0);
	strbuf_addstr(&text, ",\"spec\":{");
	if (e->cluster_info)
		strbuf_addf(&text, "\"cluster\":%s,", e->cluster_info);
	strbuf_addf(&text, "\"interactive\":%s}}", interactive ? "true" : "false");
	return strbuf_detach(&text, NULL);
}

static size_t name_length(const char *variable)
{
	return strcspn(variable, "=") + 1;
}

/* Of two with the same name the later one holds, as programs take the first that they find. */
static void add_variable(struct strvec *env, char *variable)
{
	size_t len = name_length(variable);

	for (size_t i = 0; i < env->len; i++)
		if (strncmp(env->v[i], variable, len) == 0) {
			free(env->v[i]);
			env->v[i] = variable;
			return;
		}
	strvec_add_take(env, variable);
}

static void make_environment(const struct kube_exec *e, bool interactive, struct strvec *env)
{
	for (char **v = environ; *v; v++)
		strvec_add(env, *v);
	for (size_t i = 0; e->env && e->env[i]; i++)
		add_variable(env, xstrdup(e->env[i]));
	add_variable(env, exec_info(e, interactive));
}

/* Without what a terminal could be made to do by it. */
static char *printable(const char *text)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	for (; *text; text++)
		if ((unsigned char)*text < ' ' && *text != '\n' && *text != '\t')
			strbuf_addf(&out, "U+%04X", *text);
		else if (*text == 0x7f)
			strbuf_addstr(&out, "U+007F");
		else
			strbuf_addch(&out, *text);
	return strbuf_detach(&out, NULL);
}

static int not_there(const struct kube_exec *e, struct error *err)
{
	cleanup_free char *hint = e->install_hint ? printable(e->install_hint) : NULL;

	error_release(err);
	error_set(err, ERR_NOT_FOUND,
		  "cannot get credentials: the exec plugin '%s' of the kubeconfig is not installed",
		  e->command);
	if (hint)
		error_hint(err, "%s", hint);
	else
		error_hint(err, "install it, or correct the exec plugin in the kubeconfig");
	return -ERR_NOT_FOUND;
}

static int check_status(const struct kube_exec *e, int status, struct error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		error_set(err, ERR_DENIED, "the exec plugin '%s' was ended by signal %d", e->command,
			  WTERMSIG(status));
	else
		error_set(err, ERR_DENIED, "the exec plugin '%s' failed with exit code %d",
			  e->command, WEXITSTATUS(status));
	error_hint(err, "it says why above; log in again, or run it by hand");
	return -ERR_DENIED;
}

static int run_program(struct exec_plugin *p, const char *path, bool interactive,
		       struct exec_answer *ret, struct error *err)
{
	const struct kube_exec *e = p->exec;
	cleanup_strvec struct strvec env = STRVEC_INIT;
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	struct strbuf out = STRBUF_INIT;
	struct program_options opts = { .with_stdin = interactive,
					.limit = LIMIT_CREDENTIAL_BYTES };
	int64_t old;
	int status = 0, r;

	make_environment(e, interactive, &env);
	opts.environment = (const char *const *)env.v;
	strvec_add(&argv, e->command);
	for (size_t i = 0; e->args && e->args[i]; i++)
		strvec_add(&argv, e->args[i]);
	/* In one piece, so that no copy is left behind. */
	strbuf_grow(&out, LIMIT_CREDENTIAL_BYTES + 8192);
	old = deadline_shorten(clock_ms() + p->timeout);
	r = program_run(path, (const char *const *)argv.v, &opts, &out, &status, err);
	deadline_restore(old);
	if (r < 0)
		error_wrap(err, "running the exec plugin '%s'", e->command);
	if (r == 0)
		r = check_status(e, status, err);
	if (r == 0) {
		r = exec_answer_parse(out.buf, out.len, e->api_version, ret, err);
		if (r < 0)
			error_wrap(err, "the exec plugin '%s'", e->command);
	}
	explicit_bzero(out.buf, out.len);
	strbuf_release(&out);
	if (r < 0)
		error_wrap(err, "cannot get credentials");
	return r;
}

static int run(struct exec_plugin *p, struct exec_answer *ret, struct error *err)
{
	cleanup_free char *path = NULL;
	cleanup_exec_policy struct exec_policy policy = { 0 };
	bool interactive = false;
	int r = exec_policy_read(&policy, err);

	if (r == 0)
		r = may_ask(p, &interactive, err);
	if (r == 0 && program_find(p->exec->command, &path, err) < 0)
		return not_there(p->exec, err);
	if (r == 0)
		r = exec_policy_check(&policy, p->exec->command, path, err);
	if (r < 0) {
		error_wrap(err, "cannot get credentials");
		return r;
	}
	return run_program(p, path, interactive, ret, err);
}

/* ---- for all --------------------------------------------------------------------------------- */

static void copy_failure(const struct error *from, struct error *to)
{
	error_set(to, (enum error_class)from->class, "%s", from->message);
	if (from->hint)
		error_hint(to, "%s", from->hint);
}

static int run_for_all(struct exec_plugin *p, struct error *err)
{
	struct exec_answer answer = { 0 };
	int r;

	p->running = true;
	r = run(p, &answer, err);
	p->running = false;
	p->runs++;
	error_release(&p->failure);
	if (r == 0) {
		exec_answer_release(&p->answer);
		p->answer = answer;
		p->number++;
		p->have = true;
	} else if (err->class != ERR_CANCELLED && err->class != ERR_TIMEOUT) {
		copy_failure(err, &p->failure);
	}
	condition_wake(&p->ended);
	return r;
}

static bool is_good(const struct exec_plugin *p)
{
	return p->have && (int64_t)time(NULL) <= p->answer.expiry;
}

/* Waits for a run that another task has begun; its failure is ours, unless its time was up. */
static int wait_run(struct exec_plugin *p, struct error *err)
{
	unsigned runs = p->runs;
	int r = 0;

	while (p->running && p->runs == runs && r == 0)
		r = wait_condition(&p->ended, "waiting for credentials", err);
	if (r == 0 && p->runs != runs && !is_good(p) && p->failure.class) {
		copy_failure(&p->failure, err);
		r = -err->class;
	}
	return r;
}

int exec_plugin_get(struct exec_plugin *p, struct exec_credentials *ret, struct error *err)
{
	bool fresh = false;
	int r = 0;

	/* What was got a moment ago is taken even if it has expired: the server shall judge. */
	while (r == 0 && !is_good(p) && !(fresh && p->have)) {
		if (p->running) {
			r = wait_run(p, err);
		} else {
			r = run_for_all(p, err);
		}
		fresh = true;
	}
	if (r < 0)
		return r;
	*ret = (struct exec_credentials){ .token = p->answer.token,
					  .cert = p->answer.cert,
					  .key = p->answer.key,
					  .number = p->number };
	return 0;
}

void exec_plugin_refused(struct exec_plugin *p, unsigned number)
{
	if (p->number == number)
		p->have = false;
}
