# shellcheck shell=bash
# shellcheck disable=SC2034 # the addresses are for who sources this
# SPDX-License-Identifier: Apache-2.0
# What a test cluster is made of; sourced by up, down and node, which set "dir".
#
# DIR holds all of a cluster's state. Its control plane ("cp") and each of its nodes ("node1", ...) are
# a PID, a mount and a network namespace of their own, which live as long as the process whose PID is
# in DIR/NAME/init: to end that process is to cut the power. The nodes and the control plane share one
# bridge; nothing joins them to the machine's network, so that all clusters have the same addresses.

# shellcheck source-path=SCRIPTDIR source=cache.bash
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/cache.bash"

cp_ip=198.18.255.1
service_net=198.19.0.0/20
dns_ip=198.19.0.10
pods_net=198.18.0.0/20

node_ip() { echo "198.18.255.$((10 + $1))"; }
node_pods() { echo "198.18.$1.0/24"; }
most_nodes=9

dir= # of the cluster; set by who sources this

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

usage() {
	sed -n 's/^# Usage: /usage: /p' "$0" >&2
	exit 2
}

# at WHERE COMMAND...: runs COMMAND in the namespaces of cp or of a node.
at() {
	local init
	init=$(<"$dir/$1/init")
	shift
	nsenter --target "$init" --pid --mount --net -- "$@"
}

# start WHERE NAME COMMAND...: runs COMMAND there in the background, again whenever it ends. NAME.log
# gets its output, and NAME.pid its PID, as seen there. bats waits for who keeps its descriptor 3.
start() {
	local where=$1 name=$2
	shift 2
	# shellcheck disable=SC2016
	at "$where" setsid -f sh -c 'while :; do "$@" & echo $! >"$0.pid"; wait; sleep 0.5; done' \
		"$dir/$where/$name" "$@" </dev/null >>"$dir/$where/$name.log" 2>&1 3>&-
}

# wait_for SECONDS COMMAND...: repeats COMMAND until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || die "gave up waiting for: $*"
		sleep 0.1
	done
}

# kubectl ARGUMENT...: as the cluster's administrator.
kubectl() { at cp "$dir/hyperkube" kubectl --kubeconfig="$dir/admin.kubeconfig" "$@"; }

# boot WHERE: makes the namespaces and the process that holds them.
boot() {
	local where=$dir/$1 outer init=
	mkdir -p "$where"
	# shellcheck disable=SC2016
	setsid -f sh -c 'echo $$ >"$0/outer"; exec "$@"' "$where" \
		unshare --pid --fork --kill-child --mount --mount-proc --net \
		env --ignore-signal=CHLD sleep infinity </dev/null >/dev/null 2>&1 3>&-
	wait_for 5 test -s "$where/outer"
	outer=$(<"$where/outer")
	until [[ $init && $(readlink "/proc/$init/exe") == */sleep ]]; do
		[[ -e /proc/$outer ]] || die "cannot make the namespaces of '$1'"
		init=$(cat "/proc/$outer/task/$outer/children")
		init=${init% }
	done
	echo "$init" >"$where/init"
	at "$1" ip link set lo up
}

# halt WHERE: ends whatever runs there.
halt() {
	local pid
	pid=$(cat "$dir/$1/init" 2>/dev/null) || return 0
	# Files may be older than the machine's last start: the PID must still be such a process.
	if [[ $(readlink "/proc/$pid/exe") == */sleep &&
		$(readlink "/proc/$pid/ns/net") != $(readlink /proc/$$/ns/net) ]]; then
		kill -KILL "$pid" "$(<"$dir/$1/outer")" 2>/dev/null
		while [[ -e /proc/$pid ]]; do sleep 0.02; done
	fi
	rm -f "$dir/$1/init" "$dir/$1/outer"
	remove_cgroups "$(cgroup "$1")"
}

# cgroup WHERE: names its cgroup, the same in each hierarchy.
cgroup() { echo "/test-$(printf %s "$dir/$1" | sha256sum | cut -c 1-12)"; }

# hierarchies: the folders in which a container gets a cgroup.
hierarchies() {
	local d
	if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
		echo /sys/fs/cgroup
		return
	fi
	for d in /sys/fs/cgroup/*; do
		[[ -L $d ]] || echo "$d"
	done
}

make_cgroups() {
	local h
	for h in $(hierarchies); do
		mkdir -p "$h$1"
		if [[ -e $h/cpuset.cpus ]]; then # of v1, where a new one has none
			cat "$h/cpuset.cpus" >"$h$1/cpuset.cpus"
			cat "$h/cpuset.mems" >"$h$1/cpuset.mems"
		fi
	done
}

remove_cgroups() {
	local h
	for h in $(hierarchies); do
		[[ ! -d $h$1 ]] || find "$h$1" -depth -type d -exec rmdir {} \;
	done
}
