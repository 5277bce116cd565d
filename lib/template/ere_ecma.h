/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Patterns of lib/template/ere.h as regular expressions of ECMA-262, which JSON Schema has: classes
 * and GNU's signs written out, so that what is read is the same with the flag `u` and without it.
 * Bytes beyond ASCII become characters. Private to lib/template.
 */

#include <stddef.h>

struct strbuf;

/* Appends a pattern that ere_compile() takes. It is still to be anchored: ^(…)$. */
void ere_to_ecma(const char *pattern, size_t len, struct strbuf *out);
