#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output and stderr
# apply, diff, delete and wait against a real API server with its controllers. Nothing runs there: no node.

load helper

setup_file() {
	clusters_up
	cluster_up main --mode api
}

teardown_file() { clusters_down; }

setup() {
	: "${KUBECTL_MYSQL:=$(cd "$cluster/../.." && pwd)/${BUILD:-build}/kubectl-mysql}"
	namespace=test-$BATS_TEST_NUMBER
	kubectl_of main create namespace "$namespace" >/dev/null
	cd "$BATS_TEST_TMPDIR" || exit
}

# k ARGUMENT...: kubectl; km ARGUMENT...: this program; both in this test's namespace.
k() { kubectl_of main --namespace "$namespace" "$@"; }
km() { "$T/main/in" "$KUBECTL_MYSQL" "$@" -n "$namespace"; }

# results ARGUMENT...: what became of each object, "kind/name result".
results() {
	km "$@" -o json | jq -r '.items[] | "\(.name) \(.result)"'
}

selected() {
	k get service shop-primary -o jsonpath='{.spec.selector}'
}

secret_of() {
	k get secret shop-auth -o jsonpath='{.data}'
}

@test "a template is applied; applied again nothing changes, a changed parameter shows in diff and is applied" {
	local kept
	run -0 results apply --template replicated -p NAME=shop
	[[ $output == *'secret/shop-auth created'*'statefulset.apps/shop created'* ]]
	[[ $output != *unchanged* ]]
	kept=$(secret_of)
	run -0 results apply --template replicated -p NAME=shop
	[ "$(awk '{ print $2 }' <<<"$output" | sort -u)" = unchanged ]
	[ "$(secret_of)" = "$kept" ]
	run -0 km diff --template replicated -p NAME=shop
	[ "$output" = '' ]
	run -1 km diff --template replicated -p NAME=shop -p REPLICAS=4
	[ "$(grep '^[-+] ' <<<"$output" | tr -d '\n')" = '-  replicas: "3"+  replicas: "4"-  replicas: 3+  replicas: 4' ]
	run -0 results apply --template replicated -p NAME=shop -p REPLICAS=4
	[ "$(grep -v unchanged <<<"$output")" = $'configmap/shop-config configured\nstatefulset.apps/shop configured' ]
	[ "$(k get statefulset shop -o jsonpath='{.spec.replicas}')" = 4 ]
}

@test "the record and the primary's selector are made once, and no apply moves them" {
	km apply --template replicated -p NAME=shop >/dev/null
	[ "$(k get configmap shop-record -o jsonpath='{.data.primary} {.data.epoch}')" = 'shop-0 0' ]
	[ "$(selected)" = '{"statefulset.kubernetes.io/pod-name":"shop-0"}' ]
	k patch configmap shop-record -p '{"data":{"primary":"shop-1","epoch":"1"}}' >/dev/null
	km apply --template replicated -p NAME=shop >/dev/null
	[ "$(selected)" = '{"statefulset.kubernetes.io/pod-name":"shop-1"}' ]
	"$KUBECTL_MYSQL" render replicated -p NAME=shop --bootstrap >shop.yaml 2>/dev/null
	run -0 results apply -f shop.yaml --force-conflicts
	[[ $output != *shop-record* ]]
	[ "$(selected)" = '{"statefulset.kubernetes.io/pod-name":"shop-1"}' ]
	"$KUBECTL_MYSQL" render replicated -p NAME=shop >plain.yaml 2>/dev/null
	k apply --server-side --force-conflicts -f plain.yaml >/dev/null
	k apply -f plain.yaml >/dev/null 2>&1
	[ "$(selected)" = '{"statefulset.kubernetes.io/pod-name":"shop-1"}' ]
	[ "$(k get configmap shop-record -o jsonpath='{.data.primary} {.data.epoch}')" = 'shop-1 1' ]
}

@test "a generated password that the cluster has stays, wherever the template uses it" {
	cat >box.yaml <<-'END'
		apiVersion: kubectl-mysql/v1
		kind: Template
		metadata: {name: box}
		parameters:
		- {name: PASSWORD, type: password, generate: expression, from: "[a-z]{20}"}
		objects:
		- apiVersion: v1
		  kind: Secret
		  metadata: {name: box}
		  stringData: {password: !expr PASSWORD, length: !text "${len(PASSWORD)}"}
		- apiVersion: v1
		  kind: ConfigMap
		  metadata: {name: box}
		  data: {digest: !expr sha256(PASSWORD)}
	END
	local first
	km apply --template ./box.yaml >/dev/null
	first=$(k get configmap box -o jsonpath='{.data.digest}')
	run -0 results apply --template ./box.yaml
	[ "$output" = $'secret/box unchanged\nconfigmap/box unchanged' ]
	run -0 results apply --template ./box.yaml -p PASSWORD=another-password-1
	[ "$output" = $'secret/box configured\nconfigmap/box configured' ]
	[ "$(k get configmap box -o jsonpath='{.data.digest}')" != "$first" ]
}

@test "what a Secret holds is in no diff and no trace" {
	printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: geheim-eins, b: geheim-zwei}\n' >s.yaml
	km apply -f s.yaml >/dev/null
	sed -i 's/geheim-eins/geheim-drei/' s.yaml
	run -1 km diff -f s.yaml -v 9
	[[ $output == *'-  a: '"'*** (before)'"*'+  a: '"'*** (after)'"* ]]
	[[ $output != *geheim* && $output != *"$(printf geheim-drei | base64)"* && $output != *"$(printf geheim-eins | base64)"* ]]
	run -0 km apply -f s.yaml -v 9
	[[ $output != *geheim* && $output != *"$(printf geheim-drei | base64)"* ]]
}

@test "an object that is refused is named with its place; what needs it is not tried, and a second run finishes" {
	cat >set.yaml <<-'END'
		apiVersion: v1
		kind: ConfigMap
		metadata: {name: fine}
		---
		apiVersion: v1
		kind: Service
		metadata: {name: bad}
		spec: {prots: [], ports: [{port: 80}]}
		---
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: later}
		spec:
		  selector: {matchLabels: {a: b}}
		  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
	END
	run -1 --separate-stderr km apply -f set.yaml
	[[ $stderr == *"set.yaml:5:1: error: cannot apply Service 'bad': "*prots* ]]
	[[ $stderr == *'error: 1 of 3 objects are applied: 1 refused, 1 not tried'* ]]
	[[ $output == *'configmap/fine '*created*'service/bad '*failed*'deployment.apps/later '*'not tried'* ]]
	run ! k get deployment later
	sed -i 's/prots: \[\], //' set.yaml
	run -0 results apply -f set.yaml
	[ "$output" = $'configmap/fine unchanged\nservice/bad created\ndeployment.apps/later created' ]
}

@test "a field that somebody else manages is a conflict, until it is taken" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: mine}\n' >c.yaml
	sed 's/mine/theirs/' c.yaml | k apply --server-side --field-manager somebody -f - >/dev/null
	run -1 km apply -f c.yaml
	[[ $output == *'conflict with "somebody"'*'.data.a'*'hint: '*'--force-conflicts'* ]]
	run -0 results apply -f c.yaml --force-conflicts
	[ "$output" = 'configmap/c configured' ]
}

@test "a definition and an object of it in one file" {
	cat >crd.yaml <<-'END'
		apiVersion: example.com/v1
		kind: Widget
		metadata: {name: w}
		---
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: widgets.example.com}
		spec:
		  group: example.com
		  scope: Namespaced
		  names: {kind: Widget, plural: widgets, singular: widget}
		  versions:
		  - name: v1
		    served: true
		    storage: true
		    schema: {openAPIV3Schema: {type: object}}
	END
	run -0 results apply -f crd.yaml
	[ "$output" = $'widget.example.com/w created\ncustomresourcedefinition.apiextensions.k8s.io/widgets.example.com created' ]
	sed 's/Widget/Gadget/; /^---/,$d' crd.yaml >gadget.yaml
	run -1 km apply -f gadget.yaml
	[[ $output == *"gadget.yaml:1:1: error: "*"no matches for kind"*Gadget* ]]
}

@test "a dry run changes nothing, and the one of the client asks nobody" {
	"$KUBECTL_MYSQL" render single -p NAME=shop >shop.yaml 2>/dev/null
	KUBECONFIG=/nowhere run -0 "$KUBECTL_MYSQL" apply -f shop.yaml --dry-run=client -o name
	[[ $output == *'deployment.apps/shop'* ]]
	run -0 km apply -f shop.yaml --dry-run=server
	[[ $output == *'created (dry run)'* ]]
	[ "$(k get service,secret,configmap -o name | grep -c shop)" = 0 ]
}

@test "an object for another namespace than -n names its place" {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: other}\n' >c.yaml
	run -1 km apply -f c.yaml
	[[ $output == *"c.yaml:3:32: error: the object is for the namespace 'other', and -n says '$namespace'"*'hint: leave out -n, or give -n other'* ]]
}

@test "delete keeps the data and what fits no other, --volumes takes all" {
	km apply --template replicated -p NAME=shop >/dev/null
	until k get pvc data-shop-2 >/dev/null 2>&1; do :; done
	run -0 km delete --template replicated -p NAME=shop
	[[ $output == *'secret/shop-auth '*kept*'statefulset.apps/shop '*deleted*'configmap/shop-record '*kept*'persistentvolumeclaim/data-shop-2 '*kept* ]]
	[ "$(k get statefulset,service -o name)" = '' ]
	run -0 results apply --template replicated -p NAME=shop
	[[ $output == *'secret/shop-auth unchanged'* ]]
	k patch pvc data-shop-0 data-shop-1 data-shop-2 -p '{"metadata":{"finalizers":null}}' >/dev/null
	run -0 km delete --template replicated -p NAME=shop --volumes
	[[ $output != *kept* ]]
	[ "$(k get statefulset,service,secret,pvc -o name)" = '' ]
	run -0 results delete --template replicated -p NAME=shop
	[ "$(awk '{ $1 = ""; print }' <<<"$output" | sort -u)" = ' not found' ]
}

@test "wait says why a pod is not ready, and until what is gone" {
	km apply --template single -p NAME=shop >/dev/null
	run -1 km wait deployment/shop --timeout 3s
	[[ $output == *"Deployment 'shop' is not ready yet: 0 of 1 pods are ready; shop-"*': not scheduled: no nodes available'* ]]
	run -1 km apply --template single -p NAME=shop --wait --timeout 3s
	[[ $output == *'not scheduled'* ]]
	k create configmap gone >/dev/null
	run -1 km wait configmap/gone --for delete --timeout 1s
	k delete configmap gone >/dev/null
	run -0 km wait configmap/gone --for delete --timeout 10s
	run -1 km wait nonsense/gone
	run -2 km wait gone
}
