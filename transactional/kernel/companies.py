"""A company's records point at records of the same company: its accounts, cost centres and warehouses."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change, Resource, table_named
from transactional.kernel.session import Session

_Pointing = tuple[int, str, UUID | None, Any]
"""Position of the record, path of the field, the record's company, the key pointed at."""


def foreign_to_company(
    session: Session, resource: Resource, changes: Sequence[Change]
) -> Iterator[tuple[int, FieldProblem]]:
    """Every field that names another company's record, with the position of the record about to be written."""
    for column in _owned(resource.table):
        if column.name == resource.parent and resource.table.c.company_id.nullable:
            # A tree that spans companies: a holding's unit stands above those of its daughters.
            continue
        pointing = [
            (position, column.name, change.value("company_id"), change.value(column.name))
            for position, change in enumerate(changes)
            if change.changes("company_id") or change.changes(column.name)
        ]
        yield from _foreign(session, column, pointing)


def wrong_lines(
    session: Session, resource: Resource, documents: Sequence[tuple[UUID | None, Mapping[str, Any]]]
) -> Iterator[tuple[int, FieldProblem]]:
    """Every field of the lines of documents about to be written that names another company's record or none.

    Each document is given with its company. The database would name the column, not the line.
    """
    for lines in resource.lines if resource.lines_are_written else ():
        owned = _owned(lines.model.__table__, but=lines.column) if "company_id" in resource.table.c else ()
        for column in lines.model.__table__.c:
            pointing = [
                (position, f"{lines.name}/{number}/{column.name}", company_id, line[column.name])
                for position, (company_id, values) in enumerate(documents)
                for number, line in enumerate(values.get(lines.name) or ())
                if line.get(column.name) is not None
            ]
            if column in owned:
                yield from _foreign(session, column, pointing, must_exist=True)
            elif "references" in column.info and column.name != lines.column:
                yield from _lost(session, table_named(column.info["references"]).c.id, pointing)
            elif column.name == "currency_code":
                yield from _lost(session, table_named("organization.currencies").c.code, pointing)


@cache
def _owned(table: Table, but: str = "") -> tuple[Column[Any], ...]:
    """The columns that point at records which belong to a company."""
    if "company_id" not in table.c and not but:
        return ()
    pointing = [column for column in table.c if "references" in column.info and column.name != but]
    return tuple(column for column in pointing if "company_id" in table_named(column.info["references"]).c)


def _foreign(
    session: Session, column: Column[Any], pointing: Sequence[_Pointing], *, must_exist: bool = False
) -> Iterator[tuple[int, FieldProblem]]:
    """With `must_exist` those that are nowhere, too: the database would name the column, not the line."""
    asked = [row for row in pointing if row[2] and row[3]]
    if not asked:
        return
    table = table_named(column.info["references"])
    found = session.execute(select(table.c.id, table.c.company_id).where(any_of(table.c.id, [row[3] for row in asked])))
    companies: dict[UUID | None, UUID | None] = {row[0]: row[1] for row in found}
    for position, path, company_id, target_id in asked:
        if must_exist and target_id not in companies:
            yield position, FieldProblem(path, "there is no such record", "unknown_reference")
        elif companies.get(target_id) not in (None, company_id):
            yield position, FieldProblem(path, "belongs to another company", "another_company")


def _lost(session: Session, key: Column[Any], pointing: Sequence[_Pointing]) -> Iterator[tuple[int, FieldProblem]]:
    """Those that point at nothing."""
    if not pointing:
        return
    known: set[Any] = set(session.scalars(select(key).where(key.in_({row[3] for row in pointing}))))
    for position, path, _, target in pointing:
        if target not in known and key.name == "code":
            yield position, FieldProblem(path, f"there is no currency {target}", "unknown_currency")
        elif target not in known:
            yield position, FieldProblem(path, "there is no such record", "unknown_reference")
