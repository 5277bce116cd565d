#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; scripts in quotes are for other shells
bats_require_minimum_version 1.5.0

load cli-helper

@test "version is that of the file VERSION" {
	run -0 "$KUBECTL_MYSQL" version
	same "kubectl-mysql $(cat "$root/VERSION")"
	run -0 "$KUBECTL_MYSQL" --version
	same "kubectl-mysql $(cat "$root/VERSION")"
}

@test "version -o json and yaml are versioned documents" {
	run -0 "$KUBECTL_MYSQL" version -o json
	same "{
    \"apiVersion\": \"kubectl-mysql/v1\",
    \"kind\": \"Version\",
    \"version\": \"$(cat "$root/VERSION")\"
}"
	run -0 "$KUBECTL_MYSQL" version -o yaml
	same "apiVersion: kubectl-mysql/v1
kind: Version
version: $(cat "$root/VERSION")"
}
