#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets variables
# Templates by URL, from servers on this machine.
bats_require_minimum_version 1.5.0

load cli-helper

setup_file() {
	command -v python3 >/dev/null && command -v openssl >/dev/null || return 0
	export D=$BATS_FILE_TMPDIR
	cp "$BATS_TEST_DIRNAME/fixtures/process/shop.yaml" "$D/"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$D/key.pem" -out "$D/ca.pem" -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
	python3 "$BATS_TEST_DIRNAME/fixtures/process/server.py" "$D" >"$D/log" 2>&1 3>&- &
	echo $! >"$D/pid"
	mkfifo "$D/never"
	for ((i = 0; i < 200; i++)); do
		[ -s "$D/ports" ] && break
		read -r -t 0.05 <>"$D/never" || :
	done
}

teardown_file() {
	[ -z "${D-}" ] || kill "$(cat "$D/pid")"
}

setup() {
	need python3
	need openssl
	read -r plain secure _ <"$D/ports"
	http=http://127.0.0.1:$plain https=https://localhost:$secure
	export no_proxy='*' SSL_CERT_FILE=$D/ca.pem
	unset CURL_CA_BUNDLE http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
}

process() {
	run --separate-stderr "$KUBECTL_MYSQL" process "$@"
}

fails() {
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "${2:+$2: }error: $1" ] || {
		printf 'want: %s\ngot:  %s\n' "${2:+$2: }error: $1" "${stderr_lines[0]}" >&2
		return 1
	}
}

@test "a template is read over http and https" {
	process -f "$http/shop.yaml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	process -f "$https/shop.yaml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
}

@test "a certificate of an unknown CA is refused" {
	unset SSL_CERT_FILE
	process -f "$https/shop.yaml"
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == "error: cannot read '$https/shop.yaml': "* ]]
	[[ ${stderr_lines[1]} == *SSL_CERT_FILE* ]]
}

@test "a certificate of another host is refused" {
	process -f "https://127.0.0.2:$secure/shop.yaml"
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == "error: cannot read 'https://127.0.0.2:$secure/shop.yaml': "* ]]
}

@test "what is not there is told" {
	process -f "$http/nosuch.yaml"
	fails "cannot read '$http/nosuch.yaml': it is not there (404)"
	process -f "$http/answer/503"
	fails "cannot read '$http/answer/503': the server answered 503"
	process -f "$http/answer/401"
	[[ ${stderr_lines[1]} == *login* ]]
}

@test "a redirect is followed" {
	process -f "$http/to/shop.yaml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
}

@test "a loop of redirects ends" {
	process -f "$http/loop"
	fails "cannot read '$http/loop': more than 10 redirects"
}

@test "a redirect never leaves https, nor the web" {
	process -f "$https/plain"
	fails "cannot read '$https/plain': it redirects to what is not https"
	process -f "$http/file"
	fails "cannot read '$http/file': it redirects to what is not http or https"
}

@test "user and password go to their own host only, and into no message" {
	process -f "http://ann:secret@127.0.0.1:$plain/auth" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	: >"$D/seen"
	process -f "http://ann:secret@127.0.0.1:$plain/away" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	[ "$(cat "$D/seen")" = "none" ]
	process -f "http://ann:secret@127.0.0.1:$plain/nosuch?token=hidden"
	fails "cannot read '$http/nosuch': it is not there (404)"
	[[ $stderr != *secret* && $stderr != *hidden* ]]
}

@test "a document that is too large is refused, announced or not" {
	process -f "$http/announced"
	fails "cannot read '$http/announced': it is larger than 67108864 bytes" "$http/announced:1:1"
	process -f "$http/endless"
	fails "cannot read '$http/endless': it is larger than 67108864 bytes" "$http/endless:1:1"
}

@test "a server that is silent or slow runs into the deadline" {
	for path in silent slow; do
		process -f "$http/$path" --request-timeout=300ms
		fails "cannot read '$http/$path': no complete answer within 0.3 s"
		[ "${stderr_lines[1]}" = "  hint: give it more time with --request-timeout" ]
	done
}

@test "what is no HTTP at all is told, and called nothing else" {
	process -f "$http/garbage"
	fails "cannot read '$http/garbage': what the server answered is no HTTP"
}

@test "a server that is not there is told" {
	process -f "http://127.0.0.1:1/t.yaml"
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == "error: cannot read 'http://127.0.0.1:1/t.yaml': "* ]]
}

@test "the proxy of the environment is asked" {
	unset no_proxy
	http_proxy=$http process -f http://nowhere.invalid/shop.yaml -o name
	[ "${lines[0]}" = "secret/shop-db" ]
	http_proxy=http://127.0.0.1:1 no_proxy=127.0.0.1 process -f "$http/shop.yaml" -o name
	[ "${lines[0]}" = "secret/shop-db" ]
}

@test "a mistake in a document by URL names the URL" {
	process -f "$http/pod.yaml"
	fails "cannot read '$http/pod.yaml': it is not there (404)"
	process -f "$http/broken.yaml"
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == "$http/broken.yaml:2:1: error: cannot read YAML: "* ]]
}
