/* SPDX-License-Identifier: Apache-2.0 */
/* Generated values, from the system's randomness or derived from a seed. */
#include <string.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "template/generator.h"
#include "template/param_internal.h"
#include "template/scalar_places.h"

/* ---- sources ---- */

static int fill_system(struct generator_random *r, void *buf, size_t len, struct error *err)
{
	(void)r;
	return random_bytes(buf, len, err);
}

/* Zeros: for a dry run. */
static int fill_zero(struct generator_random *r, void *buf, size_t len, struct error *err)
{
	(void)r;
	(void)err;
	memset(buf, 0, len);
	return 0;
}

/*
 * Block i of the stream is HMAC-SHA-256 of the seed over cluster, namespace, template and
 * parameter, each with a NUL behind it, and i as 8 bytes, the highest first. Changing this changes
 * every seeded password.
 */
struct seeded {
	struct generator_random random;
	const struct random_source *source;
	struct strbuf message; /* all but the counter */
	uint64_t counter;
	uint8_t block[SHA256_SIZE];
	size_t left; /* bytes of the block not used yet */
};

static void next_block(struct seeded *s)
{
	size_t len = s->message.len;

	for (int shift = 56; shift >= 0; shift -= 8)
		strbuf_addch(&s->message, (char)(s->counter >> shift));
	hmac_sha256(s->source->seed, s->source->seed_len, s->message.buf, s->message.len, s->block);
	strbuf_setlen(&s->message, len);
	s->counter++;
	s->left = SHA256_SIZE;
}

static int fill_seeded(struct generator_random *r, void *buf, size_t len, struct error *err)
{
	struct seeded *s = (struct seeded *)r;
	uint8_t *out = buf;

	(void)err;
	while (len) {
		size_t n;

		if (s->left == 0)
			next_block(s);
		n = len < s->left ? len : s->left;
		memcpy(out, s->block + SHA256_SIZE - s->left, n);
		s->left -= n;
		out += n;
		len -= n;
	}
	return 0;
}

static void add_field(struct strbuf *sb, const char *text)
{
	strbuf_addstr(sb, text ? text : "");
	strbuf_addch(sb, '\0');
}

static int generate_seeded(const struct param *p, const struct random_source *rs,
			   struct strbuf *out, size_t *ret_at, struct error *err)
{
	struct seeded s = { .random = { fill_seeded }, .source = rs, .message = STRBUF_INIT };
	int rc;

	add_field(&s.message, rs->cluster);
	add_field(&s.message, rs->namespace_);
	add_field(&s.message, rs->template_name);
	add_field(&s.message, p->name);
	rc = generate_expression(p->from, strlen(p->from), &s.random, out, ret_at, err);
	strbuf_release(&s.message);
	explicit_bzero(s.block, sizeof(s.block));
	return rc;
}

/* ---- parameters ---- */

/* at: the byte of `from` where the block begins that is wrong. */
static int explain(const struct param *p, size_t at, struct error *err)
{
	int class = err->class;

	if (err->code && at > 0)
		error_wrap(err, "parameter '%s': generator, character %zu", p->name,
			   utf8_count(p->from, at) + 1);
	else
		error_wrap(err, "parameter '%s': generator", p->name);
	error_locate(err, &p->from_pos);
	return -class;
}

static int dry_run(const struct param *p, size_t *ret_at, struct error *err)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct generator_random zeros = { fill_zero };

	if (!p->generate || !p->from)
		return 0;
	return generate_expression(p->from, strlen(p->from), &zeros, &out, ret_at, err);
}

int param_check_generator(const struct param *p, struct error *err)
{
	size_t at = 0;

	return dry_run(p, &at, err) < 0 ? explain(p, at, err) : 0;
}

void param_locate_generator(struct param *p, struct source_text *source, const struct node *decl)
{
	cleanup_scalar_places struct scalar_places places = { 0 };
	cleanup_error struct error err = ERROR_INIT;
	const struct node *from = node_get(decl, "from");
	size_t at = 0;

	if (!from || dry_run(p, &at, &err) == 0)
		return;
	scalar_places_init(&places, source, from);
	p->from_pos = scalar_place(&places, at);
}

int param_generate(struct arena *a, const struct param *p, const struct random_source *rs,
		   const char **ret, size_t *ret_len, struct error *err)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct generator_random system = { fill_system };
	size_t at = 0;
	int rc = 0;

	if (!p->generate || strcmp(p->generate, "expression") != 0) {
		error_set_at(err, ERR_INVALID, &p->pos,
			     "unknown generator name '%s' for parameter '%s'",
			     p->generate ? p->generate : "", p->name);
		error_hint(err, "the only generator is 'expression'");
		err->code = "T110";
		return -ERR_INVALID;
	}
	if (p->from && rs && rs->seed)
		rc = generate_seeded(p, rs, &out, &at, err);
	else if (p->from)
		rc = generate_expression(p->from, strlen(p->from), &system, &out, &at, err);
	if (rc < 0)
		return explain(p, at, err);
	*ret = arena_memdupz(a, out.buf, out.len);
	*ret_len = out.len;
	if (out.len)
		explicit_bzero(out.buf, out.len);
	return 0;
}
