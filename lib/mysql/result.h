/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How results are made, for lib/mysql/ only; what others do with one is in mysql/connection.h. */

#include "mysql/connection.h"
#include "mysql/library.h"

/* With the names and types of the columns, and no rows. */
struct result *result_new(const MYSQL_FIELD *fields, unsigned n);
/* Copies a row; false when the result has become larger than LIMIT_RESULT_BYTES. */
bool result_add(struct result *r, const MYSQL_ROW row, const unsigned long *lengths);
