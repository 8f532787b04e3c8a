"""Giving a company its chart of accounts."""

from uuid import UUID

from sqlalchemy import exists, select

from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.chain import GENESIS
from transactional.ledger.charts import Chart, load_template
from transactional.ledger.errors import ChartInstalled, CompanyNotFound
from transactional.ledger.models import Account, AccountMapping, LedgerHead
from transactional.organization.models import Company


def install_chart(session: Session, company_id: UUID, template: str | Chart = "default") -> list[Account]:
    """The accounts of a template or of a chart read from a file, with their roles mapped; the journal can begin.

    Raises: CompanyNotFound, ChartInstalled; Invalid for a template that is not there.
    """
    chart = load_template(template) if isinstance(template, str) else template
    if session.scalar(select(exists().where(Company.id == company_id))) is not True:
        raise CompanyNotFound(id=company_id)
    if session.scalar(select(exists().where(Account.company_id == company_id))):
        raise ChartInstalled(company_id=company_id)
    ids = {account.code: new_id() for account in chart.accounts}
    accounts = [
        Account(
            id=ids[account.code],
            company_id=company_id,
            code=account.code,
            name=account.name,
            type=account.type.value,
            parent_id=ids[account.parent] if account.parent else None,
            currency_code=account.currency_code,
            statement_line=account.statement_line,
            cash_flow_class=account.cash_flow_class,
            is_posting=not account.is_group,
            is_control=account.is_control,
            is_cash_box=account.is_cash_box,
        )
        for account in chart.accounts
    ]
    insert_all(session, accounts)
    insert_all(
        session,
        [
            AccountMapping(company_id=company_id, role=role.value, account_id=ids[account.code])
            for account in chart.accounts
            for role in account.roles
        ],
    )
    insert_all(session, [LedgerHead(company_id=company_id, chain_position=0, hash=GENESIS, last_numbers={})])
    return accounts
