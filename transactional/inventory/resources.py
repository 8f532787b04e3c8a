"""The declared records of stock."""

from collections.abc import Iterable, Sequence
from typing import Any

from transactional.inventory.lot_models import Lot, LotBalance, LotKind, LotMove
from transactional.inventory.lot_specs import KeptBatches, Serials
from transactional.inventory.models import (
    AdjustmentReason,
    Location,
    Recosting,
    StockBalance,
    StockDocument,
    StockDocumentLine,
    StockMove,
    Warehouse,
)
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import ALL_ACTIONS, READ_ONLY, Change, Lines, Resource, Verb
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNTS, account_problems


def _check_account(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    accounts = ACCOUNTS.of(session)
    for position, change in enumerate(changes):
        account = accounts.get(change.value("account_id"))
        if account is not None:
            yield from ((position, problem) for problem in account_problems(account, "account_id"))


WAREHOUSES = Resource(
    module="inventory",
    plural="warehouses",
    thing="warehouse",
    model=Warehouse,
    label="Warehouse",
    owner=Owner(company="company_id", is_looked_up=True),
    frozen_by={"company_id": (("inventory.stock_moves", "warehouse_id"),)},
)
LOCATIONS = Resource(
    module="inventory",
    plural="locations",
    thing="location",
    model=Location,
    label="Location",
    key=("warehouse_id", "code"),
    create_only=("warehouse_id",),
    frozen_by={"kind": (("inventory.stock_moves", "location_id"),)},
)
STOCK = Resource(
    module="inventory",
    plural="stock",
    thing="stock",
    model=StockBalance,
    label="Stock on hand",
    key=("item_id", "location_id"),
    search=(),
    actions=READ_ONLY,
    owner=Owner(company="warehouse.company_id"),
)
STOCK_MOVES = Resource(
    module="inventory",
    plural="stock-moves",
    thing="stock_move",
    model=StockMove,
    label="Stock move",
    key=("sequence",),
    search=("kind", "origin_type"),
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
    guarded={"value_amount": "item.cost", "contra_amount": "item.cost"},
)
RECOSTINGS = Resource(
    module="inventory",
    plural="recostings",
    thing="recosting",
    model=Recosting,
    label="Recosting",
    key=("company_id", "item_id", "from_on"),
    search=("state",),
    search_through={"item_id": ("catalog.items", ("code", "name"))},
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
    guarded={"corrected_amount": "item.cost"},
)
ADJUSTMENT_REASONS = Resource(
    module="inventory",
    plural="adjustment-reasons",
    thing="adjustment_reason",
    model=AdjustmentReason,
    label="Adjustment reason",
    key=("company_id", "code"),
    create_only=("company_id",),
    owner=Owner(company="company_id"),
    prepare=(_check_account,),
)
STOCK_DOCUMENTS = Resource(
    module="inventory",
    plural="stock-documents",
    thing="stock_document",
    model=StockDocument,
    label="Stock document",
    key=("company_id", "number"),
    search=("number", "reason", "external_ref"),
    sort="-id",
    actions=ALL_ACTIONS,
    read_only=("number", "state", "posted_at", "arrived_on", "submitted_by", "approved_by", "budget_warning"),
    create_only=("company_id", "kind"),
    owner=Owner(company="company_id", authors=("created_by",)),
    lines=(
        Lines(
            "lines",
            StockDocumentLine,
            "document_id",
            guarded={"unit_cost": "item.cost", "value_amount": "item.cost"},
            types={"batches": KeptBatches, "serials": Serials},
        ),
    ),
    lines_are_written=True,
    editable_states=("draft",),
    verbs=(
        Verb("post", "Moves the stock and posts its value.", ("draft",)),
        Verb("approve", "A second user lets the adjustment be posted.", ("waiting",)),
        Verb("arrive", "The goods in transit arrive in the other warehouse.", ("in_transit",)),
        Verb("cancel", "The moves are taken back on the day you choose.", ("waiting", "posted")),
    ),
    has_postings=True,
)
_LOT_FACTS: dict[str, Any] = {
    "model": Lot,
    "key": ("item_id", "number"),
    "search": ("number", "note"),
    "search_through": {"item_id": ("catalog.items", ("code", "name"))},
    "sort": "-id",
    # They come into being by what brings them in.
    "actions": frozenset({"update"}),
    "read_only": ("item_id", "kind", "number"),
    "module": "inventory",
}
BATCHES = Resource(plural="batches", thing="batch", label="Batch", where={"kind": (LotKind.BATCH.value,)}, **_LOT_FACTS)
SERIALS = Resource(
    plural="serials", thing="serial", label="Serial number", where={"kind": (LotKind.SERIAL.value,)}, **_LOT_FACTS
)
LOT_STOCK = Resource(
    module="inventory",
    plural="lot-stock",
    thing="lot_stock",
    model=LotBalance,
    label="Stock by batch and serial",
    key=("lot_id", "location_id"),
    search=(),
    search_through={"lot_id": ("inventory.lots", ("number",))},
    actions=READ_ONLY,
)
LOT_MOVES = Resource(
    module="inventory",
    plural="lot-moves",
    thing="lot_move",
    model=LotMove,
    label="Move of a batch or serial",
    key=("id",),
    search=(),
    search_through={"lot_id": ("inventory.lots", ("number",))},
    sort="-id",
    actions=READ_ONLY,
)
RESOURCES = (
    WAREHOUSES,
    LOCATIONS,
    STOCK,
    STOCK_MOVES,
    RECOSTINGS,
    ADJUSTMENT_REASONS,
    STOCK_DOCUMENTS,
    BATCHES,
    SERIALS,
    LOT_STOCK,
    LOT_MOVES,
)
