"""Goods handed over, as they are taken back when that was an error."""

from api.routing import Router
from api.verbs import add_cancel
from transactional.sales.resources import DELIVERIES
from transactional.sales.services.cancel_deliveries import cancel_deliveries

router = Router(prefix=DELIVERIES.path, tags=["sales"])

add_cancel(
    router,
    DELIVERIES,
    cancel_deliveries,
    "The delivery, cancelled by its mirror image; its goods are in stock and promised to the order again. Of a return"
    " the goods leave again with the credit note that came with them, and its request waits for them.",
)
