/* SPDX-License-Identifier: Apache-2.0 */
#include "kubernetes_case.h"

/* What is converted, dropped, refused or left alone. */

static void test_kubernetes_convert__leaves_what_kubernetes_has(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: Secret\n"
		"metadata:\n"
		"  name: db\n"
		"  annotations: {template.openshift.io/expose-password: \"{.data['p']}\"}\n"
		"stringData: {p: x}\n"
		"---\n"
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: Role\n"
		"metadata: {name: r}\n"
		"---\n"
		"apiVersion: example.org/v1\n"
		"kind: Route\n"
		"metadata: {name: mine}\n",
		"apiVersion: v1\n"
		"kind: Secret\n"
		"metadata:\n"
		"  name: db\n"
		"  annotations:\n"
		"    template.openshift.io/expose-password: '{.data[''p'']}'\n"
		"stringData:\n"
		"  p: x\n"
		"---\n"
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: Role\n"
		"metadata:\n"
		"  name: r\n"
		"---\n"
		"apiVersion: example.org/v1\n"
		"kind: Route\n"
		"metadata:\n"
		"  name: mine\n",
		"");
}

static void test_kubernetes_convert__drops_leftovers_in_silence(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec: {portalIP: \"\", ports: [{port: 3306}]}\n"
		"status: {loadBalancer: {}}\n",
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  ports:\n"
		"  - port: 3306\n",
		"");
}

static void test_kubernetes_convert__renames_the_portal_ip(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: db}\n"
		"spec: {portalIP: None, ports: [{port: 3306}]}\n",
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  ports:\n"
		"  - port: 3306\n"
		"  clusterIP: None\n",
		"T401 4:18 renamed 'portalIP' of Service 'db' to 'clusterIP'\n");
}

static void test_kubernetes_convert__reports_annotations_of_openshift(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: db\n"
		"  annotations:\n"
		"    service.alpha.openshift.io/serving-cert-secret-name: db-tls\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ServiceAccount\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    keep: me\n"
		"    serviceaccounts.openshift.io/oauth-redirectreference.web: \"{}\"\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ConfigMap\n"
		"metadata:\n"
		"  name: ca\n"
		"  annotations: {service.beta.openshift.io/inject-cabundle: \"true\"}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: own\n"
		"  annotations: {service.beta.openshift.io/serving-cert-secret-name: own-tls}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Secret\n"
		"metadata: {name: own-tls}\n",
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: db\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ServiceAccount\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    keep: me\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ConfigMap\n"
		"metadata:\n"
		"  name: ca\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: own\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Secret\n"
		"metadata:\n"
		"  name: own-tls\n",
		"T402 6:5 dropped annotation 'service.alpha.openshift.io/serving-cert-secret-name' of Service 'db'\n"
		"  make the TLS Secret 'db-tls' yourself, for example with cert-manager\n"
		"T402 14:5 dropped annotation 'serviceaccounts.openshift.io/oauth-redirectreference.web' of ServiceAccount 'web'\n"
		"  give the application a login of its own: the OAuth server is OpenShift's\n"
		"T402 20:17 dropped annotation 'service.beta.openshift.io/inject-cabundle' of ConfigMap 'ca'\n"
		"  put the CA certificate there yourself\n");
}

static void test_kubernetes_convert__makes_namespaces_of_projects(void **state UNUSED)
{
	expect_converted(
		"apiVersion: project.openshift.io/v1\n"
		"kind: Project\n"
		"metadata: {name: shop, creationTimestamp: null}\n"
		"spec: {finalizers: [kubernetes]}\n"
		"status: {phase: Active}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ProjectRequest\n"
		"metadata: {name: lab}\n"
		"displayName: The lab\n",
		"apiVersion: v1\n"
		"kind: Namespace\n"
		"metadata:\n"
		"  name: shop\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Namespace\n"
		"metadata:\n"
		"  name: lab\n"
		"  annotations:\n"
		"    openshift.io/display-name: The lab\n",
		"T401 1:1 converted Project 'shop' to a Namespace\n"
		"T401 7:1 converted ProjectRequest 'lab' to a Namespace\n");
}

static void test_kubernetes_convert__drops_what_has_no_counterpart(void **state UNUSED)
{
	expect_converted(
		"apiVersion: security.openshift.io/v1\n"
		"kind: SecurityContextConstraints\n"
		"metadata: {name: any}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Group\n"
		"metadata: {name: team}\n"
		"---\n"
		"apiVersion: oauth.openshift.io/v1\n"
		"kind: OAuthClient\n"
		"metadata: {name: web}\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"metadata: {name: unused}\n",
		"",
		"T402 1:1 dropped SecurityContextConstraints 'any': Kubernetes has no such kind\n"
		"  label the namespace for Pod Security Admission, and give the pods a securityContext\n"
		"T402 5:1 dropped Group 'team': Kubernetes has no such kind\n"
		"  groups come from the authentication of the cluster\n"
		"T402 9:1 dropped OAuthClient 'web': Kubernetes has no such kind\n"
		"  give the application a login of its own: the OAuth server is OpenShift's\n"
		"T402 13:1 dropped ImageStream 'unused': Kubernetes has no such kind\n"
		"  name images by their registry in the containers\n");
}

static void test_kubernetes_convert__refuses_what_it_does_not_know(void **state UNUSED)
{
	expect_refused(
		"apiVersion: template.openshift.io/v1\n"
		"kind: Template\n"
		"metadata: {name: inner}\n"
		"objects: []\n"
		"---\n"
		"apiVersion: machine.openshift.io/v1beta1\n"
		"kind: MachineSet\n"
		"metadata: {name: m}\n",
		"T403 1:1 cannot convert Template 'inner' of 'template.openshift.io': Kubernetes has no such kind\n"
		"  render the inner template by itself\n"
		"T403 6:1 cannot convert MachineSet 'm' of 'machine.openshift.io': Kubernetes has no such kind\n"
		"  remove it from the template, or render the template for OpenShift\n");
}

static void test_kubernetes_convert__descends_into_lists(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: List\n"
		"items:\n"
		"- apiVersion: v1\n"
		"  kind: List\n"
		"  items:\n"
		"  - apiVersion: project.openshift.io/v1\n"
		"    kind: Project\n"
		"    metadata: {name: shop}\n"
		"- apiVersion: v1\n"
		"  kind: Secret\n"
		"  metadata: {name: s}\n"
		"---\n"
		"apiVersion: user.openshift.io/v1\n"
		"kind: UserList\n"
		"items:\n"
		"- {apiVersion: user.openshift.io/v1, kind: User, metadata: {name: ann}}\n"
		"---\n"
		"apiVersion: project.openshift.io/v1\n"
		"kind: ProjectList\n"
		"items:\n"
		"- {apiVersion: project.openshift.io/v1, kind: Project, metadata: {name: lab}}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: List\n"
		"items: []\n",
		"apiVersion: v1\n"
		"kind: List\n"
		"items:\n"
		"- apiVersion: v1\n"
		"  kind: List\n"
		"  items:\n"
		"  - apiVersion: v1\n"
		"    kind: Namespace\n"
		"    metadata:\n"
		"      name: shop\n"
		"- apiVersion: v1\n"
		"  kind: Secret\n"
		"  metadata:\n"
		"    name: s\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: List\n"
		"items:\n"
		"- apiVersion: v1\n"
		"  kind: Namespace\n"
		"  metadata:\n"
		"    name: lab\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: List\n"
		"items: []\n",
		"T401 7:5 converted Project 'shop' to a Namespace\n"
		"T402 17:3 dropped User 'ann': Kubernetes has no such kind\n"
		"  users come from the authentication of the cluster\n"
		"T401 22:3 converted Project 'lab' to a Namespace\n");
}

static void test_kubernetes_convert__survives_odd_objects(void **state UNUSED)
{
	expect_converted(
		"apiVersion: route.openshift.io/v1\n"
		"kind: Route\n"
		"---\n"
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: [x]\n"
		"spec: {template: {metadata: null, spec: {containers: [null, {image: a.b/c}], volumes: {}}, x: 1}, triggers: [null, {type: ImageChange}], selector: [], strategy: x}\n"
		"---\n"
		"[1]\n"
		"---\n"
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"spec: {template: null}\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"spec: null\n"
		"metadata: {annotations: null}\n"
		"---\n"
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: Role\n"
		"rules: [null, 1]\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"spec: {tags: [null, 1, {name: a, from: null}]}\n"
		"---\n"
		"kind: Secret\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata: {}\n"
		"spec:\n"
		"  replicas: 0\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      deploymentconfig: \"\"\n"
		"  strategy:\n"
		"    type: RollingUpdate\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        deploymentconfig: \"\"\n"
		"    spec:\n"
		"      containers:\n"
		"      - null\n"
		"      - image: a.b/c\n"
		"      volumes: {}\n"
		"    x: 1\n"
		"---\n"
		"- 1\n"
		"---\n"
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"spec:\n"
		"  template: null\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"spec: null\n"
		"metadata:\n"
		"  annotations: null\n"
		"---\n"
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: Role\n"
		"metadata: {}\n"
		"rules:\n"
		"- null\n"
		"- 1\n"
		"---\n"
		"kind: Secret\n",
		"T402 1:1 dropped Route '': it has no host, and an Ingress without one catches all requests\n"
		"  give it a host to get an Ingress, or reach the Service with kubectl port-forward\n"
		"T402 7:7 kept 0 replicas of Deployment '': DeploymentConfig has none written, which is 0 on OpenShift\n"
		"  write how many pods are wanted\n"
		"T401 7:18 the pods of Deployment '' are labelled 'deploymentconfig', as OpenShift does\n"
		"T402 7:110 dropped a trigger of DeploymentConfig '': type '' is not known\n"
		"T401 4:1 converted DeploymentConfig '' to a Deployment\n"
		"T401 20:1 converted Role '' to rbac.authorization.k8s.io/v1\n"
		"T402 24:1 dropped ImageStream '': Kubernetes has no such kind\n"
		"  name images by their registry in the containers\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kubernetes_convert__leaves_what_kubernetes_has),
		cmocka_unit_test(test_kubernetes_convert__drops_leftovers_in_silence),
		cmocka_unit_test(test_kubernetes_convert__renames_the_portal_ip),
		cmocka_unit_test(test_kubernetes_convert__reports_annotations_of_openshift),
		cmocka_unit_test(test_kubernetes_convert__makes_namespaces_of_projects),
		cmocka_unit_test(test_kubernetes_convert__drops_what_has_no_counterpart),
		cmocka_unit_test(test_kubernetes_convert__refuses_what_it_does_not_know),
		cmocka_unit_test(test_kubernetes_convert__descends_into_lists),
		cmocka_unit_test(test_kubernetes_convert__survives_odd_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
