#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
bats_require_minimum_version 1.5.0

load cli-helper

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	cat >shop.yaml <<-'EOF'
		apiVersion: kubectl-mysql/v1
		kind: Template
		metadata: {name: shop, annotations: {description: A shop}}
		parameters:
		- {name: NAME, type: name, value: mart}
		- {name: TOKEN, generate: expression, from: '[a-z]{8}'}
		message: !text "look for ${NAME}, ${TOKEN}"
		objects: []
	EOF
}

@test "the message is shown with the defaults, generated values are not" {
	run -0 --separate-stderr "$KUBECTL_MYSQL" template show shop.yaml
	[ -z "$stderr" ]
	same "shop: A shop

Parameters:
  NAME (name, default mart)
  TOKEN (string, generated)

Message:
  look for mart, (secret)"
}

@test "there is no message to show when a parameter lacks a value" {
	sed 's/, value: mart/, required: true/' shop.yaml >none.yaml
	run -0 --separate-stderr "$KUBECTL_MYSQL" template show none.yaml
	[ -z "$stderr" ]
	[[ $output == *"NAME (name, required)"* ]]
	[[ $output != *Message* ]]
}
