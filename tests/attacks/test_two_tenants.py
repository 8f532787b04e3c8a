"""A3: whatever one tenant's token asks with another tenant's ids, nothing of the other comes back or is touched."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from api.context import Services
from api.routing import OPEN, PERMISSION
from tests.api.conftest import Login
from tests.attacks.asking import Operation, has_filters, operations, request_of
from tests.attacks.foreign import CANARY, SIGNS, fill_every_table, fingerprint, places_of
from transactional.kernel.ids import new_id

SEEN_BY_ITS_OWNER_MIN = 150
"""How many operations show the canary to its own tenant: without them silence would prove nothing."""
REFUSED_MIN = 300
INTERNAL = 500
ENDS_THE_SESSION = {"post /api/auth/logout", "post /api/auth/password"}


@pytest.mark.usefixtures("shop")
@pytest.mark.feature("2.1.12")
def test_no_operation_gives_another_tenants_rows_away(
    app: FastAPI, admin: Login, make_tenant: Callable[[str], Login], services: Services
) -> None:
    other = make_tenant("zenith")
    foreign, missing = fill_every_table(services.settings, other.tenant_id), new_id()
    services.rights.forget()
    before = fingerprint(services.settings, other.tenant_id)
    asked = [each for each in operations(app.openapi()) if each.name not in ENDS_THE_SESSION]
    shown, failed, told_apart, counted = [], [], [], Counter[int]()
    for operation in asked:
        for with_filters in (False, True) if has_filters(operation) else (False,):
            answers = [_ask(admin, operation, each, with_filters=with_filters) for each in (foreign, missing)]
            counted[answers[0].status_code] += 1
            if any(_gives_away(answer) for answer in answers):
                shown.append(operation.name)
            if any(answer.status_code == INTERNAL for answer in answers):
                failed.append(operation.name)
            if _likeness(answers[0], foreign) != _likeness(answers[1], missing):
                told_apart.append((operation.name, _likeness(answers[0], foreign), _likeness(answers[1], missing)))
    assert (shown, failed, told_apart) == ([], [], [])
    assert counted[404] >= REFUSED_MIN
    assert fingerprint(services.settings, other.tenant_id) == before
    # What was asked for stands in the record of exports; nothing else may name the foreign id.
    assert places_of(services.settings, str(foreign), other_than=other.tenant_id) == ["kernel.audit_log"]


@pytest.mark.feature("2.1.12")
def test_searches_for_another_tenants_words_find_nothing(
    app: FastAPI, admin: Login, make_tenant: Callable[[str], Login], services: Services
) -> None:
    fill_every_table(services.settings, make_tenant("zenith").tenant_id)
    for operation in operations(app.openapi()):
        if operation.method == "get" and "q" in {each["name"] for each in operation.parameters("query")}:
            answer = admin.http.get(operation.path.replace("{id}", str(new_id())), params={"q": CANARY[:7]})
            assert not _gives_away(answer), operation.name
            if answer.status_code == 200 and "json" in answer.headers["content-type"]:
                assert answer.json()["items"] == [], operation.name


@pytest.mark.feature("2.1.12")
def test_the_canary_would_be_seen(app: FastAPI, make_tenant: Callable[[str], Login], services: Services) -> None:
    """The twin of the two above: with the tenant's own token, the same requests do bring the canary."""
    owner = make_tenant("zenith")
    row_id = fill_every_table(services.settings, owner.tenant_id)
    asked = [each for each in operations(app.openapi()) if each.method == "get"]
    seen = [each.name for each in asked if _gives_away(_ask(owner, each, row_id, with_filters=False))]
    assert len(seen) >= SEEN_BY_ITS_OWNER_MIN


@pytest.mark.feature("AUTH-07")
def test_nothing_but_what_is_published_answers_without_a_token(app: FastAPI, admin: Login) -> None:
    anonymous = Login(admin.tenant_id, admin.user_id, "", type(admin.http)(app, raise_server_exceptions=False), {})
    for operation in operations(app.openapi()):
        if operation.spec[PERMISSION] != OPEN:
            assert _ask(anonymous, operation, new_id(), with_filters=False).status_code == 401, operation.name


def _ask(login: Login, operation: Operation, row_id: UUID, *, with_filters: bool) -> httpx2.Response:
    answer: httpx2.Response = login.http.request(**request_of(operation, row_id, with_filters=with_filters))
    return answer


def _gives_away(answer: httpx2.Response) -> bool:
    told = answer.content + str(answer.headers).encode()
    return any(sign.encode() in told for sign in SIGNS)


def _likeness(answer: httpx2.Response, row_id: UUID) -> tuple[int, Any]:
    """What of an answer must not depend on whether the id exists elsewhere."""
    if answer.status_code < 400:
        return answer.status_code, None
    body = answer.text.replace(str(row_id), "id").replace(row_id.hex, "id").replace(f"x{row_id.hex[-11:]}", "id")
    # The Model Context Protocol refuses in words of its own.
    told = json.loads(body) if "json" in answer.headers.get("content-type", "") else {"text": body}
    return answer.status_code, {name: value for name, value in told.items() if name != "trace_id"}
