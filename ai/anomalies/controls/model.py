"""What a control point is, and the frames it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from ai.anomalies.model import CURRENCY, Document, Hit, Words

Row = Mapping[str, Any]
TEXT, DAY, INSTANT, NUMBER, FLAG = pl.String, pl.Date, pl.Datetime("us", "UTC"), pl.Float64, pl.Boolean

SHAPES: Mapping[str, Mapping[str, Any]] = {
    "bills": {
        "invoice_id": TEXT, "number": TEXT, "external_number": TEXT, "supplier_id": TEXT, "supplier": TEXT,
        "document_type": TEXT, "invoiced_on": DAY, "recorded_at": INSTANT, "created_by": TEXT, "amount": NUMBER,
        "order_id": TEXT, "order_number": TEXT, "is_without_order": FLAG,
    },
    "bill_lines": {
        "invoice_id": TEXT, "number": TEXT, "document_type": TEXT, "supplier_id": TEXT, "supplier": TEXT,
        "item_id": TEXT, "item": TEXT, "order_id": TEXT, "order_line_id": TEXT, "invoiced_on": DAY,
        "quantity": NUMBER, "amount": NUMBER, "ordered_amount": NUMBER, "price_variance_amount": NUMBER,
    },
    "order_lines": {
        "order_id": TEXT, "number": TEXT, "order_line_id": TEXT, "supplier_id": TEXT, "supplier": TEXT,
        "buyer_id": TEXT, "ordered_on": DAY, "item_id": TEXT, "item": TEXT, "quantity": NUMBER,
        "received_quantity": NUMBER, "amount": NUMBER,
    },
    "sale_lines": {
        "invoice_id": TEXT, "number": TEXT, "document_type": TEXT, "corrected_invoice_id": TEXT,
        "customer_id": TEXT, "customer": TEXT, "item_id": TEXT, "item": TEXT, "invoiced_on": DAY,
        "quantity": NUMBER, "amount": NUMBER, "gross_amount": NUMBER, "discount_amount": NUMBER, "cost_amount": NUMBER,
    },
    "entry_lines": {
        "entry_id": TEXT, "number": TEXT, "journal": TEXT, "posted_on": DAY, "recorded_at": INSTANT,
        "created_by": TEXT, "document_type": TEXT, "document_id": TEXT, "document_number": TEXT, "reverses_id": TEXT,
        "description": TEXT, "account_code": TEXT, "account": TEXT, "is_control": FLAG, "is_revenue": FLAG,
        "amount": NUMBER,
    },
    "payments": {
        "payment_id": TEXT, "number": TEXT, "supplier_id": TEXT, "supplier": TEXT, "paid_on": DAY,
        "recorded_at": INSTANT, "created_by": TEXT, "approved_by": TEXT, "amount": NUMBER,
    },
    "paid_bills": {
        "payment_id": TEXT, "invoice_id": TEXT, "paid_on": DAY, "due_on": DAY, "amount": NUMBER,
    },
    "bank_accounts": {
        "bank_account_id": TEXT, "supplier_id": TEXT, "supplier": TEXT, "same_account_id": TEXT, "state": TEXT,
        "proposed_by": TEXT, "approved_by": TEXT, "proposed_at": INSTANT, "approved_at": INSTANT,
    },
    "moves": {
        "move_id": TEXT, "move_kind": TEXT, "document_type": TEXT, "document_id": TEXT, "document_number": TEXT,
        "item_id": TEXT, "item": TEXT, "warehouse_id": TEXT, "moved_on": DAY, "quantity": NUMBER, "value": NUMBER,
    },
}  # fmt: skip
"""Grain: bills, payments, bank_accounts one row each; the others one a line. Amounts in company currency."""


@dataclass(frozen=True)
class Settings:
    """What is normal for a company by its own word.  Units: amounts in company currency, hours in UTC."""

    approval_limit: float = 10_000.0
    day_starts_hour: int = 6
    day_ends_hour: int = 22
    bulk_rows_min: int = 20
    """Documents written at one instant by one hand came from a file or a migration: their time of day says nothing."""


@dataclass(frozen=True)
class Books:
    """The frames of one tenant; what is missing is empty."""

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """A frame with all its columns."""
        found = self.frames.get(name)
        shape = SHAPES[name]
        if found is None:
            return pl.DataFrame(schema=dict(shape))
        missing = [pl.lit(None, dtype=kind).alias(column) for column, kind in shape.items() if column not in found]
        return found.with_columns(missing) if missing else found


Test = Callable[[Books], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Control:
    """A control point: its name, what it tests with the paragraph it comes from, and how much it weighs alone."""

    name: str
    tests: Words
    standard: str
    weight: float
    run: Callable[[Books, Control], Iterable[Hit]]

    def hit(  # noqa: PLR0913  # a hit is made of these
        self,
        on: date,
        reason: Words,
        documents: Iterable[Document],
        *,
        subject: str,
        risk: float = 0.0,
        score: float = 1.0,
        observed: float | None = None,
        low: float | None = None,
        high: float | None = None,
    ) -> Hit:
        """A hit of this control."""
        found = tuple({document.id: document for document in documents}.values())
        return Hit(
            self.name, self.standard, on, max(0.0, min(1.0, score)), self.weight, abs(risk), subject[:200], reason,
            found, observed=observed, low=low, high=high,
        )  # fmt: skip


CONTROLS: dict[str, Control] = {}
"""Every control point by name, in the order of declaration."""


def control(
    name: str, *, en: str, zh: str, standard: str, weight: float
) -> Callable[[Callable[[Books, Control], Iterable[Hit]]], Callable[[Books, Control], Iterable[Hit]]]:
    """Declares the function below as the test of a control point."""

    def declared(run: Callable[[Books, Control], Iterable[Hit]]) -> Callable[[Books, Control], Iterable[Hit]]:
        CONTROLS[name] = Control(name, Words(en, zh), standard, weight, run)
        return run

    return declared


def bill(row: Row) -> Document:
    """A supplier's invoice."""
    return Document(row.get("document_type") or "purchase_invoice", row["invoice_id"], row["number"] or "")


def sale(row: Row) -> Document:
    """A sales invoice."""
    return Document(row.get("document_type") or "sales_invoice", row["invoice_id"], row["number"] or "")


def order(row: Row) -> Document:
    """A purchase order."""
    return Document("purchase_order", row["order_id"], row["number"] or "")


def payment(row: Row) -> Document:
    """A payment to a supplier."""
    return Document("supplier_payment", row["payment_id"], row["number"] or "")


def entry(row: Row) -> Document:
    """A journal entry, by the document it came from where that has a number."""
    if row.get("document_number"):
        return Document(row["document_type"] or "manual_entry", row["document_id"], row["document_number"])
    return Document("journal_entry", row["entry_id"], row["number"] or "")


def money(amount: float | None) -> str:
    """An amount for a sentence."""
    return f"{amount or 0.0:,.2f} {CURRENCY}"


def robust(values: pl.Expr, by: str | list[str]) -> tuple[pl.Expr, pl.Expr]:
    """Median and robust deviation of an expression within groups."""
    centre = values.median().over(by)
    return centre, 1.4826 * (values - centre).abs().median().over(by)


def weighted_median(value: str, weight: str, by: str) -> pl.Expr:
    """The median of a column by weight within groups; the rows are sorted by group and value."""
    half = pl.col(weight).cum_sum() >= pl.col(weight).sum() / 2
    return pl.col(value).filter(half).first().over(by)


def in_bulk(frame: pl.DataFrame, books: Books) -> pl.Expr:
    """Whether a row was written together with many others."""
    return pl.len().over("recorded_at", "created_by") >= books.settings.bulk_rows_min if frame.height else pl.lit(False)
