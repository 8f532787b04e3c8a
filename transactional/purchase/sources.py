"""What orders are made from as it is written: numbered, dated, and sound."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, func, select

from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change
from transactional.kernel.session import Session
from transactional.platform.services.take_numbers import take_numbers

Prepare = Callable[[Session, Sequence[Change]], Iterable[tuple[int, FieldProblem]]]


def numbered(document_type: str, day: str) -> Prepare:
    """A rule that gives new documents their number, in the series of the year of their day."""

    def prepare(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
        fresh: dict[UUID, list[Change]] = {}
        for change in changes:
            if change.before is None and change.value("company_id") and change.value(day):
                fresh.setdefault(change.value("company_id"), []).append(change)
        for company_id, own in sorted(fresh.items()):
            numbers = take_numbers(session, document_type, company_id, [change.value(day) for change in own])
            for change, number in zip(own, numbers, strict=True):
                change.values["number"] = number
        return ()

    return prepare


def check_needed(session: Session, changes: Sequence[Change]) -> Iterator[tuple[int, FieldProblem]]:
    """Requisitions that are needed on a day that has passed; one without a day is asked for today."""
    today: date | None = None
    for position, change in enumerate(changes):
        if change.before is None or change.changes("needed_on"):
            today = today or _today(session)
            asked = change.value("requested_on") or today
            change.values["requested_on"] = asked
            if change.value("needed_on") < max(asked, today if change.before is None else asked):
                yield position, FieldProblem("needed_on", "is a day that has passed", "too_early")


def check_needed_lines(session: Session, documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, FieldProblem]]:
    """Lines that are needed on a day that has passed."""
    days = [
        (position, number, line["needed_on"])
        for position, values in enumerate(documents)
        for number, line in enumerate(values.get("lines") or ())
        if line.get("needed_on") is not None
    ]
    today = _today(session) if days else None
    for position, number, day in days:
        if today is not None and day < today:
            yield position, FieldProblem(f"lines/{number}/needed_on", "is a day that has passed", "too_early")


def _today(session: Session) -> date:
    today: date = session.scalars(select(cast(func.timezone("UTC", func.now()), Date))).one()
    return today


def quotation_problems(change: Change) -> Iterator[FieldProblem]:
    """An offer that ends before it begins."""
    if change.value("valid_until") < change.value("quoted_on"):
        yield FieldProblem("valid_until", "before the day of the quotation", "too_early")


def contract_problems(change: Change) -> Iterator[FieldProblem]:
    """A contract that ends before it begins."""
    if change.value("ends_on") < change.value("starts_on"):
        yield FieldProblem("ends_on", "lies before the first day", "range_reversed")


def plan_problems(change: Change) -> Iterator[FieldProblem]:
    """An inspection plan of nothing or of two things at once, or one that looks at more than all."""
    if (change.value("item_id") is None) == (change.value("item_category_id") is None):
        yield FieldProblem("item_id", "say either an item or a category", "item_or_category")
    share = change.value("sample_share")
    if share is not None and not 0 <= share <= 1:
        yield FieldProblem("sample_share", "is no fraction from 0 to 1", "no_share")
