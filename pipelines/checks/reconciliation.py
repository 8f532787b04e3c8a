"""Marts against the books they come from, to the last digit, in the batch's own snapshot (invariant I11).

The batch's transaction sees the operational tables as of its cut and the marts as it has just written them, so both
sides speak of the same instant and any difference is a defect.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import psycopg

from pipelines.checks.result import CheckResult


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Two queries that must give the same amounts and counts under the same keys.

    Shapes: each query returns its key columns, then `amount`, then `row_count` (null where lines and amounts are of
    different grain). `{cut}` in the book's query becomes a condition on its rows.
    """

    name: str
    mart: str
    keys: tuple[str, ...]
    mart_query: str
    book_query: str


def _same_lines(
    name: str, mart: str, book: str, keys: tuple[str, ...], amount: tuple[str, str], *, counted: str = "*"
) -> Reconciliation:
    """A mart against the lines of a book; `counted` is null in rows that the mart has beyond them."""
    listed = ", ".join(keys)
    query = (
        "select {keys}, sum({amount}) as amount, count({counted}) as row_count from {table} where {cut} group by {keys}"
    )
    return Reconciliation(
        name,
        mart,
        keys,
        query.format(keys=listed, amount=amount[0], counted=counted, table=f"marts.{mart}", cut="true"),
        query.format(keys=listed, amount=amount[1], counted="*", table=book, cut="{cut}"),
    )


def _control_account(name: str, mart: str, amount: str, roles: Sequence[str], key: str) -> Reconciliation:
    """A subledger's mart against the accounts that the chart gives these roles."""
    listed = ", ".join(f"'{role}'" for role in roles)
    return Reconciliation(
        name,
        mart,
        ("tenant_id", key),
        f"select tenant_id, {key}, sum({amount}) as amount, null::bigint as row_count from marts.{mart} group by 1, 2",  # noqa: S608
        f"""select tenant_id, {key}, sum(amount) as amount, null::bigint as row_count from ledger.journal_lines
            where {{cut}} and (tenant_id, account_id) in
                (select tenant_id, account_id from ledger.account_mappings where role in ({listed}))
            group by 1, 2""",  # noqa: S608
    )


_AT_CURSOR = """(pg_visible_in_snapshot(row_xid, (select snapshot from raw.load_cursor))
    or row_xid >= pg_snapshot_xmax(pg_current_snapshot()))"""
RECONCILIATIONS = (
    _same_lines(
        "ledger_by_account",
        "fct_journal_lines",
        "ledger.journal_lines",
        ("tenant_id", "company_id", "account_id"),
        ("amount", "amount"),
    ),
    _same_lines(
        "stock_by_item",
        "fct_stock_moves",
        "inventory.stock_moves",
        ("tenant_id", "item_id", "warehouse_id"),
        ("value_amount", "value_amount"),
        # Reclassifications stand in the mart alone: nothing but categories may differ by them.
        counted="nullif(move_kind, 'reclassification')",
    ),
    _control_account("stock_and_ledger", "fct_stock_moves", "value_amount", ("inventory", "in_transit"), "account_id"),
    _control_account("receivables_and_ledger", "fct_receivable_movements", "amount", ("receivable",), "company_id"),
    # The mart counts what is owed as positive, the books as a credit.
    _control_account("payables_and_ledger", "fct_payable_movements", "-amount", ("payable",), "company_id"),
)


def reconcile(
    connection: psycopg.Connection,
    present: Collection[str],
    wanted: Sequence[Reconciliation] = RECONCILIATIONS,
    *,
    at_cursor: bool = False,
) -> list[CheckResult]:
    """The outcome for every pair whose mart exists, in the snapshot of the running transaction.

    Outside a batch, `at_cursor` takes from the books only what the last batch could see: they are append-only, so
    that is exactly what stood in them at its cut.
    """
    return [_compare(connection, pair, _AT_CURSOR if at_cursor else "true") for pair in wanted if pair.mart in present]


def _compare(connection: psycopg.Connection, pair: Reconciliation, cut: str) -> CheckResult:
    keys = ", ".join(pair.keys)
    query = f"""
        with mart as ({pair.mart_query}), book as ({pair.book_query.format(cut=cut)})
        select count(*) filter (where coalesce(mart.amount, 0) <> coalesce(book.amount, 0)
                or mart.row_count is distinct from book.row_count),
            coalesce(sum(abs(coalesce(mart.amount, 0) - coalesce(book.amount, 0))), 0),
            coalesce(sum(mart.row_count), 0)::bigint, coalesce(sum(book.row_count), 0)::bigint
        from mart full join book using ({keys})
        """  # noqa: S608  # made of the constants of this file
    row = connection.execute(query).fetchone()
    differing, difference, in_mart, in_book = row or (1, None, 0, 0)
    return CheckResult(
        pair.name,
        pair.mart,
        passed=differing == 0,
        figures={"differing_keys": differing, "difference": difference, "mart_rows": in_mart, "book_rows": in_book},
    )
