#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output and stderr
# Requests to an API server that does what a real one does rarely (tests/helper/kube-faults). What a real one does is
# in tests/cluster/client.bats.

bats_require_minimum_version 1.5.0

root=$(cd "${BATS_TEST_DIRNAME:?}/../.." && pwd)
get=$root/${BUILD:-build}/tests/helper/kube-get
faults=$root/tests/helper/kube-faults

# server NAME OPTION...: starts one; its port is in port_NAME, its process in server_NAME.
server() {
	local name=$1 port
	shift
	mkfifo "$T/$name.in"
	"$faults" "$@" <"$T/$name.in" >"$T/$name.out" 2>"$T/$name.err" 3>&- &
	export "server_$name=$!"
	# shellcheck disable=SC2034 # held open: the server ends with its input
	exec {fd}>"$T/$name.in"
	# The line with the port is there when tail has seen it.
	port=$(timeout 20 tail --pid="$!" -n +1 -f "$T/$name.out" 2>/dev/null | sed '1q')
	[[ $port ]]
	export "port_$name=$port"
}

certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$2" \
		-keyout "$T/$1.key" -out "$T/$1.crt" "${@:3}" 2>/dev/null
}

setup_file() {
	T=$(mktemp -d "${TMPDIR:-/tmp}/kube.XXXXXX")
	export T
	certificate server server -addext 'subjectAltName=DNS:kube.example,IP:127.0.0.1'
	certificate other other
	certificate client jane
	server plain
	server tls --tls "$T/server.crt" "$T/server.key" --client-ca "$T/client.crt"
	server named --tls "$T/server.crt" "$T/server.key"
	server proxy --proxy
}

teardown_file() {
	kill "$server_plain" "$server_tls" "$server_named" "$server_proxy"
	rm -rf "$T"
}

setup() {
	unset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
	export KUBECONFIG=$BATS_TEST_TMPDIR/config
	config "http://127.0.0.1:$port_plain"
}

# config SERVER [CLUSTER-LINE [USER-LINE]]: a kubeconfig; lines are in flow style, and a token is the usual user of https.
config() {
	local user=${3-}
	[[ $user || $1 != https:* ]] || user='token: t'
	cat >"$KUBECONFIG" <<-END
		apiVersion: v1
		kind: Config
		current-context: c
		contexts: [{name: c, context: {cluster: c, user: u}}]
		clusters: [{name: c, cluster: {server: "$1"${2:+, $2}}}]
		users: [{name: u, user: {$user}}]
	END
}

tls_config() { config "https://127.0.0.1:$port_tls" "certificate-authority: $T/server.crt" "${1-}"; }

# body FILTER: of the answer in output, which begins with code and type.
body() { tail -n +3 <<<"$output" | jq -r "$1"; }

@test "headers say who asks, for whom and by which command" {
	run -0 "$get" --command 'check' --request-timeout 5000 GET '/echo?a=b%20c'
	[ "$(body .path)" = '/echo?a=b%20c&timeout=5000ms' ]
	[[ $(body '.headers["User-Agent"][0]') == kubectl-mysql/*' (linux/'*')' ]]
	[ "$(body '.headers["Kubectl-Command"][0]')" = 'kubectl mysql check' ]
	[[ $(body '.headers["Kubectl-Session"][0]') =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
	[ "$(body '.headers.Accept[0]')" = application/json ]
	[ "$(body '.headers["Content-Type"]')" = null ]
	config "http://127.0.0.1:$port_plain" '' 'as: joe, as-uid: "7", as-groups: [a, b], as-user-extra: {"x/y": ["1", "2"]}'
	run -0 "$get" PATCH /echo '{"x": 1}'
	[ "$(body '.headers | [.["Impersonate-User"], .["Impersonate-Uid"], .["Impersonate-Group"], .["Impersonate-Extra-x%2Fy"]] | tostring')" = \
		'[["joe"],["7"],["a","b"],["1","2"]]' ]
	[ "$(body '[.method, .body, .headers["Content-Type"][0]] | tostring')" = '["PATCH","{\"x\": 1}","application/json"]' ]
}

@test "no password goes over http" {
	config "http://127.0.0.1:$port_plain" '' 'token: secret'
	run -0 "$get" GET /echo
	[ "$(body .headers.Authorization)" = null ]
}

@test "a busy server is asked again after the time that it names" {
	run -0 "$get" POST /busy/1 '{"x": 1}'
	[ "$(body '[.tries, .body] | tostring')" = '[2,"{\"x\": 1}"]' ]
	run -0 "$get" GET /busy/10
	[ "$(body .tries)" = 11 ]
	run -1 --separate-stderr "$get" GET /busy/20
	[ "$stderr" = $'error (class 34, origin 429): too many requests\nhint: the server is busy; try again in a moment' ]
	run -1 --separate-stderr "$get" GET /busy-silent
	[ "$(body .tries)" = 1 ]
}

@test "patience ends with the deadline and with a cancel" {
	run -1 --separate-stderr "$get" --timeout 300 GET /busy/2
	[[ $stderr == 'error (class 7, origin 0): '*'the server answered 429'*'timed out after 3'*' ms' ]]
	run -1 --separate-stderr "$get" --timeout 400 GET /slow
	[[ $stderr == "error (class 7, origin 0): GET 'http://127.0.0.1:$port_plain/slow': timed out after 4"* ]]
	run -1 --separate-stderr "$get" --request-timeout 400 GET /slow
	[[ $stderr == "error (class 7, origin 0): GET 'http://127.0.0.1:$port_plain/slow': timed out after 4"* ]]
	run -1 --separate-stderr "$get" --count 16 --parallel 16 --cancel 300 GET /slow
	[ "$(grep -c "^error (class 38, origin 0): GET '.*/slow': cancelled" <<<"$stderr")" = 16 ]
}

@test "a GET is tried again when the connection breaks, a POST is not" {
	run -0 "$get" GET /cut/1
	[ "$(body .tries)" = 2 ]
	run -1 --separate-stderr "$get" POST /cut/1 '{}'
	[[ $stderr == "error (class 35, origin 0): POST 'http://127.0.0.1:$port_plain/cut/1': "* ]]
}

@test "an answer that is no JSON, or too large, is refused" {
	run -1 --separate-stderr "$get" GET /garbage
	[[ $stderr == "error (class 32, origin 0): GET "*"what the server answered is no valid JSON: "* ]]
	run -1 --separate-stderr "$get" --limit 100 GET /echo
	[[ $stderr == *'(class 34, origin 0)'*'the answer is larger than 100 bytes' ]]
	run -1 --separate-stderr "$get" GET /bomb
	[[ $stderr == *'(class 34, origin 0)'*'the answer is larger than 67108864 bytes' ]]
}

@test "answers are packed unless the kubeconfig forbids it" {
	run -0 "$get" GET /gzip
	[ "$(body .packed)" = true ]
	config "http://127.0.0.1:$port_plain" 'disable-compression: true'
	run -0 "$get" GET /gzip
	[ "$(body .packed)" = false ]
}

@test "refusals have the server's words, and those of kubectl where it has none" {
	run -1 --separate-stderr "$get" GET /status/409/Conflict
	[ "$stderr" = 'error (class 6, origin 409): words of mine' ]
	run -1 --separate-stderr "$get" GET /status/403/Forbidden
	[ "$stderr" = 'error (class 36, origin 403): words of mine' ]
	run -1 --separate-stderr "$get" GET /status/504/Timeout
	[ "$stderr" = 'error (class 7, origin 504): words of mine' ]
	run -1 --separate-stderr "$get" GET /page
	[ "$stderr" = "error (class 1, origin 503): the server is currently unable to handle the request (GET 'http://127.0.0.1:$port_plain/page')" ]
	run -1 --separate-stderr "$get" GET /unknown
	[ "$stderr" = "error (class 33, origin 404): the server could not find the requested resource (GET 'http://127.0.0.1:$port_plain/unknown')" ]
	run -1 --separate-stderr "$get" GET /login
	[[ $stderr == *'(class 1, origin 302)'*'hint: something before the server wants a login'* ]]
}

@test "nobody listens" {
	config 'http://127.0.0.1:1'
	run -1 --separate-stderr "$get" GET /echo
	[[ $stderr == "error (class 35, origin 0): the connection to the server '127.0.0.1:1' was refused - did you specify the right host or port?"* ]]
	config 'http://nowhere.invalid'
	run -1 --separate-stderr "$get" GET /echo
	[[ $stderr == *'(class 35, origin 0)'*'Could not resolve host: nowhere.invalid'* ]]
}

@test "each warning is told once" {
	run -0 --separate-stderr "$get" --count 3 --parallel 2 GET /warn
	[ "$stderr" = $'Warning: v1beta1 is "old"\nWarning: second' ]
}

@test "-v shows requests, and no token" {
	run -0 --separate-stderr "$get" -v GET '/echo?x=1&access_token=secret&y=2'
	[[ $stderr == *" GET http://127.0.0.1:$port_plain/echo?x=1&access_token=***&y=2 200 in "*' ms, '*' bytes' ]]
	tls_config 'token: secret'
	run -0 --separate-stderr "$get" -v GET /token/secret
	[[ $stderr != *secret*secret* ]]
}

# ---- who asks

@test "a token that was refused is asked for once more" {
	echo old >"$BATS_TEST_TMPDIR/token"
	tls_config "tokenFile: $BATS_TEST_TMPDIR/token"
	run -1 --separate-stderr "$get" GET /token/new
	[ "$stderr" = $'error (class 36, origin 401): you must be logged in to the server (Unauthorized)\nhint: log in to the cluster again; kubectl auth whoami tells who you are' ]
	cat >"$BATS_TEST_TMPDIR/plugin" <<-'END'
		#!/bin/sh
		echo run >>"$0.runs"
		printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t%s"}}' "$(grep -c . "$0.runs")"
	END
	chmod +x "$BATS_TEST_TMPDIR/plugin"
	tls_config "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: $BATS_TEST_TMPDIR/plugin}"
	run -0 "$get" --count 16 --parallel 16 GET /token/t2
	[ "$(wc -l <"$BATS_TEST_TMPDIR/plugin.runs")" = 2 ]
	run -1 --separate-stderr "$get" GET /token/never
	[ "$(wc -l <"$BATS_TEST_TMPDIR/plugin.runs")" = 4 ]
}

@test "a client certificate is shown" {
	tls_config "client-certificate: $T/client.crt, client-key: $T/client.key"
	run -0 "$get" GET /echo
	[ "$(body .certificate)" = jane ]
}

@test "only the CA of the kubeconfig is trusted" {
	config "https://127.0.0.1:$port_tls" "certificate-authority: $T/other.crt"
	run -1 --separate-stderr env SSL_CERT_FILE="$T/server.crt" "$get" GET /echo
	[[ $stderr == 'error (class 37, origin 0): '*'hint: the certificate is not of a CA that is trusted'* ]]
	config "https://127.0.0.1:$port_tls"
	run -1 --separate-stderr "$get" GET /echo
	[[ $stderr == 'error (class 37, origin 0): '* ]]
	run -0 env SSL_CERT_FILE="$T/server.crt" "$get" GET /echo
	config "https://127.0.0.1:$port_tls" 'insecure-skip-tls-verify: true'
	run -0 "$get" GET /echo
}

@test "tls-server-name is what the certificate must be for" {
	config "https://127.0.0.1:$port_tls/" "certificate-authority: $T/server.crt, tls-server-name: kube.example"
	run -0 "$get" GET /echo
	[ "$(body '.headers.Host[0]')" = "127.0.0.1:$port_tls" ]
	config "https://127.0.0.1:$port_tls/" "certificate-authority: $T/server.crt, tls-server-name: other.example"
	run -1 --separate-stderr "$get" GET /echo
	[[ $stderr == 'error (class 37, origin 0): '*"'https://127.0.0.1:$port_tls/echo'"* ]]
}

@test "the proxy of the kubeconfig, and no other" {
	export ALL_PROXY=http://127.0.0.1:1 HTTPS_PROXY=http://127.0.0.1:1
	tls_config
	run -0 "$get" GET /echo
	config "https://kube.example:$port_named" "certificate-authority: $T/server.crt, proxy-url: \"http://me:word@127.0.0.1:$port_proxy\""
	run -0 "$get" GET /echo
	[ "$(body '.headers["Proxy-Authorization"]')" = null ]
	grep -qF "CONNECT kube.example:$port_named Basic bWU6d29yZA==" "$T/proxy.out"
}

# ---- lists, watches, streams

@test "all pages of a list, with what was asked for" {
	run -0 "$get" LIST '/list?labelSelector=a=b'
	[ "$output" = $'item1\nitem2\nitem3\nversion 77' ]
}

@test "a list whose server forgets where it was begins anew" {
	run -0 "$get" LIST /list-forgets
	[ "$output" = $'new\nother\nversion 78' ]
	run -1 "$get" LIST /echo
	[[ $output == *"(class 32, origin 0): GET '/echo': what the server answered is no list" ]]
}

@test "a watch goes on from its bookmark, and ends when that is too old" {
	run -1 --separate-stderr "$get" --events 9 WATCH /watch 1
	[ "$output" = $'ADDED a\nMODIFIED a' ]
	[ "$stderr" = 'error (class 33, origin 410): too old resource version: 1 (9)' ]
	run -1 --separate-stderr "$get" WATCH /watch-late 1
	[ "$stderr" = 'error (class 33, origin 410): too old resource version: 1 (9)' ]
}

@test "a watch that breaks in mid-event loses none and repeats none" {
	run -0 "$get" --events 2 WATCH /watch-cut 1
	[ "$output" = $'ADDED a\nDELETED a' ]
}

@test "a watch outlives an error of the server" {
	run -0 "$get" WATCH /watch-busy 1
	[ "$output" = 'ADDED a' ]
}

@test "a stream arrives whole, also when it is read slowly" {
	run -0 bash -c "'$get' STREAM /big | sha256sum"
	[ "${output%% *}" = "$(yes "$(printf '%63s' '' | tr ' ' x)" | head -c $((20 << 20)) | sha256sum | cut -d' ' -f1)" ]
	run -0 bash -c "'$get' --slow 20 STREAM /big | wc -c"
	[ "$output" = $((20 << 20)) ]
	run -1 --separate-stderr "$get" STREAM /status/400/BadRequest
	[ "$stderr" = 'error (class 32, origin 400): words of mine' ]
}

@test "a server without aggregated discovery, one of whose groups is away" {
	run -0 "$get" KIND v1 Pod
	[ "$output" = /api/v1/namespaces/n/pods ]
	run -0 "$get" KIND batch/v1beta1 Job
	[ "$output" = /apis/batch/v1beta1/namespaces/n/jobs ]
	run -0 "$get" NAME jobs.batch
	[ "$output" = /apis/batch/v1/namespaces/n/jobs ]
	run -1 "$get" KIND away.example/v1 Thing
	[[ $output == "error (class 35, origin 0): the kinds of 'away.example/v1' are not known: its server does not answer"* ]]
	run -1 "$get" KIND batch/v1 Thing
	[[ $output == "error (class 33, origin 0): no matches for kind 'Thing' in version 'batch/v1'"* ]]
}
