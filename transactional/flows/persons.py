"""Where the data of natural persons stands: users, employees, customers and suppliers who are people, contacts.

One declaration serves both the export, which tells a person everything, and the erasure, which replaces it. Which
columns are personal is declared with the tables themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from transactional.assistant.models import Conversation, ConversationTurn
from transactional.identity.models import User
from transactional.kernel.session import Session
from transactional.organization.models import Employee
from transactional.organization.personnel_models import EmployeeAssignment, EmployeeFile, EmployeePay, SalesQuota
from transactional.report.models import Notice, ReportRun, RunPart
from transactional.scm.models import (
    Customer,
    PartyAddress,
    PartyContact,
    SalesAssignment,
    Supplier,
    SupplierBankAccount,
)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A table that holds facts about a person: which rows are whose. They stay, without their personal columns."""

    model: type[Any]
    of: InstrumentedAttribute[Any]
    ended: Mapping[str, Any] = field(default_factory=dict)
    """Columns that are set and whose past stays: they say nothing of the person."""


@dataclass(frozen=True, slots=True, eq=False)
class Owned:
    """Rows that belong to a person; `through` is the table that says whose, where this one does not."""

    model: type[Any]
    of: InstrumentedAttribute[Any]
    through: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]] | None = None
    """The id that `of` names, and the column of its table that names the person."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A kind of person."""

    kind: str
    records: tuple[Record, ...]
    leftovers: tuple[Owned, ...] = ()
    """Rows that are only the person's: they go."""
    told: tuple[Owned, ...] = ()
    """Rows that are told, and stay for others' sake: they say nothing of a person whose name is gone."""


_ENDED: Mapping[str, Any] = {"is_active": False}
_FILES: tuple[tuple[type[Any], InstrumentedAttribute[Any]], ...] = (
    (EmployeeFile, EmployeeFile.employee_id),
    (EmployeePay, EmployeePay.employee_id),
)
_PLACES: tuple[tuple[type[Any], InstrumentedAttribute[Any]], ...] = (
    (EmployeeAssignment, EmployeeAssignment.employee_id),
    (SalesQuota, SalesQuota.employee_id),
    (SalesAssignment, SalesAssignment.employee_id),
)
_AS_USER = (Employee.id, Employee.user_id)
USER = Person(
    "user",
    (Record(User, User.id, _ENDED), Record(Employee, Employee.user_id, _ENDED)),
    leftovers=(
        Owned(ConversationTurn, ConversationTurn.conversation_id, (Conversation.id, Conversation.created_by)),
        Owned(Conversation, Conversation.created_by),
        Owned(RunPart, RunPart.run_id, (ReportRun.id, ReportRun.user_id)),
        Owned(ReportRun, ReportRun.user_id),
        Owned(Notice, Notice.user_id),
        *(Owned(model, of, _AS_USER) for model, of in _FILES),
    ),
    told=tuple(Owned(model, of, _AS_USER) for model, of in _PLACES),
)
EMPLOYEE = Person(
    "employee",
    (Record(Employee, Employee.id, _ENDED),),
    leftovers=tuple(Owned(model, of) for model, of in _FILES),
    told=tuple(Owned(model, of) for model, of in _PLACES),
)
_AT_PARTY = (Record(PartyAddress, PartyAddress.party_id), Record(PartyContact, PartyContact.party_id, _ENDED))
CUSTOMER = Person("customer", (Record(Customer, Customer.id, _ENDED), *_AT_PARTY))
SUPPLIER = Person(
    "supplier",
    (
        Record(Supplier, Supplier.id, _ENDED),
        *_AT_PARTY,
        Record(SupplierBankAccount, SupplierBankAccount.supplier_id),
    ),
)
CONTACT = Person("contact", (Record(PartyContact, PartyContact.id, _ENDED),))
PERSONS: Mapping[str, Person] = {person.kind: person for person in (USER, EMPLOYEE, CUSTOMER, SUPPLIER, CONTACT)}


def whole_person(session: Session, kind: str, subject_id: UUID) -> tuple[Person, UUID]:
    """A person and whose id it goes by: an employee who signs in is told and forgotten as the user."""
    if kind == EMPLOYEE.kind:
        user_id = session.scalars(select(Employee.user_id).where(Employee.id == subject_id)).one_or_none()
        if user_id is not None:
            return USER, user_id
    return PERSONS[kind], subject_id


def of_person(owned: Owned, subject_id: UUID) -> ColumnElement[bool]:
    """Whether a row belongs to a person."""
    if owned.through is None:
        return owned.of == subject_id
    identity, owner = owned.through
    return owned.of.in_(select(identity).where(owner == subject_id))
