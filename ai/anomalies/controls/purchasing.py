"""Orders and what was billed against them: limits gone around, prices out of line, more billed than came."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ai.anomalies.controls.model import Books, Control, bill, control, money, order, weighted_median
from ai.anomalies.model import Hit, Words

_PRICES_MIN = 5
_JUST_UNDER = 0.95


@control(
    "split_orders",
    en="Orders to one supplier within days, each under the approval limit and together over it",
    zh="数日内对同一供应商的多张订单，单张低于审批限额而合计超限",
    standard="ISA 240.A1; AS 2401.A2: circumvented authorization",
    weight=0.85,
)
def split_orders(books: Books, own: Control) -> Iterator[Hit]:
    """Two or more orders of at least half the limit each, by one buyer within three days."""
    limit = books.settings.approval_limit
    rows = _orders(books).filter((pl.col("amount") < limit) & (pl.col("amount") >= 0.5 * limit))
    rows = rows.sort("supplier_id", "buyer_id", "ordered_on", "number", nulls_last=True)
    fresh = (pl.col("ordered_on").diff().over("supplier_id", "buyer_id") > pl.duration(days=3)).fill_null(True)
    rows = rows.with_columns(bout=fresh.cast(pl.Int32).cum_sum().over("supplier_id", "buyer_id"))
    for group in rows.partition_by("supplier_id", "buyer_id", "bout", maintain_order=True):
        total, first = float(group["amount"].sum()), group.row(0, named=True)
        near = group.filter(pl.col("amount") >= 0.9 * limit).height
        # Two middling orders on one day are the normal working of a large supplier.
        if total <= limit or (near < 2 and not (group.height >= 3 and total > 2 * limit)):  # noqa: PLR2004
            continue
        reason = Words(
            f"{group.height} orders to {first['supplier']} from {first['ordered_on']}, each under the limit of"
            f" {money(limit)}, together {money(total)}.",
            f"自 {first['ordered_on']} 起对 {first['supplier']} 的 {group.height} 张订单均低于限额 {money(limit)}，"
            f"合计 {money(total)}。",
        )
        documents = [order(row) for row in group.to_dicts()]
        score = 1.0 if near >= 2 else 0.75  # noqa: PLR2004
        yield own.hit(first["ordered_on"], reason, documents, subject=first["supplier_id"], risk=total, score=score)


@control(
    "just_under_limit",
    en="An order just under the approval limit",
    zh="订单金额略低于审批限额",
    standard="ISA 240.A1; AS 2401.A2: circumvented authorization",
    weight=0.3,
)
def just_under_limit(books: Books, own: Control) -> Iterator[Hit]:
    """Orders in the last twentieth below the limit."""
    limit = books.settings.approval_limit
    rows = _orders(books).filter((pl.col("amount") < limit) & (pl.col("amount") >= _JUST_UNDER * limit))
    for row in rows.to_dicts():
        reason = Words(
            f"Order {row['number']} to {row['supplier']} is {money(row['amount'])}, just under the limit of"
            f" {money(limit)}.",
            f"订单 {row['number']}（{row['supplier']}）为 {money(row['amount'])}，略低于限额 {money(limit)}。",
        )
        yield own.hit(
            row["ordered_on"],
            reason,
            [order(row)],
            subject=row["supplier_id"],
            risk=row["amount"],
            observed=row["amount"],
            low=0.0,
            high=_JUST_UNDER * limit,
        )


@control(
    "purchase_price_outlier",
    en="An item bought far from its usual price",
    zh="采购价格严重偏离惯常水平",
    standard="ISA 520.5; AS 2305.05: analytical procedures on prices",
    weight=0.75,
)
def purchase_price_outlier(books: Books, own: Control) -> Iterator[Hit]:
    """Unit prices far from the item's median, in robust deviations of the logarithm and by a third at least."""
    rows = books["order_lines"].filter((pl.col("quantity") > 0) & (pl.col("amount") > 0))
    rows = rows.with_columns(price=pl.col("amount") / pl.col("quantity"))
    # By quantity: a single piece at a strange price must not change what is usual.
    usual = weighted_median("price", "quantity", "item_id")
    rows = rows.sort("item_id", "price").with_columns(usual=usual, times=pl.len().over("item_id"))
    rows = rows.with_columns(off=(pl.col("price") / pl.col("usual")).log().abs()).sort("item_id", "off")
    spread = 1.4826 * weighted_median("off", "quantity", "item_id")
    rows = rows.with_columns(z=(pl.col("price") / pl.col("usual")).log() / spread.clip(0.05))
    rows = rows.filter(
        (pl.col("times") >= _PRICES_MIN)
        & (pl.col("z").abs() > 5)  # noqa: PLR2004
        & ((pl.col("price") / pl.col("usual") - 1).abs() > 0.3)  # noqa: PLR2004
    )
    for row in rows.sort("ordered_on").to_dicts():
        reason = Words(
            f"Order {row['number']}: {row['item']} at {money(row['price'])}; {money(row['usual'])} is usual.",
            f"订单 {row['number']}：{row['item']} 单价 {money(row['price'])}，惯常为 {money(row['usual'])}。",
        )
        yield own.hit(
            row["ordered_on"],
            reason,
            [order(row)],
            subject=row["item_id"],
            risk=(row["price"] - row["usual"]) * row["quantity"],
            score=abs(row["z"]) / (abs(row["z"]) + 1.5),
            observed=row["price"],
            low=0.7 * row["usual"],
            high=1.3 * row["usual"],
        )


@control(
    "three_way_mismatch",
    en="Billed quantity or price differs from order and receipt",
    zh="发票数量或价格与订单、收货不符",
    standard="ISA 330.A17; AS 2401.A1: payments for goods not received",
    weight=0.7,
)
def three_way_mismatch(books: Books, own: Control) -> Iterator[Hit]:
    """Order lines billed beyond what was received, or by a price off by a tenth."""
    received = books["order_lines"].select("order_line_id", "received_quantity")
    rows = books["bill_lines"].filter(pl.col("order_line_id").is_not_null() & (pl.col("quantity") > 0))
    rows = rows.join(received, on="order_line_id", how="inner")
    rows = rows.with_columns(billed=pl.col("quantity").sum().over("order_line_id"))
    over = (pl.col("billed") - pl.col("received_quantity")).clip(0)
    rows = rows.with_columns(
        over_amount=over / pl.col("billed") * pl.col("amount"),
        off=pl.col("price_variance_amount").fill_null(0.0).abs() / pl.col("ordered_amount").abs().clip(0.01),
    )
    is_over = (over / pl.col("billed") > 0.02) & (pl.col("over_amount") > 20)  # noqa: PLR2004
    is_off = (pl.col("off") > 0.1) & (pl.col("price_variance_amount").abs() > 50)  # noqa: PLR2004
    rows = rows.with_columns(is_over=is_over, is_off=is_off).filter(pl.col("is_over") | pl.col("is_off"))
    for row in rows.to_dicts():
        risk = max(row["over_amount"], abs(row["price_variance_amount"] or 0.0))
        told = (
            (f"{row['billed']:g} billed, {row['received_quantity']:g} received",
             f"开票 {row['billed']:g}，收货 {row['received_quantity']:g}")
            if row["is_over"]
            else (f"{money(abs(row['price_variance_amount']))} off the order's price",
                  f"与订单价格相差 {money(abs(row['price_variance_amount']))}")
        )  # fmt: skip
        reason = Words(
            f"{row['supplier']} billed {row['item'] or 'a line'} on {row['number']}: {told[0]}.",
            f"{row['supplier']} 的发票 {row['number']}（{row['item'] or '行'}）：{told[1]}。",
        )
        yield own.hit(row["invoiced_on"], reason, [bill(row)], subject=row["supplier_id"], risk=risk, score=0.95)


@control(
    "order_after_invoice",
    en="The order was made after the supplier's invoice",
    zh="订单日期晚于供应商发票",
    standard="ISA 240.A1; AS 2401.A2: circumvented authorization",
    weight=0.6,
)
def order_after_invoice(books: Books, own: Control) -> Iterator[Hit]:
    """Bills dated before their orders."""
    ordered = books["order_lines"].group_by("order_id").agg(pl.col("ordered_on").min())
    rows = books["bills"].filter(pl.col("document_type") == "purchase_invoice").join(ordered, on="order_id")
    for row in rows.filter(pl.col("invoiced_on") < pl.col("ordered_on")).to_dicts():
        reason = Words(
            f"Bill {row['number']} of {row['supplier']} is dated {row['invoiced_on']}, its order {row['ordered_on']}.",
            f"{row['supplier']} 的发票 {row['number']} 日期为 {row['invoiced_on']}，其订单日期为 {row['ordered_on']}。",
        )
        yield own.hit(
            row["invoiced_on"], reason, [bill(row)], subject=row["supplier_id"], risk=row["amount"], score=0.9
        )


@control(
    "bill_without_order",
    en="A large bill without an order from a supplier that works by orders",
    zh="惯用订单的供应商出现大额无订单发票",
    standard="ISA 240.A1; AS 2401.A2: circumvented authorization",
    weight=0.65,
)
def bill_without_order(books: Books, own: Control) -> Iterator[Hit]:
    """Bills without an order, as large as the supplier's usual ones, where nine in ten have one."""
    rows = books["bills"].filter((pl.col("document_type") == "purchase_invoice") & (pl.col("amount") > 0))
    rows = rows.with_columns(
        share=pl.col("is_without_order").cast(pl.Float64).mean().over("supplier_id"),
        times=pl.len().over("supplier_id"),
        usual=pl.col("amount").median().over("supplier_id"),
    )
    rows = rows.filter(
        pl.col("is_without_order")
        & (pl.col("share") <= 0.1)  # noqa: PLR2004
        & (pl.col("times") >= 10)  # noqa: PLR2004
        & (pl.col("amount") >= pl.col("usual"))
    )
    for row in rows.to_dicts():
        reason = Words(
            f"{row['supplier']} billed {money(row['amount'])} ({row['number']}) without an order; nearly all its bills"
            " have one.",
            f"{row['supplier']} 开出无订单发票 {row['number']}（{money(row['amount'])}），其发票几乎均有订单。",
        )
        yield own.hit(
            row["invoiced_on"], reason, [bill(row)], subject=row["supplier_id"], risk=row["amount"], score=0.9
        )


def _orders(books: Books) -> pl.DataFrame:
    keys = ["order_id", "number", "supplier_id", "supplier", "buyer_id", "ordered_on"]
    return books["order_lines"].group_by(keys, maintain_order=True).agg(pl.col("amount").sum())
