# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.bash has dir and the addresses
# SPDX-License-Identifier: Apache-2.0
# The control plane of a test cluster. APISERVER_FLAGS and CONTROLLER_FLAGS of the environment add flags.

start_control_plane() {
	boot cp
	at cp sh -ec "ip link add br0 type bridge; ip address add $cp_ip/24 dev br0; ip link set br0 up"
	identities
	start cp etcd "$dir/hyperkube" etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn
	start_apiserver
	wait_for 120 at cp curl -sk "https://$cp_ip:6443/readyz" # it listens; those below wait for the rest
	start_controllers
	wait_for 120 at cp curl -skf "https://$cp_ip:6443/readyz"
}

start_apiserver() {
	local pki=$dir/pki
	# shellcheck disable=SC2086
	start cp apiserver "$dir/hyperkube" kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
		--advertise-address="$cp_ip" --service-cluster-ip-range="$service_net" --allow-privileged \
		--authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
		--client-ca-file="$pki/ca.crt" --token-auth-file="$dir/tokens.csv" \
		--tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
		--kubelet-certificate-authority="$pki/ca.crt" --kubelet-preferred-address-types=InternalIP \
		--kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
		--service-account-issuer=https://kubernetes.default.svc.cluster.local \
		--service-account-key-file="$pki/sa.pub" --service-account-signing-key-file="$pki/sa.key" \
		--requestheader-client-ca-file="$pki/front-proxy-ca.crt" \
		--requestheader-allowed-names=front-proxy-client --requestheader-username-headers=X-Remote-User \
		--requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
		--proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key" \
		--enable-aggregator-routing ${APISERVER_FLAGS:-}
}

# A node that says nothing is not ready after 8 seconds, so that tests of it are short.
start_controllers() {
	# shellcheck disable=SC2086
	start cp controller-manager "$dir/hyperkube" kube-controller-manager \
		--kubeconfig="$dir/controller-manager.kubeconfig" \
		--leader-elect=false --bind-address=127.0.0.1 --use-service-account-credentials \
		--root-ca-file="$dir/pki/ca.crt" --service-account-private-key-file="$dir/pki/sa.key" \
		--cluster-signing-cert-file="$dir/pki/ca.crt" --cluster-signing-key-file="$dir/pki/ca.key" \
		--node-monitor-period=1s --node-monitor-grace-period=8s ${CONTROLLER_FLAGS:-}
	start cp scheduler "$dir/hyperkube" kube-scheduler --kubeconfig="$dir/scheduler.kubeconfig" \
		--leader-elect=false --bind-address=127.0.0.1
}

# What pods need of the control plane: names, and volumes.
start_services() {
	cat >"$dir/Corefile" <<-END
		. {
		  errors
		  ready 127.0.0.1:8181
		  kubernetes cluster.local in-addr.arpa {
		    kubeconfig $dir/coredns.kubeconfig
		    ttl 1
		  }
		}
	END
	start cp coredns "$dir/hyperkube" coredns "$dir/Corefile"
	start cp provisioner "$dir/hyperkube" provisioner --kubeconfig "$dir/provisioner.kubeconfig" \
		--dir "$dir/volumes"
	services | kubectl apply -f - >/dev/null
	wait_for 60 at cp curl -sf http://127.0.0.1:8181/ready
}

services() {
	cat <<-END
		apiVersion: storage.k8s.io/v1
		kind: StorageClass
		metadata:
		  name: standard
		  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
		provisioner: hyperkube/host-path
		volumeBindingMode: WaitForFirstConsumer
		---
		apiVersion: v1
		kind: Service
		metadata: {name: kube-dns, namespace: kube-system}
		spec:
		  clusterIP: $dns_ip
		  ports:
		  - {name: dns, port: 53, protocol: UDP}
		  - {name: dns-tcp, port: 53, protocol: TCP}
		---
		apiVersion: discovery.k8s.io/v1
		kind: EndpointSlice
		metadata:
		  name: kube-dns
		  namespace: kube-system
		  labels: {kubernetes.io/service-name: kube-dns}
		addressType: IPv4
		ports:
		- {name: dns, port: 53, protocol: UDP}
		- {name: dns-tcp, port: 53, protocol: TCP}
		endpoints:
		- addresses: [$cp_ip]
	END
}
