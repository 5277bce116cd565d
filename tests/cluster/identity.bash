# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.bash has dir and the addresses
# SPDX-License-Identifier: Apache-2.0
# Who is who in a test cluster: its authorities, certificates, kubeconfigs and tokens.

# new_certificate NAME AUTHORITY OPTION...: DIR/pki/NAME.crt and .key, signed by AUTHORITY, or by itself ('').
new_certificate() {
	local name=$1 authority=$2 pki=$dir/pki
	shift 2
	openssl req -x509 ${authority:+-CA "$pki/$authority.crt" -CAkey "$pki/$authority.key"} -days 3650 -nodes \
		-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$pki/$name.key" -out "$pki/$name.crt" "$@" 2>/dev/null
}

authority() {
	new_certificate "$1" '' -subj "/CN=$1" -addext keyUsage=critical,keyCertSign,digitalSignature
}

# certificate NAME SUBJECT [ALTERNATIVE-NAMES [AUTHORITY]]: unless there is one.
certificate() {
	[[ ! -e $dir/pki/$1.crt ]] || return 0
	new_certificate "$1" "${4:-ca}" -subj "$2" -addext basicConstraints=critical,CA:FALSE \
		-addext extendedKeyUsage=clientAuth,serverAuth ${3:+-addext "subjectAltName=$3"}
}

# kubeconfig NAME SUBJECT: DIR/NAME.kubeconfig, with a client certificate.
kubeconfig() {
	certificate "$1" "$2"
	cat >"$dir/$1.kubeconfig" <<-END
		apiVersion: v1
		kind: Config
		clusters:
		- name: test
		  cluster:
		    server: https://$cp_ip:6443
		    certificate-authority-data: $(base64 -w0 "$dir/pki/ca.crt")
		users:
		- name: $1
		  user:
		    client-certificate-data: $(base64 -w0 "$dir/pki/$1.crt")
		    client-key-data: $(base64 -w0 "$dir/pki/$1.key")
		contexts:
		- name: test
		  context: {cluster: test, user: $1}
		current-context: test
	END
}

# identities: of the control plane, of the administrator, and of whom the tokens are.
identities() {
	local service=kubernetes.default
	mkdir -p "$dir/pki"
	authority ca
	authority front-proxy-ca
	openssl genrsa -out "$dir/pki/sa.key" 2048 2>/dev/null
	openssl rsa -in "$dir/pki/sa.key" -pubout -out "$dir/pki/sa.pub" 2>/dev/null
	certificate apiserver /CN=kube-apiserver "DNS:kubernetes,DNS:$service,DNS:$service.svc,$(
	)DNS:$service.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$cp_ip,IP:${service_net%.*}.1"
	certificate kubelet-client /O=system:masters/CN=kube-apiserver
	certificate front-proxy /CN=front-proxy-client '' front-proxy-ca
	kubeconfig admin /O=system:masters/CN=admin
	kubeconfig coredns /O=system:masters/CN=coredns
	kubeconfig provisioner /O=system:masters/CN=provisioner
	kubeconfig controller-manager /CN=system:kube-controller-manager
	kubeconfig scheduler /CN=system:kube-scheduler
	kubeconfig proxy /CN=system:kube-proxy
	cat >"$dir/tokens.csv" <<-END
		admin-token,token-admin,1001,"system:masters"
		user-token,token-user,1002,"testers"
	END
}
