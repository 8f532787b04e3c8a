"""A supplier's invoice without an order: services and expenses, by account or item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCategory, ItemKind
from transactional.finance.assets import find_classes
from transactional.finance.models import AssetClass, Invoice, InvoiceKind, InvoiceLine, TaxCode
from transactional.finance.services.capitalize_assets import capitalize_bought
from transactional.finance.services.find_taxes import find_taxes
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.services.warn_of_invoices import warn_of_invoices
from transactional.finance.specs import BoughtAsset, InvoiceDraft, InvoiceDraftLine
from transactional.finance.taxes import Tax, TaxedAmount, TaxPlace, TaxRefused, TaxTable, tax_document, tax_line
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import BrokenInvariant, FieldProblem, Invalid
from transactional.kernel.money import ZERO, has_more_decimals, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.kernel.trees import inherited
from transactional.ledger.accounts import ACCOUNT_MAP, AccountMap
from transactional.ledger.models import Account, AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.project.attributions import Attributions
from transactional.purchase.services.judge_spending import judge_postings
from transactional.purchase.specs import NewBill, NewBillLine
from transactional.scm.models import Supplier, SupplierCategory

_NAME_MAX = 200


def enter_bills(session: Session, bills: Sequence[NewBill], *, at: datetime) -> list[Invoice]:
    """Posted invoices of suppliers for what no order was written for; expense and input tax against payable.

    A line on the account of a class of fixed assets brings one asset into the register, at the line's net amount.
    Raises: Invalid naming every unknown or blocked supplier, stock item, group or control account, and missing tax;
    DuplicateSupplierInvoice; AssetTagUsed; RateMissing; PeriodClosed; BudgetExceeded where a budget blocks.
    """
    if not bills:
        return []
    desk = _open_desk(session, bills)
    problems: list[FieldProblem] = []
    drafts = []
    for number, new in enumerate(bills):
        draft = desk.draft(new, "" if len(bills) == 1 else f"bills/{number}/", problems)
        if draft:
            drafts.append(draft)
    if problems:
        raise Invalid(problems)
    posted = post_invoices(session, drafts, at=at)
    _capitalize(session, bills, posted, desk.classes, at=at)
    warnings = judge_postings(session, {bill.company_id for bill in bills}, {invoice.id for invoice in posted})
    warn_of_invoices(session, warnings, is_blocking=False)
    return posted


@dataclass(frozen=True, slots=True)
class _Desk:
    """What bills are entered from, read once for a whole set."""

    companies: Mapping[UUID, Company]
    suppliers: Mapping[UUID, Supplier]
    supplier_categories: Mapping[UUID, SupplierCategory]
    items: Mapping[UUID, Item]
    categories: Mapping[UUID, ItemCategory]
    accounts: Mapping[UUID, Account]
    classes: Mapping[UUID, AssetClass]
    """Of fixed assets, by the account that each stands on."""
    attributions: Attributions
    tax_codes: frozenset[UUID]
    taxes: TaxTable
    mapping: AccountMap

    def draft(self, new: NewBill, path: str, problems: list[FieldProblem]) -> InvoiceDraft | None:
        """The invoice, taxed; what is wrong is added to the problems."""
        before = len(problems)
        company, supplier = self.companies[new.company_id], self.suppliers.get(new.supplier_id)
        if supplier is None:
            problems.append(FieldProblem(f"{path}supplier_id", "no such supplier", "unknown_supplier"))
            return None
        if supplier.is_blocked or not supplier.is_active:
            reason = f"supplier {supplier.code} is blocked"
            problems.append(FieldProblem(f"{path}supplier_id", reason, "supplier_blocked"))
        currency = new.currency_code or supplier.currency_code
        for position, line in enumerate(new.lines):
            problems += self._problems(new, line, supplier, currency, f"{path}lines/{position}/")
        if len(problems) > before:
            return None
        place = TaxPlace(supplier.tax_class, company.country_code, new.invoiced_on)
        taxes = [self._tax(line, place, f"{path}lines/{n}/", problems) for n, line in enumerate(new.lines)]
        if len(problems) > before:
            return None
        taxed = _taxed(new.lines, taxes, company, decimals_of(currency))
        return InvoiceDraft(
            company_id=new.company_id,
            kind=InvoiceKind.PURCHASE_INVOICE,
            party_id=supplier.id,
            supplier_category_id=supplier.category_id,
            invoiced_on=new.invoiced_on,
            currency_code=currency,
            lines=[self._line(*each) for each in zip(new.lines, taxes, taxed, strict=True)],
            exchange_rate=new.exchange_rate,
            payment_term_id=new.payment_term_id or self._term_id(supplier),
            external_number=new.external_number,
            id=new.id,
        )

    def _term_id(self, supplier: Supplier) -> UUID | None:
        return supplier.payment_term_id or inherited(self.supplier_categories, supplier.category_id, "payment_term_id")

    def _problems(
        self, new: NewBill, line: NewBillLine, supplier: Supplier, currency: str, path: str
    ) -> list[FieldProblem]:
        usual = self.mapping.of_supplier_category(new.company_id, AccountRole.EXPENSE, supplier.category_id)
        is_open = line.account_id is None and line.item_id is None and usual is None
        if is_open or (line.account_id is not None and line.item_id is not None):
            return [FieldProblem(f"{path}account_id", "say either an account or an item", "account_or_item")]
        problems = []
        if line.item_id:
            problems += self._item_problems(line.item_id, f"{path}item_id")
        if line.account_id:
            problems += self._account_problems(line.account_id, new.company_id, f"{path}account_id")
        if line.account_id not in self.classes and (line.asset_tag or line.in_service_on):
            name = "asset_tag" if line.asset_tag else "in_service_on"
            reason = "is said of fixed assets only: choose the account of a class of them"
            problems.append(FieldProblem(f"{path}{name}", reason, "no_asset"))
        problems += self.attributions.problems(line, new.company_id, path)
        if line.qty <= 0:
            problems.append(FieldProblem(f"{path}qty", "the quantity must be above zero", "not_above_zero"))
        if line.tax_code_id and line.tax_code_id not in self.tax_codes:
            problems.append(FieldProblem(f"{path}tax_code_id", "there is no such tax code", "unknown_reference"))
        if line.tax_amount is not None and has_more_decimals(line.tax_amount, decimals_of(currency)):
            reason = f"has more decimals than {currency}"
            problems.append(FieldProblem(f"{path}tax_amount", reason, "too_many_decimals"))
        return problems

    def _item_problems(self, item_id: UUID, path: str) -> list[FieldProblem]:
        item = self.items.get(item_id)
        if item is None or not item.is_active:
            return [FieldProblem(path, "no such active item", "unknown_item")]
        if item.kind == ItemKind.STOCK:
            return [FieldProblem(path, f"item {item.code} is kept in stock: order and receive it", "stock_item")]
        return []

    def _account_problems(self, account_id: UUID, company_id: UUID, path: str) -> list[FieldProblem]:
        account = self.accounts.get(account_id)
        if account is None or account.company_id != company_id:
            return [FieldProblem(path, "the company has no such account", "account_unknown")]
        if not account.is_posting:
            return [FieldProblem(path, f"account {account.code} is a group: choose one below it", "account_group")]
        if account.is_control and account_id not in self.classes:
            return [FieldProblem(path, f"account {account.code} is kept by its documents", "account_control")]
        return []

    def _tax(self, line: NewBillLine, place: TaxPlace, path: str, problems: list[FieldProblem]) -> Tax | None:
        if line.tax_code_id:
            return self.taxes.tax(line.tax_code_id, place.on)
        if line.item_id is None:
            return None
        item = self.items[line.item_id]
        category = self.categories.get(item.category_id) if item.category_id else None
        tax_class = item.tax_class or (category.tax_class if category else None)
        try:
            return self.taxes.choose(tax_class or "", place)
        except TaxRefused as refusal:
            problems.append(FieldProblem(f"{path}item_id", str(refusal), "tax_missing"))
            return None

    def _line(self, line: NewBillLine, tax: Tax | None, taxed: TaxedAmount) -> InvoiceDraftLine:
        item = self.items.get(line.item_id) if line.item_id else None
        return InvoiceDraftLine(
            qty=line.qty,
            unit_price=line.unit_price,
            net_amount=taxed.net_amount,
            item_id=line.item_id,
            item_category_id=item.category_id if item else None,
            role=None if line.account_id else AccountRole.EXPENSE,
            account_id=line.account_id,
            description=line.description,
            unit_id=item.unit_id if item else None,
            tax_code_id=tax.code.id if tax else None,
            tax_amount=taxed.tax_amount,
            cost_centre_id=line.cost_centre_id,
            project_id=line.project_id,
        )


def _capitalize(
    session: Session,
    bills: Sequence[NewBill],
    invoices: Sequence[Invoice],
    classes: Mapping[UUID, AssetClass],
    *,
    at: datetime,
) -> None:
    """The assets that came with invoices, by line; one without a tag is called by invoice and line."""
    by_invoice = dict(zip((invoice.id for invoice in invoices), zip(bills, invoices, strict=True), strict=True))
    wanted = [key for key, (bill, _) in by_invoice.items() if any(line.account_id in classes for line in bill.lines)]
    if not wanted:
        return
    bought = []
    statement = select(InvoiceLine).where(any_of(InvoiceLine.invoice_id, wanted))
    for row in read(session, statement.order_by(InvoiceLine.invoice_id, InvoiceLine.line_number)):
        bill, invoice = by_invoice[row.invoice_id]
        asset_class, line = classes.get(row.account_id) if row.account_id else None, bill.lines[row.line_number - 1]
        if asset_class is None:
            continue
        if invoice.journal_entry_id is None:
            raise BrokenInvariant(f"invoice {invoice.id} is posted without an entry")
        bought.append(
            BoughtAsset(
                company_id=invoice.company_id,
                asset_class=asset_class,
                tag=line.asset_tag or f"{invoice.number}-{row.line_number}",
                name=line.description[:_NAME_MAX] if line.description else None,
                in_service_on=line.in_service_on or invoice.invoiced_on,
                invoiced_on=invoice.invoiced_on,
                cost_amount=row.company_net_amount,
                invoice_id=invoice.id,
                journal_entry_id=invoice.journal_entry_id,
                cost_centre_id=line.cost_centre_id,
            )
        )
    capitalize_bought(session, bought, at=at)


def _taxed(
    lines: Sequence[NewBillLine], taxes: Sequence[Tax | None], company: Company, decimals: int
) -> list[TaxedAmount]:
    """Each line's net amount and tax: the supplier's own figure where there is one, else as the company rounds."""
    gross = [round_amount(line.qty * line.unit_price, decimals) for line in lines]
    pairs = [(amount, tax) for amount, tax in zip(gross, taxes, strict=True) if tax]
    computed = [tax_line(*pair, decimals) for pair in pairs] if company.rounds_tax_per_line else None
    results = iter(computed if computed is not None else tax_document(pairs, decimals))
    taxed = [next(results) if tax else TaxedAmount(amount, ZERO) for amount, tax in zip(gross, taxes, strict=True)]
    return [
        _as_billed(amount, tax, line.tax_amount) if line.tax_amount is not None else result
        for amount, tax, line, result in zip(gross, taxes, lines, taxed, strict=True)
    ]


def _as_billed(amount: Decimal, tax: Tax | None, tax_amount: Decimal) -> TaxedAmount:
    return TaxedAmount(amount - tax_amount if tax and tax.is_inclusive else amount, tax_amount)


def _open_desk(session: Session, bills: Sequence[NewBill]) -> _Desk:
    lines = [line for new in bills for line in new.lines]
    suppliers = select(Supplier).where(any_of(Supplier.id, {new.supplier_id for new in bills}))
    items = select(Item).where(any_of(Item.id, {line.item_id for line in lines}))
    accounts = select(Account).where(any_of(Account.id, {line.account_id for line in lines}))
    return _Desk(
        read_by_id(session, Company, {new.company_id for new in bills}),
        {row.id: row for row in read(session, suppliers)},
        read_all(session, SupplierCategory),
        {row.id: row for row in read(session, items)},
        {row.id: row for row in read(session, select(ItemCategory))},
        {row.id: row for row in read(session, accounts)},
        find_classes(session),
        Attributions.read(session),
        frozenset(session.scalars(select(TaxCode.id))),
        find_taxes(session),
        ACCOUNT_MAP.of(session),
    )
