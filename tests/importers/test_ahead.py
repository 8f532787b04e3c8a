"""What a second process books ahead is told step by step; what it cannot book is left to the import."""

from collections import Counter
from datetime import date

from importers.ahead import Ahead, working_ahead
from importers.booking.desk import Desk
from importers.plan import CompanyPlan, Plan, Sale
from importers.timeline import Month
from runtime.settings import Settings
from tests.conftest import NOW
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal

DAY = date(2026, 3, 1)


def test_it_stops_at_what_it_cannot_book_and_says_how_far_it_came(settings: Settings, principal: Principal) -> None:
    desk = Desk(principal.tenant_id, "elsewhere", NOW, new_id(), new_id(), ids={"customers": {}})
    unknown = Sale(ref="S1", customer="nobody", ordered_on=DAY, lines=())
    months = [Month(DAY), Month(DAY, ordered=[unknown]), Month(DAY)]
    plan = Plan(CompanyPlan("C", "Company", "EUR", "DE", 2026, 2026))
    with working_ahead(settings, principal, plan, months, desk) as ahead:
        assert ahead.wait_for(1)
        assert not ahead.wait_for(2)
        assert not ahead.wait_for(3)
        assert ahead.steps == 1
        assert not ahead.written


def test_with_nobody_ahead_nothing_is_waited_for() -> None:
    ahead = Ahead(None)
    assert not ahead.wait_for(1)
    assert (ahead.steps, ahead.written) == (0, Counter())
