"""The books' statements, ruled like paper; each line leads to its account's entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, answer_of, reader
from dashboards.failure import show_problem
from dashboards.formats import Formats, number_of
from dashboards.parts.drawings import bridge_chart, ink_now, nothing_here
from dashboards.parts.ledger import account_link, figure_link
from dashboards.parts.receipt import receipt_popover
from dashboards.parts.tables import csv_of
from dashboards.scope import Scope
from dashboards.words import label_of, t

Row = Mapping[str, Any]
_YEAR = timedelta(days=365)


def balance_sheet(scope: Scope) -> None:
    """Assets against liabilities and equity on the last day of the period."""
    compare = None
    if scope.period.compare:
        compare = (scope.period.start - timedelta(days=1)).isoformat()
        if scope.period.compare == "previous_year":
            compare = _year_before(scope).isoformat()
    found = _read("balance-sheet", scope, as_of=scope.period.end.isoformat(), compare=compare)
    if found is None:
        return
    names = [name for name in ("amount", "amount_previous") if any(name in row for row in found["rows"])]
    labels = [scope.formats.day(scope.period.end), *([scope.formats.day(compare)] if compare else [])][: len(names)]
    _state(found, t("money.balances"), t("money.does_not_balance"), scope, key="balance_sheet")
    body = "".join(_sections(found, names, scope))
    _paper(labels, body, scope)


def _year_before(scope: Scope) -> Any:
    end = scope.period.end
    try:
        return end.replace(year=end.year - 1)
    except ValueError:
        # The end of February has no such day in other years.
        return end - _YEAR


def _sections(found: Mapping[str, Any], names: Sequence[str], scope: Scope) -> Iterable[str]:
    totals, formats = found["totals"], _plain(scope)
    for kind, rows in groupby(_ordered(found["rows"]), key=lambda row: row["account_type"]):
        yield _line(label_of("account_type", str(kind)), [""] * len(names), style="section")
        for row in rows:
            label = (
                escape(t("money.current_profit")) if row["statement_line"] == "current_profit" else _account(row, scope)
            )
            yield _line(label, [formats.money(row.get(each)) for each in names], is_html=True)
        sums = [totals.get(f"{_TOTAL_OF[str(kind)]}{each.removeprefix('amount')}") for each in names]
        yield _line(t(f"money.total_{kind}"), [formats.money(each) for each in sums], style="sum")
    both = [
        _sum(totals.get(f"liabilities{suffix}"), totals.get(f"equity{suffix}"))
        for suffix in (each.removeprefix("amount") for each in names)
    ]
    yield _line(t("money.total_liabilities_and_equity"), [formats.money(each) for each in both], style="sum")


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """Accounts by number within assets, liabilities and equity; what has no account comes last."""
    kinds = list(_TOTAL_OF)
    return sorted(
        rows,
        key=lambda row: (
            kinds.index(str(row["account_type"])),
            row.get("account_code") is None,
            str(row.get("account_code")),
        ),
    )


_TOTAL_OF = {"asset": "assets", "liability": "liabilities", "equity": "equity"}


def _sum(*values: Any) -> Any:
    known = [number_of(value) for value in values]
    return sum(each for each in known if each is not None)


def income_statement(scope: Scope) -> None:
    """Revenue down to profit for the period, beside the comparison and the budget."""
    period = scope.period
    found = _read(
        "income-statement",
        scope,
        start=period.start.isoformat(),
        end=period.end.isoformat(),
        compare=period.compare,
        budget="true" if scope.catalogue.known(("net_profit_budget",)) else None,
    )
    if found is None:
        return
    columns = found["columns"]
    named = [column for column in columns if column["role"] == "metric" and not column["name"].endswith("_budget")]
    lines, totals = without_gaps(named, found["totals"])
    is_planned = any(number_of(totals.get(f"{column['name']}_budget")) for column in lines)
    labels = [t("money.this_period")]
    if period.compare:
        labels += [t(f"compare.line_{period.compare}"), t("money.change"), t("money.change_share")]
    if is_planned:
        labels += [t("money.budget"), t("money.to_budget")]
    file = income_file(lines, totals, labels, is_compared=bool(period.compare), is_planned=is_planned)
    _state(found, t("money.ties"), t("money.does_not_tie"), scope, key="income_statement", file=file)
    body = "".join(
        _income_line(column, totals, scope, is_compared=bool(period.compare), is_planned=is_planned) for column in lines
    )
    _paper(labels, body, scope)
    _bridge(totals, lines, scope)


def without_gaps(columns: Sequence[Row], totals: Row) -> tuple[list[Row], dict[str, Any]]:
    """The lines of an income statement and its figures, with one for what leads to a result and stands in no line.

    Revenue posted by hand is in the operating profit and in no invoice; exchange differences are in the net profit
    alone.
    """
    lines, figures = list(columns), dict(totals)
    for name, (result, begun, told) in _GAPS.items():
        place = next((at for at, each in enumerate(lines) if each["name"] == result), None)
        gaps = {suffix: _gap(totals, suffix, result, begun, told) for suffix in _SIDES}
        if place is None or not any(gaps.values()):
            continue
        lines.insert(place, {**lines[place], "name": name, "label": t(f"money.{name}")})
        figures |= {f"{name}{suffix}": gap for suffix, gap in gaps.items()}
        figures |= {f"{name}{suffix}": each for suffix, each in _change(gaps[""], gaps["_previous"]).items()}
    return lines, figures


# What is between two results: the later one, the one before, and what is added to that or taken from it in lines of
# their own.
_GAPS: Mapping[str, tuple[str, str, Mapping[str, int]]] = {
    "other_operating": (
        "operating_profit",
        "gross_margin",
        {"other_operating_income": 1, "other_cost_of_sales": -1, "operating_expenses": -1},
    ),
    "not_operating": ("net_profit", "operating_profit", {}),
}
_SIDES = ("", "_previous", "_budget")


def _gap(totals: Row, suffix: str, result: str, begun: str, told: Mapping[str, int]) -> Decimal | None:
    ends = number_of(totals.get(result + suffix)), number_of(totals.get(begun + suffix))
    if ends[0] is None or ends[1] is None:
        return None
    known = [(number_of(totals.get(each + suffix)), sign) for each, sign in told.items()]
    return ends[0] - ends[1] - sum((each * sign for each, sign in known if each is not None), Decimal(0))


def _change(now: Decimal | None, before: Decimal | None) -> dict[str, Decimal | None]:
    """By how much, and by which share: none of what was nothing."""
    if now is None or before is None:
        return {}
    return {"_change": now - before, "_change_share": (now - before) / abs(before) if before else None}


_SHARE = 3
"""The place of the share by which a line changed, where it is compared."""


def income_file(
    lines: Sequence[Row], totals: Row, labels: Sequence[str], *, is_compared: bool, is_planned: bool
) -> tuple[list[Row], list[Row]]:
    """The statement as a file: every line of the page with its exact figures, under the headings of the page."""
    currency = next((line.get("currency") for line in lines), None)
    columns: list[Row] = [{"name": "line", "label": t("money.income_statement")}]
    columns += [
        {"name": label, "label": label, "currency": None if is_compared and place == _SHARE else currency}
        for place, label in enumerate(labels)
    ]
    rows: list[Row] = []
    for line in lines:
        figures = income_figures(line, totals, is_compared=is_compared, is_planned=is_planned)
        rows.append({"line": line["label"], **dict(zip(labels, figures, strict=True))})
    return rows, columns


def income_figures(line: Row, totals: Row, *, is_compared: bool, is_planned: bool) -> list[Any]:
    """A line's figures: of the period, beside the comparison with the change and its share, beside the budget."""
    name = str(line["name"])
    found = [totals.get(name)]
    if is_compared:
        found += [totals.get(f"{name}_{suffix}") for suffix in ("previous", "change", "change_share")]
    if is_planned:
        planned = totals.get(f"{name}_budget")
        found += [planned, _sum(totals.get(name), _negative(planned))]
    return found


def _income_line(column: Row, totals: Row, scope: Scope, *, is_compared: bool, is_planned: bool) -> str:
    name, formats = str(column["name"]), _plain(scope)
    figures = income_figures(column, totals, is_compared=is_compared, is_planned=is_planned)
    cells = [
        formats.share(value, signed=True) if is_compared and place == _SHARE else formats.figure(value, column)
        for place, value in enumerate(figures)
    ]
    label = figure_link(name, str(column["label"]), scope)
    return _line(label, cells, style="sum" if name in _RESULTS else "", is_html=True)


_RESULTS = ("gross_margin", "operating_profit", "net_profit")


def _bridge(totals: Row, lines: Sequence[Row], scope: Scope) -> None:
    """From revenue to profit in one picture."""
    known = {str(column["name"]): column for column in lines if totals.get(column["name"]) is not None}
    if all(name in known for name in _BRIDGE_NEEDS):
        with st.container(border=True):
            st.subheader(t("money.bridge"), anchor=False)
            bridge_chart(totals, [known[name] for name in _BRIDGE if name in known], scope)


_BRIDGE_NEEDS = ("net_revenue", "cogs", "operating_expenses", "operating_profit")
_BRIDGE = (
    *_BRIDGE_NEEDS[:2],
    "other_operating_income",
    "other_cost_of_sales",
    "operating_expenses",
    "other_operating",
    "operating_profit",
)


def _negative(value: Any) -> Any:
    number = number_of(value)
    return None if number is None else -number


def trial_balance(scope: Scope) -> None:
    """Opening, debits, credits and closing of every account."""
    period = scope.period
    found = _read("trial-balance", scope, start=period.start.isoformat(), end=period.end.isoformat())
    if found is None:
        return
    _state(found, t("money.balances"), t("money.does_not_balance"), scope, key="trial_balance")
    names = ("opening", "debit_amount", "credit_amount", "closing")
    formats = _plain(scope)
    rows = [
        _line(_account(row, scope), [formats.money(row[name]) for name in names], is_html=True) for row in found["rows"]
    ]
    rows.append(_line(t("table.total"), [formats.money(found["totals"][name]) for name in names], style="sum"))
    _paper([t(f"money.{name}") for name in names], "".join(rows), scope)


def cash_flow(scope: Scope) -> None:
    """From the profit to the change of cash, by section, and from there to what the bank and cash accounts hold."""
    period = scope.period
    found = _read("cash-flow", scope, start=period.start.isoformat(), end=period.end.isoformat())
    if found is None:
        return
    _state(found, t("money.cash_ties"), t("money.cash_does_not_tie"), scope, key="cash_flow")
    for each in found["errors"]:
        account = f"{each['account_code'] or ''} {each['account'] or ''}".strip()
        st.warning(
            t(f"money.{each['code']}", account=account, amount=scope.formats.money(each["amount"])),
            icon=":material/rule:",
        )
    _paper([t("money.this_period")], "".join(_flows(found, scope)), scope)


def _flows(found: Mapping[str, Any], scope: Scope) -> Iterable[str]:
    formats, totals = _plain(scope), found["totals"]
    for section, rows in groupby(found["rows"], key=lambda row: row["section"]):
        yield _line(t(f"money.{section}"), [""], style="section")
        for row in rows:
            label = escape(t("money.net_profit")) if row["account_code"] is None else _account(row, scope)
            yield _line(label, [formats.money(row["amount"])], is_html=True)
        yield _line(t(f"money.total_{section}"), [formats.money(totals[section])], style="sum")
    for name in ("change_of_cash", "opening_cash", "closing_cash"):
        yield _line(t(f"money.{name}"), [formats.money(totals[name])], style="" if name == "opening_cash" else "sum")


def _read(kind: str, scope: Scope, **parameters: str | None) -> Mapping[str, Any] | None:
    given = {name: value for name, value in parameters.items() if value is not None}
    if scope.company and scope.company.code and len(scope.companies) > 1:
        given["company"] = scope.company.name
    with st.skeleton(height=420):
        try:
            found: Mapping[str, Any] = reader().get(f"/api/metrics/statements/{kind}", **given)
        except Problem as problem:
            show_problem(problem, what=t(f"money.{kind.replace('-', '_')}"))
            return None
    if not found["rows"]:
        nothing_here(scope)
        return None
    return found


def _state(  # what is said, of what, and the file of it
    found: Mapping[str, Any],
    good: str,
    bad: str,
    scope: Scope,
    *,
    key: str,
    file: tuple[Sequence[Row], Sequence[Row]] | None = None,
) -> None:
    rows, columns = file or (found["rows"], found["columns"])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if found["is_balanced"]:
            st.badge(good, icon=":material/check_circle:", color="green")
        else:
            st.badge(bad, icon=":material/error:", color="red")
        if found["evidence"].get("left_out"):
            st.badge(t("receipt.left_out"), icon=":material/visibility_off:", color="orange")
        if found["evidence"].get("restated"):
            st.badge(t("statements.restated"), icon=":material/history:", color="orange")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            st.download_button(
                t("table.download"),
                lambda: csv_of(rows, columns),
                file_name=f"{key}.csv",
                mime="text/csv",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"download_{key}",
            )
            receipt_popover(_as_answer(found), scope, name=t(f"money.{key}"), key=key)


def _as_answer(found: Mapping[str, Any]) -> Answer:
    metrics = [each["name"] for each in found["evidence"].get("definitions", ())]
    return answer_of(found, {"metrics": metrics[:1]})


def _plain(scope: Scope) -> Formats:
    """Amounts without their currency, which stands once, at the head of the statement."""
    return replace(scope.formats, currency=None)


def _account(row: Row, scope: Scope) -> str:
    code = row.get("account_code")
    label = account_link(row, str(row.get("account") or t("table.blank")), scope)
    return f"<span class='code'>{escape(str(code))}</span> {label}" if code else label


def _line(label: str, cells: Sequence[str], *, style: str = "", is_html: bool = False) -> str:
    first = label if is_html else escape(label)
    marked = f" class='{style}'" if style else ""
    return f"<tr{marked}><td>{first}</td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _paper(labels: Sequence[str], body: str, scope: Scope) -> None:
    unit = scope.formats.currency or ""
    head = "".join(f"<th scope='col'>{escape(label)}</th>" for label in (unit, *labels))
    table = f"<table class='figures'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    st.html(f"<div class='figures-box' style='--paper:{ink_now().paper}'>{table}</div>")
