/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Facts to findings to one verdict. Pure: a table of rules over the model, each with a stable code,
 * documented in docs/findings.md, which is printed from the table.
 *
 *	cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;
 *	topology_diagnose(topology, &d);
 *	d.verdict.reason, d.items[i].next …
 *
 * A rule with level ok is advice: `check` shows it, the verdict does not change by it.
 */

#include "topology/model.h"

enum level { LEVEL_OK, LEVEL_DEGRADED, LEVEL_UNKNOWN, LEVEL_CRITICAL };
/* "ok", "degraded", "unknown", "critical". */
const char *level_name(enum level l);
/* The class that makes the exit code of a level: 0, 3, 5, 4. */
int level_class(enum level l);

enum weight { WEIGHT_INFO, WEIGHT_WARNING, WEIGHT_ERROR, WEIGHT_CRITICAL };
/* "info", "warning", "error", "critical". */
const char *weight_name(enum weight w);

struct strbuf;
struct finding;
struct diagnosis;
struct rule;

struct rule {
	const char *code;
	enum weight weight;
	enum level level; /* what the verdict is at least */
	const char *title;  /* what is the case, for the reference page */
	const char *repair; /* the cheapest safe repair, in words */
	/* Calls report() for each time it is the case. NULL: reported by the rule of a group. */
	void (*test)(struct diagnosis *d, const struct rule *r);
};

struct finding {
	const struct rule *rule;
	const struct instance *instance; /* NULL: the cluster */
	const struct link *link;	 /* or NULL */
	const char *object;   /* "demo-1", "demo-1 channel 'east'", "demo" */
	const char *reason;   /* one sentence without full stop that begins with the object */
	const char *evidence; /* the facts behind it */
	const char *next;     /* a command line */
};

struct verdict {
	enum level level;
	const char *code; /* of the first finding; "healthy" */
	const char *reason;
	const char *next; /* "" for a healthy cluster */
};

struct diagnosis {
	const struct topology *topology;
	struct finding *items; /* the worst first */
	size_t len, alloc;
	struct verdict verdict;
};

#define DIAGNOSIS_INIT { 0 }

/* Texts live in the topology's arena. */
void topology_diagnose(struct topology *t, struct diagnosis *ret);
void diagnosis_release(struct diagnosis *d);
#define cleanup_diagnosis __attribute__((cleanup(diagnosis_release)))

/* The table, ended by code == NULL, in the order in which findings of one level are shown. */
extern const struct rule diagnose_rules[];
const struct rule *rule_find(const char *code);
/* Appends docs/findings.md. */
void diagnose_print_markdown(struct strbuf *out);
