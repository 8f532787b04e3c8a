"""What things were listed at and cost from day to day, rates of currencies, special offers, regions of salespeople.

Each figure of it a second time, in SQL over the landed tables.
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import PriceList
from transactional.catalog.resources import ITEM_COSTS, PRICE_LIST_LINES, PRICE_LISTS
from transactional.kernel.records import create_records
from transactional.kernel.session import Session
from transactional.organization.models import Company
from transactional.organization.resources import EXCHANGE_RATES
from transactional.sales.resources import OFFERS
from transactional.scm.models import Region
from transactional.scm.resources import SALES_ASSIGNMENTS

D = Decimal


def describe_prices(session: Session, ids: dict[str, UUID]) -> None:
    """A list price that rose and one that ended, two costs, rates of two kinds, two offers, a region given away."""
    list_id = _list_of(session)
    prices = (("lamp", 1, 3, D(80)), ("lamp", 3, None, D(90)), ("rug", 1, 2, D(50)))
    lines = [
        {
            "price_list_id": list_id,
            "item_id": ids[item],
            "unit_price": price,
            "min_qty": D(0),
            "valid_from": date(2026, first, 1),
            "valid_to": date(2026, last, 1) - timedelta(days=1) if last else None,
        }
        for item, first, last, price in prices
    ]
    create_records(session, PRICE_LIST_LINES, lines)
    cost = {"item_id": ids["rug"], "company_id": ids["company"]}
    steps = ((date(2026, 1, 1), D(20)), (date(2026, 3, 1), D(22)))
    create_records(session, ITEM_COSTS, [cost | {"valid_from": day, "unit_cost": price} for day, price in steps])
    pair = {"from_currency_code": "CHF", "to_currency_code": "NOK"}
    rates = (("spot", 2, D("11.5")), ("spot", 3, D("11.7")), ("average", 3, D("11.6")))
    dated = [pair | {"kind": kind, "valid_on": date(2026, 3, day), "rate": rate} for kind, day, rate in rates]
    create_records(session, EXCHANGE_RATES, dated)
    offers = (("O1", "Spring", D("0.1"), D(5), D(20)), ("O2", "Summer", D("0.2"), D(10), None))
    create_records(
        session,
        OFFERS,
        [
            {"code": code, "name": name, "discount_share": share, "starts_on": date(2026, 3, 1), "min_qty": low}
            | ({"max_qty": high} if high else {})
            for code, name, share, low, high in offers
        ],
    )
    region = session.scalars(select(Region.id).order_by(Region.code)).first()
    given = {"employee_id": ids["anna"], "region_id": region}
    create_records(
        session,
        SALES_ASSIGNMENTS,
        [
            given | {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 28)},
            given | {"starts_on": date(2026, 3, 10)},
        ],
    )


def _list_of(session: Session) -> UUID:
    """The default list of sales prices, made where there is none."""
    kept = select(PriceList.id).where(PriceList.kind == "sales").order_by(PriceList.is_default.desc(), PriceList.code)
    found = session.scalars(kept).first()
    if found is not None:
        return found
    currency = session.scalars(select(Company.currency_code)).first()
    values = {"code": "LIST", "name": "List prices", "kind": "sales", "currency_code": currency, "is_default": True}
    return create_records(session, PRICE_LISTS, [values])[0]


_HELD = """raw.price_list_lines as l inner join raw.price_lists as p on p.id = l.price_list_id and p.kind = 'sales'
    where l.min_qty = 0 and l.unit_id is null"""
_NOW = f"{_HELD} and (l.valid_to is null or l.valid_to >= current_date)"
_COSTS = """(
    select distinct on (item_id, company_id) unit_cost
    from raw.item_costs order by item_id, company_id, valid_from desc
) as c"""
_WRITTEN = "raw.purchase_orders as o where o.state <> 'cancelled'"

QUERIES = {
    "list_price_sum_then": f"select sum(l.unit_price) from {_NOW}",
    "list_priced_count_then": f"select count(*) from {_NOW}",
    "list_price_change_count": (
        f"select count(*) from {_HELD} and exists (select from raw.price_list_lines as b where b.item_id = l.item_id"
        " and b.price_list_id = l.price_list_id and b.valid_to + 1 = l.valid_from and b.unit_price <> l.unit_price)"
    ),
    "standard_cost_sum_then": f"select sum(unit_cost) from {_COSTS}",
    "standard_costed_count_then": f"select count(*) from {_COSTS}",
    "standard_cost_change_count": (
        "select count(*) from raw.item_costs as c where c.unit_cost <> (select b.unit_cost from raw.item_costs as b"
        " where b.item_id = c.item_id and b.company_id = c.company_id and b.valid_from < c.valid_from"
        " order by b.valid_from desc limit 1)"
    ),
    "exchange_rate": "select avg(rate) from raw.exchange_rates where kind <> 'average'",
    "average_exchange_rate": "select avg(rate) from raw.exchange_rates where kind = 'average'",
    "highest_exchange_rate": "select max(rate) from raw.exchange_rates where kind <> 'average'",
    "lowest_exchange_rate": "select min(rate) from raw.exchange_rates where kind <> 'average'",
    "tax_rate": "select avg(rate) from raw.tax_rates",
    "tax_rate_count": "select count(*) from raw.tax_rates",
    "offer_count": "select count(starts_on) from raw.offers",
    "started_offer_count": "select count(starts_on) from raw.offers",
    "offer_discount_rate": "select avg(discount_share) from raw.offers where starts_on is not null",
    "offer_minimum_quantity": "select avg(min_qty) from raw.offers where starts_on is not null",
    "offer_maximum_quantity": "select avg(max_qty) from raw.offers where starts_on is not null",
    "sales_assignment_count": "select count(*) from raw.sales_assignments",
    "current_sales_assignment_count": "select count(*) from raw.sales_assignments where ends_on is null",
    "assigned_employee_count": (
        "select count(*) from raw.employee_assignments where ends_on is null or ends_on >= current_date"
    ),
    "purchase_order_freight": f"select sum(round(o.freight_amount * o.exchange_rate, 4)) from {_WRITTEN}",
    "purchase_order_tax": (
        "select (select sum(round(l.tax_amount * o.exchange_rate, 4)) from raw.purchase_order_lines as l"
        " inner join raw.purchase_orders as o on o.id = l.order_id and o.state <> 'cancelled')"
        f" + (select sum(round(o.freight_tax_amount * o.exchange_rate, 4)) from {_WRITTEN})"
    ),
    "purchase_order_total_value": (
        "select (select sum(l.company_net_amount + round(l.tax_amount * o.exchange_rate, 4))"
        " from raw.purchase_order_lines as l inner join raw.purchase_orders as o"
        " on o.id = l.order_id and o.state <> 'cancelled')"
        f" + (select sum((o.freight_amount + o.freight_tax_amount) * o.exchange_rate) from {_WRITTEN})"
    ),
}
DERIVED = {
    "list_price_then": ("{a} / nullif({b}, 0)", "list_price_sum_then", "list_priced_count_then"),
    "standard_cost_then": ("{a} / nullif({b}, 0)", "standard_cost_sum_then", "standard_costed_count_then"),
}
