"""A vendor of work groups behind a gateway: a real HTTP server on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Vendor(ThreadingHTTPServer):
    """A vendor behind a gateway. ``answer`` is a status with a JSON object, or what else to do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[int, object] | str = (200, {"errcode": 0, "errmsg": "ok"})
        self.heard: list[tuple[str, dict]] = []
        self.release = threading.Event()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Vendor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        answer = self.server.answer
        if answer == "hang":
            self.server.release.wait(10)
            return
        if answer == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        assert not isinstance(answer, str)
        status, content = answer
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"http://{self.server.host}/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@contextmanager
def open_vendor() -> Iterator[Vendor]:
    """A vendor that answers for as long as the block lasts."""
    server = Vendor()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
