#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

# Every code of docs/diagnostics.md: what triggers it, and the whole text, position and hint.

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
}

# own LINE...: t.yaml in our own language; the first LINE is line 3.
own() {
	printf '%s\n' 'apiVersion: kubectl-mysql/v1' 'kind: Template' "$@" >t.yaml
}

# openshift LINE...: the same in OpenShift's.
openshift() {
	printf '%s\n' 'apiVersion: template.openshift.io/v1' 'kind: Template' "$@" >t.yaml
}

# data LINE...: our own language, with parameter A; the LINEs are data of a ConfigMap from line 10 on.
data() {
	own 'parameters:' '- {name: A, value: a}' 'objects:' '- apiVersion: v1' '  kind: ConfigMap' \
		'  metadata: {name: !expr A}' '  data:' "${@/#/    }"
}

# filled LINE...: the same in OpenShift's.
filled() {
	openshift 'parameters:' '- {name: A, value: a}' 'objects:' '- apiVersion: v1' \
		'  kind: ConfigMap' '  metadata: {name: "${A}"}' '  data:' "${@/#/    }"
}

# says TEXT HINT: one of the messages is TEXT, and HINT stands behind it.
says() {
	local i

	for ((i = 0; i < ${#stderr_lines[@]}; i++)); do
		[ "${stderr_lines[i]}" = "$1" ] || continue
		[ "${stderr_lines[i + 1]}" = "  hint: $2" ] && return
	done
	printf 'want: %s\n        hint: %s\ngot:  %s\n' "$1" "$2" "$stderr" >&2
	return 1
}

mysql() {
	run --separate-stderr "$KUBECTL_MYSQL" "$@"
}

# fails TEXT HINT [ARG...]: rendering t.yaml prints nothing but TEXT and HINT.
fails() {
	mysql render -f t.yaml "${@:3}"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	says "$1" "$2"
}

# warns TEXT HINT [ARG...]: rendering t.yaml prints objects, and TEXT and HINT.
warns() {
	mysql render -f t.yaml "${@:3}"
	[ "$status" -eq 0 ]
	[ -n "$output" ]
	says "$1" "$2"
}

@test "every code has a test, and every test a code" {
	grep -o '^| T[0-9]*' "$root/docs/diagnostics.md" | cut -c 3- | sort >codes
	[ -s codes ]
	sed -n 's/^@test "\(T[0-9]*\):.*/\1/p' "$BATS_TEST_FILENAME" | sort -u >tested
	diff codes tested
}

@test "T001: text that is no YAML" {
	own 'objects: ['
	fails 't.yaml:4:1: error: cannot read YAML: did not find expected node content while parsing a flow node [T001]' \
		'quote what is meant as text; only blanks may indent'
}

@test "T002: a document that is no template" {
	printf 'apiVersion: v1\nkind: Pod\n' >t.yaml
	fails "t.yaml:1:1: error: 't.yaml' is no template: it is a 'Pod' of apiVersion 'v1' [T002]" \
		"a template has apiVersion 'kubectl-mysql/v1' or 'template.openshift.io/v1' and kind 'Template'"
}

@test "T002: two documents, or none" {
	own 'objects: []' '---' 'a: b'
	fails "t.yaml:5:1: error: 't.yaml' holds 2 documents, expected one template [T002]" \
		'one file holds one template'
	: >t.yaml
	fails "t.yaml:1:1: error: 't.yaml' is empty, expected a template [T002]" \
		'one file holds one template'
}

@test "T003: a field that the language does not have" {
	own 'object: []'
	fails "t.yaml:3:1: error: unknown field 'object' of a template [T003]" "did you mean 'objects'?"
}

@test "T004: a field of the wrong type" {
	own 'objects: {}'
	fails "t.yaml:3:10: error: field 'objects': expected list, got map [T004]" \
		"see docs/templates.md, 'The file'"
}

@test "T004: a label that is no string" {
	own 'labels: {a: 1}' 'objects:' '- {apiVersion: v1, kind: Pod, metadata: {name: a}}'
	fails "t.yaml:3:13: error: label 'a': expected string, got number [T004]" 'quote it'
}

@test "T005: a tag that is no directive" {
	data 'a: !exp A'
	fails "t.yaml:10:8: error: unknown directive '!exp' [T005]" "did you mean '!expr'?"
}

@test "T006: an expression that is too long" {
	data "a: !expr $(head -c 70000 /dev/zero | tr '\0' a)"
	fails 't.yaml:10:14: error: expression is longer than 65536 bytes [T006]' \
		'split it, or generate it with !for'
}

@test "T007: a directive without one of its fields" {
	data 'a: !if {then: 1}'
	fails "t.yaml:10:8: error: !if: field 'when' is missing [T007]" \
		"see docs/templates.md, 'Directives'"
}

@test "T007: a directive with a field it does not have" {
	data 'a: !if {when: true, than: 1}'
	fails "t.yaml:10:25: error: !if: unknown field 'than' [T007]" "did you mean 'then'?"
}

@test "T008: an included file that is not there" {
	data 'a: !include nothing.cnf'
	fails "t.yaml:10:17: error: cannot include 'nothing.cnf': No such file or directory [T008]" \
		'names are relative to the file that holds the !include'
}

@test "T008: an included file outside the folder" {
	mkdir inner
	data 'a: !include ../secret'
	mv t.yaml inner
	echo secret >secret
	mysql render -f inner/t.yaml
	[ "$status" -eq 1 ]
	says "inner/t.yaml:10:17: error: cannot include 'secret': it lies outside the template's folder [T008]" \
		"copy the file into '$PWD/inner'"
}

@test "T009: a file that includes itself" {
	echo 'a: !include {file: part.yaml, as: yaml}' >part.yaml
	data 'a: !include {file: part.yaml, as: yaml}'
	fails "part.yaml:1:20: error: 'part.yaml' includes itself [T009]" \
		'move what both need into a third file'
}

@test "T010: a compiled template that was cut" {
	data 'a: !expr A'
	mysql template compile t.yaml --to whole.kmt
	head -c 100 whole.kmt >t.yaml
	fails "t.yaml:1:1: error: compiled template 't.yaml' is damaged [T010]" \
		'compile the template again: kubectl mysql template compile'
}

@test "T011: a residual that was edited" {
	data 'a: !expr A'
	"$KUBECTL_MYSQL" template expand -f t.yaml | sed '/positions:/,$d' >edited.yaml
	mv edited.yaml t.yaml
	warns "t.yaml:15:3: warning: the source map does not fit: the file was edited [T011]" \
		'positions in messages are those of this file'
}

@test "T101: a field that parameters do not have" {
	own 'parameters:' '- {name: A, typ: string}'
	fails "t.yaml:4:13: error: a parameter has no field 'typ' [T101]" "did you mean 'type'?"
	own 'parameters:' '- {name: A, default: string}'
	fails "t.yaml:4:13: error: a parameter has no field 'default' [T101]" \
		"a default is its 'value', bounds are 'minimum' and 'maximum'; see docs/templates.md, 'Parameters'"
}

@test "T101: bounds that exclude each other" {
	own 'parameters:' '- {name: A, type: integer, minimum: 3, maximum: 2}'
	fails "t.yaml:4:37: error: parameter 'A': minimum 3 is greater than maximum 2 [T101]" \
		"see docs/templates.md, 'Parameters'"
}

@test "T102: a default that does not fit the type" {
	own 'parameters:' '- {name: A, type: integer, value: "abc"}'
	fails "t.yaml:4:35: error: parameter 'A': 'abc' is not a whole number [T102]" \
		"give a value of that type, see docs/templates.md, 'Parameters'"
}

@test "T102: a given value that does not fit the type points at the declaration" {
	own 'parameters:' '- {name: A, type: integer, value: 3}'
	fails "t.yaml:4:10: error: parameter 'A': 'x' is not a whole number [T102]" \
		'kubectl mysql template params -f t.yaml -o wide shows the types' -p A=x
}

@test "T102: a value of a parameter file points at its line" {
	own 'parameters:' '- {name: A, type: integer, value: 3}'
	printf '# comment\nA=x\n' >p.env
	fails "p.env:2:1: error: parameter 'A': 'x' is not a whole number [T102]" \
		'kubectl mysql template params -f t.yaml -o wide shows the types' --param-file p.env
}

@test "T103: a value beyond its bound" {
	own 'parameters:' '- {name: A, type: integer, value: 3, maximum: 5}'
	fails "t.yaml:4:10: error: parameter 'A': '9' is greater than the maximum 5 [T103]" \
		'kubectl mysql template params -f t.yaml -o wide shows the bounds' A=9
}

@test "T104: a value that enum does not list" {
	own 'parameters:' '- {name: A, type: enum, value: a, enum: [a, b, blue]}'
	fails "t.yaml:4:10: error: parameter 'A': 'bleu' is not one of a, b, blue [T104]" \
		"did you mean 'blue'?" A=bleu
	fails "t.yaml:4:10: error: parameter 'A': 'xxxxxxxx' is not one of a, b, blue [T104]" \
		'kubectl mysql template params -f t.yaml -o wide shows the values' A=xxxxxxxx
	own 'parameters:' '- {name: A, type: enum, value: xxxxxxxx, enum: [a, b, blue]}'
	fails "t.yaml:4:32: error: parameter 'A': 'xxxxxxxx' is not one of a, b, blue [T104]" \
		"give one of the values of 'enum'"
	mysql render single FLAVOR=xxxxxxxx
	[ "${stderr_lines[1]}" = '  hint: kubectl mysql template params single -o wide shows the values' ]
}

@test "T105: a value that does not match the pattern" {
	own 'parameters:' '- {name: A, pattern: "[a-z]+", value: a}'
	fails "t.yaml:4:10: error: parameter 'A': 'B' does not match the pattern '[a-z]+' [T105]" \
		'kubectl mysql template params -f t.yaml -o wide shows the pattern' A=B
	mysql render -f - A=B <t.yaml
	says "standard input:4:10: error: parameter 'A': 'B' does not match the pattern '[a-z]+' [T105]" \
		'kubectl mysql template params -f - -o wide shows the pattern'
	mysql template compile -f t.yaml --to t.kmt
	mysql render -f t.kmt A=B
	says "t.yaml:4:10: error: parameter 'A': 'B' does not match the pattern '[a-z]+' [T105]" \
		'kubectl mysql template params -f t.yaml -o wide shows the pattern'
	own 'parameters:' '- {name: A, pattern: "[a-z]+", value: B}'
	fails "t.yaml:4:39: error: parameter 'A': 'B' does not match the pattern '[a-z]+' [T105]" \
		"see 'pattern' of the parameter"
}

@test "T106: a required parameter without a value" {
	own 'parameters:' '- {name: A, required: true}'
	fails "t.yaml:4:10: error: parameter 'A' is required and has no value [T106]" '-p A=…'
	fails "t.yaml:4:10: error: parameter 'A' is required and was given an empty value [T106]" \
		'leave it out, or give it a value' A=
}

@test "T107: a generator whose set is no set" {
	own 'parameters:' '- {name: A, generate: expression, from: "[abc]{3}"}'
	fails "t.yaml:4:42: error: parameter 'A': generator: malformed expression syntax: [abc] [T107]" \
		"a block is '[a-z0-9]{8}', '[\\w]{8}', '[\\d]{8}', '[\\a]{8}' or '[\\A]{8}'"
}

@test "T108: a generator whose range runs backwards" {
	own 'parameters:' '- {name: A, generate: expression, from: "[z-a]{3}"}'
	fails "t.yaml:4:42: error: parameter 'A': generator: invalid range specified: z-a [T108]" \
		'a range goes up and stays in a-z, A-Z or 0-9'
}

@test "T109: a generator that is too long" {
	own 'parameters:' '- {name: A, generate: expression, from: "[a-z]{256}"}'
	fails "t.yaml:4:42: error: parameter 'A': generator: range must be within [1-255] characters (256) [T109]" \
		'write several blocks in a row'
}

@test "T107 to T109, T304: the place is that of the block, on whatever line" {
	cat >t.yaml <<-'END'
		apiVersion: kubectl-mysql/v1
		kind: Template
		metadata: {name: t}
		parameters:
		- name: A
		  generate: expression
		  from: >-
		    abc
		    x[a-z]{0}
		- {name: B, generate: expression, from: "a\"é[z-a]{3}"}
		- name: C
		  generate: expression
		  from: |-
		    é
		    [a-z]{3} [a-z]
		objects: [{apiVersion: v1, kind: Pod, metadata: {name: !text "${A}${B}${C}"}}]
	END
	run -1 --separate-stderr "$KUBECTL_MYSQL" render -f t.yaml
	[[ $stderr == *"t.yaml:9:6: error: parameter 'A'"*"[T109]"* ]]
	[[ $stderr == *"t.yaml:10:46: error: parameter 'B'"*"[T108]"* ]]
	[[ $stderr == *"t.yaml:15:14: error: parameter 'C'"*"[T304]"* ]]
	sed -i 's#kubectl-mysql/v1#template.openshift.io/v1#; s#!text##; s#${C}##; /name: C/,/\[a-z\]$/d' t.yaml
	for command in render process; do
		run -1 --separate-stderr "$KUBECTL_MYSQL" "$command" -f t.yaml
		[[ $stderr == *"t.yaml:9:6: error: parameter 'A'"*"[T109]"* ]]
		[[ $stderr == *"t.yaml:10:46: error: parameter 'B'"*"[T108]"* ]]
	done
}

@test "T110: a generator that is not expression" {
	own 'parameters:' '- {name: A, generate: expresion, from: "[a-z]{3}"}'
	fails "t.yaml:4:23: error: unknown generator name 'expresion' for parameter 'A' [T110]" \
		"the only generator is 'expression'"
}

@test "T111: a parameter declared twice" {
	own 'parameters:' '- name: A' '- name: A'
	fails "t.yaml:5:9: error: parameter 'A' is declared twice [T111]" \
		'remove one of the two declarations'
}

@test "T112: a value for a parameter that is not declared" {
	own 'parameters:' '- name: NAME'
	fails "t.yaml:3:1: error: unknown parameter 'NAMES' [T112]" "did you mean 'NAME'?" NAMES=1
	fails "t.yaml:3:1: error: unknown parameter 'QUITE_OTHER' [T112]" \
		'kubectl mysql template params -f t.yaml' QUITE_OTHER=1
}

@test "T113: a parameter that was decided as another value" {
	data 'a: !expr A'
	"$KUBECTL_MYSQL" template expand -f t.yaml A=x >decided.yaml
	mysql render -f decided.yaml A=y
	[ "$status" -eq 1 ]
	says "t.yaml:4:10: error: parameter 'A' was decided as another value when the template was expanded [T113]" \
		'leave it out, or expand the original template again'
}

@test "T114: a parameter given twice" {
	data 'a: !expr A'
	mysql render -f t.yaml -p A=1 A=2
	[ "$status" -eq 2 ]
	says "error: parameter 'A' is given twice [T114]" 'give it once'
}

@test "T115: an argument that is no assignment" {
	data 'a: !expr A'
	mysql render -f t.yaml A
	[ "$status" -eq 2 ]
	says "error: 'A' is no assignment to a parameter [T115]" 'write NAME=VALUE'
}

@test "T115: a line of a parameter file that is no assignment" {
	data 'a: !expr A'
	printf 'A=1\nB\n' >p.env
	fails "p.env:2:1: error: the line has no '=' behind a name [T115]" \
		"write NAME=VALUE; '#' begins a comment" --param-file p.env
}

@test "T116: an empty value for a secret that would have one" {
	own 'parameters:' '- {name: A, generate: expression, from: "[a-z]{8}"}' \
		'- {name: B, type: secret, value: b}' '- {name: C, type: password}' '- {name: D, value: d}' \
		'objects:' '- {apiVersion: v1, kind: Pod, metadata: {name: a}, x: [!expr A, !expr B, !expr C, !expr D]}'
	warns "t.yaml:4:10: warning: parameter 'A' is given as empty, instead of a generated value [T116]" \
		"leave 'A=' out, and a value is generated" A= B= C= D=
	says "t.yaml:5:10: warning: parameter 'B' is given as empty, instead of its default [T116]" \
		"leave 'B=' out, and the default counts"
	[ "${#stderr_lines[@]}" -eq 4 ]
	printf 'C=\nA=\n' >p
	warns "p:2:1: warning: parameter 'A' is given as empty, instead of a generated value [T116]" \
		"leave 'A=' out, and a value is generated" --param-file p
	mysql template expand -f t.yaml A=
	says "t.yaml:4:10: warning: parameter 'A' is given as empty, instead of a generated value [T116]" \
		"leave 'A=' out, and a value is generated"
	openshift 'parameters: [{name: A, generate: expression, from: "[a-z]{8}"}]' \
		'objects: [{apiVersion: v1, kind: Pod, metadata: {name: "x${A}"}}]'
	warns "t.yaml:3:21: warning: parameter 'A' is given as empty, instead of a generated value [T116]" \
		"leave 'A=' out, and a value is generated" A=
	# As oc does.
	mysql process -f t.yaml A=
	[ "$status" -eq 0 ]
	[ "$stderr" = '' ]
}

@test "T201: an expression that ends too early" {
	data 'a: !expr A +'
	fails "t.yaml:10:17: error: expected a value, a name or '(', got end of expression [T201]" \
		"see docs/templates.md, 'Expressions'"
}

@test "T201: what other languages write" {
	data 'a: !if {when: A == A and A == A, then: 1}'
	fails "t.yaml:10:26: error: expected an operator or the end, got 'and' [T201]" \
		'logical operators are && and ||'
	data 'a: !if {when: not A, then: 1}'
	fails "t.yaml:10:23: error: expected an operator or the end, got 'A' [T201]" 'negation is !'
	data 'a: !if {when: A in x, then: 1}'
	fails "t.yaml:10:21: error: expected an operator or the end, got 'in' [T201]" \
		'contains(list, x) tells whether x is in the list'
	data 'a: !expr 2 * 70%'
	fails "t.yaml:10:21: error: expected a value, a name or '(', got end of expression [T201]" \
		"'%' is the remainder; 70 % of x is x * 0.7"
}

@test "T202: a name that nothing binds, wherever it is written" {
	data 'a: !expr A + UNKNOWN'
	fails "t.yaml:10:18: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	data 'a: !expr "UNKNOWN"'
	fails "t.yaml:10:15: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	data 'a: !if {when: AA == "x"}'
	fails "t.yaml:10:19: error: unknown name 'AA' [T202]" "declare it under 'parameters', or put text in quotes"
	data '"é": !text "é${UNKNOWN}"'
	fails "t.yaml:10:20: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	data 'a: !expr |' '  UNKNOWN' 'b: c'
	fails "t.yaml:11:7: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
}

@test "T202: names in the lines of a block of text" {
	data 'a: !text |' '  one ${A} $${B}' '    two ${UNKNOWN}' 'b: !text >-' '  three' \
		'  ${UNKNOWN}' 'c: !text "x\n${UNKNOWN}"' 'd: !text plain' '  ${UNKNOWN}'
	for at in 12:15 15:9 16:20 18:9; do
		fails "t.yaml:$at: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	done
}

@test "T202: names in the lines of an expression" {
	data 'a: !expr |' '  A +' '' "    'é' + UNKNOWN" 'b: !expr >-' '  A' '  + UNKNOWN' \
		'c: !expr A' '   + UNKNOWN' 'd: !text |2' '    x' '  ${A +' '  UNKNOWN}'
	for at in 13:15 16:9 18:10 22:7; do
		fails "t.yaml:$at: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	done
}

@test "T202: names behind escapes" {
	data 'a: !text "\x24{UNKNOWN} \u00e9' '   ${UNKNOWN}"' "b: !text 'it''s" '' "  é \${UNKNOWN}'"
	for at in 10:20 11:10 14:11; do
		fails "t.yaml:$at: error: unknown name 'UNKNOWN' [T202]" "declare it under 'parameters', or put text in quotes"
	done
	filled 'a: "\x24{UNKNOWN}\u00e9${UNKNOWN}"'
	for at in 10:9 10:28; do
		fails "t.yaml:$at: error: reference to unknown parameter 'UNKNOWN' [T301]" \
			"declare it under 'parameters'; \`process\` prints it as it stands"
	done
}

@test "T203: an operator that does not take these types" {
	data 'a: !expr A * 2'
	fails "t.yaml:10:16: error: cannot multiply string and number [T203]" \
		"see docs/templates.md, 'Expressions'"
	data 'a: !expr A + 2'
	fails "t.yaml:10:16: error: cannot add string and number [T203]" 'string(x) makes text of a value'
	data "a: !expr A == 2"
	fails "t.yaml:10:16: error: cannot compare string and number [T203]" \
		'numbers stand without quotes; string(x) makes text of a value'
	data "a: !expr A > 2Gi"
	fails "t.yaml:10:16: error: cannot compare string and quantity [T203]" \
		'quantities stand without quotes; quantity(x) makes one of a string'
}

@test "T204: division by zero, and what has no finite decimal form" {
	data 'a: !expr 1/0'
	fails "t.yaml:10:15: error: division by zero [T204]" "see docs/templates.md, 'Expressions'"
	data 'a: !expr 1/3'
	fails "t.yaml:10:14: error: 1/3 has no finite decimal form [T204]" \
		'use round(x), floor(x) or ceil(x)'
}

@test "T205: an index out of range" {
	data 'a: !expr A[3]'
	fails "t.yaml:10:15: error: index 3 is out of range of the string [T205]" \
		'items count from 0; len(x) is how many there are'
}

@test "T206: a function that is not there, or takes other arguments" {
	data 'a: !expr lenn(A)'
	fails "t.yaml:10:14: error: no function 'lenn' [T206]" "did you mean 'len'?"
	data 'a: !expr len(A, 1)'
	fails "t.yaml:10:14: error: len takes 1 argument, got 2 [T206]" 'usage: len(x)'
}

@test "T207: more work than a limit allows" {
	data 'a: !expr range(2000000)'
	fails "t.yaml:10:14: error: the list would have more than 1000000 items [T207]" \
		"see docs/templates.md, 'Bounds'"
}

@test "T208: a conversion that is not possible" {
	data 'a: !expr integer(A)'
	fails "t.yaml:10:14: error: integer: 'a' is not a number [T208]" \
		"see docs/templates.md, 'Expressions'"
}

@test "T209: an assertion that is false" {
	data 'a: !assert {that: A == "b", message: !text "no ${A} here"}'
	fails 't.yaml:10:8: error: no a here [T209]' 'kubectl mysql template params shows what can be set'
}

@test "T210: a key that is no string" {
	data '!expr len(A): a'
	fails 't.yaml:10:11: error: a key must be a string, got number [T210]' 'use string(…)'
}

@test "T211: two keys that became equal" {
	data '!expr A: 1' 'a: 2'
	fails "t.yaml:11:5: error: key 'a' stands twice in this map [T211]" 'remove one of the two keys'
}

@test "T212: an object that is none" {
	own 'objects: [1]'
	fails "t.yaml:3:11: error: an object must be a map with a 'kind', got number [T212]" \
		'an object begins with apiVersion, kind and metadata'
	own 'objects: [{apiVersion: v1}]'
	fails "t.yaml:3:11: error: this object has no 'kind' [T212]" \
		'an object begins with apiVersion, kind and metadata'
	own 'objects: [{kind: Pod}]'
	fails "t.yaml:3:11: error: object of kind 'Pod' has no apiVersion [T212]" \
		'an object begins with apiVersion, kind and metadata'
}

@test "T213: a condition that is no boolean" {
	data 'a: !if {when: A, then: 1}'
	fails 't.yaml:10:19: error: expected a boolean, got string [T213]' \
		"compare it, as in x == 'a' or x != 0"
}

@test "T214: a loop over what is no list" {
	data 'a: !for {each: x, in: A, do: 1}'
	fails 't.yaml:10:27: error: expected a list, got string [T214]' \
		"split(s, ',') makes a list of a string"
	data 'a: !for {each: x, in: "3", do: 1}'
	fails 't.yaml:10:28: error: expected a list, got number [T214]' 'range(n) makes a list of numbers'
}

@test "T215: a reference in a string without !text" {
	own 'parameters:' '- {name: NAME, value: a}' 'objects:' \
		'- {apiVersion: v1, kind: Pad, metadata: {name: "x-${NAME}", uid: !expr NAME}}'
	warns "t.yaml:6:48: warning: '\${NAME}' is printed as it stands [T215]" \
		'write !text before the string'
	own 'parameters:' '- {name: NUM, type: integer, value: 3}' 'objects:' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !text "a${NUM}"}, spec: {n: "${{NUM}}"}}'
	warns "t.yaml:6:76: warning: '\${{NUM}}' is printed as it stands [T215]" 'write !expr NUM'
}

@test "T216: an object that stands twice" {
	data 'a: b'
	printf '%s\n' '- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}' >>t.yaml
	fails "t.yaml:11:3: error: this object of kind 'ConfigMap' has the name and namespace of the one at t.yaml:6:3 [T216]" \
		'remove one of the two, or give it another name'
	# Another version of the API is the same object, another group or namespace is not.
	own 'objects:' '- {apiVersion: apps/v1, kind: X, metadata: {name: a}}' \
		'- {apiVersion: apps/v1beta1, kind: X, metadata: {name: a}}'
	fails "t.yaml:5:3: error: this object of kind 'X' has the name and namespace of the one at t.yaml:4:3 [T216]" \
		'remove one of the two, or give it another name'
	own 'objects:' '- {apiVersion: a/v1, kind: X, metadata: {name: a}}' \
		'- {apiVersion: b/v1, kind: X, metadata: {name: a}}' \
		'- {apiVersion: a/v1, kind: X, metadata: {name: a, namespace: b}}' \
		'- {apiVersion: a/v1, kind: X, metadata: {generateName: a}}' \
		'- {apiVersion: a/v1, kind: X, metadata: {generateName: a}}'
	mysql render -f t.yaml
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "T217: an object without a name" {
	own 'objects:' '- {apiVersion: v1, kind: Pod}'
	fails "t.yaml:4:3: error: object of kind 'Pod' has no name [T217]" 'set metadata.name'
	own 'objects:' '- {apiVersion: v1, kind: Pod, metadata: {a: b}}'
	fails "t.yaml:4:41: error: object of kind 'Pod' has no name [T217]" 'set metadata.name'
	own 'objects:' '- {apiVersion: v1, kind: Pod, metadata: {name: 1}}'
	fails "t.yaml:4:48: error: the name of this object of kind 'Pod' is a number, not a string [T217]" 'quote it'
	own 'parameters: [{name: A}]' 'objects:' '- {apiVersion: v1, kind: Pod, metadata: {name: !expr A}}'
	fails "t.yaml:5:54: error: the name of this object of kind 'Pod' is empty [T217]" 'set metadata.name'
	own 'objects:' '- {apiVersion: v1, kind: List, items: []}' '- {apiVersion: a/v1, kind: TokenReview}'
	mysql render -f t.yaml
	[ "$status" -eq 0 ]
}

@test "T218: a name that Kubernetes refuses" {
	own 'parameters: [{name: A, value: shop_auth}]' 'objects:' '- {apiVersion: v1, kind: Secret, metadata: {name: !expr A}}'
	fails "t.yaml:5:57: error: the name of this object of kind 'Secret' has another character than a-z, 0-9, '-' and '.' [T218]" \
		"use lower-case letters, digits and '-'"
	mysql render -f t.yaml -p A=shop.auth-1
	[ "$status" -eq 0 ]
	own 'objects:' '- {apiVersion: apps/v1, kind: Deployment, metadata: {name: shop-}}'
	fails "t.yaml:4:60: error: the name of this object of kind 'Deployment' has a part that does not begin and end with a letter or digit [T218]" \
		"use lower-case letters, digits and '-'"
	own 'objects:' '- {apiVersion: v1, kind: Service, metadata: {name: a.b}}'
	fails "t.yaml:4:52: error: the name of this object of kind 'Service' has another character than a-z, 0-9 and '-' [T218]" \
		"use lower-case letters, digits and '-'"
	# Other kinds have other rules.
	own 'objects:' '- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "system:a"}}' \
		'- {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: A_b}}'
	mysql render -f t.yaml
	[ "$status" -eq 0 ]
	# As oc process, which leaves that to the server.
	openshift 'objects:' '- {apiVersion: v1, kind: Secret, metadata: {name: shop_auth}}'
	mysql process -f t.yaml
	[ "$status" -eq 0 ]
}

@test "T219: a comparison with a text that the enum does not list" {
	own 'parameters: [{name: A, type: enum, enum: [small, large], value: large}]' 'objects:' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr A}, x: !expr A == "lagre"}'
	mysql template lint -f t.yaml
	[ "$status" -eq 3 ]
	says "t.yaml:5:72: warning: 'lagre' is none of the values that parameter 'A' can have [T219]" \
		"did you mean 'large'?"
	mysql render -f t.yaml
	[ -z "$stderr" ]
}

@test "T301: a reference that names no parameter" {
	filled 'a: x ${B}' 'b: |' '  line' '    ${C}'
	hint="declare it under 'parameters'; \`process\` prints it as it stands"
	fails "t.yaml:10:10: error: reference to unknown parameter 'B' [T301]" "$hint"
	fails "t.yaml:13:9: error: reference to unknown parameter 'C' [T301]" "$hint"
}

@test "T302: a parameter that nothing uses" {
	filled 'a: b'
	sed -i 's/^- {name: A.*/&\n- {name: B}/' t.yaml
	warns "t.yaml:5:10: warning: parameter 'B' is never used [T302]" 'remove its declaration, or use it'
}

@test "T303: what looks like a reference and is none" {
	filled 'a: "x ${ A}"'
	fails "t.yaml:10:11: error: '\${ A}' is no reference [T303]" "write it as '\${NAME}'"
	filled 'a: x ${{A}}'
	fails "t.yaml:10:10: error: '\${{A' is no reference here [T303]" \
		"'\${{NAME}}' counts only as the whole string, without blanks"
}

@test "T304: what looks like a block of a generator and is none" {
	openshift 'parameters:' '- {name: A, generate: expression, from: "x[a-z]{8"}' 'objects: []'
	fails "t.yaml:4:43: error: parameter 'A': what looks like a generator block is literal text [T304]" \
		"a block is '[a-z0-9]{8}'"
	own 'parameters:' '- name: A' '  generate: expression' '  from: x[a-z]'
	fails "t.yaml:6:10: error: parameter 'A': what looks like a generator block is literal text [T304]" \
		"a block is '[a-z0-9]{8}'"
	own 'parameters:' '- name: A' '  generate: expression' '  from: \w{16}'
	fails "t.yaml:6:11: error: parameter 'A': what looks like a generator block is literal text [T304]" \
		"a block is '[a-z0-9]{8}'"
}

@test "T304: a generator that would always give the same" {
	own 'parameters:' '- name: A' '  generate: expression' '  from: secret'
	fails "t.yaml:6:9: error: parameter 'A': 'from' holds no generator block: all that it generates is equal [T304]" \
		"a block is '[a-z0-9]{8}'; a constant is a 'value'"
}

@test "T304: an OpenShift Template may generate a constant, and so may what is left of it" {
	openshift 'parameters:' '- {name: A, generate: expression, from: fixed}' 'objects:' \
		'- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: "${A}"}}'
	mysql template expand t.yaml
	[ "$status" -eq 0 ]
	printf '%s\n' "$output" >r.yaml
	mysql render r.yaml -o jsonpath='{.items[0].data.a}'
	[ "$status" -eq 0 ]
	[ "$output" = fixed ]
}

@test "T305: a value that holds a reference" {
	openshift 'parameters:' '- {name: A, value: a}' 'objects:' \
		'- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: "${A}"}}'
	warns "t.yaml:4:10: warning: the value of parameter 'A' holds a reference, which is not expanded [T305]" \
		'give the text itself' 'A=${A}'
}

@test "T306: a value that is no JSON" {
	filled 'a: ${{A}}'
	warns "t.yaml:10:8: warning: the value of '\${{A}}' is no JSON: it is printed as a string [T306]" \
		"quote it as JSON, or write '\${…}' instead"
}

@test "T307: a number that Kubernetes would round" {
	filled 'a: ${{A}}'
	warns "t.yaml:10:8: warning: a number in '\${{A}}' is beyond what Kubernetes keeps exactly [T307]" \
		'write it as a string, or with fewer digits' A=12345678901234567890123
}

@test "T308: a value that breaks the JSON it is filled into" {
	filled "a: '{\"x\": \"\${A}\", \"n\": [\${A}]}'"
	fails "t.yaml:10:16: error: the value breaks the JSON string that it is filled into [T308]" \
		'give it as JSON writes it: \" for a quote, \\ for a backslash' A='1"'
	fails "t.yaml:10:29: error: the value is no JSON, and is filled into JSON [T308]" \
		'give a number, true, false, null or quoted text' A='1"'
	sed -i 's/name: "${A}"/name: a/' t.yaml
	for value in 1 '' '[true]'; do
		mysql render -f t.yaml A="$value" -o 'jsonpath={.items[0].data.a}'
		[ "$status" -eq 0 ]
		jq . <<<"$output"
	done
	data "a: !text '{\"x\": \"\${A}\"}'" "b: !text '{\"x\": \${json(A)}}'"
	sed -i 's/name: !expr A/name: a/' t.yaml
	fails "t.yaml:10:24: error: the value breaks the JSON string that it is filled into [T308]" \
		'write ${json(…)} here, without the quotes around it' A="\\"
	[ "$(grep -c T308 <<<"$stderr")" -eq 1 ]
	data "a: !text '{\"x\": \${A}}'"
	fails "t.yaml:10:23: error: the value is no JSON, and is filled into JSON [T308]" 'write ${json(…)} here' A=-
}

@test "T308: only text that holds JSON is judged" {
	filled "a: '[\${A}]'" "b: '{\${A}}'" "c: '{\"x\": \"\${A}\"'" "d: 'say {\"x\": \"\${A}\"}'"
	sed -i 's/name: "${A}"/name: a/' t.yaml
	mysql render -f t.yaml A='"'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "T308: what was decided before is reported as well" {
	filled "a: '{\"x\": \"\${A}\"}'"
	sed -i 's/name: "${A}"/name: a/' t.yaml
	mysql render -f t.yaml A='q"'
	[ "$status" -eq 1 ]
	want=$stderr
	"$KUBECTL_MYSQL" template expand -f t.yaml A='q"' >residual.yaml
	"$KUBECTL_MYSQL" template compile residual.yaml >residual.kmt
	for file in residual.yaml residual.kmt; do
		mysql render -f "$file"
		[ "$status" -eq 1 ]
		[ "$stderr" = "$want" ]
	done
}

@test "T309: a null that would become an item" {
	filled 'a: ["${{A}}"]'
	fails "t.yaml:10:9: error: '\${{A}}' gave null as an item of a list [T309]" \
		'give a value, or leave the item out of the template' A=null
}

@test "T310: labels for a nested list" {
	openshift 'labels: {app: x}' 'objects:' '- apiVersion: v1' '  kind: List' '  items: []'
	fails 't.yaml:5:3: error: labels cannot be written to a list of objects [T310]' \
		'put the objects of the list into the template itself'
}

@test "T311: a label of an object that is no string" {
	openshift 'labels: {app: x}' 'objects:' '- apiVersion: v1' '  kind: Pod' \
		'  metadata: {name: x, labels: {a: 1}}'
	warns "t.yaml:7:35: warning: label 'a' is a number, not a string [T311]" 'quote it'
}

@test "T312: a namespace that is dropped" {
	openshift 'objects:' '- apiVersion: v1' '  kind: Pod' '  metadata: {name: x, namespace: y}'
	warns 't.yaml:6:34: note: the written namespace is dropped [T312]' 'use `apply -n` or a parameter'
}

@test "T313: a parameter that no reference can name" {
	openshift 'parameters:' '- name: a-b' 'objects: []'
	fails "t.yaml:4:9: error: parameter name 'a-b' cannot be used [T313]" \
		"use letters, digits and '_', no digit first"
}

@test "T401: an object that is converted for Kubernetes" {
	openshift 'objects:' '- {apiVersion: project.openshift.io/v1, kind: Project, metadata: {name: x}}'
	mysql render -f t.yaml --for=kubernetes
	[ "$status" -eq 0 ]
	[ "$stderr" = "t.yaml:4:3: note: converted Project 'x' to a Namespace [T401]" ]
}

@test "T402: an object that Kubernetes does not have" {
	openshift 'objects:' '- {apiVersion: build.openshift.io/v1, kind: BuildConfig, metadata: {name: x}}' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: x}}'
	warns "t.yaml:4:3: warning: dropped BuildConfig 'x': Kubernetes has no such kind [T402]" \
		'build the image elsewhere, push it to a registry, and write its name to the containers' \
		--for=kubernetes
}

@test "T403: an object that cannot be converted" {
	openshift 'objects:' '- {apiVersion: foo.openshift.io/v1, kind: Foo, metadata: {name: x}}'
	fails "t.yaml:4:3: error: cannot convert Foo 'x' of 'foo.openshift.io': Kubernetes has no such kind [T403]" \
		'remove it from the template, or render the template for OpenShift' --for=kubernetes
}

@test "T501: a parameter that an OpenShift Template cannot leave open" {
	own 'parameters:' '- {name: COUNT, type: integer, value: 1}' 'objects:' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: x}, data: {a: !expr COUNT + 1}}'
	mysql template expand -f t.yaml --to=openshift
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	says "t.yaml:6:68: error: parameter 'COUNT' must be known for an OpenShift Template [T501]" '-p COUNT=…'
}

@test "T502: a check that an OpenShift Template cannot make" {
	own 'parameters:' '- {name: NAME, type: name, value: a}' 'objects:' \
		'- {apiVersion: v1, kind: Pod, metadata: {name: !expr NAME}}'
	mysql template expand -f t.yaml --to=openshift
	[ "$status" -eq 0 ]
	says "t.yaml:4:10: warning: parameter 'NAME' is only text in an OpenShift Template: it is not checked [T502]" \
		'give it now to have it checked'
}
