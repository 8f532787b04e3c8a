"""The second axis of time: a period as the books told it on an earlier day, and what was written since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from olap.asker import Asker
from olap.companies import of_companies
from olap.errors import Problem, QueryInvalid
from olap.query import Cell, Column, Evidence, Filter, MetricQuery, Order, TimeRange
from olap.service import Numbers
from olap.statements import NOTHING, RECORDED, amount_of, as_known, currency_of, money_column

ENTRY = ("entry_number", "posted_on", RECORDED, "document_type", "document_number")
FIGURES = ("debit_amount", "net_profit")
ENTRIES_MAX = 1_000


@dataclass(frozen=True)
class Difference:
    """What a period's figures were on one day and on a later one, and the entries that came between."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    accounts: tuple[Mapping[str, Cell], ...]
    account_columns: tuple[Column, ...]
    totals: Mapping[str, Cell]
    is_explained: bool
    evidence: Evidence


def difference(
    numbers: Numbers, asker: Asker, *, time: TimeRange, known_on: date, until: date, company: str | None = None
) -> Difference:
    """How a period changed between two days of knowing it, account by account, explained entry by entry.

    Raises: QueryInvalid for ranges that end before they start and for more entries than can be listed, FieldForbidden.
    """
    _check(time, known_on, until)
    where = of_companies(numbers, asker, (company,) if company else ())
    early, late = (_by_account(numbers, asker, (*where, *as_known(day)), time) for day in (known_on, until))
    between = (*where, Filter(RECORDED, "gt", (known_on.isoformat(),)), *as_known(until))
    query = MetricQuery(
        FIGURES, ENTRY, between, time, order_by=(Order(RECORDED), Order("entry_number")), limit=ENTRIES_MAX + 1
    )
    entries = numbers.query(query, asker)
    if len(entries.rows) > ENTRIES_MAX:
        reason = f"more than {ENTRIES_MAX} entries came between: narrow the period or bring the two days closer"
        raise QueryInvalid([Problem("until", reason, "too_many")])
    came = _by_account(numbers, asker, between, time)
    accounts = []
    for key in sorted({*early, *late}, key=str):
        before, after = early.get(key, NOTHING), late.get(key, NOTHING)
        if before != after or key in came:
            code, name = key
            accounts.append(
                {
                    "account_code": code,
                    "account": name,
                    "before": before,
                    "after": after,
                    "explained": came.get(key, NOTHING),
                }
            )
    profit = sum((amount_of(row["net_profit"]) for row in entries.rows), NOTHING)
    totals: dict[str, Cell] = {
        "entries": len(entries.rows),
        "profit_before": _profit(numbers, asker, (*where, *as_known(known_on)), time),
        "profit_after": _profit(numbers, asker, (*where, *as_known(until)), time),
        "profit_explained": profit,
    }
    explained = all(amount_of(line["after"]) - amount_of(line["before"]) == line["explained"] for line in accounts)
    explained = explained and amount_of(totals["profit_after"]) - amount_of(totals["profit_before"]) == profit
    columns = [column for column in entries.columns if column.role in {"dimension", "metric"}]
    told = _account_columns(known_on, until, currency_of(entries))
    return Difference(tuple(columns), entries.rows, tuple(accounts), told, totals, explained, entries.evidence)


def _account_columns(known_on: date, until: date, currency: str | None) -> tuple[Column, ...]:
    """The columns of the accounts that changed."""
    return (
        Column("account_code", "Account code", "text", None, "dimension"),
        Column("account", "Account", "text", None, "dimension"),
        money_column("before", f"As known on {known_on}", currency),
        money_column("after", f"As known on {until}", currency),
        money_column("explained", "By the entries between", currency),
    )


def _by_account(
    numbers: Numbers, asker: Asker, where: tuple[Filter, ...], time: TimeRange
) -> dict[tuple[Cell, Cell], Decimal]:
    found = numbers.query(MetricQuery(("account_movement",), ("account_code", "account"), where, time), asker)
    return {(row["account_code"], row["account"]): amount_of(row["account_movement"]) for row in found.rows}


def _profit(numbers: Numbers, asker: Asker, where: tuple[Filter, ...], time: TimeRange) -> Decimal:
    found = numbers.query(MetricQuery(("net_profit",), (), where, time), asker)
    return amount_of(found.rows[0]["net_profit"]) if found.rows else NOTHING


def _check(time: TimeRange, known_on: date, until: date) -> None:
    problems = []
    if time.start and time.last_day and time.last_day < time.start:
        reason = f"the range ends on {time.last_day} before it starts on {time.start}"
        problems.append(Problem("end", reason, "range_reversed"))
    if until < known_on:
        problems.append(Problem("until", f"{until} lies before {known_on}", "range_reversed"))
    if problems:
        raise QueryInvalid(problems)
