"""Charts of accounts come from templates and files; every role has its account."""

from decimal import Decimal

import orjson
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.factories.books import make_books
from tests.ledger.test_post_entries import draft, sale
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Database
from transactional.ledger.charts import load_template, parse_chart, template_names
from transactional.ledger.errors import ChartInstalled, CompanyNotFound
from transactional.ledger.models import Account, AccountRole
from transactional.ledger.services.install_chart import install_chart
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.models import Company


@pytest.mark.feature("FIN-01")
@pytest.mark.parametrize("name", template_names())
def test_a_template_maps_every_role_and_names_a_statement_line_for_each_account(name: str) -> None:
    chart = load_template(name)
    assert {role for account in chart.accounts for role in account.roles} == set(AccountRole)
    assert all(account.is_group or account.statement_line for account in chart.accounts)


@pytest.mark.feature("FIN-01")
def test_a_chart_is_installed_as_a_tree_once(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        found = {account.code: account for account in read(session, select(Account))}
        assert found["1300"].parent_id == found["13"].id
        assert (found["13"].is_posting, found["1300"].is_control) == (False, True)
        with pytest.raises(ChartInstalled):
            install_chart(session, books.company_id)
        with pytest.raises(CompanyNotFound):
            install_chart(session, new_id())


@pytest.mark.feature("FIN-01")
def test_a_chart_from_a_file_is_installed(database: Database, principal: Principal) -> None:
    content = orjson.dumps(
        {
            "name": "Tiny",
            "accounts": [
                {"code": "1", "name": "Aktiva", "type": "asset", "is_group": True},
                {"code": "10", "name": "Kasse", "type": "asset", "parent": "1", "currency_code": "EUR"},
            ],
        }
    )
    with database.transaction(principal) as session:
        company = Company(id=new_id(), code="T", name="Tiny", currency_code="EUR", country_code="DE")
        insert_all(session, [company])
        install_chart(session, company.id, parse_chart(content))
        assert [account.name for account in read(session, select(Account).order_by(Account.code))] == [
            "Aktiva",
            "Kasse",
        ]


@pytest.mark.feature("FIN-01")
def test_every_wrong_account_of_a_file_is_named() -> None:
    accounts = [
        {"code": "1", "name": "A", "type": "asset"},
        {"code": "1", "name": "", "type": "thing", "parent": "9", "roles": ["nothing"], "colour": "red"},
    ]
    with pytest.raises(Invalid) as refused:
        parse_chart(orjson.dumps({"accounts": accounts}))
    assert {problem.path.rpartition("/")[2] for problem in refused.value.problems} == {
        "code",
        "name",
        "type",
        "parent",
        "roles",
        "colour",
    }
    for content in (b"[]", b"{", b"{}"):
        with pytest.raises(Invalid):
            parse_chart(content)
    with pytest.raises(Invalid, match="wrong"):
        load_template("martian")


@pytest.mark.feature("FIN-01")
def test_an_account_with_postings_cannot_be_deleted(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        post_entries(session, [draft(make_books(session), *sale(str(Decimal(5))))], at=NOW)
        session.execute(text("delete from ledger.account_mappings where role = 'revenue'"))
    with pytest.raises(IntegrityError), database.transaction(principal) as session:
        session.execute(text("delete from ledger.accounts where code = '4000'"))
