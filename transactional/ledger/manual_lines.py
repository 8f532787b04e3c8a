"""Rules about the lines of entries made by hand, from their draft on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import has_more_decimals
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of

SIDES = ("debit_amount", "credit_amount")


def too_fine(path: str, line: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """The amounts of a line with more decimals than its currency has."""
    currency = line.get("currency_code")
    for side in SIDES if currency else ():
        amount = line.get(side)
        if amount is not None and has_more_decimals(amount, decimals_of(str(currency))):
            yield FieldProblem(f"{path}/{side}", f"{currency} has fewer decimals", "too_many_decimals")


def check_amounts(session: Session, documents: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, FieldProblem]]:
    """The same of the lines of drafts, as they are given."""
    del session
    for position, values in enumerate(documents):
        for number, line in enumerate(values.get("lines") or ()):
            for problem in too_fine(f"lines/{number}", line):
                yield position, problem
