/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/disk.h"

#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/memory.h"
#include "base/strvec.h"

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || !path[len]);
}

int disk_release(const char *folder, struct error *err)
{
	cleanup_strvec struct strvec places = STRVEC_INIT;
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *m;

	/* Without /proc there is nothing to find servers by either. */
	if (!mounts)
		return error_set_errno(err, errno, "cannot read '/proc/self/mounts'");
	while ((m = getmntent(mounts)))
		if (is_below(m->mnt_dir, folder))
			strvec_add(&places, m->mnt_dir);
	endmntent(mounts);
	/* The last that was mounted first. */
	for (size_t i = places.len; i-- > 0;)
		if (umount2(places.v[i], MNT_DETACH) < 0 && errno != EINVAL)
			return error_set_errno(err, errno, "cannot unmount '%s'", places.v[i]);
	return 0;
}
