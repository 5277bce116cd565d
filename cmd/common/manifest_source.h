/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Where apply, diff, delete and wait have their objects from: -f, or a template and parameters.
 *
 *	struct opts { struct manifest_options source; … };
 *	cleanup_manifest_source struct manifest_source src = MANIFEST_SOURCE_INIT;
 *	r = manifest_source_open(&src, s, &o->source, err);	// reads files; no server is asked
 *	… in the task of kube_run():
 *	r = manifest_source_objects(&src, k, &manifests, err);
 */

#include "cmd/common/kube.h"
#include "cmd/common/template_source.h"
#include "kube/manifest.h"

struct manifest_options {
	struct option_list files;
	bool recursive;
	const char *template;
	struct option_list params, param_files;
};

#define MANIFEST_OPTIONS(type_, member_)                                                           \
	OPT_LIST('f', "filename", type_, member_.files, "FILE",                                    \
		 "manifests: a file, a folder, a URL, or - for standard input",                    \
		 .complete = complete_file),                                                       \
		OPT_FLAG('R', "recursive", type_, member_.recursive, "folders below folders too"), \
		OPT_STRING(0, "template", type_, member_.template, "NAME",                         \
			   "render this template of the catalogue, or file",                       \
			   .complete = complete_template, .flags = OPTION_ONCE),                   \
		OPT_LIST('p', "param", type_, member_.params, "NAME=VALUE",                        \
			 "set a parameter of the template", .complete = complete_parameter),       \
		OPT_LIST(0, "param-file", type_, member_.param_files, "FILE",                      \
			 "read parameters from this file, one NAME=VALUE a line",                  \
			 .complete = complete_file)

#define MANIFEST_ARGS                                                                              \
	{ "NAME=VALUE", "parameters of --template", 0, ARGS_ANY, complete_parameter }
#define MANIFEST_USAGE "(-f FILE | --template NAME) [NAME=VALUE…]"

struct manifest_source {
	struct session *session;
	struct inputs inputs;
	struct template_source template;
	struct values values;
};

#define MANIFEST_SOURCE_INIT { 0 }

int manifest_source_open(struct manifest_source *src, struct session *s,
			 const struct manifest_options *o, struct error *err);
/* Standard input is read: nothing else may. */
bool manifest_source_takes_stdin(const struct manifest_source *src);
/*
 * The objects. Of a template: generated values that a Secret of the cluster has already are those
 * of the Secret (k NULL: none are asked for). Problems go to the session's diagnostics.
 */
int manifest_source_objects(struct manifest_source *src, struct kube *k, struct arena *a,
			    const char *ns, bool ns_given, struct manifests *ret,
			    struct error *err);
/*
 * All of a command that needs a server: opens the source, calls fn in the task of kube_run(), and
 * releases the source.
 */
int manifest_source_run(struct manifest_source *src, struct session *s,
			const struct manifest_options *o, int64_t timeout, kube_fn *fn, void *arg,
			struct error *err);
void manifest_source_release(struct manifest_source *src);
#define cleanup_manifest_source __attribute__((cleanup(manifest_source_release)))
