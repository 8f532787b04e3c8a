"""A fixed asset that is sold is no revenue: the marts of sales leave its invoice out, that of receivables does not."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories.documents import NOW, make_shop
from tests.warehouse.warehouse import Warehouse
from transactional.checks import check_tenant
from transactional.finance.models import Asset, AssetClass, AssetSource
from transactional.finance.services.capitalize_assets import capitalize_assets
from transactional.finance.services.depreciate_periods import depreciate_periods
from transactional.finance.services.dispose_assets import dispose_assets
from transactional.finance.specs import NewDisposal
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Period

pytestmark = [pytest.mark.timeout(900), pytest.mark.feature("FIN-31")]
D = Decimal


def _sell_a_lathe(session: Session) -> None:
    shop = make_shop(session, years=(2026,))
    [kind] = [row for row in read_all(session, AssetClass).values() if row.code == "1510"]
    lathe = Asset(
        id=new_id(),
        company_id=shop.company_id,
        tag="LATHE",
        name="Lathe",
        asset_class_id=kind.id,
        in_service_on=date(2026, 1, 1),
        cost_amount=D(1200),
        life_months=12,
    )
    insert_all(session, [lathe])
    capitalize_assets(session, [lathe.id], on=date(2026, 1, 1), source=AssetSource.CLEARING, at=NOW)
    [january] = read(session, select(Period).where(Period.starts_on == date(2026, 1, 1)))
    depreciate_periods(session, [january.id], at=NOW)
    dispose_assets(session, [NewDisposal(lathe.id, date(2026, 2, 10), shop.customer_id, D(1000))], at=NOW)
    assert check_tenant(session) == []


def test_an_asset_sold_is_owed_for_and_is_no_revenue(warehouse: Warehouse) -> None:
    database = Database(warehouse.settings.database_url("app"))
    tenant_id = new_id()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        _sell_a_lathe(session)
    database.close()
    warehouse.grow()
    sold = warehouse.select(
        "select count(*) from marts.fct_sales_invoice_lines where tenant_id = %(tenant)s", tenant=tenant_id
    )
    owed = warehouse.select(
        "select sum(amount) from marts.fct_receivable_movements where tenant_id = %(tenant)s", tenant=tenant_id
    )
    booked = warehouse.select(
        "select accounts.account_code, sum(lines.amount) from marts.fct_journal_lines as lines"
        " inner join marts.dim_accounts as accounts using (tenant_id, account_id)"
        " where tenant_id = %(tenant)s and account_code in ('1510', '1590', '4510', '6410') group by 1 order by 1",
        tenant=tenant_id,
    )
    assert (sold, owed) == ([(0,)], [(D(1200),)])
    assert booked == [("1510", D(0)), ("1590", D(0)), ("6410", D(100))]
