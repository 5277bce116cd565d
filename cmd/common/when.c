/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/when.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
				     "%Y-%m-%d %H:%M", "%Y-%m-%d" };

/* "", "Z", "+02:00", "-0530" */
static bool parse_zone(const char *text, int64_t *ret)
{
	struct tm zone = { 0 };
	const char *end;

	*ret = 0;
	if (*text == '\0')
		return true;
	end = strptime(text, "%z", &zone);
	if (!end || *end != '\0')
		return false;
	*ret = zone.tm_gmtoff;
	return true;
}

static bool parse_epoch(const char *text, int64_t *ret)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	*ret = v;
	return errno == 0 && end != text && *end == '\0' && v >= 0;
}

int when_parse(const char *text, const char *option, int64_t *ret, struct error *err)
{
	int64_t zone, seconds;

	if (text[0] == '@' && parse_epoch(text + 1, ret))
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, forms[i], &tm);

		if (!end || !parse_zone(end, &zone))
			continue;
		seconds = timegm(&tm) - zone;
		*ret = seconds;
		return 0;
	}
	error_set(err, ERR_USAGE, "'%s' of %s is no point in time", text, option);
	error_hint(err, "write it as 2026-12-01T10:00:00Z, or as seconds since 1970: @1764583200");
	return -ERR_USAGE;
}
