"""How the assistant does: each reply beside what hand-written SQL says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import sqlglot
from sqlglot import exp

from ai.evals.cases import Case
from ai.models.endpoint import Endpoint
from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.errors import NumbersUnavailable
from olap.service import Numbers, Session

Verdict = Literal["right", "asked_back", "declined", "silently_wrong"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked_back", "declined", "silently_wrong")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of all questions may be silently wrong, and how much of the answerable must be right or asked back."""

    wrong_max: Decimal
    helpful_min: Decimal


OWN = Bounds(Decimal("0.01"), Decimal("0.9"))
OUTSIDE = Bounds(Decimal("0.01"), Decimal("0.95"))
"""Of questions by authors who do not know the program: where they stand, so that they do not fall."""
UNMASTERED = Bounds(Decimal("0.01"), Decimal("0.85"))
"""Of the newest of them: far from where they have to come."""
REWORDED = Bounds(Decimal("0.01"), Decimal("0.9"))
"""Of the same questions in other words."""
DAILY = Bounds(Decimal("0.01"), Decimal("0.8"))
"""Of what the people of the demo company ask every day; where they stand, too."""
CENT = Decimal("0.011")
SHARE = Decimal("0.000002")


@dataclass(frozen=True, slots=True)
class World:
    """A company that questions are asked about."""

    numbers: Numbers
    tenant_id: str
    terms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with its verdict and what was said."""

    case: Case
    verdict: Verdict
    status: str
    text: str


def judge(cases: Iterable[Case], worlds: Mapping[str, World], model: Endpoint | None = None) -> list[Outcome]:
    """The outcome of every case whose company there is, where a model is given with its help."""
    return [_outcome(case, worlds[case.world], model) for case in cases if case.world in worlds]


def _outcome(case: Case, world: World, model: Endpoint | None) -> Outcome:
    asker = Asker(world.tenant_id, frozenset(case.rights))
    reply = answer(world.numbers, asker, case.question, terms=world.terms, model=model)
    return Outcome(case, _verdict(case, reply, world), reply.status, reply.text)


def _verdict(case: Case, reply: Reply, world: World) -> Verdict:
    if case.sql is None:
        return "right" if reply.status != "answered" or not _has_figure(reply) else "silently_wrong"
    if reply.status != "answered":
        return "asked_back" if reply.status == "clarify" else "declined"
    expected = rows_of(case.sql, world)
    told = _told(reply, len(expected[0]) if expected else 1)
    is_right = _equal(told, expected, case.is_ordered) and _asks(case.query, reply)
    return "right" if is_right else "silently_wrong"


def _asks(expected: Mapping[str, Any] | None, reply: Reply) -> bool:
    """Whether the reply's query has the parts that are expected, where any are given."""
    query = reply.metric_query or {}
    return all(query.get(name) == value for name, value in (expected or {}).items())


def rows_of(sql: str, world: World) -> list[tuple[Any, ...]]:
    """What hand-written SQL over the marts says for a tenant."""
    numbers = world.numbers
    vocabulary = numbers.vocabularies.current()
    tree = sqlglot.parse_one(sql, dialect=numbers.engine.dialect)
    if not isinstance(tree, exp.Query):
        raise NumbersUnavailable(reason="a query is expected")
    for table in tree.find_all(exp.Table):
        table.set("db", exp.to_identifier(vocabulary.manifest.schema))
    asker = Asker(world.tenant_id, frozenset({"*"}))
    with numbers.engine.snapshot(world.tenant_id) as snapshot:
        session = Session(vocabulary, snapshot, asker, numbers.today(), {})
        return [tuple(row) for row in numbers.run(tree, session, "evaluation").rows]


def _has_figure(reply: Reply) -> bool:
    result = reply.result
    if result is None:
        return False
    metrics = [column.name for column in result.columns if column.role == "metric"]
    return any(row[name] is not None for row in result.rows for name in metrics)


def _told(reply: Reply, width: int) -> list[tuple[Any, ...]]:
    """The figures of a reply as the statement would give them: names, then figures."""
    derived, result = reply.derived, reply.result
    if derived is not None and derived.kind in {"share", "count", "average", "ratio"} and derived.value is not None:
        return [(derived.value,)]
    if result is None:
        return []
    keys = [column.name for column in result.columns if column.role in {"dimension", "time"}]
    figures = [column.name for column in result.columns if column.role in {"metric", "previous"}]
    names = [*keys, *figures[: max(width - len(keys), 1)]]
    return [tuple(row[name] for name in names) for row in result.rows]


def _equal(told: Sequence[tuple[Any, ...]], expected: Sequence[tuple[Any, ...]], is_ordered: bool) -> bool:  # noqa: FBT001  # of the case
    if len(told) != len(expected):
        return False
    order: Callable[[Sequence[tuple[Any, ...]]], Sequence[tuple[Any, ...]]] = (
        list if is_ordered else lambda rows: sorted(rows, key=lambda row: [str(_key(cell)) for cell in row])
    )
    pairs = zip(order(told), order(expected), strict=True)
    return all(len(ours) == len(theirs) and all(map(_same, ours, theirs)) for ours, theirs in pairs)


def _key(cell: Any) -> Any:
    return "" if isinstance(cell, Decimal | float) else cell


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Decimal | int) and isinstance(theirs, Decimal | int | float):
        allowed = SHARE if abs(Decimal(theirs)) <= 1 else CENT
        return abs(Decimal(ours) - Decimal(theirs)) <= allowed
    if isinstance(ours, date) or isinstance(theirs, date):
        return str(ours)[:10] == str(theirs)[:10]
    return bool(ours == theirs)


@dataclass(frozen=True, slots=True)
class Score:
    """How many of which kind; what is silently wrong is told by name."""

    counts: Mapping[str, Counter[str]]
    answerable: int
    helpful: int
    wrong: tuple[Outcome, ...]
    total: int
    bounds: Bounds = OWN

    @property
    def passes(self) -> bool:
        """Whether few enough are silently wrong, and enough of the answerable are right or asked back."""
        if not self.total or not self.answerable:
            return False
        return (
            Decimal(len(self.wrong)) / self.total <= self.bounds.wrong_max
            and Decimal(self.helpful) / self.answerable >= self.bounds.helpful_min
        )


def score(outcomes: Sequence[Outcome], bounds: Bounds = OWN) -> Score:
    """The outcomes counted by kind of question."""
    counts: dict[str, Counter[str]] = {}
    for each in outcomes:
        counts.setdefault(each.case.kind, Counter())[each.verdict] += 1
    answerable = [each for each in outcomes if each.case.sql is not None]
    helpful = sum(each.verdict in {"right", "asked_back"} for each in answerable)
    wrong = tuple(each for each in outcomes if each.verdict == "silently_wrong")
    return Score(counts, len(answerable), helpful, wrong, len(outcomes), bounds)
