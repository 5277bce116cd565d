/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

#include "base/strbuf.h"

/* Route (route.openshift.io/v1) to Ingress (networking.k8s.io/v1), when it names a host. */

#define INGRESS	      "Ingress"
#define INGRESS_GROUP "networking.k8s.io"

struct route {
	struct kubernetes *k;
	const struct node *source, *spec, *tls;
	const char *name, *host, *service;
	struct sink *out;
};

static void drop_route(struct route *r, const struct node *at, const char *hint, const char *why)
{
	diagnose(r->k->diags, "T402", &at->pos, hint, "dropped Route '%s': %s", r->name, why);
}

static void drop_field(struct route *r, const struct node *at, const char *field, const char *hint)
{
	diagnose(r->k->diags, "T402", &at->pos, hint,
		 "dropped '%s' of Route '%s': an Ingress has no such field", field, r->name);
}

/* ---- the port ---- */

static bool is_port_number(const struct node *n)
{
	if (!n || (n->kind != NODE_NUMBER && n->kind != NODE_STRING) || n->len == 0 || n->len > 5)
		return false;
	return strspn(n->text, "0123456789") == n->len;
}

static bool same_port(const struct node *a, const struct node *b)
{
	return a && b && a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static bool is_scalar(const struct node *n)
{
	return n && (n->kind == NODE_NUMBER || n->kind == NODE_STRING);
}

/*
 * The router looks for the target among the ports of the pods: their names are those of the
 * Service's ports, their numbers its targetPorts.
 */
static const struct node *find_port(const struct node *ports, const struct node *target)
{
	static const char *const fields[] = { "name", "targetPort", "port" };

	for (size_t f = 0; f < ARRAY_SIZE(fields); f++)
		for (uint32_t i = 0; i < ports->len; i++) {
			const struct node *its = node_get(ports->items[i], fields[f]);

			if (is_scalar(its) && same_port(its, target))
				return ports->items[i];
		}
	return ports->len == 1 && is_port_number(target) ? ports->items[0] : NULL;
}

/* {name: …} or {number: …} of a backend. */
static struct node *backend_port(struct route *r, const struct node *value)
{
	struct node *port = map_at(r->k, value);

	if (is_port_number(value))
		node_set(r->k->arena, port, "number",
			 node_number(r->k->arena, value->text, value->len, &value->pos));
	else
		set_text_at(r->k, port, "name", value->text, value);
	return port;
}

static struct node *port_of_service(struct route *r, const struct node *ports,
				    const struct node *target)
{
	const struct node *port = target ? find_port(ports, target) : ports->items[0];
	const struct node *number = port ? node_get(port, "port") : NULL;

	if (!is_scalar(number)) {
		diagnose(r->k->diags, "T403", target ? &target->pos : &r->spec->pos,
			 "name a port of the Service",
			 "cannot convert Route '%s': Service '%s' has no port '%s'", r->name,
			 r->service, target ? target->text : "");
		return NULL;
	}
	if (!target && ports->len > 1)
		diagnose(r->k->diags, "T402", &r->spec->pos, "write spec.port.targetPort",
			 "the Ingress '%s' leads to port %s alone: Route '%s' names none of the %u "
			 "ports of Service '%s'",
			 r->name, number->text, r->name, ports->len, r->service);
	return backend_port(r, number);
}

static struct node *find_backend_port(struct route *r)
{
	const struct node *service =
		find_object(r->k, "", "Service", r->service, namespace_of(r->source));
	const struct node *ports = present_list(node_get(service, "spec"), "ports");
	const struct node *target = present(node_get(r->spec, "port"), "targetPort");

	if (!is_scalar(target))
		target = NULL;
	if (ports)
		return port_of_service(r, ports, target);
	if (!target) {
		diagnose(r->k->diags, "T403", &r->spec->pos,
			 "write spec.port.targetPort, or add the Service to the template",
			 "cannot convert Route '%s': the port of Service '%s' is not known",
			 r->name, r->service);
		return NULL;
	}
	if (is_port_number(target))
		diagnose(
			r->k->diags, "T402", &target->pos,
			"check that it is a port of the Service, not only of its pods",
			"the Ingress '%s' leads to port %s of Service '%s', which the template does not "
			"have",
			r->name, target->text, r->service);
	return backend_port(r, target);
}

/* ---- the rule ---- */

static struct node *make_rule(struct route *r, struct node *port)
{
	struct arena *a = r->k->arena;
	const struct node *path = present(r->spec, "path");
	struct node *service = map_at(r->k, node_get(r->spec, "to"));
	struct node *backend = map_at(r->k, service);
	struct node *one = map_at(r->k, path ? path : r->spec);
	struct node *http = map_at(r->k, one), *rule = map_at(r->k, node_get(r->spec, "host"));
	const char *text = node_text_of(r->spec, "path");

	set_text_at(r->k, service, "name", r->service, node_path(r->spec, "to", "name", NULL));
	node_set(a, service, "port", port);
	node_set(a, backend, "service", service);
	set_text_at(r->k, one, "path", text[0] ? text : "/", path);
	set_text_at(r->k, one, "pathType", "Prefix", path);
	node_set(a, one, "backend", backend);
	node_set(a, http, "paths", list_of_one(r->k, one));
	set_text_at(r->k, rule, "host", r->host, node_get(r->spec, "host"));
	node_set(a, rule, "http", http);
	return list_of_one(r->k, rule);
}

/* ---- TLS ---- */

/* The certificate and its key go into a Secret, as an Ingress wants them. Returns its name, or
 * NULL. */
static const char *make_secret(struct route *r)
{
	struct arena *a = r->k->arena;
	cleanup_strbuf struct strbuf chain = STRBUF_INIT;
	const struct node *certificate = present(r->tls, "certificate");
	const char *name = arena_printf(a, "%s-tls", r->name);
	const char *authority = node_text_of(r->tls, "caCertificate");
	struct node *secret, *data;

	if (!name_is_free(r->k, r->source, "", "Secret", name))
		return NULL;
	strbuf_addstr(&chain, node_text_of(r->tls, "certificate"));
	if (authority[0]) {
		if (chain.len && chain.buf[chain.len - 1] != '\n')
			strbuf_addch(&chain, '\n');
		strbuf_addstr(&chain, authority);
	}
	secret = object_from(r->k, r->source, "v1", "Secret");
	node_remove(node_get(secret, "metadata"), "annotations");
	set_text_at(r->k, node_get(secret, "metadata"), "name", name, r->source);
	set_text_at(r->k, secret, "type", "kubernetes.io/tls", r->tls);
	data = map_at(r->k, r->tls);
	set_text_at(r->k, data, "tls.crt", chain.buf, certificate);
	set_text_at(r->k, data, "tls.key", node_text_of(r->tls, "key"), node_get(r->tls, "key"));
	node_set(a, secret, "stringData", data);
	sink_add(r->out, secret);
	diagnose(r->k->diags, "T401", &certificate->pos, NULL,
		 "moved the certificate of Route '%s' to Secret '%s'", r->name, name);
	return name;
}

static const char *find_secret(struct route *r)
{
	const char *external = node_text_of(present_map(r->tls, "externalCertificate"), "name");
	bool written = node_text_of(r->tls, "certificate")[0] && node_text_of(r->tls, "key")[0];

	if (external[0])
		return external;
	return written ? make_secret(r) : NULL;
}

static struct node *make_tls(struct route *r)
{
	const char *insecure = node_text_of(r->tls, "insecureEdgeTerminationPolicy");
	const struct node *policy = node_get(r->tls, "insecureEdgeTerminationPolicy");
	const char *secret = find_secret(r);
	struct node *tls = map_at(r->k, r->tls);

	node_set(r->k->arena, tls, "hosts",
		 list_of_one(r->k, text_node(r->k, r->host, node_get(r->spec, "host"))));
	if (secret)
		set_text_at(r->k, tls, "secretName", secret, r->tls);
	if (insecure[0])
		diagnose(
			r->k->diags, "T402", &policy->pos,
			"most ingress controllers redirect http by themselves, and have an "
			"annotation for it",
			"dropped 'insecureEdgeTerminationPolicy: %s' of Route '%s': an Ingress has "
			"no such field",
			insecure, r->name);
	return list_of_one(r->k, tls);
}

/* ---- the whole ---- */

/* True if an Ingress can do what the Route does. */
static bool is_convertible(struct route *r)
{
	const char *termination = node_text_of(r->tls, "termination");
	const struct node *to = node_get(r->spec, "to");

	if (!r->host[0]) {
		drop_route(r, r->source,
			   "give it a host to get an Ingress, or reach the Service with kubectl "
			   "port-forward",
			   "it has no host, and an Ingress without one catches all requests");
		return false;
	}
	if (!strcmp(termination, "passthrough") || !strcmp(termination, "reencrypt")) {
		drop_route(
			r, r->tls,
			"use a Service of type LoadBalancer, a TLSRoute of the Gateway API, or an "
			"Ingress with the annotations of your controller",
			arena_printf(r->k->arena, "an Ingress has no TLS termination '%s'",
				     termination));
		return false;
	}
	if (!to || !r->service[0] ||
	    (node_text_of(to, "kind")[0] && strcmp(node_text_of(to, "kind"), "Service") != 0)) {
		diagnose(r->k->diags, "T403", to ? &to->pos : &r->source->pos,
			 "let spec.to name a Service",
			 "cannot convert Route '%s': it leads to no Service", r->name);
		return false;
	}
	return name_is_free(r->k, r->source, INGRESS_GROUP, INGRESS, r->name);
}

/* A Route for all siblings of its host. */
static void widen_host(struct route *r)
{
	const char *dot = strchr(r->host, '.');

	if (!strcmp(node_text_of(r->spec, "wildcardPolicy"), "Subdomain") && dot)
		r->host = arena_printf(r->k->arena, "*%s", dot);
}

static void drop_other_fields(struct route *r)
{
	const struct node *backends = present_list(r->spec, "alternateBackends");
	const struct node *headers = present_map(r->spec, "httpHeaders");

	if (backends)
		drop_field(r, backends, "alternateBackends",
			   "split traffic with an HTTPRoute of the Gateway API, or with the "
			   "annotations of your ingress controller");
	if (headers)
		drop_field(r, headers, "httpHeaders",
			   "use the annotations of your ingress controller");
}

void kubernetes_route(struct kubernetes *k, const struct node *object, struct sink *out)
{
	struct route r = { .k = k, .source = object, .out = out, .name = name_of(object) };
	size_t errors = k->diags->errors;
	struct node *ingress, *spec, *port;

	r.spec = node_get(object, "spec");
	r.tls = present_map(r.spec, "tls");
	r.host = node_text_of(r.spec, "host");
	r.service = node_text_of(node_get(r.spec, "to"), "name");
	if (!is_convertible(&r))
		return;
	port = find_backend_port(&r);
	if (!port)
		return;
	widen_host(&r);
	ingress = object_from(k, object, "networking.k8s.io/v1", INGRESS);
	spec = map_at(k, r.spec);
	node_set(k->arena, spec, "rules", make_rule(&r, port));
	if (r.tls)
		node_set(k->arena, spec, "tls", make_tls(&r));
	drop_other_fields(&r);
	node_set(k->arena, ingress, "spec", spec);
	if (k->diags->errors == errors)
		diagnose(k->diags, "T401", &object->pos,
			 "it has no ingressClassName: the default class of the cluster serves it",
			 "converted Route '%s' to an Ingress for host '%s'", r.name, r.host);
	sink_add(out, ingress);
}
