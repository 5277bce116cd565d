#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_DIRNAME/fixtures/kubernetes" || exit
}

rendered() {
	local code=$1
	shift
	run "-$code" --separate-stderr "$KUBECTL_MYSQL" render -f database.yaml --for=kubernetes "$@"
}

# said CODE LINE:COLUMN TEXT: a diagnostic of this code, place and text.
said() {
	grep -F "database.yaml:$2: " <<<"$stderr" | grep -F "$3" | grep -qF "[$1]" || {
		printf 'missing: %s %s %s\nin: %s\n' "$1" "$2" "$3" "$stderr" >&2
		return 1
	}
}

@test "an OpenShift Template becomes objects of Kubernetes" {
	rendered 0 -p HOST=db.example.org
	same "$(cat database.expected.yaml)"
	[[ $output != *openshift.io/v1* ]]
}

@test "every conversion is reported with its place" {
	rendered 0 -p HOST=db.example.org
	said T401 31:3 "note: converted DeploymentConfig 'shop-db' to a Deployment"
	said T401 52:7 "labelled 'deploymentconfig'"
	said T401 58:18 "takes image 'quay.io/sclorg/mysql-84-c9s:latest' from ImageStreamTag 'mysql:8.4-el9'"
	said T401 59:3 "note: converted Route 'shop-db-admin' to an Ingress for host 'db.example.org'"
}

@test "a Route without a host is dropped with a warning" {
	rendered 0
	said T402 59:3 "warning: dropped Route 'shop-db-admin': it has no host"
	[[ $stderr == *"hint: give it a host to get an Ingress"* ]]
	[[ $output != *Ingress* ]]
}

@test "an image that nobody knows is an error, and nothing is printed" {
	rendered 1 -p VERSION=5.5
	said T403 58:18 "error: cannot tell the image of container 'mysql' of DeploymentConfig 'shop-db'"
	[[ $stderr == *"hint: known tags of 'mysql' are 8.0-el8, "* ]]
	[ -z "$output" ]
}

@test "the same tag of another namespace is not guessed, but named" {
	rendered 1 -p NAMESPACE=mine
	[[ $stderr == *"hint: namespace 'openshift' has this tag, with image 'quay.io/sclorg/mysql-84-c9s:latest'"* ]]
}

@test "without --for=kubernetes nothing is converted" {
	run -0 --separate-stderr "$KUBECTL_MYSQL" render -f database.yaml
	[[ $output == *"kind: DeploymentConfig"* ]]
	[[ $stderr != *T40* ]]
}

@test "a template of our own language passes unchanged" {
	run -0 --separate-stderr "$KUBECTL_MYSQL" render single --seed-from database.yaml
	plain=$output
	run -0 --separate-stderr "$KUBECTL_MYSQL" render single --seed-from database.yaml --for=kubernetes
	same "$plain"
	[[ $stderr != *T403* ]]
}
