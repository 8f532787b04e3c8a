"""The documents of a made-up company over two years: what control points should let pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
from numpy.random import Generator

from ai.anomalies.controls.model import SHAPES, Books, Settings

START = date(2024, 1, 1)
DAYS = 730
SUPPLIERS = 12
ITEMS = 30
PEOPLE = ("ann", "bob", "cem")
_PAIRS = (("6200", "2310"), ("6320", "2310"), ("6800", "1500"), ("6100", "2300"), ("2310", "6200"))
Row = dict[str, Any]


@dataclass
class Ledgers:
    """Rows of every frame while they are written."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in SHAPES})
    count: int = 0

    def number(self, start: str) -> str:
        """The next id or number."""
        self.count += 1
        return f"{start}-{self.count:05d}"

    def books(self, settings: Settings | None = None) -> Books:
        """The frames."""
        frames = {name: pl.DataFrame(rows, schema=dict(SHAPES[name]), orient="row") for name, rows in self.rows.items()}
        return Books(frames, settings or Settings())


def instant(day: date, hour: float) -> datetime:
    """An instant of a day."""
    return datetime.combine(day, time(int(hour), int(hour % 1 * 60)), UTC)


def workday(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def company(random: Generator) -> Ledgers:
    """Two years of ordinary documents."""
    made = Ledgers()
    costs = random.lognormal(3.5, 0.7, ITEMS)
    _stock(made, costs)
    for week in range(DAYS // 7):
        monday = START + timedelta(days=7 * week)
        for _ in range(int(random.integers(5, 10))):
            buy(made, random, workday(monday + timedelta(days=int(random.integers(0, 5)))), costs)
        for _ in range(int(random.integers(30, 50))):
            sell(made, random, monday + timedelta(days=int(random.integers(0, 6))), costs)
        if random.random() < 0.7:  # noqa: PLR2004  # most weeks
            rent(made, random, workday(monday + timedelta(days=2)))
    for month in range(24):
        month_end(made, random, month)
    for supplier in range(SUPPLIERS):
        bank_account(made, f"s{supplier}", START, proposed_by="ann", approved_by="bob")
    return made


def supplier_of(supplier_id: str) -> Row:
    """How a supplier is called."""
    return {"supplier_id": supplier_id, "supplier": f"Supplier {supplier_id[1:]}"}


def _stock(made: Ledgers, costs: Any) -> None:
    for item, cost in enumerate(costs):
        move(made, item, START, 20_000.0, float(cost), kind="opening")


def move(made: Ledgers, item: int, day: date, quantity: float, cost: float, *, kind: str) -> str:
    """The document of a stock move."""
    key = made.number("m")
    made.rows["moves"].append(
        {
            "move_id": key, "move_kind": kind, "document_type": f"stock_{kind}", "document_id": key,
            "document_number": key, "item_id": f"i{item}", "item": f"Item {item}", "warehouse_id": "w", "moved_on": day,
            "quantity": quantity, "value": quantity * cost,
        }
    )  # fmt: skip
    return key


def purchase_order(
    made: Ledgers,
    random: Generator,
    day: date,
    item: int,
    quantity: float,
    price: float,
) -> Row:
    """One order of one line."""
    key = made.number("po")
    row = {
        "order_id": key, "number": key.upper(), "order_line_id": f"{key}/1",
        **supplier_of(f"s{item % SUPPLIERS}"), "buyer_id": str(random.choice(PEOPLE)), "ordered_on": day,
        "item_id": f"i{item}", "item": f"Item {item}", "quantity": quantity, "received_quantity": quantity,
        "amount": round(quantity * price, 2),
    }  # fmt: skip
    made.rows["order_lines"].append(row)
    return row


def bill_of(made: Ledgers, random: Generator, order: Row, day: date, **changed: Any) -> Row:
    """The invoice for an order, billed as ordered unless told otherwise."""
    given = {**order, **changed}
    amount, quantity = float(given["amount"]), float(given["quantity"])
    made.rows["bill_lines"].append(
        {
            "invoice_id": f"pi-{made.count + 1:05d}", "number": f"PI-{made.count + 1:05d}",
            "document_type": "purchase_invoice", **_of(order, "supplier_id", "supplier", "item_id", "item"),
            "order_id": order["order_id"], "order_line_id": order["order_line_id"], "invoiced_on": day,
            "quantity": quantity, "amount": amount, "ordered_amount": order["amount"],
            "price_variance_amount": amount - quantity * order["amount"] / order["quantity"],
        }
    )  # fmt: skip
    return bill(made, random, order["supplier_id"], day, amount, order=order)


def bill(made: Ledgers, random: Generator, supplier: str, day: date, amount: float, **given: Any) -> Row:
    """A supplier's invoice, with the supplier's own number; `number`, `order` may be given."""
    key, order = made.number("pi"), given.get("order")
    row = {
        "invoice_id": key, "number": key.upper(),
        "external_number": given.get("number") or f"{supplier.upper()}-{random.integers(10_000, 99_999)}",
        **supplier_of(supplier), "document_type": "purchase_invoice", "invoiced_on": day,
        "recorded_at": instant(day, 9 + random.random() * 7), "created_by": str(random.choice(PEOPLE)),
        "amount": round(float(amount), 2), "order_id": order["order_id"] if order else None,
        "order_number": order["number"] if order else None, "is_without_order": order is None,
    }  # fmt: skip
    made.rows["bills"].append(row)
    return row


def pay(made: Ledgers, random: Generator, billed: Row, day: date, **changed: Any) -> Row:
    """The payment of an invoice, prepared by one and approved by another."""
    key, preparer = made.number("pay"), str(random.choice(PEOPLE[:2]))
    row = {
        "payment_id": key, "number": key.upper(), **_of(billed, "supplier_id", "supplier"), "paid_on": day,
        "recorded_at": instant(day, 11 + random.random() * 4), "created_by": preparer, "approved_by": "cem",
        "amount": billed["amount"], **changed,
    }  # fmt: skip
    made.rows["payments"].append(row)
    if not changed.get("is_unsettled"):
        due = billed["invoiced_on"] + timedelta(days=30)
        made.rows["paid_bills"].append(
            {"payment_id": key, "invoice_id": billed["invoice_id"], "paid_on": day, "due_on": due,
             "amount": billed["amount"]}
        )  # fmt: skip
    row.pop("is_unsettled", None)
    return row


def buy(made: Ledgers, random: Generator, day: date, costs: Any) -> None:
    """Ordered, received, billed and paid."""
    item = int(random.integers(0, ITEMS))
    price = float(costs[item]) * random.uniform(0.95, 1.05)
    order = purchase_order(made, random, day, item, float(random.integers(5, 60)), price)
    move(made, item, day + timedelta(days=5), order["quantity"], price, kind="receipt")
    billed = bill_of(made, random, order, day + timedelta(days=7 + int(random.integers(0, 5))))
    pay(made, random, billed, workday(billed["invoiced_on"] + timedelta(days=int(random.integers(20, 35)))))


def rent(made: Ledgers, random: Generator, day: date) -> None:
    """Bills without an order: the same every time from one, differing from others."""
    place = int(random.integers(0, 4))
    amount = 1_200.0 if place == 0 else round(random.lognormal(6, 0.6), 2)
    billed = bill(made, random, f"s{SUPPLIERS + place}", day, amount)
    pay(made, random, billed, day + timedelta(days=14 + int(random.integers(0, 6))))


def sell(made: Ledgers, random: Generator, day: date, costs: Any, **changed: Any) -> Row:
    """One invoice of one line, delivered from stock."""
    item, key = int(random.integers(0, ITEMS)), made.number("si")
    cost, quantity = float(costs[item]), float(max(1, round(random.lognormal(1.6, 0.6))))
    quantity = changed.pop("quantity", quantity)
    gross = quantity * cost * 1.8 * random.uniform(0.97, 1.03)
    discount = gross * float(random.choice([0, 0, 0.02, 0.05, 0.1]))
    row = {
        "invoice_id": key, "number": key.upper(), "document_type": "sales_invoice", "corrected_invoice_id": None,
        "customer_id": f"c{int(random.integers(0, 60))}", "customer": "Customer", "item_id": f"i{item}",
        "item": f"Item {item}", "invoiced_on": day, "quantity": quantity, "amount": round(gross - discount, 2),
        "gross_amount": round(gross, 2), "discount_amount": round(discount, 2),
        "cost_amount": round(quantity * cost, 2), **changed,
    }  # fmt: skip
    made.rows["sale_lines"].append(row)
    move(made, item, day, -quantity, cost, kind="delivery")
    return row


def month_end(made: Ledgers, random: Generator, month: int) -> None:
    """Accruals and corrections by hand, the same accounts every month, some of them in the last days."""
    first = date(START.year + month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    for place, pair in enumerate(_PAIRS):
        day = workday(last if place < 2 else first + timedelta(days=int(random.integers(5, 25))))  # noqa: PLR2004
        entry(made, random, day, round(random.lognormal(7.2, 0.7), 2), *pair)
    if random.random() < 0.5:  # noqa: PLR2004  # every other month
        adjusted = made.rows["moves"][int(random.integers(0, ITEMS))]
        item = int(adjusted["item_id"][1:])
        move(made, item, workday(last), -float(random.integers(1, 4)), adjusted["value"] / adjusted["quantity"],
             kind="adjustment")  # fmt: skip


def entry(made: Ledgers, random: Generator, day: date, amount: float, debit: str, credit: str, **changed: Any) -> Row:
    """A manual entry of two lines, written in the morning by one who often does."""
    made.count += 1
    place = sum(1 for line in made.rows["entry_lines"] if line["amount"] > 0) + 1
    shared = {
        "entry_id": f"je{place}", "number": f"general/{place}", "journal": "general", "posted_on": day,
        "recorded_at": instant(day, 9 + random.random() * 7), "created_by": str(random.choice(PEOPLE[:2])),
        "document_type": "manual_entry", "document_id": f"me{place}", "document_number": f"JE-{place:05d}",
        "reverses_id": None, "description": "Accrual of the month", **changed,
    }  # fmt: skip
    for account, signed in ((debit, amount), (credit, -amount)):
        made.rows["entry_lines"].append(
            {**shared, "account_code": account, "account": account, "is_control": account in {"1200", "2100"},
             "is_revenue": account.startswith("4"), "amount": signed}
        )  # fmt: skip
    return made.rows["entry_lines"][-1]


def bank_account(made: Ledgers, supplier: str, day: date, **given: Any) -> Row:
    """Where a supplier is paid."""
    key = made.number("ba")
    row = {
        "bank_account_id": key, **supplier_of(supplier), "same_account_id": given.pop("same_as", key),
        "state": "approved", "proposed_at": instant(day, 10), "approved_at": instant(day, 15), **given,
    }  # fmt: skip
    made.rows["bank_accounts"].append(row)
    return row


def _of(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
