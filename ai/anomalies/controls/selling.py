"""Sales and stock: below cost, out of line, taken back after the period, written off at once."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ai.anomalies.controls.model import Books, Control, Row, control, money, robust, sale
from ai.anomalies.model import Document, Hit, Words

_TIMES_MIN = 8
_ADJUSTING = ("adjustment", "issue")


@control(
    "negative_margin",
    en="Sold below cost",
    zh="低于成本销售",
    standard="ISA 520.5; AS 2305.05: analytical procedures on margins",
    weight=0.75,
)
def negative_margin(books: Books, own: Control) -> Iterator[Hit]:
    """Lines sold clearly below cost, of items that usually earn."""
    rows = _sales(books).filter((pl.col("cost_amount") > 0) & (pl.col("amount") > 0))
    rows = rows.with_columns(margin=1 - pl.col("cost_amount") / pl.col("amount"))
    rows = rows.with_columns(usual=pl.col("margin").median().over("item_id"))
    loss = pl.col("cost_amount") - pl.col("amount")
    rows = rows.filter((pl.col("margin") < -0.2) & (pl.col("usual") > 0) & (loss > 5))  # noqa: PLR2004
    for row in rows.to_dicts():
        reason = Words(
            f"{row['item']} on {row['number']} to {row['customer']}: sold for {money(row['amount'])}, cost"
            f" {money(row['cost_amount'])}; a margin of {row['usual']:.0%} is usual.",
            f"{row['number']}（{row['customer']}）的 {row['item']} 售价 {money(row['amount'])}，成本"
            f" {money(row['cost_amount'])}；惯常毛利率为 {row['usual']:.0%}。",
        )
        yield own.hit(
            row["invoiced_on"],
            reason,
            [sale(row)],
            subject=row["customer_id"] or "",
            risk=row["cost_amount"] - row["amount"],
            score=min(1.0, 0.7 + abs(row["margin"]) / 2),
            observed=row["margin"],
            low=0.0,
            high=row["usual"],
        )


@control(
    "sales_price_outlier",
    en="An item sold far from its usual price",
    zh="销售价格严重偏离惯常水平",
    standard="ISA 520.5; AS 2305.05: analytical procedures on prices",
    weight=0.65,
)
def sales_price_outlier(books: Books, own: Control) -> Iterator[Hit]:
    """Unit prices far from the item's median, in robust deviations of the logarithm and by two fifths at least."""
    rows = _sales(books).filter((pl.col("quantity") > 0) & (pl.col("amount") > 0))
    rows = rows.with_columns(price=pl.col("amount") / pl.col("quantity"))
    size = pl.col("price").log()
    centre, spread = robust(size, "item_id")
    rows = rows.with_columns(
        usual=pl.col("price").median().over("item_id"),
        times=pl.len().over("item_id"),
        z=(size - centre) / spread.clip(0.06),
    )
    off = (pl.col("price") / pl.col("usual") - 1).abs()
    rows = rows.filter((pl.col("times") >= _TIMES_MIN) & (pl.col("z").abs() > 6) & (off > 0.4))  # noqa: PLR2004
    for row in rows.to_dicts():
        reason = Words(
            f"{row['item']} on {row['number']} at {money(row['price'])}; {money(row['usual'])} is usual.",
            f"{row['number']} 的 {row['item']} 单价 {money(row['price'])}，惯常为 {money(row['usual'])}。",
        )
        yield own.hit(
            row["invoiced_on"],
            reason,
            [sale(row)],
            subject=row["item_id"],
            risk=(row["usual"] - row["price"]) * row["quantity"],
            score=abs(row["z"]) / (abs(row["z"]) + 1.5),
            observed=row["price"],
            low=0.6 * row["usual"],
            high=1.4 * row["usual"],
        )


@control(
    "quantity_outlier",
    en="A quantity far above what a customer orders",
    zh="数量远超惯常水平",
    standard="ISA 520.5; AS 2305.05: analytical procedures on volumes",
    weight=0.6,
)
def quantity_outlier(books: Books, own: Control) -> Iterator[Hit]:
    """Lines of an item in a quantity that none of its customers comes near."""
    rows = _sales(books).filter(pl.col("quantity") > 0)
    size = pl.col("quantity").log()
    centre, spread = robust(size, "item_id")
    rows = rows.with_columns(
        usual=pl.col("quantity").median().over("item_id"),
        most=pl.col("quantity").quantile(0.99).over("item_id"),
        times=pl.len().over("item_id"),
        z=(size - centre) / spread.clip(0.35),
    )
    rows = rows.filter(
        (pl.col("times") >= 30)  # noqa: PLR2004
        & (pl.col("z") > 3.5)  # noqa: PLR2004
        & (pl.col("quantity") > 1.8 * pl.col("most"))
    )
    rows = rows.with_columns(lines=pl.len().over("invoice_id"))
    for row in rows.to_dicts():
        reason = Words(
            f"{row['customer']} got {row['quantity']:g} of {row['item']} on {row['number']}; {row['usual']:g} is usual,"
            f" and hardly ever more than {row['most']:g}.",
            f"{row['number']}：{row['customer']} 购买 {row['item']} {row['quantity']:g} 件，"
            f"惯常为 {row['usual']:g} 件，"
            f"极少超过 {row['most']:g} 件。",
        )
        yield own.hit(
            row["invoiced_on"],
            reason,
            [sale(row)],
            subject=row["customer_id"] or "",
            risk=row["amount"] * (1 - row["usual"] / row["quantity"]),
            score=row["z"] / (row["z"] + 0.6) * (1.0 if row["lines"] > 1 else 0.8),
            observed=row["quantity"],
            low=0.0,
            high=row["most"],
        )


@control(
    "discount_outlier",
    en="A discount far above what is granted",
    zh="折扣远超惯常水平",
    standard="ISA 240.A5; AS 2401.A2: favours to customers",
    weight=0.6,
)
def discount_outlier(books: Books, own: Control) -> Iterator[Hit]:
    """Lines with a discount beyond what ninety-nine in a hundred have, by fifteen points at least."""
    rows = _sales(books).filter(pl.col("gross_amount") > 0)
    rows = rows.with_columns(share=pl.col("discount_amount") / pl.col("gross_amount"))
    if rows.height < 50:  # noqa: PLR2004  # too few to know what is granted
        return
    usual = float(rows["share"].quantile(0.99) or 0.0)
    for row in rows.filter(pl.col("share") > max(usual + 0.15, 0.25)).to_dicts():
        reason = Words(
            f"{row['number']} grants {row['customer']} a discount of {row['share']:.0%} on {row['item']}; hardly any is"
            f" above {usual:.0%}.",
            f"{row['number']} 给予 {row['customer']} 的 {row['item']} 折扣 {row['share']:.0%}，"
            f"几乎没有超过 {usual:.0%} 的。",
        )
        yield own.hit(
            row["invoiced_on"],
            reason,
            [sale(row)],
            subject=row["customer_id"] or "",
            risk=row["discount_amount"],
            score=0.95,
            observed=row["share"],
            low=0.0,
            high=usual,
        )


@control(
    "credit_after_period",
    en="A large sale of the last days of a period credited in the next",
    zh="期末大额销售于次期贷项冲回",
    standard="ISA 240.A31; AS 2401.54: revenue cut-off",
    weight=0.65,
)
def credit_after_period(books: Books, own: Control) -> Iterator[Hit]:
    """Credit notes of the first fifteen days of a month for most of a large invoice of the last five before."""
    keys = ["invoice_id", "number", "document_type", "customer_id", "customer", "corrected_invoice_id", "invoiced_on"]
    every = books["sale_lines"].group_by(keys, maintain_order=True).agg(pl.col("amount").sum())
    credits_ = every.filter(pl.col("document_type") == "sales_credit_note")
    sold = every.filter(pl.col("document_type") == "sales_invoice")
    large = float(sold["amount"].quantile(0.75) or 0.0)
    pairs = sold.join(credits_, left_on="invoice_id", right_on="corrected_invoice_id", suffix="_again")
    left = (pl.col("invoiced_on").dt.month_end() - pl.col("invoiced_on")).dt.total_days()
    after = (pl.col("invoiced_on_again") - pl.col("invoiced_on").dt.month_end()).dt.total_days()
    is_most = pl.col("amount_again").abs() >= 0.8 * pl.col("amount")
    pairs = pairs.filter((left <= 4) & after.is_between(1, 15) & is_most & (pl.col("amount") > large))  # noqa: PLR2004
    for row in pairs.to_dicts():
        reason = Words(
            f"{row['number']} of {row['invoiced_on']} over {money(row['amount'])} was credited on"
            f" {row['invoiced_on_again']} ({row['number_again']}).",
            f"{row['invoiced_on']} 的 {row['number']}（{money(row['amount'])}）于 {row['invoiced_on_again']} 以"
            f" {row['number_again']} 冲回。",
        )
        again = Document("sales_credit_note", row["invoice_id_again"], row["number_again"])
        yield own.hit(
            row["invoiced_on_again"], reason, [sale(row), again], subject=row["customer_id"] or "", risk=row["amount"],
            score=0.9,
        )  # fmt: skip


@control(
    "stock_jump",
    en="Much of an item's stock adjusted at once",
    zh="库存大幅一次性调整",
    standard="ISA 501.4; AS 2510.09: inventory shrinkage",
    weight=0.75,
)
def stock_jump(books: Books, own: Control) -> Iterator[Hit]:
    """Adjustments of a quarter of what was on hand or more, worth telling."""
    rows = books["moves"].sort("item_id", "warehouse_id", "moved_on", "move_id")
    rows = rows.with_columns(on_hand=pl.col("quantity").cum_sum().over("item_id", "warehouse_id") - pl.col("quantity"))
    rows = rows.filter(pl.col("move_kind").is_in(_ADJUSTING) & (pl.col("quantity") != 0))
    usual = rows.select(pl.col("value").abs().median()).item() if rows.height >= _TIMES_MIN else 0.0
    share = pl.col("quantity").abs() / pl.col("on_hand").clip(1)
    rows = rows.with_columns(share=share).filter(
        (pl.col("share") >= 0.25) & (pl.col("value").abs() > max(100.0, 4 * float(usual or 0.0)))  # noqa: PLR2004
    )
    for row in rows.to_dicts():
        done = ("written off", "减少") if row["quantity"] < 0 else ("written up", "增加")
        reason = Words(
            f"{abs(row['quantity']):g} of {row['on_hand']:g} {row['item']} were {done[0]} at once"
            f" ({row['document_number']}), worth {money(abs(row['value']))}.",
            f"{row['item']} 现有 {row['on_hand']:g}，一次{done[1]} {abs(row['quantity']):g}"
            f"（{row['document_number']}），"
            f"价值 {money(abs(row['value']))}。",
        )
        yield _stock_hit(own, row, reason, risk=row["value"], score=min(1.0, 0.75 + row["share"] / 4))


@control(
    "negative_stock",
    en="Stock below zero",
    zh="负库存",
    standard="ISA 501.4; AS 2510.09: existence of inventory",
    weight=0.7,
)
def negative_stock(books: Books, own: Control) -> Iterator[Hit]:
    """Moves that leave less than nothing at the end of a day."""
    rows = books["moves"].sort("item_id", "warehouse_id", "moved_on", "move_id")
    place = ["item_id", "warehouse_id"]
    rows = rows.with_columns(left=pl.col("quantity").cum_sum().over(place))
    last = rows.unique([*place, "moved_on"], keep="last", maintain_order=True)
    first = last.filter(pl.col("left") < -1e-6).unique(place, keep="first", maintain_order=True)  # noqa: PLR2004
    for row in first.to_dicts():
        reason = Words(
            f"{row['item']} stood at {row['left']:g} on {row['moved_on']} after {row['document_number']}.",
            f"{row['item']} 于 {row['moved_on']} 在 {row['document_number']} 后为 {row['left']:g}。",
        )
        yield _stock_hit(own, row, reason, risk=row["value"], score=1.0)


@control(
    "unit_cost_outlier",
    en="Stock moved at a cost far from the usual",
    zh="单位成本严重偏离",
    standard="ISA 540.13; AS 2510.11: inventory valuation",
    weight=0.6,
)
def unit_cost_outlier(books: Books, own: Control) -> Iterator[Hit]:
    """Receipts and adjustments whose unit cost is far from the item's median."""
    rows = books["moves"].filter((pl.col("quantity").abs() > 0) & (pl.col("value").abs() > 0))
    rows = rows.with_columns(cost=(pl.col("value") / pl.col("quantity")).abs())
    size = pl.col("cost").log()
    centre, spread = robust(size, "item_id")
    rows = rows.with_columns(
        usual=pl.col("cost").median().over("item_id"),
        times=pl.len().over("item_id"),
        z=(size - centre) / spread.clip(0.08),
    )
    off = (pl.col("cost") / pl.col("usual") - 1).abs()
    rows = rows.filter((pl.col("times") >= _TIMES_MIN) & (pl.col("z").abs() > 6) & (off > 0.6))  # noqa: PLR2004
    for row in rows.to_dicts():
        reason = Words(
            f"{row['item']} moved at {money(row['cost'])} each on {row['document_number']};"
            f" {money(row['usual'])} is usual.",
            f"{row['document_number']}：{row['item']} 单位成本 {money(row['cost'])}，惯常为 {money(row['usual'])}。",
        )
        risk = (row["cost"] - row["usual"]) * abs(row["quantity"])
        yield _stock_hit(own, row, reason, risk=risk, score=abs(row["z"]) / (abs(row["z"]) + 1.5))


def _sales(books: Books) -> pl.DataFrame:
    return books["sale_lines"].filter(pl.col("document_type") == "sales_invoice")


def _stock_hit(own: Control, row: Row, reason: Words, *, risk: float, score: float) -> Hit:
    document = Document(row["document_type"] or "stock_document", row["document_id"], row["document_number"] or "")
    return own.hit(row["moved_on"], reason, [document], subject=row["item_id"], risk=risk, score=score)
