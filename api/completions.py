"""Values proposed for empty fields of declared records, and taken over."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response, shown
from api.resources import IF_MATCH, expected_version, id_type, stale_as_asked, version_header
from api.routing import Router, needs
from transactional.assistant.likeness import Agreement
from transactional.assistant.services.complete_records import (
    Proposal,
    accept_proposals,
    measured,
    propose_for_drafts,
    propose_for_record,
)
from transactional.kernel.records import get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Strict, draft_schema, shown_schema
from transactional.kernel.session import Session
from transactional.resources import resource_of_table


class ProposalOut(BaseModel):
    """A value for an empty field; nothing of it is saved."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(description="Of a line `lines/<position>/<field>`.")
    value: UUID | str
    label: str | None
    confidence: str = Field(description="From 0 to 1: the share of own records that agree, chance taken off.")
    sign_field: str = Field(description="The field whose word or value speaks for it; empty: all records do.")
    sign: str
    agreeing: int
    seen: int


class AgreementOut(BaseModel):
    """What proposals would have been worth on the newest fifth of the own records, learnt from the older ones."""

    model_config = ConfigDict(extra="forbid")

    field: str
    asked: int
    proposed: int
    agreed: int


class Proposals(BaseModel):
    """Values for empty fields, the surest of each field."""

    model_config = ConfigDict(extra="forbid")

    proposals: list[ProposalOut]


class Agreements(BaseModel):
    """How good proposals are for this tenant."""

    model_config = ConfigDict(extra="forbid")

    fields: list[AgreementOut]


class Accepted(Strict):
    """The proposals that are taken over, with the values they were shown with."""

    values: dict[str, UUID | str] = Field(max_length=20)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


def completions_router(resource: Resource) -> Router:
    """What is proposed for the empty fields of a resource; to be asked before its ids are."""
    router = Router(prefix=resource.path, tags=[resource.module])
    name = f"{resource.module}_{resource.plural}".replace("-", "_")
    _add_drafts(router, resource, name)
    _add_measured(router, resource, name)
    if {"create", "update"} <= resource.actions and any("/" not in field for field in resource.completed):
        _add_records(router, resource, name)
    return router


def _add_drafts(router: Router, resource: Resource, name: str) -> None:
    schema = draft_schema(resource)
    parts = {lines.name for lines in resource.lines}

    @router.post(
        "/completions",
        name=f"complete_draft_{name}",
        summary=f"Propose what is left out: {resource.label.lower()}",
        description=f"For {_fields(resource)}, from records of your own company's books; nothing is written.",
        responses={200: {"model": Proposals}},
        openapi_extra=needs(f"{resource.thing}.create"),
    )
    def propose(given: schema, call: Calling) -> Response:  # type: ignore[valid-type]
        values = given.model_dump(exclude_none=True)  # type: ignore[attr-defined]
        lines = {part: values.pop(part) for part in parts & values.keys()}
        [found] = call.read(
            lambda session: propose_for_drafts(
                session, resource, [(values, lines)], by=call.principal, declared=resource_of_table
            )
        )
        return _proposals(found)


def _add_measured(router: Router, resource: Resource, name: str) -> None:
    @router.get(
        "/completions",
        name=f"measure_completions_{name}",
        summary=f"How good proposals are: {resource.label.lower()}",
        responses={200: {"model": Agreements}},
        openapi_extra=needs(f"{resource.thing}.create"),
    )
    def measure(call: Calling) -> Response:
        found = call.read(lambda session: measured(session, resource, by=call.principal))
        return json_response({"fields": [_agreement(field, each) for field, each in found.items()]})


def _add_records(router: Router, resource: Resource, name: str) -> None:
    key = id_type(resource)

    @router.get(
        "/{id}/completions",
        name=f"complete_{name}",
        summary=f"Propose what is empty: {resource.label.lower()}",
        responses={200: {"model": Proposals}},
        openapi_extra=needs(f"{resource.thing}.update"),
    )
    def propose(id: key, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
        found = call.read(
            lambda session: propose_for_record(session, resource, id, by=call.principal, declared=resource_of_table)
        )
        return _proposals(found)

    @router.post(
        "/{id}/completions",
        name=f"accept_completions_{name}",
        summary=f"Take proposals over: {resource.label.lower()}",
        description="The audit log says which values were proposed, how sure they were and what spoke for them.",
        responses={200: {"model": shown_schema(resource, with_lines=True)}},
        openapi_extra=needs(f"{resource.thing}.update") | {"parameters": [IF_MATCH]},
    )
    def accept(id: key, given: Accepted, request: Request, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
        version, in_header = expected_version(request, given.version)

        def work(session: Session) -> dict[str, Any]:
            accept_proposals(
                session,
                resource,
                id,
                given.values,
                version=version,
                by=call.principal,
                declared=resource_of_table,
            )
            return shown(get_record(session, resource, id, by=call.principal))

        return stale_as_asked(lambda: call.write(work, headers=version_header), in_header)


def _fields(resource: Resource) -> str:
    return ", ".join(f"`{field}`" for field in resource.completed)


def _proposals(found: list[Proposal]) -> Response:
    return json_response({"proposals": [{**_told(each), "confidence": str(each.confidence)} for each in found]})


def _told(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal, name) for name in ProposalOut.model_fields}


def _agreement(field: str, each: Agreement) -> dict[str, Any]:
    return {"field": field, "asked": each.asked, "proposed": each.proposed, "agreed": each.agreed}
