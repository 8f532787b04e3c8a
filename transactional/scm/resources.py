"""The declared records about whom we deal with."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.resource import READ_ONLY, Alike, Change, Resource, Verb
from transactional.kernel.session import Session
from transactional.kernel.trees import inherited
from transactional.organization.checks import check_currencies, range_problems
from transactional.scm.checks import bank_account_problems, party_problems, payment_term_problems
from transactional.scm.models import (
    Customer,
    CustomerCategory,
    CustomerGrade,
    GradingRule,
    PartyAddress,
    PartyContact,
    PaymentTerm,
    Region,
    SalesAssignment,
    ShipMethod,
    Supplier,
    SupplierBankAccount,
    SupplierCategory,
)


def _default_terms(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """A new supplier takes the payment terms of its category, or of the nearest above, where none are given."""
    wanting = [
        each
        for each in changes
        if each.before is None and not each.value("payment_term_id") and each.value("category_id")
    ]
    categories = read_all(session, SupplierCategory) if wanting else {}
    for each in wanting:
        terms = inherited(categories, each.value("category_id"), "payment_term_id")
        if terms:
            each.values["payment_term_id"] = terms
    return ()


def _name_proposer(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Whoever changes an account proposes it; one that stays as it is keeps its approval."""
    for each in (each for each in changes if each.before is None or any(map(each.changes, each.values))):
        each.values.update(
            {"state": "proposed", "proposed_by": session.principal.user_id, "approved_by": None, "approved_at": None}
        )
    return ()


def _party_exists(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    models: dict[str, type[Any]] = {"customer": Customer, "supplier": Supplier}
    for kind, model in models.items():
        ids = {each.value("party_id") for each in changes if each.value("party_kind") == kind}
        known: set[Any] = set(session.scalars(select(model.id).where(model.id.in_(ids)))) if ids else set()
        for position, each in enumerate(changes):
            if each.value("party_kind") == kind and each.value("party_id") not in known:
                yield position, FieldProblem("party_id", f"there is no such {kind}", "unknown_reference")


_TAX_CLASSES = {"tax_class": ("finance.tax_codes", "party_tax_class")}
REGIONS = Resource(module="scm", plural="regions", thing="region", model=Region, label="Region", parent="parent_id")
PAYMENT_TERMS = Resource(
    module="scm",
    plural="payment-terms",
    thing="payment_term",
    model=PaymentTerm,
    label="Payment terms",
    validate=payment_term_problems,
)
SHIP_METHODS = Resource(module="scm", plural="ship-methods", thing="ship_method", model=ShipMethod, label="Ship method")
SALES_ASSIGNMENTS = Resource(
    module="scm",
    plural="sales-assignments",
    thing="sales_assignment",
    model=SalesAssignment,
    label="Region of a salesperson",
    key=("employee_id", "region_id", "starts_on"),
    search=(),
    sort="-starts_on",
    create_only=("employee_id", "region_id", "starts_on"),
    validate=range_problems,
)
SUPPLIER_CATEGORIES = Resource(
    module="scm",
    plural="supplier-categories",
    thing="supplier_category",
    model=SupplierCategory,
    label="Supplier category",
    parent="parent_id",
)
SUPPLIERS = Resource(
    module="scm",
    plural="suppliers",
    thing="supplier",
    model=Supplier,
    label="Supplier",
    search=("code", "name", "tax_number", "email"),
    completed=("category_id", "payment_term_id", "tax_class"),
    alike=Alike(same=("tax_number",)),
    words=_TAX_CLASSES,
    validate=party_problems,
    prepare=(check_currencies, _default_terms),
    kept_by=(("finance.invoices", "party_id"), ("finance.payments", "party_id")),
)
SUPPLIER_BANK_ACCOUNTS = Resource(
    module="scm",
    plural="supplier-bank-accounts",
    thing="supplier_bank_account",
    model=SupplierBankAccount,
    label="Supplier's bank account",
    key=("supplier_id", "iban"),
    search=("iban", "bic"),
    read_only=("state", "proposed_by", "approved_by", "approved_at"),
    create_only=("supplier_id",),
    validate=bank_account_problems,
    prepare=(_name_proposer,),
    verbs=(Verb("approve", "From now on the supplier is paid to this account.", ("proposed",)),),
)
CUSTOMER_CATEGORIES = Resource(
    module="scm",
    plural="customer-categories",
    thing="customer_category",
    model=CustomerCategory,
    label="Customer category",
    parent="parent_id",
)
CUSTOMERS = Resource(
    module="scm",
    plural="customers",
    thing="customer",
    model=Customer,
    label="Customer",
    parent="head_id",
    search=("code", "name", "tax_number", "city", "email"),
    read_only=("grade", "grade_limit_amount", "merged_into_id"),
    completed=("category_id", "region_id", "payment_term_id", "salesperson_id", "tax_class"),
    alike=Alike(same=("tax_number",), near="city"),
    points={"price_list_id": "catalog.price_lists"},
    words=_TAX_CLASSES,
    validate=party_problems,
    prepare=(check_currencies,),
    kept_by=(("finance.invoices", "party_id"), ("finance.payments", "party_id")),
    verbs=(Verb("merge", "Documents keep their customer; new ones go to the other one."),),
)
GRADING_RULES = Resource(
    module="scm",
    plural="grading-rules",
    thing="grading_rule",
    model=GradingRule,
    label="Grading rule",
    key=("grade",),
    search=("grade",),
    sort="grade",
    # Written as a set, for it has to leave no customer without a grade.
    actions=READ_ONLY,
)
CUSTOMER_GRADES = Resource(
    module="scm",
    plural="customer-grades",
    thing="customer_grade",
    model=CustomerGrade,
    label="Customer grade",
    key=("customer_id", "graded_on"),
    search=("grade",),
    sort="-graded_on",
    actions=READ_ONLY,
)
ADDRESSES = Resource(
    module="scm",
    plural="addresses",
    thing="address",
    model=PartyAddress,
    label="Address",
    key=("party_id", "purpose", "line1"),
    search=("line1", "city", "postal_code"),
    create_only=("party_kind", "party_id"),
    prepare=(_party_exists,),
)
CONTACTS = Resource(
    module="scm",
    plural="contacts",
    thing="contact",
    model=PartyContact,
    label="Contact",
    key=("party_id", "name"),
    search=("name", "role", "email", "phone"),
    sort="name",
    create_only=("party_kind", "party_id"),
    prepare=(_party_exists,),
)
RESOURCES = (
    REGIONS,
    PAYMENT_TERMS,
    SHIP_METHODS,
    SALES_ASSIGNMENTS,
    SUPPLIER_CATEGORIES,
    SUPPLIERS,
    SUPPLIER_BANK_ACCOUNTS,
    CUSTOMER_CATEGORIES,
    CUSTOMERS,
    CUSTOMER_GRADES,
    GRADING_RULES,
    ADDRESSES,
    CONTACTS,
)
