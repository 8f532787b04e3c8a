"""What the demo company makes itself: repair kits from fabric and buckles, every month, given away at events."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from simulator.company import Cast
from simulator.trade import evening
from transactional.catalog.models import Item, ItemCategory
from transactional.inventory.models import MoveKind, StockDocument, StockDocumentKind, StockDocumentLine
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.post_stock_documents import post_stock_documents
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.records import create_records
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.production.resources import BILLS, SCRAP_REASONS
from transactional.production.services.close_orders import close_orders
from transactional.production.services.create_orders import create_orders
from transactional.production.services.issue_materials import issue_materials
from transactional.production.services.receive_goods import receive_goods
from transactional.production.services.release_orders import release_orders
from transactional.production.services.report_work import report_work
from transactional.production.specs import NewIssue, NewProductionOrder, NewReceiptOfOrder, NewReport

MATERIALS = (("MAT-01", "Ripstop fabric", Decimal("6.40"), 2), ("MAT-02", "Buckle", Decimal("0.85"), 3))
"""Code, name, cost, and how many go into a kit."""
REASONS = (("CUT", "Cut wrong"), ("SEAM", "Seam came open"))
KITS, DAYS_PLANNED = 40, 5
EVENTS_ACCOUNT = "6300"


@dataclass(slots=True)
class Workshop:
    """Where it is done, and what of."""

    session: Session
    cast: Cast
    kit_id: UUID
    reason_ids: list[UUID]
    qty: int
    chance: Random

    def run_month(self, first: date, *, until: date) -> None:
        """An order of kits, made and given away; of some months it is late, of some a few kits are spoilt."""
        late = self.chance.choice((0, 0, 0, 2, 6))
        spoilt = min(self.chance.choice((0, 0, 1, 2)), self.qty - 1)
        due = first + timedelta(days=DAYS_PLANNED)
        done = due + timedelta(days=late)
        if done >= until:
            return
        planned = NewProductionOrder(self.cast.company_id, self.kit_id, Decimal(self.qty), first, due)
        [order] = create_orders(self.session, [planned], at=evening(first))
        release_orders(self.session, [order.id], at=evening(first))
        issue_materials(self.session, [NewIssue(order.id, first)], at=evening(first))
        good = Decimal(self.qty - spoilt)
        reason = self.chance.choice(self.reason_ids) if spoilt else None
        report = NewReport(order.id, done, good_qty=good, scrapped_qty=Decimal(spoilt), scrap_reason_id=reason)
        report_work(self.session, [report], at=evening(done))
        receive_goods(self.session, [NewReceiptOfOrder(order.id, done)], at=evening(done))
        close_orders(self.session, [order.id], on=done, at=evening(done))
        self._give_away(done, good)

    def _give_away(self, day: date, qty: Decimal) -> None:
        document = StockDocument(
            id=new_id(),
            company_id=self.cast.company_id,
            kind=StockDocumentKind.ISSUE.value,
            warehouse_id=self.cast.warehouse_ids[0],
            document_on=day,
            account_id=self.cast.account_ids[EVENTS_ACCOUNT],
            cost_centre_id=self.cast.cost_centre_ids["SALES"],
            state="draft",
        )
        line = StockDocumentLine(
            document_id=document.id, line_number=1, item_id=self.kit_id, unit_id=self.cast.unit_id, qty=qty
        )
        insert_all(self.session, [document])
        insert_all(self.session, [line])
        post_stock_documents(self.session, [document.id], at=evening(day))


def open_workshop(session: Session, cast: Cast, first: date, *, size: float, months: int) -> Workshop:
    """The workshop with its bill, and fabric and buckles for all its months."""
    category = ItemCategory(id=new_id(), code="MADE", name="Made by us")
    insert_all(session, [category])
    kit = _item("KIT-01", "Repair kit", Decimal(16), category.id, cast)
    materials = [_item(code, name, cost, category.id, cast) for code, name, cost, _ in MATERIALS]
    insert_all(session, [kit, *materials])
    qty = max(4, round(KITS * size))
    wanted = [Decimal(each * qty * (months + 1)) for *_, each in MATERIALS]
    post_moves(
        session,
        [
            MoveDraft(
                company_id=cast.company_id,
                item_id=item.id,
                warehouse_id=cast.warehouse_ids[0],
                location_id=cast.location_ids[0],
                kind=MoveKind.OPENING,
                qty=amount,
                value_amount=amount * (item.standard_cost or ZERO),
                occurred_on=first,
                origin_type="stock_document",
                origin_id=new_id(),
                contra_role=AccountRole.OPENING_EQUITY,
            )
            for item, amount in zip(materials, wanted, strict=True)
        ],
        at=evening(first),
    )
    lines = [{"item_id": item.id, "qty": Decimal(each)} for item, (*_, each) in zip(materials, MATERIALS, strict=True)]
    bill = {"company_id": cast.company_id, "item_id": kit.id, "valid_from": first, "qty": Decimal(1), "lines": lines}
    create_records(session, BILLS, [bill])
    reasons = create_records(session, SCRAP_REASONS, [{"code": code, "name": name} for code, name in REASONS])
    # A chance of its own: the trade of the company does not depend on what the workshop spoils.
    return Workshop(session, cast, kit.id, list(reasons), qty, Random(40))  # reproducible, no secret


def _item(code: str, name: str, cost: Decimal, category_id: UUID, cast: Cast) -> Item:
    return Item(id=new_id(), code=code, name=name, category_id=category_id, unit_id=cast.unit_id, standard_cost=cost)
