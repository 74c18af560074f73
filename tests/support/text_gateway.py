"""A gateway for text messages: a real HTTP server that writes down what it gets, and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class TextGateway:
    """`answers`: the status of each request in turn, 202 once they are used up."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def running_gateway() -> Iterator[TextGateway]:
    """The gateway on a free port until the block ends."""
    gateway = TextGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take a text."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.got.append(json.loads(body) | {"authorization": self.headers.get("Authorization", "")})
            self.send_response(gateway.answers.pop(0) if gateway.answers else 202)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://:hush@127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
