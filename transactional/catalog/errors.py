"""What the catalogue refuses."""

from transactional.kernel.errors import Refused


class PricesOverlap(Refused):
    """Two prices of one item, unit and quantity would hold on the same day."""

    code = "prices_overlap"
    message = (
        "Price list {price_list} has a price of item {item} from quantity {min_qty} that holds on {on} already:"
        " end it first."
    )


class CodeAlike(Refused):
    """A code differs from another item's in upper case and lower only."""

    code = "code_alike"
    message = "Item {other} is there already: {given} differs from it in upper case and lower only."


class VariantTaken(Refused):
    """The item has a variant of these attributes."""

    code = "variant_taken"
    message = "Item {other} is the variant {attributes} already."
