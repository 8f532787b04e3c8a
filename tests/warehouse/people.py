"""What else the company of the story keeps: its people, its offers, why customers buy, what its supplier can deliver.

Each figure of it a second time, in SQL over the landed tables.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.resources import ITEM_REVIEWS, SUPPLIER_ITEMS
from transactional.kernel.records import create_records
from transactional.kernel.session import Session
from transactional.organization.models import Unit
from transactional.organization.personnel_resources import (
    EMPLOYEE_ASSIGNMENTS,
    EMPLOYEE_FILES,
    EMPLOYEE_PAYS,
    SALES_QUOTAS,
    SHIFTS,
)
from transactional.sales.models import SalesOrder
from transactional.sales.resources import ORDER_REASONS, SALES_REASONS

D = Decimal


def describe_people(session: Session, ids: dict[str, UUID]) -> None:
    """Files, shifts, pay with a raise, a quota; two reasons for an order, a supplier's terms, two reviews."""
    anna, ben = ids["anna"], ids["ben"]
    [night] = create_records(session, SHIFTS, [{"code": "N", "name": "Night"}])
    sold = {"bonus_amount": D(500), "commission_share": D("0.02"), "vacation_hours": D(40), "sick_leave_hours": D(16)}
    create_records(
        session,
        EMPLOYEE_FILES,
        [
            {"employee_id": anna, "gender": "female", "born_on": date(1990, 5, 1), "is_salaried": True, **sold},
            {"employee_id": ben, "gender": "male", "vacation_hours": D(8)},
        ],
    )
    unit_id = session.scalars(select(Unit.id).order_by(Unit.code)).first()
    other = session.scalars(select(Unit.id).order_by(Unit.code.desc())).first()
    first = {"employee_id": anna, "unit_id": unit_id, "shift_id": night, "starts_on": date(2026, 3, 1)}
    second = {"employee_id": anna, "unit_id": other, "starts_on": date(2026, 3, 16)}
    create_records(session, EMPLOYEE_ASSIGNMENTS, [first | {"ends_on": date(2026, 3, 15)}, second])
    rates = ((date(2026, 3, 1), D(20)), (date(2026, 3, 20), D(25)))
    create_records(
        session, EMPLOYEE_PAYS, [{"employee_id": anna, "valid_from": day, "hourly_rate": rate} for day, rate in rates]
    )
    create_records(
        session, SALES_QUOTAS, [{"employee_id": anna, "starts_on": date(2026, 3, 1), "quota_amount": D(9000)}]
    )
    reasons = create_records(
        session, SALES_REASONS, [{"code": "P", "name": "Price"}, {"code": "Q", "name": "Quality", "kind": "Other"}]
    )
    order_id = session.scalars(select(SalesOrder.id).order_by(SalesOrder.number)).first()
    create_records(session, ORDER_REASONS, [{"order_id": order_id, "reason_id": reason} for reason in reasons])
    terms = {"unit_price": D(39), "last_unit_price": D(40), "lead_time_days": 9, "min_qty": D(5), "max_qty": D(50)}
    create_records(session, SUPPLIER_ITEMS, [{"supplier_id": ids["supplier"], "item_id": ids["lamp"], **terms}])
    reviews = [{"reviewer": name, "rating": rating} for name, rating in (("Eve", 4), ("Max", 1))]
    about = {"item_id": ids["lamp"], "reviewed_on": date(2026, 3, 22)}
    create_records(session, ITEM_REVIEWS, [about | each for each in reviews])


_FILES = """raw.employee_files as f inner join raw.employees as e on e.id = f.employee_id
    where e.is_active and e.left_on is null"""
_RATES = """(
    select distinct on (p.employee_id) p.hourly_rate
    from raw.employee_pays as p inner join raw.employees as e on e.id = p.employee_id
    where e.is_active and e.left_on is null order by p.employee_id, p.valid_from desc
) as rates"""
_BEFORE = """raw.employee_pays as p where exists (
    select from raw.employee_pays as b where b.employee_id = p.employee_id and b.valid_from < p.valid_from"""
_REASONED = """raw.sales_orders as o where o.state in ('confirmed', 'closed')
    and exists (select from raw.order_reasons as r where r.order_id = o.id)"""
_WRITTEN = """raw.purchase_order_lines as l inner join raw.purchase_orders as o on o.id = l.order_id
    and o.state <> 'cancelled'"""
_CAME = """left join lateral (
        select coalesce(l.stated_received_qty, sum(r.arrived_qty), 0) as arrived,
            coalesce(l.stated_rejected_qty, sum(r.rejected_qty), 0) as rejected
        from raw.purchase_receipt_lines as r inner join raw.purchase_receipts as h on h.id = r.receipt_id
        where r.order_line_id = l.id and h.kind = 'receipt' and h.state = 'posted'
    ) as came on true"""
_SOLD = """raw.sales_order_lines as l inner join raw.sales_orders as o on o.id = l.order_id
    and o.state in ('confirmed', 'closed') inner join raw.items as i on i.id = l.item_id"""
_LED = """raw.employees as e inner join raw.employees as m on m.id = e.manager_id
    where e.is_active and e.left_on is null"""
_STEPS = """(
    select s.order_id, coalesce(s.started_on, min(r.posted_on)) as started_on,
        coalesce(s.finished_on, max(r.posted_on)) as finished_on
    from raw.production_operations as s
    left join raw.production_papers as r on r.operation_id = s.id and r.state = 'posted'
    group by s.id, s.order_id, s.started_on, s.finished_on
) as p inner join raw.production_orders as o on o.id = p.order_id"""
_MADE = "raw.production_orders where state in ('released', 'closed')"
_SENT = """(
    select o.ordered_on, (
        select min(d.delivered_on) from raw.deliveries as d
        where d.order_id = o.id and d.kind = 'delivery' and d.state = 'posted'
    ) as sent_on
    from raw.sales_orders as o where o.state in ('confirmed', 'closed')
) as sent"""

QUERIES = {
    "current_employee_count": "select count(*) from raw.employees where is_active and left_on is null",
    "hired_person_count": "select count(hired_on) from raw.employees",
    "birth_count": "select count(born_on) from raw.employee_files",
    "vacation_hours": f"select sum(f.vacation_hours) from {_FILES}",
    "sick_leave_hours": f"select sum(f.sick_leave_hours) from {_FILES}",
    "bonus": f"select sum(f.bonus_amount) from {_FILES}",
    "commission_rate": f"select avg(f.commission_share) from {_FILES}",
    "salespeople_count": f"select count(f.commission_share) from {_FILES}",
    "hourly_pay_rate": f"select avg(hourly_rate) from {_RATES}",
    "pay_raise_count": f"select count(*) from {_BEFORE} and b.hourly_rate < p.hourly_rate)",
    "pay_change_count": f"select count(*) from {_BEFORE})",
    "department_change_count": (
        "select count(*) from raw.employee_assignments as a where a.unit_id <> ("
        "select b.unit_id from raw.employee_assignments as b where b.employee_id = a.employee_id"
        " and b.starts_on < a.starts_on order by b.starts_on desc limit 1)"
    ),
    "assignment_count": "select count(*) from raw.employee_assignments",
    "sales_quota": "select sum(quota_amount) from raw.sales_quotas",
    "reasoned_order_count": f"select count(*) from {_REASONED}",
    "reasoned_order_value": (
        "select sum(o.company_net_amount) from raw.sales_orders as o inner join raw.order_reasons as r"
        " on r.order_id = o.id where o.state in ('confirmed', 'closed')"
    ),
    "supplier_standard_price": "select avg(unit_price) from raw.supplier_items",
    "supplier_last_price": "select avg(last_unit_price) from raw.supplier_items",
    "agreed_lead_time_days": "select avg(lead_time_days) from raw.supplier_items",
    "supplier_min_quantity": "select avg(min_qty) from raw.supplier_items",
    "supplier_max_quantity": "select avg(max_qty) from raw.supplier_items",
    "supplied_item_count": "select count(distinct item_id) from raw.supplier_items",
    "supplying_supplier_count": "select count(distinct supplier_id) from raw.supplier_items",
    **{
        name: f"select avg(cast(attributes ->> '{attribute}' as numeric)) from raw.customers"
        for name, attribute in (
            ("customer_staff", "employees"),
            ("customer_floor_area", "square_feet"),
            ("customer_annual_sales", "annual_sales"),
            ("customer_annual_revenue", "annual_revenue"),
            ("customer_opening_year", "opened_in"),
            ("customer_cars", "cars"),
            ("customer_children", "children"),
            ("customer_children_at_home", "children_at_home"),
        )
    },
    "led_from_elsewhere_count": f"select count(*) from {_LED} and m.unit_id <> e.unit_id",
    "leading_employee_count": f"select count(distinct m.id) from {_LED}",
    "late_started_operation_count": (
        f"select sum(case when p.started_on > o.starts_on then 1 else 0 end) from {_STEPS}"
    ),
    "late_finished_operation_count": (
        f"select sum(case when p.finished_on > o.due_on then 1 else 0 end) from {_STEPS}"
    ),
    "reported_rejected_value": (
        f"select sum(round(l.company_net_amount * came.rejected / l.qty, 4)) from {_WRITTEN} {_CAME}"
    ),
    "item_rating": "select avg(rating) from raw.item_reviews",
    "review_count": "select count(*) from raw.item_reviews",
    "item_making_days": "select avg(making_days) from raw.items",
    "operation_hours": "select sum(coalesce(actual_hours, 0)) from raw.production_operations",
    "operation_cost": "select sum(coalesce(actual_amount, 0)) from raw.production_operations",
    "planned_operation_cost": "select sum(planned_amount) from raw.production_operations",
    "operation_count": "select nullif(count(*), 0) from raw.production_operations",
    "started_production_order_count": f"select count(*) from {_MADE}",
    "started_production_quantity": f"select sum(qty) from {_MADE}",
    "started_scrapped_quantity": "select sum(scrapped_qty) from raw.production_orders",
    "finished_production_order_count": f"select count(finished_on) from {_MADE}",
    "late_finish_count": f"select count(*) from {_MADE} and finished_on > due_on",
    "production_days_late_total": f"select sum(greatest(finished_on - due_on, 0)) from {_MADE}",
    "production_days_total": f"select sum(finished_on - starts_on) from {_MADE}",
    "scrapping_order_count": f"select count(*) from {_MADE} and scrapped_qty > 0",
    "order_standard_cost": f"select sum(round(l.stock_qty * i.standard_cost, 4)) from {_SOLD}",
    "discounted_line_count": f"select count(*) from {_SOLD} where l.discount_amount > 0",
    "average_shipping_days": f"select avg(sent_on - ordered_on) from {_SENT}",
    "reported_received_quantity": f"select sum(came.arrived) from {_WRITTEN} {_CAME}",
    "reported_rejected_quantity": f"select sum(came.rejected) from {_WRITTEN} {_CAME}",
    "reported_stocked_quantity": f"select sum(came.arrived - came.rejected) from {_WRITTEN} {_CAME}",
    "written_purchase_quantity": f"select sum(l.stock_qty) from {_WRITTEN}",
    "purchase_line_count": f"select count(*) from {_WRITTEN}",
    "short_purchase_line_count": f"select count(*) from {_WRITTEN} {_CAME} where came.arrived < l.qty",
    "rejecting_purchase_line_count": f"select count(*) from {_WRITTEN} {_CAME} where came.rejected > 0",
    "ordered_supplier_count": f"select count(distinct o.supplier_id) from {_WRITTEN}",
    "purchased_item_count": f"select count(distinct l.item_id) from {_WRITTEN}",
}
DERIVED = {
    "average_vacation_hours": ("{a} / nullif({b}, 0)", "vacation_hours", "current_employee_count"),
    "average_sick_leave_hours": ("{a} / nullif({b}, 0)", "sick_leave_hours", "current_employee_count"),
    "quota_attainment_rate": ("{a} / nullif({b}, 0)", "confirmed_order_value", "sales_quota"),
    "average_days_late": ("{a} / nullif({b}, 0)", "production_days_late_total", "late_finish_count"),
    "average_production_days": ("{a} / nullif({b}, 0)", "production_days_total", "finished_production_order_count"),
    "order_margin_at_standard": ("{a} - {b}", "confirmed_order_value", "order_standard_cost"),
    "order_margin_rate_at_standard": ("({a} - {b}) / nullif({a}, 0)", "confirmed_order_value", "order_standard_cost"),
    "discounted_line_rate": ("{a} / nullif({b}, 0)", "discounted_line_count", "order_line_count"),
    "reported_rejection_rate": ("{a} / nullif({b}, 0)", "reported_rejected_quantity", "reported_received_quantity"),
}
