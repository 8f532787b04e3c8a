"""What finance refuses."""

from transactional.kernel.errors import NotFound, Refused


class TaxRateMissing(Refused):
    """A tax code has no rate on the day."""

    code = "tax_rate_missing"
    message = "Tax code {tax_code} has no rate on {on}: enter one."


class BudgetExceeded(Refused):
    """More would be bound than is left of a budget that blocks."""

    code = "budget_exceeded"
    message = (
        "Of budget {budget} {remaining_amount} are left for account {account}, cost centre {cost_centre}, in {month},"
        " not {asked_amount}: ask for less or have the budget revised."
    )


class DuplicateSupplierInvoice(Refused):
    """A supplier's invoice number was entered before."""

    code = "duplicate_supplier_invoice"
    message = "Supplier invoice {external_number} is entered already as {number}."


class OverSettlement(Refused):
    """More would be settled than is open."""

    code = "over_settlement"
    message = "Of {document} {number} only {open_amount} {currency_code} are open, not {wanted_amount}."


class SettlementUndone(Refused):
    """The settlement was undone before, or is itself an undoing."""

    code = "settlement_undone"
    message = "This settlement is undone already."


class RefundWhole(Refused):
    """A refund is taken back with all that it gives back."""

    code = "refund_whole"
    message = "This settlement belongs to refund {number}: cancel the refund."


class DiscountNotGranted(Refused):
    """The terms do not grant so much early-payment discount."""

    code = "discount_not_granted"
    message = "The terms of invoice {number} grant a discount of {granted_amount} on {on}, not {wanted_amount}."


class PaymentBlocked(Refused):
    """The invoice may not be paid until its difference is cleared."""

    code = "payment_blocked"
    message = "Invoice {number} is blocked for payment: {reason}"


class BankAccountNotApproved(Refused):
    """A changed bank account waits for its second user."""

    code = "bank_account_not_approved"
    message = "The bank account {iban} of supplier {supplier} waits for approval by a second user."


class InvoiceNotPosted(Refused):
    """The document is not posted, so it cannot be settled or corrected."""

    code = "invoice_not_posted"
    message = "Invoice {number} is {state}."


class PaymentNotPosted(Refused):
    """The payment is cancelled, so it settles nothing."""

    code = "payment_not_posted"
    message = "Payment {number} is {state}."


class CancellationFinal(Refused):
    """What takes a document back is not itself taken back."""

    code = "cancellation_final"
    message = "{number} is itself a cancellation: enter the document again instead."


class DocumentCancelled(Refused):
    """A document is taken back once."""

    code = "document_cancelled"
    message = "{number} is cancelled already."


class DocumentNotPosted(Refused):
    """What was never posted has nothing to take back."""

    code = "document_not_posted"
    message = "{number} is {state}: only what is posted is cancelled."


class DocumentInUse(Refused):
    """Later documents rest on what would be taken back."""

    code = "document_in_use"
    message = "{documents} rest on {number}: cancel what rests on it first."


class DocumentSettled(Refused):
    """Something else rests on the invoice."""

    code = "document_settled"
    message = "Invoice {number} is settled by {sources}: cancel that, or undo the settlement, first."


class DocumentCorrected(Refused):
    """Credit notes rest on the invoice."""

    code = "document_corrected"
    message = "Invoice {number} is corrected by {notes}: cancel that first."


class BankReferenceUsed(Refused):
    """Two different payments come with one reference of the bank."""

    code = "bank_reference_used"
    message = "Payment {number} has the bank reference {bank_reference} already, of another party or amount."


class BankAccountNotFound(NotFound):
    """The company has no bank account to use."""

    code = "bank_account_not_found"
    message = "Company {company} has no default bank account: name one."


class BudgetNotDraft(Refused):
    """What was approved is revised, never changed."""

    code = "budget_not_draft"
    message = "Budget {name}, revision {revision}, is {state}: revise it and change the new revision."


class AssetAccountWritten(Refused):
    """What stands on the account of a class of assets is the cost of its assets, from the first line on."""

    code = "asset_account_written"
    message = "Account {account} has postings already: let the class stand on a new one and bring its assets there."


class AssetStateRefused(Refused):
    """The asset is not where the verb begins."""

    code = "asset_state"
    message = "Asset {tag} is {state}, not {wanted}."


class AssetOfInvoice(Refused):
    """What an invoice brought goes with the invoice."""

    code = "asset_of_invoice"
    message = "Asset {tag} came with supplier's invoice {number}: cancel that invoice instead."


class AssetTagUsed(Refused):
    """One asset a tag."""

    code = "asset_tag_used"
    message = "Tag {tag} is used by another asset already: give each asset a tag of its own."


class AssetDepreciated(Refused):
    """What was depreciated stands on the cost."""

    code = "asset_depreciated"
    message = "Asset {tag} has lost {amount} already: take its depreciation back first, or dispose of it."


class DepreciationMissing(Refused):
    """An asset goes at what it is worth, so what it lost before is posted first."""

    code = "depreciation_missing"
    message = "Asset {tag} is not depreciated for the period that begins on {starts_on}: depreciate that period first."


class AssetSold(Refused):
    """The invoice goes with the asset."""

    code = "asset_sold"
    message = "Invoice {number} sold asset {tag}: take the asset back into use, which cancels the invoice."
