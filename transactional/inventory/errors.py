"""What the stock ledger refuses."""

from transactional.kernel.errors import NotAllowed, NotFound, Refused


class StockNotAvailable(Refused):
    """Less is there, now or at a later point of the timeline, than would go out."""

    code = "stock_not_available"
    message = "Only {available_qty} of {item} are available at {location} on {on}, not {wanted_qty}."


class ReturnExceedsMove(Refused):
    """More would come back than went."""

    code = "return_exceeds_move"
    message = "Of {moved_qty} moved, {returned_qty} are returned already: {wanted_qty} more is too much."


class ReturnBeforeMove(Refused):
    """A return is dated before what it returns."""

    code = "return_before_move"
    message = "What moved on {moved_on} cannot be taken back on {on}: choose a later day."


class NoStockToRevalue(Refused):
    """Value alone cannot stand on a quantity of zero, nor fall below zero."""

    code = "no_stock_to_revalue"
    message = "Item {item} has {qty} in stock worth {value_amount}: its value cannot change by {change_amount}."


class StandardCostMissing(Refused):
    """A standard-cost item has no cost in force on the day."""

    code = "standard_cost_missing"
    message = "Item {item} has no standard cost on {on}: enter one."


class OriginUnknown(NotFound):
    """The move to take back is not there."""

    code = "move_not_found"
    message = "There is no stock move {id} to take back."


class LocationMissing(NotFound):
    """The warehouse has nowhere to put stock."""

    code = "location_missing"
    message = "Warehouse {warehouse} has no storage location: add one."


class StockDocumentState(Refused):
    """The document's state does not allow it."""

    code = "stock_document_state"
    message = "Stock document {number} is {state}."


class OwnAdjustment(NotAllowed):
    """Whoever wrote or submitted an adjustment may not approve it."""

    code = "own_adjustment"
    message = "You wrote or submitted this adjustment yourself: a second user must approve it."


class ShortageReasonMissing(Refused):
    """Less arrived than was sent, and nobody said why."""

    code = "shortage_reason_missing"
    message = "Of {sent_qty} sent only {arrived_qty} arrived: give a reason for the shortage."


class LotNotAvailable(Refused):
    """Less of a batch is there, or a serial is not there, now or at a later point of the timeline."""

    code = "lot_not_available"
    message = "Only {available_qty} of {item} {lot} are at {location} on {on}, not {wanted_qty}."


class SerialInStock(Refused):
    """A serial number comes in that is in stock already, on the day or later."""

    code = "serial_in_stock"
    message = "Serial {lot} of item {item} is in stock on {on}: it cannot come in again."


class LotReserved(Refused):
    """A lot is promised to somebody else."""

    code = "lot_reserved"
    message = "Of {lot} of item {item} at {location} {reserved_qty} are promised to other orders: take another one."


class LotExpired(Refused):
    """Nothing is delivered or issued of a batch past its last day."""

    code = "lot_expired"
    message = "{lot} of item {item} expired on {expires_on}: on {on} take another."


class LotHeld(Refused):
    """Nothing is delivered or issued of a batch somebody holds."""

    code = "lot_held"
    message = "{lot} of item {item} is held: release it first, or take another."


class LotDatesDiffer(Refused):
    """A batch that is known comes in with other dates."""

    code = "lot_dates_differ"
    message = "Batch {lot} of item {item} was made on {manufactured_on} and expires on {expires_on}: check its dates."
