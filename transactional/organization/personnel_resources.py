"""The declared records of personnel."""

from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change, Resource
from transactional.organization.checks import range_problems
from transactional.organization.personnel_models import (
    EmployeeAssignment,
    EmployeeFile,
    EmployeePay,
    SalesQuota,
    Shift,
)


def _file_problems(change: Change) -> Iterable[FieldProblem]:
    share = change.value("commission_share")
    if share is not None and not 0 <= share <= 1:
        yield FieldProblem("commission_share", "is no fraction from 0 to 1", "no_share")


SHIFTS = Resource(module="hr", plural="shifts", thing="shift", model=Shift, label="Shift")
EMPLOYEE_FILES = Resource(
    module="hr",
    plural="employee-files",
    thing="employee_file",
    model=EmployeeFile,
    label="Personnel file",
    key=("employee_id",),
    search=(),
    create_only=("employee_id",),
    validate=_file_problems,
)
EMPLOYEE_ASSIGNMENTS = Resource(
    module="hr",
    plural="employee-assignments",
    thing="employee_assignment",
    model=EmployeeAssignment,
    label="Assignment of an employee",
    key=("employee_id", "unit_id", "starts_on"),
    search=(),
    sort="-starts_on",
    create_only=("employee_id", "unit_id", "starts_on"),
    validate=range_problems,
)
EMPLOYEE_PAYS = Resource(
    module="hr",
    plural="employee-pays",
    thing="employee_pay",
    model=EmployeePay,
    label="Pay of an employee",
    key=("employee_id", "valid_from"),
    search=(),
    sort="-valid_from",
    create_only=("employee_id", "valid_from"),
)
SALES_QUOTAS = Resource(
    module="hr",
    plural="sales-quotas",
    thing="sales_quota",
    model=SalesQuota,
    label="Sales quota",
    key=("employee_id", "starts_on"),
    search=(),
    sort="-starts_on",
    create_only=("employee_id", "starts_on"),
)
RESOURCES = (SHIFTS, EMPLOYEE_FILES, EMPLOYEE_ASSIGNMENTS, EMPLOYEE_PAYS, SALES_QUOTAS)
