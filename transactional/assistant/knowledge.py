"""What is found in the knowledge base: by words and by vectors, only what the asker may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from transactional.assistant.vectors import Sought, nearest, vector_text
from transactional.kernel.principal import Principal
from transactional.kernel.search import prefix_query
from transactional.kernel.session import Session

WORD_HITS_MAX, NEAREST_MAX = 200, 50
_READABLE = """
    document.state = 'ready' and (
        %(all)s::boolean or document.role_codes = '{}'::varchar[] or exists (
            select 1 from identity.user_roles as given
            inner join identity.roles as role on role.tenant_id = given.tenant_id and role.id = given.role_id
            where given.tenant_id = document.tenant_id and given.user_id = %(user)s::uuid
                and role.code = any(document.role_codes)
        )
    )
"""
_COLUMNS = """
    piece.id, piece.document_id, document.title, document.source, document.revision, piece.place, piece.body,
    tsvector_to_array(piece.words) as words
"""
_JOINED = """
    from assistant.knowledge_pieces as piece
    inner join assistant.knowledge_documents as document
        on document.tenant_id = piece.tenant_id and document.id = piece.document_id
"""


@dataclass(slots=True)
class Found:
    """A piece with how it was found."""

    piece_id: UUID
    document_id: UUID
    title: str
    source: str
    revision: int
    place: str
    body: str
    words: frozenset[str]
    likeness: float | None = None


def reader_of(by: Principal) -> dict[str, Any]:
    """Who reads, for the condition inside each statement."""
    return {"all": by.may("knowledge.manage"), "user": by.user_id, "tenant": by.tenant_id}


def found_by_words(session: Session, words: Sequence[str], *, by: Principal) -> list[Found]:
    """The pieces that hold any of the words, those with most of them first."""
    query = prefix_query(list(words), operator="|")
    rows = session.send(
        f"""
        select {_COLUMNS} {_JOINED}
        where piece.tenant_id = %(tenant)s::uuid and piece.words @@ %(query)s::tsquery and {_READABLE}
        order by (
            select count(*) from unnest(%(each)s::text[]) as word where piece.words @@ word::tsquery
        ) desc, piece.document_id, piece.position
        limit {WORD_HITS_MAX}
        """,  # noqa: S608  # put together from constants
        {**reader_of(by), "query": query, "each": [prefix_query([word]) for word in words]},
    ).rows()
    return [_found(row) for row in rows]


def found_by_vector(
    session: Session, vector: Sequence[float], embedding_name: str, *, by: Principal, limit: int = NEAREST_MAX
) -> list[Found]:
    """The nearest pieces by cosine among those whose vectors were made by the same model."""
    values = {**reader_of(by), "name": embedding_name, "vector": vector_text(vector), "limit": limit}

    def ask(sought: Sought) -> list[Found]:
        distance = sought.distance("piece", "%(vector)s")
        rows = session.send(
            f"""
            select {_COLUMNS}, 1 - {distance} as likeness {_JOINED}
            where piece.tenant_id = %(tenant)s::uuid and {sought.of_model("piece", "%(name)s")} and {_READABLE}
            order by {distance}, piece.id
            limit %(limit)s::int
            """,  # put together from constants and a count
            values,
        ).rows()
        found = [_found(row[:-1]) for row in rows]
        for each, row in zip(found, rows, strict=True):
            each.likeness = float(row[-1])
        return found

    return nearest(session, embedding_name, vector, limit=limit, ask=ask)


def documents_of(session: Session, *, by: Principal) -> list[dict[str, Any]]:
    """The documents that the asker may read; who manages them sees the unreadable ones with their reason."""
    rows = session.send(
        f"""
        select document.id, document.source, document.title, document.role_codes, document.revision, document.state,
            document.reason, document.piece_count, document.embedding_name, document.updated_at
        from assistant.knowledge_documents as document
        where document.tenant_id = %(tenant)s::uuid and (%(all)s::boolean or ({_READABLE}))
        order by document.source
        """,  # noqa: S608  # put together from constants
        reader_of(by),
    ).rows()
    names = ("id", "source", "title", "roles", "revision", "state", "reason", "pieces", "embedding", "updated_at")
    return [dict(zip(names, row, strict=True)) for row in rows]


def documents_cited(session: Session, conversation_id: UUID, *, by: Principal) -> frozenset[str]:
    """The ids of the documents that a conversation cites and that its reader may read now."""
    rows = session.send(
        f"""
        select document.id
        from assistant.knowledge_documents as document
        where document.tenant_id = %(tenant)s::uuid and {_READABLE} and exists (
            select 1
            from assistant.conversation_turns as turn
            cross join jsonb_path_query(turn.reply, 'lax $.citations[*].document_id') as cited
            where turn.tenant_id = document.tenant_id and turn.conversation_id = %(conversation)s::uuid
                and cited #>> '{{}}' = document.id::text
        )
        """,  # noqa: S608  # put together from constants
        {**reader_of(by), "conversation": conversation_id},
    ).rows()
    return frozenset(str(row[0]) for row in rows)


def _found(row: Sequence[Any]) -> Found:
    piece_id, document_id, title, source, revision, place, body, words = row
    return Found(piece_id, document_id, title, source, revision, place, body, frozenset(words or ()))
