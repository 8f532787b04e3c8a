"""The records that cells of a file point at: by id, code or number, lines of the document's order by their number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, Table, and_, any_, bindparam, or_, select, true

from transactional.kernel.arrays import any_of
from transactional.kernel.policy import visible
from transactional.kernel.principal import Principal
from transactional.kernel.resource import table_named, words_of
from transactional.kernel.session import Session

Things = Mapping[str, Sequence[str]]
"""The things whose records a table holds: a row may be named that is visible as one of them."""
_OWNER = "company_id"
_ORDER = "order_id"
_LINE = "line_number"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The table a field points at; or tables by what another field of the document says."""

    table: str = ""
    by: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)


class PointingCell(Protocol):
    """A cell that points at a record."""

    pointer: Pointer

    @property
    def value(self) -> Any:
        """What it says."""
        ...

    def of_document(self, name: str) -> Any:
        """What the document says elsewhere."""
        ...

    def take(self, found: UUID | None, kind: str) -> None:
        """Put the id there, or refuse the cell."""
        ...


def find_ids(session: Session, cells: Sequence[PointingCell], by: Principal, things: Things) -> None:
    """Nothing: each cell has its id, or is refused as unknown, also where the asker may not see the record.

    Companies and orders come first: others are looked for within them.
    """
    groups: defaultdict[str, list[PointingCell]] = defaultdict(list)
    for cell in cells:
        pointer = cell.pointer
        groups[pointer.tables.get(str(cell.of_document(pointer.by)), "") if pointer.by else pointer.table].append(cell)
    for name, group in sorted(groups.items(), key=lambda each: _rank(each[0])):
        if not name:
            for cell in group:
                cell.take(None, "record")
            continue
        table = table_named(name)
        rows = _rows(session, table, group, _visible(table, by, things.get(name, ())))
        for cell in group:
            cell.take(_only(rows, table, cell), words_of(table))


def _rank(name: str) -> tuple[int, str]:
    first = ("organization.companies", "sales.sales_orders", "purchase.purchase_orders")
    return (first.index(name) if name in first else len(first), name)


def _visible(table: Table, by: Principal, things: Sequence[str]) -> list[ColumnElement[bool]]:
    alternatives = [and_(true(), *visible(by, thing, table)) for thing in things]
    return [or_(*alternatives)] if alternatives else []


def _value(cell: PointingCell) -> UUID | str:
    try:
        return UUID(str(cell.value))
    except ValueError:
        return str(cell.value)


def _name_of(table: Table) -> str | None:
    return next((name for name in ("code", "number") if name in table.c), None)


def _rows(
    session: Session, table: Table, cells: Sequence[PointingCell], seen: Sequence[ColumnElement[bool]]
) -> dict[object, list[Mapping[str, Any]]]:
    """Rows of a table by every name that cells give them, in one statement."""
    values = {_value(cell) for cell in cells}
    tests = [any_of(table.c.id, [each for each in values if isinstance(each, UUID)])]
    name, texts = _name_of(table), [each for each in values if isinstance(each, str)]
    columns = [table.c.id, *[table.c[each] for each in (name, _OWNER, _ORDER, _LINE) if each and each in table.c]]
    if name and texts:
        tests.append(table.c[name] == any_(bindparam(None, texts, type_=ARRAY(String()))))
    if _LINE in table.c and _ORDER in table.c:
        orders = {cell.of_document(_ORDER) for cell in cells}
        tests.append(any_of(table.c[_ORDER], [each for each in orders if isinstance(each, UUID)]))
    found: defaultdict[object, list[Mapping[str, Any]]] = defaultdict(list)
    for row in session.execute(select(*columns).where(or_(*tests), *seen)).mappings():
        keys = {row["id"], row.get(name or ""), (row.get(_ORDER), str(row.get(_LINE)))}
        for key in keys:
            found[key].append(dict(row))
    return found


def _only(rows: Mapping[object, Sequence[Mapping[str, Any]]], table: Table, cell: PointingCell) -> UUID | None:
    """The one row a cell means, of the document's company where rows belong to one."""
    value, company_id = _value(cell), cell.of_document(_OWNER)
    named = rows.get(value) or rows.get((cell.of_document(_ORDER), value), [])
    if _OWNER in table.c and isinstance(company_id, UUID):
        named = [row for row in named if row[_OWNER] in {None, company_id}]
    return named[0]["id"] if len(named) == 1 else None
