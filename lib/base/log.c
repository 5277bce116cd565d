/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/strbuf.h"

static struct {
	int64_t level, start;
	void (*show)(double seconds, const char *line);
} sink;

void log_open(int64_t level, void (*show)(double seconds, const char *line))
{
	sink.level = level;
	sink.start = clock_ns();
	sink.show = show;
}

bool log_wants(enum log_level level)
{
	return sink.show && sink.level >= (int64_t)level;
}

void log_say(enum log_level level, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	va_list ap;

	if (!log_wants(level))
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&line, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.buf[i] < ' ' || line.buf[i] == 0x7f)
			line.buf[i] = ' ';
	sink.show((double)(clock_ns() - sink.start) / 1e9, line.buf);
}
