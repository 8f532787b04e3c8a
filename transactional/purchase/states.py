"""The moves that purchase documents may make."""

from enum import StrEnum

from transactional.purchase.models import (
    ContractState,
    PurchaseOrderState,
    RequisitionState,
    SupplierQuotationState,
)


class ReceiptState(StrEnum):
    """A receipt is posted when written: it records what was inspected. It is cancelled with its mirror image."""

    POSTED = "posted"
    CANCELLED = "cancelled"


ORDER_MOVES = frozenset(
    {
        (PurchaseOrderState.DRAFT, PurchaseOrderState.CONFIRMED),
        (PurchaseOrderState.DRAFT, PurchaseOrderState.WAITING),
        (PurchaseOrderState.WAITING, PurchaseOrderState.CONFIRMED),
        (PurchaseOrderState.WAITING, PurchaseOrderState.REJECTED),
        (PurchaseOrderState.WAITING, PurchaseOrderState.CANCELLED),
        (PurchaseOrderState.DRAFT, PurchaseOrderState.REJECTED),
        (PurchaseOrderState.DRAFT, PurchaseOrderState.CANCELLED),
        (PurchaseOrderState.REJECTED, PurchaseOrderState.DRAFT),
        (PurchaseOrderState.CONFIRMED, PurchaseOrderState.WAITING),
        (PurchaseOrderState.CONFIRMED, PurchaseOrderState.CANCELLED),
        (PurchaseOrderState.CONFIRMED, PurchaseOrderState.CLOSED),
    }
)
REQUISITION_MOVES = frozenset(
    {
        (RequisitionState.DRAFT, RequisitionState.APPROVED),
        (RequisitionState.DRAFT, RequisitionState.REJECTED),
        (RequisitionState.APPROVED, RequisitionState.CLOSED),
    }
)
SUPPLIER_QUOTATION_MOVES = frozenset(
    {
        (SupplierQuotationState.OPEN, SupplierQuotationState.ACCEPTED),
        (SupplierQuotationState.OPEN, SupplierQuotationState.DECLINED),
    }
)
CONTRACT_MOVES = frozenset(
    {
        (ContractState.DRAFT, ContractState.APPROVED),
        (ContractState.APPROVED, ContractState.CLOSED),
    }
)
