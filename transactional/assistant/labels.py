"""What the records that proposals point at are called, told to those who may read them."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import and_, select, true

from transactional.kernel.listing import base_conditions, veiled_columns
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Resource, table_named
from transactional.kernel.session import Session

Declared = Callable[[str], Resource | None]
"""The resource that serves a table."""


def labels_in_use(
    session: Session, table_name: str, ids: set[UUID], *, by: Principal, declared: Declared
) -> dict[UUID, str | None]:
    """Code and name of the records among these that are in use; nothing where the asker may not read them."""
    table, resource = table_named(table_name), declared(table_name)
    in_use = [table.c.id.in_(ids), *[table.c[name] for name in ("is_active",) if name in table.c]]
    if resource is None or not by.may(f"{resource.thing}.read"):
        return dict.fromkeys(session.scalars(select(table.c.id).where(*in_use)))
    veiled = veiled_columns(resource, by)
    words = [table.c[name] for name in ("code", "name") if name in table.c and name not in veiled]
    is_seen = and_(true(), *base_conditions(resource, by))
    rows = session.execute(select(table.c.id, is_seen, *words).where(*in_use))
    return {row[0]: " ".join(str(word) for word in row[2:] if word) or None if row[1] else None for row in rows}
