"""What sales refuses."""

from transactional.kernel.errors import Refused


class QuotationExpired(Refused):
    """The last day of the offer has passed."""

    code = "quotation_expired"
    message = "Quotation {number} was valid until {valid_until}: make a new one."


class CreditLimitExceeded(Refused):
    """The order would put the customer above the credit limit."""

    code = "credit_limit_exceeded"
    message = (
        "Order {number} brings customer {customer} to {exposure_amount} {currency_code},"
        " above the credit limit of {limit_amount}."
    )


class CustomerBlocked(Refused):
    """The customer was blocked after the order was made."""

    code = "customer_blocked"
    message = "Customer {customer} is blocked."


class StockShort(Refused):
    """The order asks for all its stock now, and there is not enough."""

    code = "stock_short"
    message = "Of item {item} only {available_qty} are available, {wanted_qty} are wanted."


class OrderNotConfirmed(Refused):
    """Only a confirmed order is delivered and invoiced."""

    code = "order_not_confirmed"
    message = "Order {number} is {state}: only a confirmed order is delivered, invoiced or returned."


class BelowDelivered(Refused):
    """A line may not shrink below what was handed over."""

    code = "below_delivered"
    message = (
        "Of line {line_number} of order {number} {delivered_qty} are delivered: it cannot go down to {wanted_qty}."
    )


class LineDelivered(Refused):
    """A delivered line or order cannot be cancelled."""

    code = "line_delivered"
    message = "Line {line_number} of order {number} is delivered and cannot be cancelled: take the goods back instead."


class OverDelivery(Refused):
    """More would be handed over than is ordered plus tolerance."""

    code = "over_delivery"
    message = "Of line {line_number} of order {number} {open_qty} may still be delivered, not {wanted_qty}."


class NothingDelivered(Refused):
    """An order without anything to hand over."""

    code = "nothing_to_deliver"
    message = "Order {number} has nothing to deliver."


class OverInvoicing(Refused):
    """More would be invoiced than was delivered."""

    code = "over_invoicing"
    message = "Of line {line_number} of order {number} {open_qty} are delivered and not invoiced, not {wanted_qty}."


class CreditOfReturn(Refused):
    """A credit note came with the goods that came back."""

    code = "credit_of_return"
    message = "Credit note {number} was given for goods that came back: it stands as long as they are back."


class NothingToInvoice(Refused):
    """Everything delivered is invoiced."""

    code = "nothing_to_invoice"
    message = "Order {number} has nothing delivered that is not invoiced."


class OverReturn(Refused):
    """More would come back than was handed over."""

    code = "over_return"
    message = "Of this delivery line {open_qty} can still come back, not {wanted_qty}."


class ReturnBeforeDelivery(Refused):
    """What is not handed over yet cannot come back."""

    code = "return_before_delivery"
    message = "Delivery {number} is of {delivered_on}: it cannot be returned before that day."


class ReturnPeriodOver(Refused):
    """The days in which goods may come back have passed."""

    code = "return_period_over"
    message = "Delivery {number} of {delivered_on} could be returned for {days} days."


class LineInvoiced(Refused):
    """An invoiced line keeps its price and is not cancelled."""

    code = "line_invoiced"
    message = "Line {line_number} of order {number} is invoiced: correct it by a credit note."


class OrderNotChangeable(Refused):
    """A cancelled or closed order stays as it is."""

    code = "order_not_changeable"
    message = "Order {number} is {state} and cannot be changed."
