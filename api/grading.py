"""Grading customers: figures through the metrics door, grades through the service that writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.context import Services
from api.routers.metrics.door import open_numbers
from olap.asker import Asker
from olap.query import MetricQuery, TimeRange
from olap.service import Numbers
from transactional.identity.models import Tenant
from transactional.kernel.policy import as_data
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Session
from transactional.scm.errors import NoGradingRules
from transactional.scm.grading import Figures
from transactional.scm.models import Customer, GradingRule
from transactional.scm.services.grade_customers import grade_customers

METRICS = ("net_revenue", "gross_margin", "late_payment_rate")


def grade_tenant(services: Services, numbers: Numbers, principal: Principal) -> int:
    """How many customers got their grade of the month: by what the twelve months before it say of them.

    The figures are all of the tenant's, whoever asks: a grade does not depend on what its grader may see.
    Raises: NoGradingRules; MetricsError where the figures cannot be read.
    """
    if not _has_rules(services, principal):
        raise NoGradingRules
    on = services.now().date().replace(day=1)
    everything = system_principal(principal.tenant_id, channel="grading")
    span = TimeRange(start=on.replace(year=on.year - 1), end=on - timedelta(days=1))
    query = MetricQuery(metrics=METRICS, group_by=("customer_code",), time=span)
    result = numbers.query(query, Asker.from_data(as_data(everything)))
    by_code = {row["customer_code"]: _figures(row) for row in result.rows}
    source = {
        "from": str(span.start),
        "to": str(span.end),
        "data_version": result.evidence.data_version,
    }
    with services.database.transaction(principal) as session:
        figures = {key: by_code[code] for key, code in _codes(session).items() if code in by_code}
        return len(grade_customers(session, figures, on=on, source=source))


def _figures(row: Mapping[str, Any]) -> Figures:
    rate = row.get("late_payment_rate")
    return Figures(
        Decimal(row.get("net_revenue") or 0),
        Decimal(row.get("gross_margin") or 0),
        None if rate is None else Decimal(rate),
    )


def _has_rules(services: Services, principal: Principal) -> bool:
    with services.database.transaction(principal) as session:
        return session.scalar(select(GradingRule.id).limit(1)) is not None


def _codes(session: Session) -> dict[UUID, str]:
    return {row[0]: row[1] for row in session.execute(select(Customer.id, Customer.code))}


def grade_everyone(services: Services) -> dict[str, int]:
    """How many customers were graded in each tenant that has rules, by its short name."""
    numbers = open_numbers(services)
    with services.database.outside_tenants() as session:
        tenants = [(row[0], row[1]) for row in session.execute(select(Tenant.id, Tenant.slug).order_by(Tenant.slug))]
    graded = {}
    for tenant_id, slug in tenants:
        principal = system_principal(tenant_id, channel="grading")
        if _has_rules(services, principal):
            graded[slug] = grade_tenant(services, numbers, principal)
    return graded
