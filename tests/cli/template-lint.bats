#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
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
		'e: !text "${REPLICAS / 0}"' \
		'f: !let {set: {NAME: 3}, do: !text "${NAME + REPLICAS}"}' \
		"g: !for {each: SIZE, in: \"['x']\", do: !expr SIZE + NAME}" \
		"h: !expr \"(SAFE ? NAME : REPLICAS) + NAME\""
	run -0 --separate-stderr "$KUBECTL_MYSQL" template lint -f t.yaml
	[ -z "$stderr" ]
}

@test "a folder is told from a name" {
	mkdir shop
	run -1 "$KUBECTL_MYSQL" template lint shop
	[[ $output == *"there is no template 'shop' in the catalogue"*"hint: 'shop' is a folder: give one file of it" ]]
}
