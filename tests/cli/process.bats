#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_DIRNAME/fixtures/process" || exit
	T=$BATS_TEST_TMPDIR
}

process() {
	run --separate-stderr "$KUBECTL_MYSQL" process "$@"
}

# fails TEXT: exit code 1, nothing on stdout, TEXT first on stderr.
fails() {
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "$1" ] || {
		printf 'want: %s\ngot:  %s\n' "$1" "${stderr_lines[0]}" >&2
		return 1
	}
}

# refused TEXT: the same with exit code 2.
refused() {
	[ "$status" -eq 2 ] && status=1
	fails "$1"
}

# template TEXT...: one line of YAML each, below the head of a Template.
template() {
	printf '%s\n' 'apiVersion: template.openshift.io/v1' 'kind: Template' "$@" >"$T/t.yaml"
}

@test "a template is filled as oc fills it, byte for byte" {
	process -f shop.yaml -p NAME=web -p REPLICAS=3 DB_USER=ann 'DB_PASSWORD=p<w'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$output" = "$(cat shop.json)" ]
}

@test "parameters are taken in every form" {
	for words in "-p REPLICAS=7" "-p=REPLICAS=7" "-pREPLICAS=7" "--param REPLICAS=7" "--param=REPLICAS=7" "REPLICAS=7" "-- REPLICAS=7"; do
		# shellcheck disable=SC2086
		process -f shop.yaml -o 'jsonpath={.items[1].spec.replicas}' $words
		same 7
	done
}

@test "generated values follow their expression and are the same everywhere" {
	process -f shop.yaml -o 'jsonpath={.items[0].stringData.user} {.items[0].stringData.password}'
	[[ $output =~ ^user[A-Z0-9]{3}\ [a-zA-Z0-9]{16}$ ]]
	first=$output
	process -f shop.yaml -o 'jsonpath={.items[0].stringData.user} {.items[0].stringData.password}'
	[ "$output" != "$first" ]
}

@test "a parameter file gives values, the command line beats it" {
	process -f shop.yaml --param-file web.env
	[ "$output" = "$(cat shop.json)" ]
	process -f shop.yaml --param-file web.env -p REPLICAS=5 -o 'jsonpath={.items[1].spec.replicas}'
	same 5
	[ "$stderr" = "warning: parameter 'REPLICAS' is given already, ignoring that of 'web.env'" ]
}

@test "of two parameter files the first one counts" {
	echo REPLICAS=2 >"$T/two.env"
	process -f shop.yaml --param-file "$T/two.env" --param-file web.env -o 'jsonpath={.items[1].spec.replicas}'
	same 2
}

@test "a parameter file comes from standard input" {
	run --separate-stderr "$KUBECTL_MYSQL" process -f shop.yaml --param-file - -o 'jsonpath={.items[1].spec.replicas}' <web.env
	same 3
}

@test "the template comes from standard input" {
	run --separate-stderr "$KUBECTL_MYSQL" process -f - -p REPLICAS=4 -o 'jsonpath={.items[1].spec.replicas}' <shop.yaml
	same 4
}

@test "standard input is read only once" {
	run --separate-stderr "$KUBECTL_MYSQL" process -f - --param-file - <shop.yaml
	refused "error: standard input can be read only once"
}

@test "labels of the command line are set on all objects" {
	process -f shop.yaml -l 'app=cli,tier=${NAME}' -o 'jsonpath={.items[*].metadata.labels}'
	same '{"app":"cli","tier":"shop"} {"app":"cli","tier":"shop"}'
}

@test "labels without a value are refused" {
	process -f shop.yaml -l app
	fails "error: cannot read the label 'app' of --labels"
	process -f shop.yaml -l =x
	fails "error: the label '=x' of --labels has no key"
}

@test "--parameters lists what can be set" {
	process -f shop.yaml --parameters
	[ "${lines[0]}" = "NAME                DESCRIPTION                GENERATOR           VALUE" ]
	[ "${lines[4]}" = "DB_PASSWORD         Password of the database   expression          [a-zA-Z0-9]{16}" ]
}

@test "--parameters goes with nothing that processes" {
	process -f shop.yaml --parameters -p NAME=x
	refused "error: --parameters processes nothing, it does not go with --param"
	for words in "-l a=b" "--raw" "-o json" "-o name" "--template {{.kind}}"; do
		# shellcheck disable=SC2086
		process -f shop.yaml --parameters $words
		[ "$status" -eq 2 ]
	done
}

@test "-o yaml, kyaml and name are written as oc does" {
	process -f shop.yaml --param-file web.env -o yaml
	[ "${lines[0]}" = "apiVersion: v1" ]
	[ "${lines[1]}" = "items:" ]
	[ "${lines[2]}" = "- apiVersion: v1" ]
	process -f shop.yaml --param-file web.env -o kyaml
	[ "${lines[0]}${lines[1]}${lines[2]}" = '---{  kind: "List",' ]
	process -f shop.yaml -o name
	same 'secret/shop-db
deploymentconfig.apps.openshift.io/shop'
}

@test "--raw writes the objects one by one" {
	process -f shop.yaml --raw
	[ "$(grep -c '^{$' <<<"$output")" -eq 2 ]
	process -f shop.yaml --raw -o yaml
	[ "$(grep -c '^---$' <<<"$output")" -eq 1 ]
	[ "${lines[0]}" = "apiVersion: v1" ]
}

@test "-o describe shows the template for people" {
	process -f shop.yaml --param-file web.env -o describe
	[ "${lines[0]}" = $'Name:\t\tshop' ]
	[[ $output == *$'Object Labels:\tapp=web\n'* ]]
	[[ $output == *$'Message:\tLog in as ann.\n'* ]]
}

@test "go-templates are taken from -o, --template, -t and files" {
	want='Secret DeploymentConfig '
	text='{{range .items}}{{.kind}} {{end}}'
	printf %s "$text" >"$T/t.tpl"
	for words in "-o go-template=$text" "-o template=$text" "--template=$text" "-t $text" "-o go-template --template=$text" \
		"-o go-template-file=$T/t.tpl" "-o templatefile=$T/t.tpl"; do
		IFS=' ' read -r option rest <<<"$words"
		case $words in
		"-o go-template --template"*) process -f shop.yaml -o go-template --template="$text" ;;
		--*) process -f shop.yaml "$words" ;;
		*) process -f shop.yaml "$option" "$rest" ;;
		esac
		same "$want"
	done
	process -f shop.yaml -o json --template='{{.kind}}'
	[ "${lines[0]}" = "{" ]
}

@test "jsonpath is taken from a file, and gives JSON when asked" {
	printf %s '{.items[*].kind}' >"$T/path"
	process -f shop.yaml -o "jsonpath-file=$T/path"
	same 'Secret DeploymentConfig'
	process -f shop.yaml -o 'jsonpath-as-json={.items[*].kind}'
	same '[
    "Secret",
    "DeploymentConfig"
]'
}

@test "keys that are not there can be made an error" {
	process -f shop.yaml -o 'jsonpath={.none}' --allow-missing-template-keys=false
	fails "jsonpath:1:3: error: there is no field 'none'"
	process -f shop.yaml --template '{{.none}}' --allow-missing-template-keys=false
	fails "go-template:1:3: error: there is no field 'none'"
}

@test "a mistake in a jsonpath or go-template has its column" {
	process -f shop.yaml -o 'jsonpath={.items['
	fails "jsonpath:1:8: error: cannot read the jsonpath: '[' is not closed"
	process -f shop.yaml -o 'go-template={{define "x"}}{{end}}'
	fails "go-template:1:3: error: cannot read the go-template: 'define' is not supported"
}

@test "managed fields are left out unless they are wanted" {
	template 'objects: [{apiVersion: v1, kind: X, metadata: {name: a, managedFields: [{manager: m}]}}]'
	process -f "$T/t.yaml"
	[[ $output != *managedFields* ]]
	process -f "$T/t.yaml" --show-managed-fields
	[[ $output == *managedFields* ]]
}

@test "unknown parameters are all named, the nearest one is offered" {
	process -f shop.yaml -p NAMES=x -p OTHER=1
	fails "error: the template has no parameter 'NAMES'"
	[ "${stderr_lines[1]}" = "  hint: did you mean 'NAME'?" ]
	[ "${stderr_lines[2]}" = "error: the template has no parameter 'OTHER'" ]
	process -f shop.yaml -p OTHER=1 --ignore-unknown-parameters
	[ "$status" -eq 0 ]
}

@test "an unknown parameter of a file has its place" {
	printf '# comment\n\nexport OTHER=1\n' >"$T/p.env"
	process -f shop.yaml --param-file "$T/p.env"
	fails "$T/p.env:3:8: error: the template has no parameter 'OTHER'"
}

@test "a bad line of a parameter file has its place" {
	printf 'NAME=x\n  just text\n' >"$T/p.env"
	process -f shop.yaml --param-file "$T/p.env"
	fails "$T/p.env:2:3: error: the line has no '=' behind a name"
	printf 'NAME=x\n1A=secret\n' >"$T/p.env"
	process -f shop.yaml --param-file "$T/p.env"
	fails "$T/p.env:2:1: error: '1A' is no name of a parameter"
	[[ $stderr != *secret* ]]
}

@test "required parameters without a value are all named with their place" {
	template 'parameters:' '- {name: ONE, required: true}' '- name: TWO' '  required: true' 'objects: []'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:4:10: error: parameter 'ONE' is required and must be specified"
	[ "${stderr_lines[2]}" = "$T/t.yaml:5:9: error: parameter 'TWO' is required and must be specified" ]
	process -f shop.yaml -p DB_PASSWORD=
	[ "$status" -eq 1 ]
}

@test "an assignment must be NAME=VALUE, and its value is never shown" {
	process -f shop.yaml -p 9X=secret
	fails "error: '9X' is no assignment to a parameter"
	[[ $stderr != *secret* ]]
	process -f shop.yaml -p NAME
	fails "error: 'NAME' is no assignment to a parameter"
	process -f shop.yaml -p NAME=1 NAME=2 -p REPLICAS=1 -p REPLICAS=1
	refused "error: given more than once: 'NAME', 'REPLICAS'"
}

@test "a comma list is one value, with a warning that does not show it" {
	process -f shop.yaml -p DB_PASSWORD=A,NAME=B -o 'jsonpath={.items[0].stringData.password}'
	same 'A,NAME=B'
	[[ $stderr == "warning: --param takes one assignment: all behind 'NAME=' is the value of 'DB_PASSWORD'" ]]
	process -f shop.yaml DB_PASSWORD=A,NAME=B
	[ -z "$stderr" ]
}

@test "null deletes a key, and cannot be an item of a list" {
	template 'parameters: [{name: V, value: "null"}]' 'objects: [{apiVersion: v1, kind: X, gone: "${{V}}", kept: null}]'
	process -f "$T/t.yaml" -o 'jsonpath={.items[0]}'
	same '{"apiVersion":"v1","kept":null,"kind":"X"}'
	template 'parameters: [{name: V, value: "null"}]' 'objects: [{apiVersion: v1, kind: X, list: ["${{V}}"]}]'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:4:44: error: cannot put null into a list through '\${{…}}'"
}

@test "a key must be a string" {
	template 'parameters: [{name: V, value: "5"}]' 'objects: [{apiVersion: v1, kind: X, "${{V}}": x}]'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:4:37: error: a key must be a string, '\${{…}}' made it another value"
}

@test "two keys that become one are an error" {
	template 'parameters: [{name: A, value: k}, {name: B, value: k}]' 'objects: [{apiVersion: v1, kind: X, "${A}": 1, "${B}": 2}]'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:4:48: error: two keys of one map become 'k'"
}

@test "every object that is none is named" {
	template 'objects:' '- {apiVersion: v1}' '- text' '- {apiVersion: v1, kind: X}'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:4:3: error: cannot process object 0: it has no 'kind'"
	[ "${stderr_lines[2]}" = "$T/t.yaml:5:3: error: cannot process object 1: it is no map" ]
}

@test "old templates of apiVersion v1 are taken, unknown versions are not" {
	printf 'apiVersion: v1\nkind: Template\nobjects: []\n' >"$T/t.yaml"
	process -f "$T/t.yaml" -o name
	[ "$status" -eq 0 ]
	printf 'apiVersion: template.openshift.io/v2\nkind: Template\n' >"$T/t.yaml"
	process -f "$T/t.yaml"
	fails "$T/t.yaml:1:1: error: there is no kind 'Template' of apiVersion 'template.openshift.io/v2'"
	printf 'apiVersion: kubectl-mysql/v1\nkind: Template\n' >"$T/t.yaml"
	process -f "$T/t.yaml"
	[ "${stderr_lines[1]}" = "  hint: use 'render' for templates of this kind" ]
}

@test "what is no template is refused with its place" {
	process -f pod.yaml
	fails "pod.yaml:1:1: error: expected a Template, got 'Pod'"
	echo 'just text' >"$T/t.yaml"
	process -f "$T/t.yaml"
	fails "$T/t.yaml:1:1: error: this is no object: it has no 'kind'"
	: >"$T/t.yaml"
	process -f "$T/t.yaml"
	fails "error: '$T/t.yaml' holds no template"
	template 'parameters: [{name: A, value: 5}]'
	process -f "$T/t.yaml"
	fails "$T/t.yaml:3:31: error: field 'value': expected string, got number"
}

@test "of several documents the first one is processed, and stderr says so" {
	{ cat shop.yaml; echo ---; cat pod.yaml; } >"$T/t.yaml"
	process -f "$T/t.yaml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	[ "$stderr" = "note: 2 input templates found, but only the first will be processed" ]
}

@test "a folder is read in the order of its file names" {
	mkdir "$T/d" "$T/d/deeper"
	cp shop.yaml "$T/d/10-shop.yml"
	cp pod.yaml "$T/d/20-pod.yaml"
	cp pod.yaml "$T/d/00-not-a-manifest.txt"
	cp pod.yaml "$T/d/deeper/00-pod.yaml"
	process -f "$T/d" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	[ "$stderr" = "note: 2 input templates found, but only the first will be processed" ]
	process -f "$T/d/deeper/../1*.yml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
}

@test "a folder without manifests is an error" {
	mkdir "$T/empty"
	process -f "$T/empty"
	fails "error: the folder '$T/empty' holds no file to read"
}

@test "a file that is not there is an error" {
	process -f nosuch.yaml
	fails "error: cannot open 'nosuch.yaml': No such file or directory"
	process -f shop.yaml --param-file nosuch.env
	fails "error: cannot open 'nosuch.env': No such file or directory"
	process -f shop.yaml --param-file "$T"
	[ "$status" -eq 1 ]
}

@test "without -f there is nothing to process" {
	process
	refused "error: there is no template to process: give -f FILE"
	process -p A=1 --local
	refused "error: there is no template to process: give -f FILE"
}

@test "a stored template needs a cluster, and --local reads none" {
	for name in stored template/stored ns//stored ns/template/stored; do
		process "$name"
		fails "error: cannot read the stored template '$name': this needs a cluster, and is not available yet"
	done
	process -f shop.yaml NAME
	fails "error: cannot read the stored template 'NAME': this needs a cluster, and is not available yet"
	[[ $stderr == *'hint: a parameter is written NAME=VALUE'* ]]
	process -f shop.yaml --local stored
	refused "error: 'stored' names a stored template, but --local reads no cluster"
	process one two
	refused "error: the name of a template is given twice: 'one', 'two'"
}

@test "the namespace of a template must be that of -n" {
	template 'metadata: {name: t, namespace: home}' 'objects: []'
	process -f "$T/t.yaml"
	[ "$status" -eq 0 ]
	process -f "$T/t.yaml" -n home
	[ "$status" -eq 0 ]
	process -f "$T/t.yaml" -n away
	fails "$T/t.yaml:3:32: error: the namespace 'home' is not that of --namespace, 'away'"
}

@test "an output format that does not exist is refused" {
	process -f shop.yaml -o wide
	[ "$status" -eq 2 ]
	[ -z "$output" ]
}

@test "nothing is written when the output cannot be taken" {
	[ -c /dev/full ] || skip "there is no /dev/full"
	run "$KUBECTL_MYSQL" process -f shop.yaml >/dev/full
	run bash -c '"$0" process -f shop.yaml >/dev/full' "$KUBECTL_MYSQL"
	[ "$status" -eq 1 ]
	[[ $output == "error: cannot write to 'standard output': "* ]]
}

@test "libcurl is loaded for URLs only" {
	LD_DEBUG=files LD_DEBUG_OUTPUT=$T/loaded "$KUBECTL_MYSQL" process -f shop.yaml >/dev/null
	grep -q libc.so "$T"/loaded.*
	run ! grep -q libcurl "$T"/loaded.*
}

@test "what is wrong with a generator comes with the hint that render has" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'apiVersion: v1' 'kind: Template' 'parameters:' \
		'- {name: A, generate: expression, from: "[Z-A]{3}"}' \
		'- {name: B, generate: expression, from: "[A-Z]{999}"}' \
		'- {name: C, generate: expression, from: "[ABC]{3}"}' 'objects: []' >t.yaml
	run -1 "$KUBECTL_MYSQL" process -f t.yaml
	same "t.yaml:4:42: error: parameter 'A': generator: invalid range specified: Z-A [T108]
  hint: a range goes up and stays in a-z, A-Z or 0-9
t.yaml:5:42: error: parameter 'B': generator: range must be within [1-255] characters (999) [T109]
  hint: write several blocks in a row
t.yaml:6:42: error: parameter 'C': generator: malformed expression syntax: [ABC] [T107]
  hint: a block is '[a-z0-9]{8}', '[\\w]{8}', '[\\d]{8}', '[\\a]{8}' or '[\\A]{8}'"
}
