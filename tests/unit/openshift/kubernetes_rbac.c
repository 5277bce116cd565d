/* SPDX-License-Identifier: Apache-2.0 */
#include "kubernetes_case.h"

/* Roles and bindings. */

static void test_kubernetes_rbac__binding_is_converted(void **state UNUSED)
{
	expect_converted(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: RoleBinding\n"
		"metadata: {name: edit}\n"
		"groupNames: null\n"
		"roleRef: {name: edit}\n"
		"subjects:\n"
		"- {kind: ServiceAccount, name: web, namespace: shop}\n"
		"- {kind: SystemUser, name: \"system:serviceaccount:ci:robot\"}\n"
		"- {kind: User, name: ann}\n"
		"- {kind: SystemGroup, name: \"system:authenticated\"}\n",
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: RoleBinding\n"
		"metadata:\n"
		"  name: edit\n"
		"roleRef:\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  kind: ClusterRole\n"
		"  name: edit\n"
		"subjects:\n"
		"- kind: ServiceAccount\n"
		"  namespace: shop\n"
		"  name: web\n"
		"- kind: ServiceAccount\n"
		"  namespace: ci\n"
		"  name: robot\n"
		"- kind: User\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  name: ann\n"
		"- kind: Group\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  name: system:authenticated\n",
		"T401 1:1 converted RoleBinding 'edit' to rbac.authorization.k8s.io/v1\n");
}

static void test_kubernetes_rbac__binding_by_names_is_converted(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: RoleBinding\n"
		"metadata: {name: view, namespace: shop}\n"
		"userNames: [\"system:serviceaccount:shop:web\", bob]\n"
		"groupNames: [team]\n"
		"subjects: [{kind: User, name: ignored}]\n"
		"roleRef: {name: mine, namespace: shop}\n",
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: RoleBinding\n"
		"metadata:\n"
		"  name: view\n"
		"  namespace: shop\n"
		"roleRef:\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  kind: Role\n"
		"  name: mine\n"
		"subjects:\n"
		"- kind: ServiceAccount\n"
		"  namespace: shop\n"
		"  name: web\n"
		"- kind: User\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  name: bob\n"
		"- kind: Group\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  name: team\n",
		"T401 1:1 converted RoleBinding 'view' to rbac.authorization.k8s.io/v1\n");
}

static void test_kubernetes_rbac__binding_without_namespace_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: RoleBinding\n"
		"metadata: {name: edit}\n"
		"roleRef: {name: edit}\n"
		"subjects: [{kind: ServiceAccount, name: web}]\n",
		"T403 5:12 cannot convert RoleBinding 'edit': ServiceAccount 'web' among its subjects has no namespace\n"
		"  give -n NAMESPACE: Kubernetes does not take that of the binding\n");
}

static void test_kubernetes_rbac__binding_takes_the_namespace_it_has(void **state UNUSED)
{
	expect_converted(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: RoleBinding\n"
		"metadata: {name: edit, namespace: shop}\n"
		"roleRef: {kind: ClusterRole, name: edit}\n"
		"subjects: [{kind: ServiceAccount, name: web}]\n",
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: RoleBinding\n"
		"metadata:\n"
		"  name: edit\n"
		"  namespace: shop\n"
		"roleRef:\n"
		"  apiGroup: rbac.authorization.k8s.io\n"
		"  kind: ClusterRole\n"
		"  name: edit\n"
		"subjects:\n"
		"- kind: ServiceAccount\n"
		"  namespace: shop\n"
		"  name: web\n",
		"T401 1:1 converted RoleBinding 'edit' to rbac.authorization.k8s.io/v1\n");
}

static void test_kubernetes_rbac__binding_to_nothing_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: ClusterRoleBinding\n"
		"metadata: {name: x}\n"
		"subjects: [{kind: User, name: a}]\n"
		"---\n"
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: ClusterRoleBinding\n"
		"metadata: {name: other}\n"
		"roleRef: {name: view}\n"
		"subjects: [{kind: Nonsense, name: a}]\n",
		"T403 1:1 cannot convert ClusterRoleBinding 'x': it names no role\n"
		"  name the role in roleRef\n"
		"T403 10:12 cannot convert ClusterRoleBinding 'other': its subject 'a' is of kind 'Nonsense'\n"
		"  subjects are of kind User, Group or ServiceAccount\n");
}

static void test_kubernetes_rbac__role_is_converted(void **state UNUSED)
{
	expect_converted(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: Role\n"
		"metadata: {name: reader}\n"
		"rules:\n"
		"- {apiGroups: null, attributeRestrictions: null, resources: [pods], verbs: [get, list]}\n"
		"- {apiGroups: [apps], resources: [deployments], verbs: [get], resourceNames: null}\n",
		"apiVersion: rbac.authorization.k8s.io/v1\n"
		"kind: Role\n"
		"metadata:\n"
		"  name: reader\n"
		"rules:\n"
		"- apiGroups:\n"
		"  - \"\"\n"
		"  resources:\n"
		"  - pods\n"
		"  verbs:\n"
		"  - get\n"
		"  - list\n"
		"- apiGroups:\n"
		"  - apps\n"
		"  resources:\n"
		"  - deployments\n"
		"  verbs:\n"
		"  - get\n",
		"T401 1:1 converted Role 'reader' to rbac.authorization.k8s.io/v1\n");
}

static void test_kubernetes_rbac__role_with_restrictions_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: authorization.openshift.io/v1\n"
		"kind: ClusterRole\n"
		"metadata: {name: reader}\n"
		"rules:\n"
		"- {attributeRestrictions: {kind: X}, resources: [pods], verbs: [get]}\n",
		"T403 5:27 cannot convert ClusterRole 'reader': Kubernetes has no attributeRestrictions\n"
		"  remove the restriction, or the rule\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kubernetes_rbac__binding_is_converted),
		cmocka_unit_test(test_kubernetes_rbac__binding_by_names_is_converted),
		cmocka_unit_test(test_kubernetes_rbac__binding_without_namespace_is_refused),
		cmocka_unit_test(test_kubernetes_rbac__binding_takes_the_namespace_it_has),
		cmocka_unit_test(test_kubernetes_rbac__binding_to_nothing_is_refused),
		cmocka_unit_test(test_kubernetes_rbac__role_is_converted),
		cmocka_unit_test(test_kubernetes_rbac__role_with_restrictions_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
