"""The knowledge base over HTTP: upload, list, take away."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import File, Form, UploadFile
from starlette.responses import Response

from ai.embeddings.choosing import embedder_for
from ai.embeddings.chunking import pieces_of
from ai.embeddings.embedders import Embedder, Vector
from ai.embeddings.reading import TYPES, Section, Unreadable, sections_of
from ai.models.endpoint import ModelFailed
from api.calls import Call, Calling
from api.errors import UnsupportedFile
from api.rendering import json_response
from api.routing import Router, needs
from api.schemas.ai import KnowledgeDocumentOut, KnowledgeDocumentsOut
from transactional.assistant.knowledge import documents_of
from transactional.assistant.services.keep_documents import NewDocument, keep_document, remove_document
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.session import Session

router = Router(prefix="/api/ai/knowledge", tags=["ai"])
SOURCE_CHARACTERS_MAX, ROLES_MAX = 300, 50
_ROLES = "Codes of the roles that may read it, by commas; empty for all, left out for those that it had before."


class NotRead(UnsupportedFile):
    """A kind of file that has no text we can read."""

    message = "Send a PDF, DOCX, Markdown, HTML, CSV or TXT file."


@router.post(
    "",
    summary="Keep a document",
    status_code=201,
    responses={201: {"model": KnowledgeDocumentOut}},
    openapi_extra=needs("knowledge.manage"),
)
def keep(
    call: Calling,
    file: Annotated[UploadFile, File(description="PDF, DOCX, Markdown, HTML, CSV or TXT.")],
    source: Annotated[str, Form(description="Its name here; the same name again replaces it.")] = "",
    title: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form(description=_ROLES)] = None,
) -> Response:
    """A file cut into pieces that answers may cite; one that cannot be read is listed with its reason."""
    content = file.file.read()
    digest = hashlib.sha256(content)
    call.sign_body(hashlib.sha256(digest.digest() + f"\n{source}\n{title}\n{roles}".encode()).digest())
    name = (source or file.filename or "").strip()
    codes = None if roles is None else tuple(dict.fromkeys(filter(None, map(str.strip, ",".join(roles).split(",")))))
    _check(name, title, codes or ())
    if not (file.filename or name).lower().endswith(TYPES):
        raise NotRead
    pieces, reason = _read(file.filename or name, content)
    embedding_name, vectors = _embedded(embedder_for(call.services.settings), pieces)
    new = NewDocument(
        source=name,
        title=title.strip() or name,
        role_codes=codes,
        content_hash=digest.hexdigest(),
        reason=reason,
        places=[each.place for each in pieces],
        bodies=[each.text for each in pieces],
        embedding_name=embedding_name,
        embeddings=vectors,
    )
    return call.write(lambda session: _kept(session, new, call), status=201)


@router.get(
    "",
    summary="List the documents of the knowledge base",
    responses={200: {"model": KnowledgeDocumentsOut}},
    openapi_extra=needs("knowledge.read"),
)
def list_documents(call: Calling) -> Response:
    """The documents that the asker may read; who keeps them sees the unreadable ones with their reason, too."""
    found = call.read(lambda session: documents_of(session, by=call.principal))
    return json_response({"items": found, "next_cursor": None})


@router.delete("/{id}", summary="Take a document away", status_code=204, openapi_extra=needs("knowledge.manage"))
def remove(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The document and its pieces are gone at once."""
    return call.write(lambda session: remove_document(session, id, by=call.principal), status=204)


def _check(name: str, title: str, codes: tuple[str, ...]) -> None:
    problems = []
    if not name:
        problems.append(FieldProblem("source", "is missing", "missing"))
    for field, value in (("source", name), ("title", title)):
        if len(value) > SOURCE_CHARACTERS_MAX:
            reason = f"has more than {SOURCE_CHARACTERS_MAX} characters"
            problems.append(FieldProblem(field, reason, "text_too_long"))
        if not value.isprintable():
            problems.append(FieldProblem(field, "has control characters", "control_characters"))
    if len(codes) > ROLES_MAX:
        problems.append(FieldProblem("roles", f"are more than {ROLES_MAX}", "text_too_long"))
    if problems:
        raise Invalid(problems)


def _read(name: str, content: bytes) -> tuple[list[Section], str]:
    try:
        return pieces_of(sections_of(name, content)), ""
    except Unreadable as unreadable:
        return [], unreadable.reason


def _embedded(embedder: Embedder, pieces: list[Section]) -> tuple[str, list[Vector | None]]:
    """A vector for each piece; none where the model fails: then words alone find them."""
    try:
        made = embedder.embed([f"{each.place}\n{each.text}" for each in pieces]) if pieces else []
    except ModelFailed:
        return "", [None] * len(pieces)
    return embedder.name, list(made)


def _kept(session: Session, new: NewDocument, call: Call) -> dict[str, Any]:
    kept = keep_document(session, new, by=call.principal)
    [shown] = [each for each in documents_of(session, by=call.principal) if each["id"] == kept.id]
    return shown
