/* SPDX-License-Identifier: Apache-2.0 */
#include "kubernetes_case.h"

/* Routes. */

static void test_kubernetes_route__becomes_an_ingress(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: web.example.org\n"
		"  to: {kind: Service, name: web}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: web.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T401 1:1 converted Route 'web' to an Ingress for host 'web.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__keeps_path_and_edge_termination(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: web.example.org\n"
		"  path: /api\n"
		"  to: {name: web}\n"
		"  port: {targetPort: 8080}\n"
		"  tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: web.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /api\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"  tls:\n"
		"  - hosts:\n"
		"    - web.example.org\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T402 10:59 dropped 'insecureEdgeTerminationPolicy: Redirect' of Route 'web': an Ingress has no such field\n"
		"  most ingress controllers redirect http by themselves, and have an annotation for it\n"
		"T401 1:1 converted Route 'web' to an Ingress for host 'web.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__moves_its_certificate_to_a_secret(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: web.example.org\n"
		"  to: {name: web}\n"
		"  port: {targetPort: http}\n"
		"  tls: {termination: edge, certificate: \"CERT\", key: \"KEY\", caCertificate: \"CA\"}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: v1\n"
		"kind: Secret\n"
		"metadata:\n"
		"  name: web-tls\n"
		"  labels:\n"
		"    app: web\n"
		"type: kubernetes.io/tls\n"
		"stringData:\n"
		"  tls.crt: |-\n"
		"    CERT\n"
		"    CA\n"
		"  tls.key: KEY\n"
		"---\n"
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: web.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"  tls:\n"
		"  - hosts:\n"
		"    - web.example.org\n"
		"    secretName: web-tls\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T401 9:41 moved the certificate of Route 'web' to Secret 'web-tls'\n"
		"T401 1:1 converted Route 'web' to an Ingress for host 'web.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__takes_a_secret_of_its_own(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: web.example.org\n"
		"  to: {name: web}\n"
		"  tls: {termination: edge, externalCertificate: {name: mine}}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: web.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"  tls:\n"
		"  - hosts:\n"
		"    - web.example.org\n"
		"    secretName: mine\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T401 1:1 converted Route 'web' to an Ingress for host 'web.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__without_host_is_dropped(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: \"\"\n"
		"  to: {name: web}\n",
		"",
		"T402 1:1 dropped Route 'web': it has no host, and an Ingress without one catches all requests\n"
		"  give it a host to get an Ingress, or reach the Service with kubectl port-forward\n");
}

static void test_kubernetes_route__that_passes_tls_through_is_dropped(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: web}\n"
		"  tls: {termination: passthrough}\n"
		"---\n"
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: b.example.org\n"
		"  to: {name: web}\n"
		"  tls: {termination: reencrypt}\n",
		"",
		"T402 8:8 dropped Route 'web': an Ingress has no TLS termination 'passthrough'\n"
		"  use a Service of type LoadBalancer, a TLSRoute of the Gateway API, or an Ingress with the annotations of your controller\n"
		"T402 17:8 dropped Route 'web': an Ingress has no TLS termination 'reencrypt'\n"
		"  use a Service of type LoadBalancer, a TLSRoute of the Gateway API, or an Ingress with the annotations of your controller\n");
}

static void test_kubernetes_route__for_a_whole_domain_gets_a_wildcard(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: www.apps.example.org\n"
		"  wildcardPolicy: Subdomain\n"
		"  to: {name: web}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: '*.apps.example.org'\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T401 1:1 converted Route 'web' to an Ingress for host '*.apps.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__reports_what_an_ingress_has_not(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, annotations: {haproxy.router.openshift.io/timeout: 5s, keep: me}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: web}\n"
		"  alternateBackends: [{name: other, weight: 1}]\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    keep: me\n"
		"spec:\n"
		"  rules:\n"
		"  - host: a.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: http\n"
		"    port: 80\n"
		"    targetPort: 8080\n",
		"T402 4:37 dropped annotation 'haproxy.router.openshift.io/timeout' of Route 'web'\n"
		"  use the annotations of your ingress controller\n"
		"T402 8:22 dropped 'alternateBackends' of Route 'web': an Ingress has no such field\n"
		"  split traffic with an HTTPRoute of the Gateway API, or with the annotations of your ingress controller\n"
		"T401 1:1 converted Route 'web' to an Ingress for host 'a.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__to_one_of_several_ports_says_which(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec: {ports: [{name: a, port: 80}, {name: b, port: 81}]}\n"
		"---\n"
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: web}\n",
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  ports:\n"
		"  - name: a\n"
		"    port: 80\n"
		"  - name: b\n"
		"    port: 81\n"
		"---\n"
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: a.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: web\n"
		"            port:\n"
		"              number: 80\n",
		"T402 11:3 the Ingress 'web' leads to port 80 alone: Route 'web' names none of the 2 ports of Service 'web'\n"
		"  write spec.port.targetPort\n"
		"T401 6:1 converted Route 'web' to an Ingress for host 'a.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__to_a_service_elsewhere_needs_a_port(void **state UNUSED)
{
	expect_refused(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: other}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"T403 6:3 cannot convert Route 'web': the port of Service 'other' is not known\n"
		"  write spec.port.targetPort, or add the Service to the template\n");
}

static void test_kubernetes_route__to_a_service_elsewhere_takes_its_port(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: other}\n"
		"  port: {targetPort: 8080}\n"
		"---\n"
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web2, labels: {app: web}}\n"
		"spec:\n"
		"  host: b.example.org\n"
		"  to: {name: other}\n"
		"  port: {targetPort: web}\n",
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: a.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: other\n"
		"            port:\n"
		"              number: 8080\n"
		"---\n"
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata:\n"
		"  name: web2\n"
		"  labels:\n"
		"    app: web\n"
		"spec:\n"
		"  rules:\n"
		"  - host: b.example.org\n"
		"    http:\n"
		"      paths:\n"
		"      - path: /\n"
		"        pathType: Prefix\n"
		"        backend:\n"
		"          service:\n"
		"            name: other\n"
		"            port:\n"
		"              name: web\n",
		"T402 8:22 the Ingress 'web' leads to port 8080 of Service 'other', which the template does not have\n"
		"  check that it is a port of the Service, not only of its pods\n"
		"T401 1:1 converted Route 'web' to an Ingress for host 'a.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n"
		"T401 10:1 converted Route 'web2' to an Ingress for host 'b.example.org'\n"
		"  it has no ingressClassName: the default class of the cluster serves it\n");
}

static void test_kubernetes_route__to_a_port_that_is_not_there_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: web}\n"
		"  port: {targetPort: nonsense}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"T403 8:22 cannot convert Route 'web': Service 'web' has no port 'nonsense'\n"
		"  name a port of the Service\n");
}

static void test_kubernetes_route__to_no_service_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {kind: Nonsense, name: web}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n",
		"T403 7:7 cannot convert Route 'web': it leads to no Service\n"
		"  let spec.to name a Service\n");
}

static void test_kubernetes_route__beside_an_ingress_of_its_name_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"id: web-http\n"
		"metadata: {name: web, labels: {app: web}}\n"
		"spec:\n"
		"  host: a.example.org\n"
		"  to: {name: web}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  ports: [{name: http, port: 80, targetPort: 8080}]\n"
		"---\n"
		"apiVersion: networking.k8s.io/v1\n"
		"kind: Ingress\n"
		"metadata: {name: web}\n",
		"T403 1:1 cannot convert Route 'web': the template has Ingress 'web' already\n"
		"  give one of them another name, or take one away\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kubernetes_route__becomes_an_ingress),
		cmocka_unit_test(test_kubernetes_route__keeps_path_and_edge_termination),
		cmocka_unit_test(test_kubernetes_route__moves_its_certificate_to_a_secret),
		cmocka_unit_test(test_kubernetes_route__takes_a_secret_of_its_own),
		cmocka_unit_test(test_kubernetes_route__without_host_is_dropped),
		cmocka_unit_test(test_kubernetes_route__that_passes_tls_through_is_dropped),
		cmocka_unit_test(test_kubernetes_route__for_a_whole_domain_gets_a_wildcard),
		cmocka_unit_test(test_kubernetes_route__reports_what_an_ingress_has_not),
		cmocka_unit_test(test_kubernetes_route__to_one_of_several_ports_says_which),
		cmocka_unit_test(test_kubernetes_route__to_a_service_elsewhere_needs_a_port),
		cmocka_unit_test(test_kubernetes_route__to_a_service_elsewhere_takes_its_port),
		cmocka_unit_test(test_kubernetes_route__to_a_port_that_is_not_there_is_refused),
		cmocka_unit_test(test_kubernetes_route__to_no_service_is_refused),
		cmocka_unit_test(test_kubernetes_route__beside_an_ingress_of_its_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
