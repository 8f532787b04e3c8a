"""The declared records about what is bought, kept and sold."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from transactional.catalog.models import (
    CostingMethod,
    Item,
    ItemCategory,
    ItemCost,
    ItemKind,
    ItemReview,
    ItemUnit,
    PriceList,
    PriceListLine,
    SupplierItem,
    TrackingMode,
    UnitOfMeasure,
)
from transactional.catalog.services.check_prices import check_prices
from transactional.catalog.spellings import one_spelling
from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Alike, Change, Guard, Resource
from transactional.kernel.session import Session
from transactional.kernel.trees import inherited
from transactional.organization.checks import check_currencies
from transactional.scm.checks import attribute_problems, tolerance_problems

_METHODS = tuple(method.value for method in CostingMethod)
_MODES = tuple(mode.value for mode in TrackingMode)
INHERITED = (
    "costing_method",
    "tax_class",
    "tracking_mode",
    "reorder_point_qty",
    "safety_stock_qty",
    "lead_time_days",
    "shelf_life_days",
    "warranty_days",
)
"""What new items take from their category: valuation, tax and planning."""
_OF_SERVICES = ("tax_class",)
_VARIANT_KEY_MAX = 200
_RATING_MAX = 5


def _variant_key(attributes: object) -> str | None:
    """The one spelling of a combination of attributes: `colour=red;size=M`; compared without upper case and lower."""
    if not isinstance(attributes, dict) or not attributes:
        return None
    names = sorted(attributes, key=lambda name: (name.lower(), name))
    return ";".join(f"{name}={attributes[name]}" for name in names)


def _variant_problems(attributes: object) -> Iterable[FieldProblem]:
    """What keeps attributes from telling one variant from another."""
    if not isinstance(attributes, dict):
        return
    words = [*attributes, *(str(value) for value in attributes.values())]
    if any(not word.strip() or {"=", ";"} & set(word) for word in words):
        yield FieldProblem("attributes", "has a name or value that is empty or holds = or ;", "unfit_attributes")
    if len(_variant_key(attributes) or "") > _VARIANT_KEY_MAX:
        reason = f"says more than {_VARIANT_KEY_MAX} characters of a variant: keep the rest in its name"
        yield FieldProblem("attributes", reason, "attributes_long")


def _item_problems(change: Change) -> Iterable[FieldProblem]:
    yield from attribute_problems(change)
    if change.value("variant_of_id"):
        if not change.value("attributes"):
            yield FieldProblem("attributes", "is needed: what makes this a variant?", "missing")
        yield from _variant_problems(change.value("attributes"))
    if change.value("kind") == ItemKind.SERVICE and (change.value("tracking_mode") or "none") != TrackingMode.NONE:
        yield FieldProblem("tracking_mode", "a service has no stock to tell apart", "service_item")
    if change.value("variant_of_id") == change.id:
        yield FieldProblem("variant_of_id", "is the item itself", "self_reference")
    for name in ("list_price", "standard_cost", "reorder_point_qty", "safety_stock_qty", "weight_kg"):
        value = change.values.get(name)
        if value is not None and value < 0:
            yield FieldProblem(name, "is negative", "negative")
    yield from tolerance_problems(change)


def _further_units(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """A further unit of an item is another one than it is kept in."""
    kept_in = select(Item.id, Item.unit_id).where(Item.id.in_({change.value("item_id") for change in changes}))
    pairs = {(row[0], row[1]) for row in session.execute(kept_in)}
    for position, change in enumerate(changes):
        if (change.value("item_id"), change.value("unit_id")) in pairs:
            yield position, FieldProblem("unit_id", "is the unit the item is kept in already", "same_unit")


def _item_defaults(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """New items take what they leave open from their category, or from the nearest one above that says it."""
    fresh = [each for each in changes if each.before is None and each.value("category_id")]
    categories = read_all(session, ItemCategory) if fresh else {}
    for each in fresh:
        is_kept = each.value("kind") != ItemKind.SERVICE
        for name in INHERITED if is_kept else _OF_SERVICES:
            if each.values.get(name) is None:
                default = inherited(categories, each.value("category_id"), name)
                if default is not None:
                    each.values[name] = default
    for each in changes:
        if each.value("variant_of_id") and (each.changes("attributes") or each.changes("variant_of_id")):
            each.values["variant_key"] = _variant_key(each.value("attributes"))
        elif each.before and each.before["variant_key"] and not each.value("variant_of_id"):
            each.values["variant_key"] = None
    return ()


def _variant_tree(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """A variant is one of an item that is none itself, so that a combination stands in one list only."""
    moved = {position: each for position, each in enumerate(changes) if each.changes("variant_of_id")}
    parents = {each.value("variant_of_id") for each in moved.values()} - {None}
    if not parents:
        return
    variants = set(session.scalars(select(Item.id).where(Item.id.in_(parents), Item.variant_of_id.is_not(None))))
    variants |= {each.id for each in moved.values() if each.value("variant_of_id")}
    own = {each.id for each in moved.values()}
    with_variants = set(session.scalars(select(Item.variant_of_id).where(Item.variant_of_id.in_(own)))) | parents
    for position, each in moved.items():
        if each.value("variant_of_id") in variants:
            yield position, FieldProblem("variant_of_id", "is a variant itself: choose what it varies", "is_variant")
        elif each.value("variant_of_id") and each.id in with_variants:
            yield position, FieldProblem("variant_of_id", "must be empty: the item has variants", "has_variants")


def _category_problems(change: Change) -> Iterable[FieldProblem]:
    mode = change.values.get("tracking_mode")
    if mode is not None and mode not in _MODES:
        yield FieldProblem("tracking_mode", f"is none of {', '.join(_MODES)}", "unknown_choice")
    method = change.values.get("costing_method")
    if method is not None and method not in _METHODS:
        yield FieldProblem("costing_method", f"is none of {', '.join(_METHODS)}", "unknown_choice")


def _range_problems(change: Change) -> Iterable[FieldProblem]:
    first, end = change.value("valid_from"), change.value("valid_to")
    if first and end and end < first:
        yield FieldProblem("valid_to", "lies before the first day", "range_reversed")
    share = change.value("discount_share")
    if share is not None and not 0 <= share <= 1:
        yield FieldProblem("discount_share", "is no fraction from 0 to 1", "no_share")
    quantity = change.value("min_qty")
    if quantity is not None and quantity < 0:
        yield FieldProblem("min_qty", "is negative", "negative")


def _supplier_item_problems(change: Change) -> Iterable[FieldProblem]:
    least, most = change.value("min_qty"), change.value("max_qty")
    if least is not None and most is not None and most < least:
        yield FieldProblem("max_qty", "is below the least quantity", "range_reversed")


def _review_problems(change: Change) -> Iterable[FieldProblem]:
    rating = change.value("rating")
    if rating is not None and not 1 <= rating <= _RATING_MAX:
        yield FieldProblem("rating", "is no number from 1 to 5", "unknown_choice")


_COUNTED_IN: tuple[Guard, ...] = tuple(
    (table, ("item_id", "unit_id"))
    for table in (
        "sales.quotation_lines",
        "sales.sales_order_lines",
        "purchase.purchase_requisition_lines",
        "purchase.supplier_quotation_lines",
        "purchase.purchase_contract_lines",
        "purchase.purchase_order_lines",
        "inventory.stock_document_lines",
        "production.bill_lines",
        "finance.invoice_lines",
    )
)
"""Lines that count an item in a unit: their quantities and prices mean the ratio that it had."""
_TAX_CLASSES = {"tax_class": ("finance.tax_codes", "item_tax_class")}
UNITS_OF_MEASURE = Resource(
    module="inventory",
    plural="units-of-measure",
    thing="unit_of_measure",
    model=UnitOfMeasure,
    label="Unit of measure",
    frozen_by={"is_whole": (("catalog.items", "unit_id"),)},
)
ITEM_CATEGORIES = Resource(
    module="inventory",
    plural="item-categories",
    thing="item_category",
    model=ItemCategory,
    label="Item category",
    parent="parent_id",
    words=_TAX_CLASSES,
    validate=_category_problems,
)
ITEMS = Resource(
    module="inventory",
    plural="items",
    thing="item",
    model=Item,
    label="Item",
    read_only=("variant_key",),
    completed=("category_id", "tax_class"),
    alike=Alike(apart="variant_of_id", by_signs=True),
    guarded={"standard_cost": "item.cost"},
    words=_TAX_CLASSES,
    validate=_item_problems,
    prepare=(_item_defaults, _variant_tree, one_spelling),
    frozen_by={
        "costing_method": (("inventory.stock_moves", "item_id"),),
        "unit_id": (
            ("inventory.stock_moves", "item_id"),
            ("catalog.item_units", "item_id"),
            ("sales.sales_order_lines", "item_id"),
            ("purchase.purchase_order_lines", "item_id"),
        ),
        "kind": (("inventory.stock_moves", "item_id"),),
        "tracking_mode": (("inventory.stock_moves", "item_id"),),
        # Stock is valued at it: the verb of item costs values it anew.
        "standard_cost": (("inventory.stock_moves", "item_id"),),
    },
)
ITEM_UNITS = Resource(
    module="inventory",
    plural="item-units",
    thing="item_unit",
    model=ItemUnit,
    label="Further unit of an item",
    key=("item_id", "unit_id"),
    search=(),
    create_only=("item_id", "unit_id"),
    prepare=(_further_units,),
    frozen_by=dict.fromkeys(("numerator", "denominator"), _COUNTED_IN),
    kept_by=(*_COUNTED_IN, ("catalog.price_list_lines", ("item_id", "unit_id"))),
)
ITEM_COSTS = Resource(
    module="inventory",
    plural="item-costs",
    thing="item_cost",
    model=ItemCost,
    label="Standard cost",
    key=("item_id", "company_id", "valid_from"),
    search=(),
    sort="-valid_from",
    # Written by a verb, because stock is valued anew.
    actions=frozenset({"create", "import"}),
    create_only=("item_id", "company_id", "valid_from"),
    guarded={"unit_cost": "item.cost"},
)
PRICE_LISTS = Resource(
    module="sales",
    plural="price-lists",
    thing="price_list",
    model=PriceList,
    label="Price list",
    prepare=(check_currencies,),
)
PRICE_LIST_LINES = Resource(
    module="sales",
    plural="price-list-lines",
    thing="price_list_line",
    model=PriceListLine,
    label="Price",
    key=("price_list_id", "item_id", "unit_id", "min_qty", "valid_from"),
    search=(),
    create_only=("price_list_id", "item_id"),
    validate=_range_problems,
    prepare=(check_prices,),
)
SUPPLIER_ITEMS = Resource(
    module="purchase",
    plural="supplier-items",
    thing="supplier_item",
    model=SupplierItem,
    label="Item of a supplier",
    key=("supplier_id", "item_id"),
    search=(),
    create_only=("supplier_id", "item_id"),
    validate=_supplier_item_problems,
)
ITEM_REVIEWS = Resource(
    module="inventory",
    plural="item-reviews",
    thing="item_review",
    model=ItemReview,
    label="Review of an item",
    key=("item_id", "reviewer", "reviewed_on"),
    search=("reviewer",),
    sort="-reviewed_on",
    create_only=("item_id",),
    validate=_review_problems,
)
RESOURCES = (
    UNITS_OF_MEASURE,
    ITEM_CATEGORIES,
    ITEMS,
    ITEM_UNITS,
    ITEM_COSTS,
    PRICE_LISTS,
    PRICE_LIST_LINES,
    SUPPLIER_ITEMS,
    ITEM_REVIEWS,
)
