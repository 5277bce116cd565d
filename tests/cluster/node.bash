# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.bash has dir and the addresses
# SPDX-License-Identifier: Apache-2.0
# A node of a test cluster: containerd, the kubelet and kube-proxy.

# start_node N: boots it, again if it was halted. Its files are in DIR/nodeN.
start_node() {
	local n=$1 name=node$1 d=$dir/node$1
	boot "$name"
	join_bridge
	make_files
	make_cgroups "$(cgroup "$name")"
	configure_containerd
	configure_kubelet
	configure_proxy
	start "$name" containerd containerd --config "$d/containerd.toml" --log-level warn
	start "$name" kubelet "$dir/hyperkube" kubelet --config="$d/kubelet.yaml" \
		--kubeconfig="$dir/$name.kubeconfig" --root-dir="$d/kubelet" \
		--hostname-override="$name" --node-ip="$(node_ip "$n")"
	start "$name" proxy "$dir/hyperkube" kube-proxy --config="$d/proxy.yaml"
}

# The functions below are parts of start_node and use its n, name and d.

# A leg on the control plane's bridge, and ways to all pods.
join_bridge() {
	local ip i ways=
	ip=$(node_ip "$n")
	for ((i = 1; i <= most_nodes; i++)); do
		((i == n)) || ways+="ip route add $(node_pods "$i") via $(node_ip "$i"); "
	done
	at cp ip link del "$name" 2>/dev/null || true # of a former life
	ip link add "$name" netns "$(<"$dir/cp/init")" type veth peer name eth0 netns "$(<"$d/init")"
	at cp sh -ec "ip link set $name master br0 up; ip route replace $(node_pods "$n") via $ip"
	at "$name" sh -ec "ip address add $ip/24 dev eth0; ip link set eth0 up; ip route add $service_net dev eth0; $ways
		echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables"
}

# What programs keep under fixed names is the node's own, or goes with it.
make_files() {
	local setting file
	mkdir -p "$d/log" "$d/cni" "$d/kubelet" "$d/net.d" "$d/proc" /var/lib/cni
	[[ -d $d/containerd ]] || copy_images "$d/containerd"
	at "$name" sh -ec "mount --make-rshared /; mount -t tmpfs tmpfs /run
		mount --bind $d/log /var/log; mount --bind $d/cni /var/lib/cni"
	# The kubelet would set these for the whole machine: it sees them set already.
	for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
		kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
		file=${setting%=*}
		echo "${setting#*=}" >"$d/proc/${file##*/}"
		at "$name" mount --bind "$d/proc/${file##*/}" "/proc/sys/$file"
	done
}

# copy_images FOLDER: the store's files as links, its databases as copies.
copy_images() {
	cp -al "$dir/images/." "$1.part" 2>/dev/null || {
		rm -rf "$1.part"
		cp -a "$dir/images/." "$1.part"
	}
	# shellcheck disable=SC2016
	find "$1.part" -maxdepth 2 -name '*.db' -exec sh -c 'cp -a "$1" "$1.own" && mv "$1.own" "$1"' - {} \;
	mv -T "$1.part" "$1"
}

# restrict_oom_score_adj: where root may not lower the score, no pod would start without it.
configure_containerd() {
	cat >"$d/containerd.toml" <<-END
		version = 2
		root = "$d/containerd"
		state = "/run/containerd"
		[grpc]
		address = "/run/containerd/containerd.sock"
		[plugins."io.containerd.grpc.v1.cri"]
		sandbox_image = "registry.k8s.io/pause:3.10"
		restrict_oom_score_adj = true
		[plugins."io.containerd.grpc.v1.cri".cni]
		bin_dir = "/usr/lib/cni"
		conf_dir = "$d/net.d"
	END
	cat >"$d/net.d/10-bridge.conflist" <<-END
		{"cniVersion": "0.4.0", "name": "pods", "plugins": [
		  {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "hairpinMode": true,
		   "ipam": {"type": "host-local", "dataDir": "$d/cni", "ranges": [[{"subnet": "$(node_pods "$n")"}]]}},
		  {"type": "portmap", "capabilities": {"portMappings": true}}
		]}
	END
}

configure_kubelet() {
	local ip
	ip=$(node_ip "$n")
	kubeconfig "$name" "/O=system:nodes/CN=system:node:$name"
	certificate "$name-serving" "/CN=$name" "DNS:$name,IP:$ip"
	: >"$d/resolv.conf"
	cat >"$d/kubelet.yaml" <<-END
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		address: $ip
		authentication:
		  anonymous: {enabled: false}
		  webhook: {enabled: true}
		  x509: {clientCAFile: $dir/pki/ca.crt}
		authorization: {mode: Webhook}
		cgroupDriver: cgroupfs
		cgroupRoot: $(cgroup "$name")
		clusterDNS: [$dns_ip]
		clusterDomain: cluster.local
		containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
		evictionHard: {imagefs.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%}
		failCgroupV1: false
		failSwapOn: false
		imageGCHighThresholdPercent: 100
		nodeLeaseDurationSeconds: 8
		nodeStatusUpdateFrequency: 2s
		resolvConf: $d/resolv.conf
		tlsCertFile: $dir/pki/$name-serving.crt
		tlsPrivateKeyFile: $dir/pki/$name-serving.key
		volumePluginDir: $d/plugins
	END
}

configure_proxy() {
	cat >"$d/proxy.yaml" <<-END
		apiVersion: kubeproxy.config.k8s.io/v1alpha1
		kind: KubeProxyConfiguration
		mode: nftables
		clientConnection: {kubeconfig: $dir/proxy.kubeconfig}
		clusterCIDR: $pods_net
		hostnameOverride: $name
		conntrack: {maxPerCore: 0}
		nftables: {minSyncPeriod: 100ms}
	END
}
