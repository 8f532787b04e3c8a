"""Files of the knowledge base: kept, replaced by their next version, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.assistant.errors import KnowledgeNotFound, RoleUnknown
from transactional.assistant.models import KnowledgeDocument
from transactional.identity.models import Role
from transactional.kernel.errors import FieldProblem
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session

_INSERT_PIECES = """
    insert into assistant.knowledge_pieces
        (tenant_id, id, created_by, document_id, position, place, body, embedding_name, embedding)
    select %(tenant)s::uuid, piece.id, %(user)s::uuid, %(document)s::uuid, piece.position, piece.place, piece.body,
        %(name)s::text, nullif(piece.embedding, '')::vector
    from unnest(%(ids)s::uuid[], %(positions)s::int[], %(places)s::text[], %(bodies)s::text[], %(vectors)s::text[])
        as piece (id, position, place, body, embedding)
"""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file as it was read: its pieces, or the reason why it has none."""

    source: str
    title: str
    role_codes: tuple[str, ...] | None
    """Who may read it: all where empty, those who might read its last version where nothing is said."""
    content_hash: str
    reason: str
    places: Sequence[str]
    bodies: Sequence[str]
    embedding_name: str
    embeddings: Sequence[Sequence[float] | None]


def keep_document(session: Session, new: NewDocument, *, by: Principal) -> KnowledgeDocument:
    """The document with its pieces, in place of those it had before.  Raises: RoleUnknown."""
    _check_roles(session, new.role_codes or ())
    known = session.execute(
        select(KnowledgeDocument).where(KnowledgeDocument.source == new.source).with_for_update()
    ).scalar_one_or_none()
    roles = new.role_codes if new.role_codes is not None else known.role_codes if known else ()
    values = {
        "source": new.source, "title": new.title, "roles": list(roles), "hash": new.content_hash,
        "state": "unreadable" if new.reason else "ready", "reason": new.reason, "pieces": len(new.bodies),
        "name": new.embedding_name, "tenant": by.tenant_id, "user": by.user_id,
        "id": known.id if known else new_id(),
        "revision": 1 if known is None else known.revision + (known.content_hash != new.content_hash),
    }  # fmt: skip
    session.send(
        """
        insert into assistant.knowledge_documents (tenant_id, id, created_by, source, title, role_codes, content_hash,
            revision, state, reason, piece_count, embedding_name)
        values (%(tenant)s::uuid, %(id)s::uuid, %(user)s::uuid, %(source)s, %(title)s, %(roles)s::text[], %(hash)s,
            %(revision)s::int, %(state)s, %(reason)s, %(pieces)s::int, %(name)s)
        on conflict (tenant_id, source) do update set title = excluded.title, role_codes = excluded.role_codes,
            content_hash = excluded.content_hash, revision = excluded.revision, state = excluded.state,
            reason = excluded.reason, piece_count = excluded.piece_count, embedding_name = excluded.embedding_name,
            updated_at = now(), updated_by = excluded.created_by, version = knowledge_documents.version + 1
        """,
        values,
    )
    session.send(
        "delete from assistant.knowledge_pieces where tenant_id = %(tenant)s::uuid and document_id = %(id)s::uuid",
        {"tenant": by.tenant_id, "id": values["id"]},
    )
    _insert_pieces(session, new, values["id"], by)
    session.forget()
    return session.execute(select(KnowledgeDocument).where(KnowledgeDocument.id == values["id"])).scalar_one()


def _insert_pieces(session: Session, new: NewDocument, document_id: Any, by: Principal) -> None:
    if not new.bodies:
        return
    vectors = ["" if each is None else f"[{','.join(map(str, each))}]" for each in new.embeddings]
    session.send(
        _INSERT_PIECES,
        {
            "tenant": by.tenant_id, "user": by.user_id, "document": document_id, "name": new.embedding_name,
            "ids": [str(new_id()) for _ in new.bodies], "positions": list(range(1, len(new.bodies) + 1)),
            "places": list(new.places), "bodies": list(new.bodies), "vectors": vectors,
        },
    )  # fmt: skip


def remove_document(session: Session, document_id: UUID, *, by: Principal) -> None:
    """Take a document and its pieces away.  Raises: KnowledgeNotFound."""
    names = {"tenant": by.tenant_id, "id": document_id}
    where = "where tenant_id = %(tenant)s::uuid and"
    session.send(f"delete from assistant.knowledge_pieces {where} document_id = %(id)s::uuid", names)  # noqa: S608
    gone = session.send(f"delete from assistant.knowledge_documents {where} id = %(id)s::uuid", names)  # noqa: S608
    if gone.count == 0:
        raise KnowledgeNotFound(id=str(document_id))


def _check_roles(session: Session, codes: Sequence[str]) -> None:
    known = set(session.execute(select(Role.code).where(Role.code.in_(codes))).scalars()) if codes else set()
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise RoleUnknown([FieldProblem("roles", f"there is no role {code}", "unknown_role") for code in unknown])
