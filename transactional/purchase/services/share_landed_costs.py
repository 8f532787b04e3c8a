"""Freight and duty become part of what goods received cost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item
from transactional.inventory.services.revalue_receipts import Origin, Revalued, revalue_receipts
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, has_more_decimals, split_amount
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.platform.services.take_numbers import take_numbers
from transactional.purchase.events import landed_cost_posted
from transactional.purchase.landed_cost_models import CostBasis, LandedCost, LandedCostLine
from transactional.purchase.models import PurchaseReceipt
from transactional.purchase.progress import Arrived, read_receipts
from transactional.purchase.services.return_to_supplier import receipt_moves
from transactional.purchase.specs import NewLandedCost


def share_landed_costs(session: Session, costs: Sequence[NewLandedCost], *, at: datetime) -> list[LandedCost]:
    """Landed costs shared among the lines kept of their receipts, against landed cost clearing.

    A share goes to the value of units on hand and to the cost of units gone; shares add up to the cost.
    Raises: NotFound; PeriodClosed; Invalid for receipts of several companies, with nothing kept in stock or received
    later, an amount of zero or too fine, and an item without weight where weight is the basis.
    """
    return [_share(session, new, at) for new in costs]


def _share(session: Session, new: NewLandedCost, at: datetime) -> LandedCost:
    receipts = {row.id: row for row in lock_by_id(session, PurchaseReceipt, new.receipt_ids)}
    found = read_receipts(session, {row.order_id for row in receipts.values()})
    kept = [row for row in found.by_receipt_line.values() if row.receipt_id in receipts and row.kept_qty > 0]
    moves = receipt_moves(session, [row.id for row in kept])
    kept = sorted((row for row in kept if row.id in moves), key=lambda row: row.id)
    items = read_by_id(session, Item, {row.item_id for row in kept})
    companies = read_all(session, Company)
    problems = _problems(new, list(receipts.values()), kept, items, companies)
    if problems:
        raise Invalid(problems)
    company_id = next(iter(receipts.values())).company_id
    weights = [_weight(row, new.basis, items) for row in kept]
    parts = split_amount(new.amount, weights, decimals_of(companies[company_id].currency_code))
    cost = LandedCost(
        id=new.id or new_id(),
        company_id=company_id,
        number=take_numbers(session, "landed_cost", company_id, [new.cost_on])[0],
        cost_on=new.cost_on,
        basis=new.basis.value,
        amount=new.amount,
        description=new.description,
        state="posted",
    )
    shares = [(moves[row.id], part) for row, part in zip(kept, parts, strict=True)]
    revalued = revalue_receipts(
        session,
        shares,
        on=new.cost_on,
        at=at,
        contra_role=AccountRole.LANDED_COST_CLEARING,
        origin=Origin("landed_cost", cost.id),
    )
    went = {one.receipt_move_id: one for one in revalued}
    insert_all(session, [cost])
    lines = [_line(cost, *each, went) for each in zip(range(1, len(kept) + 1), kept, shares, strict=True)]
    insert_all(session, lines)
    record(session, [landed_cost_posted(cost, at)])
    return cost


def _problems(
    new: NewLandedCost,
    receipts: Sequence[PurchaseReceipt],
    kept: Sequence[Arrived],
    items: Mapping[UUID, Item],
    companies: Mapping[UUID, Company],
) -> list[FieldProblem]:
    problems = []
    company_ids = {row.company_id for row in receipts}
    if len(company_ids) > 1:
        problems.append(FieldProblem("receipt_ids", "belong to several companies", "another_company"))
    if not kept:
        problems.append(FieldProblem("receipt_ids", "have nothing that is kept in stock", "nothing_in_stock"))
    if any(row.received_on > new.cost_on for row in receipts):
        problems.append(FieldProblem("cost_on", "before the day of a receipt", "too_early"))
    decimals = min(decimals_of(companies[company_id].currency_code) for company_id in company_ids)
    if new.amount == 0 or has_more_decimals(new.amount, decimals):
        reason = "must not be zero, and has the currency's decimals at most"
        problems.append(FieldProblem("amount", reason, "not_zero"))
    if new.basis is CostBasis.WEIGHT:
        light = sorted({items[row.item_id].code for row in kept if not items[row.item_id].weight_kg})
        problems += [FieldProblem("basis", f"item {code} has no weight", "weight_missing") for code in light]
    return problems


def _weight(row: Arrived, basis: CostBasis, items: Mapping[UUID, Item]) -> Decimal:
    """A line's share of the basis: of what is kept of it."""
    stock_qty = row.stock_qty - row.returned_stock_qty
    if basis is CostBasis.VALUE:
        return row.value_amount * stock_qty / row.stock_qty
    return stock_qty * (items[row.item_id].weight_kg or ZERO) if basis is CostBasis.WEIGHT else stock_qty


def _line(
    cost: LandedCost, number: int, row: Arrived, share: tuple[UUID, Decimal], went: Mapping[UUID, Revalued]
) -> LandedCostLine:
    move_id, amount = share
    one = went.get(move_id)
    return LandedCostLine(
        landed_cost_id=cost.id,
        line_number=number,
        receipt_line_id=row.id,
        item_id=row.item_id,
        amount=amount,
        inventory_amount=one.inventory_amount if one else ZERO,
        expense_amount=one.expense_amount if one else ZERO,
    )
