/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

void secret_forbid_dumps(void)
{
	static bool forbidden;
	const struct rlimit none = { 0, 0 };

	if (forbidden)
		return;
	forbidden = true;
	setrlimit(RLIMIT_CORE, &none);
#ifndef WITH_ASAN
	/* A handler that the kernel pipes cores to does not ask for the limit. */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

char *secret_dup(const char *text, size_t len)
{
	secret_forbid_dumps();
	return xmemdupz(text, len);
}

void secret_wipe(char *secret)
{
	/* A NUL may be in it, and what it was made of may have been longer. */
	if (secret)
		explicit_bzero(secret, malloc_usable_size(secret));
}

void secret_free(char *secret)
{
	secret_wipe(secret);
	free(secret);
}

int secret_read_file(const char *path, char **ret, struct error *err)
{
	char buf[LIMIT_SECRET_BYTES + 1];
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot read password file '%s'", path);
	secret_forbid_dumps();
	while (len < sizeof(buf)) {
		n = read(fd, buf + len, sizeof(buf) - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (n < 0) {
		error_set_errno(err, errno, "cannot read password file '%s'", path);
	} else if (len == sizeof(buf)) {
		error_set(err, ERR_LIMIT, "password file '%s' is larger than %d bytes", path,
			  LIMIT_SECRET_BYTES);
	} else if (memchr(buf, '\0', len)) {
		error_set(err, ERR_INVALID, "password file '%s' holds a NUL byte", path);
	} else {
		buf[len] = '\0';
		*ret = secret_dup(buf, strcspn(buf, "\r\n"));
	}
	explicit_bzero(buf, sizeof(buf));
	return -err->class;
}
