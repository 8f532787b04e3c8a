"""What finance does on its own: an invoice with its tax, and its open amount."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from tests.modules.kernel import NOW
from tests.modules.ledger import open_books
from tests.modules.organization import DAY
from tests.modules.scm import make_party
from transactional.finance.models import InvoiceKind, TaxCode, TaxKind, TaxRate
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.scm.models import Customer


def make_tax(session: Session) -> UUID:
    """Twenty percent on everything."""
    code = TaxCode(
        id=new_id(),
        code="STD",
        name="Standard",
        kind=TaxKind.EXCLUSIVE.value,
        item_tax_class="standard",
        party_tax_class="standard",
    )
    insert_all(session, [code])
    insert_all(session, [TaxRate(tax_code_id=code.id, valid_from=date(2000, 1, 1), rate=Decimal("0.2"))])
    return code.id


def an_invoice_is_open_with_its_tax(session: Session) -> None:
    """A hundred and twenty of a hundred."""
    company_id, tax_id = open_books(session), make_tax(session)
    line = InvoiceDraftLine(
        qty=Decimal(1),
        unit_price=Decimal(100),
        net_amount=Decimal(100),
        role=AccountRole.REVENUE,
        tax_code_id=tax_id,
        tax_amount=Decimal(20),
    )
    draft = InvoiceDraft(
        company_id=company_id,
        kind=InvoiceKind.SALES_INVOICE,
        party_id=make_party(session, Customer),
        invoiced_on=DAY,
        currency_code="EUR",
        lines=[line],
        origin_type="trial",
        origin_id=new_id(),
    )
    [invoice] = post_invoices(session, [draft], at=NOW)
    assert (invoice.total_amount, invoice.open_amount) == (Decimal(120), Decimal(120))


SHARE = (an_invoice_is_open_with_its_tax,)
