"""Customers are graded by their figures: once a day and customer, the history stays."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.scm.errors import NoGradingRules
from transactional.scm.grading import Figures, GradeRule, grade_of, rule_problems
from transactional.scm.models import CreditGrade, Customer, CustomerGrade, GradingRule


def write_grading_rules(session: Session, rules: Sequence[GradeRule]) -> list[GradingRule]:
    """The rules in force from now on, in place of those before; customers change at the next grading.

    Raises: Invalid for a grade named twice, one that nobody could have, and a gap that a customer would fall through.
    """
    problems = list(rule_problems(rules))
    if problems:
        raise Invalid(problems)
    known = {row.grade: row for row in read(session, select(GradingRule).with_for_update())}
    rows = [_row(rule) for rule in rules]
    for row in rows:
        before = known.get(row.grade)
        if before is not None:
            row.id, row.version = before.id, before.version
    update_all(
        session,
        [row for row in rows if row.grade in known],
        GradingRule.net_revenue_min_amount,
        GradingRule.gross_margin_min_amount,
        GradingRule.late_payment_rate_max,
        GradingRule.credit_limit_amount,
    )
    insert_all(session, [row for row in rows if row.grade not in known])
    delete_all(session, [row for grade, row in known.items() if grade not in {rule.grade for rule in rules}])
    return rows


def _row(rule: GradeRule) -> GradingRule:
    return GradingRule(
        id=new_id(),
        grade=rule.grade.value,
        net_revenue_min_amount=rule.net_revenue_min_amount,
        gross_margin_min_amount=rule.gross_margin_min_amount,
        late_payment_rate_max=rule.late_payment_rate_max,
        credit_limit_amount=rule.credit_limit_amount,
    )


def grade_customers(
    session: Session, figures: Mapping[UUID, Figures], *, on: date, source: Mapping[str, str]
) -> list[CustomerGrade]:
    """A grade of the day for every active customer that has none yet, each with what it was derived from.

    `figures` are the metrics by customer, all zero where one is missing; `source` says which data they were read from.
    Raises: NoGradingRules.
    """
    rules = [_rule(row) for row in read(session, select(GradingRule))]
    if not rules:
        raise NoGradingRules
    graded = set(session.scalars(select(CustomerGrade.customer_id).where(CustomerGrade.graded_on == on)))
    active = session.scalars(select(Customer.id).where(Customer.is_active.is_(True), Customer.merged_into_id.is_(None)))
    customers = lock_by_id(session, Customer, sorted(set(active) - graded))
    made = []
    for customer in customers:
        told = figures.get(customer.id, Figures())
        rule = grade_of(told, rules)
        customer.grade, customer.grade_limit_amount = rule.grade.value, rule.credit_limit_amount
        made.append(_grade(customer.id, rule, told, on, source))
    update_all(session, customers, Customer.grade, Customer.grade_limit_amount)
    insert_all(session, made)
    return made


def _rule(row: GradingRule) -> GradeRule:
    return GradeRule(
        CreditGrade(row.grade),
        row.net_revenue_min_amount,
        row.gross_margin_min_amount,
        row.late_payment_rate_max,
        row.credit_limit_amount,
    )


def _grade(customer_id: UUID, rule: GradeRule, figures: Figures, on: date, source: Mapping[str, str]) -> CustomerGrade:
    rate = figures.late_payment_rate
    inputs = {
        "net_revenue": str(figures.net_revenue),
        "gross_margin": str(figures.gross_margin),
        "late_payment_rate": None if rate is None else str(rate),
        "credit_limit_amount": None if rule.credit_limit_amount is None else str(rule.credit_limit_amount),
        **source,
    }
    return CustomerGrade(id=new_id(), customer_id=customer_id, graded_on=on, grade=rule.grade.value, inputs=inputs)
