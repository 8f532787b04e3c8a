"""Requests nobody would write, generated from the OpenAPI document, with ids and values that reach the rules behind.

Schemathesis makes valid and invalid requests of the schemas. Random ids would all be answered with 404, so most ids are
taken from what the tenant's own lists show, by the collection a path or a field names; and some scalars are exchanged
for values that parsers, dates and numerics break at.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import httpx2
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

SEED = 20261121
ENDS_THE_SESSION = {("post", "/api/auth/logout"), ("post", "/api/auth/password")}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STRANGE: tuple[Any, ...] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "'; drop table x; --",
    "%s %(a)s {0} {a} ${a}",
    "../../etc/passwd",
    "=1+1",
    "ünïcödé 名字 \U0001f4a5",
    "x" * 5000,
    "NaN",
    "-NaN",
    "Infinity",
    "1e400",
    "1e-400",
    "-0",
    "9" * 40,
    "0." + "9" * 40,
    "-1",
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "infinity",
    "2026-02-30",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00",
    "2026-03-29T02:30:00",
    "00000000-0000-0000-0000-000000000000",
    0,
    -1,
    2**31,
    2**63,
    10**40,
    1.5,
    1e308,
    True,
    None,
    [],
    {},
    [None],
    [[]],
)
_SENT = ("method", "url", "params", "json", "data", "files", "content", "headers")
_OF_THE_CLIENT = {"content-length", "user-agent", "host", "authorization", "transfer-encoding", "connection"}


@dataclass(frozen=True, slots=True)
class Pool:
    """Ids that exist, by the path of their collection and by the name a field calls them."""

    by_path: Mapping[str, Sequence[str]]
    by_name: Mapping[str, Sequence[str]]

    @property
    def ids(self) -> set[str]:
        """Every id."""
        return {each for found in self.by_path.values() for each in found}


@dataclass(slots=True)
class Outcome:
    """What came of the requests: how many had each status, and the first failure of each operation."""

    statuses: dict[int, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def pool_of(document: Mapping[str, Any], client: TestClient, *, spared: set[str], size: int = 12) -> Pool:
    """The ids that a client's lists show, without those that the client itself lives on."""
    by_path: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        if "get" not in methods or "{" in path:
            continue
        answer = client.get(path, params={"limit": size})
        if answer.status_code != 200 or "json" not in answer.headers["content-type"]:
            continue
        body = answer.json()
        rows = body.get("items") if isinstance(body, dict) else None
        ids = [str(row["id"]) for row in rows or () if isinstance(row, dict) and "id" in row]
        found = [each for each in ids if each not in spared]
        if found:
            by_path[path] = found
            by_name.setdefault(_singular(path.rpartition("/")[2]), []).extend(found)
    return Pool(by_path, by_name)


def generated_operations(app: FastAPI) -> Iterator[Any]:
    """Every operation of the document that does not end the asker's session."""
    document = json.loads(json.dumps(app.openapi()))
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # the document is our own: nothing of it is invalid
        if (operation.method, operation.path) not in ENDS_THE_SESSION:
            yield operation


def ask_generated(operation: Any, askers: Sequence[TestClient], pool: Pool, outcome: Outcome, *, examples: int) -> None:
    """Ask an operation with valid and with invalid requests, the first asker owning what the pool holds."""
    for mode in schemathesis.GenerationMode:
        try:
            _asking(operation, mode, askers, pool, outcome, examples)()
        except Unsatisfiable:
            continue  # there is nothing wrong to make of it: no parameter, no body


def _asking(
    operation: Any, mode: Any, askers: Sequence[TestClient], pool: Pool, outcome: Outcome, examples: int
) -> Any:
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), asker=st.integers(0, 9), chance=st.randoms())
    def ask(case: Any, asker: int, chance: Random) -> None:
        is_owner = asker < 8
        _put_known(case, operation.path, pool, chance)
        sent = _sent(case)
        client = askers[0 if is_owner else -1]
        try:
            answer = client.request(**sent)
            answer.request.read()  # files were streamed: the checks want to see them
        except (AttributeError, TypeError, ValueError, httpx2.InvalidURL):
            return  # the client cannot write it down, so nobody receives it
        outcome.statuses[answer.status_code] = outcome.statuses.get(answer.status_code, 0) + 1
        told = _complaint(case, answer)
        if (
            not is_owner
            and answer.status_code < 400
            and pool.ids & set(map(str, (case.path_parameters or {}).values()))
        ):
            told = "another tenant's id is answered"
        if told:
            outcome.failures.setdefault(f"{operation.method} {operation.path}", f"{told}\n  {_brief(sent)}")

    return ask


def _complaint(case: Any, answer: httpx2.Response) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if _is_busy(answer):
        return ""  # on a machine that has no time for us this is the documented answer
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        told = "; ".join([_line(each) for each in group.exceptions][:3])
        return f"{told} -> {answer.status_code} {answer.text[:500]}"
    return ""


def _is_busy(answer: httpx2.Response) -> bool:
    """Whether it is the refusal of an overloaded process, whole: the named code, and when to come back."""
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    if answer.status_code != 503 or not is_problem or answer.json()["code"] != "busy":
        return False
    return answer.headers.get("Retry-After", "").isdigit() and int(answer.headers["Retry-After"]) >= 1


def _line(failure: BaseException) -> str:
    told = f"{failure.title}: {failure.message}" if isinstance(failure, Failure) else str(failure)
    return " ".join(told.split())[:400]


def _brief(sent: Mapping[str, Any]) -> str:
    return str({name: value for name, value in sent.items() if name != "headers"})[:900]


def _sent(case: Any) -> dict[str, Any]:
    """The request as the client takes it."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    sent = {name: sent[name] for name in _SENT if sent.get(name) is not None}
    if isinstance(sent.get("data"), bytes | str):
        sent["content"] = sent.pop("data")
    headers = dict(sent.get("headers") or {})
    sent["headers"] = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_CLIENT}
    return sent


def _put_known(case: Any, path: str, pool: Pool, chance: Random) -> None:
    """Put ids that exist where the path, the query and the body ask for some; now and then a strange value instead."""
    known = pool.by_path.get(path.partition("/{")[0])
    if case.path_parameters and known and chance.random() < 0.85:
        case.path_parameters = {
            name: chance.choice(known) if name in {"id", "record_id"} or name.endswith("_id") else value
            for name, value in case.path_parameters.items()
        }
    if isinstance(case.query, dict):
        case.query = {name: _exchanged(value, name, pool, chance, 0.08) for name, value in case.query.items()}
    if isinstance(case.body, dict | list):
        case.body = _exchanged(case.body, "", pool, chance, 0.04)


def _exchanged(value: Any, name: str, pool: Pool, chance: Random, share: float) -> Any:
    if isinstance(value, dict):
        return {inner: _exchanged(each, inner, pool, chance, share) for inner, each in value.items()}
    if isinstance(value, list):
        return [_exchanged(each, name, pool, chance, share) for each in value]
    if chance.random() < share:
        return chance.choice(STRANGE)
    if name in {"currency_code", "currency"} and chance.random() < 0.8:
        return chance.choice(["EUR", "USD"])
    known = pool.by_name.get(_singular(name.removesuffix("_id").removesuffix("_ids").rpartition("__")[0] or name))
    known = known or pool.by_name.get(name.removesuffix("_ids").removesuffix("_id"))
    if known and (name.endswith(("_id", "_ids"))) and _is_id(value) and chance.random() < 0.9:
        return chance.choice(known)
    return value


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _singular(plural: str) -> str:
    word = plural.replace("-", "_")
    for end, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if word.endswith(end):
            return word.removesuffix(end) + instead
    return word
