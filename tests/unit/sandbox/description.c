/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/memory.h"

static char folder[] = "/tmp/kmunit.XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) && setenv("XDG_STATE_HOME", folder, 1) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	return store_remove_tree(folder, &err);
}

static struct sandbox *sample(void)
{
	struct sandbox *s = xcalloc(1, sizeof(*s));

	s->name = xstrdup("demo");
	s->folder = store_folder("demo");
	s->mariadb = true;
	s->whole = true;
	s->version = xstrdup("10.11.19-MariaDB");
	s->user = xstrdup("root");
	s->password = xstrdup("a\"b\\c\n\xc3\xa9");
	s->shape = SANDBOX_CHAIN;
	s->gtid = true;
	s->delay = 7;
	s->count = 2;
	s->instances = xcalloc(2, sizeof(*s->instances));
	for (size_t i = 0; i < 2; i++) {
		s->instances[i].name = xasprintf("demo-%zu", i);
		s->instances[i].host = xasprintf("127.0.0.%zu", i + 1);
		s->instances[i].port = 3306;
		s->instances[i].server_id = 100 + (unsigned)i;
		s->instances[i].socket = xasprintf("/run/%zu", i);
		s->instances[i].folder = xasprintf("%s/demo-%zu", s->folder, i);
	}
	ALLOC_GROW(s->breaks, 1, s->break_alloc);
	s->breaks[0] = (struct sandbox_break){ .fault = xstrdup("lag"),
					       .since = xstrdup("2026-01-01T00:00:00Z") };
	s->break_count = 1;
	return s;
}

static void test_description__what_is_written_is_read_again(void **state)
{
	cleanup_sandbox struct sandbox *s = sample(), *got = NULL;
	cleanup_error struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(store_make_folder(s->folder, &err), 0);
	assert_int_equal(store_write(s, &err), 0);
	assert_int_equal(sandbox_load("demo", &got, &err), 0);
	assert_string_equal(got->password, s->password);
	assert_string_equal(got->version, s->version);
	assert_string_equal(got->folder, s->folder);
	assert_true(got->mariadb && got->whole && got->gtid && !got->semi_sync);
	assert_int_equal(got->shape, SANDBOX_CHAIN);
	assert_int_equal(got->delay, 7);
	assert_null(got->server_root);
	assert_int_equal(got->count, 2);
	assert_string_equal(got->instances[1].name, "demo-1");
	assert_string_equal(got->instances[1].folder, s->instances[1].folder);
	assert_int_equal(got->instances[1].server_id, 101);
	assert_int_equal(got->break_count, 1);
	assert_string_equal(got->breaks[0].fault, "lag");
	assert_null(got->breaks[0].instance);
	assert_ptr_equal(sandbox_source(got, 1), &got->instances[0]);
}

static void test_description__holds_passwords_for_the_owner_alone(void **state)
{
	cleanup_sandbox struct sandbox *s = sample();
	cleanup_free char *path = xasprintf("%s/sandbox.json", s->folder);
	cleanup_error struct error err = ERROR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(store_make_folder(s->folder, &err), 0);
	assert_int_equal(store_write(s, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_description__half_made_is_not_loaded(void **state)
{
	cleanup_sandbox struct sandbox *s = sample(), *got = NULL;
	cleanup_error struct error err = ERROR_INIT;

	(void)state;
	s->whole = false;
	assert_int_equal(store_make_folder(s->folder, &err), 0);
	assert_int_equal(store_write(s, &err), 0);
	assert_int_equal(sandbox_load("demo", &got, &err), -ERR_NOT_FOUND);
	assert_string_equal(err.message, "sandbox 'demo' is half made: it was broken off");
	assert_string_equal(err.hint, "kubectl mysql sandbox up demo");
	assert_int_equal(store_read("demo", &got, &(struct error)ERROR_INIT), 0);
	assert_int_equal(got->count, 2);
}

static void test_instance__is_found_by_name_and_by_number(void **state)
{
	cleanup_sandbox struct sandbox *s = sample();

	(void)state;
	assert_ptr_equal(sandbox_instance(s, "demo-1"), &s->instances[1]);
	assert_ptr_equal(sandbox_instance(s, "0"), &s->instances[0]);
	assert_null(sandbox_instance(s, "2"));
	assert_null(sandbox_instance(s, "demo"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_description__what_is_written_is_read_again),
		cmocka_unit_test(test_description__holds_passwords_for_the_owner_alone),
		cmocka_unit_test(test_description__half_made_is_not_loaded),
		cmocka_unit_test(test_instance__is_found_by_name_and_by_number),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
