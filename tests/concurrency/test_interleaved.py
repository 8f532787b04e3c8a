"""Money given back, returns, deliveries and receipts against whatever would take them back: the books hold.

Each pair is carried out by two connections, the second one begun at every step of the first in turn, and the other way
round; nobody is told of a deadlock.
"""

import pytest
from sqlalchemy import text

from tests.concurrency.interleaving import Interleaving
from tests.concurrency.rivals import PAIRS, Ground, Pair, Prepare
from tests.factories.documents import make_item, make_shop, stock_up
from tests.rounds import PROVING, rounds
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

STEPS_MAX = 200
EACH_STEP = rounds(6, 1)
"""Of the steps of the first one, every so manieth."""
MET_MIN = rounds(3, 12)
"""The shortest pair has thirteen steps both ways."""


@pytest.mark.timeout(1800 if PROVING else 300)
@pytest.mark.feature("FIN-15")
@pytest.mark.feature("FIN-33")
@pytest.mark.parametrize(("prepare", "pair"), PAIRS.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_of_two_at_once_one_waits_for_the_other(
    database: Database, principal: Principal, monkeypatch: pytest.MonkeyPatch, prepare: Prepare, pair: Pair
) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        ground = Ground(shop, make_item(session, shop))
        stock_up(session, shop, ground.item_id, "10000", "60")
    both = Interleaving(database, principal)
    met = 0
    with both.watching(monkeypatch):
        for is_turned in (False, True):
            for step in range(1, STEPS_MAX, EACH_STEP):
                with database.transaction(principal) as session:
                    acts = prepare(ground, session)
                first, second = reversed(acts) if is_turned else acts
                outcome = both.meet(first, second, step)
                refusals = {outcome.first, outcome.second} - {None}
                assert outcome.won in pair.won, (step, is_turned, outcome)
                assert refusals <= pair.refusals, (step, is_turned, outcome)
                met += outcome.is_reached
                if not outcome.is_reached:
                    break
    assert met >= MET_MIN
    with database.transaction(principal) as session:
        assert check_tenant(session) == []
    with database.outside_tenants() as session:
        assert session.scalar(text("select deadlocks from pg_stat_database where datname = current_database()")) == 0
