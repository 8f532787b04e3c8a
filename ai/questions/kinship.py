"""Which figures are kin: the value of a count, the rate of an amount, the other side of the business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.said import Reading

QUANTITIES = {
    "net_revenue": "sold_quantity",
    "purchase_spend": "purchased_quantity",
    "stock_value": "stock_quantity",
    "receipt_value": "arrived_quantity",
    "written_purchase_order_value": "written_purchase_quantity",
    "purchase_order_value": "purchased_quantity",
    "confirmed_order_value": "ordered_quantity",
}
"""What an amount is told in when pieces are asked for."""
WORTH = frozenset({"value", "values", "worth", "amount", "amounts", "金", "额"})
VALUES = {"stock_quantity": "stock_value", "sales_credit_note_count": "credited_amount"}
"""What the value of counted things is called."""
AVERAGES = {
    "order_count": "average_order_value",
    "purchase_order_count": "average_purchase_order_value",
    "written_purchase_order_count": "average_written_purchase_order_value",
    "vacation_hours": "average_vacation_hours",
    "sick_leave_hours": "average_sick_leave_hours",
    "production_days_late_total": "average_days_late",
    "production_days_total": "average_production_days",
}
"""What the average value of documents is called."""
RATES = {
    "gross_margin": "gross_margin_rate",
    "discount_amount": "discount_rate",
    "operating_profit": "operating_margin_rate",
    "late_production_order_count": "late_production_order_rate",
    "production_scrapped_quantity": "production_scrap_rate",
    "reported_rejected_quantity": "reported_rejection_rate",
    "discounted_line_count": "discounted_line_rate",
    "order_margin_at_standard": "order_margin_rate_at_standard",
}
"""What an amount is called when it is told in percent."""
MEANS = frozenset(
    {"hourly_pay_rate", "commission_rate", "item_rating", "list_price", "standard_cost", "item_weight"}
    | {"agreed_lead_time_days", "supplier_standard_price", "supplier_last_price", "item_making_days"}
    | {"supplier_min_quantity", "supplier_max_quantity", "average_shipping_days"}
    | {"customer_staff", "customer_floor_area", "customer_annual_sales", "customer_annual_revenue"}
    | {"customer_opening_year", "customer_cars", "customer_children", "customer_children_at_home"}
    | {"exchange_rate", "average_exchange_rate", "tax_rate", "offer_discount_rate"}
)
"""Figures that are a mean over several members already."""
EXPLODED = {"component_count": "part_count", "component_quantity": "part_quantity"}
"""Direct components, and those at all levels of a bill."""
TWINS = {"gender": "customer_gender", "marital_status": "customer_marital_status"}
"""Attributes of employees that customers have as well: which of them is meant, the figure tells."""
STANDING = frozenset(
    {"customer_staff", "customer_floor_area", "customer_annual_sales", "customer_annual_revenue"}
    | {"customer_opening_year", "customer_cars", "customer_children", "customer_children_at_home"}
    | {"stock_quantity", "safety_stock", "reorder_point", "supplied_item_count", "supplying_supplier_count"}
)
"""Figures of what is so now, whatever days are said."""
OF_HOUSES = frozenset(
    {
        "customer_staff",
        "customer_floor_area",
        "customer_annual_sales",
        "customer_annual_revenue",
        "customer_opening_year",
    }
)
"""What shops are or have, each of them once."""
MEANT_OVER = {"hourly_pay_rate": "employee", "commission_rate": "salesperson", "list_price": "item"}
"""Whose mean they are, where those are said: what an employee earns on average."""
AT_STANDARD = {
    "gross_margin": "order_margin_at_standard",
    "gross_margin_rate": "order_margin_rate_at_standard",
    "cost_of_goods_sold": "order_standard_cost",
    "order_margin_at_standard": "order_margin_at_standard",
    "order_margin_rate_at_standard": "order_margin_rate_at_standard",
    "standard_cost": "standard_cost",
}
"""What a figure is called when its goods are valued at the standard cost of now."""
PARTS = {
    frozenset(("reported_received_quantity", "reported_rejected_quantity")): "reported_rejection_rate",
    frozenset(("arrived_quantity", "rejected_quantity")): "supplier_defect_rate",
    frozenset(("production_order_count", "late_production_order_count")): "late_production_order_rate",
    frozenset(("order_line_count", "discounted_line_count")): "discounted_line_rate",
    frozenset(("production_ordered_quantity", "production_scrapped_quantity")): "production_scrap_rate",
    frozenset(("produced_quantity", "production_scrapped_quantity")): "production_scrap_rate",
    frozenset(("confirmed_order_value", "sales_quota")): "quota_attainment_rate",
}
"""A whole and a part of it, and what the part is called in percent of the whole."""
PART_OF: Mapping[str, str] = {
    "production_scrapped_quantity": "production_ordered_quantity",
    "started_scrapped_quantity": "started_production_quantity",
    "reported_rejected_quantity": "written_purchase_quantity",
    "reported_received_quantity": "written_purchase_quantity",
}
"""Pieces with those of the same documents that were ordered, of which they are told in percent."""
HAPPENED = frozenset(
    {"department_change_count", "pay_raise_count", "pay_change_count", "hired_employee_count", "hired_person_count"}
    | {"left_employee_count", "birth_count", "short_purchase_line_count", "rejecting_purchase_line_count"}
)
"""Counts of what happened: who is asked for are those to whom it did."""
DONE = {
    ("supplier_count", "supplied_item_count"): "supplying_supplier_count",
    ("recorded_supplier_count", "supplied_item_count"): "supplying_supplier_count",
    ("ordered_supplier_count", "supplied_item_count"): "supplying_supplier_count",
    ("order_count", "delivered_quantity"): "delivery_count",
    ("order_count", "net_revenue"): "sales_invoice_count",
    ("ordering_customer_count", "net_revenue"): "customer_count",
    ("recorded_customer_count", "net_revenue"): "customer_count",
}
"""What counts documents to which something was done: orders that were shipped."""
PER = frozenset({"per", "for each", "for every", "each", "by each", "每"})
LINES_OF = frozenset(
    (lines, orders)
    for lines, counts in (
        ("order_line_count", ("order_count",)),
        ("purchase_line_count", ("written_purchase_order_count", "purchase_order_count")),
    )
    for orders in counts
)
"""Lines and their documents: on average a document has so many."""
TOLD_WITH = frozenset({("item_rating", "review_count")})
"""A figure and the count it rests on, told side by side where both are named."""
LINKING = frozenset({"and", "also", "versus"})
PLACED_BY = frozenset(
    (
        ("ordering_customer_count", "order_count"),
        ("customer_count", "sales_invoice_count"),
        ("supplier_count", "purchase_invoice_count"),
    )
)
"""Who is counted by the documents that they have."""
ALIKE: Mapping[str, tuple[str, ...]] = {
    "order_count": ("purchase_order_count", "reasoned_order_count", "delivery_count"),
    "confirmed_order_value": ("purchase_order_value", "reasoned_order_value"),
    "employee_count": ("current_employee_count", "assignment_count"),
    "hired_employee_count": ("hired_person_count",),
    "arrived_quantity": ("reported_received_quantity",),
    "rejected_quantity": ("reported_rejected_quantity",),
    "sales_invoice_count": ("purchase_invoice_count",),
    "net_revenue": ("purchase_spend",),
    "receipt_value": ("purchase_order_count",),
    "purchase_spend": ("net_revenue",),
    "list_price": ("supplier_standard_price",),
    "delivery_count": ("order_count",),
}
"""What the same word names on the other side of the business."""
INVOICED = frozenset({"did we invoice", "we invoice", "we invoiced", "invoiced", "开票"})
SHIPPED = frozenset({"ship", "shipped", "deliver", "delivered", "dispatch", "dispatched", "sent out", "发货", "发出"})
PLACES = frozenset({"warehouse", "location"})
ASKED_FOR = ("net_revenue", "confirmed_order_value", "order_count", "gross_margin", "purchase_spend", "stock_value")
"""What is asked for most, offered where no figure is named."""
RECORDED = {
    "customer": "recorded_customer_count",
    "supplier": "recorded_supplier_count",
    "item": "item_count",
    "customer_account": "recorded_customer_count",
    "item_category": "item_count",
    "item_category_group": "item_count",
    "salesperson": "salespeople_count",
    "offer": "offer_count",
}
"""The figure that knows all members of a dimension, whatever they did."""
LISTED = {**RECORDED, "employee": "current_employee_count", "unit": "employee_count"}
"""The figure by which members are listed where only they are asked for: which vendors are no longer active."""
KINDS_ON_FILE = {
    **dict.fromkeys(("unit", "job_title", "shift"), "current_employee_count"),
    **dict.fromkeys(("item_model", "item_category", "item_category_group", "item_color", "item_size"), "item_count"),
}
"""The figure whose members are of so many kinds."""
COUNTED_ON_FILE = frozenset({"customer", "supplier", "item", "salesperson"})
"""Those of them that it counts one by one."""
ON_FILE = {"ordering_customer_count": "recorded_customer_count", "supplier_count": "recorded_supplier_count"}
"""Who is on file, where nothing is said of what they did."""
ITEM_DIMENSIONS = frozenset({"item", "item_code", "item_category", "item_category_group", "item_model"})

REFINED = {
    "item_count": ("discontinued_item_count", "introduced_item_count"),
    "employee_count": ("hired_employee_count", "left_employee_count"),
    "order_count": ("discounted_order_count", "cancelled_order_count"),
    "written_purchase_order_count": ("rejected_purchase_order_count",),
    "purchase_order_count": ("rejected_purchase_order_count",),
    "production_order_count": (
        "late_production_order_count",
        "production_scrapped_quantity",
        "started_production_order_count",
        "finished_production_order_count",
        "scrapping_order_count",
        "average_days_late",
        "average_production_days",
        "operation_hours",
        "operation_cost",
        "planned_operation_cost",
    ),
    "late_production_order_count": ("average_days_late",),
    "operation_count": ("operation_hours", "operation_cost", "planned_operation_cost"),
    "order_line_count": ("discounted_line_count",),
    "purchase_line_count": ("short_purchase_line_count", "rejecting_purchase_line_count"),
}
"""Counts of all, with the counts of those to which something was done."""
ONE_BY_ONE = {
    **dict.fromkeys(("vacation_hours", "sick_leave_hours", "hourly_pay_rate"), "employee"),
    **dict.fromkeys(("bonus", "commission_rate", "quota_attainment_rate"), "salesperson"),
    **dict.fromkeys(("list_price", "standard_cost", "item_weight", "item_making_days", "item_rating"), "item"),
    **dict.fromkeys(("stock_quantity", "stock_value", "safety_stock", "reorder_point"), "item"),
    **dict.fromkeys(
        ("customer_staff", "customer_floor_area", "customer_annual_sales", "customer_annual_revenue"),
        "customer_account",
    ),
    **dict.fromkeys(
        ("customer_opening_year", "customer_cars", "customer_children", "customer_children_at_home"), "customer_account"
    ),
    **dict.fromkeys(("offer_discount_rate", "offer_minimum_quantity"), "offer"),
    "tax_rate": "tax_code_name",
    "average_shipping_days": "order_number",
}
"""Of whom a figure is told one by one, where a bound holds for it and nobody is named."""
WITHIN: Mapping[str, tuple[str, ...]] = {
    "item": ("item_category", "item_category_group", "item_model"),
    "item_category": ("item_category_group",),
    "region": ("region_group", "country"),
    "country": ("region_group",),
    "city": ("country", "region", "region_group", "ship_to_state"),
    "ship_to_state": ("country", "region", "region_group"),
    "employee": ("unit",),
    "unit": ("unit_group",),
    "location": ("warehouse",),
    **dict.fromkeys(
        ("customer", "customer_account"), ("customer_category", "customer_category_group", "customer_region", "region")
    ),
    "supplier": ("supplier_category", "supplier_country"),
}
"""Parts with the wholes that they lie in."""
COUNTS_MEMBERS = {
    "employee_count": "employee",
    "current_employee_count": "employee",
    "item_count": "item",
    "recorded_customer_count": "customer",
    "recorded_supplier_count": "supplier",
    "ordering_customer_count": "customer",
    "supplier_count": "supplier",
    "ordered_supplier_count": "supplier",
    "salespeople_count": "salesperson",
    "offer_count": "offer",
    "order_count": "order_number",
    "sales_invoice_count": "invoice_number",
    "written_purchase_order_count": "order_number",
    "purchase_order_count": "order_number",
    "production_order_count": "order_number",
    "scrapping_order_count": "order_number",
}
"""Counts and the dimension whose members they count."""
MEMBERS_OF = {"item_count": "item", "ordering_customer_count": "customer", "supplier_count": "supplier"}
"""What counts of members count."""
PRESENT = (
    "supplied_item_count",
    "current_employee_count",
    "assignment_count",
    "sales_assignment_count",
    "stock_quantity",
    "component_quantity",
    "order_count",
    "operation_count",
    "production_order_count",
)
"""Figures that tell whether two things have to do with each other, the nearest first."""
OF_DOCUMENTS = frozenset({"on", "of", "for", "from", "in", "over", "across", "under", "within", "with"})
CARRYING = frozenset({"order_line_count", "purchase_line_count"})
"""Lines say where a figure stands as the documents do that they are of."""


def refine(reading: Reading) -> None:
    """How many products were taken off sale counts those, and not the products on file."""
    names = {each.name for mention in reading.metrics for each in mention.meanings}
    counted = next((each for each in reading.metrics if each.is_counted and each.meanings[0].name in MEMBERS_OF), None)
    if counted is not None and len(reading.metrics) == 3 and reading.has("more", "less"):  # noqa: PLR2004
        # How many products have less of one figure than of another.
        reading.metrics.remove(counted)
        reading.counted = MEMBERS_OF[counted.meanings[0].name]
    for mention in [*reading.metrics]:
        if reading.limits and mention.is_counted and mention.meanings[0].name in COUNTS_MEMBERS:
            # How many work orders had more than 100 pieces scrapped: orders are counted, by their scrap.
            continue
        if reading.has("ratio", "difference"):
            # Of all orders, those with a discount in percent: both are told.
            continue
        narrower = REFINED.get(mention.meanings[0].name, ())
        narrow = next((each for each in reading.metrics if each.meanings[0].name in narrower), None)
        if narrow is not None and names & set(narrower):
            reading.metrics.remove(mention)
            at = reading.metrics.index(narrow)
            reading.metrics[at] = replace(narrow, is_counted=mention.is_counted or narrow.is_counted)
