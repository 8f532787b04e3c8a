"""Which adjustments wait for a second user, and the account that goes with their reason."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item
from transactional.inventory.documents import DocumentLine
from transactional.inventory.models import AdjustmentReason, CostBalance, StockDocument, StockDocumentKind
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read_by_id
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, ACCOUNTS, account_problems
from transactional.ledger.models import AccountRole
from transactional.organization.models import Company
from transactional.project.attributions import Attributions


def beyond_limit(
    session: Session, documents: Sequence[StockDocument], counted: Mapping[UUID, Sequence[DocumentLine]]
) -> list[StockDocument]:
    """The adjustments that are worth more, ups and downs added, than their company lets one user decide."""
    companies = read_all(session, Company)
    judged = [
        document
        for document in documents
        if document.kind == StockDocumentKind.ADJUSTMENT.value
        and companies[document.company_id].adjustment_limit_amount is not None
    ]
    if not judged:
        return []
    costs = _unit_costs(session, {one.line.item_id for document in judged for one in counted[document.id]})
    return [
        document
        for document in judged
        if sum((_worth(one, document.warehouse_id, costs) for one in counted[document.id]), ZERO)
        > (companies[document.company_id].adjustment_limit_amount or ZERO)
    ]


def _worth(one: DocumentLine, warehouse_id: UUID, costs: Mapping[tuple[UUID, UUID | None], Decimal]) -> Decimal:
    line = one.line
    if line.value_amount is not None:
        return abs(line.value_amount)
    if line.unit_cost is not None and line.qty > 0:
        return line.qty * line.unit_cost
    known = costs.get((line.item_id, warehouse_id)) or costs.get((line.item_id, None), ZERO)
    return abs(one.stock_qty) * known


def _unit_costs(session: Session, item_ids: set[UUID]) -> dict[tuple[UUID, UUID | None], Decimal]:
    """What a unit is worth now, by item and warehouse; of an item that never was there its standard cost."""
    found: dict[tuple[UUID, UUID | None], Decimal] = {
        (key, None): item.standard_cost or ZERO for key, item in read_by_id(session, Item, item_ids).items()
    }
    columns = (
        CostBalance.item_id,
        CostBalance.warehouse_id,
        CostBalance.qty,
        CostBalance.value_amount,
        CostBalance.last_unit_cost,
    )
    rows: Sequence[Any] = session.execute(select(*columns).where(any_of(CostBalance.item_id, item_ids))).all()
    for item_id, warehouse_id, qty, value, last in rows:
        found[item_id, warehouse_id] = value / qty if qty > 0 else last
    return found


def take_accounts(session: Session, documents: Sequence[StockDocument]) -> None:
    """Documents with a reason stand against its account, unless they name one.

    Raises: Invalid for a reason that is not in use, an account that only its subledger writes, a cost centre or project
    that the company has not, a closed project.
    """
    reasons = read_by_id(
        session, AdjustmentReason, {document.reason_id for document in documents if document.reason_id}
    )
    problems = []
    accounts, attributions = ACCOUNTS.of(session), Attributions.read(session)
    # What production takes and delivers are stock documents: they are what keeps its clearing account.
    clearing = ACCOUNT_MAP.of(session).accounts_of(AccountRole.PRODUCTION_CLEARING)
    for position, document in enumerate(documents):
        path = place_in("documents", position, documents)
        reason = reasons.get(document.reason_id) if document.reason_id else None
        if reason is not None and not reason.is_active:
            problems.append(
                FieldProblem(f"{path}reason_id", f"reason {reason.code} is not used any more", "not_in_use")
            )
        if document.account_id is None and reason is not None:
            document.account_id = reason.account_id
        if document.account_id is not None and document.account_id not in clearing:
            problems += account_problems(accounts[document.account_id], f"{path}account_id")
        problems += attributions.problems(document, document.company_id, path)
    if problems:
        raise Invalid(problems)
