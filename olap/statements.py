"""Trial balance, balance sheet and income statement, made of metric questions and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from olap.asker import Asker
from olap.companies import of_companies
from olap.query import Cell, Column, Compare, Evidence, Filter, MetricQuery, Order, QueryResult, TimeRange
from olap.service import Numbers

Row = Mapping[str, Cell]

ACCOUNT = ("account_code", "account", "account_type")
BALANCE_TYPES = ("asset", "liability", "equity")
RESULT_TYPES = ("income", "expense")
_BELOW_MARGIN = (
    "other_operating_income",
    "other_cost_of_sales",
    "operating_expenses",
    "operating_profit",
    "net_profit",
)
"""Gross margin and other income less other cost and expenses is the operating profit."""
INCOME_METRICS = ("net_revenue", "cogs", "gross_margin", *_BELOW_MARGIN)
LEDGER_METRICS = ("ledger_revenue", "cogs", *_BELOW_MARGIN)
BUDGETED = "_budget"
"""What follows a metric's name in that of its planned counterpart."""
NOTHING = Decimal(0)
RECORDED = "recorded_on"
"""The day on which an entry was written: the second axis of time."""


@dataclass(frozen=True)
class Statement:
    """A statement's lines with its sums, and whether it balances to the cent."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Row
    is_balanced: bool
    evidence: Evidence


def trial_balance(
    numbers: Numbers,
    asker: Asker,
    *,
    start: date,
    end: date,
    company: str | None = None,
    by: Sequence[str] = (),
    known_on: date | None = None,
) -> Statement:
    """Opening balance, debits, credits and closing balance of every account.

    Raises: QueryInvalid for a dimension that ledger lines do not carry, FieldForbidden for a company out of scope.
    """
    where = _scope(numbers, asker, company, known_on)
    keys = (*ACCOUNT[:2], *by)
    opening = _ask(numbers, asker, ("account_balance",), keys, where, TimeRange(None, start - timedelta(days=1)))
    moved = _ask(numbers, asker, ("debit_amount", "credit_amount"), keys, where, TimeRange(start, end))
    closing = _ask(numbers, asker, ("account_balance",), keys, where, TimeRange(None, end))
    found: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    for result, renamed in (
        (opening, {"account_balance": "opening"}),
        (moved, {}),
        (closing, {"account_balance": "closing"}),
    ):
        for row in result.rows:
            line = found.setdefault(tuple(row[key] for key in keys), {key: row[key] for key in keys})
            line |= {renamed.get(name, name): value for name, value in row.items() if name not in keys}
    figures = ("opening", "debit_amount", "credit_amount", "closing")
    rows = [line | {name: line.get(name) or NOTHING for name in figures} for _, line in sorted(found.items(), key=_key)]
    totals = {name: sum((amount_of(row[name]) for row in rows), NOTHING) for name in figures}
    labels = {"opening": "Opening balance", "closing": "Closing balance"}
    columns = [column for column in moved.columns if column.name in keys]
    currency = currency_of(opening, moved, closing)
    columns += [money_column(name, labels.get(name) or _label(moved, name), currency) for name in figures]
    balanced = totals["debit_amount"] == totals["credit_amount"] and totals["closing"] == NOTHING == totals["opening"]
    return Statement(tuple(columns), tuple(rows), totals, balanced, closing.evidence)


def balance_sheet(
    numbers: Numbers,
    asker: Asker,
    *,
    as_of: date,
    company: str | None = None,
    compare: date | None = None,
    known_on: date | None = None,
) -> Statement:
    """Assets against liabilities and equity on any day, the profit not yet closed into equity included.

    Raises: QueryInvalid for a day in the future, FieldForbidden for a company out of scope.
    """
    where = _scope(numbers, asker, company, known_on)
    keys = ("account_type", "statement_line", *ACCOUNT[:2])
    days = [("amount", as_of), *([("amount_previous", compare)] if compare else [])]
    found: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    totals: dict[str, Cell] = {}
    results = {}
    for name, day in days:
        results[name] = _ask(numbers, asker, ("account_balance",), keys, where, TimeRange(as_of=day))
        sections = dict.fromkeys((*BALANCE_TYPES, "profit"), NOTHING)
        for row in results[name].rows:
            kind = str(row["account_type"])
            section = kind if kind in BALANCE_TYPES else "profit"
            amount = amount_of(row["account_balance"]) * (1 if kind == "asset" else -1)
            sections[section] += amount
            if section != "profit":
                line = found.setdefault(tuple(row[key] for key in keys), {key: row[key] for key in keys})
                line[name] = amount
        # Income less expense of all years not yet closed belongs to the owners.
        profit = found.setdefault(
            ("equity", "current_profit", None, None),
            {"account_type": "equity", "statement_line": "current_profit", "account_code": None, "account": None},
        )
        profit[name] = sections["profit"]
        suffix = name.removeprefix("amount")
        totals[f"assets{suffix}"] = sections["asset"]
        totals[f"liabilities{suffix}"] = sections["liability"]
        totals[f"equity{suffix}"] = sections["equity"] + sections["profit"]
    figures = [name for name, _ in days]
    rows = [
        line | {name: line.get(name) or NOTHING for name in figures} for _, line in sorted(found.items(), key=_section)
    ]
    now = results["amount"]
    columns = [column for column in now.columns if column.name in keys]
    currency = currency_of(*results.values())
    columns += [money_column(name, f"Balance on {day}", currency) for name, day in days]
    balanced = totals["assets"] == amount_of(totals["liabilities"]) + amount_of(totals["equity"])
    return Statement(tuple(columns), tuple(rows), totals, balanced, now.evidence)


def income_statement(  # noqa: PLR0913  # a question has that many sides
    numbers: Numbers,
    asker: Asker,
    *,
    time: TimeRange,
    company: str | None = None,
    by: Sequence[str] = (),
    compare: Compare | None = None,
    budget: bool = False,
    known_on: date | None = None,
) -> Statement:
    """Revenue down to profit for a range, by period and dimension, beside another range and the budget if asked.

    Raises: MetricForbidden where a line rests on a column hidden from the asker; FieldForbidden, QueryInvalid.
    """
    where = _scope(numbers, asker, company, known_on)
    known = numbers.vocabularies.current().manifest.metrics
    # What was known when is a matter of entries: then revenue is that of its accounts, which equals the invoices'.
    metrics = tuple(name for name in (LEDGER_METRICS if known_on else INCOME_METRICS) if name in known)
    if budget:
        metrics += tuple(f"{name}{BUDGETED}" for name in metrics if f"{name}{BUDGETED}" in known)
    query = MetricQuery(metrics, tuple(by), where, time, compare, totals=True, order_by=_by_time(time.grain))
    result = numbers.query(query, asker)
    totals = result.totals or {}
    lines = _ask(numbers, asker, ("net_profit",), ("account_type",), where, replace(time, grain=None))
    profit = sum((amount_of(row["net_profit"]) for row in lines.rows), NOTHING)
    return Statement(
        result.columns, result.rows, totals, profit == amount_of(totals.get("net_profit")), result.evidence
    )


def _ask(
    numbers: Numbers,
    asker: Asker,
    metrics: tuple[str, ...],
    keys: Sequence[str],
    where: tuple[Filter, ...],
    time: TimeRange,
) -> QueryResult:
    return numbers.query(MetricQuery(metrics, tuple(keys), where, time), asker)


def as_known(known_on: date | None) -> tuple[Filter, ...]:
    """The filter on what had been written by the end of a day; none where everything counts."""
    return (Filter(RECORDED, "lte", (known_on.isoformat(),)),) if known_on else ()


def _scope(numbers: Numbers, asker: Asker, company: str | None, known_on: date | None) -> tuple[Filter, ...]:
    return (*of_companies(numbers, asker, (company,) if company else ()), *as_known(known_on))


def _by_time(grain: str | None) -> tuple[Order, ...]:
    return (Order(grain),) if grain else ()


def amount_of(value: Cell) -> Decimal:
    """The amount in a cell; nothing counts as zero."""
    return Decimal(value) if isinstance(value, Decimal | int) else NOTHING


def _label(result: QueryResult, name: str) -> str:
    return next(column.label for column in result.columns if column.name == name)


def money_column(name: str, label: str, currency: str | None) -> Column:
    """A column of amounts in a currency."""
    return Column(name, label, "money", "currency", "metric", currency)


def currency_of(*results: QueryResult) -> str | None:
    """The currency of amounts that are added up or stand side by side: answers that have none have no say."""
    told = {column.currency for result in results for column in result.columns if column.currency}
    return next(iter(told)) if len(told) == 1 else None


def _key(entry: tuple[tuple[Cell, ...], object]) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in entry[0])


def _section(entry: tuple[tuple[Cell, ...], object]) -> tuple[int, tuple[str, ...]]:
    kind = str(entry[0][0])
    return (BALANCE_TYPES.index(kind) if kind in BALANCE_TYPES else len(BALANCE_TYPES)), _key(entry)
