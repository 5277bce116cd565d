# shellcheck shell=bash
# Clusters for tests: a real Kubernetes in a folder of the file's own, always taken away again.
#
#	setup_file() { clusters_up; cluster_up shop --nodes 3; }
#	teardown_file() { clusters_down; }
#
# Everything is under $T; $T/NAME is the folder of cluster NAME. Tests of a file share its clusters, and
# each works in a namespace of its own.

bats_require_minimum_version 1.5.0

cluster=${BATS_TEST_DIRNAME:?}

# clusters_up: a folder for this file's clusters, in T. Its name is short, as paths of sockets are.
clusters_up() {
	T=$(mktemp -d "${TMPDIR:-/tmp}/c.XXXX") # where the runner looks for what a file left running
	chmod 755 "$T"
	export T
}

clusters_down() {
	local cp
	[[ -d ${T-} ]] || return 0
	for cp in "$T"/*/cp; do
		[[ ! -d $cp ]] || "$cluster/down" "${cp%/cp}"
	done
	rm -rf "$T"
}

# cluster_up NAME OPTION...: options as of up. The logs of what did not come up are in the test's output.
cluster_up() {
	local name=$1
	shift
	"$cluster/up" "$@" "$T/$name" >"$T/$name.log" 2>&1 || {
		cat "$T/$name.log" >&2
		tail -n 5 "$T/$name"/*/*.log >&2
		return 1
	}
}

# kubectl_of NAME ARGUMENT...: the cluster's own kubectl, as administrator.
kubectl_of() {
	local dir=$T/$1
	shift
	"$dir/in" "$dir/kubectl" "$@"
}
