#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2030,SC2031,SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
}

# template LINE...: t.yaml; the LINEs are data of a ConfigMap, from line 16 on.
template() {
	cat >t.yaml <<-'END'
		apiVersion: kubectl-mysql/v1
		kind: Template
		metadata: {name: shop}
		parameters:
		- {name: NAME, type: name, value: shop}
		- {name: REPLICAS, type: integer, value: 2}
		- {name: SIZE, type: quantity, value: 1Gi}
		- {name: SAFE, type: boolean, value: true}
		- {name: PORT, type: port, value: 1}
		labels: {a: !expr NAME, b: !text "${REPLICAS}", c: !text "${SIZE}", d: !expr string(SAFE), e: !text "${PORT}"}
		objects:
		- apiVersion: v1
		  kind: ConfigMap
		  metadata: {name: a}
		  data:
	END
	printf '    %s\n' "$@" >>t.yaml
}

# finds PLACE TEXT: lint reports exactly this.
finds() {
	run -3 --separate-stderr "$KUBECTL_MYSQL" template lint -f t.yaml
	[ "${stderr_lines[0]}" = "t.yaml:$1: error: $2" ]
	[ "$(grep -c error: <<<"$stderr")" -eq 1 ]
}

@test "an operator that can take no value of the declared types is found without values" {
	template 'a: !expr NAME + REPLICAS'
	finds 16:19 'cannot add string and number [T203]'
	template 'a: !text "${SIZE * (SIZE + 1)}"'
	finds 16:22 'cannot multiply quantity and quantity [T203]'
	template "a: !expr string(REPLICAS == '2')"
	finds 16:30 'cannot compare number and string [T203]'
	template 'a: !text "${-NAME}"'
	finds 16:17 'cannot negate string [T203]'
	template "a: !expr \"SAFE && NAME ? 'a' : 'b'\""
	finds 16:20 "'&&' wants a boolean, got string [T203]"
	template 'a: !text "${REPLICAS[0]}"'
	finds 16:25 'cannot take an item of number, only of a list or string [T203]'
	template 'a: !text "${lower(NAME) + [NAME - 1]}"'
	finds 16:37 'cannot subtract string and number [T203]'
}

@test "so is a condition that can be no boolean, and a mistake where no value leads" {
	template 'a: !if {when: NAME, then: x}'
	finds 16:19 'expected a boolean, got string [T213]'
	template 'a: !if {when: "false", then: !expr NAME * 2}'
	"$KUBECTL_MYSQL" render -f t.yaml
	finds 16:45 'cannot multiply string and number [T203]'
}

@test "what some value makes right is no finding" {
	template 'a: !text "${SIZE / SIZE + REPLICAS}"' \
		'b: !expr string(PORT == SIZE)' \
		'c: !expr default(NAME, REPLICAS) + NAME' \
		'd: !expr NAME[0] + NAME' \
		'e: !text "${REPLICAS / 1}"' \
		'f: !let {set: {NAME: 3}, do: !text "${NAME + REPLICAS}"}' \
		"g: !for {each: SIZE, in: \"['x']\", do: !expr SIZE + NAME}" \
		"h: !expr \"(SAFE ? NAME : REPLICAS) + NAME\""
	run -0 --separate-stderr "$KUBECTL_MYSQL" template lint -f t.yaml
	[ -z "$stderr" ]
}

# lint ARG...: its exit code and what it says.
lint() {
	run --separate-stderr "$KUBECTL_MYSQL" template lint "$@"
}

# own LINE...: t.yaml of our language with these lines behind its metadata.
own() {
	printf '%s\n' 'apiVersion: kubectl-mysql/v1' 'kind: Template' 'metadata: {name: t}' "$@" >t.yaml
}

# is CODE LINE...: what lint says of t.yaml, hints left out, and the exit code.
is() {
	lint -f t.yaml
	sed '/^  hint:/d' <<<"$stderr" >said
	diff <(printf '%s\n' "${@:2}") said
	[ "$status" -eq "$1" ]
}

@test "an item of objects that is no object is found without values" {
	own 'parameters: [{name: A, required: true}]' 'objects:' \
		'- {apiVersion: v1, metadata: {name: !expr A}}' '- !text "a ${A}"' '- [1]' \
		'- !if {when: "A == '"'b'"'", then: {apiVersion: v1, kind: Pod}}' \
		'- {kind: Pod, metadata: {name: a}}'
	is 3 "t.yaml:6:3: error: this object has no 'kind' [T212]" \
		"t.yaml:7:9: error: an object must be a map with a 'kind', got string [T212]" \
		"t.yaml:8:3: error: an object must be a map with a 'kind', got list [T212]" \
		"t.yaml:9:32: error: object of kind 'Pod' has no name [T217]" \
		"t.yaml:10:3: error: object of kind 'Pod' has no apiVersion [T212]"
}

@test "so are an object without a name, and two that have the same one" {
	own 'parameters: [{name: A, required: true}]' 'objects:' \
		'- {apiVersion: v1, kind: Service, metadata: {labels: {a: !expr A}}}' \
		'- {apiVersion: v1, kind: Service, metadata: {name: !text "x-${A}"}}' \
		'- {apiVersion: v1, kind: Service, metadata: {name: !text "y-${A}"}}' \
		'- {apiVersion: v1, kind: Service, metadata: {name: !text "x-${A}"}}' \
		'- {apiVersion: v1, kind: Secret, metadata: {name: a}}' \
		'- {apiVersion: v1, kind: Secret, metadata: {name: a}, data: !expr A}' \
		'- {apiVersion: v1, kind: Secret, metadata: {name: A_}}'
	is 3 "t.yaml:6:45: error: object of kind 'Service' has no name [T217]" \
		"t.yaml:9:3: error: this object of kind 'Service' has the name and namespace of the one at t.yaml:7:3 [T216]" \
		"t.yaml:11:3: error: this object of kind 'Secret' has the name and namespace of the one at t.yaml:10:3 [T216]" \
		"t.yaml:12:51: error: the name of this object of kind 'Secret' has another character than a-z, 0-9, '-' and '.' [T218]"
}

@test "what a parameter may still make right is no finding" {
	own 'parameters: [{name: A, required: true}, {name: B, required: true}]' 'objects:' \
		'- {apiVersion: v1, kind: !expr A, metadata: {}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {!text "${A}": a}}' \
		'- {!text "${A}": a}' \
		'- !expr A' \
		'- {apiVersion: v1, kind: Pod, metadata: !if {when: "A == '"'b'"'", then: {name: b}}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr A}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr B}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr B, namespace: !expr A}}' \
		'- !for {each: x, in: range(len(A)), do: {apiVersion: v1, kind: Pod, metadata: {name: !expr A}}}' \
		'- !if {when: "A == B", then: {apiVersion: v1, kind: Pod, metadata: {name: a}}}' \
		'- !if {when: "A != B", then: {apiVersion: v1, kind: Pod, metadata: {name: a}}}'
	lint -f t.yaml
	[ "$stderr" = '' ]
	[ "$status" -eq 0 ]
}

@test "a loop over what is no list is found, whatever the values are" {
	own 'parameters: [{name: A, required: true}]' 'objects:' \
		'- !for {each: x, in: A, do: {apiVersion: v1, kind: Pod, metadata: {name: !expr x}}}'
	is 3 't.yaml:6:22: error: expected a list, got string [T214]'
}

@test "an enum is compared with its own choices only" {
	own 'parameters: [{name: A, type: enum, enum: [small, large], required: true}, {name: B, required: true}]' 'objects:' \
		'- !if {when: "A == '"'lagre'"'", then: {apiVersion: v1, kind: Pod, metadata: {name: a}}}' \
		'- !if {when: "'"'huge'"' != A || A == B || A == '"'small'"'", then: {apiVersion: v1, kind: Pod, metadata: {name: b}}}'
	is 3 "t.yaml:6:20: warning: 'lagre' is none of the values that parameter 'A' can have [T219]" \
		"t.yaml:7:15: warning: 'huge' is none of the values that parameter 'A' can have [T219]"
	[[ $stderr == *"hint: did you mean 'large'?"* ]]
	[[ $stderr == *"hint: small, large"* ]]
}

@test "what the defaults lead to is found, when they are enough to render" {
	own 'parameters: [{name: A, value: Big_Name}, {name: COUNT, type: integer, value: 0}]' 'objects:' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr A}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: b}, n: !expr 1 / COUNT}'
	is 3 "t.yaml:6:54: error: the name of this object of kind 'Pod' has another character than a-z, 0-9, '-' and '.' [T218]" \
		't.yaml:7:63: error: division by zero [T204]'
	sed -i 's/value: 0}/required: true}/' t.yaml
	lint -f t.yaml
	[ "$status" -eq 0 ]
}

@test "an assertion that asks for a value is a note; one that always fails an error" {
	own 'parameters: [{name: A}]' 'objects:' \
		'- !assert {that: "A != '"''"'", message: give A}'
	is 0 't.yaml:6:3: note: with the defaults: give A [T209]'
	own 'objects:' '- !assert {that: 1 == 2, message: never}'
	is 3 't.yaml:5:3: error: never [T209]'
}

@test "an OpenShift Template is checked in the same way" {
	cat >t.yaml <<-'END'
		apiVersion: template.openshift.io/v1
		kind: Template
		metadata: {name: t}
		parameters: [{name: A, required: true}]
		objects:
		- {apiVersion: v1, kind: Service, metadata: {name: "${A}"}}
		- {apiVersion: v1, kind: Service, metadata: {name: "${A}"}}
		- {apiVersion: v1, kind: Service, metadata: {labels: {}}}
	END
	is 3 "t.yaml:7:3: error: this object of kind 'Service' has the name and namespace of the one at t.yaml:6:3 [T216]" \
		"t.yaml:8:45: error: object of kind 'Service' has no name [T217]"
}

@test "every template of the catalogue and every example is clean" {
	lint single replicated
	[ "$stderr" = '' ]
	[ "$status" -eq 0 ]
	lint "$root/templates" "$root/examples"
	[ "$stderr" = '' ]
	[ "$status" -eq 0 ]
}

@test "several files and folders are checked in one go" {
	mkdir -p shop/deep
	own 'objects:' '- {kind: Pod}'
	cp t.yaml shop/deep/a.yml
	echo '{}' >shop/other.json
	echo 'a: [' >shop/broken.yaml
	lint shop -f t.yaml single
	[ "$status" -eq 3 ]
	[[ $stderr == *"shop/broken.yaml:2:1: error: "*"[T001]"*"shop/deep/a.yml:5:3: error: object of kind 'Pod' has no apiVersion [T212]"*"t.yaml:5:3: error: "* ]] ||
		[[ $stderr == *"t.yaml:5:3: error: "*"shop/broken.yaml:2:1: error: "*"[T001]"*"shop/deep/a.yml:5:3: error: "* ]]
	[[ $stderr != *other.json* ]]
	lint t.yaml nowhere.yaml
	[ "$status" -eq 1 ]
	[[ $stderr == *"t.yaml:5:3"*"error: cannot open 'nowhere.yaml': No such file or directory"* ]]
}

@test "a folder without a template is an error, and a name of the catalogue goes before a folder" {
	mkdir shop single
	lint shop
	[ "$status" -eq 1 ]
	[[ $stderr == *"the folder 'shop' holds no file to read"* ]]
	echo 'a: b' >shop/a.yaml
	lint shop
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "error: the folder 'shop' holds no template" ]
	lint single
	[ "$status" -eq 0 ]
	run -1 "$KUBECTL_MYSQL" template show shop
	[[ $output == *"there is no template 'shop' in the catalogue"*"hint: 'shop' is a folder: give one file of it" ]]
}

@test "-o json is one document with all findings, as docs/schema/lint.json has it" {
	own 'objects:' '- {kind: Pod}' '- {apiVersion: v1, kind: Pod, metadata: {name: a}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: a}}'
	lint -o json t.yaml
	[ "$status" -eq 3 ]
	[ "$stderr" = '' ]
	output=$(jq -c . <<<"$output")
	same "$(jq -c . <<-'END'
		{"apiVersion": "kubectl-mysql/v1", "kind": "LintList", "more": 0, "items": [
		{"code": "T212", "severity": "error", "file": "t.yaml", "line": 5, "column": 3,
		 "message": "object of kind 'Pod' has no apiVersion",
		 "hint": "an object begins with apiVersion, kind and metadata"},
		{"code": "T216", "severity": "error", "file": "t.yaml", "line": 7, "column": 3,
		 "message": "this object of kind 'Pod' has the name and namespace of the one at t.yaml:6:3",
		 "hint": "remove one of the two, or give it another name"}]}
	END
	)"
	python3 - "$root/docs/schema/lint.json" 3<<<"$output" <<-'END'
		import json, os, sys
		try:
		    import jsonschema
		except ImportError:
		    sys.exit(0)
		schema = json.load(open(sys.argv[1]))
		jsonschema.validate(json.load(os.fdopen(3)), schema)
	END
	lint -o json single
	[ "$status" -eq 0 ]
	[ "$(jq -c .items <<<"$output")" = '[]' ]
	lint -o yaml t.yaml
	[[ $output == *'- code: T212'* ]]
}
