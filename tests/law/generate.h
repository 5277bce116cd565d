/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Random templates of both languages, with parameters, for tests of what holds for every template.
 */

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *r);
/* 0 to n - 1. */
unsigned random_below(struct random *r, unsigned n);
bool random_chance(struct random *r, unsigned percent);

#define GENERATED_PARAMS 8

struct generated {
	struct strbuf text;
	bool openshift;
	unsigned param_count;
	const char *names[GENERATED_PARAMS];
	struct strbuf values[GENERATED_PARAMS]; /* what the test gives; each parameter is given or
						   has a default */
	bool has_default[GENERATED_PARAMS];
};

void generated_release(struct generated *g);
/* A template in YAML, mostly right, now and then with mistakes that only rendering can find. */
void generate(struct random *r, struct generated *ret);
