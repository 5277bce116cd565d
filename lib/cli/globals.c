/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "cli/parse.h"

/* kubectl's own names, letters and meanings; a command takes the groups it declares. */

static const struct option_spec namespace_options[] = {
	OPT_STRING('n', "namespace", struct globals, namespace_, "NAMESPACE",
		   "work in this namespace"),
	OPT_END
};

static const struct option_spec cluster_options[] = {
	OPT_STRING(0, "kubeconfig", struct globals, kubeconfig, "FILE",
		   "read this kubeconfig file", .complete = complete_file),
	OPT_STRING(0, "context", struct globals, context, "NAME", "use this kubeconfig context"),
	OPT_STRING(0, "cluster", struct globals, cluster, "NAME", "use this kubeconfig cluster"),
	OPT_STRING(0, "user", struct globals, user, "NAME", "use this kubeconfig user"),
	OPT_STRING('s', "server", struct globals, server, "URL",
		   "address and port of the API server"),
	OPT_STRING(0, "token", struct globals, token, "TOKEN", "bearer token for the API server"),
	OPT_STRING(0, "username", struct globals, username, "NAME",
		   "user name for basic authentication"),
	OPT_STRING(0, "password", struct globals, password, "PASSWORD",
		   "password for basic authentication"),
	OPT_STRING(0, "as", struct globals, as, "NAME", "act as this user or service account"),
	OPT_LIST(0, "as-group", struct globals, as_groups, "GROUP",
		 "act as a member of this group"),
	OPT_STRING(0, "as-uid", struct globals, as_uid, "UID", "act with this user id"),
	OPT_LIST(0, "as-user-extra", struct globals, as_user_extras, "KEY=VALUE",
		 "act with this extra user attribute"),
	OPT_STRING(0, "certificate-authority", struct globals, certificate_authority, "FILE",
		   "certificates that the API server's one is checked against",
		   .complete = complete_file),
	OPT_STRING(0, "client-certificate", struct globals, client_certificate, "FILE",
		   "client certificate for TLS", .complete = complete_file),
	OPT_STRING(0, "client-key", struct globals, client_key, "FILE", "client key for TLS",
		   .complete = complete_file),
	OPT_STRING(0, "tls-server-name", struct globals, tls_server_name, "NAME",
		   "name to expect in the API server's certificate"),
	OPT_FLAG(0, "insecure-skip-tls-verify", struct globals, insecure_skip_tls_verify,
		 "do not check the API server's certificate"),
	OPT_STRING(0, "cache-dir", struct globals, cache_dir, "FOLDER", "folder of caches",
		   .complete = complete_directory),
	OPT_FLAG(0, "disable-compression", struct globals, disable_compression,
		 "ask for answers that are not compressed"),
	OPT_DURATION(0, "request-timeout", struct globals, request_timeout,
		     "give up on one request after this long, 0: never"),
	OPT_END
};

static const struct option_spec verbose_options[] = {
	OPT_INTEGER('v', "v", struct globals, verbosity, "LEVEL",
		    "say on standard error what is done; from 6 on each statement and request", .minimum = 0, .maximum = 10),
	OPT_END
};

static const struct option_spec output_options[] = {
	OPT_STRING('o', "output", struct parsed, output, "FORMAT", "output format"),
	OPT_END
};

static const struct option_spec template_options[] = {
	OPT_STRING(0, "template", struct parsed, template_text, "TEMPLATE",
		   "text for -o go-template or jsonpath, path for -file formats"),
	OPT_END
};

static const struct option_spec help_options[] = {
	OPT_FLAG('h', "help", struct parsed, help, "show help for this command"),
	OPT_END
};

size_t option_sources(const struct command *c, struct option_source ret[OPTION_SOURCES])
{
	size_t n = 0;

	if (c->options)
		ret[n++] = (struct option_source){ c->options, ORIGIN_OWN };
	if (c->formats)
		ret[n++] = (struct option_source){ output_options, ORIGIN_COMMON };
	if (c->formats & FORMAT_KUBECTL_TEMPLATES)
		ret[n++] = (struct option_source){ template_options, ORIGIN_COMMON };
	ret[n++] = (struct option_source){ help_options, ORIGIN_COMMON };
	if (c->globals & GLOBAL_NAMESPACE)
		ret[n++] = (struct option_source){ namespace_options, ORIGIN_GLOBAL };
	if (c->globals & GLOBAL_CLUSTER)
		ret[n++] = (struct option_source){ cluster_options, ORIGIN_GLOBAL };
	if (c->globals & GLOBAL_VERBOSE)
		ret[n++] = (struct option_source){ verbose_options, ORIGIN_GLOBAL };
	return n;
}

const struct option_spec *option_by_long(const struct command *c, const char *name, size_t len,
					 enum option_origin *ret_origin)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources);

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			if (strncmp(o->long_name, name, len) != 0 || o->long_name[len])
				continue;
			if (ret_origin)
				*ret_origin = sources[i].origin;
			return o;
		}
	}
	return NULL;
}

const struct option_spec *option_by_short(const struct command *c, char name,
					  enum option_origin *ret_origin)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources);

	for (size_t i = 0; i < n && name; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			if (o->short_name != name)
				continue;
			if (ret_origin)
				*ret_origin = sources[i].origin;
			return o;
		}
	}
	return NULL;
}

bool option_value_optional(const struct option_spec *o)
{
	return o->type == OPTION_FLAG || o->implied;
}
