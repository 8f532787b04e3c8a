"""The cash flow statement by the indirect method (IAS 7.18b): from the profit to what happened to the cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from olap.asker import Asker
from olap.companies import of_companies
from olap.errors import Problem, QueryInvalid
from olap.query import Cell, Column, Evidence, Filter, MetricQuery, QueryResult, TimeRange
from olap.service import Numbers
from olap.statements import NOTHING, RESULT_TYPES, amount_of, as_known, currency_of, money_column

SECTIONS = ("operating", "investing", "financing", "unclassified")
CASH = "cash"
KEYS = ("account_type", "cash_flow_class", "account_code", "account", "is_bank_account")
CLOSING = Filter("journal", "ne", ("closing",))
"""Closing moves profit into equity and no cash: counted, it would hide the profit."""


@dataclass(frozen=True)
class CashFlow:
    """Lines by section, their sums, and the accounts that nobody has put into a class."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    totals: Mapping[str, Cell]
    errors: tuple[Mapping[str, Any], ...]
    is_balanced: bool
    evidence: Evidence


def cash_flow_statement(
    numbers: Numbers, asker: Asker, *, start: date, end: date, company: str | None = None, known_on: date | None = None
) -> CashFlow:
    """The profit, what of it did not move cash, and the changes of all other accounts, by class.

    The change of cash is told twice: as the sum of the sections, and from the balances of the bank and cash accounts.
    Raises: QueryInvalid for a range that ends before it starts, FieldForbidden for a company out of scope.
    """
    if end < start:
        reason = f"the range ends on {end} before it starts on {start}"
        raise QueryInvalid([Problem("end", reason, "range_reversed")])
    where = (*of_companies(numbers, asker, (company,) if company else ()), *as_known(known_on))
    time = TimeRange(start, end)
    query = MetricQuery(("account_movement",), KEYS, (*where, CLOSING), time)
    # Books that were never closed have no such journal to leave out.
    moved = numbers.query(query, asker, are_members_checked=False)
    profit, lines, errors = NOTHING, [], []
    for row in moved.rows:
        amount = -amount_of(row["account_movement"])
        if row["account_type"] in RESULT_TYPES:
            profit += amount
            continue
        if row["cash_flow_class"] is None:
            errors.append(_unclassified(row, amount))
        if not _is_cash(row) and amount:
            lines.append(_line(str(row["cash_flow_class"] or "unclassified"), row, amount))
    lines.append({"section": "operating", "account_code": None, "account": "net_profit", "amount": profit})
    lines.sort(key=lambda line: (SECTIONS.index(line["section"]), str(line["account_code"] or "")))
    totals: dict[str, Cell] = {
        name: sum((line["amount"] for line in lines if line["section"] == name), NOTHING) for name in SECTIONS
    }
    before, after = _cash(numbers, asker, where, start, end)
    opening, closing = (
        sum((amount_of(row["account_balance"]) for row in told.rows if _is_cash(row)), NOTHING)
        for told in (before, after)
    )
    change = sum((amount_of(totals[name]) for name in SECTIONS), NOTHING)
    totals |= {"change_of_cash": change, "opening_cash": opening, "closing_cash": closing}
    columns = [column for column in moved.columns if column.name in {"account_code", "account"}]
    return CashFlow(
        (
            Column("section", "Section", "text", None, "dimension"),
            *columns,
            money_column("amount", "Amount", currency_of(moved, before, after)),
        ),
        tuple(lines),
        totals,
        tuple(errors),
        change == closing - opening and not errors,
        after.evidence,
    )


def _cash(
    numbers: Numbers, asker: Asker, where: tuple[Filter, ...], start: date, end: date
) -> tuple[QueryResult, QueryResult]:
    """The accounts' balances before the range and at its end, those of the bank and cash among them."""
    before, after = (
        numbers.query(MetricQuery(("account_balance",), KEYS, where, TimeRange(None, day)), asker)
        for day in (start - timedelta(days=1), end)
    )
    return before, after


def _is_cash(row: Mapping[str, Cell]) -> bool:
    """A bank account that nobody has put into a class is cash all the same, and an error besides."""
    return row["cash_flow_class"] == CASH or (row["cash_flow_class"] is None and _is_bank(row))


def _is_bank(row: Mapping[str, Cell]) -> bool:
    return str(row["is_bank_account"]).lower() == "true"


def _line(section: str, row: Mapping[str, Cell], amount: Decimal) -> dict[str, Any]:
    return {"section": section, "account_code": row["account_code"], "account": row["account"], "amount": amount}


def _unclassified(row: Mapping[str, Cell], amount: Decimal) -> dict[str, Any]:
    """An account that moved and belongs to no class; its change stands in a section of its own, or is cash."""
    return {
        "account_code": row["account_code"],
        "account": row["account"],
        "amount": amount,
        "code": "cash_account_without_class" if _is_bank(row) else "account_without_class",
    }
