"""What a module hands to the general ledger: entries whose lines name a role or an account.

The rule of balance: the amounts of an entry in company currency add up to exactly zero; where all its lines carry one
currency, the amounts in that currency add up to zero too. An entry that mixes currencies (a foreign item beside its
exchange difference, a transfer between banks) balances in company currency only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import ZERO, has_more_decimals
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of


class Journal(StrEnum):
    """The books of first entry; each has its own gapless numbers per fiscal year."""

    GENERAL = "general"
    SALES = "sales"
    PURCHASE = "purchase"
    INVENTORY = "inventory"
    BANK = "bank"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """An amount for an account, found by role or named; debit positive, credit negative.

    Units: `amount` in company currency, `currency_amount` in `currency_code`; both are the company's where not given.
    The item's category, the supplier's and the warehouse choose the account of a role.
    """

    amount: Decimal
    role: AccountRole | None = None
    account_id: UUID | None = None
    currency_code: str | None = None
    currency_amount: Decimal | None = None
    party_kind: str | None = None
    party_id: UUID | None = None
    item_id: UUID | None = None
    item_category_id: UUID | None = None
    warehouse_id: UUID | None = None
    supplier_category_id: UUID | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None
    tax_code_id: UUID | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry to be posted: one day, one source document.

    An entry whose lines are all worth nothing is posted without lines, so that its document keeps its link and number.
    """

    company_id: UUID
    journal: Journal
    posted_on: date
    origin_type: str
    origin_id: UUID
    lines: Sequence[LineDraft]
    description: str | None = None
    reverses_id: UUID | None = None


LineKey: TypeAlias = tuple[object, ...]


@dataclass(slots=True)
class ResolvedLine:
    """A line with its account, currency and dimensions settled; equal ones are added up."""

    account_id: UUID
    amount: Decimal
    currency_code: str
    currency_amount: Decimal
    draft: LineDraft

    def key(self) -> LineKey:
        """What lines must share to become one."""
        draft = self.draft
        return (
            self.account_id,
            self.currency_code,
            draft.party_kind,
            draft.party_id,
            draft.item_id,
            draft.warehouse_id,
            draft.cost_centre_id,
            draft.project_id,
            draft.tax_code_id,
            draft.description,
        )


def merged(lines: Iterable[ResolvedLine]) -> list[ResolvedLine]:
    """Lines of the same account and dimensions added up, in the order they first appear; empty ones are left out."""
    found: dict[LineKey, ResolvedLine] = {}
    for line in lines:
        same = found.setdefault(line.key(), line)
        if same is not line:
            same.amount += line.amount
            same.currency_amount += line.currency_amount
    return [line for line in found.values() if line.amount or line.currency_amount]


def balance_problems(path: str, lines: Sequence[ResolvedLine]) -> list[FieldProblem]:
    """Why lines do not balance: in company currency, and in their currency where they share one."""
    problems = []
    difference = sum((line.amount for line in lines), ZERO)
    if difference:
        problems.append(FieldProblem(path, imbalance(difference), "out_of_balance"))
    currencies = {line.currency_code for line in lines}
    if len(currencies) == 1:
        difference = sum((line.currency_amount for line in lines), ZERO)
        if difference:
            reason = f"{imbalance(difference)} {currencies.pop()}"
            problems.append(FieldProblem(path, reason, "out_of_balance"))
    return problems


def imbalance(difference: Decimal) -> str:
    """Which side is larger, and by how much."""
    more, less = ("debits", "credits") if difference > 0 else ("credits", "debits")
    return f"{more} exceed {less} by {abs(difference).normalize():f}"


def amount_problems(path: str, line: ResolvedLine, company_currency: str) -> list[FieldProblem]:
    """What is wrong with a line's amounts: decimals its currency does not have, or two values of one currency."""
    problems = []
    if has_more_decimals(line.amount, decimals_of(company_currency)):
        problems.append(FieldProblem(f"{path}/amount", f"{company_currency} has fewer decimals", "decimals"))
    if has_more_decimals(line.currency_amount, decimals_of(line.currency_code)):
        reason = f"{line.currency_code} has fewer decimals"
        problems.append(FieldProblem(f"{path}/currency_amount", reason, "decimals"))
    if line.currency_code == company_currency and line.currency_amount != line.amount:
        reason = "must equal the amount, for it is in company currency"
        problems.append(FieldProblem(f"{path}/currency_amount", reason, "two_amounts"))
    return problems


def mirrored(lines: Iterable[LineDraft]) -> list[LineDraft]:
    """The same lines on the other side."""
    return [_mirror(line) for line in lines]


def _mirror(line: LineDraft) -> LineDraft:
    currency_amount = None if line.currency_amount is None else -line.currency_amount
    return replace(line, amount=-line.amount, currency_amount=currency_amount)
