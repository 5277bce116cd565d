#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output and stderr
# The client of the API against a real one. What a real one does rarely is in tests/servers/kube-client.bats.

load helper

setup_file() {
	clusters_up
	cluster_up api --mode api
}

teardown_file() { clusters_down; }

setup() {
	namespace=test-$BATS_TEST_NUMBER
	get=${BATS_TEST_DIRNAME:?}/../../${BUILD:-build}/tests/helper/kube-get
	kubectl_of api create namespace "$namespace"
}

k() { kubectl_of api --namespace "$namespace" "$@"; }
get() { "$T/api/in" "$get" "$@"; }

@test "a list in pages is what kubectl gets" {
	for i in 1 2 3 4 5 6 7; do printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%s}\n' $i; done |
		k create -f -
	run -0 --separate-stderr get -v LIST "/api/v1/namespaces/$namespace/configmaps?limit=3&fieldSelector=metadata.name!=kube-root-ca.crt"
	[ "$(sed '$d' <<<"$output")" = $'c1\nc2\nc3\nc4\nc5\nc6\nc7' ]
	[[ ${lines[7]} =~ ^version\ [0-9]+$ ]]
	[ "$(grep -c ' 200 in ' <<<"$stderr")" = 3 ]
	run -0 get LIST /apis/apps/v1/namespaces/none/statefulsets
	[[ $output =~ ^version\ [0-9]+$ ]]
}

@test "a watch sees what changes" {
	local path=/api/v1/namespaces/$namespace/configmaps version
	k create configmap a
	version=$(get LIST "$path" | sed -n 's/^version //p')
	k label configmap/a x=y
	k delete configmap/a
	run -0 get --events 2 WATCH "$path?fieldSelector=metadata.name=a" "$version"
	[ "$output" = $'MODIFIED a\nDELETED a' ]
	# What comes while it waits.
	version=$(get LIST "$path" | sed -n 's/^version //p')
	get --events 1 WATCH "$path?fieldSelector=metadata.name=b" "$version" >"$T/seen" &
	k create configmap b
	wait "$!"
	[ "$(<"$T/seen")" = 'ADDED b' ]
}

@test "a kind that was made a moment ago is found" {
	mkfifo "$T/in" "$T/out"
	get --first statefulsets KIND "x$namespace.example/v1" Thing <"$T/in" >"$T/out" &
	exec 8>"$T/in" 9<"$T/out"
	read -r -t 30 line <&9
	[ "$line" = /apis/apps/v1/namespaces/n/statefulsets ]
	k create -f - <<-END
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: things.x$namespace.example}
		spec:
		  group: x$namespace.example
		  scope: Namespaced
		  names: {plural: things, singular: thing, kind: Thing, shortNames: [tng]}
		  versions:
		  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
	END
	k wait --for=condition=Established "crd/things.x$namespace.example"
	k wait --for=create --timeout=30s "apiservice/v1.x$namespace.example"
	k get "things.x$namespace.example"
	echo >&8
	read -r -t 30 line <&9
	[ "$line" = "/apis/x$namespace.example/v1/namespaces/n/things" ]
	run -0 get NAME tng
	[ "$output" = "/apis/x$namespace.example/v1/namespaces/n/things" ]
	run -1 get KIND "x$namespace.example/v1" Other
	[[ $output == *"no matches for kind 'Other' in version 'x$namespace.example/v1'"* ]]
}

@test "names are those of kubectl api-resources" {
	kubectl_of api api-resources --no-headers -o name | LC_ALL=C sort >"$T/names"
	while read -r name; do get NAME "$name" >/dev/null; done < <(shuf -n 8 "$T/names")
	for name in sts statefulset StatefulSets statefulsets.apps statefulsets.v1.apps deploy.apps po cm no ing svc pvc; do
		run -0 get NAME "$name"
	done
	[ "$output" = /api/v1/namespaces/n/persistentvolumeclaims ]
}

@test "sixteen at a time go over one connection" {
	run -0 get --connections yes --count 200 --parallel 16 GET /api/v1/namespaces/default
	[ "$output" = 'connections 1' ]
	DISABLE_HTTP2=1 run -0 get --connections yes --count 200 --parallel 16 GET /api/v1/namespaces/default
	[ "$output" = 'connections 16' ]
}

@test "no write is lost or done twice when the server sends connections away" {
	# As behind a load balancer: GOAWAY in 2 of 100 answers.
	APISERVER_FLAGS=--goaway-chance=0.02 cluster_up goodbye --mode api
	run -0 "$T/goodbye/in" "$get" --connections yes --count 300 --parallel 16 \
		POST /api/v1/namespaces/default/configmaps '{"metadata": {"generateName": "many-"}}'
	[ "${output#connections }" -gt 1 ]
	run -0 kubectl_of goodbye get configmaps -o name
	[ "$(grep -c many- <<<"$output")" = 300 ]
}

@test "an object is applied, a conflict and a mistake are refused in the server's words" {
	local path=/api/v1/namespaces/$namespace/configmaps/a
	apply() { get --content-type application/apply-patch+yaml PATCH "$path?fieldManager=$1&fieldValidation=Strict" "$2"; }
	run -0 apply me '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "1"}}'
	[ "${lines[0]}" = 201 ]
	run -1 --separate-stderr apply you '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "2"}}'
	[ "$stderr" = 'error (class 6, origin 409): Apply failed with 1 conflict: conflict with "me": .data.x' ]
	run -1 --separate-stderr apply me '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "dota": {"x": "1"}}'
	[[ $stderr == 'error (class 1, origin 500): '*'.dota: field not declared in schema' ]]
	run -1 --separate-stderr get --as joe GET "$path"
	[ "$stderr" = "error (class 36, origin 403): configmaps \"a\" is forbidden: User \"joe\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"$namespace\"" ]
}

# kill_apiserver: the cluster starts it anew; returns when it answers.
kill_apiserver() {
	nsenter --target "$(<"$T/api/cp/init")" --pid --mount --net -- kill -9 "$(<"$T/api/cp/apiserver.pid")"
	# shellcheck disable=SC2016
	timeout 90 sh -c 'until "$0/in" "$0/kubectl" get --raw /readyz; do :; done' "$T/api" >/dev/null 2>&1
}

@test "a watch outlives the API server" {
	local path=/api/v1/namespaces/$namespace/configmaps version watcher
	k create configmap a
	version=$(get LIST "$path" | sed -n 's/^version //p')
	mkfifo "$T/events"
	get -v --events 2 WATCH "$path?fieldSelector=metadata.name!=kube-root-ca.crt" "$version" >"$T/events" 2>"$T/watch.err" &
	watcher=$!
	exec 8<"$T/events"
	k label configmap/a x=y
	read -r -t 30 line <&8
	[ "$line" = 'MODIFIED a' ]
	kill_apiserver
	k label configmap/a x=z --overwrite
	read -r -t 60 line <&8
	[ "$line" = 'MODIFIED a' ]
	wait "$watcher"
}
