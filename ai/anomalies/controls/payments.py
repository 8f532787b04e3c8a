"""Payments to suppliers: paid twice, to an account just changed, to a supplier nobody knew, without a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from ai.anomalies.controls.model import Books, Control, bill, control, money, payment
from ai.anomalies.controls.payables import RECURRING_MIN, invoices, near
from ai.anomalies.model import Document, Hit, Words


@control(
    "duplicate_payment",
    en="The same amount paid to one supplier twice within days",
    zh="数日内向同一供应商两次支付相同金额",
    standard="ISA 240.A5; AS 2401.A1: duplicate payments",
    weight=0.6,
)
def duplicate_payment(books: Books, own: Control) -> Iterator[Hit]:
    """Payments of one amount within ten days, where that amount is not paid regularly and not all of it is owed."""
    paid = books["paid_bills"].group_by("payment_id").agg(pl.col("amount").sum().alias("settled"))
    rows = books["payments"].filter(pl.col("supplier_id").is_not_null() & (pl.col("amount") > 0))
    rows = rows.join(paid, on="payment_id", how="left").with_columns(pl.col("settled").fill_null(0.0))
    rows = rows.with_columns(times=pl.len().over("supplier_id", "amount"))
    rows = rows.filter((pl.col("times") > 1) & (pl.col("times") < RECURRING_MIN)).sort("paid_on")
    for group in rows.partition_by("supplier_id", "amount"):
        for first, second in near(group, days=10, on="paid_on"):
            unsettled = min(first["settled"], second["settled"]) < 0.5 * first["amount"]
            reason = Words(
                f"{first['supplier']} was paid {money(first['amount'])} on {first['paid_on']} and again on"
                f" {second['paid_on']}.",
                f"{first['paid_on']} 与 {second['paid_on']} 两次向 {first['supplier']} 支付 {money(first['amount'])}。",
            )
            yield own.hit(
                second["paid_on"],
                reason,
                [payment(first), payment(second)],
                subject=first["supplier_id"],
                risk=second["amount"],
                score=1.0 if unsettled else 0.5,
            )


@control(
    "shared_bank_account",
    en="One bank account serves two suppliers",
    zh="同一银行账户对应两家供应商",
    standard="ISA 240.A5; AS 2401.A1: fictitious vendors",
    weight=0.8,
)
def shared_bank_account(books: Books, own: Control) -> Iterator[Hit]:
    """Suppliers that are paid to one account."""
    rows = books["bank_accounts"].sort("proposed_at")
    for group in rows.partition_by("same_account_id"):
        owners = group.unique("supplier_id", maintain_order=True).to_dicts()
        if len(owners) < 2:  # noqa: PLR2004  # two owners
            continue
        names = " / ".join(each["supplier"] for each in owners)
        reason = Words(f"{names} are paid to the same bank account.", f"{names} 使用同一银行账户收款。")
        documents = [Document("supplier", each["supplier_id"], each["supplier"]) for each in owners]
        risk = _billed_lately(books, [each["supplier_id"] for each in owners])
        on = owners[-1]["proposed_at"].date()
        yield own.hit(on, reason, documents, subject=owners[0]["supplier_id"], risk=risk)


@control(
    "bank_change_before_payment",
    en="Bank details changed shortly before money went there",
    zh="付款前不久变更了银行信息",
    standard="ISA 240.A5; AS 2401.A1: redirected payments",
    weight=0.7,
)
def bank_change_before_payment(books: Books, own: Control) -> Iterator[Hit]:
    """A supplier with an older account is paid within two weeks after a new one was entered."""
    accounts = books["bank_accounts"].with_columns(times=pl.len().over("supplier_id"))
    changed = accounts.filter(pl.col("times") > 1).sort("proposed_at").unique("supplier_id", keep="last")
    for row in changed.to_dicts():
        since = row["proposed_at"].date()
        paid = books["payments"].filter(
            (pl.col("supplier_id") == row["supplier_id"])
            & pl.col("paid_on").is_between(since, since + timedelta(days=14))
        )
        if paid.is_empty():
            continue
        total = float(paid["amount"].sum())
        reason = Words(
            f"The bank details of {row['supplier']} changed on {since}; {money(total)} was paid within two weeks.",
            f"{row['supplier']} 的银行信息于 {since} 变更，两周内支付了 {money(total)}。",
        )
        documents = [payment(each) for each in paid.to_dicts()]
        yield own.hit(paid["paid_on"].min(), reason, documents, subject=row["supplier_id"], risk=total)  # type: ignore[arg-type]


@control(
    "bank_change_approved_by_proposer",
    en="Who entered bank details approved them",
    zh="录入银行信息者自行批准",
    standard="ISA 315.A116; AS 2401.A2: segregation of duties",
    weight=0.9,
)
def bank_change_approved_by_proposer(books: Books, own: Control) -> Iterator[Hit]:
    """Accounts with one person behind both steps."""
    for row in books["bank_accounts"].filter(pl.col("proposed_by") == pl.col("approved_by")).to_dicts():
        reason = Words(
            f"The bank account of {row['supplier']} was entered and approved by the same person.",
            f"{row['supplier']} 的银行账户由同一人录入并批准。",
        )
        on = (row["approved_at"] or row["proposed_at"]).date()
        document = Document("supplier", row["supplier_id"], row["supplier"])
        yield own.hit(
            on, reason, [document], subject=row["supplier_id"], risk=_billed_lately(books, [row["supplier_id"]])
        )


@control(
    "payment_approved_by_preparer",
    en="Who prepared a payment approved it",
    zh="付款的编制人与批准人为同一人",
    standard="ISA 315.A116; AS 2401.A2: segregation of duties",
    weight=0.8,
)
def payment_approved_by_preparer(books: Books, own: Control) -> Iterator[Hit]:
    """Payments with one person behind both steps, where approvals are kept at all."""
    rows = books["payments"].filter(pl.col("approved_by") == pl.col("created_by"))
    for row in rows.to_dicts():
        reason = Words(
            f"Payment {row['number']} of {money(row['amount'])} to {row['supplier']} was prepared and approved by the"
            " same person.",
            f"付款 {row['number']}（{row['supplier']}，{money(row['amount'])}）由同一人编制并批准。",
        )
        yield own.hit(row["paid_on"], reason, [payment(row)], subject=row["created_by"] or "", risk=row["amount"])


@control(
    "new_supplier_paid_fast",
    en="A supplier not known before is paid within days",
    zh="新供应商在数日内即被付款",
    standard="ISA 240.A5; AS 2401.A1: fictitious vendors",
    weight=0.65,
)
def new_supplier_paid_fast(books: Books, own: Control) -> Iterator[Hit]:
    """The first bill of a supplier, paid within three days, long after the company began."""
    bills = invoices(books)
    if bills.is_empty():
        return
    began = bills["invoiced_on"].min()
    first = bills.sort("invoiced_on").unique("supplier_id", keep="first")
    first = first.filter(pl.col("invoiced_on") > began + timedelta(days=120))  # type: ignore[operator]  # a day
    ordered = books["order_lines"].group_by("supplier_id").agg(pl.col("ordered_on").min().alias("first_order_on"))
    first = first.join(ordered, on="supplier_id", how="left").filter(
        pl.col("first_order_on").is_null() | (pl.col("first_order_on") > pl.col("invoiced_on") - pl.duration(days=10))
    )
    paid = first.join(books["paid_bills"].select("invoice_id", "payment_id", "paid_on"), on="invoice_id")
    paid = paid.filter(pl.col("paid_on") <= pl.col("invoiced_on") + pl.duration(days=3))
    for row in paid.unique("invoice_id", maintain_order=True).sort("invoiced_on").to_dicts():
        reason = Words(
            f"{row['supplier']} was new: its first bill {row['number']} of {money(row['amount'])} was paid on"
            f" {row['paid_on']}, {(row['paid_on'] - row['invoiced_on']).days} days later.",
            f"{row['supplier']} 为新供应商：其首张发票 {row['number']}（{money(row['amount'])}）"
            f"于 {row['paid_on']} 即被付款。",
        )
        yield own.hit(row["paid_on"], reason, [bill(row)], subject=row["supplier_id"], risk=row["amount"])


def _billed_lately(books: Books, suppliers: list[str]) -> float:
    """What these suppliers billed in the last quarter: what a wrong account may cost."""
    bills = invoices(books).filter(pl.col("supplier_id").is_in(suppliers))
    if bills.is_empty():
        return 0.0
    last = bills["invoiced_on"].max()
    return float(bills.filter(pl.col("invoiced_on") > last - timedelta(days=92))["amount"].sum())  # type: ignore[operator]
