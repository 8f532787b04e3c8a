"""Periods: closed when their checklist is done, opened again with a reason."""

from api.routing import Router
from api.verbs import add_transition
from transactional.finance.services.depreciate_periods import depreciate_periods
from transactional.finance.services.revalue_periods import revalue_periods
from transactional.flows.close_periods import close_periods
from transactional.kernel.schema import Strict, text_of
from transactional.ledger.resources import PERIODS
from transactional.ledger.services.close_periods import reopen_periods

router = Router(prefix=PERIODS.path, tags=["finance"])


class ReopenIn(Strict):
    """Why a period has to take postings again."""

    reason: text_of(500, length_min=1)  # type: ignore[valid-type]


for _verb, _service, _summary, _shows in (
    (
        "revalue",
        revalue_periods,
        "Take foreign currencies to the closing rate",
        "The period; a second run posts what changed.",
    ),
    ("depreciate", depreciate_periods, "Depreciate the assets in service", "The period; each asset loses it once."),
    ("close", close_periods, "Close a period", "The period, which takes no postings any more."),
):
    add_transition(router, PERIODS, _verb, _service, _summary, _shows)
add_transition(
    router,
    PERIODS,
    "reopen",
    reopen_periods,
    "Open a period again",
    "The period, which takes postings again.",
    ReopenIn,
)
