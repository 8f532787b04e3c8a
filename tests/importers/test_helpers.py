"""What a process books beside the import is told step by step; what it cannot book is left to the import."""

from collections import Counter
from collections.abc import Callable
from datetime import date

from importers.booking.desk import Desk
from importers.booking.months import ordered
from importers.helpers import Helper, Steps, working_beside
from importers.plan import CompanyPlan, Plan, Sale
from importers.timeline import Month
from runtime.settings import Settings
from tests.conftest import NOW
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

DAY = date(2026, 3, 1)


def test_it_stops_at_what_it_cannot_book_and_says_how_far_it_came(settings: Settings, principal: Principal) -> None:
    desk = Desk(principal.tenant_id, "elsewhere", NOW, new_id(), new_id(), ids={"customers": {}})
    unknown = Sale(ref="S1", customer="nobody", ordered_on=DAY, lines=())
    months = [Month(DAY), Month(DAY, ordered=[unknown]), Month(DAY)]
    plan = Plan(CompanyPlan("C", "Company", "EUR", "DE", 2026, 2026))
    with working_beside(settings, ordered(principal, plan, months, desk)) as helper:
        assert helper.wait_for(1)
        assert not helper.wait_for(2)
        assert not helper.wait_for(3)
        helper.let_go_on()  # to nobody
        assert helper.steps == 1
        assert not helper.written


def test_a_step_that_must_not_come_before_the_import_s_waits_for_it(settings: Settings) -> None:
    def work(database: Database, wait: Callable[[], None]) -> Steps:
        del database
        for number in (1, 2):
            yield Counter(begun=number)
            wait()
            yield Counter(ended=number)

    with working_beside(settings, work) as helper:
        assert helper.wait_for(1)
        assert helper.written == {"begun": 1}
        helper.let_go_on()
        assert helper.wait_for(3)
        assert helper.written == {"begun": 3, "ended": 1}
        helper.let_go_on()
        assert helper.wait_for(4)
        assert not helper.wait_for(5)


def test_with_nobody_beside_nothing_is_waited_for() -> None:
    helper = Helper()
    helper.let_go_on()
    assert not helper.wait_for(1)
    assert (helper.steps, helper.written) == (0, Counter())
