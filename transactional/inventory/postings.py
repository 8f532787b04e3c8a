"""What a module hands to the stock ledger: moves with a quantity, a place and what their value stands against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind
from transactional.kernel.ids import new_id
from transactional.ledger.models import AccountRole


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDraft:
    """Stock that is to move in (positive) or out (negative), or value alone (quantity zero).

    - `value_amount` is the magnitude of an incoming value; empty means at current cost. Issues are always valued by the
      item's method, so theirs stays empty, but for a purchase return, where it says what leaves the contra account
      (empty: what the receipt brought). With quantity zero it is signed.
    - `reverses_id` names the move whose cost is taken back: by a return, a cancellation or the arrival of a transfer.
      It may be a move of the same call: drafts carry their ids.
    - `contra_role` (or `contra_account_id`, which wins) is the other side in the journal. A relocation within one
      warehouse has neither and no cost.
    Units: `qty` in the item's stock unit, `value_amount` in company currency.
    """

    company_id: UUID
    item_id: UUID
    warehouse_id: UUID
    location_id: UUID
    kind: MoveKind
    qty: Decimal
    occurred_on: date
    origin_type: str
    origin_id: UUID
    origin_line_id: UUID | None = None
    contra_role: AccountRole | None = None
    contra_account_id: UUID | None = None
    value_amount: Decimal | None = None
    reverses_id: UUID | None = None
    reverses_entry_id: UUID | None = None
    """The journal entry that the entry of a cancellation reverses."""
    party_kind: str | None = None
    party_id: UUID | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None
    lots: Sequence[LotQty] = ()
    """Of an item kept by batch or serial number: which, adding up to the quantity."""
    path: str | None = None
    """Where the line stands in what the user gave, with a slash at its end."""
    id: UUID = field(default_factory=new_id)
