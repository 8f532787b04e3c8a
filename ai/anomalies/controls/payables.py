"""Suppliers' invoices: billed twice, written differently, or by somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

import polars as pl
from rapidfuzz.distance import DamerauLevenshtein

from ai.anomalies.controls.model import Books, Control, Row, bill, control, money
from ai.anomalies.model import Hit, Words

_DUPLICATE_DAYS = 120
RECURRING_MIN = 3
"""An amount billed more often than that comes regularly."""
_NOISE = re.compile(r"[^A-Z0-9]")
_DIGITS = re.compile(r"\d+")


@control(
    "duplicate_invoice",
    en="The same supplier's number twice, written differently, with the same amount",
    zh="同一供应商、同一金额的发票号以不同写法出现两次",
    standard="ISA 240.A5; AS 2401.A1: duplicate payments",
    weight=0.95,
)
def duplicate_invoice(books: Books, own: Control) -> Iterator[Hit]:
    """Bills whose numbers are one when spaces, dashes and leading zeros are taken away."""
    for first, second in _pairs(books):
        if _plain(first["external_number"]) == _plain(second["external_number"]) != "":
            yield _twice(own, first, second, 1.0)


@control(
    "near_duplicate_invoice",
    en="The same supplier and amount twice, the numbers differing by a slip of the pen",
    zh="同一供应商同一金额出现两次，发票号仅有笔误之差",
    standard="ISA 240.A5; AS 2401.A1: duplicate payments",
    weight=0.9,
)
def near_duplicate_invoice(books: Books, own: Control) -> Iterator[Hit]:
    """Bills whose numbers differ by one exchanged, missing or mistyped character, but do not follow one another."""
    for first, second in _pairs(books):
        one, other = _plain(first["external_number"]), _plain(second["external_number"])
        if one == other or min(len(one), len(other)) < 3 or _follow(one, other):  # noqa: PLR2004
            continue
        if DamerauLevenshtein.distance(one, other) == 1:
            score = 0.95 if sorted(one) == sorted(other) else 0.85
            # Each with an order of its own: the goods came twice, and a third look is the three-way match's.
            yield _twice(own, first, second, 0.5 * score if _has_own_order(first, second) else score)


@control(
    "transposed_amount",
    en="Two bills of one supplier whose amounts differ by two exchanged digits",
    zh="同一供应商两张发票的金额仅有两位数字对调",
    standard="ISA 240.A5; AS 2401.A1: errors in amounts",
    weight=0.85,
)
def transposed_amount(books: Books, own: Control) -> Iterator[Hit]:
    """Bills of one number or one order, close in time, with two neighbouring digits of the amount exchanged."""
    rows = invoices(books).sort("supplier_id", "invoiced_on")
    for group in rows.partition_by("supplier_id"):
        for first, second in near(group, days=30):
            if _exchanged(first["amount"], second["amount"]) and _same_number(first, second):
                difference = abs(first["amount"] - second["amount"])
                reason = Words(
                    f"{first['supplier']} billed {money(first['amount'])} ({first['number']}) and"
                    f" {money(second['amount'])} ({second['number']}): two digits are exchanged.",
                    f"{first['supplier']} 的发票 {first['number']} 为 {money(first['amount'])}，{second['number']} 为"
                    f" {money(second['amount'])}：两位数字对调。",
                )
                risk = max(difference, min(first["amount"], second["amount"]))
                yield own.hit(
                    second["invoiced_on"],
                    reason,
                    [bill(first), bill(second)],
                    subject=first["supplier_id"],
                    risk=risk,
                    observed=second["amount"],
                    low=first["amount"],
                    high=first["amount"],
                )


@control(
    "same_invoice_two_suppliers",
    en="One number and amount billed by two suppliers",
    zh="两家供应商以相同号码和金额开票",
    standard="ISA 240.A5; AS 2401.A1: fictitious vendors",
    weight=0.75,
)
def same_invoice_two_suppliers(books: Books, own: Control) -> Iterator[Hit]:
    """Bills of different suppliers with the same number and amount within two months."""
    rows = invoices(books).filter(pl.col("external_number").str.len_chars() >= 4)  # noqa: PLR2004
    rows = rows.with_columns(plain=pl.col("external_number").map_elements(_plain, return_dtype=pl.String))
    for group in rows.group_by("plain", "amount", maintain_order=True).agg(pl.len()).filter(pl.col("len") > 1).rows():
        same = rows.filter((pl.col("plain") == group[0]) & (pl.col("amount") == group[1])).to_dicts()
        for first, second in combinations(same, 2):
            if first["supplier_id"] == second["supplier_id"]:
                continue
            reason = Words(
                f"{first['supplier']} and {second['supplier']} both billed {money(first['amount'])} under number"
                f" {first['external_number']}.",
                f"{first['supplier']} 与 {second['supplier']} 均以号码 {first['external_number']} 开出"
                f" {money(first['amount'])} 的发票。",
            )
            documents = [bill(first), bill(second)]
            yield own.hit(second["invoiced_on"], reason, documents, subject=second["supplier_id"], risk=first["amount"])


@control(
    "dormant_supplier",
    en="A bill from a supplier not heard of for a year",
    zh="沉寂一年的供应商重新开票",
    standard="ISA 240.A5; AS 2401.A1: dormant vendors",
    weight=0.55,
)
def dormant_supplier(books: Books, own: Control) -> Iterator[Hit]:
    """Bills after a pause of more than a year, without an order."""
    rows = invoices(books).sort("supplier_id", "invoiced_on", "number")
    rows = rows.with_columns(before=pl.col("invoiced_on").shift(1).over("supplier_id"))
    rows = rows.filter(pl.col("is_without_order") & (pl.col("invoiced_on") - pl.col("before") > pl.duration(days=365)))
    for row in rows.to_dicts():
        reason = Words(
            f"{row['supplier']} billed {money(row['amount'])} ({row['number']}) after a pause since {row['before']}.",
            f"{row['supplier']} 自 {row['before']} 起沉寂后开票 {row['number']}，金额 {money(row['amount'])}。",
        )
        yield own.hit(row["invoiced_on"], reason, [bill(row)], subject=row["supplier_id"], risk=row["amount"])


def invoices(books: Books) -> pl.DataFrame:
    """What suppliers billed, credit notes left out."""
    return books["bills"].filter((pl.col("document_type") == "purchase_invoice") & (pl.col("amount") > 0))


def _pairs(books: Books) -> Iterator[tuple[Row, Row]]:
    """Bills of one supplier and amount within a few months; an amount that comes every month is no sign."""
    rows = invoices(books).filter(pl.col("external_number").is_not_null())
    rows = rows.with_columns(times=pl.len().over("supplier_id", "amount")).filter(pl.col("times") > 1)
    for group in rows.sort("invoiced_on", "number").partition_by("supplier_id", "amount", maintain_order=True):
        is_regular = group["times"][0] > RECURRING_MIN
        yield from near(group, days=10 if is_regular else _DUPLICATE_DAYS)


def near(group: pl.DataFrame, *, days: int, on: str = "invoiced_on") -> Iterable[tuple[Row, Row]]:
    """Pairs of rows not more than so many days apart."""
    rows = group.sort(on).to_dicts()
    for place, first in enumerate(rows):
        for second in rows[place + 1 :]:
            if (second[on] - first[on]).days > days:
                break
            yield first, second


def _plain(number: str | None) -> str:
    """A number without what people write differently."""
    text = _NOISE.sub("", (number or "").upper())
    return _DIGITS.sub(lambda found: str(int(found[0])), text)


def _follow(one: str, other: str) -> bool:
    """Whether two numbers are neighbours of one series, as bills of a regular supplier are."""
    ends = [re.search(r"\d+$", each) for each in (one, other)]
    if not all(ends):
        return False
    heads = [each[: found.start()] for each, found in zip((one, other), ends, strict=True) if found]
    tails = [int(found[0]) for found in ends if found]
    return heads[0] == heads[1] and abs(tails[0] - tails[1]) <= 3  # noqa: PLR2004  # a few bills later


def _exchanged(one: float, other: float) -> bool:
    """Whether two amounts are one with two neighbouring digits exchanged."""
    first, second = f"{one:.2f}", f"{other:.2f}"
    if len(first) != len(second) or first == second:
        return False
    places = [place for place in range(len(first)) if first[place] != second[place]]
    digits = [place for place in places if first[place] != "."]
    return (
        len(places) == 2  # noqa: PLR2004
        and len(digits) == 2  # noqa: PLR2004
        and places[1] - places[0] <= 2  # noqa: PLR2004  # with the point between them
        and first[places[0]] == second[places[1]]
        and first[places[1]] == second[places[0]]
    )


def _same_number(first: Row, second: Row) -> bool:
    one, other = _plain(first["external_number"]), _plain(second["external_number"])
    if one and other:
        return DamerauLevenshtein.distance(one, other) <= 1
    return first["order_id"] is not None and first["order_id"] == second["order_id"]


def _has_own_order(first: Row, second: Row) -> bool:
    orders = {first["order_id"], second["order_id"]}
    return None not in orders and len(orders) == 2  # noqa: PLR2004  # one each


def _twice(own: Control, first: Row, second: Row, score: float) -> Hit:
    days = (second["invoiced_on"] - first["invoiced_on"]).days
    reason = Words(
        f"{first['supplier']} billed {money(first['amount'])} as {first['external_number']} ({first['number']}) and as"
        f" {second['external_number']} ({second['number']}), {days} days apart.",
        f"{first['supplier']} 以 {first['external_number']}（{first['number']}）和 {second['external_number']}"
        f"（{second['number']}）两次开出 {money(first['amount'])}，相隔 {days} 天。",
    )
    return own.hit(
        second["invoiced_on"],
        reason,
        [bill(first), bill(second)],
        subject=first["supplier_id"],
        risk=second["amount"],
        score=score,
    )
