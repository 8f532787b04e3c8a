"""The tables and columns promised to the warehouse, derived from the models.

Whatever is not promised here never leaves the operational schemas: keys, sessions, password hashes and the guard rows
that concurrent writers queue at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Column as ModelColumn
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import ARRAY, TypeEngine

from transactional.kernel.model import is_append_only, is_guard
from transactional.registry import METADATA

EXTRACTION_MARK = "row_xid"
TOMBSTONES = "kernel.tombstones"
INTERNAL = frozenset(
    # Besides the rows that writers queue at (`is_guard`).
    {
        # Answers once given to a key: they hold whole responses.
        "kernel.idempotency_keys",
        # Of the moment.
        "kernel.rate_buckets",
        # Ways in: hashes, devices, addresses.
        "identity.accounts",
        "identity.erasures",
        "identity.memberships",
        "identity.sessions",
        "identity.sign_in_attempts",
        "identity.roles",
        "identity.user_roles",
        # How accounts are laid out in a statement says nothing of them.
        "ledger.statement_templates",
        # What is shown and sent of the figures is none of them; links are kept as hashes.
        "report.alert_breaches",
        "report.alert_checks",
        "report.alert_rule_versions",
        "report.alert_rules",
        "report.dashboards",
        "report.data_source_secrets",
        "report.data_sources",
        "report.deliveries",
        "report.notices",
        "report.notify_settings",
        "report.report_run_parts",
        "report.report_runs",
        "report.report_shares",
        "report.report_versions",
        "report.reports",
        "report.subscription_recipients",
        "report.subscriptions",
        "report.webhook_endpoints",
        # What the watchman says of the marts: landed again, each look would bring the next.
        "watch.incidents",
        "watch.findings",
        "watch.incident_events",
        "watch.incident_mutes",
        "watch.held_invoices",
        "watch.forecasts",
        "watch.watch_policies",
        "watch.watch_runs",
        # Whom one calls is for those who call.
        "scm.party_contacts",
        # What users ask is theirs; words for figures are no figures.
        "assistant.assistant_terms",
        "assistant.completion_rules",
        "assistant.conversations",
        "assistant.conversation_turns",
        "assistant.item_vectors",
        "assistant.knowledge_documents",
        "assistant.knowledge_pieces",
        "assistant.model_calls",
        "assistant.service_requests",
    }
)
WITHHELD: Mapping[str, frozenset[str]] = {
    # Who signed in and whether it worked is promised; where from and on which device is not.
    "identity.logins": frozenset({"address", "agent"}),
}
"""Columns of promised tables that stay in the operational schemas."""
MASTERS_WITH_HISTORY = (
    "catalog.item_categories",
    "catalog.items",
    "organization.employees",
    "organization.units",
    "scm.customer_categories",
    "scm.customers",
    "scm.regions",
    "scm.supplier_categories",
    "scm.suppliers",
)
"""Records whose attributes are asked for as they were then; their audit records are promised, no others."""


@dataclass(frozen=True, slots=True)
class PromisedColumn:
    """A column with its PostgreSQL type as `format_type` spells it."""

    name: str
    pg_type: str


@dataclass(frozen=True, slots=True)
class PromisedTable:
    """A table whose committed rows reach the warehouse.

    `extracted_by` is the column that carries the writing transaction; None for a small table outside tenants that is
    compared as a whole. `only` is a condition on the rows promised.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[PromisedColumn, ...]
    is_append_only: bool
    extracted_by: str | None
    only: str | None = None

    @property
    def source(self) -> str:
        """The operational table, `<schema>.<name>`."""
        return f"{self.schema}.{self.name}"


@cache
def promised_tables() -> tuple[PromisedTable, ...]:
    """Every promised table, in the order of creation: a row's references come before it."""
    return tuple(
        _promise(table) for table in METADATA.sorted_tables if not (table.fullname in INTERNAL or is_guard(table))
    )


def promised_table(name: str) -> PromisedTable:
    """The promised table of this bare name.  Raises: KeyError."""
    return {table.name: table for table in promised_tables()}[name]


def _promise(table: Table) -> PromisedTable:
    return PromisedTable(
        schema=str(table.schema),
        name=table.name,
        key=_key(table),
        columns=tuple(_column(column) for column in _told(table)),
        is_append_only=is_append_only(table),
        extracted_by=EXTRACTION_MARK if EXTRACTION_MARK in table.c else None,
        only=_condition(table),
    )


def _told(table: Table) -> list[ModelColumn[object]]:
    withheld = WITHHELD.get(table.fullname, frozenset())
    return [column for column in table.columns if column.name != EXTRACTION_MARK and column.name not in withheld]


def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _condition(table: Table) -> str | None:
    if table.fullname == "platform.daily_latencies":
        return "kind = 'route'"
    if table.fullname != "kernel.audit_log":
        return None
    listed = ", ".join(f"'{name}'" for name in MASTERS_WITH_HISTORY)
    return f"table_name in ({listed})"


def _column(column: ModelColumn[object]) -> PromisedColumn:
    return PromisedColumn(column.name, _spelled(column.type))


def _spelled(kind: TypeEngine[object]) -> str:
    if isinstance(kind, ARRAY):
        return f"{_spelled(kind.item_type)}[]"
    compiled = kind.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call]
    return compiled.replace("varchar", "character varying").replace(", ", ",")
