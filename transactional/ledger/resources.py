"""The declared records of the ledger."""

from collections.abc import Iterable, Sequence

from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.reference import read_all
from transactional.kernel.resource import ALL_ACTIONS, READ_ONLY, Change, Lines, Resource, Verb
from transactional.kernel.session import Session
from transactional.ledger.account_tree import check_parents
from transactional.ledger.manual_lines import check_amounts
from transactional.ledger.models import (
    Account,
    AccountMapping,
    FiscalYear,
    JournalEntry,
    JournalLine,
    ManualEntry,
    ManualEntryLine,
    Period,
    StatementTemplate,
)
from transactional.ledger.postings import Journal
from transactional.ledger.roles import check_controls, check_mapping_unused, check_mappings
from transactional.ledger.statement_templates import read_rows, unknown_accounts
from transactional.organization.checks import check_currencies


def _account_problems(change: Change) -> Iterable[FieldProblem]:
    if change.value("is_control") and change.value("is_posting") is False:
        yield FieldProblem("is_control", "makes no sense for an account that takes no postings", "contradiction")
    if change.value("is_cash_box") and (change.value("is_posting") is False or change.value("type") != "asset"):
        yield FieldProblem(
            "is_cash_box", "makes sense for an account of type asset that takes postings", "contradiction"
        )


def _template_problems(change: Change) -> Iterable[FieldProblem]:
    return read_rows(change.value("rows"))[1]


def _check_accounts(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Accounts of templates that no company has, with the position of the template."""
    asked = [(position, change) for position, change in enumerate(changes) if change.changes("rows")]
    codes = {account.code for account in read_all(session, Account).values()} if asked else set()
    for position, change in asked:
        rows, _ = read_rows(change.value("rows"))
        for problem in unknown_accounts(rows, codes):
            yield position, problem


_MAPPED = ("ledger.account_mappings", "account_id")
_OF_ASSETS = ("finance.asset_classes", "account_id")
ACCOUNTS = Resource(
    module="finance",
    plural="accounts",
    thing="account",
    model=Account,
    label="Account",
    key=("company_id", "code"),
    search=("code", "name", "statement_line"),
    parent="parent_id",
    owner=Owner(company="company_id"),
    create_only=("company_id",),
    validate=_account_problems,
    prepare=(check_currencies, check_parents, check_controls),
    frozen_by={
        "is_posting": (("ledger.journal_lines", "account_id"), ("ledger.accounts", "parent_id"), _MAPPED, _OF_ASSETS),
        "type": (("ledger.journal_lines", "account_id"), _MAPPED, _OF_ASSETS),
        "currency_code": (("ledger.journal_lines", "account_id"), _OF_ASSETS),
    },
)
STATEMENT_TEMPLATES = Resource(
    module="finance",
    plural="statement-templates",
    thing="statement_template",
    model=StatementTemplate,
    label="Statement template",
    validate=_template_problems,
    prepare=(_check_accounts,),
)
ACCOUNT_MAPPINGS = Resource(
    module="finance",
    plural="account-mappings",
    thing="account_mapping",
    model=AccountMapping,
    label="Account mapping",
    key=("company_id", "role", "item_category_id", "warehouse_id", "supplier_category_id"),
    search=("role",),
    owner=Owner(company="company_id"),
    create_only=("company_id", "role"),
    prepare=(check_mappings,),
    deleting=check_mapping_unused,
)
FISCAL_YEARS = Resource(
    module="finance",
    plural="fiscal-years",
    thing="fiscal_year",
    model=FiscalYear,
    label="Fiscal year",
    key=("company_id", "code"),
    search=("code",),
    owner=Owner(company="company_id"),
    # A year comes with its periods: opened by a verb.
    actions=frozenset({"create", "import"}),
)
PERIODS = Resource(
    module="finance",
    plural="periods",
    thing="period",
    model=Period,
    label="Period",
    key=("company_id", "starts_on"),
    search=(),
    sort="starts_on",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
    verbs=(
        Verb(
            "revalue", "Open items and bank accounts are taken to the closing rate, and back the day after.", ("open",)
        ),
        Verb("depreciate", "Every asset in service loses its share of the period, once.", ("open",)),
        Verb("close", "Nothing can be posted into the period any more.", ("open",)),
        Verb("reopen", "The period takes postings again.", ("closed",)),
    ),
)
JOURNAL_ENTRIES = Resource(
    module="finance",
    plural="journal-entries",
    thing="journal_entry",
    model=JournalEntry,
    label="Journal entry",
    key=("company_id", "journal", "fiscal_year", "number"),
    search=("description", "journal"),
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
    lines=(
        Lines(
            "lines",
            JournalLine,
            "entry_id",
            seen_by={"cost_centre_id": ("cost_centre", "organization.cost_centres")},
        ),
    ),
    # What goods cost stands in what their moves post; without the amounts an entry would be none.
    telling={"item.cost": ("journal", (Journal.INVENTORY.value,))},
    verbs=(Verb("reverse", "Posts the mirror image, dated on the day you choose."),),
)
MANUAL_ENTRIES = Resource(
    module="finance",
    plural="manual-entries",
    thing="manual_entry",
    model=ManualEntry,
    label="Manual entry",
    key=("number",),
    search=("number", "description"),
    sort="-id",
    actions=ALL_ACTIONS,
    read_only=("number", "state", "budget_warning"),
    owner=Owner(company="company_id", authors=("created_by",)),
    lines=(Lines("lines", ManualEntryLine, "manual_entry_id"),),
    completed=("lines/account_id", "lines/cost_centre_id"),
    lines_are_written=True,
    prepare_lines=check_amounts,
    editable_states=("draft",),
    verbs=(Verb("post", "Posts the lines to the ledger; they cannot be changed afterwards.", ("draft",)),),
    has_postings=True,
)
RESOURCES = (
    ACCOUNTS,
    STATEMENT_TEMPLATES,
    ACCOUNT_MAPPINGS,
    FISCAL_YEARS,
    PERIODS,
    JOURNAL_ENTRIES,
    MANUAL_ENTRIES,
)
