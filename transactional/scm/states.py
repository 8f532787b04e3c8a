"""The moves that parties' records may make."""

from transactional.scm.models import BankAccountState

BANK_ACCOUNT_MOVES = frozenset(
    {
        (BankAccountState.PROPOSED, BankAccountState.APPROVED),
        (BankAccountState.PROPOSED, BankAccountState.RETIRED),
        (BankAccountState.APPROVED, BankAccountState.RETIRED),
    }
)
