"""How much customers owe and have ordered, against their limits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select, text

from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.rows import lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, among
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import find_rates
from transactional.sales.errors import CreditLimitExceeded, CustomerBlocked
from transactional.sales.models import SalesOrder
from transactional.scm.models import Customer

_ORDERED = """
    select
        dealt_with.customer_id,
        orders.company_id,
        orders.currency_code,
        orders.exchange_rate,
        greatest(orders.total_amount - coalesce(dropped.amount, 0) - coalesce(invoiced.amount, 0), 0) as amount
    from sales.sales_orders as orders
    left join lateral (
        -- Lines closed with less than ordered: what is missing of them is never invoiced.
        select sum((lines.net_amount + lines.tax_amount) * (1 - handed.qty / lines.qty)) as amount
        from sales.sales_order_lines as lines
        inner join lateral (
            select sum(parts.qty) as qty
            from sales.delivery_lines as parts
            where parts.tenant_id = lines.tenant_id and parts.order_line_id = lines.id
                and parts.returned_line_id is null
        ) as handed on true
        where lines.tenant_id = orders.tenant_id and lines.order_id = orders.id and lines.is_closed
    ) as dropped on true
    left join (
        select origin_id, sum(total_amount) as amount
        from finance.invoices
        where party_id in (select id from dealt_with) and kind = 'sales_invoice' and state = 'posted'
        group by origin_id
    ) as invoiced on invoiced.origin_id = orders.id
    inner join dealt_with on dealt_with.id = orders.customer_id
    where orders.state = 'confirmed' or orders.id = any(:orders)
"""
_OWED = """
    select
        dealt_with.customer_id,
        invoices.company_id,
        invoices.currency_code,
        invoices.exchange_rate,
        invoices.open_amount * case when invoices.kind = 'sales_invoice' then 1 else -1 end as amount
    from finance.invoices
    inner join dealt_with on dealt_with.id = invoices.party_id
    where
        invoices.kind in ('sales_invoice', 'sales_credit_note')
        and invoices.state = 'posted'
        and invoices.open_amount <> 0
"""
_DEALT_WITH = """
    -- Customers with those that were merged into them.
    select id, id as customer_id
    from scm.customers
    where id = any(:customers)
    union all
    select id, merged_into_id as customer_id
    from scm.customers
    where merged_into_id = any(:customers)
"""
_EXPOSURE = text(
    f"with dealt_with as materialized ({_DEALT_WITH}) "  # noqa: S608 constants
    "select customer_id, company_id, currency_code, sum(amount), sum(amount * exchange_rate)"
    f" from ({_ORDERED} union all {_OWED}) as parts group by customer_id, company_id, currency_code"
)

_CONCERNED = Lookup(
    select(Customer.id)
    .where(
        Customer.id.in_(select(SalesOrder.customer_id).where(among(SalesOrder.id, "orders"))),
        or_(Customer.is_blocked, func.coalesce(Customer.credit_limit_amount, Customer.grade_limit_amount).is_not(None)),
    )
    .order_by(Customer.id)
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer has ordered or owes in one company and currency."""

    customer_id: UUID
    company_id: UUID
    currency_code: str
    amount: Decimal
    company_amount: Decimal


def ask_concerned(session: Session, order_ids: Sequence[UUID]) -> Asked[tuple[UUID]]:
    """The customers of orders that are blocked or have a limit: an import of thousands without limits holds none."""
    return _CONCERNED.ask(session, orders=order_ids)


def check_credit(session: Session, orders: Sequence[SalesOrder], concerned: Asked[tuple[UUID]] | None = None) -> None:
    """Nothing where all orders together stay within their customers' limits; those customers are held meanwhile.

    `concerned` may have been asked for before, for these orders or more of them.
    Raises: CustomerBlocked; CreditLimitExceeded; RateMissing where an amount cannot be told in the limit's currency.
    """
    if not orders:
        return
    customer_ids = {order.customer_id for order in orders}
    concerned = concerned or ask_concerned(session, [order.id for order in orders])
    held = [row[0] for row in concerned.rows() if row[0] in customer_ids]
    blocked = lock_by_id(session, Customer, held)
    for customer in blocked:
        if customer.is_blocked:
            raise CustomerBlocked(customer=customer.code)
    limits = {customer.id: _limit(customer) for customer in blocked}
    limited = {customer.id: customer for customer in blocked if limits[customer.id] is not None}
    if not limited:
        return
    day = max(order.ordered_on for order in orders)
    totals = find_exposure(session, limited.values(), [order.id for order in orders], on=day)
    for order in orders:
        found = limited.get(order.customer_id)
        limit = limits[found.id] if found else None
        if found and limit is not None and totals[found.id] > limit:
            decimals = decimals_of(found.currency_code)
            raise CreditLimitExceeded(
                number=order.number,
                customer=found.code,
                exposure_amount=round_amount(totals[found.id], decimals),
                currency_code=found.currency_code,
                limit_amount=round_amount(limit, decimals),
            )


def _limit(customer: Customer) -> Decimal | None:
    """The customer's own limit, or else the one that goes with the grade."""
    own = customer.credit_limit_amount
    return customer.grade_limit_amount if own is None else own


def find_exposure(
    session: Session, customers: Iterable[Customer], order_ids: Sequence[UUID] = (), *, on: date
) -> dict[UUID, Decimal]:
    """What customers owe or have ordered, each document counted once, in the customers' currencies.

    Confirmed orders count with what is not invoiced yet, and so do the orders named here, confirmed or not; invoices
    and credit notes with what is open.
    """
    known = {customer.id: customer for customer in customers}
    rows = session.execute(_EXPOSURE, {"customers": list(known), "orders": list(order_ids)})
    parts = [Exposure(row[0], row[1], row[2], row[3], row[4]) for row in rows]
    companies = read_by_id(session, Company, {part.company_id for part in parts})
    codes = {row.currency_code for row in known.values()} | {row.currency_code for row in companies.values()}
    rates = find_rates(session, codes, until=on)
    totals: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for part in parts:
        own, company = known[part.customer_id].currency_code, companies[part.company_id]
        if part.currency_code == own:
            totals[part.customer_id] += part.amount
        else:
            rate = rates.rate(own, company.currency_code, on, age_days_max=company.rate_age_days_max)
            totals[part.customer_id] += part.company_amount / rate
    return totals
