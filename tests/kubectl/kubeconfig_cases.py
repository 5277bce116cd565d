# SPDX-License-Identifier: Apache-2.0
"""The cases of tests/kubectl/kubeconfig. In texts @A@ and @B@ are the addresses of two servers with
TLS, @PLAIN@ that of one without, @DIR@ is the folder of the case, @CERTS@ that of certificates.

want is what a server sees (see show() there), None if nothing may reach one: a reason to fail is
then in says, as far as it is worth a promise."""

import base64
import dataclasses
import json

ALL = []


@dataclasses.dataclass
class Case:
    name: str
    want: str
    files: dict
    args: list
    env: dict
    pod: bool
    terminal: bool
    cwd: str
    says: str


def case(name, want, config=None, args="", env=None, files=None, pod=False, terminal=False, cwd=".", says=None):
    files = dict(files or {})
    env = dict(env or {})
    if config is not None:
        files["config"] = config
        env.setdefault("KUBECONFIG", "@DIR@/config")
    ALL.append(Case(name, want, files, args.split() if isinstance(args, str) else args, env, pod, terminal, cwd, says))


def jwt(end):
    part = lambda d: base64.urlsafe_b64encode(json.dumps(d).encode()).decode().rstrip("=")
    return f"{part({'alg': 'none'})}.{part({'sub': 'x', 'exp': end})}.c2ln"


def basic(pair):
    return "Basic " + base64.b64encode(pair.encode()).decode()


A = "{server: https://@A@, certificate-authority: @CERTS@/ca.crt}"
B = "{server: https://@B@, certificate-authority: @CERTS@/ca.crt}"
PLAIN = "{server: http://@PLAIN@}"
TOKEN = "{token: t1}"


def config(cluster=A, user=TOKEN, context="", more="", name="one"):
    return f"""apiVersion: v1
kind: Config
current-context: {name}
clusters:
- name: {name}
  cluster: {cluster}
users:
- name: {name}
  user: {user}
contexts:
- name: {name}
  context: {{cluster: {name}, user: {name}{', ' + context if context else ''}}}
{more}"""


def exec_user(version="v1", fields="", mode="Never", command="plugin"):
    mode = f", interactiveMode: {mode}" if mode else ""
    return f"{{exec: {{apiVersion: client.authentication.k8s.io/{version}, command: {command}{mode}{', ' + fields if fields else ''}}}}}"


PLUGIN = """#!/bin/sh
{ echo "info $KUBERNETES_EXEC_INFO"; echo "args $0 $*"; echo "extra ${EXTRA-} ${HOME##*/}"
  [ -t 0 ] && echo terminal; true; } >>"$PLUGIN_LOG"
"""


def plugin(status='"token": "p1"', version="v1", more="", kind="ExecCredential"):
    text = json.dumps({"apiVersion": "client.authentication.k8s.io/" + version, "kind": kind})[:-1]
    text += ', "status": {' + status + "}}" if status is not None else "}"
    return {"bin/plugin": PLUGIN + more + f"cat <<'END'\n{text}\nEND\n"}


# ---- which files, and how they are merged -------------------------------------------------------

case("a token", "A Bearer t1", config())
case("a file of JSON", "A Bearer t1", '{"current-context": "x", "clusters": [{"name": "x", "cluster": {"server":'
     ' "https://@A@", "certificate-authority-data": "@CADATA@"}}], "users": [{"name": "x", "user": {"token": "t1"}}],'
     ' "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}]}')
case("~/.kube/config is read without KUBECONFIG", "A Bearer t1", files={"home/.kube/config": config()})
case("an empty KUBECONFIG is none", "A Bearer t1", files={"home/.kube/config": config()}, env={"KUBECONFIG": ""})
case("--kubeconfig goes before KUBECONFIG", "B Bearer t1", config(), "--kubeconfig @DIR@/other", files={"other": config(B)})
case("a missing --kubeconfig fails", None, config(), "--kubeconfig @DIR@/nowhere", says="nowhere")
case("missing files of the list are passed over", "A Bearer t1", config(),
     env={"KUBECONFIG": "@DIR@/none::@DIR@/config:@DIR@/config"})
case("a broken file of the list fails", None, config(), files={"bad": "clusters: [\n"},
     env={"KUBECONFIG": "@DIR@/config:@DIR@/bad"}, says="bad:")
case("a folder is no kubeconfig", None, config(), files={"folder/x": ""}, env={"KUBECONFIG": "@DIR@/folder:@DIR@/config"})
case("an empty file is an empty configuration", "A Bearer t1", config(), files={"empty": ""},
     env={"KUBECONFIG": "@DIR@/empty:@DIR@/config"})
case("a file of comments is an empty configuration", "A Bearer t1", config(), files={"empty": "# nothing\n"},
     env={"KUBECONFIG": "@DIR@/empty:@DIR@/config"})
case("the first file that defines a name has it whole", "A Bearer t1", config(),
     files={"two": config(B, "{token: t2, as: bob}", "namespace: two")}, env={"KUBECONFIG": "@DIR@/config:@DIR@/two"})
case("the order of the list counts", "B ns=two as=bob Bearer t2", config(),
     files={"two": config(B, "{token: t2, as: bob}", "namespace: two")}, env={"KUBECONFIG": "@DIR@/two:@DIR@/config"})
case("the first current-context counts", "B Bearer t2", config(), files={"two": config(B, "{token: t2}", name="two")},
     env={"KUBECONFIG": "@DIR@/two:@DIR@/config"})
case("an empty current-context counts for nothing", "A Bearer t1", config(), files={"two": 'current-context: ""\n'},
     env={"KUBECONFIG": "@DIR@/two:@DIR@/config"})
case("entries of several files are joined", "B Bearer t1", config(), "--cluster two",
     files={"two": config(B, "{token: t2}", name="two")}, env={"KUBECONFIG": "@DIR@/config:@DIR@/two"})
case("a list twice in one file: the last one counts", "A Bearer t2", config() + "users:\n- name: one\n  user: {token: t2}\n")
case("a user twice in one list fails", None, config().replace("users:\n", "users:\n- {name: one, user: {token: t0}}\n"),
     says="is there twice")
case("a key twice in a map: the last one counts", "A Bearer t2", config(user="{token: t1, token: t2}"))
case("unknown fields are passed over", "A Bearer t1", config(user="{token: t1, colour: red}", more="shape: {round: true}"))
case("names of fields have their case", None, config(user="{Token: t1}"), says="has no credentials")
case("kind and apiVersion may be missing", "A Bearer t1", config().split("\n", 2)[2])
case("another kind fails", None, config().replace("kind: Config", "kind: Pod"), says="config:2:7: this is a 'Pod'")
case("another version fails", None, config().replace("apiVersion: v1", "apiVersion: v2"), says="config:1:13")
case("a number for a text fails", None, config(user="{token: 5}"), says="config:9:17: field 'token': expected string")
case("a text for a boolean fails", None, config("{server: https://@A@, insecure-skip-tls-verify: 'true'}"),
     says="expected boolean")
case("a text for a list fails", None, config(user="{token: t1, as: x, as-groups: g}"), says="expected list")
case("an error in an unused entry fails", None, config(more="").replace("users:\n", "users:\n- {name: other, user: {token: [1]}}\n"),
     says="field 'token'")
case("YAML 1.1: yes is true", "A Bearer t1", config("{server: https://@A@, insecure-skip-tls-verify: yes}"))
case("anchors and merge keys", "A ns=shop Bearer t1", config().replace("context: {cluster: one, user: one}",
     "context: {<<: *base, namespace: shop}").replace("clusters:", "base: &base {cluster: one, user: one}\nclusters:"))
case("a list that is null is empty", None, "clusters: null\nusers: null\ncontexts: null\n", "--server https://@A@")
case("a second document is nobody's", "A Bearer t1", config() + "---\nkind: Pod\n")

# ---- paths --------------------------------------------------------------------------------------

case("relative paths begin at the file that has them", "A cert=alice",
     files={"deep/er/config": config("{server: https://@A@, certificate-authority: ../ca.crt}",
                                     "{client-certificate: alice.crt, client-key: ./alice.key}"),
            "deep/ca.crt": "@PEM:ca.crt@", "deep/er/alice.crt": "@PEM:alice.crt@", "deep/er/alice.key": "@PEM:alice.key@"},
     env={"KUBECONFIG": "@DIR@/deep/er/config"})
case("a relative KUBECONFIG", "A Bearer f1", files={"deep/config": config(user="{tokenFile: token}"), "deep/token": "f1\n",
     "x/y": ""}, env={"KUBECONFIG": "../deep/config"}, cwd="x")
case("paths of options begin at the working folder", "A Bearer t1", files={"deep/config": config("{server: https://@A@}"),
     "x/ca.crt": "@PEM:ca.crt@"}, env={"KUBECONFIG": "@DIR@/deep/config"}, cwd="x", args="--certificate-authority ca.crt")
case("a missing certificate-authority fails", None, config("{server: https://@A@, certificate-authority: nowhere}"),
     says="certificate-authority")
case("a missing client-key fails", None, config(user="{client-certificate: @CERTS@/alice.crt, client-key: nowhere}"),
     says="client-key")
case("a missing tokenFile fails", None, config(user="{tokenFile: nowhere}"), says="nowhere")

# ---- choosing -----------------------------------------------------------------------------------

BOTH = """current-context: one
clusters:
- {name: a, cluster: """ + A + """}
- {name: b, cluster: """ + B + """}
users:
- {name: u, user: {token: t1}}
- {name: v, user: {token: t2}}
contexts:
- {name: one, context: {cluster: a, user: u, namespace: first}}
- {name: two, context: {cluster: b, user: v}}
- {name: lost, context: {cluster: gone, user: u}}
- {name: nobody, context: {cluster: a, user: gone}}
"""
case("the current context", "A ns=first Bearer t1", BOTH)
case("--context", "B Bearer t2", BOTH, "--context two")
case("--context=VALUE", "B Bearer t2", BOTH, "--context=two")
case("--cluster", "B ns=first Bearer t1", BOTH, "--cluster b")
case("--user", "A ns=first Bearer t2", BOTH, "--user v")
case("--namespace", "A ns=shop Bearer t1", BOTH, "--namespace shop")
case("all of them", "B ns=shop Bearer t1", BOTH, "--context two --user u --namespace shop")
case("an unknown --context fails", None, BOTH, "--context tvo", says="hint: did you mean 'two'?")
case("an unknown --cluster fails", None, BOTH, "--cluster nowhere", says="the cluster 'nowhere' does not exist")
case("an unknown --user fails", None, BOTH, "--user nobody", says="the user 'nobody' does not exist")
case("an unknown current context fails", None, BOTH.replace("current-context: one", "current-context: three"),
     says="config:1:18: the current context 'three' does not exist")
case("an unknown current context is passed over with --context", "B Bearer t2",
     BOTH.replace("current-context: one", "current-context: three"), "--context two")
case("a context with a missing cluster is the default server", None, BOTH, "--context lost")
case("a context with a missing cluster takes --server", "PLAIN", BOTH, "--context lost --server http://@PLAIN@")
case("a context with a missing cluster takes KUBERNETES_MASTER", "PLAIN", BOTH, "--context lost",
     {"KUBERNETES_MASTER": "http://@PLAIN@"})
case("a context with a missing user has no credentials", None, BOTH, "--context nobody", says="the user 'gone' of context 'nobody'")
case("no configuration at all, and --server", "PLAIN", args="--server http://@PLAIN@")
case("no configuration at all, --server and --token", "A Bearer x",
     args="--server https://@A@ --token x --certificate-authority @CERTS@/ca.crt")
case("no configuration at all, and KUBERNETES_MASTER", "PLAIN", env={"KUBERNETES_MASTER": "http://@PLAIN@"})

# ---- options over fields ------------------------------------------------------------------------

case("--server", "B Bearer t1", config(), "--server https://@B@")
case("--token over a token", "A Bearer x", config(), "--token x")
case("--token over a tokenFile", "A Bearer f1", config(user="{tokenFile: token}"), "--token x", files={"token": "f1\n"})
case("--token over a missing tokenFile", "A Bearer x", config(user="{tokenFile: gone}"), "--token x")
case("--token over an exec plugin", "A Bearer x", config(user=exec_user()), "--token x", files=plugin())
case("--token with a certificate: both", "A cert=alice Bearer x",
     config(user="{client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@}"), "--token x")
case("--token with a user name fails", None, config(user="{username: u, password: p}"), "--token x",
     says="it has a token and a user name")
case("--certificate-authority takes the place of data", "A Bearer t1",
     config("{server: https://@A@, certificate-authority-data: @OTHERCADATA@}"), "--certificate-authority @CERTS@/ca.crt")
case("--certificate-authority takes insecure-skip-tls-verify back", "A Bearer t1",
     config("{server: https://@A@, insecure-skip-tls-verify: true}"), "--certificate-authority @CERTS@/ca.crt")
case("--insecure-skip-tls-verify takes the CA back", "A Bearer t1",
     config("{server: https://@A@, certificate-authority-data: @OTHERCADATA@}"), "--insecure-skip-tls-verify")
case("--insecure-skip-tls-verify with --certificate-authority fails", None, config(),
     "--insecure-skip-tls-verify --certificate-authority @CERTS@/ca.crt", says="are both set")
case("--client-certificate and --client-key take the place of data", "A cert=bob",
     config(user="{client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@}"),
     "--client-certificate @CERTS@/bob.crt --client-key @CERTS@/bob.key")
case("--client-certificate without a key fails", None, config(), "--client-certificate @CERTS@/bob.crt", says="no key")
case("--client-key alone is passed over", "A Bearer t1", config(), "--client-key @CERTS@/bob.key")
case("--tls-server-name", "A sni=api.test Bearer t1", config(), "--tls-server-name api.test")
case("--tls-server-name over the field", "A sni=localhost Bearer t1",
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, tls-server-name: api.test}"), "--tls-server-name localhost")
case("--server takes tls-server-name back", "B Bearer t1",
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, tls-server-name: api.test}"), "--server https://@B@")
case("--disable-compression", "A no-gzip Bearer t1", config(), ["--disable-compression"])
case("--as with a group", "A as=bob groups=g1,g2 Bearer t1", config(), "--as bob --as-group g1 --as-group g2")
case("--as over the fields", "A as=bob uid=7 groups=g Bearer t1", config(user="{token: t1, as: alice, as-uid: '7', as-groups: [g]}"),
     "--as bob")
case("--as-group over the fields", "A as=alice groups=h Bearer t1", config(user="{token: t1, as: alice, as-groups: [g, i]}"),
     "--as-group h")
case("--as-uid without --as fails", None, config(), "--as-uid 7", says="need a user to act as")
case("--as-group without --as fails", None, config(), "--as-group g", says="need a user to act as")
case("--as-user-extra", "A as=bob extra=reason:a=b,reason:c,team:x Bearer t1", config(),
     "--as bob --as-user-extra reason=a=b --as-user-extra team=x --as-user-extra reason=c --as-user-extra nonsense")
case("--as-user-extra over the fields", "A as=bob extra=keep:1,reason:new Bearer t1",
     config(user="{token: t1, as: bob, as-user-extra: {keep: ['1'], reason: [old, older]}}"), "--as-user-extra reason=new")

# ---- server, TLS --------------------------------------------------------------------------------

case("credentials are not sent in clear", "PLAIN", config(PLAIN))
case("who acts as another does so in clear too", "PLAIN as=bob", config(PLAIN, "{token: t1, as: bob}"))
case("a server without a scheme is http", "PLAIN", config("{server: '@PLAIN@'}"))
case("a server without a scheme is http, with a CA too", "PLAIN", config("{server: '@PLAIN@', certificate-authority: @CERTS@/ca.crt}"))
case("a prefix of the path is kept", "A prefix=/k8s/clusters/c-1 Bearer t1",
     config("{server: https://@A@/k8s/clusters/c-1, certificate-authority: @CERTS@/ca.crt}"))
case("a '/' at the end is no prefix", "A Bearer t1", config("{server: https://@A@/, certificate-authority: @CERTS@/ca.crt}"))
case("query and fragment are left out", "A prefix=/p Bearer t1",
     config("{server: 'https://@A@/p?x=1#y', certificate-authority: @CERTS@/ca.crt}"))
case("a scheme in capitals", "A Bearer t1", config("{server: HTTPS://@A@, certificate-authority: @CERTS@/ca.crt}"))
case("a server of another scheme fails", None, config("{server: ftp://@A@}"), says="must begin with https://")
case("a server with a bad port fails", None, config("{server: 'https://127.0.0.1:12x'}"), says="port")
case("a path without a scheme fails", None, config("{server: '@PLAIN@/p'}"), says="https://")
case("tls-server-name", "A sni=sub.api.test Bearer t1",
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, tls-server-name: sub.api.test}"))
case("a tls-server-name that is not in the certificate fails", None,
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, tls-server-name: other.test}"))
case("localhost is sent as a name", "A sni=localhost Bearer t1",
     config("{server: https://localhost:@APORT@, certificate-authority: @CERTS@/ca.crt}"))
case("another CA fails", None, config("{server: https://@A@, certificate-authority-data: @OTHERCADATA@}"))
case("without a CA those of the system count", None, config("{server: https://@A@}"))
case("insecure-skip-tls-verify", "A Bearer t1", config("{server: https://@A@, insecure-skip-tls-verify: true}"))
case("insecure-skip-tls-verify with a CA fails", None,
     config("{server: https://@A@, insecure-skip-tls-verify: true, certificate-authority: @CERTS@/ca.crt}"), says="are both set")
case("a CA file and CA data fail", None,
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, certificate-authority-data: @CADATA@}"), says="both set")
case("CA data that is no base64 fails", None, config("{server: https://@A@, certificate-authority-data: '%%'}"), says="not base64")
case("CA data that is no PEM fails", None, config("{server: https://@A@, certificate-authority-data: aGVsbG8=}"), says="no certificate in PEM")
case("a CA that contradicts itself fails for http too", None,
     config("{server: http://@PLAIN@, certificate-authority: @CERTS@/ca.crt, certificate-authority-data: @CADATA@}"))
case("insecure with a CA is nothing to http", "PLAIN",
     config("{server: http://@PLAIN@, insecure-skip-tls-verify: true, certificate-authority: @CERTS@/ca.crt}"))
case("disable-compression", "A no-gzip Bearer t1",
     config("{server: https://@A@, certificate-authority: @CERTS@/ca.crt, disable-compression: true}"))

# ---- users --------------------------------------------------------------------------------------

case("a certificate in files", "A cert=alice", config(user="{client-certificate: @CERTS@/alice.crt, client-key: @CERTS@/alice.key}"))
case("a certificate as data", "A cert=alice", config(user="{client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@}"))
case("a certificate in a file and its key as data", "A cert=alice",
     config(user="{client-certificate: @CERTS@/alice.crt, client-key-data: @ALICEKEY@}"))
case("a certificate as file and as data fails", None,
     config(user="{client-certificate: @CERTS@/alice.crt, client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@}"), says="both set")
case("a key as file and as data fails", None,
     config(user="{client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@, client-key: @CERTS@/alice.key}"), says="both set")
case("a certificate without a key fails", None, config(user="{client-certificate-data: @ALICE@}"), says="no key")
case("a certificate that is no PEM fails", None, config(user="{client-certificate-data: aGk=, client-key-data: @ALICEKEY@}"), says="not in PEM")
case("a key of another certificate fails", None, config(user="{client-certificate-data: @ALICE@, client-key-data: @BOBKEY@}"))
case("user and password", "A " + basic("u:p w"), config(user="{username: u, password: 'p w'}"))
case("a user without a password", "A " + basic("u:"), config(user="{username: u}"))
case("a password without a user is nothing", None, config(user="{password: p}"), says="has no credentials")
case("token and user name fail", None, config(user="{token: t, username: u}"), says="token and a user name")
case("tokenFile and user name fail", None, config(user="{tokenFile: token, username: u}"), files={"token": "f1"})
case("a tokenFile is trimmed", "A Bearer f1", config(user="{tokenFile: token}"), files={"token": "  f1\n\n"})
case("a tokenFile goes before a token", "A Bearer f1", config(user="{token: t1, tokenFile: token}"), files={"token": "f1\n"})
case("a token stands in for a missing tokenFile", "A Bearer t1", config(user="{token: t1, tokenFile: token}"))
case("an empty tokenFile fails", None, config(user="{tokenFile: token}"), files={"token": ""}, says="is empty")
case("a user with nothing fails", None, config(user="{}"), says="has no credentials")
case("as, uid, groups and extras", "A as=bob uid=7 groups=g1,g2 extra=a/b:c d,x:y Bearer t1",
     config(user="{token: t1, as: bob, as-uid: '7', as-groups: [g1, g2], as-user-extra: {x: ['y'], a/b: [c d]}}"))
case("groups without a user fail", None, config(user="{token: t1, as-groups: [g]}"), says="need a user to act as")
case("extras without a user fail", None, config(user="{token: t1, as-user-extra: {x: [z]}}"), says="need a user to act as")
case("a token of two lines fails", None, config(user='{token: "t1\\nX-A: b"}'), says="the token holds a control character")
case("a token of two lines is nothing to http", "PLAIN", config(PLAIN, '{token: "t1\\nX-A: b"}'))
case("a tokenFile of two lines fails", None, config(user="{tokenFile: token}"), files={"token": "f1\nX-A: b\n"}, says="control character")
case("a user to act as of two lines fails", None, config(user='{token: t1, as: "bob\\r\\nX-A: b"}'), says="what to act as holds a control character")
case("a group to act as of two lines fails", None, config(PLAIN, '{as: bob, as-groups: ["g\\nX-A: b"]}'), says="holds a control character")
case("a key of extras is escaped", "A as=bob extra=a b\n:c Bearer t1", config(user='{token: t1, as: bob, as-user-extra: {"a b\\n": [c]}}'))
case("an unknown auth-provider fails", None, config(user="{auth-provider: {name: magic}}"), says="no auth-provider 'magic'")
case("the auth-provider gcp fails", None, config(user="{auth-provider: {name: gcp}}"), says="gke-gcloud-auth-plugin")
OIDC = "{auth-provider: {name: oidc, config: {idp-issuer-url: 'https://127.0.0.1:1', client-id: x, id-token: %s}}}"
case("an id-token of oidc", "A Bearer @JWT@", config(user=OIDC % "@JWT@"))
case("an expired id-token of oidc", None, config(user=OIDC % "@OLDJWT@"), says="has expired")
case("oidc without an issuer fails", None, config(user="{auth-provider: {name: oidc, config: {id-token: @JWT@}}}"), says="idp-issuer-url")
case("--token over oidc", "A Bearer x", config(user=OIDC % "@OLDJWT@"), "--token x")

# ---- exec plugins -------------------------------------------------------------------------------

CLUSTER_WITH_CONFIG = """{server: https://@A@, certificate-authority: @CERTS@/ca.crt, tls-server-name: api.test, extensions: [
    {name: other, extension: {x: 1}}, {name: client.authentication.k8s.io/exec, extension: {audience: shop, count: 1, deep: [a, {b: null}]}}]}"""
case("exec v1", "A Bearer p1", config(user=exec_user()), files=plugin())
case("exec v1beta1", "A Bearer p1", config(user=exec_user("v1beta1")), files=plugin(version="v1beta1"))
case("exec v1beta1 without interactiveMode", "A Bearer p1", config(user=exec_user("v1beta1", mode=None)), files=plugin(version="v1beta1"))
case("exec v1 without interactiveMode fails", None, config(user=exec_user(mode=None)), files=plugin(), says="no interactiveMode")
case("exec with an unknown interactiveMode fails", None, config(user=exec_user(mode="Often")), files=plugin(), says="unknown interactiveMode")
case("exec v1alpha1 fails", None, config(user=exec_user("v1alpha1")), files=plugin(), says="unknown apiVersion")
case("exec without an apiVersion fails", None, config(user="{exec: {command: plugin, interactiveMode: Never}}"), files=plugin(), says="no apiVersion")
case("exec without a command fails", None, config(user="{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}"), says="no command")
case("exec with args and env", "A Bearer p1",
     config(user=exec_user(fields="args: [get, 'a b', --x=1], env: [{name: EXTRA, value: v}, {name: HOME, value: /elsewhere}]")), files=plugin())
case("exec with a nameless variable fails", None, config(user=exec_user(fields="env: [{value: v}]")), files=plugin(), says="has no name")
case("exec with provideClusterInfo", "A sni=api.test Bearer p1", config(CLUSTER_WITH_CONFIG, exec_user(fields="provideClusterInfo: true")), files=plugin())
case("exec v1beta1 with provideClusterInfo", "B no-gzip Bearer p1",
     config("{server: https://@B@/, insecure-skip-tls-verify: true, disable-compression: true}", exec_user("v1beta1", "provideClusterInfo: true")),
     files=plugin(version="v1beta1"))
case("exec with provideClusterInfo and a proxy", "A Bearer p1 via=http",
     config("{server: https://@A@, certificate-authority-data: @CADATA@, proxy-url: http://@PROXY@}", exec_user(fields="provideClusterInfo: true")), files=plugin())
case("exec by a relative path", "A Bearer p1", config(user=exec_user(command="./bin/plugin")), files=plugin(), cwd="home")
case("exec by a path without a program", None, config(user=exec_user(command="./gone")), says="is not installed")
case("exec without the program, with a hint", None, config(user=exec_user(command="plugin-x", fields="installHint: get it at shop")),
     says="hint: get it at shop")
case("exec does not look in the working folder", None, config(user=exec_user()), files=plugin(), cwd="bin", env={"PATH": ":.:/usr/bin:/bin"})
case("exec that fails", None, config(user=exec_user()), files=plugin(more="echo no luck >&2; exit 3\n"), says="failed with exit code 3")
case("exec that answers in another version", None, config(user=exec_user()), files=plugin(version="v1beta1"), says="another version")
case("exec that answers with another kind", None, config(user=exec_user()), files=plugin(kind="Pod"), says="no ExecCredential")
case("exec that answers with nothing", None, config(user=exec_user()), files={"bin/plugin": PLUGIN}, says="answered with nothing")
case("exec that answers with no JSON", None, config(user=exec_user()), files={"bin/plugin": PLUGIN + "echo '{secret'\n"}, says="no JSON")
case("exec without a status", None, config(user=exec_user()), files=plugin(None), says="no status")
case("exec with an empty status", None, config(user=exec_user()), files=plugin(""), says="neither a token nor")
case("exec with a certificate and no key", None, config(user=exec_user()), files=plugin('"clientCertificateData": "-----BEGIN CERTIFICATE-----"'), says="only one of")
case("exec with a certificate", "A cert=alice", config(user=exec_user()), files=plugin('"clientCertificateData": "@JSON:alice.crt@", "clientKeyData": "@JSON:alice.key@"'))
case("exec with a certificate and a token", "A cert=bob Bearer p1", config(user=exec_user()),
     files=plugin('"token": "p1", "clientCertificateData": "@JSON:bob.crt@", "clientKeyData": "@JSON:bob.key@"'))
case("exec with a later expiry", "A Bearer p1", config(user=exec_user()), files=plugin('"token": "p1", "expirationTimestamp": "2100-01-01T00:00:00Z"'))
case("exec with an expiry that is no time", None, config(user=exec_user()), files=plugin('"token": "p1", "expirationTimestamp": "tomorrow"'), says="is no time")
case("exec beside a token is not run", "A Bearer t1", config(user=exec_user()[:-1] + ", token: t1}"), files=plugin())
case("exec beside a certificate is not run", "A cert=alice",
     config(user=exec_user()[:-1] + ", client-certificate-data: @ALICE@, client-key-data: @ALICEKEY@}"), files=plugin())
case("exec beside a user name is not run", "A " + basic("u:p"), config(user=exec_user()[:-1] + ", username: u, password: p}"), files=plugin())
case("exec is not run for http", "PLAIN", config(PLAIN, exec_user()), files=plugin())
case("exec with an auth-provider fails", None, config(user=exec_user()[:-1] + ", auth-provider: {name: oidc}}"), files=plugin(), says="both set")
case("exec that needs a terminal, without one", None, config(user=exec_user(mode="Always")), files=plugin(), says="needs a terminal")
case("exec that needs a terminal, with one", "A Bearer p1", config(user=exec_user(mode="Always")), files=plugin(), terminal=True)
case("exec that likes a terminal, without one", "A Bearer p1", config(user=exec_user(mode="IfAvailable")), files=plugin())
case("exec that likes a terminal, with one", "A Bearer p1", config(user=exec_user(mode="IfAvailable")), files=plugin(), terminal=True)
case("exec that never asks, with a terminal", "A Bearer p1", config(user=exec_user()), files=plugin(), terminal=True)

def kuberc(policy="", version="v1beta1", name="home/.kube/kuberc"):
    return {**plugin(), name: f"apiVersion: kubectl.config.k8s.io/{version}\nkind: Preference\n{policy}"}


EXEC = config(user=exec_user())
ALLOW = "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: "
case("kuberc without a policy", "A Bearer p1", EXEC, files=kuberc())
case("kuberc allows all", "A Bearer p1", EXEC, files=kuberc("credentialPluginPolicy: AllowAll\n"))
case("kuberc denies all", None, EXEC, files=kuberc("credentialPluginPolicy: DenyAll\n"), says="may not run")
case("kuberc denies all plugins, not tokens", "A Bearer t1", config(), files=kuberc("credentialPluginPolicy: DenyAll\n"))
case("kuberc allows a name", "A Bearer p1", EXEC, files=kuberc(ALLOW + "[{name: other}, {name: plugin}]\n"))
case("kuberc allows a path", "A Bearer p1", EXEC, files=kuberc(ALLOW + "[{name: @DIR@/bin/plugin}]\n"))
case("kuberc allows the name of a path", "A Bearer p1", config(user=exec_user(command="./home/../bin//plugin")),
     files=kuberc(ALLOW + "[{name: plugin}]\n"))
case("kuberc allows another path", None, EXEC, files=kuberc(ALLOW + "[{name: /usr/bin/plugin}]\n"), says="may not run")
case("kuberc allows another name", None, EXEC, files=kuberc(ALLOW + "[{name: sh}]\n"), says="add it to credentialPluginAllowlist there")
case("kuberc with an empty list fails", None, EXEC, files=kuberc(ALLOW + "[]\n"), says="no credentialPluginAllowlist")
case("kuberc without its list fails", None, EXEC, files=kuberc("credentialPluginPolicy: Allowlist\n"), says="no credentialPluginAllowlist")
case("kuberc with a list that is not asked for fails", None, EXEC, files=kuberc("credentialPluginAllowlist: [{name: plugin}]\n"), says="with a ")
case("kuberc with an unknown policy fails", None, EXEC, files=kuberc("credentialPluginPolicy: Some\n"), says="kuberc:3:25: ")
case("kuberc with a nameless entry fails", None, EXEC, files=kuberc(ALLOW + "[{}]\n"), says="names no command")
case("kuberc with a longer path fails", None, EXEC, files=kuberc(ALLOW + "[{name: @DIR@/bin/../bin/plugin}]\n"), says="hint: write it as")
case("KUBERC names the file", None, EXEC, files=kuberc("credentialPluginPolicy: DenyAll\n", name="rc"), env={"KUBERC": "@DIR@/rc"}, says="may not run")
case("KUBERC names a missing file", None, EXEC, files=plugin(), env={"KUBERC": "@DIR@/rc"}, says="rc")
case("KUBERC=off", "A Bearer p1", EXEC, files=kuberc("credentialPluginPolicy: DenyAll\n"), env={"KUBERC": "off"})
case("KUBECTL_KUBERC=false", "A Bearer p1", EXEC, files=kuberc("credentialPluginPolicy: DenyAll\n"), env={"KUBECTL_KUBERC": "False"})
case("kuberc v1alpha1 has no policies", "A Bearer p1", EXEC, files=kuberc("credentialPluginPolicy: DenyAll\n", "v1alpha1"))
case("a broken kuberc forbids nothing", "A Bearer p1", EXEC, files={**plugin(), "home/.kube/kuberc": "a: [\n"})
case("a broken file that KUBERC names fails", None, EXEC, files={**plugin(), "rc": "a: [\n"}, env={"KUBERC": "@DIR@/rc"})
case("the first Preference of kuberc counts", None, EXEC, files={**plugin(), "home/.kube/kuberc": "kind: Pod\napiVersion: v1\n---\n"
     "kind: Preference\napiVersion: kubectl.config.k8s.io/v1beta1\ncredentialPluginPolicy: DenyAll\n---\n"
     "kind: Preference\napiVersion: kubectl.config.k8s.io/v1beta1\ncredentialPluginPolicy: AllowAll\n"}, says="may not run")

# ---- proxies ------------------------------------------------------------------------------------

PROXIED = "{server: https://@A@, certificate-authority: @CERTS@/ca.crt, proxy-url: '%s'}"
NAMED = "{server: 'https://api.test:@APORT@', certificate-authority: @CERTS@/ca.crt%s}"
case("proxy-url http", "A Bearer t1 via=http", config(PROXIED % "http://@PROXY@"))
case("proxy-url http with a login", "A Bearer t1 via=http:" + basic("u:p"), config(PROXIED % "http://u:p@@PROXY@"))
case("proxy-url socks5", "A Bearer t1 via=socks", config(PROXIED % "socks5://@SOCKS@"))
case("socks5 resolves names at the proxy", "A sni=api.test Bearer t1 via=socks", config(NAMED % ", proxy-url: 'socks5://@SOCKS@'"))
case("proxy-url for http", "PLAIN via=http", config("{server: http://@PLAIN@, proxy-url: http://@PROXY@}"))
case("a proxy-url of another scheme fails", None, config(PROXIED % "ftp://@PROXY@"), says="cannot use its proxy-url")
case("a proxy-url without a scheme fails", None, config(PROXIED % "@PROXY@"), says="cannot use its proxy-url")
case("socks5h is not for proxy-url", None, config(PROXIED % "socks5h://@SOCKS@"), says="cannot use its proxy-url")
case("HTTPS_PROXY", "A sni=api.test Bearer t1 via=http", config(NAMED % ""), env={"HTTPS_PROXY": "http://@PROXY@"})
case("https_proxy without a scheme", "A sni=api.test Bearer t1 via=http", config(NAMED % ""), env={"https_proxy": "@PROXY@"})
case("HTTPS_PROXY socks5", "A sni=api.test Bearer t1 via=socks", config(NAMED % ""), env={"HTTPS_PROXY": "socks5://@SOCKS@"})
case("HTTP_PROXY for http", "PLAIN via=http", config("{server: 'http://api.test:@PLAINPORT@'}"), env={"HTTP_PROXY": "http://@PROXY@"})
case("HTTP_PROXY is not for https", None, config(NAMED % ""), env={"HTTP_PROXY": "http://@PROXY@"})
case("ALL_PROXY is not asked", None, config(NAMED % ""), env={"ALL_PROXY": "http://@PROXY@"})
case("what is on this machine has no proxy of the environment", "A Bearer t1", config(), env={"HTTPS_PROXY": "http://127.0.0.1:1"})
case("proxy-url goes before the environment", "A sni=api.test Bearer t1 via=socks", config(NAMED % ", proxy-url: 'socks5://@SOCKS@'"),
     env={"HTTPS_PROXY": "http://127.0.0.1:1"})
case("NO_PROXY names the host", None, config(NAMED % ""), env={"HTTPS_PROXY": "http://@PROXY@", "NO_PROXY": "x.test, api.test"})
case("NO_PROXY names the domain", None, config(NAMED % ""), env={"HTTPS_PROXY": "http://@PROXY@", "NO_PROXY": "test"})
case("NO_PROXY names another domain", "A sni=api.test Bearer t1 via=http", config(NAMED % ""),
     env={"HTTPS_PROXY": "http://@PROXY@", "NO_PROXY": ".api.test,pi.test"})
case("NO_PROXY names another port", "A sni=api.test Bearer t1 via=http", config(NAMED % ""),
     env={"HTTPS_PROXY": "http://@PROXY@", "NO_PROXY": "api.test:1"})
case("NO_PROXY is not for proxy-url", "A sni=api.test Bearer t1 via=http", config(NAMED % ", proxy-url: 'http://@PROXY@'"), env={"NO_PROXY": "*"})

# ---- in a pod -----------------------------------------------------------------------------------

IN_POD = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "@APORT@"}
ACCOUNT = {"pod/token": "pod1\n", "pod/ca.crt": "@PEM:ca.crt@", "pod/namespace": "mine\n"}
case("in a pod", "A ns=mine Bearer pod1", env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, POD_NAMESPACE", "A ns=other Bearer pod1", env={**IN_POD, "POD_NAMESPACE": "other"}, files=ACCOUNT, pod=True)
case("in a pod, --namespace", "A ns=shop Bearer pod1", args="--namespace shop", env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, --server and --token", "B ns=mine Bearer x", args="--server https://@B@ --token x --certificate-authority @CERTS@/ca.crt",
     env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, --token", "A ns=mine Bearer x", args="--token x", env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, a kubeconfig goes first", "B ns=mine Bearer t1", config(B), env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, the namespace of a context", "B ns=shop Bearer t1", config(B, context="namespace: shop"), env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, the default namespace of a context", "B Bearer t1", config(B, context="namespace: default"), env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod, a context without a cluster", "A ns=mine Bearer pod1", BOTH, "--context lost", env=IN_POD, files=ACCOUNT, pod=True)
case("in a pod without a token", None, env=IN_POD, files={"pod/ca.crt": "@PEM:ca.crt@"}, pod=True)
case("in a pod without its variables", None, files=ACCOUNT, pod=True)
case("in a pod, an empty token fails", None, env=IN_POD, files={**ACCOUNT, "pod/token": ""}, pod=True, says="is empty")
case("in a pod, who acts as another is no pod", None, args="--as bob", env=IN_POD, files=ACCOUNT, pod=True)
