"""Work done on orders is added to work in progress."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import round_amount
from transactional.kernel.rows import read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.production.models import (
    ProductionOperation,
    ProductionOrder,
    ProductionPaper,
    ProductionPaperKind,
    ScrapReason,
)
from transactional.production.papers import new_paper, write_papers
from transactional.production.progress import PAPER, Worked, hold_released
from transactional.production.specs import NewReport

_HOUR = Decimal(60)


def report_work(session: Session, given: Sequence[NewReport], *, at: datetime) -> list[ProductionPaper]:
    """Posted reports, in the order given: minutes at the operation's rates, and what was scrapped and why.

    Raises: NotFound, OrderNotReleased; Invalid for time without an operation, scrap without a reason, a report of
    nothing.
    """
    worked = hold_released(session, [new.order_id for new in given])
    wanted = select(ProductionOperation).where(any_of(ProductionOperation.order_id, worked.orders))
    operations = {row.id: row for row in read(session, wanted)}
    problems = [problem for new in given for problem in _problems(new, operations)]
    if problems:
        raise Invalid(problems)
    read_by_id(session, ScrapReason, {new.scrap_reason_id for new in given if new.scrap_reason_id is not None})
    papers = []
    entries: list[tuple[ProductionPaper, EntryDraft]] = []
    for new in given:
        order = worked.orders[new.order_id]
        paper = _paper(order, new)
        order.scrapped_qty += new.scrapped_qty
        papers.append(paper)
        if new.operation_id is not None:
            lines = _lines(order, operations[new.operation_id], new, worked)
            paper.work_amount = sum((-line.amount for line in lines), Decimal(0))
            entries.append((paper, _entry(order, paper, lines, worked)))
    posted = post_entries(session, [entry for _, entry in entries], at=at)
    for (paper, _), entry in zip(entries, posted, strict=True):
        paper.journal_entry_id = entry.id
    write_papers(session, papers, at=at)
    update_all(session, list(worked.orders.values()), ProductionOrder.scrapped_qty)
    return papers


def _problems(new: NewReport, operations: Mapping[UUID, ProductionOperation]) -> list[FieldProblem]:
    operation = operations.get(new.operation_id) if new.operation_id is not None else None
    problems = []
    if new.operation_id is not None and (operation is None or operation.order_id != new.order_id):
        problems.append(FieldProblem("operation_id", "the order has no such operation", "unknown_operation"))
    if new.operation_id is None and (new.labour_minutes or new.machine_minutes):
        reason = "say the operation: its work centre has the rates"
        problems.append(FieldProblem("operation_id", reason, "operation_missing"))
    if new.scrapped_qty > 0 and new.scrap_reason_id is None:
        problems.append(FieldProblem("scrap_reason_id", "say why pieces were scrapped", "reason_missing"))
    if not (new.good_qty or new.scrapped_qty or new.labour_minutes or new.machine_minutes):
        problems.append(FieldProblem("good_qty", "the report says nothing", "changes_nothing"))
    return problems


def _paper(order: ProductionOrder, new: NewReport) -> ProductionPaper:
    paper = new_paper(order, ProductionPaperKind.REPORT, new.reported_on)
    paper.operation_id, paper.scrap_reason_id = new.operation_id, new.scrap_reason_id
    paper.good_qty, paper.scrapped_qty = new.good_qty, new.scrapped_qty
    paper.labour_minutes, paper.machine_minutes = new.labour_minutes, new.machine_minutes
    return paper


def _lines(order: ProductionOrder, operation: ProductionOperation, new: NewReport, worked: Worked) -> list[LineDraft]:
    """What labour and machine absorb, as credits."""
    product = worked.products[order.id]
    amounts = (
        (AccountRole.ABSORBED_LABOUR, new.labour_minutes * operation.labour_hour_cost),
        (AccountRole.ABSORBED_MACHINE, new.machine_minutes * operation.machine_hour_cost),
    )
    return [
        LineDraft(
            role=role,
            amount=-round_amount(amount / _HOUR, worked.decimals(order)),
            item_category_id=product.category_id,
            warehouse_id=order.warehouse_id,
        )
        for role, amount in amounts
        if amount
    ]


def _entry(order: ProductionOrder, paper: ProductionPaper, lines: Sequence[LineDraft], worked: Worked) -> EntryDraft:
    added = LineDraft(
        account_id=worked.account(order),
        amount=paper.work_amount,
        item_id=order.item_id,
        warehouse_id=order.warehouse_id,
    )
    return EntryDraft(
        company_id=order.company_id,
        journal=Journal.INVENTORY,
        posted_on=paper.posted_on,
        origin_type=PAPER,
        origin_id=paper.id,
        lines=[added, *lines],
    )
