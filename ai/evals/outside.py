"""Questions over AdventureWorks by an author who does not know the program, with answers by SQL over the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from ai.evals.cases import Case
from ai.evals.judging import Outcome, Verdict, World
from ai.questions.names import aliases
from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.comparison import compared_range

QUESTIONS = Path(__file__).with_name("outside.yml")
UNMASTERED = Path(__file__).with_name("unmastered.yml")
"""The newest ones, before the program learns from them."""
REWORDED = Path(__file__).with_name("reworded.yml")
"""Questions of both files as other people would ask them, by somebody who knew nothing else of the program."""
WORLD = "adventureworks"
_NUMBERED = re.compile(r"[A-Z]{2}(\d+)")
ROWS_BESIDE_MAX = 2
"""A figure is still unmistakable among so many others."""
CALLED = {"store": ("salespeople", "sales rep", "sales staff")}
"""What authors call a channel where they ask for orders of salespeople beside those online."""
BOOKED_IN_CENTS = Decimal("0.00002")
"""Of an amount: the source has four places in each line, the books have two."""
_SCALES = (Decimal(1), Decimal(100))
"""Shares are told in percent here and as a part of one there."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the rows that answer it, or none where it has to be declined or asked back."""

    case: Case
    kind: str
    readings: Sequence[Sequence[Mapping[str, Any]]]
    tolerance: Decimal
    is_chinese: bool


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    """Every question of the file."""
    return [_question(each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]]


def read_reworded(path: Path = REWORDED) -> list[Question]:
    """Every reworded question with the answer of its original."""
    originals = {each.case.id: each for each in (*read_questions(), *read_questions(UNMASTERED))}
    given = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    return [_reworded(originals[each["of"]], each) for each in given]


def _reworded(original: Question, given: Mapping[str, Any]) -> Question:
    case = replace(original.case, id=given["id"], question=given["question"])
    return replace(original, case=case, is_chinese=bool(given.get("chinese")))


def _question(given: Mapping[str, Any]) -> Question:
    expected = [given["expected"]] if given.get("expected") is not None else []
    expected += [each["expected"] for each in given.get("accept_also") or ()]
    readings = [each if isinstance(each, list) else [{"value": each}] for each in expected]
    is_answerable = given["kind"] in {"number", "table"}
    case = Case(given["id"], WORLD, given["topic"], given["question"], given.get("sql") if is_answerable else None)
    return Question(
        case, given["kind"], readings, Decimal(str(given.get("tolerance") or 0)), bool(given.get("chinese"))
    )


def judge_outside(questions: Iterable[Question], world: World) -> list[Outcome]:
    """The outcome of each question for somebody who may see everything."""
    return [_outcome(each, world) for each in questions]


def _outcome(asked: Question, world: World) -> Outcome:
    asker, locale = Asker(world.tenant_id, frozenset({"*"})), "zh" if asked.is_chinese else "en"
    reply = answer(world.numbers, asker, asked.case.question, terms=world.terms, locale=locale)
    return Outcome(asked.case, verdict(asked, reply), reply.status, reply.text)


def verdict(asked: Question, reply: Reply) -> Verdict:
    """Whether the reply holds the rows of one of the readings; extra columns are no fault, extra figures are."""
    if reply.status == "answered":
        told = list(_rows(reply, asked.kind))
        is_right = any(_holds(told, rows, asked.tolerance, asked.kind) for rows in asked.readings)
        return "right" if is_right else "silently_wrong"
    if asked.kind == "decline" or (asked.kind == "choice" and reply.status == "clarify"):
        return "right"
    return "asked_back" if reply.status == "clarify" else "declined"


def _rows(reply: Reply, kind: str) -> Iterator[list[Any]]:
    """What was told, row by row: figures worked out, the result, its totals, and the parts of a split question.

    Where one number is asked for and was worked out, the rows behind it do not compete with it.
    """
    singles = [each.result.rows[0] for each in reply.parts if each.result is not None and len(each.result.rows) == 1]
    if reply.parts and len(singles) == len(reply.parts):
        # Figures asked for in one sentence are told one after the other.
        yield [cell for row in singles for cell in row.values()]
    for each in (reply, *reply.parts, *([reply.other] if reply.other else [])):
        if each.derived is not None:
            if each.derived.value is not None:
                yield [each.derived.value]
            if kind != "number" or each.derived.kind != "share" or each.derived.value is None:
                yield from (list(row.values()) for row in each.derived.rows or ())
        is_counted = each.derived is not None and each.derived.value is not None
        if kind != "number":
            yield from _compared(each)
            yield from _side_by_side(each)
        if each.result is not None and not (kind == "number" and is_counted):
            yield from (list(row.values()) for row in each.result.rows)
            if each.result.totals:
                yield list(each.result.totals.values())


def _side_by_side(reply: Reply) -> Iterator[list[Any]]:
    """A figure told by two keys as a table with one column for each of the second: online and stores by year."""
    result = reply.result
    keys = [column.name for column in result.columns if column.role in {"dimension", "time"}] if result else []
    figures = [column.name for column in result.columns if column.role == "metric"] if result else []
    if result is None or len(keys) != len(("row", "column")) or len(figures) != 1:
        return
    for first in dict.fromkeys(row[keys[0]] for row in result.rows):
        yield [first, *(row[figures[0]] for row in result.rows if row[keys[0]] == first)]


def _compared(reply: Reply) -> Iterator[list[Any]]:
    """One period beside another, each told by its first day."""
    query = reply.planned.query if reply.planned else None
    if query is None or query.compare is None or query.group_by or reply.result is None or not reply.result.rows:
        return
    row, metric = reply.result.rows[0], query.metrics[0]
    previous = next((column.name for column in reply.result.columns if column.role == "previous"), metric)
    yield [query.time.start, row[metric]]
    yield [compared_range(query).start, row[previous]]


def _holds(told: Sequence[Sequence[Any]], rows: Sequence[Mapping[str, Any]], tolerance: Decimal, kind: str) -> bool:
    if kind == "number" and len(told) > len(rows) + ROWS_BESIDE_MAX:
        return False
    return all(
        any(all(any(_same(cell, value, tolerance) for cell in cells) for value in row.values()) for cells in told)
        for row in rows
    )


def _same(told: Any, expected: Any, tolerance: Decimal) -> bool:
    number, wanted = _number(told), _number(expected)
    if number is not None and wanted is not None:
        allowed = max(tolerance, Decimal("0.0051"), abs(wanted) * BOOKED_IN_CENTS)
        return any(abs(number * scale - wanted) <= allowed for scale in _SCALES)
    if isinstance(told, date):
        length = len(str(expected)) if len(str(expected)) in {4, 7} else 10
        quarter = (told.month + 2) // 3
        written = {f"Q{quarter}", f"{told.year} Q{quarter}", f"{told.year}-Q{quarter}"}
        is_quarter = expected == quarter or str(expected) in written
        return str(told)[:length] == str(expected)[:length] or is_quarter
    name = str(expected).strip().casefold()
    return any(each.strip().casefold() == name for each in _spellings(str(told)))


def _spellings(told: str) -> Iterator[str]:
    """A name as it was told, without the code behind it, the country behind a code, and what else it is called."""
    yield told
    yield told.rpartition(" (")[0] if told.endswith(")") else told
    yield str(Locale("en").territories.get(told, told))
    yield from CALLED.get(told, ())
    if told in {"female", "male"}:
        yield told[0]
    document = _NUMBERED.fullmatch(told)
    if document is not None:
        # PO4012 is the order that the source numbers 4012.
        yield document[1]
    for (_, value), others in aliases().items():
        if value == told:
            yield from others


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
