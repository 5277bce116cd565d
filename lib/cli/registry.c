/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/parse.h"

/* Number of words of s ("template list": 2) if they begin argv, else 0. */
static size_t words_match(const char *s, size_t argc, const char *const *argv)
{
	size_t n = 0;

	while (n < argc) {
		size_t len = strcspn(s, " ");

		if (strlen(argv[n]) != len || memcmp(argv[n], s, len) != 0)
			return 0;
		n++;
		if (!s[len])
			return n;
		s += len + 1;
	}
	return 0;
}

const struct command *command_find(const struct program *p, size_t argc, const char *const *argv,
				   size_t *ret_used)
{
	const struct command *best = NULL;
	size_t most = 0;

	for (const struct command *const *c = p->commands; *c; c++) {
		size_t n = words_match((*c)->words, argc, argv);

		if (n > most) {
			most = n;
			best = *c;
		}
	}
	*ret_used = most;
	return best;
}

const struct command *command_by_words(const struct program *p, const char *words)
{
	for (const struct command *const *c = p->commands; *c; c++) {
		if (strcmp((*c)->words, words) == 0)
			return *c;
	}
	return NULL;
}

const struct command_family *family_find(const struct program *p, const char *word)
{
	for (const struct command_family *f = p->families; f && f->words; f++) {
		if (strcmp(f->words, word) == 0)
			return f;
	}
	return NULL;
}

bool command_in_family(const struct command *c, const char *family)
{
	size_t len = strlen(family);

	return strncmp(c->words, family, len) == 0 && c->words[len] == ' ';
}
