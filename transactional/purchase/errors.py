"""What purchasing refuses."""

from transactional.kernel.errors import NotAllowed, Refused


class OutsideSupplyTerms(Refused):
    """The supplier does not deliver that much, or that little, in one order."""

    code = "outside_supply_terms"
    message = (
        "Purchase order {number} asks for {qty} of item {item}: its supplier delivers {min_qty} to {max_qty} of it"
        " in one order."
    )


class OwnOrder(NotAllowed):
    """Whoever ordered may not approve it."""

    code = "own_order"
    message = "You made, changed or submitted order {number} yourself: a second user must approve it."


class OrderNotConfirmed(Refused):
    """Only a confirmed order is received and invoiced."""

    code = "purchase_order_not_confirmed"
    message = "Purchase order {number} is {state}: only a confirmed one is received, invoiced or returned."


class OrderReceived(Refused):
    """What arrived or was invoiced cannot be called off."""

    code = "purchase_order_received"
    message = "Purchase order {number} is received or invoiced in part: send the goods back instead."


class OrderNotChangeable(Refused):
    """A cancelled or closed order stays as it is."""

    code = "purchase_order_not_changeable"
    message = "Purchase order {number} is {state} and cannot be changed."


class BelowReceived(Refused):
    """Goods that arrived or were invoiced cannot be unordered."""

    code = "below_received"
    message = "Of line {line_number} of order {number} {received_qty} have arrived or are invoiced, not {wanted_qty}."


class LineReceived(Refused):
    """What has arrived or is invoiced keeps its price."""

    code = "line_received"
    message = "Of line {line_number} of order {number} goods have arrived or are invoiced: its price stays, add a line."


class ChangeNotRejected(Refused):
    """An order that goods have arrived for is not turned down as a whole."""

    code = "change_not_rejected"
    message = "Goods of order {number} have arrived: have it changed back to what was approved."


class OverReceipt(Refused):
    """More arrived than is ordered plus tolerance."""

    code = "over_receipt"
    message = "Of line {line_number} of order {number} {open_qty} may still arrive, not {wanted_qty}."


class NothingToReceive(Refused):
    """All of an order has arrived."""

    code = "nothing_to_receive"
    message = "Purchase order {number} has nothing left to receive."


class OverReturn(Refused):
    """More would go back than was accepted."""

    code = "over_supplier_return"
    message = "Of this receipt line {open_qty} can still go back, not {wanted_qty}."


class NothingToInvoice(Refused):
    """All that is received is invoiced."""

    code = "nothing_to_invoice"
    message = "Purchase order {number} has nothing received that is not invoiced."


class GoodsWentBack(Refused):
    """Goods that the invoice billed were sent back and wait for their credit."""

    code = "goods_went_back"
    message = "Goods of invoice {number} went back after it and wait for their credit: cancel that return first."


class GoodsUsed(Refused):
    """What came in went out again, or was taken to another warehouse."""

    code = "goods_used"
    message = (
        "Of {received_qty} {item} of receipt {number} {left_qty} are still there: take back what used the rest first."
    )


class RejectionFinal(Refused):
    """What was refused on arrival never was ours: it goes with its receipt."""

    code = "rejection_final"
    message = "{number} sends back what was refused on arrival: cancel receipt {receipt}, and it is cancelled with it."


class NothingToCredit(Refused):
    """All that went back after its invoice is credited."""

    code = "nothing_to_credit"
    message = "Purchase order {number} has nothing returned that is invoiced and not credited."


class InspectionNeeded(Refused):
    """Goods that a plan has inspected are accepted by their inspection."""

    code = "inspection_needed"
    message = "Line {line_number} is inspected by plan {plan}: receive it into quarantine, then tell what was found."


class InspectionFailed(Refused):
    """Goods that did not pass are not accepted."""

    code = "inspection_failed"
    message = "By plan {plan} the goods do not pass: reject them, or look at every piece and reject those with defects."


class NotQuarantined(Refused):
    """More would be decided on than is waiting."""

    code = "not_quarantined"
    message = "Of this receipt line {waiting_qty} wait for a decision, not {wanted_qty}."


class RequisitionOrdered(Refused):
    """More of a need would be ordered than is asked for."""

    code = "requisition_ordered"
    message = "Of line {line_number} of requisition {number} {open_qty} can still be ordered, not {wanted_qty}."


class RequisitionNotApproved(Refused):
    """Only an approved need is ordered."""

    code = "requisition_not_approved"
    message = "Requisition {number} is {state}: only an approved one is ordered."


class SupplierQuotationOver(Refused):
    """The last day of the offer has passed."""

    code = "supplier_quotation_over"
    message = "The supplier's quotation {number} was valid until {valid_until}: ask for a new one."


class ContractNotApproved(Refused):
    """Only an approved contract is ordered from."""

    code = "contract_not_approved"
    message = "Contract {number} is {state}: only an approved one is ordered from."


class ContractOver(Refused):
    """The contract does not hold on the day."""

    code = "contract_over"
    message = "Contract {number} holds from {starts_on} to {ends_on}, not on {on}."


class ContractExhausted(Refused):
    """More would be ordered than is agreed."""

    code = "contract_exhausted"
    message = "Of line {line_number} of contract {number} {open_qty} can still be ordered, not {wanted_qty}."
