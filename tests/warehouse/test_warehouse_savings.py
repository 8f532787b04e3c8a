"""What was saved on purchases, and how much of it went to one supplier."""

from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.story import Story
from tests.warehouse.warehouse import Warehouse
from transactional.kernel.ids import new_id

pytestmark = pytest.mark.timeout(900)

D = Decimal
BOUGHT = (
    # supplier, item, day, quantity, amount
    ("one", "bolt", "2025-05-01", 10, 100),
    ("one", "bolt", "2026-02-01", 10, 90),
    ("two", "bolt", "2026-03-01", 20, 190),
    ("two", "bolt", "2026-03-02", -5, -40),
    ("one", "nut", "2026-04-01", 10, 30),
)


@pytest.mark.feature("3.6.19")
def test_savings_and_concentration_are_those_computed_by_hand(warehouse: Warehouse, story: Story) -> None:
    """Lines of two years and two suppliers stand beside the story's for one transaction."""
    compiled = warehouse.whole_query("fct_purchase_price_lines")
    names = {name: new_id() for name in ("one", "two", "bolt", "nut")}
    with warehouse.connection.transaction(force_rollback=True):
        for supplier, item, day, quantity, amount in BOUGHT:
            warehouse.connection.execute(
                "insert into marts.fct_purchase_invoice_lines (tenant_id, invoice_line_id, invoice_id, company_id,"
                " supplier_id, item_id, invoiced_on, quantity, net_amount, is_cancelled, _batch_id)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, false, 1)",
                [
                    story.tenant_id,
                    new_id(),
                    new_id(),
                    story.ids["company"],
                    names[supplier],
                    names[item],
                    day,
                    quantity,
                    amount,
                ],
            )
        rows = warehouse.select(
            "select item_id, date_trunc('quarter', invoiced_on)::date, sum(savings_amount),"
            f" round(sum(supplier_weighted_amount) / sum(net_amount), 6) from ({compiled}) as lines"
            " where item_id = any(%(items)s) group by 1, 2 order by 2, 1",
            items=[names["bolt"], names["nut"]],
        )
    # At 10 of 2025 the 25 bolts of 2026 would have cost 250, not 90 + 190 - 40; a nut was not bought before.
    share = D(90) / 240
    assert rows == [
        (names["bolt"], date(2025, 4, 1), D(0), D(1)),
        (names["bolt"], date(2026, 1, 1), D(10), round(share**2 + (1 - share) ** 2, 6)),
        (names["nut"], date(2026, 4, 1), D(0), D(1)),
    ]
