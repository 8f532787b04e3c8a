"""Finished goods and by-products come out of orders into stock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from transactional.catalog.models import CostingMethod, Item, UnitOfMeasure
from transactional.inventory.queries import default_locations
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import QUANTITY_PLACES, ZERO, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read_by_id, update_all
from transactional.kernel.session import Session
from transactional.production.errors import NothingToReceive, OverReceipt
from transactional.production.models import BillLineKind, ProductionOrder, ProductionPaper, ProductionPaperKind
from transactional.production.papers import Draft, Moved, new_paper, post_papers
from transactional.production.progress import Material, Worked, components_of, hold_released, work_in_progress
from transactional.production.sharing import shared
from transactional.production.specs import NewReceiptOfOrder, PaperLine


def receive_goods(session: Session, given: Sequence[NewReceiptOfOrder], *, at: datetime) -> list[ProductionPaper]:
    """Posted receipts, in the order given: stock rises at what work in progress holds for so many pieces.

    What has a standard cost comes in at that; what work in progress keeps is the order's variance when it is closed.
    One receipt an order in a call. The day on which nothing is left to make is the order's last.
    Raises: NotFound, OrderNotReleased, OverReceipt, NothingToReceive; what moves refuse; Invalid.
    """
    worked = hold_released(session, [new.order_id for new in given])
    held = work_in_progress(session, worked.orders)
    defaults = default_locations(session, {order.warehouse_id for order in worked.orders.values()})
    materials = [material for listed in worked.materials.values() for material in listed]
    items = read_by_id(session, Item, {material.component.item_id for material in materials})
    desk = _Desk(worked, held, defaults, items, read_all(session, UnitOfMeasure))
    drafts = [desk.draft(new) for new in given]
    post_papers(session, drafts, worked, at=at)
    orders = list(worked.orders.values())
    update_all(session, orders, ProductionOrder.produced_qty, ProductionOrder.finished_on)
    return [draft.paper for draft in drafts]


class _Desk:
    def __init__(
        self,
        worked: Worked,
        held: Mapping[UUID, Decimal],
        defaults: Mapping[UUID, UUID],
        items: Mapping[UUID, Item],
        units: Mapping[UUID, UnitOfMeasure],
    ) -> None:
        self._worked, self._held, self._defaults, self._items, self._units = worked, held, defaults, items, units

    def draft(self, new: NewReceiptOfOrder) -> Draft:
        """A receipt with its goods valued, its order counted on."""
        order = self._worked.orders[new.order_id]
        product = self._product(order, new)
        by_products = self._by_products(order, product.qty, new)
        paper = new_paper(order, ProductionPaperKind.RECEIPT, new.received_on)
        paper.good_qty = product.qty
        values = self._values(order, product.qty, [material for _, material in by_products])
        moved = [self._moved(order, product, self._worked.products[order.id], values[0])]
        for (line, material), value in zip(by_products, values[1:], strict=True):
            moved.append(self._moved(order, line, self._items[material.component.item_id], value))
        order.produced_qty += product.qty
        if order.produced_qty + order.scrapped_qty >= order.qty:
            order.finished_on = max(order.finished_on or new.received_on, new.received_on)
        return Draft(paper, moved)

    def _product(self, order: ProductionOrder, new: NewReceiptOfOrder) -> PaperLine:
        item = self._worked.products[order.id]
        left = order.qty - order.produced_qty - order.scrapped_qty
        product = new.product or PaperLine(max(left, ZERO))
        if new.product is None and left <= 0:
            raise NothingToReceive(number=order.number)
        if product.qty <= 0:
            raise Invalid([FieldProblem("qty", "must be positive", "not_above_zero")])
        most = self._worked.most(order, order.qty) - order.produced_qty
        if product.qty > most:
            raise OverReceipt(number=order.number, item=item.code, open_qty=max(most, ZERO), wanted_qty=product.qty)
        return product

    def _by_products(
        self, order: ProductionOrder, qty: Decimal, new: NewReceiptOfOrder
    ) -> list[tuple[PaperLine, Material]]:
        known = components_of(self._worked.materials.get(order.id, []), BillLineKind.BY_PRODUCT)
        if new.by_products is None:
            proportional = [(self._in_proportion(order, qty, material), material) for material in known]
            return [(PaperLine(part, material.component.id), material) for part, material in proportional if part]
        by_id = {material.component.id: material for material in known}
        problems = [
            FieldProblem(f"by_products/{number}/component_id", "the order has no such by-product", "unknown_component")
            for number, line in enumerate(new.by_products)
            if line.component_id not in by_id
        ]
        if problems:
            raise Invalid(problems)
        return [(line, by_id[line.component_id]) for line in new.by_products if line.component_id is not None]

    def _in_proportion(self, order: ProductionOrder, qty: Decimal, material: Material) -> Decimal:
        """What of a by-product belongs to a quantity; the rest of it comes with the last pieces."""
        component = material.component
        if order.produced_qty + qty >= order.qty:
            return material.open_qty
        part = min(round_amount(component.qty * qty / order.qty, QUANTITY_PLACES), material.open_qty)
        is_whole = self._units[self._items[component.item_id].unit_id].is_whole
        return part.to_integral_value(ROUND_FLOOR) if is_whole else part

    def _values(self, order: ProductionOrder, qty: Decimal, by_products: Sequence[Material]) -> list[Decimal]:
        """What the product and each by-product take of work in progress, which is shared among all pieces left."""
        decimals = self._worked.decimals(order)
        left = order.qty - order.produced_qty - order.scrapped_qty
        cost_shares = [material.component.cost_share for material in by_products]
        return shared(self._held.get(order.id, ZERO), qty, left, cost_shares, decimals)

    def _moved(self, order: ProductionOrder, line: PaperLine, item: Item, value: Decimal) -> Moved:
        is_standard = item.costing_method == CostingMethod.STANDARD
        return Moved(
            item.id,
            line.location_id or self._defaults[order.warehouse_id],
            line.qty,
            line.component_id,
            line.lots,
            None if is_standard else value,
        )
