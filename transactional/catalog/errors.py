"""What the catalogue refuses."""

from transactional.kernel.errors import Refused


class PricesOverlap(Refused):
    """Two prices of one item, unit and quantity would hold on the same day."""

    code = "prices_overlap"
    message = (
        "Price list {price_list} has a price of item {item} from quantity {min_qty} that holds on {on} already:"
        " end it first."
    )
