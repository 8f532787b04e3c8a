"""Purchase orders go to their suppliers: each revision that is let go out, once."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.rows import read_by_id
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.purchase.services.change_orders import change_orders
from transactional.purchase.services.confirm_orders import approve_orders, confirm_orders
from transactional.purchase.specs import PurchaseOrderChange
from transactional.report.models import Delivery
from transactional.report.states import Channel, DeliveryKind
from transactional.scm.models import PartyContact, Supplier

ORDER = "purchase_order"


def confirm_and_send(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Orders confirmed, those that need no second user on their way to their suppliers.  Raises: as confirming."""
    return _sent(session, confirm_orders(session, order_ids, at=at), at)


def approve_and_send(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Orders approved and on their way to their suppliers.  Raises: as approving."""
    return _sent(session, approve_orders(session, order_ids, at=at), at)


def change_and_send(session: Session, changes: Sequence[PurchaseOrderChange], *, at: datetime) -> list[PurchaseOrder]:
    """Orders changed, those that wait for nobody on their way to their suppliers anew.  Raises: as changing."""
    return _sent(session, change_orders(session, changes, at=at), at)


def _sent(session: Session, orders: list[PurchaseOrder], at: datetime) -> list[PurchaseOrder]:
    """The orders, a mail planned for each that is out to somebody with an address; its key makes it one."""
    out = [order for order in orders if order.state == PurchaseOrderState.CONFIRMED]
    mails = _mails(session, {order.supplier_id for order in out})
    rows = [
        {
            "id": new_id(),
            "tenant_id": session.tenant_id,
            "key": f"{ORDER}:{order.id}:{order.revision}",
            "kind": DeliveryKind.DOCUMENT.value,
            "channel": Channel.MAIL.value,
            "address": mails[order.supplier_id],
            "facts": {"document": ORDER, "id": str(order.id), "number": order.number, "revision": order.revision},
            "next_try_at": at,
        }
        for order in out
        if order.supplier_id in mails
    ]
    if rows:
        session.send_waiting()
        session.execute(insert(Delivery).values(rows).on_conflict_do_nothing(index_elements=["tenant_id", "key"]))
    return orders


def _mails(session: Session, supplier_ids: AbstractSet[UUID]) -> dict[UUID, str]:
    """Where each supplier reads mail: the first contact's address, else the house's."""
    suppliers = read_by_id(session, Supplier, supplier_ids)
    first = select(PartyContact.party_id, PartyContact.email).where(
        any_of(PartyContact.party_id, supplier_ids),
        PartyContact.is_first,
        PartyContact.is_active,
        PartyContact.email.is_not(None),
    )
    known = {key: row.email for key, row in suppliers.items()} | dict(session.execute(first).all())
    return {key: address for key, address in known.items() if address}
