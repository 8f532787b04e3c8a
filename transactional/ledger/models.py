"""Accounts, periods and journal entries; entries are append-only, balanced and chained by hash."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    GUARD,
    REFERENCE,
    LedgerRow,
    TenantRow,
    one_of,
    reference,
    shaped,
    short_text,
    unique,
)


class AccountType(StrEnum):
    """The five kinds of account; the first three live on the balance sheet."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class CashFlowClass(StrEnum):
    """What of the cash flow statement an account of the balance sheet belongs to."""

    CASH = "cash"
    OPERATING = "operating"
    INVESTING = "investing"
    FINANCING = "financing"


class StatementFigures(StrEnum):
    """What a statement tells of its accounts: what moved in a range, or what stood at its end."""

    MOVEMENT = "movement"
    BALANCE = "balance"


class AccountRole(StrEnum):
    """What an account is for; posting rules speak of roles and the chart maps them."""

    INVENTORY = "inventory"
    IN_TRANSIT = "in_transit"
    GRNI = "grni"
    COGS = "cogs"
    REVENUE = "revenue"
    FREIGHT_REVENUE = "freight_revenue"
    FREIGHT_EXPENSE = "freight_expense"
    SALES_RETURNS = "sales_returns"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    OUTPUT_TAX = "output_tax"
    INPUT_TAX = "input_tax"
    BANK = "bank"
    BANK_CHARGES = "bank_charges"
    CUSTOMER_ADVANCES = "customer_advances"
    SUPPLIER_ADVANCES = "supplier_advances"
    DISCOUNT_GIVEN = "discount_given"
    DISCOUNT_RECEIVED = "discount_received"
    EXCHANGE_GAIN = "exchange_gain"
    EXCHANGE_LOSS = "exchange_loss"
    BAD_DEBT = "bad_debt"
    OPENING_EQUITY = "opening_equity"
    RETAINED_EARNINGS = "retained_earnings"
    INVENTORY_ADJUSTMENT = "inventory_adjustment"
    INVENTORY_REVALUATION = "inventory_revaluation"
    PURCHASE_PRICE_VARIANCE = "purchase_price_variance"
    PRODUCTION_CLEARING = "production_clearing"
    WORK_IN_PROGRESS = "work_in_progress"
    ABSORBED_LABOUR = "absorbed_labour"
    ABSORBED_MACHINE = "absorbed_machine"
    PRODUCTION_VARIANCE = "production_variance"
    EXPENSE = "expense"
    ROUNDING = "rounding"
    LANDED_COST_CLEARING = "landed_cost_clearing"
    RECEIVABLE_REVALUATION = "receivable_revaluation"
    PAYABLE_REVALUATION = "payable_revaluation"
    BANK_REVALUATION = "bank_revaluation"
    UNREALIZED_GAIN = "unrealized_gain"
    UNREALIZED_LOSS = "unrealized_loss"
    DEPRECIATION = "depreciation"
    ACCUMULATED_DEPRECIATION = "accumulated_depreciation"
    ASSET_CLEARING = "asset_clearing"
    DISPOSAL_GAIN = "disposal_gain"
    DISPOSAL_LOSS = "disposal_loss"


class PeriodState(StrEnum):
    """Whether a period takes postings."""

    OPEN = "open"
    CLOSED = "closed"


class Account(TenantRow):
    """A node of a company's chart of accounts."""

    __tablename__ = "accounts"
    __table_args__ = (
        unique("company_id", "code"),
        one_of("type", AccountType),
        one_of("cash_flow_class", CashFlowClass),
        {"schema": "ledger", "info": REFERENCE},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[UUID | None] = reference("ledger.accounts")
    currency_code: Mapped[str | None] = short_text(3)
    """Set where only this currency may be posted."""
    statement_line: Mapped[str | None] = mapped_column(String(60))
    """The line of the balance sheet or income statement it belongs to."""
    cash_flow_class: Mapped[str | None] = mapped_column(String(20))
    """Of an account of the balance sheet; the cash flow statement names those that move and have none."""
    is_posting: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    is_control: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Written by its subledger only, never by a manual entry."""
    is_cash_box: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Money in a box: there is never less than none, on any day."""
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


STATEMENT_ROWS: Final = {
    "type": "array",
    "minItems": 1,
    "maxItems": 300,
    "items": {
        "type": "object",
        "required": ["key"],
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$", "description": "Its name in formulas."},
            "label": {
                "description": "What readers see: a text, or texts by language.",
                "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
            },
            "accounts": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Codes such as 4000, ranges such as 4000-4999, beginnings such as 40*.",
            },
            "formula": {"type": "string", "description": "In place of accounts: such as `revenue - cogs`."},
            "sign": {"enum": [1, -1], "description": "-1 turns credits positive."},
        },
    },
}
STATEMENT_EXAMPLE: Final = [
    {"key": "revenue", "label": {"en": "Revenue", "zh": "收入"}, "accounts": ["4000-4999"], "sign": -1},
    {"key": "cogs", "label": "Cost of sales", "accounts": ["5000"]},
    {"key": "margin", "formula": "revenue - cogs"},
]


class StatementTemplate(TenantRow):
    """A statement of one's own: rows over accounts, ranges of accounts and other rows."""

    __tablename__ = "statement_templates"
    __table_args__ = (unique("code"), one_of("figure_kind", StatementFigures), {"schema": "ledger", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    figure_kind: Mapped[str] = mapped_column(String(20), server_default="movement")
    rows: Mapped[list[dict[str, Any]]] = shaped(STATEMENT_ROWS, STATEMENT_EXAMPLE)


class AccountMapping(TenantRow):
    """Which account plays a role.

    The most specific mapping wins: item category and warehouse, item category, supplier category, warehouse, none.
    """

    __tablename__ = "account_mappings"
    __table_args__ = (
        unique(
            "company_id",
            "role",
            "item_category_id",
            "warehouse_id",
            "supplier_category_id",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("role", AccountRole),
        CheckConstraint(
            "supplier_category_id is null or (item_category_id is null and warehouse_id is null)",
            name="supplier_category_alone",
        ),
        {"schema": "ledger", "info": REFERENCE},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    role: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[UUID] = reference("ledger.accounts")
    item_category_id: Mapped[UUID | None] = reference("catalog.item_categories")
    warehouse_id: Mapped[UUID | None]
    """Of the module above, which says that it leads to a warehouse."""
    supplier_category_id: Mapped[UUID | None] = reference("scm.supplier_categories")
    """Of what is bought from such suppliers: expenses and freight."""


class FiscalYear(TenantRow):
    """A year of the books."""

    __tablename__ = "fiscal_years"
    __table_args__ = (unique("company_id", "code"), {"schema": "ledger"})

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str] = short_text(20)
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Period(TenantRow):
    """A part of a fiscal year that is open or closed as a whole."""

    __tablename__ = "periods"
    __table_args__ = (
        unique("company_id", "starts_on"),
        one_of("state", PeriodState),
        CheckConstraint("ends_on >= starts_on", name="range"),
        {"schema": "ledger"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    fiscal_year_id: Mapped[UUID] = reference("ledger.fiscal_years")
    number: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), server_default="open")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    reopened_reason: Mapped[str | None] = mapped_column(String(500))


class PeriodEvent(LedgerRow):
    """A period was closed or reopened."""

    __tablename__ = "period_events"
    __table_args__ = ({"schema": "ledger"},)

    period_id: Mapped[UUID] = reference("ledger.periods")
    action: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(500))
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    chain_position: Mapped[int | None] = mapped_column(BigInteger)
    """Where the company's hash chain ended when the period was closed: nothing after it may lie in the period."""


class JournalEntry(LedgerRow):
    """A balanced set of lines with one date, one source document and one place in the company's hash chain."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        unique("company_id", "journal", "fiscal_year", "number"),
        unique("company_id", "chain_position"),
        unique("reverses_id"),
        Index("ix_journal_entries_origin", "tenant_id", "origin_type", "origin_id"),
        Index("ix_journal_entries_posted_on", "tenant_id", "company_id", "posted_on"),
        {"schema": "ledger"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    period_id: Mapped[UUID] = reference("ledger.periods")
    journal: Mapped[str] = mapped_column(String(20))
    """general, sales, purchase, inventory, bank, closing."""
    fiscal_year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(BigInteger)
    posted_on: Mapped[date]
    description: Mapped[str | None] = mapped_column(String(300))
    origin_type: Mapped[str] = mapped_column(String(40))
    origin_id: Mapped[UUID]
    reverses_id: Mapped[UUID | None] = reference("ledger.journal_entries")
    chain_position: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


DIMENSIONS = ("party_id", "item_id", "warehouse_id", "cost_centre_id", "project_id", "tax_code_id")
"""Columns of lines that tell what an amount is about."""


def _blanks_of(names: Sequence[str], known: int = 0) -> str:
    """The SQL of a number with a bit for each of the last dimensions that is blank, those before it being known.

    Cases within cases: behind row security only what can fail on no row may be looked up in an index, and no operator
    that adds or shifts is held for such.
    """
    if not names:
        return str(known)
    name, *rest = names
    bit = 1 << DIMENSIONS.index(name)
    return f"case when {name} is null then {_blanks_of(rest, known | bit)} else {_blanks_of(rest, known)} end"


BLANKS = _blanks_of(DIMENSIONS)
"""The SQL of which dimensions a line leaves blank, as a number: 1 for the first of them, 2 for the second, ..."""


class JournalLine(LedgerRow):
    """An amount on an account: debit positive, credit negative, in company currency and in the document's."""

    __tablename__ = "journal_lines"
    __table_args__ = (
        unique("entry_id", "line_number"),
        CheckConstraint("amount <> 0 or currency_amount <> 0", name="not_empty"),
        # Amount and dimensions ride along: an opening balance is added up, and a filter applied, in the index alone.
        Index(
            "ix_journal_lines_account",
            "tenant_id",
            "account_id",
            "posted_on",
            "id",
            postgresql_include=["amount", *DIMENSIONS],
        ),
        # What has few lines on an account of millions; equal keys share one entry, so that a line costs a few bytes.
        *[
            Index(f"ix_journal_lines_{name}", "tenant_id", name, postgresql_where=text(f"{name} is not null"))
            for name in DIMENSIONS
        ],
        # Lines that leave blank what nearly all of their account name, in the order of their days.
        Index("ix_journal_lines_blanks", "tenant_id", "account_id", text(f"({BLANKS})"), "posted_on", "id"),
        {"schema": "ledger"},
    )

    entry_id: Mapped[UUID] = reference("ledger.journal_entries")
    line_number: Mapped[int] = mapped_column(Integer)
    company_id: Mapped[UUID]
    account_id: Mapped[UUID] = reference("ledger.accounts")
    posted_on: Mapped[date]
    amount: Mapped[Decimal]
    currency_code: Mapped[str] = short_text(3)
    currency_amount: Mapped[Decimal]
    party_kind: Mapped[str | None] = mapped_column(String(10))
    party_id: Mapped[UUID | None]
    item_id: Mapped[UUID | None]
    warehouse_id: Mapped[UUID | None]
    cost_centre_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    tax_code_id: Mapped[UUID | None]
    dimensions: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    description: Mapped[str | None] = mapped_column(String(300))


class LedgerHead(TenantRow):
    """The end of a company's hash chain; whoever posts holds this row, so positions have no gap."""

    __tablename__ = "ledger_heads"
    __table_args__ = (unique("company_id"), {"schema": "ledger", "info": GUARD, "postgresql_with": {"fillfactor": 50}})

    company_id: Mapped[UUID] = reference("organization.companies")
    chain_position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    last_numbers: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    """The last number by `<journal>/<fiscal year>`."""
    carried_position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Up to where in the chain the lines are summed up in `carried_balances`."""


class CarriedBalance(TenantRow):
    """What the lines of a month add up to on an account, in all or with one value of one dimension.

    Worked out from lines, never written by anything else: see `carry_balances`.
    """

    __tablename__ = "carried_balances"
    __table_args__ = (
        unique("account_id", "dimension", "month_on", "dimension_id"),
        {"schema": "ledger", "info": GUARD},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    account_id: Mapped[UUID] = reference("ledger.accounts")
    dimension: Mapped[str] = mapped_column(String(20))
    """The column of the lines that is summed by; `account_id` for all lines of the account."""
    dimension_id: Mapped[UUID]
    month_on: Mapped[date]
    """The month's first day."""
    amount: Mapped[Decimal]


class ManualEntry(TenantRow):
    """A journal entry prepared by hand: a document like others, posted by a verb."""

    __tablename__ = "manual_entries"
    __table_args__ = ({"schema": "ledger"},)

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str | None] = short_text()
    entry_on: Mapped[date]
    description: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    budget_warning: Mapped[str | None] = mapped_column(String(500))
    """By how much it took more than was left of a budget that warns."""


class ManualEntryLine(TenantRow):
    """A line of an entry prepared by hand."""

    __tablename__ = "manual_entry_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "manual_entry_id"],
            ["ledger.manual_entries.tenant_id", "ledger.manual_entries.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("debit_amount >= 0", name="debit_not_negative"),
        CheckConstraint("credit_amount >= 0", name="credit_not_negative"),
        {"schema": "ledger"},
    )

    manual_entry_id: Mapped[UUID]
    line_number: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID] = reference("ledger.accounts")
    debit_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    credit_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    currency_code: Mapped[str] = short_text(3)
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    project_id: Mapped[UUID | None] = reference("project.projects")
    description: Mapped[str | None] = mapped_column(String(300))
