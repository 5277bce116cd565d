/* SPDX-License-Identifier: Apache-2.0 */
#include "kubernetes_case.h"

/* DeploymentConfigs and other workloads. */

static void test_kubernetes_workload__becomes_a_deployment(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null, labels: {tier: back}}\n"
		"spec:\n"
		"  replicas: 2\n"
		"  minReadySeconds: 5\n"
		"  revisionHistoryLimit: 3\n"
		"  paused: true\n"
		"  selector: {app: db}\n"
		"  strategy: {type: Recreate, resources: {}}\n"
		"  triggers: [{type: ConfigChange}]\n"
		"  template:\n"
		"    metadata: {creationTimestamp: null, labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \"quay.io/x/db:1\"}]\n"
		"status: {}\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"  labels:\n"
		"    tier: back\n"
		"spec:\n"
		"  replicas: 2\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  strategy:\n"
		"    type: Recreate\n"
		"  minReadySeconds: 5\n"
		"  revisionHistoryLimit: 3\n"
		"  paused: true\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__of_version_v1_is_converted_too(void **state UNUSED)
{
	expect_converted(
		"apiVersion: v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector: {app: db}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__takes_its_selector_from_the_labels(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__without_replicas_keeps_openshifts_zero(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 0\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T402 5:3 kept 0 replicas of Deployment 'db': DeploymentConfig has none written, which is 0 on OpenShift\n"
		"  write how many pods are wanted\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__rolls_within_the_same_bounds(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  strategy:\n"
		"    type: Rolling\n"
		"    rollingParams: {maxSurge: 1, maxUnavailable: \"10%\", timeoutSeconds: 900}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  strategy:\n"
		"    type: RollingUpdate\n"
		"    rollingUpdate:\n"
		"      maxSurge: 1\n"
		"      maxUnavailable: 10%\n"
		"  progressDeadlineSeconds: 900\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__fills_in_a_bound_of_another_default(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  strategy:\n"
		"    type: Rolling\n"
		"    rollingParams: {maxSurge: 2, timeoutSeconds: 600, intervalSeconds: 1, updatePeriodSeconds: 1}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  strategy:\n"
		"    type: RollingUpdate\n"
		"    rollingUpdate:\n"
		"      maxSurge: 2\n"
		"      maxUnavailable: 0\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__leaves_the_bound_that_defaults_alike(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  strategy:\n"
		"    type: Rolling\n"
		"    rollingParams: {maxSurge: 0}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  strategy:\n"
		"    type: RollingUpdate\n"
		"    rollingUpdate:\n"
		"      maxSurge: 0\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__reports_what_a_deployment_has_not(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  minReadySeconds: 20\n"
		"  test: true\n"
		"  nonsense: 1\n"
		"  strategy:\n"
		"    type: Rolling\n"
		"    resources: {limits: {cpu: 1}}\n"
		"    rollingParams:\n"
		"      timeoutSeconds: 10\n"
		"      intervalSeconds: 5\n"
		"      post: {failurePolicy: Ignore, execNewPod: {command: [x], containerName: db}}\n"
		"  triggers: [{type: Nonsense}]\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  strategy:\n"
		"    type: RollingUpdate\n"
		"  minReadySeconds: 20\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T402 13:23 dropped 'timeoutSeconds' of DeploymentConfig 'db': progressDeadlineSeconds must be greater than minReadySeconds\n"
		"T402 15:13 dropped 'post' of DeploymentConfig 'db': a Deployment has no hooks\n"
		"T402 14:24 dropped 'intervalSeconds' of DeploymentConfig 'db': a Deployment watches its pods by itself\n"
		"T402 11:16 dropped 'strategy.resources' of DeploymentConfig 'db': it is for the deployer pod, and Kubernetes has none\n"
		"T402 8:13 dropped 'nonsense' of DeploymentConfig 'db': OpenShift has no such field either\n"
		"T402 7:9 dropped 'test' of DeploymentConfig 'db': the pods are not scaled to 0 between rollouts\n"
		"T402 16:14 dropped a trigger of DeploymentConfig 'db': type 'Nonsense' is not known\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__refuses_hooks_that_must_succeed(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  strategy:\n"
		"    type: Recreate\n"
		"    recreateParams:\n"
		"      pre: {failurePolicy: Abort}\n"
		"      mid: {failurePolicy: Retry}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"T403 9:12 cannot convert hook 'pre' of DeploymentConfig 'db': a Deployment has no hooks\n"
		"  run it as a Job or an init container and remove it here; with failurePolicy Ignore it is dropped\n"
		"T403 10:12 cannot convert hook 'mid' of DeploymentConfig 'db': a Deployment has no hooks\n"
		"  run it as a Job or an init container and remove it here; with failurePolicy Ignore it is dropped\n");
}

static void test_kubernetes_workload__refuses_a_custom_strategy(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  strategy: {type: Custom}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"T403 6:13 cannot convert strategy 'Custom' of DeploymentConfig 'db'\n"
		"  write strategy Rolling or Recreate\n");
}

static void test_kubernetes_workload__warns_that_rollouts_by_hand_end(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers: []\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n",
		"T402 6:13 DeploymentConfig 'db' has no triggers and was rolled out by hand; a Deployment rolls out every change\n"
		"  set 'paused: true' if changes are to wait\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__refuses_a_selector_that_misses_its_pods(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector: {app: other, zone: a}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n",
		"T403 6:14 cannot convert DeploymentConfig 'db': its pods lack label 'app' of the selector\n"
		"  give spec.template.metadata.labels the same value\n"
		"T403 6:26 cannot convert DeploymentConfig 'db': its pods lack label 'zone' of the selector\n"
		"  give spec.template.metadata.labels the same value\n");
}

static void test_kubernetes_workload__refuses_one_without_a_pod(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec: {replicas: 1}\n",
		"T403 1:1 cannot convert DeploymentConfig 'db': it has no pod template\n"
		"  write the pod to spec.template\n");
}

static void test_kubernetes_workload__labels_pods_that_a_service_selects(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  ports: [{port: 3306}]\n"
		"  selector: {deploymentconfig: db}\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  replicas: 1\n"
		"  selector:\n"
		"    matchLabels:\n"
		"      app: db\n"
		"      deploymentconfig: db\n"
		"  template:\n"
		"    metadata:\n"
		"      labels:\n"
		"        app: db\n"
		"        deploymentconfig: db\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db:1\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: Service\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  ports:\n"
		"  - port: 3306\n"
		"  selector:\n"
		"    deploymentconfig: db\n",
		"T401 7:5 the pods of Deployment 'db' are labelled 'deploymentconfig', as OpenShift does\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_workload__refuses_a_name_that_is_taken(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db, creationTimestamp: null}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db:1}]\n"
		"---\n"
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db}]\n",
		"T403 1:1 cannot convert DeploymentConfig 'db': the template has Deployment 'db' already\n"
		"  give one of them another name, or take one away\n");
}

static void test_kubernetes_workload__names_the_deployment_in_an_autoscaler(void **state UNUSED)
{
	expect_converted(
		"apiVersion: autoscaling/v2\n"
		"kind: HorizontalPodAutoscaler\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  maxReplicas: 3\n"
		"  scaleTargetRef: {apiVersion: apps.openshift.io/v1, kind: DeploymentConfig, name: web}\n",
		"apiVersion: autoscaling/v2\n"
		"kind: HorizontalPodAutoscaler\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  maxReplicas: 3\n"
		"  scaleTargetRef:\n"
		"    apiVersion: apps/v1\n"
		"    kind: Deployment\n"
		"    name: web\n",
		"T401 6:19 HorizontalPodAutoscaler 'web' scales Deployment 'web' instead of the DeploymentConfig\n");
}

static void test_kubernetes_workload__warns_of_volumes_without_fsgroup(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      containers: [{name: db, image: quay.io/x/db}]\n"
		"      volumes: [{name: data, persistentVolumeClaim: {claimName: db-data}}]\n"
		"---\n"
		"apiVersion: apps/v1\n"
		"kind: StatefulSet\n"
		"metadata: {name: set}\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      securityContext: {fsGroup: 27}\n"
		"      containers: [{name: db, image: quay.io/x/db}]\n"
		"  volumeClaimTemplates: [{metadata: {name: data}}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: db\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db\n"
		"      volumes:\n"
		"      - name: data\n"
		"        persistentVolumeClaim:\n"
		"          claimName: db-data\n"
		"---\n"
		"apiVersion: apps/v1\n"
		"kind: StatefulSet\n"
		"metadata:\n"
		"  name: set\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      securityContext:\n"
		"        fsGroup: 27\n"
		"      containers:\n"
		"      - name: db\n"
		"        image: quay.io/x/db\n"
		"  volumeClaimTemplates:\n"
		"  - metadata:\n"
		"      name: data\n",
		"T402 7:7 the pod of Deployment 'db' has no 'fsGroup', which OpenShift adds so that PersistentVolumeClaim 'db-data' can be written\n"
		"  set securityContext.fsGroup of the pod (27 for the MySQL and MariaDB images of OpenShift, 26 for PostgreSQL)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kubernetes_workload__becomes_a_deployment),
		cmocka_unit_test(test_kubernetes_workload__of_version_v1_is_converted_too),
		cmocka_unit_test(test_kubernetes_workload__takes_its_selector_from_the_labels),
		cmocka_unit_test(test_kubernetes_workload__without_replicas_keeps_openshifts_zero),
		cmocka_unit_test(test_kubernetes_workload__rolls_within_the_same_bounds),
		cmocka_unit_test(test_kubernetes_workload__fills_in_a_bound_of_another_default),
		cmocka_unit_test(test_kubernetes_workload__leaves_the_bound_that_defaults_alike),
		cmocka_unit_test(test_kubernetes_workload__reports_what_a_deployment_has_not),
		cmocka_unit_test(test_kubernetes_workload__refuses_hooks_that_must_succeed),
		cmocka_unit_test(test_kubernetes_workload__refuses_a_custom_strategy),
		cmocka_unit_test(test_kubernetes_workload__warns_that_rollouts_by_hand_end),
		cmocka_unit_test(test_kubernetes_workload__refuses_a_selector_that_misses_its_pods),
		cmocka_unit_test(test_kubernetes_workload__refuses_one_without_a_pod),
		cmocka_unit_test(test_kubernetes_workload__labels_pods_that_a_service_selects),
		cmocka_unit_test(test_kubernetes_workload__refuses_a_name_that_is_taken),
		cmocka_unit_test(test_kubernetes_workload__names_the_deployment_in_an_autoscaler),
		cmocka_unit_test(test_kubernetes_workload__warns_of_volumes_without_fsgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
