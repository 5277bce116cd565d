#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # bats sets output
# What the test cluster promises to the tests that stand on it.

load helper

setup_file() {
	clusters_up
	cluster_up main --nodes 3
}

teardown_file() { clusters_down; }

setup() {
	namespace=test-$BATS_TEST_NUMBER
}

# k ARGUMENT...: kubectl in this test's namespace of the cluster of three nodes.
k() { kubectl_of main --namespace "$namespace" "$@"; }

# mariadb_pod: a pod of MariaDB that is ready when its server answers.
mariadb_pod() {
	cat <<-END
		apiVersion: v1
		kind: Pod
		metadata: {name: db}
		spec:
		  containers:
		  - name: mariadb
		    image: mariadb:10.11
		    env: [{name: MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, value: "1"}]
		    readinessProbe: {exec: {command: [mariadb-admin, -h127.0.0.1, ping]}, periodSeconds: 1}
	END
}

@test "three nodes are ready" {
	run -0 kubectl_of main get nodes --no-headers
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = $'node1 Ready\nnode2 Ready\nnode3 Ready' ]
}

@test "a pod runs MariaDB 10.11; exec passes input, output and exit code" {
	k create namespace "$namespace"
	mariadb_pod | k apply -f -
	k wait --for=condition=Ready --timeout=120s pod/db
	run -0 k exec -i db -- mariadb -N <<<'SELECT 6 * 7, VERSION()'
	[[ $output == $'42\t10.11.'*-MariaDB* ]]
	run -7 k exec db -- sh -c 'exit 7'
	run -0 k exec db -- sh -c 'mariadb-backup --version; ncat --version'
	run -0 k logs db
	[[ $output == *'ready for connections'* ]]
	k delete namespace "$namespace" --wait=false
}

@test "a StatefulSet of MySQL 9.7 has a name and a volume, which outlive its pod" {
	k create namespace "$namespace"
	k apply -f "$cluster/manifests/mysql-9.7.yaml"
	k rollout status --timeout=180s statefulset/db
	run -0 k get persistentvolumeclaim data-db-0 -o 'jsonpath={.status.phase}'
	[ "$output" = Bound ]
	sql() { k exec db-0 -- mysql -h db-0.db -ujoe -ppw -N -e "$1" app; }
	sql 'CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (5)'
	k delete pod db-0
	k rollout status --timeout=180s statefulset/db
	run -0 --separate-stderr sql 'SELECT a, VERSION() FROM t'
	[[ $output == $'5\t9.7.'* ]]
	k delete namespace "$namespace" --wait=false
}

@test "a node whose power is cut is not ready, and is again when it is back" {
	"$cluster/node" "$T/main" 3 off
	k wait --for=condition=Ready=Unknown --timeout=60s node/node3
	run -0 kubectl_of main get nodes --no-headers
	[ "$(awk '{ print $1, $2 }' <<<"$output")" = $'node1 Ready\nnode2 Ready\nnode3 NotReady' ]
	run -1 "$cluster/node" "$T/main" 3 off
	[ "$output" = 'node: node3 is not on' ]
	"$cluster/node" "$T/main" 3 on
	k wait --for=condition=Ready --timeout=60s node/node3
}

@test "the api size answers, has no nodes, and stands beside another cluster" {
	cluster_up api --mode api
	kubectl_of api create configmap here
	run -0 kubectl_of api get configmap,nodes -o name
	[ "$output" = $'configmap/here\nconfigmap/kube-root-ca.crt' ]
	run -1 kubectl_of main get configmap here
	[[ $output == *NotFound* ]]
}

# left_in NAMESPACE...: the processes that are in one of these.
left_in() {
	local process found ns
	for process in /proc/[0-9]*; do
		found=$(readlink "$process/ns/net" "$process/ns/pid") || continue
		for ns; do
			[[ $found != *"$ns"* ]] || echo "$process $(tr '\0' ' ' <"$process/cmdline")"
		done
	done
}

@test "down leaves no process, mount, cgroup or folder" {
	local dir=$T/gone where cgroup
	local -a namespaces=()
	cluster_up gone
	mariadb_pod | kubectl_of gone apply -f -
	kubectl_of gone wait --for=condition=Ready --timeout=120s pod/db
	for where in cp node1; do
		namespaces+=("$(readlink "/proc/$(<"$dir/$where/init")/ns/net")" "$(readlink "/proc/$(<"$dir/$where/init")/ns/pid")")
	done
	cgroup=$(sed -n 's/^cgroupRoot: //p' "$dir/node1/kubelet.yaml")
	[ -n "$(left_in "${namespaces[@]}")" ]
	[ -n "$(find /sys/fs/cgroup -path "*$cgroup" -print -quit)" ]

	run -0 "$cluster/down" "$dir"
	[ "$output" = '' ]
	[ ! -e "$dir" ]
	[ "$(left_in "${namespaces[@]}")" = '' ]
	run -1 grep -lF "$dir" /proc/self/mountinfo
	[ "$(find /sys/fs/cgroup -path "*$cgroup" -print -quit)" = '' ]
	run -1 "$cluster/down" "$dir"
	[ "$output" = "down: $dir: no cluster" ]
}
