#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	printf '0123456789abcdef0123456789abcdef' >seed
	cat >shop.yaml <<'END'
apiVersion: kubectl-mysql/v1
kind: Template
metadata: {name: shop}
parameters:
- {name: NAME, type: name, value: shop}
- {name: REPLICAS, type: integer, value: 2, minimum: 1}
- {name: PASSWORD, type: password, generate: expression, from: "[a-zA-Z0-9]{24}", minimum: 4}
labels: {app: !expr NAME}
objects:
- apiVersion: v1
  kind: Secret
  metadata: {name: !expr NAME}
  stringData: {password: !expr PASSWORD}
- !for
  each: i
  in: range(REPLICAS)
  do:
    apiVersion: v1
    kind: Service
    metadata: {name: !text "${NAME}-${i}"}
END
}

mysql() {
	run --separate-stderr "$KUBECTL_MYSQL" "$@"
}

# prints TEXT: exit code 0, this output, no message.
prints() {
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	same "$1"
}

@test "a template becomes documents of YAML" {
	mysql render -f shop.yaml PASSWORD=word REPLICAS=1
	prints 'apiVersion: v1
kind: Secret
metadata:
  name: shop
  labels:
    app: shop
stringData:
  password: word
---
apiVersion: v1
kind: Service
metadata:
  name: shop-0
  labels:
    app: shop'
}

@test "the message of a template is a note on standard error, in every format" {
	printf 'message: !text |\n  ${NAME} has ${REPLICAS} replicas;\n  log in with ${PASSWORD}\n' >>shop.yaml
	for format in yaml json name; do
		mysql render -f shop.yaml NAME=store -o "$format"
		[ "$status" -eq 0 ]
		[[ $output != *'has 2 replicas'* ]]
		[ "$stderr" = $'note: store has 2 replicas;\n  log in with (secret)' ]
	done
	mysql template compile -f shop.yaml --to shop.kmt
	mysql render -f shop.kmt NAME=store
	[ "$stderr" = $'note: store has 2 replicas;\n  log in with (secret)' ]
	mysql render -f shop.yaml REPLICAS=0
	[ "$status" -eq 1 ]
	[[ $stderr != *note:* ]]
}

@test "the message of an OpenShift Template is shown with its references filled" {
	cat >shop.yaml <<'END'
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: shop}
message: Log in as ${DB_USER}.
parameters:
- {name: DB_USER, value: ann}
objects:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
END
	mysql render -f shop.yaml DB_USER=bob -o name
	[ "$output" = configmap/c ]
	[ "$stderr" = 'note: Log in as bob.' ]
	mysql process -f shop.yaml DB_USER=bob -o name
	[ "$output" = configmap/c ]
	[ -z "$stderr" ]
}

@test "JSON is one List" {
	mysql render -f shop.yaml -o json
	[ "$(jq -r '.kind, .apiVersion, .items[].metadata.name' <<<"$output")" = $'List\nv1\nshop\nshop-0\nshop-1' ]
}

@test "names, jsonpath and go-template" {
	mysql render -f shop.yaml -o name
	prints $'secret/shop\nservice/shop-0\nservice/shop-1'
	mysql render -f shop.yaml -o 'jsonpath={.items[*].metadata.name}'
	prints 'shop shop-0 shop-1'
	mysql render -f shop.yaml -o 'go-template={{range .items}}{{.kind}} {{end}}'
	prints 'Secret Service Service '
}

@test "the template comes from standard input, with includes refused" {
	run --separate-stderr "$KUBECTL_MYSQL" render -f - -o name <shop.yaml
	prints $'secret/shop\nservice/shop-0\nservice/shop-1'
	echo 'message: !include x' >>shop.yaml
	run --separate-stderr "$KUBECTL_MYSQL" render -f - <shop.yaml
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "standard input:21:19: error: cannot include 'x': the template has no folder [T008]" ]
}

@test "parameters of a file yield to those of the command line" {
	printf '# comment\nREPLICAS=4\nNAME=other\n' >p.env
	mysql render -f shop.yaml --param-file p.env REPLICAS=1 -o name
	prints $'secret/other\nservice/other-0'
}

@test "generated passwords differ, and are the same from one seed" {
	field='jsonpath={.items[0].stringData.password}'
	first=$("$KUBECTL_MYSQL" render -f shop.yaml -o "$field")
	[[ $first =~ ^[a-zA-Z0-9]{24}$ ]]
	mysql render -f shop.yaml -o "$field"
	[ "$output" != "$first" ]
	first=$("$KUBECTL_MYSQL" render -f shop.yaml -o "$field" --seed-from seed)
	mysql render -f shop.yaml -o "$field" --seed-from seed
	prints "$first"
	mysql render -f shop.yaml -o "$field" --seed-from seed REPLICAS=5
	prints "$first"
}

@test "-v says where values are from, and none of them" {
	local password
	mysql render -f shop.yaml -v 9 NAME=mart
	[ "$status" -eq 0 ]
	[[ $stderr == *' parameter NAME: given'*' parameter REPLICAS: default'*' parameter PASSWORD: generated'* ]]
	password=$(sed -n 's/^ *password: *//p' <<<"$output")
	[ "${#password}" -eq 24 ]
	[[ $stderr != *"$password"* ]]
	mysql render -f shop.yaml
	[ -z "$stderr" ]
}

@test "a seed that is too large is refused with its limit" {
	head -c 100000 /dev/zero >large
	mysql render -f shop.yaml --seed-from large
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "error: 'large' is larger than 64 KiB" ]
}

@test "one seed gives each namespace, cluster, template and parameter a password of its own" {
	field='jsonpath={.items[0].stringData.password}'
	cat >>shop.yaml <<'END'
- {apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {password: !expr SECOND}}
END
	sed -i 's/^labels:/- {name: SECOND, type: password, generate: expression, from: "[a-zA-Z0-9]{24}"}\n&/' shop.yaml
	sed 's/{name: shop}/{name: mart}/' shop.yaml >mart.yaml
	{
		"$KUBECTL_MYSQL" render -f shop.yaml --seed-from seed -o "$field"
		echo
		"$KUBECTL_MYSQL" render -f shop.yaml --seed-from seed -o "$field" -n other
		echo
		"$KUBECTL_MYSQL" render -f shop.yaml --seed-from seed -o "$field" NAME=other
		echo
		"$KUBECTL_MYSQL" render -f mart.yaml --seed-from seed -o "$field"
		echo
		"$KUBECTL_MYSQL" render -f shop.yaml --seed-from seed -o 'jsonpath={.items[3].stringData.password}'
		echo
	} >passwords
	[ "$(grep -Ec '^[a-zA-Z0-9]{24}$' passwords)" -eq 5 ]
	[ "$(sort -u passwords | wc -l)" -eq 5 ]
}

@test "a seed that is not there says how to make one" {
	mysql render -f shop.yaml --seed-from new.seed
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: cannot open 'new.seed': No such file or directory
  hint: make it once and keep it: head -c 32 /dev/urandom >new.seed" ]
}

@test "a seed that is too short is refused" {
	echo short >seed
	mysql render -f shop.yaml --seed-from seed
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$stderr" = "error: the seed in 'seed' is too short: 6 bytes, at least 16
  hint: head -c 32 /dev/urandom >new.seed" ]
}

@test "the record is printed with --bootstrap only" {
	mysql render replicated -o name
	[[ $output != *record* ]]
	mysql render replicated -o name --bootstrap
	[ "$status" -eq 0 ]
	[[ $output == *configmap/mysql-record* ]]
	mysql render -f shop.yaml --bootstrap
	[ "$status" -eq 2 ]
	[ "$stderr" = "error: template 'shop' has no record to print with --bootstrap
  hint: render it without --bootstrap" ]
}

@test "a secret stands in no message" {
	mysql render -f shop.yaml PASSWORD=abc
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "shop.yaml:7:10: error: parameter 'PASSWORD': the value is shorter than 4 characters [T103]" ]
	[[ $stderr != *abc* ]]
	for mistake in 'PASSWORD + 1' 'PASSWORD[100]' 'integer(PASSWORD)' "integer(base64(PASSWORD))" '{that: PASSWORD == "", message: !text "no ${PASSWORD}!"}'; do
		sed "s/password: !expr PASSWORD/password: !expr $mistake/; s/!expr {that/!assert {that/" shop.yaml >bad.yaml
		mysql render -f bad.yaml PASSWORD=hunter2hunter2
		[ "$status" -ne 0 ]
		[ -z "$output" ]
		[[ $stderr != *hunter2* ]]
		[[ $stderr != *aHVudGVy* ]]
	done
	[[ $stderr == *'no (secret)!'* ]]
}

@test "a mistake in the last object prints nothing of the first ones" {
	echo '- {apiVersion: v1, kind: Pod, metadata: {name: !expr 1/0}}' >>shop.yaml
	for format in yaml json name 'jsonpath={.items[0].kind}'; do
		mysql render -f shop.yaml -o "$format"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = 'shop.yaml:21:55: error: division by zero [T204]' ]
	done
}

@test "mistakes in several objects are all reported" {
	echo '- {apiVersion: v1, kind: Pod, metadata: {name: !expr 1/0}}' >>shop.yaml
	echo '- {apiVersion: v1, kind: Pod, metadata: {name: !expr "NAME[9]"}}' >>shop.yaml
	mysql render -f shop.yaml
	[[ ${stderr_lines[0]} == shop.yaml:21:55:* ]]
	[[ ${stderr_lines[2]} == shop.yaml:22:59:* ]]
}

@test "an unknown parameter fails, unless it is to be passed over" {
	mysql render -f shop.yaml REPLICA=1
	[ "$status" -eq 1 ]
	[ "$stderr" = "shop.yaml:4:1: error: unknown parameter 'REPLICA' [T112]
  hint: did you mean 'REPLICAS'?" ]
	mysql render -f shop.yaml REPLICA=1 --ignore-unknown-parameters -o name
	[ "$status" -eq 0 ]
}

@test "the catalogue's templates render with their defaults" {
	while read -r name; do
		mysql render "${name#template/}"
		[ "$status" -eq 0 ]
		[[ $stderr != *error:* && $stderr != *warning:* ]]
	done < <("$KUBECTL_MYSQL" template list -o name)
}

@test "a template that the catalogue does not have" {
	mysql render replicate
	[ "$status" -eq 1 ]
	[ "$stderr" = "error: there is no template 'replicate' in the catalogue
  hint: did you mean 'replicated'?" ]
}
