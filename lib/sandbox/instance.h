/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One instance: its files, its process. All in a task. */

#include "net/certificate.h"
#include "sandbox/sandbox.h"
#include "sandbox/server.h"

#include <sys/types.h>

/*
 * Makes the files of instance i: a copy of the data directory data, my.cnf. common is what
 * config_template() gave.
 */
int instance_make(const struct sandbox *s, size_t i, const struct server_program *p,
		  const char *data, const char *common, struct error *err);
/* Makes its certificate and key: server-cert.pem, server-key.pem in its folder. */
int instance_certify(const struct sandbox_instance *in, const struct certificate_ca *ca,
		     struct error *err);
/*
 * Starts its server with the statements of sql (NULL: none) as --init-file, and waits until it
 * takes connections, INSTANCE_START_TIME at most. The error of a server that ends holds the line of
 * its log that says why.
 */
int instance_start(const struct sandbox *s, size_t i, const struct server_program *p,
		   const char *sql, struct error *err);
/* Does it answer with a greeting? Waits for it up to `within` milliseconds. */
bool instance_answers(const struct sandbox_instance *i, int64_t within);
/* The number of its server's process, or 0. */
pid_t instance_pid(const struct sandbox_instance *i);
/* Ends its server; grace as in process_end(). */
int instance_end(const struct sandbox_instance *i, int64_t grace, struct error *err);

#define INSTANCE_START_TIME 180000 /* milliseconds; a busy machine is slow */
