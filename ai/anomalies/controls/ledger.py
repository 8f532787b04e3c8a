"""Entries made by hand: when, by whom, on which accounts, how round, and taken back soon after."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ai.anomalies.controls.model import Books, Control, control, entry, in_bulk, money
from ai.anomalies.model import Hit, Words

_SATURDAY = 6
_MANUAL_JOURNALS = ("general",)
_LARGE = 5_000.0
_PAIR_TIMES_MAX = 2
_ENTRIES_MIN = 30
_WORDING = re.compile(
    r"\b(plug|per (ceo|cfo|boss)|fudge|suspense|unknown|unexplained|reclass|true.?up|cookie|as (told|instructed))\b"
    r"|轧差|调平|按领导|暂挂|不明",
    re.IGNORECASE,
)


def manual_entries(books: Books) -> pl.DataFrame:
    """One row an entry made by hand, with its amount, its accounts and whether it came from a file."""
    lines = books["entry_lines"].filter(
        pl.col("journal").is_in(_MANUAL_JOURNALS) & pl.col("document_type").is_in(["manual_entry", "manual"])
        | (pl.col("journal").is_in(_MANUAL_JOURNALS) & pl.col("document_type").is_null())
    )
    keys = ["entry_id", "number", "journal", "posted_on", "recorded_at", "created_by", "document_type", "document_id"]
    keys += ["document_number", "reverses_id", "description"]
    made = lines.group_by(keys, maintain_order=True).agg(
        amount=pl.col("amount").clip(0).sum(),
        debit=pl.col("account_code").filter(pl.col("amount") > 0).unique().sort().str.join("+"),
        credit=pl.col("account_code").filter(pl.col("amount") < 0).unique().sort().str.join("+"),
        control_account=pl.col("account").filter(pl.col("is_control")).first(),
        revenue_account=pl.col("account").filter(pl.col("is_revenue") & (pl.col("amount") < 0)).first(),
    )
    return made.with_columns(is_bulk=in_bulk(made, books))


@control(
    "weekend_entry",
    en="An entry made by hand on a weekend",
    zh="周末手工凭证",
    standard="ISA 240.A45(c); AS 2401.61: entries at unusual times",
    weight=0.45,
)
def weekend_entry(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries dated or written on Saturday or Sunday, where that is not the habit."""
    rows = manual_entries(books)
    is_dated = pl.col("posted_on").dt.weekday() >= _SATURDAY
    is_written = (pl.col("recorded_at").dt.weekday() >= _SATURDAY) & ~pl.col("is_bulk")
    rows = rows.with_columns(is_weekend=(is_dated | is_written).fill_null(value=False), is_dated=is_dated)
    # The last day of a month is dated by the calendar, whatever weekday it is.
    rows = rows.filter(pl.col("is_weekend") & ~(pl.col("is_dated") & _is_month_end("posted_on")))
    total = max(manual_entries(books).height, 1)
    if rows.height > max(0.2 * total, 3):
        return
    for row in rows.to_dicts():
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was made by hand on a weekend ({row['posted_on']}).",
            f"凭证 {entry(row).number}（{money(row['amount'])}）于周末（{row['posted_on']}）手工录入。",
        )
        yield _hit(own, row, reason)


@control(
    "night_entry",
    en="An entry made by hand at night",
    zh="夜间手工凭证",
    standard="ISA 240.A45(c); AS 2401.61: entries at unusual times",
    weight=0.55,
)
def night_entry(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries written outside working hours, where that is not the habit."""
    hours, rows = books.settings, manual_entries(books)
    hour = pl.col("recorded_at").dt.hour()
    found = rows.filter(~pl.col("is_bulk") & ((hour < hours.day_starts_hour) | (hour >= hours.day_ends_hour)))
    if found.height > max(0.1 * rows.height, 3):
        return
    for row in found.to_dicts():
        at = row["recorded_at"].strftime("%Y-%m-%d %H:%M")
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was made by hand at {at} UTC.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）于 {at} UTC 手工录入。",
        )
        yield _hit(own, row, reason)


@control(
    "round_amount",
    en="A large round amount entered by hand",
    zh="手工录入的大额整数",
    standard="ISA 240.A45(e); AS 2401.61: round numbers",
    weight=0.4,
)
def round_amount(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries of whole thousands, the rounder the stronger, where few are round."""
    rows = manual_entries(books).filter(pl.col("amount") >= _LARGE)
    found = rows.filter(pl.col("amount") % 1_000 == 0)
    if found.height > max(0.3 * rows.height, 4):
        return
    for row in found.to_dicts():
        score = 1.0 if row["amount"] % 5_000 == 0 else 0.7
        reason = Words(
            f"Entry {entry(row).number} is a round {money(row['amount'])}.",
            f"凭证 {entry(row).number} 为整数金额 {money(row['amount'])}。",
        )
        yield _hit(own, row, reason, score)


@control(
    "period_end_entry",
    en="A large entry by hand in the last days of a period",
    zh="期末大额手工凭证",
    standard="ISA 240.A44; AS 2401.61: entries at the end of a period",
    weight=0.35,
)
def period_end_entry(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries on the last day of a month that are far larger than such entries usually are."""
    rows = manual_entries(books)
    at_end = rows.filter(_is_month_end("posted_on"))
    usual = at_end.select(pl.col("amount").median()).item() if rows.height >= _ENTRIES_MIN else 0.0
    found = at_end.filter(pl.col("amount") >= max(_LARGE, 3 * float(usual or 0.0)))
    for row in found.to_dicts():
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was made by hand for the last day of a period.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）于期末最后一天手工录入。",
        )
        yield _hit(own, row, reason)


@control(
    "seldom_account_pair",
    en="Accounts that hardly ever meet in one entry",
    zh="罕见的科目对应关系",
    standard="ISA 240.A45(a); AS 2401.61: unrelated or seldom used accounts",
    weight=0.4,
)
def seldom_account_pair(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries of a pair of accounts that occurs at most twice in all of them, above a small amount."""
    rows = manual_entries(books).with_columns(times=pl.len().over("debit", "credit"))
    for row in rows.filter((pl.col("times") <= _PAIR_TIMES_MAX) & (pl.col("amount") >= _LARGE)).to_dicts():
        reason = Words(
            f"Entry {entry(row).number}: {row['debit']} against {row['credit']} occurs {row['times']} times in all.",
            f"凭证 {entry(row).number}：{row['debit']} 对 {row['credit']} 总共仅出现 {row['times']} 次。",
        )
        yield _hit(own, row, reason)


@control(
    "backdated_entry",
    en="An entry by hand dated long before it was written",
    zh="倒签日期的手工凭证",
    standard="ISA 240.A45(d); AS 2401.61: entries after the close",
    weight=0.7,
)
def backdated_entry(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries for a day more than three weeks before the day they were written."""
    rows = manual_entries(books).filter(~pl.col("is_bulk") & pl.col("recorded_at").is_not_null())
    late = (pl.col("recorded_at").dt.date() - pl.col("posted_on")).dt.total_days()
    for row in rows.with_columns(late=late).filter(pl.col("late") > 21).to_dicts():  # noqa: PLR2004
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} is dated {row['posted_on']} and was written"
            f" {row['late']} days later.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）日期为 {row['posted_on']}，{row['late']} 天后才录入。",
        )
        yield _hit(own, row, reason)


@control(
    "entry_after_close",
    en="An entry by hand for a period that was over",
    zh="结账后补录的手工凭证",
    standard="ISA 240.A45(d); AS 2401.61: entries after the close",
    weight=0.5,
)
def entry_after_close(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries written more than ten days after the end of the month they belong to."""
    rows = manual_entries(books).filter(~pl.col("is_bulk") & pl.col("recorded_at").is_not_null())
    after = (pl.col("recorded_at").dt.date() - pl.col("posted_on").dt.month_end()).dt.total_days()
    for row in rows.with_columns(after=after).filter(pl.col("after") > 10).to_dicts():  # noqa: PLR2004
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was written {row['after']} days after its month"
            " ended.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）在当月结束 {row['after']} 天后录入。",
        )
        yield _hit(own, row, reason)


@control(
    "manual_on_control_account",
    en="An entry by hand on an account kept by documents",
    zh="对统驭科目的手工凭证",
    standard="ISA 240.A45(b); AS 2401.61: entries by hand to control accounts",
    weight=0.8,
)
def manual_on_control_account(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries that touch receivables, payables, stock or another control account."""
    for row in manual_entries(books).filter(pl.col("control_account").is_not_null()).to_dicts():
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was made by hand on {row['control_account']}.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）手工记入 {row['control_account']}。",
        )
        yield _hit(own, row, reason)


@control(
    "revenue_by_hand",
    en="Revenue entered by hand",
    zh="手工确认收入",
    standard="ISA 240.27; AS 2401.54: revenue recognition as a presumed risk",
    weight=0.75,
)
def revenue_by_hand(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries that credit revenue."""
    for row in manual_entries(books).filter(pl.col("revenue_account").is_not_null()).to_dicts():
        reason = Words(
            f"Entry {entry(row).number} credits {row['revenue_account']} with {money(row['amount'])} by hand.",
            f"凭证 {entry(row).number} 手工贷记 {row['revenue_account']} {money(row['amount'])}。",
        )
        yield _hit(own, row, reason)


@control(
    "reversal_early_next_period",
    en="An entry of the last days of a period taken back in the first days of the next",
    zh="期末凭证于次期初冲回",
    standard="ISA 240.A44; AS 2401.61: reversals after the end of a period",
    weight=0.65,
)
def reversal_early_next_period(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries of the last five days of a month, reversed within ten days of the next."""
    rows = manual_entries(books)
    taken = rows.filter(pl.col("reverses_id").is_not_null())
    taken = taken.select(
        "entry_id", "number", "document_type", "document_id", "document_number", "posted_on", "reverses_id"
    )
    pairs = rows.join(taken, left_on="entry_id", right_on="reverses_id", suffix="_again")
    left = (pl.col("posted_on").dt.month_end() - pl.col("posted_on")).dt.total_days()
    after = (pl.col("posted_on_again") - pl.col("posted_on").dt.month_end()).dt.total_days()
    pairs = pairs.filter((left <= 4) & after.is_between(1, 10) & (pl.col("amount") >= _LARGE))  # noqa: PLR2004
    for row in pairs.to_dicts():
        again = {name.removesuffix("_again"): value for name, value in row.items() if name.endswith("_again")}
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} ({row['posted_on']}) was taken back on"
            f" {row['posted_on_again']}.",
            f"凭证 {entry(row).number}（{money(row['amount'])}，{row['posted_on']}）于 {row['posted_on_again']} 冲回。",
        )
        yield own.hit(
            row["posted_on_again"],
            reason,
            [entry(row), entry({**again, "entry_id": row["entry_id_again"]})],
            subject=row["created_by"] or "",
            risk=row["amount"],
            score=0.9,
        )


@control(
    "unusual_wording",
    en="A description that explains nothing",
    zh="摘要含糊或可疑",
    standard="ISA 240.A45(b); AS 2401.61: little or no explanation",
    weight=0.3,
)
def unusual_wording(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries without a description, or with words that auditors search for."""
    rows = manual_entries(books).filter(pl.col("amount") >= _LARGE)
    for row in rows.to_dicts():
        text = (row["description"] or "").strip()
        found = _WORDING.search(text)
        if text and not found:
            continue
        told = f"“{found[0]}”" if found else "nothing"
        told_zh = f"“{found[0]}”" if found else "无摘要"
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} is described by {told}.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）摘要：{told_zh}。",
        )
        yield _hit(own, row, reason, 1.0 if found else 0.6)


@control(
    "seldom_preparer",
    en="An entry by somebody who hardly ever makes any",
    zh="由极少制单者编制的凭证",
    standard="ISA 240.A45(b); AS 2401.61: entries by individuals who usually make none",
    weight=0.35,
)
def seldom_preparer(books: Books, own: Control) -> Iterator[Hit]:
    """Manual entries of a person with one or two, among others with many."""
    rows = manual_entries(books)
    if rows.height < _ENTRIES_MIN:
        return
    rows = rows.with_columns(times=pl.len().over("created_by")).filter(pl.col("created_by").is_not_null())
    for row in rows.filter(pl.col("times") <= _PAIR_TIMES_MAX).to_dicts():
        reason = Words(
            f"Entry {entry(row).number} of {money(row['amount'])} was made by somebody who made {row['times']} in all.",
            f"凭证 {entry(row).number}（{money(row['amount'])}）的编制人总共仅编制 {row['times']} 张。",
        )
        yield _hit(own, row, reason)


@control(
    "number_gap",
    en="Numbers missing from a journal",
    zh="凭证编号缺号",
    standard="ISA 330.A17; AS 2301.A: completeness of recorded entries",
    weight=0.7,
)
def number_gap(books: Books, own: Control) -> Iterator[Hit]:
    """Gaps in the numbers of a journal and year, with the entries on both sides."""
    rows = books["entry_lines"].unique("entry_id", maintain_order=True)
    rows = rows.with_columns(
        series=pl.col("number").str.replace(r"\d+$", ""), place=pl.col("number").str.extract(r"(\d+)$").cast(pl.Int64)
    ).filter(pl.col("place").is_not_null())
    rows = rows.sort("series", "place").with_columns(
        before=pl.col("place").shift(1).over("series"),
        entry_before=pl.col("entry_id").shift(1).over("series"),
        number_before=pl.col("number").shift(1).over("series"),
    )
    for row in rows.filter(pl.col("place") - pl.col("before") > 1).to_dicts():
        missing = row["place"] - row["before"] - 1
        reason = Words(
            f"{missing} numbers are missing between {row['number_before']} and {row['number']}.",
            f"{row['number_before']} 与 {row['number']} 之间缺少 {missing} 个编号。",
        )
        here = entry({**row, "document_number": None})
        other = entry({"entry_id": row["entry_before"], "number": row["number_before"]})
        yield own.hit(row["posted_on"], reason, [other, here], subject=row["series"])


def _is_month_end(column: str) -> pl.Expr:
    return pl.col(column) == pl.col(column).dt.month_end()


def _hit(own: Control, row: dict[str, object], reason: Words, score: float = 1.0) -> Hit:
    amount = float(row["amount"])  # type: ignore[arg-type]  # a number
    return own.hit(
        row["posted_on"],  # type: ignore[arg-type]  # a day
        reason,
        [entry(row)],
        subject=str(row["created_by"] or ""),
        risk=amount,
        score=score,
    )
