"""Where the data of natural persons stands: users, and customers and suppliers who are people.

One declaration serves both the export, which tells a person everything, and the erasure, which replaces it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from transactional.assistant.models import Conversation, ConversationTurn
from transactional.identity.models import User
from transactional.organization.models import Employee
from transactional.organization.personnel_models import EmployeeFile, EmployeePay
from transactional.report.models import Delivery, Notice, Recipient, ReportRun, RunPart
from transactional.scm.models import Customer, PartyAddress, Supplier, SupplierBankAccount

PSEUDONYM = "{pseudonym}"
"""Stands for the pseudonym in a value that replaces another."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A table that holds facts about a person: which rows are whose, and what becomes of each column."""

    model: type[Any]
    of: InstrumentedAttribute[Any]
    replaced: Mapping[str, Any]
    telling: tuple[str, ...] = ()
    """Columns whose texts name this person and nobody else, if they are long enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """Rows that are only the person's own doing; `through` is the table that says whose, where this one does not."""

    model: type[Any]
    of: InstrumentedAttribute[Any]
    through: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]] | None = None
    """The id that `of` names, and the column of its table that names the person."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A kind of person."""

    kind: str
    records: tuple[Record, ...]
    leftovers: tuple[Leftover, ...] = ()
    told: tuple[InstrumentedAttribute[Any], ...] = field(default=())
    """Further columns that name the person: their rows are told, and stay for others' sake."""


_CONTACT: Mapping[str, Any] = {"name": PSEUDONYM, "tax_number": None, "email": None, "phone": None, "is_active": False}
_ADDRESS: Mapping[str, Any] = {
    "line1": PSEUDONYM,
    "line2": None,
    "city": PSEUDONYM,
    "postal_code": None,
    "region": None,
}
_TELLING = ("name", "tax_number", "email", "phone")
USER = Person(
    "user",
    (
        Record(
            User,
            User.id,
            {
                "name": PSEUDONYM,
                "email": f"{PSEUDONYM}@erased.invalid",
                "locale": None,
                "attributes": {},
                "is_active": False,
            },
            telling=("name", "email"),
        ),
        Record(Employee, Employee.user_id, {"name": PSEUDONYM, "job_title": None}, telling=("name",)),
    ),
    leftovers=(
        Leftover(ConversationTurn, ConversationTurn.conversation_id, (Conversation.id, Conversation.created_by)),
        Leftover(Conversation, Conversation.created_by),
        Leftover(RunPart, RunPart.run_id, (ReportRun.id, ReportRun.user_id)),
        Leftover(ReportRun, ReportRun.user_id),
        Leftover(Notice, Notice.user_id),
        Leftover(EmployeeFile, EmployeeFile.employee_id, (Employee.id, Employee.user_id)),
        Leftover(EmployeePay, EmployeePay.employee_id, (Employee.id, Employee.user_id)),
    ),
    told=(Recipient.user_id, Delivery.user_id),
)
CUSTOMER = Person(
    "customer",
    (
        Record(Customer, Customer.id, {**_CONTACT, "city": None, "attributes": {}}, telling=_TELLING),
        Record(PartyAddress, PartyAddress.party_id, _ADDRESS),
    ),
)
SUPPLIER = Person(
    "supplier",
    (
        Record(Supplier, Supplier.id, _CONTACT, telling=_TELLING),
        Record(PartyAddress, PartyAddress.party_id, _ADDRESS),
        Record(
            SupplierBankAccount,
            SupplierBankAccount.supplier_id,
            {"iban": PSEUDONYM, "bic": None},
            telling=("iban",),
        ),
    ),
)
PERSONS: Mapping[str, Person] = {person.kind: person for person in (USER, CUSTOMER, SUPPLIER)}
