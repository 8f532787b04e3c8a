"""What a question says, as it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ai.questions.dialect import Operator
from ai.questions.lexicon import Meaning
from ai.questions.members import Member
from ai.questions.times import Span

PARTIES = frozenset({"customer", "supplier"})


LOOSE = PARTIES | {"customer_account"}
"""Who may be said without being told one by one."""


FIRST = ("channel", "purchase_status", "shift", "employee", "job_title")
"""Dimensions that go before others with members of the same name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure that the question names, with all it may mean."""

    meanings: tuple[Meaning, ...]
    word: str
    start: int
    is_counted: bool = False
    is_asked: bool = False
    """Which of them is asked, and not how many."""


@dataclass(frozen=True, slots=True)
class Named:
    """A member that the question names, with all it may be."""

    candidates: tuple[Member, ...]
    word: str
    start: int
    length: int
    is_excluded: bool = False
    is_part: bool = False
    """Named as the part of a whole: ... of sales came from it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure's bound."""

    operator: Operator
    number: Decimal
    start: int = -1
    end: int = -1
    """Where it stands; nowhere where no words say it."""


@dataclass(frozen=True, slots=True)
class Said:
    """An operator where it stands."""

    operator: Operator
    word: str
    start: int


@dataclass(slots=True)
class Reading:
    """What a question says."""

    words: list[str] = field(default_factory=list)
    metrics: list[Mention] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    grouped: list[str] = field(default_factory=list)
    """Those of the dimensions that stand after by or which."""
    members: list[Named] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)
    grains: list[str] = field(default_factory=list)
    each: list[str] = field(default_factory=list)
    """Dimensions and grains right after by, per or each: one row or one ranking for each of them."""
    starts: list[int] = field(default_factory=list)
    """Where each of the times stands."""
    role: str | None = None
    """What says which day of the documents the days are about: ended in 2013."""
    spots: dict[str, int] = field(default_factory=dict)
    """Where each of the dimensions is named."""
    limits: list[Limit] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """The operators with the words that say them, for who has to account for each."""
    parties: list[str] = field(default_factory=list)
    """Customers and suppliers who are said for what they do, not for being told one by one."""
    idle: list[str] = field(default_factory=list)
    """Words that are known and do nothing where they stand: not before what cannot be left out."""
    verbs: list[str] = field(default_factory=list)
    counted: str | None = None
    """The dimension after how many."""
    top: int | None = None
    is_descending: bool | None = None
    place: int | None = None
    """The place behind the first that is asked for: the second best."""
    has_pieces: bool = False
    has_times: bool = False
    """A bound says how many times: ordered more than five times."""
    missing: list[str] = field(default_factory=list)
    """Attributes that what is asked for does not have: products without a colour."""
    partner: str | None = None
    """The dimension of which so many, or all, members are what each of those asked for has."""
    present: list[str] = field(default_factory=list)
    """Attributes without which nothing is told: leave out items without a category."""
    weekdays: list[str] = field(default_factory=list)
    """Days of the week that are named."""
    by_weekday: bool = False
    """Told by the day of the week."""
    at_standard: bool = False
    """Goods are valued at the standard cost of now."""
    hidden: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether nothing so far asks for one row a member."""
        return self.is_descending is None and self.top is None and not self.operators and not self.limits

    def has(self, *operators: Operator) -> bool:
        """Whether any of the operators was said."""
        return any(each in self.operators for each in operators)
