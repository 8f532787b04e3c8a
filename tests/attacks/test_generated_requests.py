"""A1, A16: requests nobody would write, made from the OpenAPI document, with another tenant's ids: never a 500."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from api.context import Services
from tests.api.conftest import Login
from tests.attacks.asking import METHODS
from tests.attacks.foreign import SIGNS, fill_every_table
from tests.rounds import PROVING, rounds

EXAMPLES = rounds(2, 8)
EVERY = 1 if PROVING else 9
"""In `make test` one operation in nine is asked."""
INTERNAL = 500
LEFT_OUT = {("post", "/api/auth/logout"), ("post", "/api/auth/password")}


@pytest.mark.timeout(3600 if PROVING else 300)
@pytest.mark.usefixtures("shop")
@pytest.mark.feature("2.1.3")
def test_generated_requests_are_answered_and_give_nothing_away(
    app: FastAPI, admin: Login, make_tenant: Callable[[str], Login], services: Services
) -> None:
    foreign = fill_every_table(services.settings, make_tenant("zenith").tenant_id)
    failures: dict[str, str] = {}
    for number, operation in enumerate(_operations(app)):
        if number % EVERY == 0:
            for mode in schemathesis.GenerationMode:
                _try(operation, mode, admin, foreign, failures)
    assert failures == {}


def _operations(app: FastAPI) -> Iterator[Any]:
    document = json.loads(json.dumps(app.openapi()))
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if operation.method in METHODS and (operation.method, operation.path) not in LEFT_OUT:
            yield operation


def _try(operation: Any, mode: Any, asker: Login, foreign: UUID, failures: dict[str, str]) -> None:
    @seed(20261121)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_foreign=st.booleans())
    def ask(case: Any, is_foreign: bool) -> None:  # noqa: FBT001  # hypothesis gives it by name
        if is_foreign:
            case.path_parameters = {name: str(foreign) for name in case.path_parameters or {}}
        sent = case.as_transport_kwargs(base_url="http://testserver")
        sent = {name: sent[name] for name in _SENT if sent.get(name) is not None}
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        sent["headers"] = {**_headers(sent), "Authorization": asker.http.headers["Authorization"]}
        try:
            answer = asker.http.request(**sent)
        except (TypeError, ValueError, UnicodeError):
            return  # the client cannot write it down, so nobody receives it
        told = answer.content + str(answer.headers).encode()
        if answer.status_code == INTERNAL or any(sign.encode() in told for sign in SIGNS):
            failures.setdefault(f"{operation.method} {operation.path}", f"{sent} -> {answer.text}"[:1500])

    try:
        ask()
    except Unsatisfiable:
        return  # there is nothing wrong to make of it: no parameter, no body


_SENT = ("method", "url", "params", "json", "data", "files", "content", "headers")


def _headers(sent: dict[str, Any]) -> dict[str, str]:
    """Headers that a client can send; those of the client itself come from the client."""
    return {
        name: value
        for name, value in dict(sent.get("headers") or {}).items()
        if name.lower() not in {"content-length", "user-agent", "host"}
    }
