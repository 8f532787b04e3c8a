"""Error families. Features subclass them with a stable code and a sentence that says what to do.

The sentence is an English template over the error's values; `api/messages` holds the other languages by code.
"""

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar


class DomainError(Exception):
    """A rule said no. `code` is stable, `message` a template over `values`."""

    code: ClassVar[str] = "domain_error"
    message: ClassVar[str] = "The request was refused."

    def __init__(self, **values: Any) -> None:
        """Keep the values that explain the refusal; they fill the template and reach the client."""
        self.values = values
        super().__init__(self.sentence())

    def sentence(self, template: str | None = None) -> str:
        """The message filled with this error's values, in the given translation or in English."""
        return (template or self.message).format_map(_Values(self.values))


SORTS = frozenset({"kind", "thing", "user"})
"""Values that name a sort of record, by its word or by its table."""


class _Values(dict[str, Any]):
    def __getitem__(self, key: str) -> Any:
        """Sorts of records as people write them, quantities without the zeros of their column, amounts with cents."""
        value = super().__getitem__(key)
        if key in SORTS:
            return str(value).replace("_", " ")
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        if key.endswith("_amount"):
            return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
        return f"{value.normalize():f}" if key.endswith("_qty") else value

    def __missing__(self, key: str) -> str:
        return f"?{key}"


class NotFound(DomainError):
    """No such thing for this tenant and this asker."""

    code = "not_found"
    message = "There is no {kind} with this id that you may see."
    path: str | None = None
    """Where in the body of the request the id stands, if it came from there."""


class Refused(DomainError):
    """The present state says no."""

    code = "refused"


class StaleVersion(Refused):
    """Somebody else changed the record meanwhile."""

    code = "stale_version"
    message = "The {kind} has changed since version {expected}: read it again and repeat your change."


class NotAllowed(DomainError):
    """The asker lacks a right."""

    code = "not_allowed"
    message = "You need the right {right} for this: ask your administrator."


class Unavailable(DomainError):
    """Something this depends on is down."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong input: where it is and what is wrong with it."""

    path: str
    reason: str
    code: str = "invalid"


class Invalid(DomainError):
    """The input means nothing whatever the state; every bad field is named at once."""

    code = "invalid_input"
    message = "Some of the input is wrong: mend what is listed ({count})."

    def __init__(self, problems: Sequence[FieldProblem], **values: Any) -> None:
        """Keep all problems found, so that the user mends them in one go."""
        self.problems = list(problems)
        super().__init__(count=len(self.problems), **values)


def place_in(name: str, position: int, of: Sized) -> str:
    """Where one of a set stands, as in `orders/3/`; nothing where it is the only one: a client sent just that."""
    return "" if len(of) == 1 else f"{name}/{position}/"


def invalid(path: str, reason: str, code: str = "invalid") -> Invalid:
    """An Invalid with a single problem."""
    return Invalid([FieldProblem(path, reason, code)])


class BrokenInvariant(RuntimeError):
    """The program contradicts itself: always a defect, never the user's fault."""
