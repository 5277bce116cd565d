/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/session.h"
#include "cmd/commands.h"
#include "cmd/common/target.h"
#include "tests/unit/topology/cases.h"
#include "topology/failures.h"
#include "tests/unit/topology/failure_cases.h"

/*
 * Every next command that the rules print, for every way to name a cluster, goes through the parser
 * and the tables of this program, and its words find a target. What would ask servers does not run.
 */

static char home[] = "/tmp/kmnextXXXXXX";

/* The instance that the last command line named, or "". */
static char named[256];
static bool ran;

static const struct option_spec *find_option(const struct command *c, const char *name)
{
	for (const struct option_spec *o = c->options; o && o->type != OPTION_END; o++)
		if (strcmp(o->long_name, name) == 0)
			return o;
	return NULL;
}

/* Stands for the run of each command that has a target: only finds it. */
static int find_target(struct session *s, const void *opts, struct error *err)
{
	const struct option_spec *sandbox = find_option(s->command, "sandbox");
	const struct target_options *o = (const void *)((const char *)opts + sandbox->offset -
							offsetof(struct target_options, sandbox));
	cleanup_target struct target t = TARGET_INIT;

	ran = true;
	if (target_resolve(s, o, s->argc ? s->args[0] : NULL, &t, err) < 0)
		return -err->class;
	snprintf(named, sizeof(named), "%s",
		 t.chosen >= 0 ? t.instances[t.chosen].name : "");
	return 0;
}

/* Stands for sandbox up: takes what is there. */
static int find_sandbox(struct session *s, const void *opts UNUSED, struct error *err UNUSED)
{
	ran = s->argc == 1 && strcmp(s->args[0], "demo") == 0;
	*named = '\0';
	return 0;
}

/* Words as a shell parts them: at blanks, but not inside of quotes, up to a comment or pipe. */
static size_t split(char *line, const char **words, size_t most)
{
	size_t n = 0;

	for (char *at = line; *at;) {
		bool quoted = *at == '"';

		if (*at == '#' || *at == '|')
			break;
		assert_true(n < most);
		words[n++] = at += quoted;
		at += strcspn(at, quoted ? "\"" : " ");
		if (*at)
			*at++ = '\0';
		if (quoted && *at == ' ')
			at++;
	}
	return n;
}

/* Runs a next command; fails the test where this program does not take it. */
static void take(const char *next, const struct program *p)
{
	static const char prefix[] = "kubectl mysql ";
	cleanup_session struct session s = { .program = p, .program_name = "kubectl mysql",
					     .out = STRBUF_INIT };
	cleanup_error struct error err = ERROR_INIT;
	const char *words[32];
	char line[4096];

	if (strncmp(next, prefix, strlen(prefix)) != 0)
		fail_msg("'%s' is no command", next);
	snprintf(line, sizeof(line), "%s", next + strlen(prefix));
	ran = false;
	if (session_run(&s, split(line, words, ARRAY_SIZE(words)), words, &err) < 0 || !ran)
		fail_msg("%s: %s", next, err.message ? err.message : "no such command");
}

static const char *const ways[] = {
	"--sandbox demo", "--hosts demo-0,demo-1,demo-2", "--inventory servers", "demo", "shop",
};

/* All findings of a cluster, whichever way it was named. */
static void take_all(struct topology *t, const struct program *p)
{
	topology_relate(t);
	for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
		cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;

		t->words = ways[w];
		topology_diagnose(t, &d);
		for (size_t i = 0; i < d.len; i++) {
			assert_true(d.items[i].next && *d.items[i].next);
			take(d.items[i].next, p);
			/*
			 * A command for one instance names that one, or means the whole cluster; a
			 * source is asked for binlogs, and for the replicas that it has.
			 */
			if (*named && d.items[i].instance && !strstr(d.items[i].next, "binlog ") &&
			    strcmp(d.items[i].rule->code, "replicas-clash") != 0)
				assert_string_equal(named, d.items[i].instance->name);
		}
	}
}

/* The program, with find_target() in place of what its commands do. */
static struct program *program_without_servers(void)
{
	size_t n = 0;
	struct program *p = xcalloc(1, sizeof(*p));
	const struct command **commands;

	while (program.commands[n])
		n++;
	commands = xcalloc(n + 1, sizeof(*commands));
	for (size_t i = 0; i < n; i++) {
		struct command *c = xcalloc(1, sizeof(*c));

		*c = *program.commands[i];
		if (find_option(c, "sandbox"))
			c->run = find_target;
		else if (strcmp(c->words, "sandbox up") == 0)
			c->run = find_sandbox;
		commands[i] = c;
	}
	*p = program;
	p->commands = commands;
	return p;
}

static void program_free(struct program *p)
{
	for (size_t i = 0; p->commands[i]; i++)
		free((void *)(uintptr_t)p->commands[i]);
	free((void *)(uintptr_t)p->commands);
	free(p);
}

static void test_next__every_finding_names_a_command_that_is_there(void **state)
{
	const struct program *p = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_topology struct topology *t = healthy(cases[i].mariadb);

		cases[i].make(t);
		take_all(t, p);
	}
}

static void test_next__every_failure_names_a_command_that_is_there(void **state)
{
	const struct program *p = *state;

	for (size_t i = 0; i < ARRAY_SIZE(failure_cases); i++)
		for (int mariadb = 0; mariadb < 2; mariadb++) {
			cleanup_topology struct topology *t = healthy(mariadb);
			struct channel *c = &t->items[2]->channels.items[0];
			struct replica_thread *thread =
				failure_cases[i].receiver ? &c->receiver : &c->applier;

			*thread = (struct replica_thread){ THREAD_STOPPED, failure_cases[i].number,
							   failure_cases[i].text, "" };
			take_all(t, p);
		}
}

/* Another server told of it: the cluster as it is named does not have it. */
static void test_next__an_instance_that_was_found_is_named_by_its_address(void **state)
{
	static const struct {
		const char *words, *next;
	} found[] = {
		{ "--hosts demo-0,demo-1",
		  "kubectl mysql lag demo-2:3306 --hosts demo-0,demo-1,demo-2:3306" },
		{ "--sandbox demo", "kubectl mysql lag demo-2:3306 --hosts demo-2:3306" },
		{ "shop", "kubectl mysql lag demo-2:3306 --hosts demo-2:3306" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		cleanup_topology struct topology *t = healthy(false);
		cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;
		const char *next = "";

		t->words = found[i].words;
		t->items[2]->name = "demo-2:3306";
		t->items[2]->found = true;
		t->items[2]->channels.items[0].delay = 3600;
		topology_relate(t);
		topology_diagnose(t, &d);
		for (size_t j = 0; j < d.len; j++)
			if (strcmp(d.items[j].rule->code, "delayed") == 0)
				next = d.items[j].next;
		assert_string_equal(next, found[i].next);
		take(next, *state);
		assert_true(strncmp(named, "demo-2", 6) == 0);
	}
}

static void write_file(const char *name, const char *text)
{
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(name, text, strlen(text), 0600, &err), 0);
}

static int set_up(void **state)
{
	static const char instance[] =
		"{\"name\":\"demo-%d\",\"host\":\"127.0.0.1\",\"port\":1,\"serverId\":1,"
		"\"socket\":\"/none\"}";
	cleanup_strbuf struct strbuf sandbox = STRBUF_INIT;

	assert_non_null(mkdtemp(home));
	assert_int_equal(chdir(home), 0);
	setenv("HOME", home, 1);
	setenv("XDG_STATE_HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	write_file(".kubectl-mysql.yaml", "clusters:\n  shop:\n    hosts: [demo-0, demo-1, demo-2]\n");
	write_file("servers", "demo-0\ndemo-1\ndemo-2\n");
	mkdir("kubectl-mysql", 0700);
	mkdir("kubectl-mysql/sandbox", 0700);
	mkdir("kubectl-mysql/sandbox/demo", 0700);
	strbuf_addstr(&sandbox, "{\"version\":\"1\",\"name\":\"demo\",\"whole\":true,"
				"\"flavor\":\"mysql\",\"shape\":\"star\",\"instances\":[");
	for (int i = 0; i < 3; i++) {
		strbuf_addstr(&sandbox, i ? "," : "");
		strbuf_addf(&sandbox, instance, i);
	}
	strbuf_addstr(&sandbox, "]}");
	write_file("kubectl-mysql/sandbox/demo/sandbox.json", sandbox.buf);
	*state = program_without_servers();
	return 0;
}

static int tear_down(void **state)
{
	program_free(*state);
	unlink("kubectl-mysql/sandbox/demo/sandbox.json");
	rmdir("kubectl-mysql/sandbox/demo");
	rmdir("kubectl-mysql/sandbox");
	rmdir("kubectl-mysql");
	unlink("servers");
	unlink(".kubectl-mysql.yaml");
	return chdir("/") < 0 ? -1 : rmdir(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next__every_finding_names_a_command_that_is_there),
		cmocka_unit_test(test_next__every_failure_names_a_command_that_is_there),
		cmocka_unit_test(test_next__an_instance_that_was_found_is_named_by_its_address),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
