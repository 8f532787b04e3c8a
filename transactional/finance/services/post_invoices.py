"""Invoices and credit notes, both ways, are posted by this one verb."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.errors import DuplicateSupplierInvoice
from transactional.finance.events import invoice_posted
from transactional.finance.freights import Freight
from transactional.finance.models import Installment, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.finance.order_heads import put_freight
from transactional.finance.postings import DEFAULT_ROLES, SALES_KINDS, InvoiceFacts, Money, NetPart, invoice_lines
from transactional.finance.services.find_taxes import find_taxes
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.finance.taxes import TaxTable, reverse_charge, tax_parts
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.periods import lock_periods
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.platform.services.take_numbers import take_numbers
from transactional.scm.installments import due_parts
from transactional.scm.models import PaymentTerm

ONE = Decimal(1)


def post_invoices(session: Session, drafts: Sequence[InvoiceDraft], *, at: datetime) -> list[Invoice]:
    """Invoices posted, numbered without gap, with their due installments; the party's open amount has risen.

    Raises: Invalid for an invoice without lines or below zero; DuplicateSupplierInvoice; PeriodClosed; RateMissing.
    """
    if not drafts:
        return []
    _check(drafts)
    check_external_numbers(session, drafts)
    companies = read_by_id(session, Company, (draft.company_id for draft in drafts))
    _check_rates(drafts, companies)
    taxes = find_taxes(session)
    rates = _rates(session, drafts, companies)
    pairs = []
    for draft in drafts:
        company = companies[draft.company_id]
        rate = draft.exchange_rate or rates.rate(
            draft.currency_code, company.currency_code, draft.invoiced_on, age_days_max=company.rate_age_days_max
        )
        pairs.append(_build(draft, company, rate, taxes))
    number_invoices(session, [invoice for invoice, _, _ in pairs])
    _post(session, pairs, at=at)
    insert_all(session, [invoice for invoice, _, _ in pairs])
    insert_all(session, [line for _, lines, _ in pairs for line in lines])
    insert_all(session, _installments(session, drafts, [invoice for invoice, _, _ in pairs], companies))
    record(session, [invoice_posted(invoice, at) for invoice, _, _ in pairs])
    return [invoice for invoice, _, _ in pairs]


def _check(drafts: Sequence[InvoiceDraft]) -> None:
    problems = []
    for number, draft in enumerate(drafts):
        path = "" if len(drafts) == 1 else f"invoices/{number}/"
        if not draft.lines:
            problems.append(FieldProblem(f"{path}lines", "at least one line is needed", "no_lines"))
        if draft.freight.net_amount < 0:
            problems.append(FieldProblem(f"{path}freight_amount", "freight is not negative", "negative"))
        if draft.exchange_rate is not None and draft.exchange_rate <= 0:
            problems.append(FieldProblem(f"{path}exchange_rate", "a rate is above zero", "not_above_zero"))
        freight = draft.freight.net_amount + draft.freight.tax_amount
        if sum((line.net_amount + line.tax_amount for line in draft.lines), freight) < 0:
            problems.append(FieldProblem(f"{path}lines", "an invoice below zero is a credit note", "below_zero"))
        if draft.kind == InvoiceKind.PURCHASE_INVOICE and not draft.external_number:
            problems.append(FieldProblem(f"{path}external_number", "the supplier's number is needed", "missing"))
    if problems:
        raise Invalid(problems)


def _check_rates(drafts: Sequence[InvoiceDraft], companies: Mapping[UUID, Company]) -> None:
    problems = [
        FieldProblem(
            "exchange_rate" if len(drafts) == 1 else f"invoices/{number}/exchange_rate",
            "is 1: the invoice is in company currency",
            "same_currency",
        )
        for number, draft in enumerate(drafts)
        if draft.exchange_rate not in {None, ONE} and draft.currency_code == companies[draft.company_id].currency_code
    ]
    if problems:
        raise Invalid(problems)


def check_external_numbers(session: Session, drafts: Sequence[InvoiceDraft]) -> None:
    """The database holds this too, upper case or lower; here it is told in words."""
    billed = [draft for draft in drafts if draft.kind == InvoiceKind.PURCHASE_INVOICE]
    if not billed:
        return
    seen: set[tuple[UUID, str]] = set()
    for draft in billed:
        key = (draft.party_id, (draft.external_number or "").lower())
        if key in seen:
            raise DuplicateSupplierInvoice(external_number=draft.external_number, number="another one of this request")
        seen.add(key)
    known = session.execute(
        select(Invoice.party_id, Invoice.external_number, Invoice.number).where(
            Invoice.kind == InvoiceKind.PURCHASE_INVOICE,
            Invoice.state != InvoiceState.CANCELLED,
            Invoice.party_id.in_({party_id for party_id, _ in seen}),
            func.lower(Invoice.external_number).in_({number for _, number in seen}),
        )
    )
    for party_id, external_number, number in known:
        if (party_id, (external_number or "").lower()) in seen:
            raise DuplicateSupplierInvoice(external_number=external_number, number=number)


def _rates(session: Session, drafts: Sequence[InvoiceDraft], companies: dict[UUID, Company]) -> RateTable:
    open_ones = [draft for draft in drafts if draft.exchange_rate is None]
    codes = {draft.currency_code for draft in open_ones} | {
        companies[draft.company_id].currency_code for draft in open_ones
    }
    return find_rates(session, codes, until=max(draft.invoiced_on for draft in drafts))


_Built = tuple[Invoice, list[InvoiceLine], InvoiceFacts]


def _build(draft: InvoiceDraft, company: Company, rate: Decimal, taxes: TaxTable) -> _Built:
    """The invoice with its lines, and what it posts from: each company amount rounded once, the total their sum."""
    decimals = decimals_of(company.currency_code)
    invoice = Invoice(
        id=draft.id or new_id(),
        company_id=draft.company_id,
        kind=draft.kind.value,
        external_number=draft.external_number,
        party_id=draft.party_id,
        supplier_category_id=draft.supplier_category_id,
        invoiced_on=draft.invoiced_on,
        payment_term_id=draft.payment_term_id,
        currency_code=draft.currency_code,
        exchange_rate=rate,
        state=InvoiceState.POSTED.value,
        is_payment_blocked=draft.block_reason is not None,
        block_reason=draft.block_reason,
        journal_entry_id=None,
        origin_type=draft.origin_type,
        origin_id=draft.origin_id,
        corrects_id=draft.corrects_id,
        salesperson_id=draft.salesperson_id,
    )
    lines = [_line(invoice, number, line, rate, decimals) for number, line in enumerate(draft.lines, start=1)]
    facts = _facts(draft, lines, rate, decimals, taxes)
    invoice.net_amount = sum((line.net_amount for line in draft.lines), ZERO)
    put_freight(invoice, draft.freight)
    invoice.tax_amount = sum((line.tax_amount for line in draft.lines), draft.freight.tax_amount)
    invoice.total_amount = invoice.open_amount = facts.total.currency_amount
    invoice.company_total_amount = facts.total.amount
    return invoice, lines, facts


def _line(invoice: Invoice, number: int, line: InvoiceDraftLine, rate: Decimal, decimals: int) -> InvoiceLine:
    company_net = line.company_net_amount
    if company_net is None:
        company_net = _converted(line.net_amount, rate, decimals)
    return InvoiceLine(
        id=new_id(),
        invoice_id=invoice.id,
        line_number=number,
        item_id=line.item_id,
        account_id=line.account_id,
        description=line.description,
        unit_id=line.unit_id,
        qty=line.qty,
        unit_price=line.unit_price,
        discount_share=line.discount_share,
        discount_amount=line.discount_amount,
        net_amount=line.net_amount,
        tax_code_id=line.tax_code_id,
        tax_amount=line.tax_amount,
        company_net_amount=company_net,
        company_cost_amount=line.company_cost_amount,
        warehouse_id=line.warehouse_id,
        cost_centre_id=line.cost_centre_id,
        project_id=line.project_id,
        order_line_id=line.order_line_id,
        delivery_line_id=line.delivery_line_id,
    )


def _facts(
    draft: InvoiceDraft, rows: Sequence[InvoiceLine], rate: Decimal, decimals: int, taxes: TaxTable
) -> InvoiceFacts:
    net = _net_parts(draft, rows)
    own_decimals = decimals_of(draft.currency_code)
    by_code: defaultdict[UUID | None, Decimal] = defaultdict(lambda: ZERO)
    reverse: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    taxed: list[InvoiceDraftLine | Freight] = [*draft.lines, draft.freight]
    for each in taxed:
        if each.tax_code_id is None:
            by_code[None] += each.tax_amount
            continue
        tax = taxes.tax(each.tax_code_id, draft.invoiced_on)
        for code_id, part in tax_parts(each.tax_amount, tax, own_decimals):
            by_code[code_id] += part
        if tax.is_reverse and draft.kind not in SALES_KINDS:
            reverse[each.tax_code_id] += reverse_charge(each.net_amount, tax, own_decimals)
    charged = draft.freight.net_amount
    freight = Money(_converted(charged, rate, decimals), charged)
    parts = [(code_id, Money(_converted(amount, rate, decimals), amount)) for code_id, amount in by_code.items()]
    moneys = [freight, *[part.money for part in net], *[money for _, money in parts]]
    total = Money(sum((m.amount for m in moneys), ZERO), sum((m.currency_amount for m in moneys), ZERO))
    owed = [(code_id, Money(_converted(amount, rate, decimals), amount)) for code_id, amount in reverse.items()]
    return InvoiceFacts(
        draft.kind,
        draft.party_id,
        draft.currency_code,
        total,
        net,
        freight,
        parts,
        owed,
        draft.supplier_category_id,
    )


def _net_parts(draft: InvoiceDraft, rows: Sequence[InvoiceLine]) -> list[NetPart]:
    groups: dict[tuple[object, ...], NetPart] = {}
    for line, row in zip(draft.lines, rows, strict=True):
        role = None if line.account_id else line.role or DEFAULT_ROLES[draft.kind]
        about = (role, line.account_id, line.item_category_id, line.warehouse_id, line.cost_centre_id, line.project_id)
        known = groups.get(about)
        money = Money(row.company_net_amount, line.net_amount)
        if known:
            money = Money(known.money.amount + money.amount, known.money.currency_amount + money.currency_amount)
        groups[about] = NetPart(money, *about)
    return list(groups.values())


def number_invoices(session: Session, invoices: Sequence[Invoice]) -> None:
    """Numbers are taken behind the periods and before the head of the journal, which comes last in every verb."""
    lock_periods(session, ((invoice.company_id, invoice.invoiced_on) for invoice in invoices))
    groups: defaultdict[tuple[str, UUID], list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        groups[invoice.kind, invoice.company_id].append(invoice)
    for (kind, company_id), group in sorted(groups.items()):
        numbers = take_numbers(session, kind, company_id, [invoice.invoiced_on for invoice in group])
        for invoice, number in zip(group, numbers, strict=True):
            invoice.number = number


def _post(session: Session, built: Sequence[_Built], *, at: datetime) -> None:
    drafts = [_entry(invoice, invoice_lines(facts)) for invoice, _, facts in built]
    for (invoice, _, _), entry in zip(built, post_entries(session, drafts, at=at, at_the_end=True), strict=True):
        invoice.journal_entry_id = entry.id


def _entry(invoice: Invoice, lines: list[LineDraft]) -> EntryDraft:
    return EntryDraft(
        company_id=invoice.company_id,
        journal=Journal.SALES if invoice.kind in SALES_KINDS else Journal.PURCHASE,
        posted_on=invoice.invoiced_on,
        origin_type="invoice",
        origin_id=invoice.id,
        description=f"{invoice.kind.replace('_', ' ')} {invoice.number}",
        lines=lines,
    )


def _installments(
    session: Session, drafts: Sequence[InvoiceDraft], invoices: Sequence[Invoice], companies: dict[UUID, Company]
) -> list[Installment]:
    terms = read_all(session, PaymentTerm)
    rows = []
    for draft, invoice in zip(drafts, invoices, strict=True):
        term = terms.get(draft.payment_term_id) if draft.payment_term_id else None
        rows += _parts_of(invoice, term, draft.ordered_on, decimals_of(companies[invoice.company_id].currency_code))
    return rows


def _parts_of(invoice: Invoice, term: PaymentTerm | None, ordered_on: date | None, decimals: int) -> list[Installment]:
    parts = due_parts(
        term.installments if term else (),
        (invoice.total_amount, invoice.company_total_amount),
        invoiced_on=invoice.invoiced_on,
        ordered_on=ordered_on,
        decimals=(decimals_of(invoice.currency_code), decimals),
    )
    return [
        Installment(
            invoice_id=invoice.id,
            part_number=number,
            due_on=part.due_on,
            amount=part.amount,
            company_amount=part.company_amount,
        )
        for number, part in enumerate(parts, start=1)
    ]


def _converted(amount: Decimal, rate: Decimal, decimals: int) -> Decimal:
    return amount if rate == ONE else round_amount(amount * rate, decimals)
