"""What becomes of the real lines of Online Retail: each has a fate, and together they are the source's sum."""

from decimal import Decimal
from pathlib import Path

import pytest

from importers.plan import Plan
from importers.source import read_source
from importers.sources import find_source

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def plan(sample_folder: Path) -> Plan:
    source = find_source("online-retail")
    tables = read_source(source.spec, sample_folder / "online_retail")
    assert not tables.problems
    return source.make_plan(source.spec.settings, tables)


def test_no_line_vanishes(plan: Plan) -> None:
    assert sum(fate.rows for fate in plan.fates) == 541_909
    assert sum(fate.amount for fate in plan.fates) == Decimal("9747747.934")


def test_net_sales_are_the_sources_within_rounding(plan: Plan) -> None:
    figure = next(figure for figure in plan.figures if figure.name == "net sales")
    assert figure.source == Decimal("9747747.934")
    assert abs(figure.planned - figure.source) < Decimal("0.01")


def test_every_line_that_is_not_booked_has_a_reason(plan: Plan) -> None:
    assert all(fate.is_booked or fate.reason for fate in plan.fates)
    assert sum(fate.amount for fate in plan.fates if not fate.is_booked) == 0


def test_returns_take_back_no_more_than_was_sold(plan: Plan) -> None:
    left = {(sale.ref, line.ref): line.qty for sale in plan.sales for line in sale.lines}
    for credit in plan.credits:
        for line in credit.lines:
            left[line.sale, line.line] -= line.qty
    assert min(left.values()) >= 0


def test_returns_come_after_their_sale(plan: Plan) -> None:
    sold_on = {sale.ref: sale.ordered_on for sale in plan.sales}
    assert all(sold_on[credit.sale] <= credit.on for credit in plan.credits)
