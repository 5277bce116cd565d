#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	cat >t.yaml <<-'END'
		apiVersion: kubectl-mysql/v1
		kind: Template
		metadata: {name: t}
		parameters:
		- {name: A, pattern: '[[:alpha:]_][[:alnum:]_]{,7}', value: a}
		- {name: B, required: true}
		- {name: C, type: password, required: true, minimum: 12}
		- {name: D, type: secret, required: true, generate: expression, from: '[a-z]{8}', maximum: 99}
		- {name: E}
		- {name: F, type: port, required: true}
		labels: {a: !text "${A}${B}${C}${D}${E}${F}"}
		objects: []
	END
}

schema() {
	run -0 --separate-stderr "$KUBECTL_MYSQL" template params -f t.yaml --schema
}

@test "a pattern of the schema is one of ECMA-262" {
	schema
	[ "$(jq -r .properties.A.pattern <<<"$output")" = '^([A-Za-z_][0-9A-Za-z_]{0,7})$' ]
}

@test "a required text may not be empty in the schema, as -p NAME= may not" {
	schema
	[ "$(jq -c '[.properties[] | .minLength]' <<<"$output")" = '[null,1,12,1,null,null]' ]
	[ "$(jq -c .required <<<"$output")" = '["B","C","F"]' ]
}

@test "the schemas of the catalogue are read by another program" {
	need python3
	python3 -c 'import jsonschema' 2>/dev/null || skip "no jsonschema"
	for name in $("$KUBECTL_MYSQL" template list -o name); do
		"$KUBECTL_MYSQL" template params "${name#template/}" --schema >"${name#template/}.json"
	done
	"$KUBECTL_MYSQL" template params -f t.yaml --schema >t.json
	python3 - <<-'END'
		import glob, json, jsonschema
		for name in glob.glob("*.json"):
		    jsonschema.Draft202012Validator.check_schema(json.load(open(name)))
		check = jsonschema.Draft202012Validator(json.load(open("t.json")))
		good = {"B": "b", "C": "c" * 12, "F": 1}
		assert check.is_valid(good)
		for more in {"A": "a_1"}, {"A": "a" * 8}:
		    assert check.is_valid({**good, **more}), more
		for more in {"A": "1a"}, {"A": "a" * 9}, {"B": ""}, {"C": "c"}, {"D": ""}:
		    assert not check.is_valid({**good, **more}), more
	END
}
