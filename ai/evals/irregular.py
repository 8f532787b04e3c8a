"""Irregular documents put into a made-up company, one pattern each: what control points should find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from numpy.random import Generator

from ai.evals.company import (
    SUPPLIERS,
    Ledgers,
    bank_account,
    bill,
    bill_of,
    entry,
    instant,
    move,
    pay,
    purchase_order,
    sell,
    workday,
)

Costs = Any
Plant = Callable[[Ledgers, Generator, date, Costs], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Planted:
    """One irregularity and the ids of the documents, any of which tells of it."""

    pattern: str
    documents: frozenset[str]


def plant(made: Ledgers, random: Generator, costs: Costs) -> list[Planted]:
    """One of every pattern, in the last months."""
    found = []
    for name, put in PATTERNS.items():
        day = workday(date(2025, 9, 1) + timedelta(days=int(random.integers(0, 90))))
        found.append(Planted(name, frozenset(put(made, random, day, costs))))
    return found


def _amount(random: Generator) -> float:
    return round(float(random.uniform(900, 7_000)), 2)


def _supplier(random: Generator) -> str:
    return f"s{int(random.integers(SUPPLIERS, SUPPLIERS + 4))}"


def _duplicate(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    supplier, amount, number = _supplier(random), _amount(random), int(random.integers(1_000, 9_999))
    first = bill(made, random, supplier, day, amount, number=f"RG {number}")
    second = bill(made, random, supplier, day + timedelta(days=9), amount, number=f"RG-0{number}")
    return first["invoice_id"], second["invoice_id"]


def _mistyped(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    supplier, amount, digits = _supplier(random), _amount(random), [str(each) for each in random.permutation(10)]
    first = bill(made, random, supplier, day, amount, number="A" + "".join(digits[:6]))
    digits[2], digits[3] = digits[3], digits[2]
    second = bill(made, random, supplier, day + timedelta(days=20), amount, number="A" + "".join(digits[:6]))
    return first["invoice_id"], second["invoice_id"]


def _transposed(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    supplier, number = _supplier(random), f"T{random.integers(10_000, 99_999)}"
    first = bill(made, random, supplier, day, 1_843.50, number=number)
    second = bill(made, random, supplier, day + timedelta(days=6), 1_483.50, number=f"{number}A")
    return first["invoice_id"], second["invoice_id"]


def _two_suppliers(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    amount, number = _amount(random), f"{random.integers(100_000, 999_999)}"
    first = bill(made, random, f"s{SUPPLIERS}", day, amount, number=number)
    second = bill(made, random, f"s{SUPPLIERS + 1}", day + timedelta(days=4), amount, number=number)
    return first["invoice_id"], second["invoice_id"]


def _paid_twice(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    billed = bill(made, random, _supplier(random), day, _amount(random))
    first = pay(made, random, billed, day + timedelta(days=20))
    second = pay(made, random, billed, day + timedelta(days=24), is_unsettled=True)
    return first["payment_id"], second["payment_id"]


def _shared_account(made: Ledgers, _: Generator, day: date, __: Costs) -> tuple[str, ...]:
    known = made.rows["bank_accounts"][3]["bank_account_id"]
    bank_account(made, f"s{SUPPLIERS + 2}", day, same_as=known, proposed_by="ann", approved_by="bob")
    return (f"s{SUPPLIERS + 2}",)


def _changed_account(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    supplier = "s5"
    bank_account(made, supplier, day, proposed_by="ann", approved_by="bob")
    billed = bill(made, random, supplier, day, 4_900.0, order={"order_id": "po-x", "number": "PO-X"})
    return (pay(made, random, billed, day + timedelta(days=4))["payment_id"],)


def _self_approved(made: Ledgers, _: Generator, day: date, __: Costs) -> tuple[str, ...]:
    bank_account(made, f"s{SUPPLIERS + 3}", day, proposed_by="ann", approved_by="ann")
    return (f"s{SUPPLIERS + 3}",)


def _self_paid(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    billed = bill(made, random, _supplier(random), day, _amount(random))
    paid = pay(made, random, billed, day + timedelta(days=20), created_by="ann", approved_by="ann")
    return (paid["payment_id"],)


def _new_paid(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    billed = bill(made, random, "s90", day, _amount(random))
    return billed["invoice_id"], pay(made, random, billed, day + timedelta(days=1))["payment_id"]


def _dormant(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    bill(made, random, "s91", date(2024, 3, 4), 500.0)
    return (bill(made, random, "s91", day, _amount(random))["invoice_id"],)


def _split(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    rows = [
        purchase_order(made, random, day, 3, round(amount / float(costs[3])), float(costs[3]))
        for amount in random.uniform(9_200, 9_700, 3)
    ]
    for row in rows:
        row["amount"], row["buyer_id"] = min(row["amount"], 9_990.0), "ann"
    return tuple(row["order_id"] for row in rows)


def _dear(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    return (purchase_order(made, random, day, 4, 10, 2.5 * float(costs[4]))["order_id"],)


def _more_billed(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    order = purchase_order(made, random, day, 6, 40, float(costs[6]))
    order["received_quantity"] = 25.0
    return (bill_of(made, random, order, day + timedelta(days=8))["invoice_id"],)


def _late_order(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    order = purchase_order(made, random, day, 8, 20, float(costs[8]))
    return (bill_of(made, random, order, day - timedelta(days=6))["invoice_id"],)


def _no_order(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    return (bill(made, random, "s2", day, 6_000.0)["invoice_id"],)


def _entry(**fixed: Any) -> Plant:
    def put(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
        given = {name: value(day) if callable(value) else value for name, value in fixed.items()}
        on, pair = given.pop("on", day), given.pop("pair", ("6200", "2310"))
        amount = given.pop("amount", round(float(random.uniform(6_000, 9_000)), 2))
        made_entry = entry(made, random, on, amount, *pair, **given)
        return (made_entry["document_id"],)

    return put


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _reversed(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    first = entry(made, random, workday(_month_end(day)), 8_412.10, "6200", "2310")
    again = entry(
        made,
        random,
        workday(_month_end(day) + timedelta(days=6)),
        8_412.10,
        "2310",
        "6200",
        reverses_id=first["entry_id"],
    )
    return first["document_id"], again["document_id"]


def _gap(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    row = entry(made, random, day, 800.0, "6200", "2310")
    for line in made.rows["entry_lines"][-2:]:
        line["number"] = f"general/{int(str(row['number']).split('/')[1]) + 4}"
    return (str(row["entry_id"]),)


def _below_cost(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    row = sell(made, random, day, costs, quantity=12.0)
    row["amount"] = round(row["cost_amount"] / 2, 2)
    return (row["invoice_id"],)


def _discount(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    row = sell(made, random, day, costs, quantity=12.0)
    row["discount_amount"] = round(0.4 * row["gross_amount"], 2)
    row["amount"] = row["gross_amount"] - row["discount_amount"]
    return (row["invoice_id"],)


def _huge(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    first = sell(made, random, day, costs, quantity=120.0)
    second = sell(made, random, day, costs, quantity=140.0)
    second["invoice_id"], second["number"] = first["invoice_id"], first["number"]
    return (first["invoice_id"],)


def _credited(made: Ledgers, random: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    sold = sell(made, random, _month_end(day), costs, quantity=15.0)
    again = sell(made, random, _month_end(day) + timedelta(days=5), costs, quantity=15.0)
    again |= {"document_type": "sales_credit_note", "corrected_invoice_id": sold["invoice_id"]}
    again |= {"amount": -sold["amount"], "customer_id": sold["customer_id"]}
    return sold["invoice_id"], again["invoice_id"]


def _written_off(made: Ledgers, _: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    return (move(made, 9, day, -9_000.0, float(costs[9]), kind="adjustment"),)


def _negative(made: Ledgers, _: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    return (move(made, 11, day, -60_000.0, float(costs[11]), kind="delivery"),)


def _cost(made: Ledgers, _: Generator, day: date, costs: Costs) -> tuple[str, ...]:
    return (move(made, 12, day, 30.0, 4.0 * float(costs[12]), kind="receipt"),)


def _benford(made: Ledgers, random: Generator, day: date, _: Costs) -> tuple[str, ...]:
    rows = []
    for place in range(420):
        amount = 10 ** random.uniform(1.2, 4.0) if place % 3 else random.uniform(700, 799)
        on = day - timedelta(days=int(random.integers(0, 400)))
        rows.append(bill(made, random, "s95", on, amount))
    return tuple(row["invoice_id"] for row in rows)


PATTERNS: dict[str, Plant] = {
    "duplicate invoice": _duplicate,
    "near-duplicate number": _mistyped,
    "transposed amount": _transposed,
    "one invoice, two suppliers": _two_suppliers,
    "duplicate payment": _paid_twice,
    "shared bank account": _shared_account,
    "bank details before payment": _changed_account,
    "bank details self-approved": _self_approved,
    "payment self-approved": _self_paid,
    "new supplier paid fast": _new_paid,
    "dormant supplier": _dormant,
    "split orders": _split,
    "purchase price": _dear,
    "three-way mismatch": _more_billed,
    "order after invoice": _late_order,
    "bill without order": _no_order,
    "weekend, round": _entry(on=_sunday, amount=40_000.0, recorded_at=lambda day: instant(_sunday(day), 11)),
    "night": _entry(recorded_at=lambda day: instant(day, 2.5)),
    "round, month end, seldom pair": _entry(on=_month_end, amount=25_000.0, pair=("6000", "2330")),
    "backdated": _entry(recorded_at=lambda day: instant(day + timedelta(days=40), 10)),
    "after close": _entry(on=_month_end, recorded_at=lambda day: instant(_month_end(day) + timedelta(days=14), 10)),
    "control account by hand": _entry(pair=("2100", "6200")),
    "revenue by hand": _entry(pair=("1500", "4000")),
    "seldom preparer, no words": _entry(created_by="zoe", description="plug", pair=("6900", "2399")),
    "reversal next period": _reversed,
    "number gap": _gap,
    "sold below cost": _below_cost,
    "discount": _discount,
    "quantity": _huge,
    "credit after period": _credited,
    "stock written off": _written_off,
    "negative stock": _negative,
    "unit cost": _cost,
    "benford": _benford,
}
