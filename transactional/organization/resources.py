"""The declared records of the organization."""

from collections.abc import Iterable

from transactional.identity.user_rules import check_standing
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import ALL_ACTIONS, READ_ONLY, Change, Resource
from transactional.organization.checks import check_currencies, range_problems
from transactional.organization.models import Company, CostCentre, Currency, Employee, ExchangeRate, Unit
from transactional.organization.unit_paths import check_managers, move_subtrees, prepare_paths

_MONTHS = 12


def _company_problems(change: Change) -> Iterable[FieldProblem]:
    month = change.value("fiscal_year_start_month")
    if month is not None and not 1 <= month <= _MONTHS:
        yield FieldProblem("fiscal_year_start_month", "is no month from 1 to 12", "no_month")


def _rate_problems(change: Change) -> Iterable[FieldProblem]:
    if change.value("from_currency_code") == change.value("to_currency_code"):
        yield FieldProblem("to_currency_code", "is the same currency", "same_currency")


def _employee_problems(change: Change) -> Iterable[FieldProblem]:
    yield from range_problems(change, "hired_on", "left_on")


COMPANIES = Resource(
    module="organization",
    plural="companies",
    thing="company",
    model=Company,
    label="Company",
    actions=ALL_ACTIONS,
    owner=Owner(company="id", is_looked_up=True),
    words={"freight_tax_class": ("finance.tax_codes", "item_tax_class")},
    validate=_company_problems,
    prepare=(check_currencies,),
    frozen_by={"currency_code": (("ledger.journal_entries", "company_id"),)},
)
UNITS = Resource(
    module="organization",
    plural="units",
    thing="unit",
    model=Unit,
    label="Organization unit",
    parent="parent_id",
    read_only=("path",),
    search=("code", "name", "path"),
    prepare=(prepare_paths, check_managers),
    written=move_subtrees,
    kept_by=(("sales.sales_orders", "unit_id"), ("purchase.purchase_orders", "unit_id"), ("identity.users", "unit_id")),
)
EMPLOYEES = Resource(
    module="organization",
    plural="employees",
    thing="employee",
    model=Employee,
    label="Employee",
    key=("number",),
    search=("number", "name", "job_title"),
    parent="manager_id",
    validate=_employee_problems,
    prepare=(check_standing,),
)
COST_CENTRES = Resource(
    module="organization",
    plural="cost-centres",
    thing="cost_centre",
    model=CostCentre,
    label="Cost centre",
    owner=Owner(company="company_id", is_looked_up=True),
    frozen_by={"company_id": (("ledger.journal_lines", "cost_centre_id"),)},
    kept_by=(("ledger.journal_lines", "cost_centre_id"),),
)
CURRENCIES = Resource(
    module="organization",
    plural="currencies",
    thing="currency",
    model=Currency,
    label="Currency",
    sort="code",
    actions=READ_ONLY,
)
EXCHANGE_RATES = Resource(
    module="finance",
    plural="exchange-rates",
    thing="exchange_rate",
    model=ExchangeRate,
    label="Exchange rate",
    key=("kind", "from_currency_code", "to_currency_code", "valid_on"),
    search=("from_currency_code", "to_currency_code"),
    sort="-valid_on",
    validate=_rate_problems,
    prepare=(check_currencies,),
)
RESOURCES = (COMPANIES, UNITS, EMPLOYEES, COST_CENTRES, CURRENCIES, EXCHANGE_RATES)
