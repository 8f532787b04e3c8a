"""What parties do on their own: customers, suppliers."""

from uuid import UUID

from sqlalchemy import select

from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.scm.models import Customer, Supplier


def make_party(session: Session, model: type[Customer] | type[Supplier]) -> UUID:
    """A customer or supplier in Germany."""
    party = model(id=new_id(), code="P", name="Party", currency_code="EUR", country_code="DE", tax_class="standard")
    insert_all(session, [party])
    return party.id


def parties_are_kept(session: Session) -> None:
    """Both kinds."""
    customer, supplier = make_party(session, Customer), make_party(session, Supplier)
    assert session.scalars(select(Customer.id)).all() == [customer]
    assert session.scalars(select(Supplier.id)).all() == [supplier]


SHARE = (parties_are_kept,)
