#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2016 # bats sets variables; ${…} in quotes are references
bats_require_minimum_version 1.5.0

load cli-helper

# render(expand(T, A), B) is render(T, A and B), byte for byte; so is render(compile(expand(T, A)), B).

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	printf '0123456789abcdef0123456789abcdef' >seed
	cat >shop.yaml <<'END'
apiVersion: kubectl-mysql/v1
kind: Template
metadata: {name: shop}
parameters:
- {name: NAME, type: name, value: shop}
- {name: REPLICAS, type: integer, value: 2, minimum: 1}
- {name: DEBUG, type: boolean, value: false}
objects:
- !for
  each: i
  in: range(REPLICAS)
  do:
    apiVersion: v1
    kind: Service
    metadata: {name: !text "${NAME}-${i}"}
- !if
  when: DEBUG
  then: {apiVersion: v1, kind: Pod, metadata: {name: !expr NAME + "-debug"}}
END
}

mysql() {
	run --separate-stderr "$KUBECTL_MYSQL" "$@"
}

# law NAME TEMPLATE-ARGS -- ASSIGNMENT...: holds for three splits of the assignments.
law() {
	local name=$1 split source=() all now later i status

	shift
	while [ "$1" != -- ]; do
		source+=("$1")
		shift
	done
	shift
	all=("$@")
	render whole "${source[@]}" "${all[@]}"
	for split in 0 1 2; do
		now=() later=()
		for i in "${!all[@]}"; do
			if [ $(((i + split) % 3)) -eq 0 ]; then later+=("${all[i]}"); else now+=("${all[i]}"); fi
		done
		status=0
		"$KUBECTL_MYSQL" template expand "${source[@]}" "${now[@]}" >residual.yaml 2>err || status=$?
		if [ "$status" -ne 0 ]; then
			# What cannot be expanded cannot be rendered either.
			[ "$(tail -n 1 whole)" = 'exit 1' ] && continue
			echo "$name: expand: exit code $status: $(cat err)"
			return 1
		fi
		render residual -f residual.yaml "${later[@]}"
		"$KUBECTL_MYSQL" template compile residual.yaml --to residual.kmt 2>err || {
			[ "$(tail -n 1 whole)" = 'exit 1' ] && continue
			cat err
			return 1
		}
		render compiled -f residual.kmt "${later[@]}"
		if ! cmp whole residual || ! cmp whole compiled; then
			echo "$name, split $split: now ${now[*]}; later ${later[*]}"
			return 1
		fi
	done
}

# render FILE ARG...: what rendering prints, and its exit code, go to FILE.
render() {
	local file=$1 code=0

	shift
	"$KUBECTL_MYSQL" render "$@" --seed-from seed >"$file" 2>/dev/null || code=$?
	echo "exit $code" >>"$file"
}

@test "what is decided is gone, what is not stays" {
	mysql template expand -f shop.yaml REPLICAS=1 DEBUG=false
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output != *'!for'* && $output != *'!if'* && $output == *'!text'* ]]
	[ "$(grep -c 'name: REPLICAS' <<<"${output%%residual:*}")" -eq 0 ]
	[ "$(wc -c <<<"${output%%residual:*}")" -lt "$(wc -c <shop.yaml)" ]
}

@test "a compiled residual of the catalogue is smaller than the whole" {
	"$KUBECTL_MYSQL" template compile replicated --to whole.kmt
	"$KUBECTL_MYSQL" template expand replicated FLAVOR=mysql DURABILITY=async REPLICAS=1 >residual.yaml
	"$KUBECTL_MYSQL" template compile residual.yaml --to residual.kmt
	[ "$(stat -c %s residual.kmt)" -lt "$(stat -c %s whole.kmt)" ]
}

@test "a decided parameter may be given again, with the same value only" {
	"$KUBECTL_MYSQL" template expand -f shop.yaml REPLICAS=1 >residual.yaml
	mysql render -f residual.yaml REPLICAS=1 -o name
	[ "$status" -eq 0 ]
	same service/shop-0
	mysql render -f residual.yaml REPLICAS=3 -o name
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "shop.yaml:6:10: error: parameter 'REPLICAS' was decided as another value when the template was expanded [T113]" ]
}

@test "messages about a residual name the lines of the template" {
	sed -i 's/!expr NAME + "-debug"/!expr "NAME[REPLICAS + 90]"/' shop.yaml
	"$KUBECTL_MYSQL" template expand -f shop.yaml DEBUG=true >residual.yaml
	mysql render -f residual.yaml
	[ "$status" -eq 1 ]
	echo "$stderr"
	[ "${stderr_lines[0]}" = "shop.yaml:18:65: error: index 92 is out of range of the string [T205]" ]
	"$KUBECTL_MYSQL" template compile residual.yaml --to residual.kmt
	mysql render -f residual.kmt REPLICAS=1
	[ "${stderr_lines[0]}" = "shop.yaml:18:65: error: index 91 is out of range of the string [T205]" ]
}

@test "a residual may be expanded again" {
	"$KUBECTL_MYSQL" template expand -f shop.yaml DEBUG=true >one.yaml
	"$KUBECTL_MYSQL" template expand -f one.yaml REPLICAS=1 >two.yaml
	mysql render -f two.yaml NAME=x -o name
	same $'service/x-0\npod/x-debug'
}

@test "an OpenShift Template of it gives the same objects" {
	mysql template expand -f shop.yaml REPLICAS=2 DEBUG=true --to=openshift
	[ "$status" -eq 1 ]
	sed -i 's/!expr NAME + "-debug"/!text "${NAME}-debug"/' shop.yaml
	"$KUBECTL_MYSQL" template expand -f shop.yaml REPLICAS=2 DEBUG=true --to=openshift >openshift.yaml 2>/dev/null
	mysql process -f openshift.yaml NAME=x
	[ "$status" -eq 0 ]
	[ "$(jq -S .items <<<"$output")" = "$("$KUBECTL_MYSQL" render -f shop.yaml REPLICAS=2 DEBUG=true NAME=x -o json | jq -S .items)" ]
}

@test "every template of the catalogue keeps the law" {
	while read -r name; do
		name=${name#template/}
		mapfile -t all < <("$KUBECTL_MYSQL" template params "$name" -o json |
			jq -r '.items[] | select(.default != null and .default != "") | "\(.name)=\(.default)"')
		[ "${#all[@]}" -gt 0 ]
		law "$name" "$name" -- "${all[@]}"
		[ "$(tail -n 1 whole)" = 'exit 0' ]
	done < <("$KUBECTL_MYSQL" template list -o name)
}

@test "OpenShift Templates of the wild keep the law" {
	cases=${KUBECTL_MYSQL_CASES:-$root/../shared/cases}/openshift/public
	[ -d "$cases" ] || skip "no recorded cases: set KUBECTL_MYSQL_CASES"
	need jq
	rendered=0
	for case in "$cases"/*/; do
		template=$(find "$case" -maxdepth 1 -name "template.*")
		[ -n "$template" ] || continue
		mapfile -t all < <("$KUBECTL_MYSQL" template params -f "$template" -o json 2>/dev/null |
			jq -r '.items[] | select(.default != null and .default != "") | "\(.name)=\(.default)"')
		law "$case" -f "$template" -- "${all[@]}"
		[ "$(tail -n 1 whole)" = 'exit 0' ] && rendered=$((rendered + 1))
	done
	echo "rendered $rendered"
	[ "$rendered" -gt 0 ]
}
