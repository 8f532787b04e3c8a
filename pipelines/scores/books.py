"""The frames that control points look at, read from the published marts of one version."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ai.anomalies.controls.model import SHAPES, Books, Settings
from olap.engines.duckdb import DuckDBEngine, DuckDBSnapshot

QUERIES: Mapping[str, str] = {
    "bills": """
        select
            lines.invoice_id, any_value(lines.invoice_number) as number,
            any_value(lines.external_number) as external_number,
            lines.supplier_id, any_value(suppliers.supplier_name) as supplier,
            any_value(lines.document_type) as document_type,
            min(lines.invoiced_on) as invoiced_on, any_value(recordings.recorded_at) as recorded_at,
            any_value(lines.created_by) as created_by, sum(lines.net_amount) as amount,
            any_value(lines.order_id) as order_id, any_value(lines.order_number) as order_number,
            bool_and(lines.order_id is null) as is_without_order
        from {fct_purchase_invoice_lines} as lines
        left join {dim_suppliers} as suppliers using (supplier_id)
        left join {fct_document_recordings} as recordings on lines.invoice_id = recordings.document_id
        group by lines.invoice_id, lines.supplier_id
    """,
    "bill_lines": """
        select
            lines.invoice_id, lines.invoice_number as number, lines.document_type, lines.supplier_id,
            suppliers.supplier_name as supplier, lines.item_id, items.item_name as item, lines.order_id,
            lines.order_line_id, lines.invoiced_on, lines.quantity, lines.net_amount as amount, lines.ordered_amount,
            lines.price_variance_amount
        from {fct_purchase_invoice_lines} as lines
        left join {dim_suppliers} as suppliers using (supplier_id)
        left join {dim_items} as items using (item_id)
    """,
    "order_lines": """
        select
            lines.order_id, lines.order_number as number, lines.order_line_id, lines.supplier_id,
            suppliers.supplier_name as supplier, lines.buyer_id, lines.ordered_on, lines.item_id,
            items.item_name as item, lines.ordered_quantity as quantity, lines.received_quantity,
            lines.net_amount as amount
        from {fct_purchase_order_lines} as lines
        left join {dim_suppliers} as suppliers using (supplier_id)
        left join {dim_items} as items using (item_id)
        where lines.is_confirmed
    """,
    "sale_lines": """
        select
            lines.invoice_id, lines.invoice_number as number, lines.document_type, lines.corrected_invoice_id,
            lines.customer_id, customers.customer_name as customer, lines.item_id, items.item_name as item,
            lines.invoiced_on, lines.quantity, lines.net_amount as amount, lines.gross_amount, lines.discount_amount,
            lines.cost_amount
        from {fct_sales_invoice_lines} as lines
        left join {dim_customers} as customers using (customer_id)
        left join {dim_items} as items using (item_id)
        where lines.row_kind = 'line'
    """,
    "entry_lines": """
        select
            lines.entry_id, lines.entry_number as number, lines.journal, lines.posted_on, recordings.recorded_at,
            recordings.created_by, lines.document_type, lines.document_id, lines.document_number, lines.reverses_id,
            lines.description, accounts.account_code, accounts.account_name as account, accounts.is_control,
            accounts.is_revenue, lines.amount
        from {fct_journal_lines} as lines
        left join {dim_accounts} as accounts using (account_id)
        left join {fct_document_recordings} as recordings on lines.entry_id = recordings.document_id
    """,
    "payments": """
        select
            payments.payment_id, payments.payment_number as number, payments.supplier_id,
            suppliers.supplier_name as supplier, payments.paid_on, recordings.recorded_at, payments.created_by,
            recordings.approved_by, payments.paid_out_amount as amount
        from {fct_payments} as payments
        left join {dim_suppliers} as suppliers using (supplier_id)
        left join {fct_document_recordings} as recordings on payments.payment_id = recordings.document_id
        where payments.document_type = 'supplier_payment'
    """,
    "paid_bills": """
        select payment_id, invoice_id, min(posted_on) as paid_on, min(due_on) as due_on, sum(paid_amount) as amount
        from {fct_payable_movements}
        where payment_id is not null
        group by payment_id, invoice_id
    """,
    "bank_accounts": """
        select
            accounts.supplier_bank_account_id as bank_account_id, accounts.supplier_id,
            suppliers.supplier_name as supplier, accounts.same_account_id, accounts.bank_account_state as state,
            accounts.proposed_by, accounts.approved_by, accounts.proposed_at, accounts.approved_at
        from {dim_supplier_bank_accounts} as accounts
        left join {dim_suppliers} as suppliers using (supplier_id)
    """,
    "moves": """
        select
            moves.move_id, moves.move_kind, moves.document_type, moves.document_id, moves.document_number,
            moves.item_id,
            items.item_name as item, moves.warehouse_id, moves.moved_on, moves.quantity, moves.value_amount as value
        from {fct_stock_moves} as moves
        left join {dim_items} as items using (item_id)
    """,
}


def read_books(engine: DuckDBEngine, tenant_id: str, settings: Settings) -> Books:
    """The frames of one tenant, all of one published version."""
    with engine.snapshot(tenant_id) as snapshot:
        frames = {name: _frame(snapshot, name, text) for name, text in QUERIES.items()}
    return Books(frames, settings)


def currency_of(engine: DuckDBEngine, tenant_id: str) -> str | None:
    """The currency of the tenant's books, where its companies share one."""
    with engine.snapshot(tenant_id) as snapshot:
        text = _placed(snapshot, "select distinct currency_code from {dim_companies}")
        found = snapshot.fetch(text).rows
    return str(found[0][0]) if len(found) == 1 else None


def _frame(snapshot: DuckDBSnapshot, name: str, text: str) -> pl.DataFrame:
    shape = SHAPES[name]
    columns = ", ".join(f"cast({column} as {_KINDS[kind]}) as {column}" for column, kind in shape.items())
    # Names are those of this file and of the published version.
    batches = list(snapshot.stream(f"select {columns} from ({_placed(snapshot, text)})"))  # noqa: S608
    return pl.DataFrame(pl.concat([pl.DataFrame(batch) for batch in batches], how="vertical_relaxed")).select(
        pl.col(column).cast(kind) for column, kind in shape.items()
    )


_KINDS = {
    pl.String: "varchar",
    pl.Date: "date",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Datetime("us", "UTC"): "timestamptz",
}


def _placed(snapshot: DuckDBSnapshot, text: str) -> str:
    return text.format_map({mart: snapshot.relation(mart).sql(dialect="duckdb") for mart in snapshot.columns})
