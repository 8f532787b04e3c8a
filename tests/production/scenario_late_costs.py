"""Material turns out to cost something else after goods were made of it: the goods learn it, and all behind them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items
from tests.factories.production import Plant, add_bill
from transactional.checks import check_tenant
from transactional.inventory.services.recost_items import recost_all
from transactional.inventory.services.revalue_receipts import revalue_receipts
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole, JournalEntry, Period, PeriodState
from transactional.organization.models import Company
from transactional.production.services.cancel_papers import cancel_papers

pytestmark = [pytest.mark.feature("4.1.3"), pytest.mark.feature("3.5.11")]
D = Decimal


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def plant(session: Session) -> Plant:
    return Plant(session, make_books(session))


def make(plant: Plant, method: str = "moving_average", standard: str | None = None) -> UUID:
    cost = None if standard is None else D(standard)
    return make_items(plant.session, plant.books, costing_method=method, standard_cost=cost)[0]


def told(plant: Plant, *roles: str) -> Any:
    """What stands on the accounts of roles, after the books were checked."""
    assert check_tenant(plant.session) == []
    stock = Stock(plant.session, plant.books, plant.books.category_id, NOW)
    return [stock.gl(role) for role in roles]


def worth(plant: Plant, item: UUID) -> Any:
    return Stock(plant.session, plant.books, item, NOW).state()[1]


ACCOUNTS = ("work_in_progress", "production_variance", "cogs")


def test_a_late_receipt_of_material_reaches_goods_sold_goods_kept_and_the_variance_of_a_closed_order(
    plant: Plant,
) -> None:
    tin, cup = make(plant), make(plant)
    add_bill(plant.session, plant.books, cup, {tin: "1"})
    plant.bring(tin, 10, "50.00", march(2))
    order = plant.start(cup, 3, march(5))
    plant.issue(order, march(5))
    plant.receive(order, 2, march(6))
    plant.close(order, march(7))
    plant.sell(cup, 1, march(9))
    assert (told(plant, *ACCOUNTS), worth(plant, cup)) == ([0, 5, 5], 5)

    plant.bring(tin, 10, "30.00", march(3))

    # Twenty tins at 4.00: three went into the order, two cups came out of it, one of them is sold.
    assert (told(plant, *ACCOUNTS), worth(plant, cup)) == ([0, 4, 4], 4)
    assert worth(plant, tin) == 68


@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_the_change_goes_through_all_levels_and_ends_at_a_standard(plant: Plant, method: str) -> None:
    ore, bar, blade = make(plant, method), make(plant, method), make(plant, method)
    knife = make(plant, "standard", "20.00")
    for made, part, qty in ((bar, ore, "2"), (blade, bar, "1"), (knife, blade, "1")):
        add_bill(plant.session, plant.books, made, {part: qty})
    plant.bring(ore, 8, "80.00", march(2))
    for day, made in ((3, bar), (5, blade), (7, knife)):
        order = plant.start(made, {bar: 4, blade: 3, knife: 2}[made], march(day))
        plant.issue(order, march(day))
        plant.receive(order, {bar: 4, blade: 3, knife: 2}[made], march(day))
        plant.close(order, march(day))
    assert [worth(plant, item) for item in (ore, bar, blade, knife)] == [0, 20, 20, 40]
    assert told(plant, *ACCOUNTS) == [0, 0, 0]

    late = plant.bring(ore, 8, "40.00", march(1))

    # First in is now the cheap one; the average is in the middle.
    unit = {"moving_average": D("7.50"), "fifo": D("5.00")}[method]
    assert [worth(plant, item) for item in (bar, blade, knife)] == [2 * unit, 2 * unit, 40]
    assert told(plant, *ACCOUNTS) == [0, 4 * unit - 40, 0]
    # What carries the change was posted by the receipt that brought it.
    entries = read(plant.session, select(JournalEntry).where(JournalEntry.origin_id == late.origin_id))
    assert {entry.posted_on for entry in entries} == {march(1), march(3), march(5), march(7)}


def test_pieces_to_come_keep_their_share_and_by_products_get_theirs(plant: Plant) -> None:
    log, board, chips = make(plant), make(plant), make(plant)
    add_bill(plant.session, plant.books, board, {log: "1"}, {chips: ("3", "0.1")})
    plant.bring(log, 4, "40.00", march(2))
    order = plant.start(board, 4, march(3))
    plant.issue(order, march(3))
    plant.scrap(order, 1, march(3))
    plant.receive(order, 2, march(4))
    assert [worth(plant, item) for item in (board, chips)] == [D("24.00"), D("2.67")]

    plant.bring(log, 4, "80.00", march(1))

    assert [worth(plant, item) for item in (board, chips)] == [D("36.00"), D("4.00")]
    assert told(plant, *ACCOUNTS) == [20, 0, 0]
    plant.receive(order, 1, march(5))
    plant.close(order, march(5))
    assert told(plant, *ACCOUNTS) == [0, 0, 0]
    assert [worth(plant, item) for item in (board, chips)] == [D("54.00"), D("6.00")]


def test_a_landed_cost_of_the_day_before_is_paid_by_what_was_made(plant: Plant) -> None:
    tin, cup = make(plant), make(plant)
    add_bill(plant.session, plant.books, cup, {tin: "1"})
    receipt = plant.bring(tin, 10, "50.00", march(2))
    order = plant.start(cup, 5, march(4))
    plant.issue(order, march(4))
    plant.receive(order, 5, march(4))
    plant.close(order, march(4))
    freight = AccountRole.LANDED_COST_CLEARING
    revalue_receipts(plant.session, [(receipt.id, D("10.00"))], on=march(3), at=NOW, contra_role=freight)
    assert [worth(plant, item) for item in (tin, cup)] == [30, 30]
    assert told(plant, *ACCOUNTS) == [0, 0, 0]


def test_in_a_closed_month_nothing_is_posted_and_the_next_one_takes_the_change(plant: Plant) -> None:
    tin, cup = make(plant), make(plant, "standard", "6.00")
    add_bill(plant.session, plant.books, cup, {tin: "1"})
    plant.bring(tin, 10, "50.00", date(2026, 1, 2))
    order = plant.start(cup, 4, date(2026, 2, 3))
    plant.issue(order, date(2026, 2, 3))
    plant.receive(order, 4, date(2026, 2, 4))
    plant.close(order, date(2026, 2, 5))
    [february] = read(plant.session, select(Period).where(Period.starts_on == date(2026, 2, 1)))
    february.state = PeriodState.CLOSED.value
    update_all(plant.session, [february], Period.state)
    late = plant.bring(tin, 10, "70.00", date(2026, 1, 3))
    assert told(plant, *ACCOUNTS) == [0, 0, 0]
    entries = read(plant.session, select(JournalEntry).where(JournalEntry.origin_id == late.origin_id))
    assert sorted(entry.posted_on for entry in entries) == [date(2026, 1, 3), march(1)]


def test_what_is_valued_in_the_background_is_passed_on_there(plant: Plant) -> None:
    tin, cup = make(plant), make(plant)
    add_bill(plant.session, plant.books, cup, {tin: "1"})
    [company] = read(plant.session, select(Company))
    company.recost_moves_max = 0
    update_all(plant.session, [company], Company.recost_moves_max)
    plant.bring(tin, 10, "50.00", march(2))
    order = plant.start(cup, 3, march(5))
    plant.issue(order, march(5))
    plant.receive(order, 3, march(6))
    plant.close(order, march(7))
    plant.bring(tin, 10, "30.00", march(3))
    assert worth(plant, cup) == 15
    recost_all(plant.session, at=NOW)
    assert told(plant, *ACCOUNTS) == [0, 0, 0]
    assert worth(plant, cup) == 12


def test_goods_that_were_restated_are_taken_back_at_what_they_are_worth(plant: Plant) -> None:
    tin, cup = make(plant), make(plant)
    add_bill(plant.session, plant.books, cup, {tin: "1"})
    plant.bring(tin, 10, "50.00", march(2))
    order = plant.start(cup, 4, march(5))
    issue = plant.issue(order, march(5))
    receipt = plant.receive(order, 4, march(6))
    plant.bring(tin, 10, "30.00", march(3))
    assert worth(plant, cup) == 16
    cancel_papers(plant.session, [receipt.id], on=march(8), at=NOW)
    assert (told(plant, *ACCOUNTS), worth(plant, cup)) == ([16, 0, 0], 0)
    plant.bring(tin, 20, "120.00", march(4))
    assert (told(plant, *ACCOUNTS), worth(plant, cup)) == ([20, 0, 0], 0)
    cancel_papers(plant.session, [issue.id], on=march(9), at=NOW)
    assert (told(plant, *ACCOUNTS), worth(plant, tin)) == ([0, 0, 0], 200)
