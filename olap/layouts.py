"""Statements of one's own: rows of accounts and formulas, for one or several companies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlglot import exp

from olap.asker import Asker
from olap.companies import MART, companies_of
from olap.errors import Problem, QueryInvalid
from olap.query import Cell, Column, Evidence, Filter, MetricQuery, TimeRange
from olap.service import Numbers, Session
from olap.statements import NOTHING, amount_of, money_column

METRICS = {"movement": "account_movement", "balance": "account_balance"}
COMPANIES_MAX = 50


class LayoutRow(Protocol):
    """A row of a statement: what it is called, and which accounts it takes."""

    @property
    def key(self) -> str:
        """Its name in formulas."""
        ...

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts it takes; none where it is a formula."""
        ...

    def takes(self, code: str) -> bool:
        """Whether it counts an account."""
        ...

    def label_in(self, locale: str) -> str:
        """What readers see."""
        ...


Compute = Callable[[Mapping[str, Decimal], str | None], Mapping[str, Decimal | None]]
"""The figure of every row from the sums of those that take accounts, and the currency they are in."""


@dataclass(frozen=True)
class Layout:
    """A rendered statement: a column a company and one for all of them, and what its rows do with the accounts."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    untaken: tuple[Mapping[str, Any], ...]
    taken_twice: tuple[Mapping[str, Any], ...]
    evidence: Evidence


def rendered(
    numbers: Numbers,
    asker: Asker,
    rows: Sequence[LayoutRow],
    compute: Compute,
    *,
    basis: str,
    time: TimeRange,
    companies: Sequence[str] = (),
) -> Layout:
    """The statement over a range, or at its end where it tells balances.

    Raises: QueryInvalid, FieldForbidden for a company out of scope.
    """
    _check(time, companies)
    chosen = companies_of(numbers, asker, companies)
    where = (Filter("company", "in", chosen),) if chosen else ()
    asked = TimeRange(None, time.last_day) if basis == "balance" else TimeRange(time.start, time.last_day)
    metric = METRICS[basis]
    names_of = numbers.vocabularies.current().names
    currency = ("currency",) if names_of.item(metric, "currency") else ()
    found = numbers.query(MetricQuery((metric,), ("company", "account_code", *currency), where, asked), asker)
    names = list(dict.fromkeys([*chosen, *(str(row["company"]) for row in found.rows)]))
    sums: dict[str, dict[str, Decimal]] = {name: {} for name in [*names, ""]}
    for line in found.rows:
        amount = amount_of(line[METRICS[basis]])
        for row in rows:
            if row.accounts and row.takes(str(line["account_code"])):
                for name in (str(line["company"]), ""):
                    sums[name][row.key] = sums[name].get(row.key, NOTHING) + amount
    shown = {f"company_{place}": name for place, name in enumerate(names, 1)} if len(names) > 1 else {}
    shown["amount"] = ""
    kept_in = {str(line["company"]): line.get("currency") for line in found.rows}
    currencies = set(kept_in.values())
    kept_in[""] = next(iter(currencies)) if len(currencies) == 1 else None
    figures = {name: compute(each, _text(kept_in.get(name))) for name, each in sums.items()}
    if len(currencies) > 1:
        # Companies that keep their books in several currencies have no sum.
        figures[""] = {}
    lines = tuple(
        {"key": row.key, "label": row.label_in(asker.locale)}
        | {column: figures[name].get(row.key) for column, name in shown.items()}
        for row in rows
    )
    columns = [Column("key", "Row", "text", None, "dimension"), Column("label", "Label", "text", None, "dimension")]
    columns += [money_column(column, name or "Amount", _text(kept_in.get(name))) for column, name in shown.items()]
    untaken, twice = check_accounts(numbers, asker, rows, chosen)
    return Layout(tuple(columns), lines, untaken, twice, found.evidence)


def check_accounts(
    numbers: Numbers, asker: Asker, rows: Sequence[LayoutRow], companies: Sequence[str] = ()
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
    """The accounts that no row takes, and those that more than one row takes, with the rows.

    Shapes: `companies` are names; all companies where none is given.
    """
    untaken: list[Mapping[str, Any]] = []
    twice: list[Mapping[str, Any]] = []
    for code, name, kind in _accounts(numbers, asker, companies):
        taking = [row.key for row in rows if row.accounts and row.takes(code)]
        if len(taking) != 1:
            told = {"account_code": code, "account": name, "account_type": kind, "rows": taking}
            (twice if taking else untaken).append(told)
    return tuple(untaken), tuple(twice)


def _accounts(numbers: Numbers, asker: Asker, companies: Sequence[str]) -> list[tuple[str, str, str]]:
    """The accounts of these companies that take postings, by code, each code once."""
    vocabulary = numbers.vocabularies.current()
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(vocabulary, snapshot, asker, numbers.today(), {})
        columns = [exp.column(name) for name in ("account_code", "account_name", "account_type")]
        tree = exp.select(*columns).distinct().from_(exp.table_("dim_accounts", db=vocabulary.manifest.schema))
        if "is_posting" in snapshot.columns.get("dim_accounts", {}):
            tree = tree.where(exp.column("is_posting"))
        if companies:
            named = exp.select(exp.column("company_id")).from_(exp.table_(MART, db=vocabulary.manifest.schema))
            named = named.where(exp.column("company_name").isin(*companies))
            tree = tree.where(exp.column("company_id").isin(query=named))
        answer = numbers.run(tree.order_by("account_code"), session, "accounts")
    found: dict[str, tuple[str, str, str]] = {}
    for code, name, kind in answer.rows:
        found.setdefault(str(code), (str(code), str(name), str(kind)))
    return list(found.values())


def _text(value: Cell) -> str | None:
    return None if value is None else str(value)


def _check(time: TimeRange, companies: Sequence[str]) -> None:
    problems = []
    if time.start and time.last_day and time.last_day < time.start:
        reason = f"the range ends on {time.last_day} before it starts on {time.start}"
        problems.append(Problem("end", reason, "range_reversed"))
    if len(companies) > COMPANIES_MAX:
        problems.append(Problem("company", f"at most {COMPANIES_MAX} companies", "too_many"))
    if problems:
        raise QueryInvalid(problems)
