"""Whether amounts begin with the digits that amounts begin with, where there are enough of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ai.anomalies.controls.model import Books, Control, bill, control, money
from ai.anomalies.model import Hit, Words

RECORDS_MIN = 300
DEVIATION_MAX = 0.015
"""Mean absolute deviation of first digits from which Nigrini 2012 speaks of nonconformity."""
_EXCESS_MIN = 4.0


@control(
    "benford",
    en="First digits of a supplier's amounts that do not follow Benford's law",
    zh="供应商金额首位数字不符合本福特定律",
    standard="ISA 520.5; Nigrini 2012, first digits",
    weight=0.55,
)
def benford(books: Books, own: Control) -> Iterator[Hit]:
    """Suppliers with records enough whose amounts begin with one digit far too often, and spread over two decades."""
    rows = books["bills"].filter((pl.col("document_type") == "purchase_invoice") & (pl.col("amount") >= 1))
    expected = np.log10(1 + 1 / np.arange(1, 10))
    for group in rows.partition_by("supplier_id"):
        amounts = group["amount"].to_numpy()
        if group.height < RECORDS_MIN or np.quantile(amounts, 0.95) < 20 * np.quantile(amounts, 0.05):
            continue
        first = (amounts / 10 ** np.floor(np.log10(amounts))).astype(int).clip(1, 9)
        shares = np.bincount(first, minlength=10)[1:] / group.height
        deviation = float(np.abs(shares - expected).mean())
        digit = int(np.argmax((shares - expected) / np.sqrt(expected * (1 - expected) / group.height))) + 1
        excess = (shares[digit - 1] - expected[digit - 1]) * np.sqrt(group.height)
        if deviation <= DEVIATION_MAX or excess < _EXCESS_MIN * np.sqrt(
            expected[digit - 1] * (1 - expected[digit - 1])
        ):
            continue
        told = group.filter(pl.Series(first == digit)).sort("amount", descending=True)
        name, risk = told["supplier"][0], float(told["amount"].sum())
        reason = Words(
            f"{shares[digit - 1]:.0%} of {group.height} amounts of {name} begin with {digit};"
            f" {expected[digit - 1]:.0%} is expected. They come to {money(risk)}.",
            f"{name} 的 {group.height} 笔金额中 {shares[digit - 1]:.0%} 以 {digit} 开头，"
            f"预期为 {expected[digit - 1]:.0%}，"
            f"合计 {money(risk)}。",
        )
        documents = [bill(row) for row in told.head(20).to_dicts()]
        on = told["invoiced_on"].max()
        yield own.hit(on, reason, documents, subject=told["supplier_id"][0], risk=risk, score=1.0)  # type: ignore[arg-type]
