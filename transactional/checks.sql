-- check: I1 debits equal credits in an entry
select
    lines.tenant_id,
    'entry ' || lines.entry_id as what,
    0 as expected,
    sum(lines.amount) as found,
    lines.company_id as company_id
from ledger.journal_lines as lines
group by lines.tenant_id, lines.company_id, lines.entry_id
having sum(lines.amount) <> 0

-- check: I1 debits equal credits in an entry of one currency
select
    lines.tenant_id,
    'entry ' || lines.entry_id as what,
    0 as expected,
    sum(lines.currency_amount) as found,
    lines.company_id as company_id
from ledger.journal_lines as lines
group by lines.tenant_id, lines.company_id, lines.entry_id
having min(lines.currency_code) = max(lines.currency_code) and sum(lines.currency_amount) <> 0

-- check: I2 what is open of an invoice is its total less its settlements
with taken as (
    select tenant_id, invoice_id, amount
    from finance.settlements
    union all
    select tenant_id, credit_note_id, payment_amount
    from finance.settlements
    where credit_note_id is not null
),

settled as (
    select tenant_id, invoice_id, sum(amount) as amount
    from taken
    group by tenant_id, invoice_id
)

select
    invoices.tenant_id,
    invoices.kind || ' ' || coalesce(invoices.number, invoices.id::text) as what,
    invoices.total_amount - coalesce(settled.amount, 0) as expected,
    invoices.open_amount as found,
    invoices.company_id as company_id
from finance.invoices as invoices
left join settled
    on invoices.tenant_id = settled.tenant_id and invoices.id = settled.invoice_id
where
    invoices.open_amount <> invoices.total_amount - coalesce(settled.amount, 0)
    or invoices.settled_amount <> coalesce(settled.amount, 0)

-- check: I2 balances carried forward are the sum of their lines
with lines as (
    select
        lines.tenant_id,
        parts.dimension,
        lines.account_id,
        parts.dimension_id,
        date_trunc('month', lines.posted_on)::date as month_on,
        sum(lines.amount) as amount
    from ledger.ledger_heads as heads
    inner join ledger.journal_entries as entries
        on
            heads.tenant_id = entries.tenant_id
            and heads.company_id = entries.company_id
            and heads.carried_position >= entries.chain_position
    inner join ledger.journal_lines as lines
        on entries.tenant_id = lines.tenant_id and entries.id = lines.entry_id
    cross join lateral (
        values
        ('account_id', lines.account_id),
        ('party_id', lines.party_id),
        ('item_id', lines.item_id),
        ('warehouse_id', lines.warehouse_id),
        ('cost_centre_id', lines.cost_centre_id),
        ('project_id', lines.project_id),
        ('tax_code_id', lines.tax_code_id)
    ) as parts (dimension, dimension_id)
    where parts.dimension_id is not null
    group by
        lines.tenant_id, parts.dimension, lines.account_id, parts.dimension_id, date_trunc('month', lines.posted_on)
)

select
    coalesce(carried.tenant_id, lines.tenant_id) as tenant_id,
    'account ' || coalesce(carried.account_id, lines.account_id) || ' in '
    || coalesce(carried.month_on, lines.month_on) || ' with '
    || coalesce(carried.dimension, lines.dimension) || ' '
    || coalesce(carried.dimension_id, lines.dimension_id) as what,
    coalesce(lines.amount, 0) as expected,
    coalesce(carried.amount, 0) as found,
    (
        select accounts.company_id
        from ledger.accounts as accounts
        where
            accounts.tenant_id = coalesce(carried.tenant_id, lines.tenant_id)
            and accounts.id = coalesce(carried.account_id, lines.account_id)
    ) as company_id
from ledger.carried_balances as carried
full join lines
    on
        carried.tenant_id = lines.tenant_id
        and carried.account_id = lines.account_id
        and carried.dimension = lines.dimension
        and carried.dimension_id = lines.dimension_id
        and carried.month_on = lines.month_on
where coalesce(carried.amount, 0) <> coalesce(lines.amount, 0)

-- check: I2 quantity on hand is the sum of its moves
with moved as (
    select tenant_id, item_id, location_id, sum(qty) as qty
    from inventory.stock_moves
    group by tenant_id, item_id, location_id
)

select
    coalesce(balances.tenant_id, moved.tenant_id) as tenant_id,
    'item ' || coalesce(balances.item_id, moved.item_id) || ' at location '
    || coalesce(balances.location_id, moved.location_id) as what,
    coalesce(moved.qty, 0) as expected,
    coalesce(balances.on_hand_qty, 0) as found,
    (
        select warehouses.company_id
        from inventory.locations as locations
        inner join inventory.warehouses as warehouses
            on locations.tenant_id = warehouses.tenant_id and locations.warehouse_id = warehouses.id
        where locations.tenant_id = coalesce(balances.tenant_id, moved.tenant_id) and locations.id = coalesce(balances.location_id, moved.location_id)
    ) as company_id
from inventory.stock_balances as balances
full join moved
    on
        balances.tenant_id = moved.tenant_id
        and balances.item_id = moved.item_id
        and balances.location_id = moved.location_id
where coalesce(balances.on_hand_qty, 0) <> coalesce(moved.qty, 0)

-- check: I2 quantity and value of an item in a warehouse are the sum of its moves
with moved as (
    select tenant_id, item_id, warehouse_id, sum(qty) as qty, sum(value_amount) as value_amount
    from inventory.stock_moves
    group by tenant_id, item_id, warehouse_id
)

select
    coalesce(balances.tenant_id, moved.tenant_id) as tenant_id,
    'item ' || coalesce(balances.item_id, moved.item_id) || ' in warehouse '
    || coalesce(balances.warehouse_id, moved.warehouse_id) as what,
    coalesce(moved.qty, 0) || ' worth ' || coalesce(moved.value_amount, 0) as expected,
    coalesce(balances.qty, 0) || ' worth ' || coalesce(balances.value_amount, 0) as found,
    (
        select warehouses.company_id
        from inventory.warehouses as warehouses
        where warehouses.tenant_id = coalesce(balances.tenant_id, moved.tenant_id) and warehouses.id = coalesce(balances.warehouse_id, moved.warehouse_id)
    ) as company_id
from inventory.cost_balances as balances
full join moved
    on
        balances.tenant_id = moved.tenant_id
        and balances.item_id = moved.item_id
        and balances.warehouse_id = moved.warehouse_id
where
    coalesce(balances.qty, 0) <> coalesce(moved.qty, 0)
    or coalesce(balances.value_amount, 0) <> coalesce(moved.value_amount, 0)

-- check: I2 FIFO layers add up to quantity and value
with layered as (
    select tenant_id, item_id, warehouse_id, sum(remaining_qty) as qty, sum(remaining_amount) as value_amount
    from inventory.cost_layers
    group by tenant_id, item_id, warehouse_id
)

select
    balances.tenant_id,
    'item ' || balances.item_id || ' in warehouse ' || balances.warehouse_id as what,
    balances.qty || ' worth ' || balances.value_amount as expected,
    coalesce(layered.qty, 0) || ' worth ' || coalesce(layered.value_amount, 0) as found,
    (
        select warehouses.company_id
        from inventory.warehouses as warehouses
        where warehouses.tenant_id = balances.tenant_id and warehouses.id = balances.warehouse_id
    ) as company_id
from inventory.cost_balances as balances
inner join catalog.items as items
    on balances.tenant_id = items.tenant_id and balances.item_id = items.id
left join layered
    on
        balances.tenant_id = layered.tenant_id
        and balances.item_id = layered.item_id
        and balances.warehouse_id = layered.warehouse_id
where
    items.costing_method = 'fifo'
    and balances.qty >= 0
    and (
        balances.qty <> coalesce(layered.qty, 0)
        or balances.value_amount <> coalesce(layered.value_amount, 0)
    )

-- check: I2 the lots of a move of a tracked item add up to it
with parts as (
    select tenant_id, move_id, sum(qty) as qty
    from inventory.lot_moves
    group by tenant_id, move_id
)

select
    moves.tenant_id,
    'move ' || moves.id as what,
    moves.qty as expected,
    coalesce(parts.qty, 0) as found,
    moves.company_id as company_id
from inventory.stock_moves as moves
inner join catalog.items as items
    on moves.tenant_id = items.tenant_id and moves.item_id = items.id
left join parts
    on moves.tenant_id = parts.tenant_id and moves.id = parts.move_id
where (items.tracking_mode <> 'none' or parts.qty is not null) and moves.qty <> coalesce(parts.qty, 0)

-- check: I2 quantity on hand of a lot is the sum of its moves
with moved as (
    select tenant_id, lot_id, location_id, sum(qty) as qty
    from inventory.lot_moves
    group by tenant_id, lot_id, location_id
)

select
    coalesce(balances.tenant_id, moved.tenant_id) as tenant_id,
    'lot ' || coalesce(balances.lot_id, moved.lot_id) || ' at location '
    || coalesce(balances.location_id, moved.location_id) as what,
    coalesce(moved.qty, 0) as expected,
    coalesce(balances.on_hand_qty, 0) as found,
    (
        select warehouses.company_id
        from inventory.locations as locations
        inner join inventory.warehouses as warehouses
            on locations.tenant_id = warehouses.tenant_id and locations.warehouse_id = warehouses.id
        where locations.tenant_id = coalesce(balances.tenant_id, moved.tenant_id) and locations.id = coalesce(balances.location_id, moved.location_id)
    ) as company_id
from inventory.lot_balances as balances
full join moved
    on
        balances.tenant_id = moved.tenant_id
        and balances.lot_id = moved.lot_id
        and balances.location_id = moved.location_id
where coalesce(balances.on_hand_qty, 0) <> coalesce(moved.qty, 0)

-- check: I2 stock by lot equals stock by item
with lots as (
    select tenant_id, item_id, location_id, sum(on_hand_qty) as qty
    from inventory.lot_balances
    group by tenant_id, item_id, location_id
)

select
    balances.tenant_id,
    'item ' || balances.item_id || ' at location ' || balances.location_id as what,
    balances.on_hand_qty as expected,
    coalesce(lots.qty, 0) as found,
    (
        select warehouses.company_id
        from inventory.warehouses as warehouses
        where warehouses.tenant_id = balances.tenant_id and warehouses.id = balances.warehouse_id
    ) as company_id
from inventory.stock_balances as balances
inner join catalog.items as items
    on balances.tenant_id = items.tenant_id and balances.item_id = items.id
left join lots
    on
        balances.tenant_id = lots.tenant_id
        and balances.item_id = lots.item_id
        and balances.location_id = lots.location_id
where items.tracking_mode <> 'none' and balances.on_hand_qty <> coalesce(lots.qty, 0)

-- check: I4 a serial is on hand at most once on any day
with daily as (
    select lots.tenant_id, lots.id as lot_id, moves.occurred_on, sum(moves.qty) as qty
    from inventory.lots as lots
    inner join inventory.lot_moves as moves
        on lots.tenant_id = moves.tenant_id and lots.id = moves.lot_id
    where lots.kind = 'serial'
    group by lots.tenant_id, lots.id, moves.occurred_on
),

running as (
    select
        tenant_id,
        lot_id,
        occurred_on,
        sum(qty) over (partition by tenant_id, lot_id order by occurred_on) as qty
    from daily
)

select
    tenant_id,
    'serial ' || lot_id || ' on ' || occurred_on as what,
    '0 or 1' as expected,
    qty as found
from running
where qty not between 0 and 1

-- check: I4 no lot below zero at any point of the timeline
with daily as (
    select tenant_id, lot_id, location_id, occurred_on, sum(qty) as qty
    from inventory.lot_moves
    group by tenant_id, lot_id, location_id, occurred_on
),

running as (
    select
        tenant_id,
        lot_id,
        location_id,
        occurred_on,
        sum(qty) over (partition by tenant_id, lot_id, location_id order by occurred_on) as qty
    from daily
)

select
    tenant_id,
    'lot ' || lot_id || ' at location ' || location_id || ' on ' || occurred_on as what,
    '0 or more' as expected,
    qty as found
from running
where qty < 0

-- check: I2 reserved quantity is the sum of its reservations
with promised as (
    select tenant_id, item_id, location_id, sum(qty) as qty
    from inventory.reservations
    group by tenant_id, item_id, location_id
)

select
    coalesce(balances.tenant_id, promised.tenant_id) as tenant_id,
    'item ' || coalesce(balances.item_id, promised.item_id) || ' at location '
    || coalesce(balances.location_id, promised.location_id) as what,
    coalesce(promised.qty, 0) as expected,
    coalesce(balances.reserved_qty, 0) as found,
    (
        select warehouses.company_id
        from inventory.locations as locations
        inner join inventory.warehouses as warehouses
            on locations.tenant_id = warehouses.tenant_id and locations.warehouse_id = warehouses.id
        where locations.tenant_id = coalesce(balances.tenant_id, promised.tenant_id) and locations.id = coalesce(balances.location_id, promised.location_id)
    ) as company_id
from inventory.stock_balances as balances
full join promised
    on
        balances.tenant_id = promised.tenant_id
        and balances.item_id = promised.item_id
        and balances.location_id = promised.location_id
where coalesce(balances.reserved_qty, 0) <> coalesce(promised.qty, 0)

-- check: I3 stock ledger equals the inventory account on every day
with inventory_accounts as (
    select tenant_id, account_id from inventory.stock_moves group by tenant_id, account_id
    union
    select tenant_id, account_id from ledger.account_mappings where role = 'inventory'
),

moved as (
    select tenant_id, company_id, account_id, occurred_on, sum(value_amount) as amount
    from inventory.stock_moves
    group by tenant_id, company_id, account_id, occurred_on
),

posted as (
    select lines.tenant_id, lines.company_id, lines.account_id, lines.posted_on, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join inventory_accounts
        on lines.tenant_id = inventory_accounts.tenant_id and lines.account_id = inventory_accounts.account_id
    group by lines.tenant_id, lines.company_id, lines.account_id, lines.posted_on
)

select
    coalesce(moved.tenant_id, posted.tenant_id) as tenant_id,
    'account ' || coalesce(moved.account_id, posted.account_id) || ' on '
    || coalesce(moved.occurred_on, posted.posted_on) as what,
    coalesce(moved.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    coalesce(moved.company_id, posted.company_id) as company_id
from moved
full join posted
    on
        moved.tenant_id = posted.tenant_id
        and moved.company_id = posted.company_id
        and moved.account_id = posted.account_id
        and moved.occurred_on = posted.posted_on
where coalesce(moved.amount, 0) <> coalesce(posted.amount, 0)

-- check: I3 stock value of a warehouse equals its lines on the inventory accounts
with inventory_accounts as (
    select tenant_id, account_id from inventory.stock_moves group by tenant_id, account_id
),

moved as (
    select tenant_id, warehouse_id, sum(value_amount) as amount
    from inventory.stock_moves
    group by tenant_id, warehouse_id
),

posted as (
    select lines.tenant_id, lines.warehouse_id, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join inventory_accounts
        on lines.tenant_id = inventory_accounts.tenant_id and lines.account_id = inventory_accounts.account_id
    group by lines.tenant_id, lines.warehouse_id
)

select
    coalesce(moved.tenant_id, posted.tenant_id) as tenant_id,
    'warehouse ' || coalesce(coalesce(moved.warehouse_id, posted.warehouse_id)::text, 'none') as what,
    coalesce(moved.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    (
        select warehouses.company_id
        from inventory.warehouses as warehouses
        where warehouses.tenant_id = coalesce(moved.tenant_id, posted.tenant_id) and warehouses.id = coalesce(moved.warehouse_id, posted.warehouse_id)
    ) as company_id
from moved
full join posted
    on moved.tenant_id = posted.tenant_id and moved.warehouse_id = posted.warehouse_id
where coalesce(moved.amount, 0) <> coalesce(posted.amount, 0)

-- check: I3 a quantity of zero is worth nothing
select
    balances.tenant_id,
    'item ' || balances.item_id || ' in warehouse ' || balances.warehouse_id as what,
    0 as expected,
    balances.value_amount as found,
    (
        select warehouses.company_id
        from inventory.warehouses as warehouses
        where warehouses.tenant_id = balances.tenant_id and warehouses.id = balances.warehouse_id
    ) as company_id
from inventory.cost_balances as balances
where balances.qty = 0 and balances.value_amount <> 0

-- check: I4 no stock below zero at any point of the timeline
with running as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        location_id,
        occurred_on,
        sum(qty) over (partition by tenant_id, item_id, location_id order by occurred_on, sequence) as qty
    from inventory.stock_moves
    where qty <> 0
)

select
    running.tenant_id,
    'item ' || running.item_id || ' at location ' || running.location_id || ' on ' || running.occurred_on as what,
    0 as expected,
    running.qty as found
from running
inner join inventory.warehouses as warehouses
    on running.tenant_id = warehouses.tenant_id and running.warehouse_id = warehouses.id
where running.qty < 0 and not warehouses.allows_negative

-- check: I6 journal numbers run from 1 without gap
select
    tenant_id,
    'journal ' || journal || ' of ' || fiscal_year || ', company ' || company_id as what,
    count(*) as expected,
    max(number) as found
from ledger.journal_entries
group by tenant_id, company_id, journal, fiscal_year
having count(*) <> max(number) or min(number) <> 1

-- check: I6 a company's head names its last entry
with last_entries as (
    select tenant_id, company_id, max(chain_position) as chain_position, count(*) as entry_count
    from ledger.journal_entries
    group by tenant_id, company_id
)

select
    heads.tenant_id,
    'company ' || heads.company_id as what,
    heads.chain_position as expected,
    coalesce(last_entries.entry_count, 0) as found
from ledger.ledger_heads as heads
left join last_entries
    on heads.tenant_id = last_entries.tenant_id and heads.company_id = last_entries.company_id
where
    heads.chain_position <> coalesce(last_entries.chain_position, 0)
    or heads.chain_position <> coalesce(last_entries.entry_count, 0)

-- check: I6 gapless invoice numbers have no hole
with taken as (
    select series.tenant_id, series.company_id, series.document_type, sum(counters.last_number) as taken_count
    from platform.number_series as series
    inner join platform.number_counters as counters
        on series.tenant_id = counters.tenant_id and series.id = counters.series_id
    where series.is_gapless
    group by series.tenant_id, series.company_id, series.document_type
),

documents as (
    select tenant_id, company_id, kind as document_type, count(number) as document_count
    from finance.invoices
    group by tenant_id, company_id, kind
    union all
    select tenant_id, company_id, kind as document_type, count(number) as document_count
    from finance.payments
    group by tenant_id, company_id, kind
)

select
    taken.tenant_id,
    taken.document_type || ' of company ' || taken.company_id as what,
    taken.taken_count as expected,
    coalesce(documents.document_count, 0) as found
from taken
left join documents
    on
        taken.tenant_id = documents.tenant_id
        and taken.company_id = documents.company_id
        and taken.document_type = documents.document_type
where taken.taken_count <> coalesce(documents.document_count, 0)

-- check: I7 an entry lies in its period
select
    entries.tenant_id,
    'entry ' || entries.id as what,
    periods.starts_on || ' to ' || periods.ends_on as expected,
    entries.posted_on as found
from ledger.journal_entries as entries
inner join ledger.periods as periods
    on entries.tenant_id = periods.tenant_id and entries.period_id = periods.id
where entries.posted_on not between periods.starts_on and periods.ends_on

-- check: I7 a line has its entry's day
select
    lines.tenant_id,
    'entry ' || lines.entry_id || ', line ' || lines.line_number as what,
    entries.posted_on as expected,
    lines.posted_on as found
from ledger.journal_lines as lines
inner join ledger.journal_entries as entries
    on lines.tenant_id = entries.tenant_id and lines.entry_id = entries.id
where lines.posted_on <> entries.posted_on

-- check: I7 nothing was posted into a period after it was closed
with closings as (
    select tenant_id, period_id, max(chain_position) as chain_position
    from ledger.period_events
    where action = 'closed'
    group by tenant_id, period_id
),

allowed as (
    select tenant_id, period_id
    from ledger.period_events
    where action = 'late_entry'
    group by tenant_id, period_id
)

select
    entries.tenant_id,
    'entry ' || entries.id || ' of ' || entries.posted_on as what,
    'posted before the period was closed' as expected,
    'chain position ' || entries.chain_position || ', closed at ' || closings.chain_position as found
from ledger.journal_entries as entries
inner join ledger.periods as periods
    on entries.tenant_id = periods.tenant_id and entries.period_id = periods.id
inner join closings
    on periods.tenant_id = closings.tenant_id and periods.id = closings.period_id
left join allowed
    on periods.tenant_id = allowed.tenant_id and periods.id = allowed.period_id
where
    periods.state = 'closed'
    and entries.chain_position > closings.chain_position
    and allowed.period_id is null

-- check: I8 a move and its entry share day and document
select
    moves.tenant_id,
    'move ' || moves.id as what,
    moves.occurred_on || ' ' || moves.origin_type || ' ' || moves.origin_id as expected,
    coalesce(entries.posted_on || ' ' || entries.origin_type || ' ' || entries.origin_id, 'no entry') as found
from inventory.stock_moves as moves
left join ledger.journal_entries as entries
    on moves.tenant_id = entries.tenant_id and moves.journal_entry_id = entries.id
where
    (moves.value_amount <> 0 or moves.contra_amount <> 0)
    and (entries.posted_on, entries.origin_type, entries.origin_id)
    is distinct from (moves.occurred_on, moves.origin_type, moves.origin_id)

-- check: I8 an invoice that is posted has its entry and one that is not has none
select
    invoices.tenant_id,
    invoices.kind || ' ' || coalesce(invoices.number, invoices.id::text) as what,
    invoices.state as expected,
    coalesce(entries.origin_type, 'no entry') as found
from finance.invoices as invoices
left join ledger.journal_entries as entries
    on
        invoices.tenant_id = entries.tenant_id
        and invoices.journal_entry_id = entries.id
        and invoices.id = entries.origin_id
where (invoices.state <> 'draft') <> (entries.id is not null)

-- check: I4 a cash box never holds less than nothing
with days as (
    select
        lines.tenant_id,
        lines.company_id,
        accounts.code,
        lines.posted_on,
        sum(sum(lines.amount)) over (
            partition by lines.tenant_id, lines.account_id order by lines.posted_on
        ) as amount
    from ledger.journal_lines as lines
    inner join ledger.accounts as accounts
        on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.id
    where accounts.is_cash_box
    group by lines.tenant_id, lines.company_id, lines.account_id, accounts.code, lines.posted_on
)

select
    tenant_id,
    'account ' || code || ' on ' || min(posted_on) as what,
    'nothing or more' as expected,
    min(amount) as found,
    company_id as company_id
from days
where amount < 0
group by tenant_id, company_id, code

-- check: I5 receivables, payables and advances equal their accounts, by party
with role_accounts as (
    select tenant_id, company_id, account_id, min(role) as role
    from ledger.account_mappings
    where role in ('receivable', 'payable', 'customer_advances', 'supplier_advances')
    group by tenant_id, company_id, account_id
    having count(distinct role) = 1
),

movements as (
    select
        tenant_id,
        company_id,
        party_id,
        case when kind in ('sales_invoice', 'sales_credit_note') then 'receivable' else 'payable' end as role,
        case
            when kind in ('sales_invoice', 'purchase_credit_note') then company_total_amount
            else -company_total_amount
        end as amount
    from finance.invoices
    where state <> 'draft'
    union all
    select
        settlements.tenant_id,
        settlements.company_id,
        settlements.party_id,
        case when invoices.kind in ('sales_invoice', 'sales_credit_note') then 'receivable' else 'payable' end as role,
        case when invoices.kind in ('sales_invoice', 'purchase_credit_note') then -1 else 1 end
        * settlements.company_amount as amount
    from finance.settlements as settlements
    inner join finance.invoices as invoices
        on settlements.tenant_id = invoices.tenant_id and settlements.invoice_id = invoices.id
    union all
    select
        settlements.tenant_id,
        settlements.company_id,
        notes.party_id,
        case when notes.kind in ('sales_invoice', 'sales_credit_note') then 'receivable' else 'payable' end as role,
        case when notes.kind in ('sales_invoice', 'purchase_credit_note') then -1 else 1 end
        * settlements.payment_company_amount as amount
    from finance.settlements as settlements
    inner join finance.invoices as notes
        on settlements.tenant_id = notes.tenant_id and settlements.credit_note_id = notes.id
    union all
    select
        tenant_id,
        company_id,
        party_id,
        case
            when kind in ('receipt', 'customer_refund') then 'customer_advances'
            else 'supplier_advances'
        end as role,
        case when kind in ('receipt', 'supplier_refund') then -company_amount else company_amount end as amount
    from finance.payments
    union all
    select
        settlements.tenant_id,
        settlements.company_id,
        payments.party_id,
        case when payments.kind = 'receipt' then 'customer_advances' else 'supplier_advances' end as role,
        case when payments.kind = 'receipt' then 1 else -1 end * settlements.payment_company_amount as amount
    from finance.settlements as settlements
    inner join finance.payments as payments
        on settlements.tenant_id = payments.tenant_id and settlements.payment_id = payments.id
    union all
    select
        settlements.tenant_id,
        settlements.company_id,
        settlements.party_id,
        case refunds.kind when 'customer_refund' then 'customer_advances' else 'supplier_advances' end as role,
        case refunds.kind when 'customer_refund' then -1 else 1 end * settlements.company_amount as amount
    from finance.settlements as settlements
    inner join finance.payments as refunds
        on settlements.tenant_id = refunds.tenant_id and settlements.refund_id = refunds.id
),

expected as (
    select tenant_id, company_id, party_id, role, sum(amount) as amount
    from movements
    group by tenant_id, company_id, party_id, role
),

posted as (
    select lines.tenant_id, lines.company_id, lines.party_id, role_accounts.role, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join role_accounts
        on lines.tenant_id = role_accounts.tenant_id and lines.account_id = role_accounts.account_id
    group by lines.tenant_id, lines.company_id, lines.party_id, role_accounts.role
)

select
    coalesce(expected.tenant_id, posted.tenant_id) as tenant_id,
    coalesce(expected.role, posted.role) || ' of party '
    || coalesce(coalesce(expected.party_id, posted.party_id)::text, 'none') as what,
    coalesce(expected.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    coalesce(expected.company_id, posted.company_id) as company_id
from expected
full join posted
    on
        expected.tenant_id = posted.tenant_id
        and expected.company_id = posted.company_id
        and expected.party_id = posted.party_id
        and expected.role = posted.role
where coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)

-- check: I5 goods received not invoiced equals its open receipts
with role_accounts as (
    select distinct tenant_id, account_id from ledger.account_mappings where role = 'grni'
),

movements as (
    select
        lines.tenant_id,
        receipts.company_id,
        case when receipts.kind = 'receipt' then -lines.value_amount else lines.value_amount end as amount
    from purchase.purchase_receipt_lines as lines
    inner join purchase.purchase_receipts as receipts
        on lines.tenant_id = receipts.tenant_id and lines.receipt_id = receipts.id
    inner join catalog.items as items
        on lines.tenant_id = items.tenant_id and lines.item_id = items.id
    where receipts.state = 'posted' and items.kind = 'stock'
    union all
    select
        lines.tenant_id,
        invoices.company_id,
        case
            when invoices.kind = 'purchase_credit_note' then -lines.company_net_amount
            when lines.delivery_line_id is null then lines.company_net_amount
            else lines.company_cost_amount
        end as amount
    from finance.invoice_lines as lines
    inner join finance.invoices as invoices
        on lines.tenant_id = invoices.tenant_id and lines.invoice_id = invoices.id
    inner join catalog.items as items
        on lines.tenant_id = items.tenant_id and lines.item_id = items.id
    where
        invoices.state <> 'draft'
        and invoices.kind in ('purchase_invoice', 'purchase_credit_note')
        and items.kind = 'stock'
        and lines.order_line_id is not null
),

expected as (
    select tenant_id, company_id, sum(amount) as amount from movements group by tenant_id, company_id
),

posted as (
    select lines.tenant_id, lines.company_id, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join role_accounts
        on lines.tenant_id = role_accounts.tenant_id and lines.account_id = role_accounts.account_id
    group by lines.tenant_id, lines.company_id
)

select
    coalesce(expected.tenant_id, posted.tenant_id) as tenant_id,
    'company ' || coalesce(expected.company_id, posted.company_id) as what,
    coalesce(expected.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    coalesce(expected.company_id, posted.company_id) as company_id
from expected
full join posted
    on expected.tenant_id = posted.tenant_id and expected.company_id = posted.company_id
where coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)

-- check: I5 the cost of fixed assets in use equals the accounts of their classes
with expected as (
    select classes.tenant_id, classes.company_id, classes.account_id, coalesce(sum(assets.cost_amount), 0) as amount
    from finance.asset_classes as classes
    left join finance.assets as assets
        on
            classes.tenant_id = assets.tenant_id
            and classes.id = assets.asset_class_id
            and assets.state = 'in_use'
    group by classes.tenant_id, classes.company_id, classes.account_id
),

posted as (
    select lines.tenant_id, lines.account_id, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join finance.asset_classes as classes
        on lines.tenant_id = classes.tenant_id and lines.account_id = classes.account_id
    group by lines.tenant_id, lines.account_id
)

select
    expected.tenant_id,
    'account ' || accounts.code as what,
    expected.amount as expected,
    coalesce(posted.amount, 0) as found,
    expected.company_id
from expected
inner join ledger.accounts as accounts
    on expected.tenant_id = accounts.tenant_id and expected.account_id = accounts.id
left join posted
    on expected.tenant_id = posted.tenant_id and expected.account_id = posted.account_id
where expected.amount <> coalesce(posted.amount, 0)

-- check: I5 what fixed assets in use have lost equals accumulated depreciation
with role_accounts as (
    select distinct tenant_id, account_id
    from ledger.account_mappings
    where role = 'accumulated_depreciation'
),

movements as (
    select tenant_id, company_id, -opening_depreciation_amount as amount
    from finance.assets
    where state = 'in_use'
    union all
    select depreciations.tenant_id, depreciations.company_id, -depreciations.amount as amount
    from finance.depreciations as depreciations
    inner join finance.assets as assets
        on depreciations.tenant_id = assets.tenant_id and depreciations.asset_id = assets.id
    where assets.state <> 'disposed'
),

expected as (
    select tenant_id, company_id, sum(amount) as amount from movements group by tenant_id, company_id
),

posted as (
    select lines.tenant_id, lines.company_id, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join role_accounts
        on lines.tenant_id = role_accounts.tenant_id and lines.account_id = role_accounts.account_id
    group by lines.tenant_id, lines.company_id
)

select
    coalesce(expected.tenant_id, posted.tenant_id) as tenant_id,
    'company ' || coalesce(expected.company_id, posted.company_id) as what,
    coalesce(expected.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    coalesce(expected.company_id, posted.company_id) as company_id
from expected
full join posted
    on expected.tenant_id = posted.tenant_id and expected.company_id = posted.company_id
where coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)

-- check: I5 work in progress equals what orders hold
with papers as (
    select papers.tenant_id, papers.id, orders.company_id, papers.work_amount, papers.state
    from production.production_papers as papers
    inner join production.production_orders as orders
        on papers.tenant_id = orders.tenant_id and papers.order_id = orders.id
),

movements as (
    select tenant_id, company_id, work_amount as amount
    from papers
    where state = 'posted'
    union all
    select papers.tenant_id, papers.company_id, -moves.contra_amount as amount
    from inventory.stock_moves as moves
    left join inventory.stock_moves as corrected
        on
            moves.tenant_id = corrected.tenant_id
            and moves.reverses_id = corrected.id
            and moves.kind = 'revaluation'
    inner join papers
        on moves.tenant_id = papers.tenant_id and coalesce(corrected.origin_id, moves.origin_id) = papers.id
),

expected as (
    select tenant_id, company_id, sum(amount) as amount from movements group by tenant_id, company_id
),

accounts as (
    select tenant_id, account_id from ledger.account_mappings where role = 'work_in_progress'
    union
    select tenant_id, wip_account_id
    from production.production_orders
    where wip_account_id is not null
),

posted as (
    select lines.tenant_id, lines.company_id, sum(lines.amount) as amount
    from ledger.journal_lines as lines
    inner join accounts
        on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
    group by lines.tenant_id, lines.company_id
)

select
    coalesce(expected.tenant_id, posted.tenant_id) as tenant_id,
    'company ' || coalesce(expected.company_id, posted.company_id) as what,
    coalesce(expected.amount, 0) as expected,
    coalesce(posted.amount, 0) as found,
    coalesce(expected.company_id, posted.company_id) as company_id
from expected
full join posted
    on expected.tenant_id = posted.tenant_id and expected.company_id = posted.company_id
where coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)

-- check: I5 a closed production order holds no work in progress
with papers as (
    select papers.tenant_id, papers.id, papers.order_id, orders.company_id, orders.number, papers.work_amount, papers.state
    from production.production_papers as papers
    inner join production.production_orders as orders
        on papers.tenant_id = orders.tenant_id and papers.order_id = orders.id
    where orders.state in ('closed', 'cancelled')
),

movements as (
    select tenant_id, order_id, company_id, number, work_amount as amount
    from papers
    where state = 'posted'
    union all
    select papers.tenant_id, papers.order_id, papers.company_id, papers.number, -moves.contra_amount as amount
    from inventory.stock_moves as moves
    left join inventory.stock_moves as corrected
        on
            moves.tenant_id = corrected.tenant_id
            and moves.reverses_id = corrected.id
            and moves.kind = 'revaluation'
    inner join papers
        on moves.tenant_id = papers.tenant_id and coalesce(corrected.origin_id, moves.origin_id) = papers.id
)

select
    tenant_id,
    'production order ' || number as what,
    0 as expected,
    sum(amount) as found,
    company_id as company_id
from movements
group by tenant_id, order_id, company_id, number
having sum(amount) <> 0

-- check: I9 what an order has made and scrapped is what its papers say
with papers as (
    select
        tenant_id,
        order_id,
        sum(case when kind = 'receipt' then good_qty else 0 end) as produced_qty,
        sum(case when kind = 'report' then scrapped_qty else 0 end) as scrapped_qty
    from production.production_papers
    where state = 'posted'
    group by tenant_id, order_id
)

select
    orders.tenant_id,
    'production order ' || orders.number as what,
    coalesce(papers.produced_qty, 0) || ' and ' || coalesce(papers.scrapped_qty, 0) as expected,
    orders.produced_qty || ' and ' || orders.scrapped_qty as found
from production.production_orders as orders
left join papers
    on orders.tenant_id = papers.tenant_id and orders.id = papers.order_id
where
    not orders.is_taken_over
    and (
        orders.produced_qty <> coalesce(papers.produced_qty, 0)
        or orders.scrapped_qty <> coalesce(papers.scrapped_qty, 0)
    )

-- check: I9 an invoice's instalments add up to it
with parts as (
    select tenant_id, invoice_id, sum(amount) as amount, sum(company_amount) as company_amount
    from finance.installments
    group by tenant_id, invoice_id
)

select
    invoices.tenant_id,
    invoices.kind || ' ' || coalesce(invoices.number, invoices.id::text) as what,
    invoices.total_amount || ', ' || invoices.company_total_amount as expected,
    parts.amount || ', ' || parts.company_amount as found
from finance.invoices as invoices
inner join parts
    on invoices.tenant_id = parts.tenant_id and invoices.id = parts.invoice_id
where
    invoices.state = 'posted'
    and (parts.amount <> invoices.total_amount or parts.company_amount <> invoices.company_total_amount)

-- check: I9 an invoice's lines add up to it
with parts as (
    select tenant_id, invoice_id, sum(net_amount) as net_amount, sum(tax_amount) as tax_amount
    from finance.invoice_lines
    group by tenant_id, invoice_id
)

select
    invoices.tenant_id,
    invoices.kind || ' ' || coalesce(invoices.number, invoices.id::text) as what,
    invoices.net_amount || ', ' || invoices.tax_amount || ', ' || invoices.total_amount as expected,
    coalesce(parts.net_amount, 0) || ', ' || coalesce(parts.tax_amount, 0) + invoices.freight_tax_amount || ', '
    || invoices.net_amount + invoices.freight_amount + invoices.tax_amount as found
from finance.invoices as invoices
left join parts
    on invoices.tenant_id = parts.tenant_id and invoices.id = parts.invoice_id
where
    invoices.state <> 'draft'
    and (
        coalesce(parts.net_amount, 0) <> invoices.net_amount
        or coalesce(parts.tax_amount, 0) + invoices.freight_tax_amount <> invoices.tax_amount
        or invoices.net_amount + invoices.freight_amount + invoices.tax_amount <> invoices.total_amount
    )

-- check: I9 no invoice is settled beyond its total
with settled as (
    select tenant_id, invoice_id, sum(amount) as amount, sum(company_amount) as company_amount
    from finance.settlements
    group by tenant_id, invoice_id
)

select
    invoices.tenant_id,
    invoices.kind || ' ' || coalesce(invoices.number, invoices.id::text) as what,
    'at most ' || invoices.total_amount as expected,
    settled.amount as found
from finance.invoices as invoices
inner join settled
    on invoices.tenant_id = settled.tenant_id and invoices.id = settled.invoice_id
where
    settled.amount > invoices.total_amount
    or settled.amount < 0
    or (settled.amount = invoices.total_amount and settled.company_amount <> invoices.company_total_amount)

-- check: I9 a refund gives back what it says, no payment more than it brought
with uses as (
    select tenant_id, refund_id as payment_id, amount, company_amount
    from finance.settlements
    where refund_id is not null
    union all
    select tenant_id, payment_id, payment_amount, payment_company_amount
    from finance.settlements
    where payment_id is not null
),

used as (
    select tenant_id, payment_id, sum(amount) as amount, sum(company_amount) as company_amount
    from uses
    group by tenant_id, payment_id
)

select
    payments.tenant_id,
    payments.kind || ' ' || payments.number as what,
    payments.amount || ', ' || payments.company_amount as expected,
    coalesce(used.amount, 0) || ', ' || coalesce(used.company_amount, 0) as found,
    payments.company_id as company_id
from finance.payments as payments
left join used
    on payments.tenant_id = used.tenant_id and payments.id = used.payment_id
where
    payments.state = 'posted'
    and (
        coalesce(used.amount, 0) > payments.amount
        or (used.amount = payments.amount and used.company_amount <> payments.company_amount)
        or (payments.kind in ('customer_refund', 'supplier_refund') and coalesce(used.amount, 0) <> payments.amount)
    )

-- check: I9 a cancelled document and its mirror image take each other back
with documents as (
    select
        tenant_id,
        id,
        reverses_id,
        state,
        number,
        total_amount || ', ' || company_total_amount as worth,
        -total_amount || ', ' || -company_total_amount as taken_back
    from finance.invoices
    union all
    select
        tenant_id,
        id,
        reverses_id,
        state,
        number,
        amount || ', ' || company_amount as worth,
        -amount || ', ' || -company_amount as taken_back
    from finance.payments
    union all
    select
        deliveries.tenant_id,
        deliveries.id,
        deliveries.reverses_id,
        deliveries.state,
        deliveries.number,
        sum(lines.stock_qty)::text as worth,
        (-sum(lines.stock_qty))::text as taken_back
    from sales.deliveries as deliveries
    inner join sales.delivery_lines as lines
        on deliveries.tenant_id = lines.tenant_id and deliveries.id = lines.delivery_id
    where deliveries.state = 'cancelled'
    group by
        deliveries.tenant_id, deliveries.id, deliveries.reverses_id, deliveries.state, deliveries.number
    union all
    select
        receipts.tenant_id,
        receipts.id,
        receipts.reverses_id,
        receipts.state,
        receipts.number,
        sum(lines.arrived_qty) || ', ' || sum(lines.value_amount) as worth,
        -sum(lines.arrived_qty) || ', ' || -sum(lines.value_amount) as taken_back
    from purchase.purchase_receipts as receipts
    inner join purchase.purchase_receipt_lines as lines
        on receipts.tenant_id = lines.tenant_id and receipts.id = lines.receipt_id
    where receipts.state = 'cancelled'
    group by receipts.tenant_id, receipts.id, receipts.reverses_id, receipts.state, receipts.number
    union all
    select
        costs.tenant_id,
        costs.id,
        costs.reverses_id,
        costs.state,
        costs.number,
        costs.amount || ', ' || sum(lines.inventory_amount + lines.expense_amount) as worth,
        -costs.amount || ', ' || -sum(lines.inventory_amount + lines.expense_amount) as taken_back
    from purchase.landed_costs as costs
    inner join purchase.landed_cost_lines as lines
        on costs.tenant_id = lines.tenant_id and costs.id = lines.landed_cost_id
    where costs.state = 'cancelled'
    group by costs.tenant_id, costs.id, costs.reverses_id, costs.state, costs.number, costs.amount
    union all
    select
        tenant_id,
        id,
        reverses_id,
        state,
        'depreciation ' || id as number,
        asset_id || ', ' || amount as worth,
        asset_id || ', ' || -amount as taken_back
    from finance.depreciations
)

select
    documents.tenant_id,
    'cancelled document ' || documents.number as what,
    'one mirror image of ' || documents.taken_back as expected,
    coalesce(mirrors.state || ' ' || mirrors.worth, 'none') as found
from documents
left join documents as mirrors
    on
        documents.tenant_id = mirrors.tenant_id
        and (documents.id = mirrors.reverses_id or documents.reverses_id = mirrors.id)
where
    (documents.state = 'cancelled' or documents.reverses_id is not null)
    and (mirrors.id is null or mirrors.state <> 'cancelled' or mirrors.worth <> documents.taken_back)
