"""A server of this machine that speaks the OpenAI protocol and says what a test wants said."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = str | Callable[[], str]


@dataclass
class ModelServer:
    """What was asked, and what is said next; the last one is said again."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    status: int = 200

    def next_answer(self) -> str:
        """What is said to the request that was just kept."""
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        return answer if isinstance(answer, str) else answer()


@contextmanager
def model_server(*answers: Answer) -> Iterator[ModelServer]:
    """A running server."""
    told = ModelServer(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.requests.append({"path": self.path, **body})
            told.keys.append(self.headers.get("Authorization"))
            content = told.next_answer()
            answer = {
                "choices": [{"message": {"role": "assistant", "content": content}}],
                "usage": {"prompt_tokens": 200, "completion_tokens": 40},
            }
            data = json.dumps(answer).encode()
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
