"""The invariants of the books as SQL: what they should be, what they are, wherever the two differ.

I1 debits = credits, I2 balances = sum of their lines, I3 stock ledger = inventory accounts on every day, I4 no stock
below zero at any point, I5 subledgers = control accounts, I6 numbers without gap, I7 nothing in closed periods, I8
postings and documents belong together, I9 parts add up to the whole, I10 the hash chain holds.
Each statement reads whatever the connection may see: one tenant behind row security, all of them as the warehouse role.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, orm, text
from sqlalchemy.engine import make_url

from runtime.settings import Settings
from transactional.anchors import Anchor, keep_anchors, read_anchors
from transactional.kernel.session import Session
from transactional.ledger.verify import verify_chain

_SEPARATOR = "-- check: "


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    invariant: str
    tenant_id: UUID
    what: str
    expected: str
    found: str
    company_id: UUID | None = None
    """Whose books it is in, where the check tells."""

    def __str__(self) -> str:
        """The finding in one line."""
        where = f"tenant {self.tenant_id}" + (f", company {self.company_id}" if self.company_id else "")
        return f"{self.invariant} {self.what}: expected {self.expected}, found {self.found} ({where})"


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that returns tenant, what, expected, found and, where it can tell, company of each breach."""

    invariant: str
    title: str
    sql: str


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, in the order of `checks.sql`."""
    content = resources.files("transactional").joinpath("checks.sql").read_text(encoding="utf-8")
    return tuple(_check(part) for part in content.split(_SEPARATOR)[1:])


def _check(part: str) -> Check:
    heading, _, sql = part.partition("\n")
    invariant, _, title = heading.partition(" ")
    return Check(invariant, title, sql)


def check_company(session: Session, company_id: UUID, invariants: Iterable[str]) -> list[Finding]:
    """What is wrong in the books of one company, or in what belongs to no company alone."""
    return [each for each in check_tenant(session, invariants) if each.company_id in {None, company_id}]


def check_tenant(session: Session, invariants: Iterable[str] | None = None) -> list[Finding]:
    """What is wrong in the session's tenant, by all invariants or those named; empty where all holds."""
    wanted = frozenset(invariants) if invariants is not None else None
    return _run(session, wanted) + (_chains(session) if wanted is None or "I10" in wanted else [])


def run_checks(settings: Settings) -> list[Finding]:
    """What is wrong in any tenant; empty where all holds.  Reads as the warehouse role, in one snapshot.

    Compares the ends of the hash chains with those remembered outside the database, and remembers them anew where no
    chain is broken.  Raises: AnchorsForged.
    """
    anchors = read_anchors(settings)
    engine = create_engine(make_url(settings.database_url("warehouse")).set(drivername="postgresql+psycopg"))
    try:
        with orm.Session(engine) as session:
            session.execute(text("set transaction isolation level repeatable read, read only"))
            broken = _chains(session, anchors)
            findings = _run(session, None) + broken
            ends = {} if broken else _ends(session)
    finally:
        engine.dispose()
    if ends:
        keep_anchors(settings, ends)
    return findings


def _run(session: orm.Session, invariants: frozenset[str] | None) -> list[Finding]:
    findings = []
    for check in all_checks():
        if invariants is None or check.invariant in invariants:
            rows: Sequence[Any] = session.execute(text(check.sql)).all()
            findings += [
                Finding(check.invariant, row[0], f"{check.title}: {row[1]}", str(row[2]), str(row[3]), *row[4:])
                for row in rows
            ]
    return findings


def _ends(session: orm.Session) -> dict[UUID, Anchor]:
    heads: Sequence[Any] = session.execute(
        text("select company_id, chain_position, hash from ledger.ledger_heads")
    ).all()
    return {company_id: Anchor(position, end) for company_id, position, end in heads}


def _chains(session: orm.Session, anchors: Mapping[UUID, Anchor] | None = None) -> list[Finding]:
    known = {company_id: (anchor.chain_position, anchor.hash) for company_id, anchor in (anchors or {}).items()}
    heads: Sequence[Any] = session.execute(
        text("select tenant_id, company_id from ledger.ledger_heads order by tenant_id, company_id")
    ).all()
    return [
        Finding(
            "I10",
            tenant_id,
            f"hash chain of company {company_id} at position {broken.chain_position}",
            "an unbroken chain",
            f"entry {broken.entry_id} {broken.reason}",
        )
        for tenant_id, company_id in heads
        for broken in verify_chain(session, tenant_id, company_id, anchor=known.get(company_id))
    ]
