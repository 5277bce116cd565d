/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Answers of an API server as JSON, in an arena of the test, which set_up and tear_down hold. */

/* cmocka.h needs those above it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "tree/read.h"

static struct arena *arena;

static int set_up(void **state UNUSED)
{
	arena = arena_new();
	return 0;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct node *read_json(const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct node *n = NULL;

	assert_int_equal(tree_read_json(arena, text, strlen(text), "test", 0, &n, &err), 0);
	return n;
}
