"""Requisitions, suppliers' quotations and contracts are approved, turned down and closed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import Moves, move_to
from transactional.purchase.events import source_event
from transactional.purchase.models import (
    ContractState,
    PurchaseContract,
    PurchaseRequisition,
    RequisitionState,
    SupplierQuotation,
    SupplierQuotationState,
)
from transactional.purchase.services.check_budgets import check_budgets
from transactional.purchase.states import CONTRACT_MOVES, REQUISITION_MOVES, SUPPLIER_QUOTATION_MOVES

Source = TypeVar("Source", PurchaseRequisition, SupplierQuotation, PurchaseContract)


def approve_requisitions(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[PurchaseRequisition]:
    """Requisitions that may be ordered, within their budgets; an approved one is returned as it is.

    Raises: NotFound, TransitionRefused, BudgetExceeded, Invalid for a line without a price where a budget holds.
    """
    drafts = [row for row in lock_by_id(session, PurchaseRequisition, ids) if row.state == RequisitionState.DRAFT]
    if drafts:
        check_budgets(session, drafts)
    by = {"decided_by": session.principal.user_id}
    return _moved(session, PurchaseRequisition, ids, at, RequisitionState.APPROVED, REQUISITION_MOVES, **by)


def reject_requisitions(
    session: Session, ids: Sequence[UUID], *, reason: str, at: datetime
) -> list[PurchaseRequisition]:
    """Requisitions turned down with a reason.  Raises: NotFound, TransitionRefused."""
    by = {"decided_by": session.principal.user_id, "decision_reason": reason}
    return _moved(session, PurchaseRequisition, ids, at, RequisitionState.REJECTED, REQUISITION_MOVES, **by)


def close_requisitions(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[PurchaseRequisition]:
    """Requisitions of which nothing more is ordered.  Raises: NotFound, TransitionRefused."""
    return _moved(session, PurchaseRequisition, ids, at, RequisitionState.CLOSED, REQUISITION_MOVES)


def decline_quotations(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[SupplierQuotation]:
    """Suppliers' quotations that are not taken up.  Raises: NotFound, TransitionRefused."""
    return _moved(session, SupplierQuotation, ids, at, SupplierQuotationState.DECLINED, SUPPLIER_QUOTATION_MOVES)


def approve_contracts(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[PurchaseContract]:
    """Contracts that may be ordered from.  Raises: NotFound, TransitionRefused."""
    by = {"approved_by": session.principal.user_id}
    return _moved(session, PurchaseContract, ids, at, ContractState.APPROVED, CONTRACT_MOVES, **by)


def close_contracts(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[PurchaseContract]:
    """Contracts that are ordered from no more.  Raises: NotFound, TransitionRefused."""
    return _moved(session, PurchaseContract, ids, at, ContractState.CLOSED, CONTRACT_MOVES)


def _moved(
    session: Session,
    model: type[Source],
    ids: Sequence[UUID],
    at: datetime,
    after: StrEnum,
    moves: Moves,
    **values: Any,
) -> list[Source]:
    """The documents in their new state, with what the move writes down; those in it already stay as they are."""
    rows = lock_by_id(session, model, ids)
    fresh = [row for row in rows if row.state != after.value]
    for row in fresh:
        move_to(row, after, moves)
        for name, value in values.items():
            setattr(row, name, value)
    update_all(session, fresh, model.state, *[getattr(model, name) for name in values])
    record(session, [source_event(row, at) for row in fresh])
    return rows
