"""What assets lost, as a run of it is taken back."""

from api.routing import Router
from api.verbs import add_cancel
from transactional.finance.resources import DEPRECIATIONS
from transactional.finance.services.cancel_depreciations import cancel_depreciations

router = Router(prefix=DEPRECIATIONS.path, tags=["finance"])

add_cancel(router, DEPRECIATIONS, cancel_depreciations, "The depreciation, cancelled with the others of its run.")
