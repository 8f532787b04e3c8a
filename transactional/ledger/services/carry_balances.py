"""Balances carried forward, so that a balance of late in the books need not be added up from their beginning."""

from collections.abc import Sequence

from transactional.kernel.rows import update_all
from transactional.kernel.session import Session
from transactional.ledger.models import LedgerHead

ENTRIES_MAX = 5_000
"""How many entries of a company at most are not carried yet: so many are added up line by line by whoever asks."""

_CARRY = """
insert into ledger.carried_balances (
    tenant_id, id, company_id, account_id, dimension, dimension_id, month_on, amount, created_by
)
select
    lines.tenant_id, gen_random_uuid(), lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
    date_trunc('month', lines.posted_on)::date, sum(lines.amount), %(author)s::uuid
from ledger.journal_entries as entries
inner join ledger.journal_lines as lines
    on entries.tenant_id = lines.tenant_id and entries.id = lines.entry_id
cross join lateral (values
    ('account_id', lines.account_id),
    ('party_id', lines.party_id),
    ('item_id', lines.item_id),
    ('warehouse_id', lines.warehouse_id),
    ('cost_centre_id', lines.cost_centre_id),
    ('project_id', lines.project_id),
    ('tax_code_id', lines.tax_code_id)
) as parts (dimension, dimension_id)
where
    entries.company_id = %(company)s
    and entries.chain_position > %(carried)s
    and entries.chain_position <= %(upto)s
    and parts.dimension_id is not null
group by
    lines.tenant_id, lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
    date_trunc('month', lines.posted_on)
on conflict (tenant_id, account_id, dimension, month_on, dimension_id)
do update set
    amount = carried_balances.amount + excluded.amount,
    updated_at = now(),
    updated_by = excluded.created_by,
    version = carried_balances.version + 1
"""


def is_carry_due(head: LedgerHead) -> bool:
    """Whether so many entries have been posted since balances were carried that readers would wait for them."""
    return head.chain_position - (head.carried_position or 0) >= ENTRIES_MAX


def carry_balances(session: Session, heads: Sequence[LedgerHead]) -> None:
    """Carry the balances of companies forward to the ends of their chains; the heads are held by the caller."""
    author = None if session.principal.user_id is None else str(session.principal.user_id)
    for head in heads:
        session.ask(
            _CARRY,
            {
                "author": author,
                "company": head.company_id,
                "carried": head.carried_position or 0,
                "upto": head.chain_position,
            },
        )
        head.carried_position = head.chain_position
    update_all(session, heads, LedgerHead.carried_position)
