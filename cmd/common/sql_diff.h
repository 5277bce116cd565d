/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What several servers answered differently. Where each gave one row: the columns that differ, a
 * line for each server. Else: the rows that not every server has as often as the others, each with
 * its servers. Order of rows does not count.
 */

#include "cli/rows.h"
#include "cmd/common/sql_run.h"

/* Writes the differences of all statements to out; true if there are some. */
bool sql_diff(const struct sql_job *job, struct rows *out, struct error *err);
