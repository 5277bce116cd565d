/* SPDX-License-Identifier: Apache-2.0 */
/* Generator expressions with bytes that are the same each time: bounded, printable, and repeatable.
 */
#include <stdint.h>
#include <stdlib.h>

#include "template/generator.h"

struct fixed {
	struct generator_random random;
	uint32_t state;
	size_t taken;
};

static int fill(struct generator_random *random, void *buf, size_t len, struct error *err)
{
	struct fixed *f = (struct fixed *)random;
	uint8_t *p = buf;

	(void)err;
	for (size_t i = 0; i < len; i++) {
		f->state = f->state * 1664525 + 1013904223;
		p[i] = (uint8_t)(f->state >> 24);
	}
	f->taken += len;
	return 0;
}

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int generate(const char *text, size_t len, struct strbuf *out, struct error *err)
{
	struct fixed f = { .random = { fill }, .state = 1 };
	size_t at = 0;
	int rc;

	strbuf_addch(out, '>');
	rc = generate_expression(text, len, &f.random, out, &at, err);
	check(out->buf[0] == '>' && (rc == 0 || out->len == 1));
	check(rc == 0 || at < len);
	check(rc == 0 || (err->code && err->message));
	/* At most three bytes for each character are rejected, but for very bad luck. */
	check(f.taken <= (len / 6 + 1) * 255 * 8 + (1 << 20));
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf one = STRBUF_INIT, two = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT, again = ERROR_INIT;
	const char *text = (const char *)data;
	size_t miss = 0;

	if (generator_near_miss(text, size, &miss))
		check(miss < size && (text[miss] == '[' || text[miss] == '{'));
	check(generate(text, size, &one, &err) == generate(text, size, &two, &again));
	check(one.len == two.len && memcmp(one.buf, two.buf, one.len) == 0);
	return 0;
}
