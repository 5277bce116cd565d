/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Replays inputs through a fuzz harness without libFuzzer: every file named, or in a folder
 * named, as it is, and cut off at every length up to a bound. What is cut off finds most of what a
 * parser forgets to check. Prints TAP.
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* There when the sanitizers are; what is called before they leave by _exit. */
extern void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

#define CUT_BYTES 512

static const char *current;
static size_t inputs;

static void run(const uint8_t *data, size_t size)
{
	/* An exact allocation lets the sanitizers see a read of one byte too many. */
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (!copy)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	inputs++;
}

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, alloc = 0, got;

	if (!f) {
		fprintf(stderr, "cannot open '%s'\n", path);
		return -1;
	}
	do {
		alloc = alloc > 0 ? alloc * 2 : 65536;
		data = realloc(data, alloc);
		if (!data)
			abort();
		got = fread(data + size, 1, alloc - size, f);
		size += got;
	} while (got > 0);
	fclose(f);
	current = path;
	run(data, size);
	for (size_t cut = 0; cut < size && cut < CUT_BYTES; cut++)
		run(data, cut);
	free(data);
	return 0;
}

static int replay(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n, r = 0;

	if (stat(path, &st) < 0) {
		fprintf(stderr, "cannot find '%s'\n", path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return replay_file(path);
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char *inner = NULL;

		if (names[i]->d_name[0] != '.') {
			if (asprintf(&inner, "%s/%s", path, names[i]->d_name) < 0)
				abort();
			if (replay(inner) < 0)
				r = -1;
			free(inner);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n < 0 ? -1 : r;
}

static void say_current(void)
{
	if (current)
		fprintf(stderr, "last input: '%s'\n", current);
}

int main(int argc, char **argv)
{
	int r = 0;

	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_current);
	printf("1..1\n");
	for (int i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			r = 1;
	if (inputs == 0)
		r = 1;
	printf("%s 1 - %zu inputs\n", r ? "not ok" : "ok", inputs);
	return r;
}
