"""Invoices both ways, payments both ways, what settles what, and taxes."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    REFERENCE,
    LedgerRow,
    TenantRow,
    one_of,
    price,
    quantity,
    rate,
    reference,
    short_text,
    unique,
)


class InvoiceKind(StrEnum):
    """The four invoices; credit notes carry positive amounts and are signed by their kind."""

    SALES_INVOICE = "sales_invoice"
    SALES_CREDIT_NOTE = "sales_credit_note"
    PURCHASE_INVOICE = "purchase_invoice"
    PURCHASE_CREDIT_NOTE = "purchase_credit_note"


class InvoiceState(StrEnum):
    """A posted invoice never changes; it is corrected by a credit note, or cancelled by its mirror image.

    Both of a cancelled pair are in this state: what is counted now leaves them out, figures of a past day count both.
    """

    DRAFT = "draft"
    POSTED = "posted"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """A posted payment never changes; a cancelled one and its mirror image take each other back."""

    POSTED = "posted"
    CANCELLED = "cancelled"


class PaymentKind(StrEnum):
    """Money in from customers or out to suppliers, and the same the other way: what is given back."""

    RECEIPT = "receipt"
    DISBURSEMENT = "disbursement"
    CUSTOMER_REFUND = "customer_refund"
    SUPPLIER_REFUND = "supplier_refund"


class TaxKind(StrEnum):
    """How a tax relates to its base."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"


class BudgetState(StrEnum):
    """One revision of a year's budget is approved at a time; the one before stays, superseded."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class BudgetControl(StrEnum):
    """What happens where more would be bound than is left of a budget."""

    BLOCK = "block"
    WARN = "warn"
    IGNORE = "ignore"


class TaxCode(TenantRow):
    """A tax chosen by item class, party class, country and day."""

    __tablename__ = "tax_codes"
    __table_args__ = (unique("code"), one_of("kind", TaxKind), {"schema": "finance", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), server_default="exclusive")
    item_tax_class: Mapped[str] = mapped_column(String(40), server_default="standard")
    party_tax_class: Mapped[str] = mapped_column(String(40), server_default="standard")
    country_code: Mapped[str | None] = short_text(2)
    compounds_on_id: Mapped[UUID | None] = reference("finance.tax_codes")


class TaxRate(TenantRow):
    """A tax's rate from a day on, as a fraction."""

    __tablename__ = "tax_rates"
    __table_args__ = (unique("tax_code_id", "valid_from"), {"schema": "finance", "info": REFERENCE})

    tax_code_id: Mapped[UUID] = reference("finance.tax_codes")
    valid_from: Mapped[date]
    rate: Mapped[Decimal] = rate()


class BankAccount(TenantRow):
    """A company's own bank account or cash box, standing on one ledger account."""

    __tablename__ = "bank_accounts"
    __table_args__ = (unique("code"), {"schema": "finance"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    company_id: Mapped[UUID] = reference("organization.companies")
    currency_code: Mapped[str] = short_text(3)
    account_id: Mapped[UUID] = reference("ledger.accounts")
    iban: Mapped[str | None] = mapped_column(String(40))
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Invoice(TenantRow):
    """A sales or purchase invoice or credit note."""

    __tablename__ = "invoices"
    __table_args__ = (
        one_of("kind", InvoiceKind),
        one_of("state", InvoiceState),
        unique("company_id", "kind", "number"),
        Index(
            "uq_invoices_supplier_number",
            "tenant_id",
            "party_id",
            # Typed by hand: 3fa and 3FA are one number.
            text("lower(external_number)"),
            unique=True,
            postgresql_where=text("kind = 'purchase_invoice' and state <> 'cancelled'"),
        ),
        unique("reverses_id"),
        Index("ix_invoices_party_id", "tenant_id", "party_id", "invoiced_on"),
        Index("ix_invoices_origin_id", "tenant_id", "origin_id"),
        Index("ix_invoices_total_amount", "tenant_id", "total_amount", "id"),
        # All that is summed of many rides along: a third of the table is read, already in the order of its groups.
        Index(
            "ix_invoices_sums",
            "tenant_id",
            "kind",
            "currency_code",
            postgresql_include=[
                "net_amount",
                "freight_amount",
                "freight_tax_amount",
                "tax_amount",
                "total_amount",
                "settled_amount",
                "open_amount",
            ],
        ),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str | None] = short_text()
    external_number: Mapped[str | None] = mapped_column(String(80))
    """The supplier's own number."""
    party_id: Mapped[UUID]
    supplier_category_id: Mapped[UUID | None] = reference("scm.supplier_categories")
    """Of a supplier's invoice: the supplier's category when it was ordered or entered."""
    invoiced_on: Mapped[date]
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    currency_code: Mapped[str] = short_text(3)
    exchange_rate: Mapped[Decimal] = rate(server_default=text("1"))
    """Company currency per unit of document currency."""
    net_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    freight_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    freight_tax_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Part of the tax."""
    freight_tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    total_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """net + freight + tax, in document currency."""
    company_total_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """What stands on the receivable or payable account."""
    settled_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Taken off until now by payments, credit notes, discounts and write-offs; of a credit note, what was used."""
    open_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """The rest, both in document currency; `finance.settlements` says how it came about."""
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    is_payment_blocked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    block_reason: Mapped[str | None] = mapped_column(String(500))
    payment_warning: Mapped[str | None] = mapped_column(String(500))
    """What should be looked at before it is paid."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    origin_type: Mapped[str | None] = mapped_column(String(40))
    origin_id: Mapped[UUID | None]
    """The order it invoices."""
    corrects_id: Mapped[UUID | None] = reference("finance.invoices")
    reverses_id: Mapped[UUID | None] = reference("finance.invoices")
    """Of a cancellation: the invoice or credit note it is the mirror image of."""
    salesperson_id: Mapped[UUID | None] = reference("organization.employees")


class InvoiceLine(LedgerRow):
    """A line of an invoice; amounts in document currency, `company_net_amount` as posted."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        Index("ix_invoice_lines_invoice_id", "tenant_id", "invoice_id"),
        Index("ix_invoice_lines_order_line_id", "tenant_id", "order_line_id"),
        {"schema": "finance"},
    )

    invoice_id: Mapped[UUID] = reference("finance.invoices")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID | None] = reference("catalog.items")
    account_id: Mapped[UUID | None] = reference("ledger.accounts")
    """For lines without an item."""
    description: Mapped[str | None] = mapped_column(String(300))
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    qty: Mapped[Decimal] = quantity()
    unit_price: Mapped[Decimal] = price()
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    discount_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    net_amount: Mapped[Decimal]
    tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    company_net_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    company_cost_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Cost of what the line invoices, as the stock ledger had it at posting; of a purchase, the receipt's value."""
    warehouse_id: Mapped[UUID | None] = reference("inventory.warehouses")
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    project_id: Mapped[UUID | None] = reference("project.projects")
    order_line_id: Mapped[UUID | None]
    delivery_line_id: Mapped[UUID | None]
    """Delivery line (sales) or receipt line (purchase) it invoices."""


class Installment(LedgerRow):
    """A part of a posted invoice with its due day; parts add up to the total."""

    __tablename__ = "installments"
    __table_args__ = (unique("invoice_id", "part_number"), {"schema": "finance"})

    invoice_id: Mapped[UUID] = reference("finance.invoices")
    part_number: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date]
    amount: Mapped[Decimal]
    company_amount: Mapped[Decimal]


class Payment(TenantRow):
    """Money received or paid, once per bank reference; amounts are positive, the kind tells the direction."""

    __tablename__ = "payments"
    __table_args__ = (
        one_of("kind", PaymentKind),
        unique("company_id", "kind", "number"),
        one_of("state", PaymentState),
        unique("reverses_id"),
        Index(
            "uq_payments_bank_reference",
            "tenant_id",
            "bank_account_id",
            "kind",
            "bank_reference",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        CheckConstraint("amount > 0 or (amount < 0 and reverses_id is not null)", name="amount_positive"),
        Index("ix_payments_party_id", "tenant_id", "party_id"),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = short_text()
    party_id: Mapped[UUID]
    bank_account_id: Mapped[UUID] = reference("finance.bank_accounts")
    bank_reference: Mapped[str | None] = mapped_column(String(120))
    paid_on: Mapped[date]
    currency_code: Mapped[str] = short_text(3)
    exchange_rate: Mapped[Decimal] = rate(server_default=text("1"))
    amount: Mapped[Decimal]
    """In document currency, as it reaches the party's account: bank amount plus charges."""
    charge_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    company_amount: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    approved_by: Mapped[UUID | None]
    origin_id: Mapped[UUID | None]
    """The order it prepays."""
    reverses_id: Mapped[UUID | None] = reference("finance.payments")
    """Of a cancellation: the payment it is the mirror image of."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)


class Settlement(LedgerRow):
    """A payment or credit note set against an invoice, or against the refund that gives it back.

    Undone by a further row with the opposite sign.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        Index("ix_settlements_invoice_id", "tenant_id", "invoice_id"),
        Index("ix_settlements_payment_id", "tenant_id", "payment_id"),
        Index("ix_settlements_credit_note_id", "tenant_id", "credit_note_id"),
        Index("ix_settlements_refund_id", "tenant_id", "refund_id", postgresql_where=text("refund_id is not null")),
        unique("reverses_id"),
        CheckConstraint("(invoice_id is null) <> (refund_id is null)", name="one_target"),
        CheckConstraint(
            "refund_id is null or (payment_id is null) <> (credit_note_id is null)", name="refund_of_one_source"
        ),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    party_id: Mapped[UUID]
    invoice_id: Mapped[UUID | None] = reference("finance.invoices")
    refund_id: Mapped[UUID | None] = reference("finance.payments")
    """The payment that gives a credit back, where no invoice is settled."""
    payment_id: Mapped[UUID | None] = reference("finance.payments")
    credit_note_id: Mapped[UUID | None] = reference("finance.invoices")
    """Neither payment nor credit note: a write-off."""
    settled_on: Mapped[date]
    amount: Mapped[Decimal]
    """Taken off the invoice or refund, in its currency, discount and write-off included."""
    payment_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Taken from the payment or credit note, in its currency."""
    payment_company_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """The same in company currency, at the payment's or credit note's rate."""
    discount_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    write_off_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    company_amount: Mapped[Decimal]
    """Taken off the receivable or payable account (of a refund: the advances), at the invoice's or refund's rate."""
    exchange_difference_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Realized gain positive, loss negative, in company currency."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    reverses_id: Mapped[UUID | None] = reference("finance.settlements")


class Budget(TenantRow):
    """What a company plans to earn and spend in a fiscal year: one revision of it."""

    __tablename__ = "budgets"
    __table_args__ = (
        unique("company_id", "fiscal_year_id", "revision"),
        one_of("state", BudgetState),
        one_of("control", BudgetControl),
        Index(
            "uq_budgets_approved",
            "tenant_id",
            "company_id",
            "fiscal_year_id",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    fiscal_year_id: Mapped[UUID] = reference("ledger.fiscal_years")
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    name: Mapped[str] = mapped_column(String(200))
    control: Mapped[str] = mapped_column(String(10), server_default="warn")
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    approved_by: Mapped[UUID | None]


class BudgetLine(TenantRow):
    """What is planned for an account, perhaps a cost centre, in a month."""

    __tablename__ = "budget_lines"
    __table_args__ = (
        unique("budget_id", "account_id", "cost_centre_id", "month_on", postgresql_nulls_not_distinct=True),
        CheckConstraint("extract(day from month_on) = 1", name="month_start"),
        {"schema": "finance"},
    )

    budget_id: Mapped[UUID] = reference("finance.budgets")
    account_id: Mapped[UUID] = reference("ledger.accounts")
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    month_on: Mapped[date]
    """The month's first day."""
    amount: Mapped[Decimal]
    """In company currency; income and expense are both positive."""


class Revaluation(LedgerRow):
    """What an open item or bank account in a foreign currency gained or lost by a period's closing rate.

    Posted on the period's last day and taken back on the day after; several rows of an item and period add up.
    """

    __tablename__ = "revaluations"
    __table_args__ = (Index("ix_revaluations_period_id", "tenant_id", "period_id"), {"schema": "finance"})

    company_id: Mapped[UUID] = reference("organization.companies")
    period_id: Mapped[UUID] = reference("ledger.periods")
    item_id: Mapped[UUID]
    """The invoice or credit note, or the ledger account that a bank account stands on."""
    item_number: Mapped[str | None] = short_text()
    role: Mapped[str] = mapped_column(String(40))
    """Of the account that carries the difference."""
    currency_code: Mapped[str] = short_text(3)
    currency_amount: Mapped[Decimal]
    """Open on the period's last day, as it stands in the books: what we owe is negative."""
    exchange_rate: Mapped[Decimal] = rate()
    amount: Mapped[Decimal]
    """Gain positive, loss negative, in company currency."""
    journal_entry_id: Mapped[UUID] = reference("ledger.journal_entries", is_deferred=True)
    reversal_entry_id: Mapped[UUID] = reference("ledger.journal_entries", is_deferred=True)


class AssetClass(TenantRow):
    """Fixed assets of one kind: the account that their cost stands on, and how long such things last."""

    __tablename__ = "asset_classes"
    __table_args__ = (
        unique("company_id", "code"),
        unique("account_id"),
        CheckConstraint("life_months > 0", name="life_months_positive"),
        {"schema": "finance", "info": REFERENCE},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID] = reference("ledger.accounts")
    """A control account: what stands on it is the cost of the assets in use."""
    life_months: Mapped[int] = mapped_column(Integer)
    """Of an asset that comes with a supplier's invoice, until somebody says otherwise."""


class AssetState(StrEnum):
    """A drafted asset is not in the books; a disposed one stands in them with nothing."""

    DRAFT = "draft"
    IN_USE = "in_use"
    DISPOSED = "disposed"


class AssetSource(StrEnum):
    """Where the cost of an asset came from."""

    CLEARING = "clearing"
    OPENING = "opening"
    INVOICE = "invoice"


class Asset(TenantRow):
    """A thing used for years, depreciated month by month in equal parts."""

    __tablename__ = "assets"
    __table_args__ = (
        unique("company_id", "tag"),
        one_of("state", AssetState),
        one_of("source", AssetSource),
        CheckConstraint("cost_amount > 0", name="cost_amount_positive"),
        CheckConstraint("residual_amount >= 0", name="residual_amount_not_negative"),
        CheckConstraint("opening_depreciation_amount >= 0", name="opening_depreciation_amount_not_negative"),
        CheckConstraint("life_months > 0", name="life_months_positive"),
        CheckConstraint(
            "(state = 'draft') = (capitalized_on is null) and (state = 'draft') = (journal_entry_id is null)"
            " and (state = 'draft') = (source is null) and (state = 'disposed') = (disposed_on is not null)"
            " and (state = 'disposed') = (disposal_entry_id is not null)",
            name="state_told",
        ),
        Index("ix_assets_invoice_id", "tenant_id", "invoice_id"),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    tag: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    asset_class_id: Mapped[UUID] = reference("finance.asset_classes")
    in_service_on: Mapped[date]
    cost_amount: Mapped[Decimal]
    residual_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    opening_depreciation_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Lost in books before these, of an asset that comes with an opening balance."""
    life_months: Mapped[int] = mapped_column(Integer)
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    """Where it is worn: depreciation posted from now on goes there."""
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    source: Mapped[str | None] = mapped_column(String(20))
    capitalized_on: Mapped[date | None]
    """The day on which its cost came onto its account."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    invoice_id: Mapped[UUID | None] = reference("finance.invoices")
    """The supplier's invoice that it came with."""
    disposed_on: Mapped[date | None]
    proceeds_amount: Mapped[Decimal | None]
    """What it was sold for, without tax, in company currency."""
    disposal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    sales_invoice_id: Mapped[UUID | None] = reference("finance.invoices")
    """The invoice that it was sold with."""


class Depreciation(TenantRow):
    """What an asset lost in a period, posted once; all of one run stand in one entry."""

    __tablename__ = "depreciations"
    __table_args__ = (
        Index(
            "uq_depreciations_posted",
            "tenant_id",
            "asset_id",
            "period_id",
            unique=True,
            postgresql_where=text("state = 'posted'"),
        ),
        unique("reverses_id"),
        CheckConstraint("state in ('posted', 'cancelled')", name="state_known"),
        {"schema": "finance"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    asset_id: Mapped[UUID] = reference("finance.assets")
    period_id: Mapped[UUID] = reference("ledger.periods")
    amount: Mapped[Decimal]
    journal_entry_id: Mapped[UUID] = reference("ledger.journal_entries", is_deferred=True)
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    reverses_id: Mapped[UUID | None] = reference("finance.depreciations")
    """Of a cancellation: the depreciation it is the mirror image of."""
