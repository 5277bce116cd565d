#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

# Whatever is read may be broken or hostile. Each input ends soon, within bounded memory, with an
# error that names file, line and column, and leaves nothing behind: no output, no partial file.

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	failures=0
	tried=0
}

# own LINE...: t.yaml in our own language; the first LINE is line 3.
own() {
	printf '%s\n' 'apiVersion: kubectl-mysql/v1' 'kind: Template' "$@" >t.yaml
}

openshift() {
	printf '%s\n' 'apiVersion: template.openshift.io/v1' 'kind: Template' "$@" >t.yaml
}

# value EXPRESSION: t.yaml with it in a ConfigMap.
value() {
	own 'parameters:' '- {name: A, value: a}' 'objects:' '- apiVersion: v1' '  kind: ConfigMap' \
		'  metadata: {name: !expr A}' '  data:' "    a: $1"
}

# repeat COUNT TEXT
repeat() {
	head -c "$1" /dev/zero | sed "s/\\x0/$2/g"
}

# ends PLACE ARG...: the program ends in time with exit code 1 or 2, an error at PLACE (a regular
# expression; "" for errors of no file) and without output.
ends() {
	local status=0 place=$1

	shift
	tried=$((tried + 1))
	(
		# Sanitizers reserve more address space than there is memory.
		nm "$KUBECTL_MYSQL" 2>/dev/null | grep -q __asan_init || ulimit -v 2000000
		exec timeout 20 "$KUBECTL_MYSQL" "$@"
	) >out 2>err </dev/null || status=$?
	if [ "$status" != 1 ] && [ "$status" != 2 ]; then
		echo "exit code $status: $*"
	elif [ -s out ]; then
		echo "printed $(wc -c <out) bytes: $*"
	elif ! grep -Eq "^${place:+$place: }error: ." err; then
		echo "no error at '$place': $*"
		head -c 500 err
	else
		return 0
	fi
	failures=$((failures + 1))
}

# done_with COUNT: so many inputs were tried, and all ended well.
done_with() {
	echo "tried $tried, failed $failures"
	[ "$tried" -eq "$1" ] && [ "$failures" -eq 0 ]
}

AT='[^:]+:[0-9]+:[0-9]+'

@test "text that is no YAML or JSON" {
	while IFS= read -r text; do
		printf '%b' "$text" >t.yaml
		ends "$AT" render -f t.yaml
	done <<'END'
a: [
a: {b
a: "unclosed
a: 'unclosed
a:\n\tb: c
- a\nb: c
a: b: c
? [a]\n: b
a: *nothing
%YAML 9.9\n---\na
&a a: *b
a: &a [*a]
a: !<tag:yaml.org,2002:binary> x
a: "\\q"
a: "\\ud800"
{"a": 1
{"a": 1,}x
{"a" 1}
[1, 2
{"a": 01}
a: 1\na: 2
a: \0b
\xff\xfea: b
\xc0\x80: a
a: \xff
a: \xed\xa0\x80
\xef\xbb\xbf
@a
`a`
a: b\n...\nc: d
---\n---\n---
null
[]
"text"
1e999
END
	done_with 35
}

@test "documents that are no templates, and fields that do not fit" {
	while IFS= read -r text; do
		printf '%b' "$text" >t.yaml
		ends "$AT" render -f t.yaml
	done <<'END'
apiVersion: kubectl-mysql/v2\nkind: Template
apiVersion: kubectl-mysql/v1\nkind: template
kind: Template
apiVersion: kubectl-mysql/v1\nkind: Template\nobjects: x
apiVersion: kubectl-mysql/v1\nkind: Template\nobjects: !for x
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: {a: b}
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [1]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: ""}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: 1a}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: A, type: float}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: A, pattern: "("}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: A, type: enum}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: A, type: port, value: 99999}]
apiVersion: kubectl-mysql/v1\nkind: Template\nparameters: [{name: A, type: quantity, value: 1Q1}]
apiVersion: kubectl-mysql/v1\nkind: Template\nmetadata: [a]
apiVersion: kubectl-mysql/v1\nkind: Template\nmetadata: {name: [a]}
apiVersion: kubectl-mysql/v1\nkind: Template\nlabels: [a]
apiVersion: kubectl-mysql/v1\nkind: Template\nmessage: {a: b}
apiVersion: kubectl-mysql/v1\nkind: Template\nresidual: {decided: [1]}
apiVersion: kubectl-mysql/v1\nkind: Template\nobjects: [null]
apiVersion: kubectl-mysql/v1\nkind: Template\nobjects: [{apiVersion: v1, kind: 3}]
apiVersion: v1\nkind: Template\nobjects: [1]
apiVersion: v1\nkind: Template\nobjects: {}
apiVersion: v1\nkind: Template\nparameters: [{value: 3}]
apiVersion: v1\nkind: Template\nparameters: [{name: A, value: 3}]
apiVersion: v1\nkind: Template\nobjects: [{kind: Pod, apiVersion: v1, a: "${B}"}]
END
	done_with 26
}

@test "directives and expressions that cannot be read" {
	while IFS= read -r text; do
		value "$text"
		ends "$AT" render -f t.yaml
	done <<'END'
!expr
!expr ""
!expr (
!expr A)
!expr 'A +'
!expr "'open"
!expr "'\\q'"
!expr A[
!expr "[A,, A]"
!expr "A ? 1"
!expr "\x00"
!expr A.b
!expr 1..5
!expr 99999999999999999999999999999999999999999999999
!expr 1/0
!expr 5 % 0
!expr 170141183460469231731687303715884105727 * 2
!expr A()
!expr len()
!expr len(len(A))
!expr -A
!expr "!A"
!expr A && true
!expr A < 1
!expr A[0.5]
!expr A[-1]
!expr integer('x')
!expr quantity('1X')
!expr format('%d', A)
!expr format('%', A)
!expr format('%9999999999d', 1)
!expr replace(A, '', 'x')[9]
!text "${"
!text "${A"
!text "${}"
!text [a]
!if {}
!if A
!if {when: [a]}
!for {each: x, in: A}
!for {each: 1, in: "[1]", do: 1}
!for {each: y, in: "[1]", do: 1}
!let {set: [a], do: 1}
!let {set: {1: a}, do: 1}
!let {set: {a: !expr b, b: 1}, do: !expr a}
!assert {that: true}
!assert {that: false, message: no}
!assert {that: A, message: no}
!include ""
!include {file: [a]}
!include {file: a, as: b}
!include .
!include /dev/zero
!unknown x
! x
!!int abc
END
	done_with 56
}

@test "work that would never end, or never fit" {
	while IFS= read -r text; do
		value "$text"
		ends "$AT" render -f t.yaml
	done <<'END'
!expr range(1000000000)
!expr range(-1000000000, 1000000000)
!expr range(99999999999999999999)
!expr "len(range(1000000) + range(1000000))"
!for {each: a, in: range(10000), do: !for {each: b, in: range(10000), do: !for {each: c, in: range(10000), do: x}}}
!for {each: a, in: range(1000000), do: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}
!for {each: a, in: range(1000000), do: !expr "join(range(100000), ',')"}
!expr "join(range(1000000), '0123456789012345678901234567890123456789012345678901234567890123456789')"
!expr "replace(join(range(1000), ','), ',', join(range(100000), ','))"
!expr "format('%60000000d', 1) + format('%60000000d', 1)"
END
	done_with 10
}

@test "strings and lists that double in a chain" {
	{
		printf '!let {set: {x0: text'
		for i in {1..40}; do printf ', x%d: !expr x%d + x%d' "$i" $((i - 1)) $((i - 1)); done
		printf '}, do: !expr x40}'
	} >chain
	value "$(cat chain)"
	ends "$AT" render -f t.yaml
	sed 's/text/!expr "[1]"/' chain >lists
	value "$(cat lists)"
	ends "$AT" render -f t.yaml
	{
		printf '!let {set: {x0: [a]'
		for i in {1..40}; do printf ', x%d: [!expr x%d, !expr x%d]' "$i" $((i - 1)) $((i - 1)); done
		printf '}, do: !expr x40}'
	} >trees
	value "$(cat trees)"
	ends "$AT" render -f t.yaml
	done_with 3
}

@test "depth and breadth" {
	repeat 200000 '[' >t.yaml
	ends "$AT" render -f t.yaml
	repeat 200000 '{"a":' >t.yaml
	ends "$AT" render -f t.yaml
	repeat 200000 '- ' >t.yaml
	ends "$AT" render -f t.yaml
	value "!expr $(repeat 60000 '(')"
	ends "$AT" render -f t.yaml
	value "!expr $(repeat 60000 '!')A"
	ends "$AT" render -f t.yaml
	value "!expr \"$(repeat 10000 '[')\""
	ends "$AT" render -f t.yaml
	value "!expr $(repeat 100000 '1')"
	ends "$AT" render -f t.yaml
	{
		echo 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
		for i in {1..20}; do
			p=$((i - 1))
			echo "a$i: &a$i [*a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p]"
		done
	} >t.yaml
	ends "$AT" render -f t.yaml
	{
		own 'parameters:'
		cat t.yaml
		seq -f '- {name: A%.0f}' 10001
	} >many.yaml
	ends "$AT" render -f many.yaml
	done_with 9
}

@test "files that are none, and too large ones" {
	truncate -s $(((64 << 20) + 1)) large.yaml
	ends large.yaml:1:1 render -f large.yaml
	ends '' render -f missing.yaml
	mkdir folder
	ends '' render -f folder
	ends '' render -f ''
	ends '' render ./missing/t.yaml
	ends '' render -f t.yaml/x
	ends '' render no-such-template
	ends '(/dev/null:1:1)' render -f /dev/null
	ends '(/dev/zero:1:1)' render -f /dev/zero
	ends '(/dev/zero:1:1)' process -f /dev/zero
	ends '(/dev/urandom:1:1)' process -f /dev/urandom
	ends '' process -f /proc/self/mem
	: >empty.yaml
	ends "$AT" render -f empty.yaml
	ends '' render -f http://127.0.0.1:1/t.yaml
	ends '' render -f http://
	ends '' render -f ftp://127.0.0.1/t.yaml
	ends '' render -f 'http://[::1'
	ends "$AT" render -f -
	done_with 18
}

@test "parameters, parameter files and seeds" {
	own 'parameters:' '- {name: A, type: integer, value: 1}' '- {name: P, type: password, generate: expression, from: "[a-z]{8}"}' \
		'objects: [{apiVersion: v1, kind: Secret, metadata: {name: a}, a: !expr A, p: !expr P}]'
	for value in '' ' 1' 1.5 0x10 1e3 99999999999999999999999999999999999999 '${A}' $'1\n2' $'\xff' --; do
		ends 't.yaml:4:10' render -f t.yaml "A=$value"
	done
	for word in A =1 'A B=1' 'A=1 A=2' -A; do
		# shellcheck disable=SC2086
		ends '(t.yaml:3:1)?|' render -f t.yaml $word
	done
	while IFS= read -r text; do
		printf '%b' "$text" >p.env
		ends "$AT" render -f t.yaml --param-file p.env
	done <<'END'
A
=1
A=x
A="open
A=1\\0
\xff=1
UNKNOWN=1
END
	ends '' render -f t.yaml --param-file missing.env
	ends '' render -f t.yaml --param-file .
	echo short >seed
	ends '' render -f t.yaml --seed-from seed
	ends '' render -f t.yaml --seed-from missing
	ends '' render -f t.yaml --seed-from /dev/zero
	ends '' render -f t.yaml --seed-from .
	ends '' render -f t.yaml -o xml
	ends jsonpath:1:8 render -f t.yaml -o 'jsonpath={.items[}'
	ends '' render -f t.yaml --bootstrap
	ends '' render -f t.yaml --for=nomad
	done_with 32
}

@test "compiled programs, cut at every place or with a byte changed" {
	value '!for {each: x, in: "range(3)", do: !text "${A} ${x}"}'
	"$KUBECTL_MYSQL" template compile t.yaml --to whole.kmt
	size=$(stat -c %s whole.kmt)
	"$KUBECTL_MYSQL" render -f whole.kmt >/dev/null
	for at in 8 9 12 16 20 32 40 60 90 $((size / 2)) $((size - 9)) $((size - 2)) $((size - 1)); do
		head -c "$at" whole.kmt >t.kmt
		ends "$AT" render -f t.kmt
		cp whole.kmt t.kmt
		printf '\xa5' | dd of=t.kmt bs=1 seek="$at" conv=notrunc status=none
		cmp -s whole.kmt t.kmt && printf '\x5a' | dd of=t.kmt bs=1 seek="$at" conv=notrunc status=none
		ends "$AT" render -f t.kmt
	done
	cat whole.kmt whole.kmt >t.kmt
	ends "$AT" render -f t.kmt
	done_with 27
}

@test "output that cannot be written leaves nothing behind" {
	value '!expr A'
	mkdir closed
	printf '%s\n' * | sort >before
	ends '' template compile t.yaml --to missing/t.kmt
	ends '' template compile t.yaml --to closed
	ends '' template compile t.yaml --to ''
	if [ "$(id -u)" != 0 ]; then
		chmod a-w closed
		ends '' template compile t.yaml --to closed/t.kmt
	else
		ends '' template compile t.yaml --to /proc/t.kmt
	fi
	value '!expr A +'
	echo old >kept.kmt
	ends "$AT" template compile t.yaml --to kept.kmt
	[ "$(cat kept.kmt)" = old ]
	rm kept.kmt out err
	printf '%s\n' * | grep -vx before | sort | diff - <(grep -vx 'out\|err\|before' before)
	[ -z "$(find . closed -maxdepth 1 -name '.?*')" ]
	rmdir closed
	done_with 5
}

@test "output to a full device fails" {
	value '!expr A'
	for words in 'render -f' 'template compile --emit=c' 'template expand -f' 'template params'; do
		status=0
		# shellcheck disable=SC2086
		"$KUBECTL_MYSQL" $words t.yaml >/dev/full 2>err || status=$?
		[ "$status" -eq 1 ]
		grep -q '^error: .*No space left on device' err
	done
}

# many TEXT BEFORE BEHIND: 60 MiB of TEXT, over and over.
many() {
	printf '%s' "$2"
	yes "$1" | tr -d '\n' | head -c 62914560
	printf '%s\n' "$3"
}

# too_many FILE WORD...: reading FILE ends in time, and in less than 1 GB.
too_many() {
	status=0
	(
		nm "$KUBECTL_MYSQL" 2>/dev/null | grep -q __asan_init || ulimit -v 1000000
		"$KUBECTL_MYSQL" "${@:2}" "$1"
	) >out 2>err || status=$?
	cat err
	[ "$status" -eq 1 ]
	grep -qE "^$1:1:[0-9]+: error: cannot read (JSON|YAML): more than 10000000 values" err
}

@test "millions of small values end with an error, and in less than 1 GB" {
	many '1,' '[' '1]' >a.json
	too_many a.json process -f
	many '1,' 'a: [' '1]' >a.yaml
	too_many a.yaml render -f
	grep -q '\[T006\]$' err
	grep -q 'hint: split it' err
}
