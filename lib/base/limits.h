/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every size that a file, a user or a peer controls, in one place. Going beyond
 * one is an error with its own message; each has a test that hits it.
 */

#include <stddef.h>

#define LIMIT_BINLOG_EVENT ((size_t)1025 << 20)	/* servers stop at 1 GiB and a header */
#define LIMIT_BINLOG_COLUMNS 4096		/* of one table; the servers' own limit */
#define LIMIT_BINLOG_TABLES 4096		/* that one transaction's rows may refer to */
#define LIMIT_BINLOG_JSON_DEPTH 128		/* the servers stop at 100 (MySQL) and 32 */
#define LIMIT_BINLOG_GEOMETRY_DEPTH 32		/* collections in collections */
#define LIMIT_BINLOG_SUMMARY_TABLES 100000	/* counted one by one */
#define LIMIT_INPUT_BYTES ((size_t)64 << 20)	/* one document file, URL or stdin */
#define LIMIT_DEPTH 512				/* nesting of documents, expressions, templates */
#define LIMIT_NODES ((size_t)10000000)		/* of one document file: 40 bytes each */
#define LIMIT_ALIAS_NODES ((size_t)10000000)	/* nodes that YAML aliases may expand to */
#define LIMIT_KEY_BYTES ((size_t)1 << 20)	/* one map key */
#define LIMIT_GTID_INTERVALS ((size_t)10000000) /* intervals of one text of GTIDs */
#define LIMIT_STRING_BYTES ((size_t)64 << 20)	/* one string that a template makes */
#define LIMIT_LIST_ITEMS ((size_t)1000000)	/* one list that a template makes */
#define LIMIT_UNROLLED_ITEMS ((size_t)1000000)	/* of loops that expansion writes out */
#define LIMIT_EVAL_STEPS ((size_t)4000000)	/* least budget of one render */
#define LIMIT_OUTPUT_NODES ((size_t)10000000)	/* nodes of one rendered result */
#define LIMIT_PARAMETERS ((size_t)10000)	/* parameters of one template */
#define LIMIT_GENERATED 255			/* characters of one generator block */
#define LIMIT_DIAGNOSTICS 100			/* collected before the rest is only counted */
#define LIMIT_HTTP_BODY ((size_t)64 << 20)	/* a document fetched by URL */
#define LIMIT_EXPRESSION_BYTES ((size_t)64 << 10) /* text of one expression */
#define LIMIT_INSTANCES ((size_t)10000)	/* servers of one cluster */
#define LIMIT_DESCRIPTORS ((size_t)20480)	/* open files; two for each of them, and some */
#define LIMIT_PATTERN_BYTES 1000		/* a regular expression */
#define LIMIT_PATTERN_DEPTH 50			/* nesting of its groups */
#define LIMIT_PATTERN_OPS 4096			/* its program: all repetitions are written out */
#define LIMIT_PATTERN_TEXT ((size_t)16 << 10)	/* bytes of a text to match */
#define LIMIT_PATTERN_STEPS ((size_t)4 << 20)	/* the product of the two */
#define LIMIT_CHANNELS ((size_t)1024)		/* channels of one replica */
#define LIMIT_STATUS_TEXT ((size_t)4096)	/* one text of a server's status */
#define LIMIT_PROCESS_OUTPUT ((size_t)1 << 20)	  /* what a child process prints */
#define LIMIT_RESULT_BYTES ((size_t)64 << 20)	/* the rows of one statement */
#define LIMIT_COLUMNS_BYTES ((size_t)16 << 20)	/* names and types of a result's columns */
#define LIMIT_GREETING_BYTES ((size_t)4 << 10)	/* the first packet of a server */
#define LIMIT_RESOLVER_THREADS 32		/* names that are looked up at the same time */
#define LIMIT_SECRET_BYTES 4096			/* a password */
#define LIMIT_SEED_BYTES ((size_t)64 << 10)	/* the file of --seed-from */
#define LIMIT_CNF_BYTES ((size_t)1 << 20)	/* one my.cnf file */
#define LIMIT_CNF_DEPTH 10			/* files that include files */
#define LIMIT_KUBECONFIG_BYTES ((size_t)16 << 20) /* one kubeconfig file */
#define LIMIT_CREDENTIAL_BYTES ((size_t)1 << 20) /* a token, a PEM file, what a plugin answers */
#define LIMIT_KUBE_ANSWER ((size_t)64 << 20)	/* one answer of an API server; a page of a list */
#define LIMIT_KUBE_LIST ((size_t)1 << 30)	/* all pages of a list */
#define LIMIT_KUBE_EVENT ((size_t)16 << 20)	/* one event of a watch */
#define LIMIT_KUBE_BEHIND ((size_t)64 << 20)	/* of a watch, not yet looked at */
#define LIMIT_KUBE_WARNINGS ((size_t)1000)	/* texts that a server warns with */
#define LIMIT_KUBE_RESOURCES ((size_t)100000)	/* kinds that a server has */
#define LIMIT_UPGRADE_BYTES ((size_t)64 << 10)	/* headers of an answer to a WebSocket's upgrade */
#define LIMIT_REFUSAL_BYTES ((size_t)64 << 10)	/* its body, if it refuses */
#define LIMIT_STREAM_ERROR ((size_t)1 << 20)	/* what the error channel of a stream says */
