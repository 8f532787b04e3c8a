"""Items that are like words, a vector or another item: only those that the asker may see, by what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text

from transactional.assistant.models import ItemVector
from transactional.assistant.vectors import Sought, nearest, vector_text
from transactional.catalog.resources import ITEM_CATEGORIES, ITEMS
from transactional.kernel.field_access import FieldHidden
from transactional.kernel.listing import base_conditions, shown_columns, veiled_columns
from transactional.kernel.principal import Principal
from transactional.kernel.records import check_exists
from transactional.kernel.session import Session

TOLD = ((ITEMS, ("code", "name", "category_id", "attributes")), (ITEM_CATEGORIES, ("name",)))
"""What a vector is made of, by whose it is: from whom any of it is hidden, likeness would tell it."""
Alike = dict[str, Any]


def items_like(
    session: Session,
    vector: Sequence[float],
    embedding_name: str,
    *,
    by: Principal,
    limit: int,
    but: UUID | None = None,
) -> list[Alike]:
    """The nearest items by cosine as `id`, `code`, `name` and `likeness`, `but` left out.

    Raises: FieldHidden to whom anything is hidden that vectors are made of.
    """
    check_may_compare(by)
    items, shown = ITEMS.table, shown_columns(ITEMS, by)
    conditions = base_conditions(ITEMS, by)
    if but is not None:
        conditions.append(items.c.id != but)
    values = {"vector": vector_text(vector), "embedding_name": embedding_name}
    of_item = and_(ItemVector.tenant_id == items.c.tenant_id, ItemVector.item_id == items.c.id)

    def ask(sought: Sought) -> list[Alike]:
        distance = sought.distance("item_vectors", ":vector")
        statement = (
            select(items.c.id, shown["code"], shown["name"], text(f"1 - {distance} as likeness"))
            .select_from(items.join(ItemVector, of_item))
            .where(
                ItemVector.tenant_id == session.tenant_id,
                ItemVector.embedding.is_not(None),
                text(sought.of_model("item_vectors", ":embedding_name")),
                *conditions,
            )
            .order_by(text(distance), ItemVector.id)
            .limit(limit)
        )
        rows = session.execute(statement, values)
        return [{"id": row[0], "code": row[1], "name": row[2], "likeness": float(row[3])} for row in rows]

    return nearest(session, embedding_name, vector, limit=limit, ask=ask)


def vector_of_item(session: Session, item_id: UUID, embedding_name: str, *, by: Principal) -> list[float] | None:
    """An item's vector as this model made it; none where it has not yet.  Raises: NotFound, FieldHidden."""
    check_may_compare(by)
    check_exists(session, ITEMS, item_id, by=by)
    found = session.scalar(
        select(ItemVector.embedding).where(ItemVector.item_id == item_id, ItemVector.embedding_name == embedding_name)
    )
    return None if found is None else [float(each) for each in found]


def check_may_compare(by: Principal) -> None:
    """Nothing where the asker may see all that vectors of items are made of.  Raises: FieldHidden."""
    for resource, names in TOLD:
        hidden = sorted(veiled_columns(resource, by) & set(names))
        if hidden:
            raise FieldHidden(field=hidden[0])
