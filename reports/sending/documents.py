"""A document of ours as a letter to the party it is for, as it stands when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from olap.asker import Asker
from reports.sending.letters import Letter, letter_of_words
from reports.sending.receivers import NotSent, Receiver
from reports.words import t
from transactional.catalog.models import Item, UnitOfMeasure
from transactional.identity.models import Tenant
from transactional.inventory.models import Warehouse
from transactional.kernel.money import round_amount
from transactional.kernel.rows import find_one, read, read_by_id
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.report.models import Delivery
from transactional.scm.models import Supplier


@dataclass(frozen=True)
class OrderSheet:
    """A purchase order as its supplier reads it."""

    order: PurchaseOrder
    company: str
    warehouse: str
    lines: tuple[tuple[str, str], ...]
    """What is ordered, and how much of it at what price."""


def order_of(session: Session, delivery: Delivery) -> tuple[Receiver, OrderSheet] | NotSent:
    """The order that goes to its supplier, in the tenant's language, or why it does not go."""
    order = find_one(session, select(PurchaseOrder).where(PurchaseOrder.id == UUID(delivery.facts["id"])))
    if order is None or order.state != PurchaseOrderState.CONFIRMED or order.revision != delivery.facts["revision"]:
        return NotSent("the order has changed since")
    locale = session.execute(select(Tenant.default_locale).where(Tenant.id == session.tenant_id)).scalar_one()
    supplier = read_by_id(session, Supplier, [order.supplier_id])[order.supplier_id]
    receiver = Receiver(Asker(str(session.tenant_id), locale=locale), supplier.name, delivery.address)
    return receiver, OrderSheet(
        order,
        read_by_id(session, Company, [order.company_id])[order.company_id].name,
        read_by_id(session, Warehouse, [order.warehouse_id])[order.warehouse_id].name,
        tuple(_lines(session, order)),
    )


def _lines(session: Session, order: PurchaseOrder) -> list[tuple[str, str]]:
    statement = select(PurchaseOrderLine).where(PurchaseOrderLine.order_id == order.id)
    lines = read(session, statement.order_by(PurchaseOrderLine.line_number))
    items = read_by_id(session, Item, {line.item_id for line in lines})
    units = read_by_id(session, UnitOfMeasure, {line.unit_id for line in lines})
    shown = []
    for line in lines:
        item, unit = items[line.item_id], units[line.unit_id]
        worth = f"{_plain(line.qty)} {unit.code} x {_plain(line.unit_price)} = {_money(order, line.net_amount)}"
        by = f", {line.promised_on.isoformat()}" if line.promised_on else ""
        shown.append((f"{line.line_number}. {item.code} {item.name}", worth + by))
    return shown


def _money(order: PurchaseOrder, amount: Decimal) -> str:
    return f"{round_amount(amount, decimals_of(order.currency_code))} {order.currency_code}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def letter_of_order(sheet: OrderSheet, locale: str) -> Letter:
    """The order: who orders what, where it shall come and when, what it is worth."""
    order = sheet.order
    pairs = [
        (t("order.buyer", locale), sheet.company),
        (t("order.number", locale), order.number),
        (t("order.revision", locale), str(order.revision)),
        (t("order.day", locale), order.ordered_on.isoformat()),
        (t("order.ship_to", locale), sheet.warehouse),
        *([(t("order.promised", locale), order.promised_on.isoformat())] if order.promised_on else []),
        *sheet.lines,
        (t("order.net", locale), _money(order, order.net_amount)),
        (t("order.tax", locale), _money(order, order.tax_amount)),
        (t("order.total", locale), _money(order, order.total_amount)),
    ]
    return letter_of_words(t("order.subject", locale, number=order.number, company=sheet.company), pairs, locale)
