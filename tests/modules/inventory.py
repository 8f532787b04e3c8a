"""What stock does on its own: it is valued, and nothing leaves that is not there."""

from decimal import Decimal
from uuid import UUID

from tests.modules.catalog import make_item
from tests.modules.kernel import NOW
from tests.modules.ledger import open_books
from tests.modules.organization import DAY
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.models import Location, MoveKind, Warehouse
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole


def make_warehouse(session: Session, company_id: UUID) -> tuple[UUID, UUID]:
    """A warehouse and its location."""
    warehouse = Warehouse(id=new_id(), code="W", name="Warehouse", company_id=company_id)
    insert_all(session, [warehouse])
    location = Location(id=new_id(), warehouse_id=warehouse.id, code="MAIN", name="Main", is_default=True)
    insert_all(session, [location])
    return warehouse.id, location.id


def goods_leave_at_their_cost(session: Session) -> None:
    """Three worth ten are opened, one leaves, and no three more."""
    company_id = open_books(session)
    warehouse_id, location_id = make_warehouse(session, company_id)
    item_id = make_item(session)

    def move(kind: MoveKind, qty: int, value: Decimal | None = None) -> MoveDraft:
        return MoveDraft(
            company_id=company_id,
            item_id=item_id,
            warehouse_id=warehouse_id,
            location_id=location_id,
            kind=kind,
            qty=Decimal(qty),
            occurred_on=DAY,
            origin_type="trial",
            origin_id=new_id(),
            contra_role=AccountRole.OPENING_EQUITY,
            value_amount=value,
        )

    post_moves(session, [move(MoveKind.OPENING, 3, Decimal(12))], at=NOW)
    [left] = post_moves(session, [move(MoveKind.ISSUE, -1)], at=NOW)
    assert left.value_amount == -4
    try:
        post_moves(session, [move(MoveKind.ISSUE, -3)], at=NOW)
    except StockNotAvailable:
        return
    raise AssertionError("more left than was there")


SHARE = (goods_leave_at_their_cost,)
