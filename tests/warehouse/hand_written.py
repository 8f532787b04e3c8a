"""Every metric a second time, in SQL over the landed operational tables, without marts and without MetricFlow.

Each text answers with one figure over all time. Nothing here looks at a mart: what is wrong in both would have to be
wrong twice.
"""
# put together from texts of this file alone

from tests.warehouse import people, prices

_SALES_LINES = """
    raw.sales_order_lines as l inner join raw.sales_orders as o on o.id = l.order_id
    left join lateral (
        select coalesce(sum(d.stock_qty), 0) as qty
        from raw.delivery_lines as d inner join raw.deliveries as h on h.id = d.delivery_id
        where d.order_line_id = l.id and h.kind = 'delivery' and h.state = 'posted'
    ) as delivered on true
    left join lateral (
        select coalesce(sum(d.stock_qty), 0) as qty
        from raw.delivery_lines as d inner join raw.deliveries as h on h.id = d.delivery_id
        where d.order_line_id = l.id and h.kind = 'delivery' and h.state = 'posted'
            and h.delivered_on <= coalesce(l.promised_on, o.promised_on)
    ) as punctual on true
    left join lateral (
        select coalesce(sum(case i.kind when 'sales_invoice' then n.company_net_amount
            else -n.company_net_amount end), 0) as amount
        from raw.invoice_lines as n inner join raw.invoices as i on i.id = n.invoice_id
        where n.order_line_id = l.id and i.state = 'posted'
    ) as invoiced on true
"""
_ORDERED = "o.state in ('confirmed', 'closed')"
_FREIGHT_TAX = (
    f"select sum(round(o.freight_tax_amount * o.exchange_rate, 2)) from raw.sales_orders as o where {_ORDERED}"
)
_DUE = (
    f"{_ORDERED} and (coalesce(l.promised_on, o.promised_on) < current_date"
    " or (delivered.qty > 0 and delivered.qty >= l.stock_qty))"
)
_SALES_SIGN = "case i.kind when 'sales_invoice' then 1 else -1 end"
_INVOICES = """
    raw.invoice_lines as n inner join raw.invoices as i
    on i.id = n.invoice_id and i.state = 'posted' and i.kind in ('sales_invoice', 'sales_credit_note')
"""
_CORRECTIONS = """
    (select coalesce(sum(-c.value_amount), 0)
    from raw.stock_moves as c inner join raw.stock_moves as m on m.id = c.reverses_id
    inner join raw.delivery_lines as d on d.id = m.origin_line_id
    where c.kind = 'revaluation' and exists (
        select from raw.invoice_lines as n where n.delivery_line_id = coalesce(d.returned_line_id, d.id)
    ))
"""
_HANDED = """
    raw.delivery_lines as d inner join raw.deliveries as h on h.id = d.delivery_id and h.state = 'posted'
"""
_MADE = "raw.production_orders where state in ('released', 'closed')"
_INSIDE = """
    raw.bill_lines as l inner join raw.bills as b on b.id = l.bill_id inner join raw.items as m on m.id = l.item_id
    where l.kind = 'component' and b.valid_to is null
    and not exists (
        select from raw.bills as n
        where n.item_id = b.item_id and n.company_id = b.company_id and n.valid_from > b.valid_from
    )
    and not exists (
        select from raw.bill_lines as n
        where n.bill_id = l.bill_id and n.alternative_group = l.alternative_group and n.line_number < l.line_number
    )
"""
_LEVELS = f"""
    with recursive direct as (
        select b.company_id, b.item_id as whole_id, l.item_id as part_id, l.qty * (1 + l.scrap_share) / b.qty as qty
        from {_INSIDE}
    ), walked (company_id, whole_id, part_id, qty, depth) as (
        select company_id, whole_id, part_id, qty, 1 from direct
        union all
        select w.company_id, w.whole_id, d.part_id, w.qty * d.qty, w.depth + 1
        from walked as w inner join direct as d on d.company_id = w.company_id and d.whole_id = w.part_id
    )
"""
_BOUGHT_LINES = """
    raw.purchase_order_lines as l inner join raw.purchase_orders as o on o.id = l.order_id
    left join lateral (
        select sum(r.accepted_qty) as qty, min(h.received_on) as first_on, max(h.received_on) as last_on
        from raw.purchase_receipt_lines as r inner join raw.purchase_receipts as h on h.id = r.receipt_id
        where r.order_line_id = l.id and h.kind = 'receipt' and h.state = 'posted'
    ) as received on true
    left join lateral (
        select coalesce(sum(case i.kind when 'purchase_invoice' then n.qty else -n.qty end), 0) as qty
        from raw.invoice_lines as n inner join raw.invoices as i on i.id = n.invoice_id
        where n.order_line_id = l.id and i.state = 'posted'
    ) as invoiced on true
"""
_PLACED = "o.state not in ('draft', 'cancelled')"
_SUPPLIER_DUE = (
    "o.state in ('confirmed', 'closed') and (coalesce(l.promised_on, o.promised_on) < current_date"
    " or received.qty >= l.qty)"
)
_RECEIPTS = """
    raw.purchase_receipt_lines as r inner join raw.purchase_receipts as h on h.id = r.receipt_id
    inner join raw.purchase_order_lines as l on l.id = r.order_line_id
    inner join raw.purchase_orders as o on o.id = l.order_id
"""
_STANDS = "h.kind = 'receipt' and h.state = 'posted'"
_PAYMENTS = (
    "select sum(case kind when '{0}' then company_amount else -company_amount end) from raw.payments"
    " where kind in ('{0}', '{1}')"
)
_MOVED_BY = "select count(distinct origin_id) from raw.stock_moves where kind = '{}' and reverses_id is null"
_BILLS = """
    raw.invoice_lines as n inner join raw.invoices as i
    on i.id = n.invoice_id and i.state = 'posted' and i.kind in ('purchase_invoice', 'purchase_credit_note')
    left join raw.purchase_order_lines as l on l.id = n.order_line_id
"""
_BILL_SIGN = "case i.kind when 'purchase_invoice' then 1 else -1 end"


def _ledger(roles: str, sign: str = "") -> str:
    return (
        f"select {sign}sum(j.amount) from raw.journal_lines as j where j.account_id in"
        f" (select account_id from raw.account_mappings where role in ({roles}))"
    )


def _accounts(types: str, sign: str = "", unless: str = "''") -> str:
    return (
        f"select {sign}coalesce(sum(j.amount), 0) from raw.journal_lines as j inner join raw.accounts as a"
        f" on a.id = j.account_id where a.type in ({types}) and a.id not in"
        f" (select account_id from raw.account_mappings where role in ({unless}))"
    )


def _of_projects(types: str, sign: str = "") -> str:
    return (
        f"select {sign}coalesce(sum(j.amount), 0) from raw.journal_lines as j inner join raw.accounts as a"
        f" on a.id = j.account_id where j.project_id is not null and a.type in ({types})"
    )


def _ratio(top: str, bottom: str) -> str:
    return f"select ({top})::numeric / nullif(({bottom})::numeric, 0)"


# What each item of a warehouse ended each day with, one row a day.
_DAYS = """
    (select days.day, keys.item_id, keys.warehouse_id, sum(m.qty) as qty, sum(m.value_amount) as value,
        max(m.occurred_on) as moved_on
    from (select distinct item_id, warehouse_id from raw.stock_moves) as keys
    cross join (
        select generate_series(
            (select min(occurred_on) from raw.stock_moves)::timestamp,
            least(
                current_date,
                date_trunc('month', (select max(occurred_on) from raw.stock_moves))
                    + interval '13 months' - interval '1 day'
            ),
            '1 day'
        )::date as day
    ) as days
    left join raw.stock_moves as m
        on m.item_id = keys.item_id and m.warehouse_id = keys.warehouse_id and m.occurred_on <= days.day
    group by days.day, keys.item_id, keys.warehouse_id) as x
"""
_SOLD_VALUE = """
    select sum(-m.value_amount) from raw.stock_moves as m left join raw.stock_moves as c on c.id = m.reverses_id
    where m.kind in ('delivery', 'sales_return')
        or (m.kind = 'revaluation' and c.kind in ('delivery', 'sales_return'))
"""

_DEAD = """
    select coalesce(sum(s.value * least(r.qty, greatest(s.qty - r.later, 0)) / nullif(s.qty, 0)), 0)
    from (
        select b.*, coalesce(sum(b.qty) over (
            partition by b.item_id, b.warehouse_id order by b.occurred_on desc, b.id desc
            rows between unbounded preceding and 1 preceding
        ), 0) as later
        from (
            select item_id, warehouse_id, occurred_on, origin_id, min(id::text) as id, sum(qty) as qty
            from raw.stock_moves group by item_id, warehouse_id, occurred_on, origin_id having sum(qty) > 0
        ) as b
    ) as r
    inner join (
        select item_id, warehouse_id, sum(qty) as qty, sum(value_amount) as value,
            max(occurred_on) filter (where kind in ('delivery', 'issue') and qty < 0) as used_on
        from raw.stock_moves group by item_id, warehouse_id
    ) as s on s.item_id = r.item_id and s.warehouse_id = r.warehouse_id
    where current_date - greatest(r.occurred_on, s.used_on) > 180
"""
_YEARS = f"""
    (select n.item_id, i.company_id, date_part('year', i.invoiced_on) as year,
        sum({_BILL_SIGN} * n.company_net_amount)
        / nullif(sum({_BILL_SIGN} * n.qty * coalesce(l.stock_qty / l.qty, 1)), 0) as price
    from {_BILLS} where n.item_id is not null group by n.item_id, i.company_id, date_part('year', i.invoiced_on)) as y
"""
_SAVED = f"""
    select coalesce(sum({_BILL_SIGN} * round(y.price * n.qty * coalesce(l.stock_qty / l.qty, 1), 2)
        - {_BILL_SIGN} * n.company_net_amount) filter (where y.price is not null), 0)
    from {_BILLS} left join {_YEARS} on y.item_id = n.item_id and y.company_id = i.company_id
        and y.year = date_part('year', i.invoiced_on) - 1
"""
_WEIGHED = f"""
    select sum(s.amount * s.amount / nullif(s.category_amount, 0))
    from (
        select sum({_BILL_SIGN} * n.company_net_amount) as amount,
            sum(sum({_BILL_SIGN} * n.company_net_amount)) over (
                partition by i.company_id, m.category_id, date_trunc('quarter', i.invoiced_on)
            ) as category_amount
        from {_BILLS} left join raw.items as m on m.id = n.item_id
        group by i.company_id, m.category_id, date_trunc('quarter', i.invoiced_on), i.party_id
    ) as s
"""


def _owed(kinds: str, sign: str = "") -> str:
    return f"{_ledger(kinds, sign)}"


_BILLED = """
    select sum(case when i.kind in ('sales_invoice', 'purchase_invoice') then i.company_total_amount
        else -i.company_total_amount end) from raw.invoices as i where i.state = 'posted' and i.kind like '{}'
"""
_PAID = """
    select sum(s.company_amount{0}) from raw.settlements as s inner join raw.invoices as i on i.id = s.invoice_id
    where s.payment_id is not null and i.kind like '{1}'
"""
# A settlement takes off an invoice's parts in the order they fall due; what of it falls on a part that was due is late.
# One that is undone gives back what it took.
_PAID_LATE = """
    select coalesce(sum(
        least(greatest(u.used_to, p.part_to - p.company_amount), p.part_to)
        - least(greatest(u.used_to - u.company_amount, p.part_to - p.company_amount), p.part_to)
    ), 0)
    from (
        select s.*, sum(s.company_amount) over (partition by s.invoice_id order by s.settled_on, s.id) as used_to
        from raw.settlements as s
    ) as u
    inner join raw.invoices as i on i.id = u.invoice_id
    inner join (
        select n.*, sum(n.company_amount) over (partition by n.invoice_id order by n.due_on, n.part_number) as part_to
        from raw.installments as n
    ) as p on p.invoice_id = u.invoice_id
    where u.payment_id is not null and i.kind like 'sales%' and u.settled_on > p.due_on
"""
_DAYS_IN_BOOKS = "select current_date - min(starts_on) + 1 from raw.fiscal_years"

_EXCHANGE = "'exchange_gain', 'exchange_loss', 'unrealized_gain', 'unrealized_loss'"
# The roles of all accounts that the default chart has under "Cost of sales", but the cost of goods sold.
_OTHER_COST = (
    "'purchase_price_variance', 'discount_received', 'inventory_adjustment', 'inventory_revaluation',"
    " 'freight_expense', 'absorbed_labour', 'absorbed_machine', 'production_variance'"
)
_PLANNED = """
    raw.budget_lines as l inner join raw.budgets as b on b.id = l.budget_id and b.state = 'approved'
    inner join raw.accounts as a on a.id = l.account_id
"""
_COMMITTED_SERVICES = f"""(
    select sum(round(l.company_net_amount * greatest(l.qty - invoiced.qty, 0) / l.qty, 2)) from {_BOUGHT_LINES}
    inner join raw.items as s on s.id = l.item_id and s.kind = 'service' where o.state = 'confirmed'
)"""
_ACTUAL = "abs(sum(l.amount) filter (where a.type = 'income')) + sum(l.amount) filter (where a.type = 'expense')"


def _planned(sign_of_income: str, condition: str = "true") -> str:
    """What the approved budget has for accounts, income with a sign and expense with the other."""
    signed = f"{sign_of_income}case a.type when 'income' then l.amount when 'expense' then -l.amount else 0 end"
    return f"select sum({signed}) from {_PLANNED} where {condition}"


def _playing(roles: str, negation: str = "") -> str:
    return (
        f"{negation} exists (select from raw.account_mappings as m where m.account_id = a.id and m.role in ({roles}))"
    )


QUERIES: dict[str, str] = {
    **people.QUERIES,
    **prices.QUERIES,
    # Sales orders
    "confirmed_order_value": f"select sum(l.company_net_amount) from {_SALES_LINES} where {_ORDERED}",
    "order_count": f"select count(*) from raw.sales_orders as o where {_ORDERED}",
    "ordered_quantity": f"select sum(l.stock_qty) from {_SALES_LINES} where {_ORDERED}",
    "order_tax": (
        f"select sum(round(l.tax_amount * o.exchange_rate, 2)) + ({_FREIGHT_TAX}) from {_SALES_LINES} where {_ORDERED}"
    ),
    "order_freight": (
        f"select sum(round(o.freight_amount * o.exchange_rate, 2)) from raw.sales_orders as o where {_ORDERED}"
    ),
    "order_discount": f"select sum(round(l.discount_amount * o.exchange_rate, 2)) from {_SALES_LINES} where {_ORDERED}",
    "order_total_value": (
        f"select sum(l.company_net_amount + round(l.tax_amount * o.exchange_rate, 2)) + (select"
        f" sum(round(o.freight_amount * o.exchange_rate, 2)) from raw.sales_orders as o where {_ORDERED})"
        f" + ({_FREIGHT_TAX}) from {_SALES_LINES} where {_ORDERED}"
    ),
    "order_line_count": f"select count(*) from {_SALES_LINES} where {_ORDERED}",
    "discounted_order_count": (
        f"select count(distinct o.id) from {_SALES_LINES} where {_ORDERED} and l.discount_amount > 0"
    ),
    "ordering_customer_count": f"select count(distinct o.customer_id) from raw.sales_orders as o where {_ORDERED}",
    "cancelled_order_value": (
        "select coalesce(sum(company_net_amount), 0) from raw.sales_orders where state = 'cancelled'"
    ),
    "cancelled_order_count": "select count(*) from raw.sales_orders where state = 'cancelled'",
    # Production
    "production_order_count": f"select count(*) from {_MADE}",
    "late_production_order_count": f"select count(*) from {_MADE} and finished_on > due_on",
    "production_ordered_quantity": f"select sum(qty) from {_MADE}",
    "produced_quantity": "select sum(produced_qty) from raw.production_orders",
    "production_scrapped_quantity": "select sum(scrapped_qty) from raw.production_orders",
    "production_days_late": f"select sum(finished_on - due_on) from {_MADE} and finished_on > due_on",
    "component_count": f"select count(*) from {_INSIDE}",
    "component_quantity": f"select sum(l.qty * (1 + l.scrap_share) / b.qty) from {_INSIDE}",
    "part_count": f"{_LEVELS} select count(distinct part_id) from walked",
    "part_quantity": f"{_LEVELS} select sum(qty) from walked",
    "bill_level_count": f"{_LEVELS} select max(depth) from walked",
    "bill_material_cost": f"select sum(l.qty * (1 + l.scrap_share) / b.qty * m.standard_cost) from {_INSIDE}",
    # People, files, sign-ins
    "employee_count": "select count(hired_on) - count(left_on) from raw.employees",
    "hired_employee_count": "select count(hired_on) from raw.employees",
    "left_employee_count": "select count(left_on) from raw.employees",
    "list_price": "select avg(list_price) from raw.items",
    "standard_cost": "select avg(standard_cost) from raw.items",
    "reorder_point": "select sum(reorder_point_qty) from raw.items",
    "safety_stock": "select sum(safety_stock_qty) from raw.items",
    "introduced_item_count": "select count(attributes ->> 'sold_from') from raw.items",
    "discontinued_item_count": (
        "select count(*) filter (where cast(attributes ->> 'sold_until' as date) < current_date) from raw.items"
    ),
    "item_weight": "select avg(weight_kg) from raw.items",
    "item_count": "select count(*) from raw.items",
    "recorded_customer_count": "select count(*) from raw.customers where merged_into_id is null",
    "recorded_supplier_count": "select count(*) from raw.suppliers",
    "login_count": "select count(*) from raw.logins",
    "failed_login_count": "select count(*) from raw.logins where result <> 'right'",
    "new_country_login_count": "select count(*) from raw.logins where is_new_country",
    "open_order_value": (
        f"select sum(round(l.company_net_amount * greatest(l.stock_qty - delivered.qty, 0)"
        " / nullif(l.stock_qty, 0), 2))"
        f" from {_SALES_LINES} where o.state = 'confirmed'"
    ),
    "open_order_line_count": (
        f"select count(*) from {_SALES_LINES} where o.state = 'confirmed' and l.stock_qty > delivered.qty"
    ),
    "uninvoiced_order_value": (
        f"select sum(l.company_net_amount - invoiced.amount) from {_SALES_LINES} where o.state = 'confirmed'"
    ),
    "sales_due_lines": f"select count(*) from {_SALES_LINES} where {_DUE}",
    "sales_on_time_lines": (
        f"select count(*) from {_SALES_LINES} where {_ORDERED} and punctual.qty > 0 and punctual.qty >= l.stock_qty"
    ),
    "sales_due_quantity": f"select sum(l.stock_qty) from {_SALES_LINES} where {_DUE}",
    "sales_filled_quantity": f"select sum(least(punctual.qty, l.stock_qty)) from {_SALES_LINES} where {_DUE}",
    # Sales invoices
    "net_revenue": f"select sum({_SALES_SIGN} * n.company_net_amount) from {_INVOICES}",
    "gross_revenue": (
        f"select sum({_SALES_SIGN} * (n.company_net_amount + round(n.discount_amount * i.exchange_rate, 2)))"
        f" from {_INVOICES}"
    ),
    "discount_amount": f"select sum({_SALES_SIGN} * round(n.discount_amount * i.exchange_rate, 2)) from {_INVOICES}",
    "credited_amount": (f"select sum(n.company_net_amount) from {_INVOICES} where i.kind = 'sales_credit_note'"),
    "sold_quantity": f"select sum({_SALES_SIGN} * n.qty) from {_INVOICES}",
    "sales_invoice_count": "select count(*) from raw.invoices where kind = 'sales_invoice' and state = 'posted'",
    "sales_credit_note_count": (
        "select count(*) from raw.invoices where kind = 'sales_credit_note' and state = 'posted'"
    ),
    "customer_count": f"select count(distinct i.party_id) from {_INVOICES}",
    "invoiced_cost": f"select sum({_SALES_SIGN} * n.company_cost_amount) + {_CORRECTIONS} from {_INVOICES}",
    # Deliveries
    "delivered_quantity": f"select sum(d.stock_qty) from {_HANDED} where h.kind = 'delivery'",
    "returned_quantity": f"select sum(d.stock_qty) from {_HANDED} where h.kind = 'return'",
    "delivered_cost": (
        f"select sum(case h.kind when 'return' then -d.cost_amount else d.cost_amount end) from {_HANDED}"
    ),
    "delivery_count": "select count(*) from raw.deliveries where kind = 'delivery' and state = 'posted'",
    "sales_return_count": "select count(*) from raw.deliveries where kind = 'return' and state = 'posted'",
    # Purchase orders
    "purchase_order_value": f"select sum(l.company_net_amount) from {_BOUGHT_LINES} where {_PLACED}",
    "purchase_order_count": f"select count(*) from raw.purchase_orders as o where {_PLACED}",
    "written_purchase_order_count": "select count(*) from raw.purchase_orders as o where o.state <> 'cancelled'",
    "written_purchase_order_value": (
        f"select sum(l.company_net_amount) from {_BOUGHT_LINES} where o.state <> 'cancelled'"
    ),
    "rejected_purchase_order_count": "select count(*) from raw.purchase_orders where state = 'rejected'",
    "rejected_purchase_order_value": (
        "select coalesce(sum(company_net_amount), 0) from raw.purchase_orders where state = 'rejected'"
    ),
    "open_commitment": (
        f"select sum(round(l.company_net_amount * greatest(l.qty - invoiced.qty, 0) / l.qty, 2)) from {_BOUGHT_LINES}"
        " where o.state = 'confirmed'"
    ),
    "open_purchase_quantity": (
        f"select sum(l.stock_qty * greatest(l.qty - coalesce(received.qty, 0), 0) / l.qty) from {_BOUGHT_LINES}"
        " where o.state = 'confirmed'"
    ),
    "open_purchase_line_count": (
        f"select count(*) from {_BOUGHT_LINES} where o.state = 'confirmed' and l.qty > coalesce(received.qty, 0)"
    ),
    "purchased_quantity": (f"select sum(l.stock_qty) from {_BOUGHT_LINES} where o.state in ('confirmed', 'closed')"),
    "supplier_due_lines": f"select count(*) from {_BOUGHT_LINES} where {_SUPPLIER_DUE}",
    "supplier_on_time_lines": (
        f"select count(*) from {_BOUGHT_LINES} where received.qty >= l.qty"
        " and received.last_on <= coalesce(l.promised_on, o.promised_on)"
    ),
    # Receipts
    "arrived_quantity": f"select sum(r.arrived_qty * l.stock_qty / l.qty) from {_RECEIPTS} where h.kind = 'receipt'",
    "goods_receipt_count": "select count(*) from raw.purchase_receipts where kind = 'receipt' and state <> 'cancelled'",
    "purchase_return_count": (
        "select count(*) from raw.purchase_receipts where kind = 'return' and state <> 'cancelled'"
    ),
    "accepted_quantity": (
        f"select sum(case h.kind when 'return' then -r.stock_qty else r.stock_qty end) from {_RECEIPTS}"
    ),
    "rejected_quantity": f"select sum(r.rejected_qty * l.stock_qty / l.qty) from {_RECEIPTS} where h.kind = 'receipt'",
    "quality_cost": (
        f"select sum(round(r.rejected_qty * l.company_net_amount / l.qty, 2)) from {_RECEIPTS} where h.kind = 'receipt'"
    ),
    "receipt_value": (
        f"select sum(case h.kind when 'return' then -r.value_amount else r.value_amount end) from {_RECEIPTS}"
    ),
    "late_receipt_count": (
        f"select count(*) from {_RECEIPTS} where {_STANDS} and h.received_on > coalesce(l.promised_on, o.promised_on)"
    ),
    "lead_time_total": f"select sum(h.received_on - o.ordered_on) from {_RECEIPTS} where {_STANDS}",
    "lead_time_line_count": f"select count(*) from {_RECEIPTS} where {_STANDS}",
    # Supplier invoices
    "purchase_spend": f"select sum({_BILL_SIGN} * n.company_net_amount) from {_BILLS}",
    "purchase_credits": (
        f"select coalesce(sum(n.company_net_amount) filter (where i.kind = 'purchase_credit_note'), 0) from {_BILLS}"
    ),
    "purchase_price_variance": (
        f"select sum({_BILL_SIGN} * (n.company_net_amount - round(l.company_net_amount * n.qty / l.qty, 2)))"
        f" from {_BILLS}"
    ),
    "maverick_spend": (
        f"select coalesce(sum({_BILL_SIGN} * n.company_net_amount) filter (where l.id is null), 0) from {_BILLS}"
    ),
    "purchase_invoice_count": "select count(*) from raw.invoices where kind = 'purchase_invoice' and state = 'posted'",
    "purchase_credit_note_count": (
        "select count(*) from raw.invoices where kind = 'purchase_credit_note' and state = 'posted'"
    ),
    "supplier_count": f"select count(distinct i.party_id) from {_BILLS}",
    "savings_amount": _SAVED,
    "supplier_weighted_spend": _WEIGHED,
    "concentrated_spend": f"select sum({_BILL_SIGN} * n.company_net_amount) from {_BILLS}",
    # Stock
    "stock_quantity": "select sum(qty) from raw.stock_moves",
    "stock_value": "select sum(value_amount) from raw.stock_moves",
    "stock_quantity_change": "select sum(qty) from raw.stock_moves",
    "stock_value_change": "select sum(value_amount) from raw.stock_moves",
    "stock_receipts_quantity": "select sum(qty) from raw.stock_moves where qty > 0",
    "stock_issues_quantity": "select -sum(qty) from raw.stock_moves where qty < 0",
    "stock_receipts_value": "select sum(value_amount) from raw.stock_moves where qty >= 0",
    "stock_issues_value": "select -sum(value_amount) from raw.stock_moves where qty < 0",
    "opening_stock_quantity": "select 0",
    "opening_stock_value": "select 0",
    "stock_adjustments": "select coalesce(sum(value_amount), 0) from raw.stock_moves where kind = 'adjustment'",
    "stock_adjustment_count": _MOVED_BY.format("adjustment"),
    "stock_transfer_count": _MOVED_BY.format("transfer_out"),
    "stock_issue_count": _MOVED_BY.format("issue"),
    "stock_cost_of_sales": _SOLD_VALUE,
    "stock_value_days": f"select sum(value) from {_DAYS}",
    "monthly_cost_of_sales": _SOLD_VALUE,
    "stockout_days": f"select count(*) from {_DAYS} where qty <= 0 and day < moved_on + 365",
    "kept_days": f"select count(*) from {_DAYS} where qty > 0 or (qty <= 0 and day < moved_on + 365)",
    # Layers: seen from the other end, what is left is what the last receipts brought.
    "layered_stock_quantity": "select sum(qty) from raw.stock_moves",
    "layered_stock_value": "select sum(value_amount) from raw.stock_moves",
    "dead_stock_value": _DEAD,
    # Ledger
    "debit_amount": "select sum(greatest(amount, 0)) from raw.journal_lines",
    "credit_amount": "select sum(greatest(-amount, 0)) from raw.journal_lines",
    "account_movement": "select sum(amount) from raw.journal_lines",
    "account_balance": "select sum(amount) from raw.journal_lines",
    "journal_entry_count": "select count(*) from raw.journal_entries",
    "cogs": _ledger("'cogs'"),
    "ledger_revenue": _ledger("'revenue', 'sales_returns'", "-"),
    "freight_revenue": _ledger("'freight_revenue'", "-"),
    "operating_profit": _accounts("'income', 'expense'", "-", _EXCHANGE),
    "net_profit": _accounts("'income', 'expense'", "-"),
    "operating_expenses": _accounts("'expense'", "", "'cogs', " + _OTHER_COST + ", " + _EXCHANGE),
    "other_operating_income": _ledger("'freight_revenue', 'discount_given'", "-"),
    "other_cost_of_sales": _ledger(_OTHER_COST),
    # Budget
    "budget_amount": f"select sum(l.amount) from {_PLANNED}",
    "net_revenue_budget": _planned("", _playing("'revenue', 'sales_returns'")),
    "cogs_budget": _planned("-", _playing("'cogs'")),
    "gross_margin_budget": _planned("", _playing("'revenue', 'sales_returns', 'cogs'")),
    "operating_expenses_budget": _planned(
        "-",
        "a.type = 'expense' and " + _playing("'cogs', " + _OTHER_COST + ", " + _EXCHANGE, "not"),
    ),
    "other_operating_income_budget": _planned(
        "", "a.type = 'income' and " + _playing("'revenue', 'sales_returns', " + _EXCHANGE, "not")
    ),
    "other_cost_of_sales_budget": _planned("-", _playing(_OTHER_COST)),
    "operating_profit_budget": _planned(
        "",
        "a.type in ('income', 'expense') and " + _playing(_EXCHANGE, "not"),
    ),
    "net_profit_budget": _planned(""),
    "income_actual": _accounts("'income'", "-"),
    "expense_actual": _accounts("'expense'"),
    "budget_actual_amount": f"select {_ACTUAL} from raw.journal_lines as l"
    " inner join raw.accounts as a on a.id = l.account_id",
    "budget_committed_amount": f"select {_COMMITTED_SERVICES}",
    "budget_variance": f"select (select sum(l.amount) from {_PLANNED}) - ({_COMMITTED_SERVICES}) - ({_ACTUAL})"
    " from raw.journal_lines as l"
    " inner join raw.accounts as a on a.id = l.account_id",
    # Projects
    "project_income": _of_projects("'income'", "-"),
    "project_cost": _of_projects("'expense'"),
    "project_result": _of_projects("'income', 'expense'", "-"),
    "project_budget": "select sum(budget_amount) from raw.projects",
    "output_tax": _ledger("'output_tax'", "-"),
    "input_tax": _ledger("'input_tax'"),
    "cash_flow": _ledger("'bank'"),
    "cash_balance": _ledger("'bank'"),
    "inventory_account_balance": _ledger("'inventory', 'in_transit'"),
    "receivable_account_balance": _ledger("'receivable'"),
    "payable_account_balance": _ledger("'payable'", "-"),
    "goods_received_not_invoiced": _ledger("'grni'", "-"),
    "total_assets": _accounts("'asset'"),
    "total_liabilities": _accounts("'liability'", "-"),
    "total_equity": _accounts("'equity', 'income', 'expense'", "-"),
    # Open items and payments
    "ar_movement": _owed("'receivable'"),
    "ar_open_amount": _owed("'receivable'"),
    "ar_overdue_amount": _owed("'receivable'"),
    "billed_amount": _BILLED.format("sales%"),
    "collected_amount": _PAID.format("", "sales%"),
    "late_collected_amount": _PAID_LATE,
    "bad_debt_amount": "select coalesce(sum(write_off_amount), 0) from raw.settlements",
    "collection_amount_days": _PAID.format(" * (s.settled_on - i.invoiced_on)", "sales%"),
    "ap_movement": _owed("'payable'", "-"),
    "ap_open_amount": _owed("'payable'", "-"),
    "ap_overdue_amount": _owed("'payable'", "-"),
    "supplier_billed_amount": _BILLED.format("purchase%"),
    "paid_to_suppliers": _PAID.format("", "purchase%"),
    "payments_received": _PAYMENTS.format("receipt", "customer_refund"),
    "payments_made": _PAYMENTS.format("disbursement", "supplier_refund"),
    "customer_payment_count": "select count(*) from raw.payments where kind = 'receipt' and state = 'posted'",
    "supplier_payment_count": "select count(*) from raw.payments where kind = 'disbursement' and state = 'posted'",
    "bank_charges": "select sum(round(charge_amount * exchange_rate, 2)) from raw.payments",
    "days_in_period": _DAYS_IN_BOOKS,
    "request_latency_p95_ms": "select max(p95_ms) from raw.daily_latencies",
    "request_count": "select sum(request_count) from raw.daily_latencies",
    "request_time_ms": "select sum(total_ms) from raw.daily_latencies",
}

DERIVED: dict[str, tuple[str, str, str]] = {
    **people.DERIVED,
    **prices.DERIVED,
    # How each composed metric follows from others: expression over :a and :b.
    "project_budget_left": ("{a} - {b}", "project_budget", "project_cost"),
    "average_order_value": ("{a} / nullif({b}, 0)", "confirmed_order_value", "order_count"),
    "average_ordered_price": ("{a} / nullif({b}, 0)", "confirmed_order_value", "ordered_quantity"),
    "sales_otif_rate": ("{a} / nullif({b}, 0)", "sales_on_time_lines", "sales_due_lines"),
    "fill_rate": ("{a} / nullif({b}, 0)", "sales_filled_quantity", "sales_due_quantity"),
    "discount_rate": ("{a} / nullif({b}, 0)", "discount_amount", "gross_revenue"),
    "credit_rate": ("{a} / nullif({b} + {a}, 0)", "credited_amount", "net_revenue"),
    "average_selling_price": ("{a} / nullif({b}, 0)", "net_revenue", "sold_quantity"),
    "invoiced_margin": ("{a} - {b}", "net_revenue", "invoiced_cost"),
    "invoiced_margin_rate": ("({a} - {b}) / nullif({a}, 0)", "net_revenue", "invoiced_cost"),
    "return_rate": ("{a} / nullif({b}, 0)", "returned_quantity", "delivered_quantity"),
    "gross_margin": ("{a} - {b}", "net_revenue", "cogs"),
    "gross_margin_rate": ("({a} - {b}) / nullif({a}, 0)", "net_revenue", "cogs"),
    "operating_margin_rate": ("{a} / nullif({b}, 0)", "operating_profit", "net_revenue"),
    "tax_due": ("coalesce({a}, 0) - coalesce({b}, 0)", "output_tax", "input_tax"),
    "average_purchase_order_value": ("{a} / nullif({b}, 0)", "purchase_order_value", "purchase_order_count"),
    "average_written_purchase_order_value": (
        "{a} / nullif({b}, 0)",
        "written_purchase_order_value",
        "written_purchase_order_count",
    ),
    "late_production_order_rate": ("{a} / nullif({b}, 0)", "late_production_order_count", "production_order_count"),
    "production_scrap_rate": ("{a} / nullif({a} + {b}, 0)", "production_scrapped_quantity", "produced_quantity"),
    "average_production_days_late": ("{a} / nullif({b}, 0)", "production_days_late", "late_production_order_count"),
    "supplier_otif_rate": ("{a} / nullif({b}, 0)", "supplier_on_time_lines", "supplier_due_lines"),
    "supplier_defect_rate": ("{a} / nullif({b}, 0)", "rejected_quantity", "arrived_quantity"),
    "lead_time_days": ("{a} / nullif({b}, 0)", "lead_time_total", "lead_time_line_count"),
    "maverick_spend_rate": ("{a} / nullif({b}, 0)", "maverick_spend", "purchase_spend"),
    "spend_concentration": ("{a} / nullif({b}, 0)", "supplier_weighted_spend", "concentrated_spend"),
    "dead_stock_rate": ("coalesce({a}, 0) / nullif({b}, 0)", "dead_stock_value", "layered_stock_value"),
    "stock_turns": ("{a} * 365 / nullif({b}, 0)", "monthly_cost_of_sales", "stock_value_days"),
    "days_of_supply": ("{a} / nullif({b}, 0)", "stock_value_days", "monthly_cost_of_sales"),
    "stockout_rate": ("{a} / nullif({b}, 0)", "stockout_days", "kept_days"),
    "days_to_collect": ("{a} / nullif({b}, 0)", "collection_amount_days", "collected_amount"),
    "late_payment_rate": ("{a} / nullif({b}, 0)", "late_collected_amount", "collected_amount"),
    "dso_days": (f"{{a}} * ({_DAYS_IN_BOOKS}) / nullif({{b}}, 0)", "ar_open_amount", "billed_amount"),
    "dpo_days": (f"{{a}} * ({_DAYS_IN_BOOKS}) / nullif({{b}}, 0)", "ap_open_amount", "supplier_billed_amount"),
}
"""Metrics composed of two others."""


def query_of(metric: str) -> str:
    """The hand-written SQL of any metric."""
    if metric in QUERIES:
        return QUERIES[metric]
    expression, first, second = DERIVED[metric]
    return "select " + expression.format(a=f"(({QUERIES[first]})::numeric)", b=f"(({QUERIES[second]})::numeric)")
