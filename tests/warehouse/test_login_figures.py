"""Failed sign-ins as a figure: by user and hour, from the marts, for who may see it."""

from __future__ import annotations

import pytest

from olap.asker import Asker
from olap.errors import Forbidden
from olap.query import MetricQuery
from olap.service import Numbers
from tests.warehouse.story import Story
from tests.warehouse.warehouse import Warehouse

BY_USER_AND_HOUR = MetricQuery(("failed_login_count",), ("login_user", "login_hour"))


@pytest.mark.feature("AUTH-18")
def test_failed_sign_ins_are_told_by_user_and_hour(numbers: Numbers, story: Story) -> None:
    asker = Asker(str(story.tenant_id), frozenset({"metric.security.read", "login.read"}))
    rows = numbers.query(BY_USER_AND_HOUR, asker).rows
    told = {(row["login_user"], row["login_hour"]): row["failed_login_count"] for row in rows}
    assert {key: value for key, value in told.items() if value} == {
        ("anna@acme.test", "2026-03-02 09:00"): 2,
        ("anna@acme.test", "2026-03-02 10:00"): 1,
    }


@pytest.mark.feature("AUTH-18")
def test_who_may_not_see_sign_ins_gets_no_figure_of_them(numbers: Numbers, story: Story) -> None:
    for rights in ({"metric.sales.read", "metric.finance.read"}, {"metric.read"}):
        with pytest.raises(Forbidden):
            numbers.query(BY_USER_AND_HOUR, Asker(str(story.tenant_id), frozenset(rights)))
    other = Asker("00000000-0000-7000-8000-0000000000ff", frozenset({"*"}))
    assert not numbers.query(BY_USER_AND_HOUR, other).rows


def test_addresses_and_devices_never_reach_the_marts(warehouse: Warehouse, story: Story) -> None:
    assert story.ids
    columns = {
        name
        for (name,) in warehouse.select(
            "select column_name from information_schema.columns"
            " where table_schema in ('raw', 'marts') and table_name in ('logins', 'fct_logins')"
        )
    }
    assert "occurred_at" in columns
    assert not columns & {"address", "agent"}
