"""What moves post: pure, one entry a source document, day and reversed entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from transactional.inventory.history import Booked
from transactional.inventory.models import MoveKind
from transactional.inventory.valuation import variance_role
from transactional.ledger.accounts import AccountMap
from transactional.ledger.postings import EntryDraft, Journal, LineDraft

EntryKey: TypeAlias = tuple[UUID, str, UUID, date, UUID | None]


@dataclass(frozen=True, slots=True)
class Posted:
    """A move that is to be written, the category that finds its accounts, and the entry its entry reverses."""

    move: Booked
    category_id: UUID | None
    reverses_entry_id: UUID | None = None
    is_transfer: bool = False
    """Whether the move, or the one it corrects, is a side of a transfer."""
    corrects: Booked | None = None
    """The earlier move whose value it mends."""

    @property
    def key(self) -> EntryKey:
        """What moves share that stand in one entry."""
        move = self.move
        return (move.company_id, move.origin_type, move.origin_id, move.occurred_on, self.reverses_entry_id)


def entry_drafts(posted: Iterable[Posted], accounts: AccountMap) -> dict[EntryKey, EntryDraft]:
    """Inventory against contra account and variance, for every move that has a value."""
    lines: dict[EntryKey, list[LineDraft]] = {}
    for one in posted:
        if one.move.value_amount or one.move.contra_amount:
            lines.setdefault(one.key, []).extend(_lines(one, accounts))
    return {key: _entry(key, found) for key, found in lines.items()}


def _entry(key: EntryKey, lines: Sequence[LineDraft]) -> EntryDraft:
    company_id, origin_type, origin_id, on, reverses_entry_id = key
    return EntryDraft(
        company_id=company_id,
        journal=Journal.INVENTORY,
        posted_on=on,
        origin_type=origin_type,
        origin_id=origin_id,
        lines=lines,
        reverses_id=reverses_entry_id,
    )


def _lines(posted: Posted, accounts: AccountMap) -> list[LineDraft]:
    move = posted.move
    lines = [
        LineDraft(
            account_id=move.account_id, amount=move.value_amount, item_id=move.item_id, warehouse_id=move.warehouse_id
        )
    ]
    if move.contra_account_id is not None and move.contra_amount:
        lines.append(_contra(posted))
    difference = move.value_amount - move.contra_amount
    if difference:
        lines.append(_variance(posted, accounts, -difference))
    return lines


def _variance(posted: Posted, accounts: AccountMap, amount: Decimal) -> LineDraft:
    """What the contra account does not take; a correction says itself where it goes."""
    move = posted.move
    account_id = move.contra_account_id
    if move.kind != MoveKind.REVALUATION.value:
        role = variance_role(move.kind)
        account_id = accounts.resolve(move.company_id, role, posted.category_id, move.warehouse_id)
    return LineDraft(account_id=account_id, amount=amount, item_id=move.item_id, warehouse_id=move.warehouse_id)


def _contra(posted: Posted) -> LineDraft:
    """The other side; in transit belongs to no warehouse, so that a transfer's two sides cancel out."""
    move = posted.move
    return LineDraft(
        account_id=move.contra_account_id,
        amount=-move.contra_amount,
        item_id=move.item_id,
        item_category_id=posted.category_id,
        warehouse_id=None if posted.is_transfer else move.warehouse_id,
        party_kind=move.party_kind,
        party_id=move.party_id,
        cost_centre_id=move.cost_centre_id,
        project_id=move.project_id,
    )
