"""Daily questions over the demo company, each with SQL over its marts that knows the answer on the day it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from ai.evals.cases import Case
from ai.evals.judging import CENT, Outcome, Verdict, World, rows_of
from ai.evals.outside import ROWS_BESIDE_MAX, Question, verdict
from ai.questions.service import Reply, answer
from olap.asker import Asker

QUESTIONS = Path(__file__).with_name("demo.yml")
WORLD = "demo"


@dataclass(frozen=True, slots=True)
class Daily:
    """A question with the statements of its readings; none where it has to be declined."""

    case: Case
    kind: str
    statements: tuple[str, ...]
    tolerance: Decimal
    is_chinese: bool


def read_daily(path: Path = QUESTIONS) -> list[Daily]:
    """Every question of the file."""
    return [_daily(each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]]


def _daily(given: Mapping[str, Any]) -> Daily:
    is_answerable = given["kind"] in {"number", "table"}
    case = Case(given["id"], WORLD, given["topic"], given["question"], given.get("sql") if is_answerable else None)
    statements = (given["sql"], *given.get("also", ())) if "sql" in given else ()
    tolerance = Decimal(str(given.get("tolerance", CENT)))
    return Daily(case, given["kind"], statements, tolerance, bool(given.get("chinese")))


def judge_daily(questions: Iterable[Daily], world: World) -> list[Outcome]:
    """The outcome of each question for somebody who may see everything."""
    return [_outcome(each, world) for each in questions]


def _outcome(asked: Daily, world: World) -> Outcome:
    asker, locale = Asker(world.tenant_id, frozenset({"*"})), "zh" if asked.is_chinese else "en"
    reply = answer(world.numbers, asker, asked.case.question, terms=world.terms, locale=locale)
    return Outcome(asked.case, verdict_of(asked, reply, world), reply.status, reply.text)


def verdict_of(asked: Daily, reply: Reply, world: World) -> Verdict:
    """Whether the reply holds the rows of one of the readings, and no others; nothing at all is no row, or nought."""
    if reply.status != "answered":
        return verdict(Question(asked.case, asked.kind, [], asked.tolerance, asked.is_chinese), reply)
    for statement in asked.statements:
        rows = [dict(enumerate(row)) for row in rows_of(statement, world)]
        expected = [{str(name): cell for name, cell in row.items() if cell is not None} for row in rows]
        if not any(any(row.values()) for row in expected) and asked.kind == "number":
            if _told_nothing(reply):
                return "right"
            continue
        question = Question(asked.case, asked.kind, [expected], asked.tolerance, asked.is_chinese)
        is_longer = asked.kind == "table" and not reply.parts and _length(reply) > len(expected) + ROWS_BESIDE_MAX
        if not is_longer and verdict(question, reply) == "right":
            return "right"
    return "silently_wrong"


def _told_nothing(reply: Reply) -> bool:
    """Whether nought was told, or no figure."""
    if reply.derived is not None and reply.derived.value is not None:
        return not reply.derived.value
    metrics = [column.name for column in reply.result.columns if column.role == "metric"] if reply.result else []
    return reply.result is None or not any(row[name] for row in reply.result.rows for name in metrics)


def _length(reply: Reply) -> int:
    """How many rows are told."""
    if reply.derived is not None and reply.derived.rows:
        return len(reply.derived.rows)
    return len(reply.result.rows) if reply.result is not None else 0
