"""What production refuses."""

from transactional.kernel.errors import Refused


class BillCycle(Refused):
    """An item would go into itself."""

    code = "bill_cycle"
    message = "By this bill {item} would go into itself: {path}."


class ComponentsMissing(Refused):
    """Not all that an order needs is there and unpromised."""

    code = "components_missing"
    message = "Order {number} lacks {missing}: get them, or release it all the same if you have the right."


class OrderNotReleased(Refused):
    """Only a released order is worked on."""

    code = "production_order_not_released"
    message = "Production order {number} is {state}: only a released one takes material and work and brings goods."


class OrderBegun(Refused):
    """An order with papers is closed, not called off."""

    code = "production_order_begun"
    message = "Production order {number} has material, work or goods posted: cancel those first, or close it."


class OverIssue(Refused):
    """More would be issued than is required plus tolerance."""

    code = "over_issue"
    message = "Of {item} order {number} may still take {open_qty}, not {wanted_qty}."


class OverReceipt(Refused):
    """More would come in than is ordered plus tolerance."""

    code = "over_production"
    message = "Order {number} may still bring {open_qty} of {item}, not {wanted_qty}."


class NothingToIssue(Refused):
    """All that an order requires is issued."""

    code = "nothing_to_issue"
    message = "Production order {number} has nothing left to issue."


class NothingToReceive(Refused):
    """All that is ordered came in or was scrapped."""

    code = "nothing_left_to_make"
    message = "Production order {number} has nothing left to bring in."


class PaperCancelled(Refused):
    """A paper is taken back once."""

    code = "production_paper_cancelled"
    message = "{number} is cancelled already."


class ReceivedSince(Refused):
    """What went into goods that came in is not taken back under them."""

    code = "production_received_since"
    message = "Goods of order {number} came in since {posted_on}: cancel their receipt first."
