"""`GET /api/search`: customers, suppliers, items, documents and knowledge in one ranked list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from ai.embeddings.choosing import embedder_for
from ai.embeddings.embedders import Embedder
from ai.embeddings.ranking import Ranked, ranked
from ai.embeddings.words import telling_words, words_in
from ai.models.endpoint import ModelFailed
from api.calls import Call, Calling
from api.rendering import json_response
from api.routing import Router, needs
from transactional.assistant.item_vectors import Alike, check_may_compare, items_like, vector_of_item
from transactional.assistant.knowledge import found_by_vector, found_by_words
from transactional.catalog.resources import ITEMS
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.schema import plain_text
from transactional.kernel.search import QUERY_CHARACTERS_MAX, words_of_query
from transactional.kernel.session import Session
from transactional.search import found_documents, found_records

router = Router(prefix="/api/search", tags=["search"])
EXCERPT_CHARACTERS = 300
DIMENSIONS_MAX = 8_000
LIKENESS_MIN = 0.3
"""The nearest of what is far away is no hit: below it a piece has to hold one of the words."""


class HitOut(BaseModel):
    """Something found."""

    kind: str = Field(description="customer, supplier, item, a kind of document, or knowledge.")
    id: str
    title: str
    score: float = Field(description="From 0 to 1; 2 for the document whose whole number was asked for.")
    path: str
    place: str | None = None
    excerpt: str | None = None
    state: str | None = None
    revision: int | None = None


class SearchOut(BaseModel):
    """One ranked list; `mode` says whether vectors were compared too."""

    items: list[HitOut]
    next_cursor: str | None = None
    total: int | None = None
    mode: str = Field(description="hybrid, or words where no vector could be made.")
    note: str | None


COMPONENT_MAX = 3e38
"""Of a vector: the database keeps numbers of single precision."""
Words = Annotated[str, AfterValidator(plain_text)]


class VectorBody(BaseModel):
    """A vector of the installation's embedding."""

    model_config = ConfigDict(extra="forbid")

    vector: list[float] = Field(min_length=1, max_length=DIMENSIONS_MAX)
    limit: int = Field(default=10, ge=1, le=100)


class ItemsBody(BaseModel):
    """What items are to be like: words, an item, or a vector of the installation's embedding; one of the three."""

    model_config = ConfigDict(extra="forbid")

    words: Words | None = Field(default=None, min_length=1, max_length=QUERY_CHARACTERS_MAX, examples=["warm jacket"])
    item_id: UUID | None = Field(default=None, description="More like this one.")
    vector: list[float] | None = Field(default=None, min_length=1, max_length=DIMENSIONS_MAX)
    limit: int = Field(default=10, ge=1, le=100)


@router.get("", summary="Search", responses={200: {"model": SearchOut}}, openapi_extra=needs("search.read"))
def search(call: Calling, q: Words, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Response:
    """What holds the words, or words that begin so; a document's number first. Only what the asker may read."""
    embedder = embedder_for(call.services.settings)
    vector, note = _vector(embedder, q)

    def work(session: Session) -> list[dict[str, Any]]:
        words = words_of_query(session, q)
        hits = [*found_documents(session, q, by=call.principal), *found_records(session, words, q, by=call.principal)]
        return hits + [shown_piece(each) for each in _knowledge(session, q, vector, embedder, call)[:limit]]

    hits = sorted(call.read(work), key=lambda hit: (-hit["score"], hit["kind"], hit["title"]))
    mode = "words" if vector is None else "hybrid"
    return json_response({"items": hits[:limit], "mode": mode, "note": note, "next_cursor": None})


@router.post(
    "/vector", summary="Search by a vector", responses={200: {"model": SearchOut}}, openapi_extra=needs("search.read")
)
def search_by_vector(body: VectorBody, call: Calling) -> Response:
    """The nearest pieces of the knowledge base by cosine, among those that the asker may read."""
    call.principal.check_may("knowledge.read")
    embedder = embedder_for(call.services.settings)
    _check_vector(embedder, body.vector)
    found = call.read(
        lambda session: found_by_vector(session, body.vector, embedder.name, by=call.principal, limit=body.limit)
    )
    hits = [shown_piece(Ranked(hit, round(hit.likeness or 0.0, 4), 0.0)) for hit in found]
    return json_response({"items": hits, "mode": "hybrid", "note": None, "next_cursor": None})


@router.post(
    "/items",
    summary="Find items by likeness",
    responses={200: {"model": SearchOut}},
    openapi_extra=needs("search.read"),
)
def search_items(body: ItemsBody, call: Calling) -> Response:
    """The nearest items by cosine among those that the asker may see; words also find those that hold them.

    An item is compared by its code and name, its category with those above, and its attributes.
    """
    call.principal.check_may(f"{ITEMS.thing}.read")
    if (body.words is not None) + (body.item_id is not None) + (body.vector is not None) != 1:
        raise Invalid([FieldProblem("words", "give words, item_id or vector: one of the three", "one_of_several")])
    embedder, vector, note = embedder_for(call.services.settings), body.vector, None
    if body.words is not None:
        vector, note = _vector(embedder, body.words)
    elif vector is not None:
        _check_vector(embedder, vector)

    def work(session: Session) -> tuple[list[dict[str, Any]], bool]:
        check_may_compare(call.principal)
        like = vector
        if body.item_id is not None:
            like = vector_of_item(session, body.item_id, embedder.name, by=call.principal)
        near: list[Alike] = []
        if like is not None:
            near = items_like(session, like, embedder.name, by=call.principal, limit=body.limit, but=body.item_id)
        if body.words is not None:
            return _items_by_words(session, body.words, near, call), like is not None
        return [shown_item(each) for each in near], like is not None

    found, is_compared = call.read(work)
    if body.item_id is not None and not is_compared:
        note = "The item has no vector yet: the worker makes it within seconds."
    mode = "hybrid" if is_compared else "words"
    return json_response({"items": found[: body.limit], "mode": mode, "note": note, "next_cursor": None})


def _items_by_words(session: Session, words: str, near: Sequence[Alike], call: Call) -> list[dict[str, Any]]:
    """Items that hold all the words, and those near to them that hold one or are truly like them, the likest first."""
    told = words_of_query(session, words, field="words")
    hits = {hit["id"]: hit for hit in found_records(session, told, words, by=call.principal, among=(ITEMS,))}
    for each in near:
        hit = shown_item(each)
        if hit["id"] in hits:
            hits[hit["id"]]["score"] = max(hits[hit["id"]]["score"], hit["score"])
        elif each["likeness"] >= LIKENESS_MIN or set(words_in(hit["title"])) & set(telling_words(words)):
            hits[hit["id"]] = hit
    return sorted(hits.values(), key=lambda hit: (-hit["score"], hit["title"]))


def _check_vector(embedder: Embedder, vector: Sequence[float]) -> None:
    """Nothing where a vector can be compared with the installation's.  Raises: Invalid."""
    wanted = len(embedder.embed(["dimension"])[0])
    if len(vector) != wanted:
        reason = f"has {len(vector)} dimensions, not {wanted}"
        raise Invalid([FieldProblem("vector", reason, "wrong_dimension")])
    if not all(abs(each) <= COMPONENT_MAX for each in vector):
        raise Invalid([FieldProblem("vector", f"has a number beyond {COMPONENT_MAX:.0e}", "out_of_range")])
    if not any(vector):
        raise Invalid([FieldProblem("vector", "points nowhere: all of it is zero", "zero_vector")])


def knowledge_found(session: Session, question: str, call: Call) -> list[Ranked]:
    """The pieces that a question may be answered from, the best first; nothing without the right."""
    embedder = embedder_for(call.services.settings)
    vector, _ = _vector(embedder, question)
    return _knowledge(session, question, vector, embedder, call)


def _knowledge(
    session: Session, question: str, vector: list[float] | None, embedder: Embedder, call: Call
) -> list[Ranked]:
    words = telling_words(question.replace("\x00", " "))
    if not call.principal.may("knowledge.read") or not words:
        return []
    hits = found_by_words(session, words, by=call.principal)
    if vector is not None:
        # First those with a likeness, so that a piece found both ways keeps it.
        hits = [*found_by_vector(session, vector, embedder.name, by=call.principal), *hits]
    found = ranked(words, hits, meaning_from=embedder.meaning_from)
    return [each for each in found if each.held or (each.hit.likeness or 0.0) >= LIKENESS_MIN]


def _vector(embedder: Embedder, text: str) -> tuple[list[float] | None, str | None]:
    try:
        [vector] = embedder.embed([text.replace("\x00", " ")])
    except ModelFailed as failure:
        return None, f"Searched by words only: {failure}."
    return (vector if any(vector) else None), None


def shown_item(alike: Alike) -> dict[str, Any]:
    """An item for JSON."""
    return {
        "kind": ITEMS.thing,
        "id": str(alike["id"]),
        "title": f"{alike['code']} {alike['name']}",
        "path": f"{ITEMS.path}/{alike['id']}",
        "score": round(max(alike["likeness"], 0.0), 4),
    }


def shown_piece(found: Ranked) -> dict[str, Any]:
    """A piece for JSON."""
    hit = found.hit
    return {
        "kind": "knowledge",
        "id": str(hit.document_id),
        "title": hit.title,
        "place": hit.place,
        "excerpt": hit.body[:EXCERPT_CHARACTERS],
        "revision": hit.revision,
        "path": "/api/ai/knowledge",
        "score": found.score,
    }
