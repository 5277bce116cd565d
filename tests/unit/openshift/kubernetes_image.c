/* SPDX-License-Identifier: Apache-2.0 */
#include "kubernetes_case.h"

/* Where images come from. */

static void test_kubernetes_image__of_namespace_openshift_is_well_known(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"mysql:8.4-el9\", namespace: openshift}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
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
		"        image: quay.io/sclorg/mysql-84-c9s:latest\n",
		"T401 15:38 container 'db' of DeploymentConfig 'db' takes image 'quay.io/sclorg/mysql-84-c9s:latest' from ImageStreamTag 'mysql:8.4-el9' of namespace 'openshift'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_image__of_red_hats_registry_asks_for_a_login(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"mysql:8.0-el8\", namespace: openshift}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
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
		"        image: registry.redhat.io/rhel8/mysql-80:latest\n",
		"T401 15:38 container 'db' of DeploymentConfig 'db' takes image 'registry.redhat.io/rhel8/mysql-80:latest' from ImageStreamTag 'mysql:8.0-el8' of namespace 'openshift'\n"
		"  registry.redhat.io wants a login: name a pull secret in imagePullSecrets, or take a tag of another registry\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_image__of_an_unknown_tag_lists_the_known_ones(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"mysql:9.9\", namespace: openshift}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': no ImageStream is known that has ImageStreamTag 'mysql:9.9' of namespace 'openshift'\n"
		"  known tags of 'mysql' are 8.0-el8, 8.0-el9, 8.4-el9, 8.4-el10, latest; or write an image with its registry to the container\n");
}

static void test_kubernetes_image__of_another_namespace_is_not_guessed(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"mysql:8.4-el9\", namespace: mine}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': no ImageStream is known that has ImageStreamTag 'mysql:8.4-el9' of namespace 'mine'\n"
		"  namespace 'openshift' has this tag, with image 'quay.io/sclorg/mysql-84-c9s:latest': take that namespace, or write an image with its registry to the container\n");
}

static void test_kubernetes_image__of_an_unknown_stream_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"tool\", namespace: openshift}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': no ImageStream is known that has ImageStreamTag 'tool' of namespace 'openshift'\n"
		"  write an image with its registry to the container, or add an ImageStream with this tag to the template\n");
}

static void test_kubernetes_image__written_with_its_registry_is_kept(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"tool:1\", namespace: openshift}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \"quay.io/x/tool:1\"}]\n",
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
		"        image: quay.io/x/tool:1\n",
		"T402 15:38 container 'db' of DeploymentConfig 'db' keeps its written image 'quay.io/x/tool:1': no ImageStream is known that has ImageStreamTag 'tool:1' of namespace 'openshift'\n"
		"  check that this is the image to run\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_image__of_the_inner_registry_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"tool:1\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \"image-registry.openshift-image-registry.svc:5000/x/tool\"}]\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': no ImageStream is known that has ImageStreamTag 'tool:1'\n"
		"  write an image with its registry to the container, or add an ImageStream with this tag to the template\n");
}

static void test_kubernetes_image__comes_from_a_stream_of_the_template(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"db:stable\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  tags:\n"
		"  - {name: \"1\", from: {kind: DockerImage, name: \"example.org/db:1.2\"}}\n"
		"  - {name: stable, from: {kind: ImageStreamTag, name: \"1\"}}\n",
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
		"        image: example.org/db:1.2\n",
		"T401 15:38 container 'db' of DeploymentConfig 'db' takes image 'example.org/db:1.2' from ImageStreamTag 'db:stable'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n"
		"T401 17:1 replaced ImageStream 'db' by the images that it names\n");
}

static void test_kubernetes_image__comes_from_the_repository_of_a_stream(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"db:7\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ImageStream\n"
		"metadata: {name: db}\n"
		"spec: {dockerImageRepository: example.org/db}\n",
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
		"        image: example.org/db:7\n",
		"T401 15:38 container 'db' of DeploymentConfig 'db' takes image 'example.org/db:7' from ImageStreamTag 'db:7'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n"
		"T401 17:1 replaced ImageStream 'db' by the images that it names\n");
}

static void test_kubernetes_image__of_tags_in_a_circle_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"db:a\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n"
		"---\n"
		"apiVersion: v1\n"
		"kind: ImageStream\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  tags:\n"
		"  - {name: a, from: {kind: ImageStreamTag, name: b}}\n"
		"  - {name: b, from: {kind: ImageStreamTag, name: \"db:a\"}}\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': no ImageStream is known that has ImageStreamTag 'db:a'\n"
		"  write an image with its registry to the container, or add an ImageStream with this tag to the template\n"
		"T402 17:1 dropped ImageStream 'db': Kubernetes has no such kind\n"
		"  name images by their registry in the containers\n");
}

static void test_kubernetes_image__that_a_build_makes_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: ImageStreamTag, name: \"app:latest\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n"
		"---\n"
		"apiVersion: build.openshift.io/v1\n"
		"kind: BuildConfig\n"
		"metadata: {name: make-app}\n"
		"spec: {output: {to: {kind: ImageStreamTag, name: app}}}\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"metadata: {name: app}\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': BuildConfig 'make-app' builds it on OpenShift\n"
		"  build the image elsewhere, push it to a registry, and write its full name to the container\n"
		"T402 17:1 dropped BuildConfig 'make-app': Kubernetes has no such kind\n"
		"  build the image elsewhere, push it to a registry, and write its name to the containers\n"
		"T402 22:1 dropped ImageStream 'app': Kubernetes has no such kind\n"
		"  name images by their registry in the containers\n");
}

static void test_kubernetes_image__of_another_kind_of_source_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: Nonsense, name: \"x\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
		"T403 15:38 cannot tell the image of container 'db' of DeploymentConfig 'db': it comes from Nonsense 'x', not from an ImageStreamTag\n"
		"  write an image with its registry to the container\n");
}

static void test_kubernetes_image__of_kind_docker_image_is_taken_as_it_is(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps.openshift.io/v1\n"
		"kind: DeploymentConfig\n"
		"metadata: {name: db}\n"
		"spec:\n"
		"  replicas: 1\n"
		"  triggers:\n"
		"  - type: ImageChange\n"
		"    imageChangeParams:\n"
		"      automatic: true\n"
		"      containerNames: [db]\n"
		"      from: {kind: DockerImage, name: \"example.org/x:1\"}\n"
		"  template:\n"
		"    metadata: {labels: {app: db}}\n"
		"    spec:\n"
		"      containers: [{name: db, image: \" \"}]\n",
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
		"        image: example.org/x:1\n",
		"T401 15:38 container 'db' of DeploymentConfig 'db' takes image 'example.org/x:1' from DockerImage 'example.org/x:1'\n"
		"T401 1:1 converted DeploymentConfig 'db' to a Deployment\n");
}

static void test_kubernetes_image__that_is_empty_is_refused(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      initContainers: [{name: init}]\n"
		"      containers: [{name: web, image: \" \"}]\n",
		"T403 8:39 cannot tell the image of container 'web' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n"
		"T403 7:24 cannot tell the image of container 'init' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n");
}

static void test_kubernetes_image__is_filled_by_the_annotation(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    image.openshift.io/triggers: '[{\"from\":{\"kind\":\"ImageStreamTag\",\"name\":\"redis:7-el9\",\"namespace\":\"openshift\"},\"fieldPath\":\"spec.template.spec.containers[0].image\"},{\"from\":{\"kind\":\"ImageStreamTag\",\"name\":\"mariadb:11.8-el10\",\"namespace\":\"openshift\"},\"fieldPath\":\"spec.template.spec.initContainers[?(@.name==\\\"init\\\")].image\"}]'\n"
		"    keep: \"yes\"\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      initContainers: [{name: init, image: \" \"}]\n"
		"      containers: [{name: web, image: \" \"}]\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    keep: \"yes\"\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      initContainers:\n"
		"      - name: init\n"
		"        image: quay.io/sclorg/mariadb-118-c10s:latest\n"
		"      containers:\n"
		"      - name: web\n"
		"        image: quay.io/sclorg/redis-7-c9s:latest\n",
		"T401 12:39 container 'web' of Deployment 'web' takes image 'quay.io/sclorg/redis-7-c9s:latest' from ImageStreamTag 'redis:7-el9' of namespace 'openshift'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n"
		"T401 11:44 container 'init' of Deployment 'web' takes image 'quay.io/sclorg/mariadb-118-c10s:latest' from ImageStreamTag 'mariadb:11.8-el10' of namespace 'openshift'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n");
}

static void test_kubernetes_image__is_not_filled_by_a_bad_annotation(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    image.openshift.io/triggers: '[{\"from\":{\"name\":\"redis:latest\"},\"fieldPath\":\"spec.containers[0].image\"},{\"paused\":true},{\"from\":{\"name\":\"redis:latest\"},\"fieldPath\":\"spec.template.spec.containers[7].image\"}]'\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      initContainers: [{name: init, image: \" \"}]\n"
		"      containers: [{name: web, image: \" \"}]\n",
		"T402 6:34 dropped an image trigger of Deployment 'web': its fieldPath 'spec.containers[0].image' is no image of a container\n"
		"T402 6:34 dropped a paused image trigger of Deployment 'web'\n"
		"T403 11:39 cannot tell the image of container 'web' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n"
		"T403 10:44 cannot tell the image of container 'init' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n"
		"T402 6:34 dropped an image trigger of Deployment 'web': it names no container of the pod\n");
}

static void test_kubernetes_image__is_not_filled_by_what_is_no_json(void **state UNUSED)
{
	expect_refused(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: web\n"
		"  annotations:\n"
		"    image.openshift.io/triggers: '[{'\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      initContainers: [{name: init, image: \" \"}]\n"
		"      containers: [{name: web, image: \" \"}]\n",
		"T403 6:34 cannot read the image triggers of Deployment 'web': cannot read JSON: the text ends too early\n"
		"  write it as a JSON list\n"
		"T403 11:39 cannot tell the image of container 'web' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n"
		"T403 10:44 cannot tell the image of container 'init' of Deployment 'web': it is empty, and no trigger fills it\n"
		"  write an image with its registry to the container\n");
}

static void test_kubernetes_image__is_looked_up_where_the_stream_says_so(void **state UNUSED)
{
	expect_converted(
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata: {name: web}\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      containers: [{name: web, image: \"app:1\"}, {name: side, image: \"other:1\"}]\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"metadata: {name: app}\n"
		"spec: {dockerImageRepository: example.org/app, lookupPolicy: {local: true}}\n"
		"---\n"
		"apiVersion: image.openshift.io/v1\n"
		"kind: ImageStream\n"
		"metadata: {name: other}\n"
		"spec: {dockerImageRepository: example.org/other}\n",
		"apiVersion: apps/v1\n"
		"kind: Deployment\n"
		"metadata:\n"
		"  name: web\n"
		"spec:\n"
		"  template:\n"
		"    spec:\n"
		"      containers:\n"
		"      - name: web\n"
		"        image: example.org/app:1\n"
		"      - name: side\n"
		"        image: other:1\n",
		"T401 7:39 container 'web' of Deployment 'web' takes image 'example.org/app:1' from ImageStreamTag 'app:1'\n"
		"T401 9:1 replaced ImageStream 'app' by the images that it names\n"
		"T402 14:1 dropped ImageStream 'other': Kubernetes has no such kind\n"
		"  name images by their registry in the containers\n");
}

static void test_kubernetes_image__of_a_cron_job_is_filled(void **state UNUSED)
{
	expect_converted(
		"apiVersion: batch/v1\n"
		"kind: CronJob\n"
		"metadata:\n"
		"  name: dump\n"
		"  annotations:\n"
		"    image.openshift.io/triggers: '[{\"from\":{\"kind\":\"ImageStreamTag\",\"name\":\"mysql:latest\",\"namespace\":\"openshift\"},\"fieldPath\":\"spec.jobTemplate.spec.template.spec.containers[0].image\"}]'\n"
		"spec:\n"
		"  jobTemplate:\n"
		"    spec:\n"
		"      template:\n"
		"        spec:\n"
		"          containers: [{name: dump, image: \" \"}]\n",
		"apiVersion: batch/v1\n"
		"kind: CronJob\n"
		"metadata:\n"
		"  name: dump\n"
		"spec:\n"
		"  jobTemplate:\n"
		"    spec:\n"
		"      template:\n"
		"        spec:\n"
		"          containers:\n"
		"          - name: dump\n"
		"            image: quay.io/sclorg/mysql-84-c9s:latest\n",
		"T401 12:44 container 'dump' of CronJob 'dump' takes image 'quay.io/sclorg/mysql-84-c9s:latest' from ImageStreamTag 'mysql:latest' of namespace 'openshift'\n"
		"  OpenShift rolled out anew when the tag moved; Kubernetes does not\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kubernetes_image__of_namespace_openshift_is_well_known),
		cmocka_unit_test(test_kubernetes_image__of_red_hats_registry_asks_for_a_login),
		cmocka_unit_test(test_kubernetes_image__of_an_unknown_tag_lists_the_known_ones),
		cmocka_unit_test(test_kubernetes_image__of_another_namespace_is_not_guessed),
		cmocka_unit_test(test_kubernetes_image__of_an_unknown_stream_is_refused),
		cmocka_unit_test(test_kubernetes_image__written_with_its_registry_is_kept),
		cmocka_unit_test(test_kubernetes_image__of_the_inner_registry_is_refused),
		cmocka_unit_test(test_kubernetes_image__comes_from_a_stream_of_the_template),
		cmocka_unit_test(test_kubernetes_image__comes_from_the_repository_of_a_stream),
		cmocka_unit_test(test_kubernetes_image__of_tags_in_a_circle_is_refused),
		cmocka_unit_test(test_kubernetes_image__that_a_build_makes_is_refused),
		cmocka_unit_test(test_kubernetes_image__of_another_kind_of_source_is_refused),
		cmocka_unit_test(test_kubernetes_image__of_kind_docker_image_is_taken_as_it_is),
		cmocka_unit_test(test_kubernetes_image__that_is_empty_is_refused),
		cmocka_unit_test(test_kubernetes_image__is_filled_by_the_annotation),
		cmocka_unit_test(test_kubernetes_image__is_not_filled_by_a_bad_annotation),
		cmocka_unit_test(test_kubernetes_image__is_not_filled_by_what_is_no_json),
		cmocka_unit_test(test_kubernetes_image__is_looked_up_where_the_stream_says_so),
		cmocka_unit_test(test_kubernetes_image__of_a_cron_job_is_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
