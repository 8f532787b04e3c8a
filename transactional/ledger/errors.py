"""What the general ledger refuses."""

from transactional.kernel.errors import NotFound, Refused


class RoleUnmapped(Refused):
    """The chart names no account for a role."""

    code = "role_unmapped"
    message = "The chart of accounts names no account for the role {role}: map one for the company."


class PeriodMissing(Refused):
    """No fiscal year holds the day."""

    code = "period_missing"
    message = "No fiscal period of the company holds {on}: open the fiscal year first."


class PeriodClosed(Refused):
    """The period of the day is closed."""

    code = "period_closed"
    message = "The period that holds {on} is closed: choose a day in an open period or reopen it."


class DayTooFar(Refused):
    """The day lies further ahead than the company dates documents."""

    code = "day_too_far"
    message = "{on} lies more than {days} days ahead: choose an earlier day or let the company date further ahead."


class CashBoxEmpty(Refused):
    """Nobody takes more out of a box than is in it."""

    code = "cash_box_empty"
    message = "Cash box {account} would hold {amount} on {on}: enter first what came in, or pay from the bank."


class AlreadyReversed(Refused):
    """An entry is reversed once at most."""

    code = "already_reversed"
    message = "Entry {entry} is reversed already: post what is right as a new entry."


class ReversalOfReversal(Refused):
    """A reversal is not itself reversed."""

    code = "reversal_of_reversal"
    message = "Entry {entry} is itself a reversal: post the original again instead."


class ControlAccountRefused(Refused):
    """Only a subledger writes a control account."""

    code = "control_account"
    message = "Account {account} is kept by its subledger: post the document instead of an entry by hand."


class ControlAccountMapped(Refused):
    """The account is written by a subledger, so it stays closed to entries by hand."""

    code = "control_account_mapped"
    message = "Account {account} is mapped as {role}: it stays a control account. Map another account first."


class MappingInUse(Refused):
    """A subledger has written the account and is compared with it."""

    code = "mapping_in_use"
    message = (
        "Account {account} has postings as {role}: its subledger is compared with it, so the mapping stays."
        " Map a category or warehouse to another account instead."
    )


class SubledgerEntry(Refused):
    """The entry belongs to a document, which must be cancelled with it."""

    code = "subledger_entry"
    message = "Entry {entry} was posted by a document of {origin}: take that back instead, by {verb}."


class EntryStands(Refused):
    """The entry belongs to a document that nothing takes back."""

    code = "entry_stands"
    message = "Entry {entry} was posted by {origin}, which is not taken back: enter what corrects it."


class AccountInUse(Refused):
    """An account with postings keeps its type and stays."""

    code = "account_in_use"
    message = "Account {account} has postings: it cannot be deleted or change its type; disable it instead."


class ChartInstalled(Refused):
    """The company has a chart already."""

    code = "chart_installed"
    message = "The company has a chart of accounts already: add accounts to it."


class FiscalYearOverlap(Refused):
    """The year's days lie in another year."""

    code = "fiscal_year_overlap"
    message = "The year from {starts_on} to {ends_on} overlaps fiscal year {other}."


class FiscalYearGap(Refused):
    """Years follow each other without a gap."""

    code = "fiscal_year_gap"
    message = (
        "The year from {starts_on} to {ends_on} leaves a gap:"
        " it must begin on {expected} or end the day before {first}."
    )


class ChecklistNotDone(Refused):
    """The period's checklist has open points."""

    code = "checklist_not_done"
    message = "The period cannot be closed: {open_points}."


class PeriodStateRefused(Refused):
    """The period is in that state already."""

    code = "period_state"
    message = "The period from {starts_on} is {state} already."


class ManualEntryState(Refused):
    """A posted entry cannot be changed."""

    code = "manual_entry_state"
    message = "The entry {number} is {state}."


class CompanyNotFound(NotFound):
    """No such company."""

    code = "company_not_found"
    message = "There is no company with this id."
