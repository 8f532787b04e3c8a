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

    Shapes: each query returns its key columns, then `amount`, then `row_count`.
    """

    name: str
    mart: str
    keys: tuple[str, ...]
    mart_query: str
    book_query: str


def _same_lines(name: str, mart: str, book: str, keys: tuple[str, ...], amount: tuple[str, str]) -> Reconciliation:
    listed = ", ".join(keys)
    query = "select {keys}, sum({amount}) as amount, count(*) as row_count from {table} group by {keys}"
    return Reconciliation(
        name,
        mart,
        keys,
        query.format(keys=listed, amount=amount[0], table=f"marts.{mart}"),
        query.format(keys=listed, amount=amount[1], table=book),
    )


RECONCILIATIONS = (
    _same_lines(
        "ledger_by_account",
        "fct_journal_lines",
        "ledger.journal_lines",
        ("tenant_id", "company_id", "account_id"),
        ("amount", "amount"),
    ),
)


def reconcile(
    connection: psycopg.Connection, present: Collection[str], wanted: Sequence[Reconciliation] = RECONCILIATIONS
) -> list[CheckResult]:
    """The outcome for every pair whose mart exists, in the snapshot of the running transaction."""
    return [_compare(connection, pair) for pair in wanted if pair.mart in present]


def _compare(connection: psycopg.Connection, pair: Reconciliation) -> CheckResult:
    keys = ", ".join(pair.keys)
    query = f"""
        with mart as ({pair.mart_query}), book as ({pair.book_query})
        select count(*) filter (where mart.amount is distinct from book.amount
                or mart.row_count is distinct from book.row_count),
            coalesce(sum(abs(coalesce(mart.amount, 0) - coalesce(book.amount, 0))), 0),
            coalesce(sum(mart.row_count), 0)::bigint, coalesce(sum(book.row_count), 0)::bigint
        from mart full join book using ({keys})
        """  # noqa: S608  # made of the constants of this file
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]  # not a literal, for the same reason
    differing, difference, in_mart, in_book = row or (1, None, 0, 0)
    return CheckResult(
        pair.name,
        pair.mart,
        passed=differing == 0,
        figures={"differing_keys": differing, "difference": difference, "mart_rows": in_mart, "book_rows": in_book},
    )
