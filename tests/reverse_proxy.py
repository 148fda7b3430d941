"""A reverse proxy like those that hosts put in front of the page: below a path, which it strips or keeps, with or without
HTTPS."""

import http.client
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "host",
    "content-length",
}  # headers that belong to one connection, not to the message


@contextmanager
def reverse_proxy(
    upstream: str | Sequence[str],
    path: str = "",
    strips: bool = True,
    certificate: Path | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Serves `upstream` below `path` on a free port, and yields the address. strips: whether the path is hidden from the page.

    If there are several upstreams, requests go to them in turn. certificate: a .pem with a key, for HTTPS. headers: these
    are added to every request.
    """

    upstreams = cycle([upstream] if isinstance(upstream, str) else upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            if not self.path.startswith(f"{path}/"):
                return self.send_error(404)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            sent |= {"Host": self.headers["host"], "Content-Length": str(len(body)), **(headers or {})}
            connection = http.client.HTTPConnection(urlsplit(next(upstreams)).netloc, timeout=60)
            connection.request(self.command, self.path.removeprefix(path) if strips else self.path, body, sent)
            answer = connection.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
            connection.close()
            self.close_connection = True
            return None

        do_GET = do_POST = do_HEAD = do_OPTIONS = forward  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # the browser has closed the connection

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}{path}/"
        server.shutdown()


def make_certificate(folder: Path) -> Path:
    """A key and a self-signed certificate in one .pem."""
    path = folder / "self-signed.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path, "-out", folder / "cert.pem"]
    subprocess.run([*command, "-days", "2", "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (folder / "cert.pem").read_bytes())
    return path
