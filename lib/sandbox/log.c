/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/log.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

#define TAIL 16384 /* bytes of a log that are looked at */

/* Both vendors' first line of a start. */
static const char *last_start(const char *text)
{
	static const char *const starts[] = { "starting as process", "Starting MariaDB",
					      "MySQL Server - start" };
	const char *best = text;

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		for (const char *p = text; (p = strstr(p, starts[i])); p++)
			if (p > best)
				best = p;
	return best;
}

static void add_line(struct strbuf *out, const char *line)
{
	size_t len = strcspn(line, "\n");

	if (len > LOG_LINE)
		len = LOG_LINE;
	for (size_t i = 0; i < len; i++)
		strbuf_addch(out, line[i] >= ' ' && line[i] != 127 ? line[i] : '?');
}

bool log_reason(const char *text, struct strbuf *out)
{
	const char *start = last_start(text), *line = strstr(start, "[ERROR]");
	size_t len = strlen(text);

	/* A loader or a fatal signal writes no [ERROR]. */
	if (!line)
		line = strstr(start, "ERROR");
	if (line) {
		add_line(out, line);
		return true;
	}
	while (len && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	line = len ? text + len : text;
	while (line > text && line[-1] != '\n')
		line--;
	add_line(out, line);
	return len > 0;
}

bool log_reason_of_file(const char *path, struct strbuf *out)
{
	cleanup_free char *text = xcalloc(TAIL + 1, 1);
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	ssize_t n;

	if (size < 0)
		return false;
	n = pread(fd, text, TAIL, size > TAIL ? size - TAIL : 0);
	return n > 0 && log_reason(text, out);
}
