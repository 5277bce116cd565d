/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A command in a container. It has succeeded only if the server says so: an end without the
 * server's Status is an error, as what came may not be all of the output.
 */

#include "kube/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exec_output { EXEC_STDOUT = 1, EXEC_STDERR = 2 };

/*
 * What the command writes. May wait, though not for long: a server that ends does not wait for us.
 * Nonzero ends it all and is returned.
 */
typedef int exec_output_fn(void *arg, enum exec_output which, const char *bytes, size_t len,
			   struct error *err);

struct exec_options {
	const char *namespace, *pod, *container; /* container NULL: the server's choice */
	const char *const *command;		 /* NULL-ended; no shell */
	/* Standard input: a descriptor to be read to its end, or bytes, or none (-1, NULL). */
	int input;
	const void *input_bytes;
	size_t input_len;
	exec_output_fn *output; /* NULL: it is dropped */
	void *arg;
	/*
	 * The command knows where its input ends, as `head -c 100` does. Else servers before 1.30
	 * are refused, as they cannot be told.
	 */
	bool input_is_delimited;
	int64_t silence; /* ms without a sign of life; 0: WEBSOCKET_SILENCE */
};

/*
 * In a task. 0, with the command's exit code in *ret_code. Errors: those of stream_dial(); what
 * output gave; -ERR_IO when the input cannot be read, or the connection ended without a Status;
 * -ERR_FAILED with the server's words when there is no exit code: no such program.
 */
int kube_exec(struct kube_client *c, const struct exec_options *o, int *ret_code,
	      struct error *err);

/* The Status at the end of a command: 0 with its exit code, or -ERR_FAILED, or -ERR_INVALID. */
int exec_read_status(const char *text, size_t len, int *ret_code, struct error *err);
