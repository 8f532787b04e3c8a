"""What valuing and guarding stock needs to know of items, places and companies; and whether drafts make sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import CostingMethod, Item, ItemCost, ItemKind, TrackingMode, UnitOfMeasure
from transactional.inventory.errors import StandardCostMissing
from transactional.inventory.lots import lot_problems
from transactional.inventory.models import Location, MoveKind, Warehouse
from transactional.inventory.postings import MoveDraft
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import QUANTITY_PLACES, has_more_decimals
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, among
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What valuation needs of an item."""

    id: UUID
    code: str
    kind: str
    costing_method: CostingMethod
    category_id: UUID | None
    standard_cost: Decimal | None
    tracking_mode: str
    shelf_life_days: int | None
    is_whole: bool
    """Whether its stock unit is only counted whole."""

    @property
    def is_tracked(self) -> bool:
        """Whether each move of the item names batches or serial numbers."""
        return self.tracking_mode != TrackingMode.NONE.value

    @property
    def is_standard(self) -> bool:
        """Whether the item is valued at standard cost."""
        return self.costing_method is CostingMethod.STANDARD


@dataclass(frozen=True, slots=True)
class WarehouseFacts:
    """What valuation and guarding need of a warehouse."""

    id: UUID
    code: str
    company_id: UUID
    allows_negative: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about the places and items of a call, read once."""

    items: Mapping[UUID, ItemFacts]
    warehouses: Mapping[UUID, WarehouseFacts]
    locations: Mapping[UUID, tuple[UUID, str]]
    """Warehouse and code by location."""
    decimals: Mapping[UUID, int]
    """Of the company's currency."""
    standards: Mapping[tuple[UUID, UUID], Sequence[tuple[date, Decimal]]]
    """By item and company, newest first."""

    def standard(self, item_id: UUID, company_id: UUID, on: date) -> Decimal | None:
        """The standard cost in force, for items valued by it.  Raises: StandardCostMissing."""
        item = self.items[item_id]
        if not item.is_standard:
            return None
        for valid_from, unit_cost in self.standards.get((item_id, company_id), ()):
            if valid_from <= on:
                return unit_cost
        if item.standard_cost is None:
            raise StandardCostMissing(item=item.code, on=on)
        return item.standard_cost

    def keeps_standard(self, item_id: UUID, company_id: UUID, first: date, last: date) -> bool:
        """Whether an item is valued at one and the same standard cost from a day to a later one."""
        if not self.items[item_id].is_standard:
            return False
        return not any(first < valid_from <= last for valid_from, _ in self.standards.get((item_id, company_id), ()))


_WAREHOUSES = Reference(
    lambda session: {
        row.id: WarehouseFacts(row.id, row.code, row.company_id, row.allows_negative)
        for row in read_all(session, Warehouse).values()
    }
)
_LOCATIONS = Reference(
    lambda session: {row.id: (row.warehouse_id, row.code) for row in read_all(session, Location).values()}
)
_DECIMALS = Reference(
    lambda session: {row.id: decimals_of(row.currency_code) for row in read_all(session, Company).values()}
)
_ITEMS: Lookup[*tuple[Any, ...]] = Lookup(
    select(
        Item.id,
        Item.code,
        Item.kind,
        Item.costing_method,
        Item.category_id,
        Item.standard_cost,
        Item.tracking_mode,
        Item.shelf_life_days,
        Item.unit_id,
    ).where(among(Item.id, "items"))
)


def load_facts(session: Session, item_ids: set[UUID], company_ids: set[UUID]) -> Facts:
    """The facts of items, and of all warehouses and locations; unknown ids are left out."""
    items = _items(session, item_ids)
    return Facts(
        items=items,
        warehouses=_WAREHOUSES.of(session),
        locations=_LOCATIONS.of(session),
        decimals=_DECIMALS.of(session),
        standards=_standards(session, [item.id for item in items.values() if item.is_standard], company_ids),
    )


def ask_items(session: Session, item_ids: set[UUID]) -> None:
    """Have the facts of items at hand for the next call that loads them."""
    session.held["item_facts"] = (item_ids, _ITEMS.ask(session, items=item_ids))


def _items(session: Session, item_ids: set[UUID]) -> dict[UUID, ItemFacts]:
    asked: tuple[set[UUID], Asked[tuple[Any, ...]]] | None = session.held.pop("item_facts", None)
    if asked is None or not item_ids <= asked[0]:
        rows = _ITEMS.rows(session, items=item_ids)
    else:
        rows = [row for row in asked[1].rows() if row[0] in item_ids]
    units = read_all(session, UnitOfMeasure)
    found = {}
    for key, code, kind, method, category_id, standard_cost, mode, shelf_life, unit_id in rows:
        found[key] = ItemFacts(
            id=key,
            code=code,
            kind=kind,
            costing_method=CostingMethod(method),
            category_id=category_id,
            standard_cost=standard_cost,
            tracking_mode=mode,
            shelf_life_days=shelf_life,
            is_whole=units[unit_id].is_whole,
        )
    return found


def _standards(
    session: Session, item_ids: Sequence[UUID], company_ids: set[UUID]
) -> dict[tuple[UUID, UUID], list[tuple[date, Decimal]]]:
    if not item_ids:
        return {}
    statement = (
        select(ItemCost.item_id, ItemCost.company_id, ItemCost.valid_from, ItemCost.unit_cost)
        .where(any_of(ItemCost.item_id, item_ids), ItemCost.company_id.in_(company_ids))
        .order_by(ItemCost.valid_from.desc())
    )
    found: dict[tuple[UUID, UUID], list[tuple[date, Decimal]]] = {}
    for row in session.execute(statement):
        found.setdefault((row[0], row[1]), []).append((row[2], row[3]))
    return found


def check_drafts(drafts: Sequence[MoveDraft], facts: Facts) -> None:
    """Nothing where every draft makes sense whatever the state.  Raises: Invalid naming every one that does not."""
    problems: list[FieldProblem] = []
    for position, draft in enumerate(drafts):
        problems += _place_problems(_path(position, draft), draft, facts)
        problems += _quantity_problems(f"moves/{position}", draft, facts)
        if draft.lots or (draft.qty and draft.item_id in facts.items and facts.items[draft.item_id].is_tracked):
            problems += _lot_problems(position, draft, facts)
        if draft.contra_role is None and draft.contra_account_id is None and not is_relocation(draft):
            problems.append(FieldProblem(f"moves/{position}/contra_role", "is missing", "missing"))
    if problems:
        # A line that leaves from two locations is one line to who wrote it.
        raise Invalid(list({(problem.path, problem.code): problem for problem in reversed(problems)}.values())[::-1])


def is_relocation(draft: MoveDraft) -> bool:
    """Whether stock only changes its location within a warehouse, which costs nothing."""
    has_contra = draft.contra_role is not None or draft.contra_account_id is not None
    return not has_contra and draft.kind in (MoveKind.TRANSFER_IN, MoveKind.TRANSFER_OUT)


def _lot_problems(position: int, draft: MoveDraft, facts: Facts) -> list[FieldProblem]:
    item = facts.items.get(draft.item_id)
    if item is None:
        return []
    return list(lot_problems(_path(position, draft), item.tracking_mode, draft.qty, draft.lots, item=item.code))


def _path(position: int, draft: MoveDraft) -> str:
    """Where a draft stands in what was asked, with its slash."""
    return f"moves/{position}/" if draft.path is None else draft.path


def _place_problems(path: str, draft: MoveDraft, facts: Facts) -> list[FieldProblem]:
    problems = []
    item, warehouse = facts.items.get(draft.item_id), facts.warehouses.get(draft.warehouse_id)
    if item is None:
        problems.append(FieldProblem(f"{path}item_id", "there is no such item", "unknown_item"))
    elif item.kind != ItemKind.STOCK.value:
        problems.append(
            FieldProblem(f"{path}item_id", f"item {item.code} is a service, which is not kept in stock", "service_item")
        )
    if warehouse is None or warehouse.company_id != draft.company_id:
        problems.append(FieldProblem(f"{path}warehouse_id", "the company has no such warehouse", "unknown_warehouse"))
    elif facts.locations.get(draft.location_id, (None, ""))[0] != draft.warehouse_id:
        problems.append(FieldProblem(f"{path}location_id", "the warehouse has no such location", "unknown_location"))
    return problems


def _quantity_problems(path: str, draft: MoveDraft, facts: Facts) -> list[FieldProblem]:
    problems = []
    if has_more_decimals(draft.qty, QUANTITY_PLACES):
        problems.append(FieldProblem(f"{path}/qty", f"has more than {QUANTITY_PLACES} decimals", "too_many_decimals"))
    item = facts.items.get(draft.item_id)
    if item is not None and item.is_whole and draft.qty != draft.qty.to_integral_value():
        reason = f"item {item.code} is counted in whole numbers, not {abs(draft.qty).normalize():f}"
        problems.append(
            FieldProblem(f"{path if draft.path is None else draft.path.rstrip('/')}/qty", reason, "unit_refused")
        )
    value = draft.value_amount
    if value is not None and has_more_decimals(value, facts.decimals.get(draft.company_id, 2)):
        problems.append(
            FieldProblem(f"{path}/value_amount", "has more decimals than the company's currency", "too_many_decimals")
        )
    if draft.qty and value is not None and value < 0:
        problems.append(
            FieldProblem(f"{path}/value_amount", "is a magnitude: the quantity carries the sign", "negative")
        )
    restates = item is not None and item.is_standard and draft.kind is MoveKind.REVALUATION
    if not draft.qty and not value and not restates:
        problems.append(FieldProblem(f"{path}/qty", "moves neither quantity nor value", "changes_nothing"))
    if not draft.qty and item is not None and item.is_standard and not restates:
        problems.append(
            FieldProblem(f"{path}/value_amount", f"item {item.code} is valued at standard cost", "standard_cost_item")
        )
    return problems
