# SPDX-License-Identifier: Apache-2.0
"""Servers for tests/kubectl/kubeconfig: API servers that answer just enough for `kubectl get pods`
and note what a client shows of itself, an HTTP proxy, a SOCKS5 proxy, and certificates for them."""

import http.server
import json
import os
import re
import socket
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

PODS = re.compile(r"^(.*)/api/v1/namespaces/([^/]+)/pods")
# Names that only the proxies can resolve.
TARGETS = ("api.test", "sub.api.test")


class Certificates:
    """A CA, another one, a server's certificate, and those of the users alice and bob."""

    def __init__(self, folder):
        self.folder = folder
        for ca in ("ca", "other-ca"):
            self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                     "-nodes", "-subj", f"/CN={ca}", "-days", "30",
                     "-keyout", self.path(ca + ".key"), "-out", self.path(ca + ".crt"))
        self.sign("server", "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:api.test,DNS:*.api.test")
        self.sign("alice", "extendedKeyUsage=clientAuth")
        self.sign("bob", "extendedKeyUsage=clientAuth")

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="ascii") as f:
            return f.read()

    def run(self, *words):
        subprocess.run(("openssl",) + words, check=True, capture_output=True, cwd=self.folder)

    def sign(self, name, extension):
        with open(self.path(name + ".ext"), "w", encoding="ascii") as f:
            f.write(extension + "\n")
        self.run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-subj", f"/CN={name}", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        self.run("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                 "-days", "30", "-extfile", name + ".ext", "-out", name + ".crt")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        if self.server.tls:
            self.request.do_handshake()
        super().setup()

    def log_message(self, *_):
        pass

    def note(self):
        match = PODS.match(urllib.parse.urlsplit(self.path).path)
        if not match:
            return
        subject = ""
        if self.server.tls:
            subject = dict(x[0] for x in (self.request.getpeercert() or {}).get("subject", ())).get("commonName", "")
        headers = [(k.lower(), v) for k, v in self.headers.items()]
        extra = sorted((urllib.parse.unquote(k[len("impersonate-extra-"):]), v) for k, v in headers
                       if k.startswith("impersonate-extra-"))
        self.server.notes.append({
            "server": self.server.name, "prefix": match.group(1), "namespace": match.group(2),
            "host": self.headers.get("Host"), "sni": getattr(self.request, "sni", None),
            "auth": self.headers.get("Authorization"), "cert": subject or None,
            "as": self.headers.get("Impersonate-User"), "uid": self.headers.get("Impersonate-Uid"),
            "groups": self.headers.get_all("Impersonate-Group") or [], "extra": extra,
            "gzip": "gzip" in self.headers.get("Accept-Encoding", ""),
        })

    def do_GET(self):
        self.note()
        path = urllib.parse.urlsplit(self.path).path
        if path.endswith("/api"):
            body = {"kind": "APIVersions", "versions": ["v1"]}
        elif path.endswith("/apis"):
            body = {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        elif path.endswith("/api/v1"):
            pods = {"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get", "list"]}
            body = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [pods]}
        else:
            body = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name, notes, certificates=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.name, self.notes, self.tls = name, notes, None
        if certificates:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificates.path("server.crt"), certificates.path("server.key"))
            self.tls.load_verify_locations(certificates.path("ca.crt"))
            self.tls.verify_mode = ssl.CERT_OPTIONAL
            self.tls.sni_callback = lambda s, name, _: setattr(s, "sni", name)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        conn, address = super().get_request()
        if self.tls:
            conn = self.tls.wrap_socket(conn, server_side=True, do_handshake_on_connect=False)
        return conn, address

    def handle_error(self, *_):
        pass

    @property
    def port(self):
        return self.server_address[1]


def reach(host, port):
    return socket.create_connection(("127.0.0.1" if host in TARGETS else host, int(port)), timeout=10)


def pump(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for s in (one, other):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(client, target):
    thread = threading.Thread(target=pump, args=(client, target), daemon=True)
    thread.start()
    pump(target, client)
    thread.join(5)


class ProxyHandler(socketserver.StreamRequestHandler):
    """HTTP: CONNECT, and GET of a whole URL, one for each connection."""

    def handle(self):
        first = self.rfile.readline().decode("latin-1").split()
        head = []
        while (line := self.rfile.readline().decode("latin-1").strip()):
            head.append(line)
        if not first:
            return
        login = next((x.split(None, 1)[1] for x in head if x.lower().startswith("proxy-authorization:")), None)
        if first[0] == "CONNECT":
            self.server.events.append(("http", first[1], login))
            host, port = first[1].rsplit(":", 1)
            target = reach(host, port)
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            url = urllib.parse.urlsplit(first[1])
            self.server.events.append(("http", url.netloc, login))
            target = reach(url.hostname, url.port or 80)
            keep = [x for x in head if not x.lower().startswith(("proxy-", "connection:"))]
            keep.append("Connection: close")
            request = f"GET {url.path}{'?' + url.query if url.query else ''} HTTP/1.1\r\n" + "\r\n".join(keep)
            target.sendall(request.encode("latin-1") + b"\r\n\r\n")
        join(self.connection, target)


class SocksHandler(socketserver.StreamRequestHandler):
    """SOCKS5 without a login (RFC 1928)."""

    def handle(self):
        _, count = self.rfile.read(2)
        self.rfile.read(count)
        self.connection.sendall(b"\x05\x00")
        kind = self.rfile.read(4)[3]
        if kind == 3:
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        else:
            host = socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6,
                                    self.rfile.read(4 if kind == 1 else 16))
        port = int.from_bytes(self.rfile.read(2), "big")
        self.server.events.append(("socks", f"{host}:{port}", None))
        target = reach(host, port)
        self.connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        join(self.connection, target)


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, handler, events):
        super().__init__(("127.0.0.1", 0), handler)
        self.events = events
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass

    @property
    def port(self):
        return self.server_address[1]
