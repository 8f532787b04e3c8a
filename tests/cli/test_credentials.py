"""Logins of analysts are handed out for tenants that are there."""

import psycopg
import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from cli.commands.credentials import TenantMissing
from cli.main import commands
from runtime.settings import Settings
from transactional.identity.models import Tenant
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database


@pytest.fixture
def tenant(settings: Settings, database: Database, principal: Principal, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("QOOERP_DATABASE_NAME", settings.database_name)
    with database.transaction(principal) as session:
        session.execute(insert(Tenant).values(id=principal.tenant_id, slug="north-wind", name="North"))
    return "north-wind"


def _logins(settings: Settings) -> set[str]:
    with psycopg.connect(settings.admin_database_url()) as connection:
        return {str(name) for (name,) in connection.execute("select rolname from pg_roles")}


def test_the_analysts_of_a_tenant_get_an_address(tenant: str) -> None:
    shown = CliRunner().invoke(commands, ["credentials", "--sql", tenant], catch_exceptions=False)
    assert shown.exit_code == 0
    with psycopg.connect(shown.output.strip()) as analyst:
        assert analyst.info.user == "analyst_north_wind"


def test_a_tenant_that_is_not_there_gets_no_login(tenant: str, settings: Settings) -> None:
    with pytest.raises(TenantMissing, match=f"no tenant nobody. Known are: {tenant}"):
        CliRunner().invoke(commands, ["credentials", "--sql", "nobody"], catch_exceptions=False)
    assert "analyst_nobody" not in _logins(settings)
