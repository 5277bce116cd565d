#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2030,SC2031 # bats and the helper set variables
# What the catalogue prints, and that it obeys the rules of who may write.
bats_require_minimum_version 1.5.0

load cli-helper

names=(local-volumes openshift-replication replicated single xtrabackup)

# The parameters of a template's example, one word each.
example_words() {
	read -ra words <"$root/templates/$1/example"
	printf '%s\n' "${words[@]:4}"
}

# json NAME [OPTION...]: its objects as JSON, with the same secrets each time.
json() {
	"$KUBECTL_MYSQL" render "$@" --seed-from "$root/templates/seed" -o json
}

@test "every template of the catalogue prints what its folder says" {
	for name in "${names[@]}"; do
		mapfile -t words < <(example_words "$name")
		"$KUBECTL_MYSQL" render "$name" "${words[@]}" --seed-from "$root/templates/seed" \
			>"$BATS_TEST_TMPDIR/out"
		diff "$root/templates/$name/expected.yaml" "$BATS_TEST_TMPDIR/out"
	done
}

@test "a template file prints the same as the copy inside the program" {
	for name in "${names[@]}"; do
		for from in "$name" "-f $root/templates/$name/template.yaml"; do
			# shellcheck disable=SC2086 # two words
			"$KUBECTL_MYSQL" render $from --seed-from "$root/templates/seed" |
				sha256sum
		done | uniq | wc -l | grep -qx 1
	done
}

@test "every template renders without a parameter, and is listed with a description" {
	run -0 "$KUBECTL_MYSQL" template list -o json
	for name in "${names[@]}"; do
		"$KUBECTL_MYSQL" render "$name" >"$BATS_TEST_TMPDIR/$name"
		[[ -s $BATS_TEST_TMPDIR/$name ]]
		[[ $(jq -r --arg n "$name" '.items[] | select(.name == $n) | .description' \
			<<<"$output") == ?* ]]
	done
}

@test "the note speaks of the selector that --bootstrap gives only without it" {
	run "$KUBECTL_MYSQL" render replicated NAME=shop -o name
	[[ $output == *"--bootstrap also prints the selector of shop-primary."* ]]
	run "$KUBECTL_MYSQL" render replicated NAME=shop --bootstrap -o name
	[[ $output == *"Only a promotion moves shop-primary."* && $output != *"the selector"* ]]
}

@test "the primary's Service has no selector, so that no apply moves the primary" {
	run -0 --separate-stderr json replicated -p NAME=shop
	[[ $(jq '.items[] | select(.kind == "Service" and .metadata.name == "shop-primary")
		| .spec | has("selector")' <<<"$output") == false ]]
}

@test "the record is never rendered" {
	run -0 --separate-stderr json replicated -p NAME=shop
	[[ $(jq '[.items[] | select(.metadata.name == "shop-record")] | length' <<<"$output") == 0 ]]
}

@test "--bootstrap prints the record of epoch 0 and the selector of ordinal 0" {
	run -0 --separate-stderr json replicated -p NAME=shop --bootstrap
	[[ $(jq -c '.items[] | select(.metadata.name == "shop-record")
		| [.kind, .data.primary, .data.epoch]' <<<"$output") == '["ConfigMap","shop-0","0"]' ]]
	[[ $(jq -r '.items[] | select(.kind == "Service" and .metadata.name == "shop-primary")
		| .spec.selector["statefulset.kubernetes.io/pod-name"]' <<<"$output") == shop-0 ]]
}

@test "--bootstrap is refused by a template that has no record" {
	run -2 "$KUBECTL_MYSQL" render single --bootstrap
	[[ $output == *"has no record to print with --bootstrap"* ]]
}

@test "names are those that the other commands look for" {
	run -0 --separate-stderr json replicated -p NAME=shop
	for want in StatefulSet/shop Service/shop Service/shop-primary Service/shop-replicas \
		Secret/shop-auth ConfigMap/shop-config; do
		jq -e --arg k "${want%/*}" --arg n "${want#*/}" \
			'any(.items[]; .kind == $k and .metadata.name == $n)' <<<"$output"
	done
}

@test "commits wait for a replica unless DURABILITY=async" {
	run -0 --separate-stderr json replicated
	lossless=$output
	run -0 --separate-stderr json replicated -p DURABILITY=async
	[[ $lossless != "$output" ]]
}

@test "pods pass the restricted Pod Security profile" {
	for flavor in mysql mariadb; do
		run -0 --separate-stderr json replicated -p FLAVOR="$flavor"
		jq -e '.items[] | select(.kind == "StatefulSet") | .spec.template.spec
			| (.securityContext.runAsNonRoot == true)
			and (.securityContext.seccompProfile.type == "RuntimeDefault")
			and ([.containers[], .initContainers[]?]
			     | all(.securityContext.allowPrivilegeEscalation == false
				   and .securityContext.capabilities.drop == ["ALL"]))' <<<"$output"
	done
}

@test "requests are limits: the pods are Guaranteed" {
	run -0 --separate-stderr json replicated -p FLAVOR=mariadb
	jq -e '[.items[] | select(.kind == "StatefulSet") | .spec.template.spec
		| .containers[], .initContainers[]?]
		| all(.resources.requests == .resources.limits
		      and (.resources.limits | has("cpu") and has("memory")))' <<<"$output"
}

# refused TEMPLATE ASSIGNMENT TEXT: rendering it so prints nothing but an error with TEXT.
refused() {
	run -1 --separate-stderr "$KUBECTL_MYSQL" render "$1" "$2"
	[ -z "$output" ]
	[[ $stderr == *"$3"* ]]
}

@test "empty passwords and the names of accounts that are there already are refused" {
	for name in replicated single openshift-replication; do
		refused "$name" APP_PASSWORD= '[T10'
		refused "$name" APP_USER=Root "another name [T209]"
	done
	for word in ROOT ADMIN REPLICATION BACKUP MONITOR; do
		refused replicated "${word}_PASSWORD=" "'${word}_PASSWORD'"
	done
	for user in replication backup monitor kubectl_mysql; do
		refused replicated APP_USER="$user" "'$user' is an account of the cluster itself"
	done
	refused replicated APP_USER=mysql.sys '[T105]'
	refused openshift-replication APP_USER=replication 'is there already'
	refused xtrabackup ROOT_PASSWORD= "'ROOT_PASSWORD'"
}

@test "disks that differ in signs only get volumes of their own, and none gets two" {
	run -0 "$KUBECTL_MYSQL" render local-volumes -o name \
		DISKS=node:/a/mnt,node-a:/mnt,n:/d_0,n:/d-0,n:/d.0,n:/D0,n:/d0
	[ "$(sort -u <<<"$output" | grep -c ^persistentvolume/)" -eq 7 ]
	refused local-volumes DISKS=a:/b,a:/b 'DISKS names a disk twice [T209]'
}

@test "other namespaces connect when they are named" {
	local ingress='.items[] | select(.kind == "NetworkPolicy") | .spec.ingress[0].from'
	run -0 --separate-stderr json replicated
	[ "$(jq -c "$ingress" <<<"$output")" = '[{"podSelector":{}}]' ]
	run -0 --separate-stderr json replicated CLIENT_NAMESPACES=shop,bank
	[ "$(jq -c "${ingress}[1].namespaceSelector.matchExpressions[0].values" <<<"$output")" = '["shop","bank"]' ]
	run -0 --separate-stderr json replicated 'CLIENT_NAMESPACES=*'
	[ "$(jq -c "${ingress}[1]" <<<"$output")" = '{"namespaceSelector":{}}' ]
}

@test "the helper containers of xtrabackup get the memory they are given" {
	run -0 --separate-stderr json xtrabackup HELPER_MEMORY=1536Mi
	[ "$(jq '[.items[] | select(.kind == "StatefulSet") | .spec.template.spec | .containers[], .initContainers[]
		| select(.resources.limits.memory == "1536Mi")] | length' <<<"$output")" -ge 2 ]
}
