"""What AdventureWorks knows of its people: files, assignments, pay, quotas and sales regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from importers.plan import Record
from importers.source import Tables

_CLOCK = len("07:00")


def plan_personnel(settings: Mapping[str, Any], tables: Tables) -> dict[str, list[Record]]:
    """Records by collection, in an order in which each finds what it points at."""
    return {
        "shifts": [
            Record(
                str(row.id),
                {
                    "code": f"{row.id}",
                    "name": row.name,
                    "starts_at": (row.starts_at or "")[:_CLOCK] or None,
                    "ends_at": (row.ends_at or "")[:_CLOCK] or None,
                },
            )
            for row in tables["shifts"]
        ],
        "employee_files": list(_files(settings["codes"], tables)),
        "employee_assignments": list(_assignments(tables)),
        "employee_pays": [
            Record(
                f"{row.employee} {row.valid_from}",
                {"valid_from": row.valid_from, "hourly_rate": row.rate, "pays_per_month": row.frequency},
                {"employee_id": ("employees", str(row.employee))},
            )
            for row in tables["pays"]
        ],
        "sales_quotas": [
            Record(
                f"{row.employee} {row.starts_on}",
                {"starts_on": row.starts_on, "quota_amount": row.amount},
                {"employee_id": ("employees", str(row.employee))},
            )
            for row in tables["quotas"]
        ],
        "sales_assignments": [
            Record(
                f"{row.employee} {row.territory} {row.starts_on}",
                {"starts_on": row.starts_on, "ends_on": row.ends_on},
                {"employee_id": ("employees", str(row.employee)), "region_id": ("regions", f"T{row.territory}")},
            )
            for row in tables["sales_assignments"]
        ],
    }


def _files(codes: Mapping[str, Mapping[str, str]], tables: Tables) -> Iterator[Record]:
    sellers = tables.by("salespeople", "id")
    for employee in tables["employees"]:
        seller = sellers.get(employee.id)
        values = {
            "gender": codes["gender"].get(employee.gender_code, employee.gender_code),
            "marital_status": codes["marital"].get(employee.marital_code, employee.marital_code),
            "born_on": employee.born_on,
            "is_salaried": employee.is_salaried,
            "vacation_hours": employee.vacation_hours,
            "sick_leave_hours": employee.sick_leave_hours,
            "organization_level": employee.level,
            "bonus_amount": seller.bonus if seller else None,
            "commission_share": seller.commission if seller else None,
        }
        yield Record(str(employee.id), values, {"employee_id": ("employees", str(employee.id))})


def _assignments(tables: Tables) -> Iterator[Record]:
    for row in tables["assignments"]:
        links = {"employee_id": ("employees", str(row.employee)), "unit_id": ("units", f"D{row.department}")}
        if row.shift is not None:
            links["shift_id"] = "shifts", str(row.shift)
        values = {"starts_on": row.starts_on, "ends_on": row.ends_on}
        yield Record(f"{row.employee} {row.department} {row.starts_on}", values, links)
