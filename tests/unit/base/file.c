/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

enum { LARGE = 3 << 20, LIMIT = 8 << 20 };

struct written {
	char path[32];
	char *bytes;
	size_t len;
};

static void write_file(struct written *w, size_t len)
{
	cleanup_error struct error err = ERROR_INIT;
	int fd;

	memcpy(w->path, "/tmp/km-file.XXXXXX", sizeof("/tmp/km-file.XXXXXX"));
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	w->len = len;
	w->bytes = xmalloc(len);
	for (size_t i = 0; i < len; i++)
		w->bytes[i] = (char)('a' + i % 23);
	assert_int_equal(fd_write_all(fd, w->path, w->bytes, len, &err), 0);
	close(fd);
}

static void take_away(struct written *w)
{
	unlink(w->path);
	free(w->bytes);
}

static void reads_back(size_t len)
{
	cleanup_error struct error err = ERROR_INIT;
	struct file_text text = FILE_TEXT_INIT;
	struct written w;

	write_file(&w, len);
	assert_int_equal(file_text_read(w.path, LIMIT, &text, &err), 0);
	assert_int_equal(text.len, len);
	assert_memory_equal(text.buf, w.bytes, len);
	assert_int_equal(text.buf[len], 0);
	file_text_release(&text);
	take_away(&w);
}

static void test_file_text__has_the_bytes_and_a_nul_behind_them(void **state)
{
	(void)state;
	reads_back(0);
	reads_back(1000);
	reads_back(LARGE + 1);
	reads_back(LARGE - 1);
	/* The NUL has no room in the last page. */
	reads_back(LARGE);
}

static void test_file_text__refuses_what_is_larger_than_the_limit(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	struct file_text text = FILE_TEXT_INIT;
	struct written w;

	(void)state;
	write_file(&w, LARGE + 1);
	assert_int_equal(file_text_read(w.path, LARGE, &text, &err), -ERR_LIMIT);
	file_text_release(&text);
	take_away(&w);
}

/* What Go's filepath.Clean() makes of them. */
static void test_path__is_made_short(void **state UNUSED)
{
	static const char *const paths[][2] = {
		{ "", "." },		 { ".", "." },		 { "/", "/" },
		{ "a", "a" },		 { "./a", "a" },	 { "a/", "a" },
		{ "a//b/./c", "a/b/c" }, { "a/../b", "b" },	 { "a/..", "." },
		{ "../a", "../a" },	 { "../../a", "../../a" }, { "../a/../b", "../b" },
		{ "/..", "/" },		 { "/../a", "/a" },	 { "/a/..", "/" },
		{ "/a/../b", "/b" },	 { "//a//", "/a" },	 { "a/b/../../..", ".." },
		{ "...", "..." },	 { "a/..b", "a/..b" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		cleanup_free char *clean = path_clean(paths[i][0]);

		assert_string_equal(clean, paths[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_text__has_the_bytes_and_a_nul_behind_them),
		cmocka_unit_test(test_file_text__refuses_what_is_larger_than_the_limit),
		cmocka_unit_test(test_path__is_made_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
