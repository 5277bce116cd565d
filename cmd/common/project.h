/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The project file: names of clusters, so that no runbook needs long options. The nearest
 * .kubectl-mysql.yaml from this folder upwards, then $XDG_CONFIG_HOME/kubectl-mysql/config.yaml;
 * a name is looked up in both, the nearer one wins.
 */

#include "cmd/common/hosts.h"

struct project_cluster {
	struct hosts hosts;
	char *defaults_file; /* a path that can be opened from here, or NULL */
};

/*
 * -ERR_NOT_FOUND when no file names this cluster; the message says which files were read.
 * -ERR_INVALID with file:line:column for a file that is not as it should be.
 */
int project_find(const char *name, struct project_cluster *ret, struct error *err);
void project_cluster_release(struct project_cluster *c);

#define cleanup_project_cluster __attribute__((cleanup(project_cluster_release)))
