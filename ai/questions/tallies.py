"""How many documents, said by measure words: 付款有几笔 counts payments, whatever they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import meant
from ai.questions.plans import Planned
from ai.questions.said import Reading

COUNTS: Mapping[str, str] = {
    "payments_received": "customer_payment_count",
    "payments_made": "supplier_payment_count",
    "receipt_value": "goods_receipt_count",
    "arrived_quantity": "goods_receipt_count",
    "stock_receipts_quantity": "goods_receipt_count",
    "delivered_quantity": "delivery_count",
    "returned_quantity": "sales_return_count",
    "net_revenue": "sales_invoice_count",
    "purchase_spend": "purchase_invoice_count",
    "confirmed_order_value": "order_count",
    "purchase_order_value": "purchase_order_count",
    "credited_amount": "sales_credit_note_count",
    "stock_adjustments": "stock_adjustment_count",
}
"""What documents come to, with how many of them there are."""
HOW_MANY = frozenset({"几", "少"})
MEASURES = frozenset("笔张次单份")
"""Measure words of documents and of deeds, of neither money nor pieces."""


def settle_tallies(reading: Reading, lexicon: Lexicon) -> None:
    """Documents behind which a measure word asks how many there are."""
    if not _is_tally(reading) or any(each.is_counted for each in reading.metrics):
        return
    for at, mention in enumerate(reading.metrics):
        count = COUNTS.get(mention.meanings[0].name)
        if count in lexicon.metrics:
            counted = meant(str(count), lexicon, is_counted=True)
            reading.metrics[at] = replace(counted, word=mention.word, start=mention.start)


def told_as_amounts(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """The measure words of a question that is told as money or pieces alone."""
    is_number = planned.derive is not None or any(
        lexicon.metrics[name]["unit"] in {"count", "number", "days"} for name in planned.query.metrics
    )
    is_document = any(name.endswith("_number") for name in planned.query.group_by)
    return [] if is_number or is_document or not _is_tally(reading) else [_tally(reading)]


def _is_tally(reading: Reading) -> bool:
    return bool(_tally(reading))


def _tally(reading: Reading) -> str:
    """How many and its measure word, as they stand in the question."""
    return next(
        (f"{one}{other}" for one, other in pairwise(reading.words) if one in HOW_MANY and other in MEASURES), ""
    )
