#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output, stderr
# Streams of an API server that lies, falls silent or goes away in mid-stream.

load helper

setup() {
	stream=$root/${BUILD:-build}/tests/helper/kube-stream
	T=$(mktemp -d "${TMPDIR:-/tmp}/streams.XXXXXX")
}

teardown() {
	[[ ! ${liar-} ]] || kill "$liar" 2>/dev/null || :
	rm -rf "$T"
}

# liar MODE...: a server that serves a connection for each; $KUBECONFIG leads to it.
liar() {
	mkfifo "$T/port"
	"$root/tests/helper/stream-liar" "$@" >"$T/port" 2>"$T/saw" 3>&- &
	liar=$!
	export KUBECONFIG=$T/config
	printf 'clusters: [{name: a, cluster: {server: "http://127.0.0.1:%s"}}]\n' "$(head -n 1 "$T/port")" >"$KUBECONFIG"
	printf 'contexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a\n' >>"$KUBECONFIG"
}

# fails MESSAGE MODE ARGUMENT...: kube-stream with such a server fails so.
fails() {
	local message=$1
	liar "$2"
	run -120 --separate-stderr "$stream" "${@:3}"
	echo "$stderr"
	[[ $stderr == *"$message"* ]]
}

@test "output that ends without a Status is no success" {
	fails "class 35, origin 0): 'cat' in pod 'db': the server closed the connection with code 1000" no-status exec db cat
	[ "$output" = 'half of it' ]
	[[ $stderr == *'hint: how the command ended is not known'* ]]
}

@test "output that is cut is no success" {
	fails "reading from 'cat' in pod 'db': the connection was cut" cut exec db cat
	[ "$output" = 'half of it' ]
}

@test "a frame that is cut is no success" {
	fails "the connection was cut" cut-in-frame exec db cat
}

@test "what came before a reset counts, if the Status did" {
	liar status-then-reset
	run -0 "$stream" exec db cat
	[ "$output" = 'all of it' ]
}

@test "fragments are one message of one channel, and a ping between them is answered" {
	liar fragments
	run -0 "$stream" exec db cat
	[ "$output" = $'one \002two \003three' ]
	grep -x 'got 10 are you there' "$T/saw"
}

@test "bytes that come one by one are read like others" {
	liar bytes
	run -0 "$stream" exec db cat
	[ "$output" = slow ]
}

@test "a failure without an exit code has the server's words, and none that change a terminal" {
	fails "class 1, origin 0): 'cat' in pod 'db': no such [2J program" failure exec db cat
}

@test "an exit code that is none is not taken for success" {
	fails 'the server gives no exit code' bad-code exec db cat
}

@test "text and garbage are refused" {
	fails 'the server sends text where channels should be' text exec db cat
	rm "$T/port"
	fails 'the server breaks the WebSocket protocol' garbage exec db cat
}

@test "a Status without end is refused" {
	fails "class 34, origin 0): the server's Status has more than 1048576 bytes" endless-status exec db cat
}

@test "input goes there masked, and its end is said" {
	head -c 300000 /dev/urandom >"$T/input"
	for how in fd bytes; do
		liar echo
		"$stream" --stdin "$how" exec db cat <"$T/input" >"$T/output"
		cmp "$T/input" "$T/output"
		rm "$T/port"
	done
}

@test "a server that cannot be told where input ends is refused, unless the command knows" {
	fails "cannot run 'cat' in pod 'db': the server cannot be told where its input ends" v4 --stdin fd exec db cat </dev/null
	[[ $stderr == *'hint: this needs Kubernetes 1.30 or later'* ]]
}

@test "a command that ends without reading its input has its exit code" {
	liar deaf
	head -c 5000000 /dev/zero | "$stream" --stdin fd exec db true
}

@test "a server that falls silent is left after its time, though its machine answers" {
	fails "reading from port 3306 of pod 'db': the server has been silent for 0.3 s" silent --silence 300 pipe db 3306 </dev/null
	grep '^got 9' "$T/saw"
}

@test "a stream ends at the deadline and when it is cancelled" {
	fails 'class 7, origin 0)' silent --timeout 300 exec db cat
	rm "$T/port"
	fails 'class 38, origin 0)' silent --cancel 200 exec db cat
}

@test "a refusal has the server's words and says which right is missing" {
	fails "class 36, origin 403): cannot reach port 3306 of pod 'db': pods \"db\" is forbidden: no" 403 pipe db 3306
	[[ $stderr == *'hint: your Role needs the verbs get and, since Kubernetes 1.35, create on pods/portforward' ]]
}

@test "a refusal that is not about rights does not say so" {
	fails 'class 36, origin 403)' 403-bare exec db cat
	[[ $stderr == *'hint: no right is missing'* ]]
	rm "$T/port"
	fails 'class 36, origin 403)' 403-cut exec db cat
	rm "$T/port"
	fails 'class 36, origin 403)' 403-endless exec db cat
}

@test "a server that is busy is asked again" {
	liar 429 429 echo
	run -0 "$stream" --stdin fd exec db cat <<<hello
	[ "$output" = hello ]
}

@test "redirects are not followed" {
	fails 'origin 302' 302 exec db cat
}

@test "an answer that is none is refused" {
	local mode
	while read -r mode message; do
		fails "$message" "$mode" exec db cat
		rm "$T/port"
	done <<-END
		no-http what the server answered is no HTTP
		no-answer waiting for the server's answer: the connection was cut
		wrong-accept the server accepted the WebSocket of somebody else
		wrong-protocol the server chose protocol 'v3.channel.k8s.io', which was not offered
	END
}

@test "the port before each channel is taken off, in any pieces" {
	liar port-bytes
	run -0 "$stream" pipe db 3306 </dev/null
	[ "$output" = hello ]
}

@test "another port than that which was asked for is refused" {
	fails "reading from port 3306 of pod 'db': the server forwards another port" other-port pipe db 3306 </dev/null
	[ "$output" = '' ]
}

@test "what the server says of a port is on one line" {
	fails "class 35, origin 0): cannot reach port 3306 of pod 'db': dial tcp: no route" port-error pipe db 3306 </dev/null
}
