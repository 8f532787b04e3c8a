"""Which grade a customer's figures come to, and whether rules leave nobody without one: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import ZERO
from transactional.scm.models import CreditGrade


@dataclass(frozen=True, slots=True)
class GradeRule:
    """What a grade asks for; what is left open is not asked.  Units: amounts in company currency, rate as fraction."""

    grade: CreditGrade
    net_revenue_min_amount: Decimal | None = None
    gross_margin_min_amount: Decimal | None = None
    late_payment_rate_max: Decimal | None = None
    credit_limit_amount: Decimal | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether every customer has it."""
        asked = (self.net_revenue_min_amount, self.gross_margin_min_amount, self.late_payment_rate_max)
        return all(each is None for each in asked)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a customer is graded by; nothing was paid where the rate is missing."""

    net_revenue: Decimal = ZERO
    gross_margin: Decimal = ZERO
    late_payment_rate: Decimal | None = None


def grade_of(figures: Figures, rules: Sequence[GradeRule]) -> GradeRule:
    """The best grade whose rule the figures meet; the last one asks for nothing."""
    return next(rule for rule in sorted(rules, key=lambda rule: rule.grade) if _meets(figures, rule))


def _meets(figures: Figures, rule: GradeRule) -> bool:
    revenue, margin, late = rule.net_revenue_min_amount, rule.gross_margin_min_amount, rule.late_payment_rate_max
    return (
        (revenue is None or figures.net_revenue >= revenue)
        and (margin is None or figures.gross_margin >= margin)
        and (late is None or (figures.late_payment_rate or ZERO) <= late)
    )


def rule_problems(rules: Sequence[GradeRule]) -> Iterator[FieldProblem]:
    """What is wrong with rules as a set: a grade twice, or a gap that some customer would fall through."""
    seen: set[CreditGrade] = set()
    for position, rule in enumerate(rules):
        if rule.grade in seen:
            yield FieldProblem(f"rules/{position}/grade", f"{rule.grade} has a rule already", "named_twice")
        seen.add(rule.grade)
    missing = [grade.value for grade in CreditGrade if grade not in seen]
    if missing:
        yield FieldProblem("rules", f"leave a gap: there is none for {', '.join(missing)}", "grades_have_gap")
    ordered = sorted(rules, key=lambda rule: rule.grade)
    if ordered and not ordered[-1].asks_nothing:
        place = f"rules/{rules.index(ordered[-1])}"
        yield FieldProblem(place, "leaves a gap: who does not meet the last rule has no grade", "grades_have_gap")
    for better, worse in pairwise(ordered):
        if _is_easier(better, worse):
            place = f"rules/{rules.index(worse)}"
            yield FieldProblem(
                place, f"asks for more than grade {better.grade}: nobody could have it", "grade_unreachable"
            )


def _is_easier(better: GradeRule, worse: GradeRule) -> bool:
    """Whether whoever meets the worse rule meets the better one too."""
    return (
        _at_most(better.net_revenue_min_amount, worse.net_revenue_min_amount)
        and _at_most(better.gross_margin_min_amount, worse.gross_margin_min_amount)
        and (
            better.late_payment_rate_max is None
            or (worse.late_payment_rate_max is not None and worse.late_payment_rate_max <= better.late_payment_rate_max)
        )
    )


def _at_most(first: Decimal | None, second: Decimal | None) -> bool:
    return first is None or (second is not None and first <= second)
