"""One address that speaks the OpenAI protocol, asked within limits of time, tokens and bytes; it is told no secret."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from runtime.tracing import span

ANSWER_BYTES_MAX = 2_000_000
Message = Mapping[str, str]
NO_JSON = (ValueError, RecursionError)
"""What reading a text as JSON raises: thousands of brackets in one another are none that we want."""


class ModelFailed(RuntimeError):
    """The model gave nothing usable; the reason holds neither key nor text of the request."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call took, whatever came of it."""

    purpose: str
    model_name: str
    prompt_tokens: int
    completion_tokens: int
    milliseconds: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote."""

    text: str
    usage: Usage


@dataclass(frozen=True)
class Endpoint:
    """An address with its key and limits."""

    url: str
    key: str
    name: str
    seconds_max: float = 20.0
    tokens_max: int = 1_000

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any], *, purpose: str) -> Completion:
        """A JSON answer by a schema.  Raises: ModelFailed."""
        body = {
            "model": self.name,
            "messages": [dict(each) for each in messages],
            "temperature": 0,
            "max_tokens": self.tokens_max,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": purpose, "strict": True, "schema": dict(schema)},
            },
        }
        began = time.monotonic()
        answer = self._posted("/chat/completions", body)
        try:
            text = str(answer["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError):
            raise ModelFailed("the answer has no message") from None
        taken = round((time.monotonic() - began) * 1000)
        tokens = answer.get("usage") or {}
        counts = [int(tokens.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
        return Completion(text, Usage(purpose, self.name, counts[0], counts[1], taken, "answered"))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text.  Raises: ModelFailed."""
        answer = self._posted("/embeddings", {"model": self.name, "input": list(texts)})
        try:
            found = sorted(answer["data"], key=lambda each: each["index"])
            vectors = [[float(value) for value in each["embedding"]] for each in found]
        except (KeyError, TypeError, ValueError):
            raise ModelFailed("the answer has no vectors") from None
        if len(vectors) != len(texts):
            raise ModelFailed("the answer has another number of vectors")
        return vectors

    def _posted(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        until = time.monotonic() + self.seconds_max
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        received = bytearray()
        try:
            with (
                span("model call", path=path, model=self.name),
                # A redirect would carry the key elsewhere; proxies of the environment were not set for us.
                httpx.Client(timeout=self.seconds_max, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self.url.rstrip("/") + path, json=body, headers=headers) as response,
            ):
                for piece in response.iter_bytes():
                    received += piece
                    if time.monotonic() > until:
                        raise ModelFailed(f"no whole answer within {self.seconds_max:g} s")
                    if len(received) > ANSWER_BYTES_MAX:
                        raise ModelFailed("the answer is too long")
        except httpx.TimeoutException:
            raise ModelFailed(f"no answer within {self.seconds_max:g} s") from None
        except httpx.HTTPError as error:
            raise ModelFailed(f"the address cannot be reached: {type(error).__name__}") from None
        if not response.is_success:
            raise ModelFailed(f"the address answered {response.status_code}")
        try:
            answer = json.loads(received)
        except NO_JSON:
            raise ModelFailed("the answer is no JSON") from None
        if not isinstance(answer, dict):
            raise ModelFailed("the answer is no object")
        return answer
