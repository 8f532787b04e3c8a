"""A model server of this machine that never says no: what the worst model could talk the assistant into."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ai.models.endpoint import Endpoint

NAME = "careless"


@contextmanager
def careless_model() -> Iterator[Endpoint]:
    """The address of a running server that speaks the OpenAI protocol; it stops with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", "", NAME)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def careless_answer(prompt: Mapping[str, Any]) -> dict[str, Any]:
    """The first figure that was offered, whatever was asked; each unknown word is called filler."""
    candidates = prompt["candidates"]
    return {
        "answerable": True,
        "metrics": [each["name"] for each in candidates["metrics"][:1]],
        "group_by": [],
        "where": [],
        "start": None,
        "end": None,
        "order_by": [],
        "limit": None,
        "meanings": dict.fromkeys(prompt["unplaced"], "filler"),
    }


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = json.loads(body["messages"][1]["content"])
        answer = {
            "choices": [{"message": {"role": "assistant", "content": json.dumps(careless_answer(prompt))}}],
            "usage": {"prompt_tokens": 0, "completion_tokens": 0},
        }
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
