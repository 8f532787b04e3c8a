"""Whoever asked to be forgotten is looked for everywhere: operational tables, audit log, raw, marts, lake, logs.

The request has replaced the person's own records; what is left are texts in the records of others and in what was kept
of the past. Entries of the journal and moves of stock stay as they are, for the law wants them kept.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from pipelines.batches import LEADER, Pipeline
from pipelines.erased_files import erase_in_files
from pipelines.publish.lake import KEEP_SECONDS
from pipelines.spellings import any_spelling_of
from runtime.erased import Erased, keep_erased
from runtime.roles import OPERATIONAL_SCHEMAS
from runtime.settings import DatabaseRole, Settings
from seals.amending import NotAsSealed, amending
from seals.book import SealsForged

log = logging.getLogger("pipelines.erasures")

AUDIT_LOG, LANDED_LOG = "kernel.audit_log", "raw.audit_log"
ANSWERS = "kernel.idempotency_keys"
KEPT = frozenset({"journal_entries", "journal_lines", "stock_moves"})
"""The books: what the law wants kept, and what a hash chain holds together."""
_LAST = {AUDIT_LOG, LANDED_LOG}
"""Changing the records of others is audited: what tells of that is looked through last."""
_LOOK_SECONDS = 2.0
_OPEN = """
    select tenant_id, id, subject_kind, subject_id, pseudonym, account_id, texts, own_texts, past, state,
        coalesce(extract(epoch from now() - replaced_at), 0)::float as seconds_since
    from identity.erasures where state <> 'done' order by created_at, id
"""
_TABLES = """
    select relnamespace::regnamespace::text || '.' || relname, relname from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text = any(%s)
        and exists (select 1 from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id')
    order by 1
"""


class NotErased(RuntimeError):
    """A person's data was replaced in tables, and could not be published anew."""


class Past(TypedDict):
    """The person's own rows of a table, and what replaces each personal column of theirs."""

    rows: list[str]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenErasure:
    """An erasure that is not done."""

    tenant_id: UUID
    id: UUID
    subject_kind: str
    subject_id: UUID
    pseudonym: str
    account_id: UUID | None
    texts: Sequence[str]
    own_texts: Sequence[str]
    past: Mapping[str, Past]
    state: str
    seconds_since: float


class Eraser:
    """Carries out what was asked for, between two batches."""

    def __init__(self, settings: Settings, pipeline: Pipeline, *, keep_seconds: float = KEEP_SECONDS) -> None:
        """Older versions of marts are left to their readers for so long."""
        self._settings, self._pipeline, self._keep_seconds = settings, pipeline, keep_seconds
        self._looked_at = -_LOOK_SECONDS

    def look(self) -> None:
        """Do what is waiting. What goes wrong is logged and tried again at the next look."""
        if time.monotonic() - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        try:
            self.erase_waiting()
        except psycopg.OperationalError as error:
            log.warning("database unreachable", extra={"reason": str(error)})
        except (NotAsSealed, SealsForged, NotErased) as error:
            log.error("not erased", extra={"reason": str(error)})  # noqa: TRY400  # the reason says it all
        except Exception:
            log.exception("erasing failed")

    def erase_waiting(self) -> int:
        """How many erasures went a step further.  Raises: NotAsSealed, SealsForged, NotErased."""
        url = self._settings.database_url(DatabaseRole.WAREHOUSE)
        with psycopg.connect(url, autocommit=True, application_name="qooerp erasures") as connection:
            with connection.cursor(row_factory=class_row(OpenErasure)) as cursor:
                waiting = cursor.execute(_OPEN).fetchall()
            asked = [each for each in waiting if each.state == "asked"]
            if asked:
                self._replace(connection, asked)
            old = [each for each in waiting if each.state != "asked" and each.seconds_since >= self._keep_seconds]
            if old:
                self._forget(connection, old)
        return len(asked) + len(old)

    def _replace(self, connection: psycopg.Connection, asked: Sequence[OpenErasure]) -> None:
        # Before anything is replaced: whoever restores an older backup has to know of it.
        named = [
            Erased(erasure_id=e.id, tenant_id=e.tenant_id, subject_kind=e.subject_kind, subject_id=e.subject_id)
            for e in asked
        ]
        keep_erased(self._settings, named)
        places = {each.id: self._replace_in_tables(connection, each) for each in asked}
        # Marts are built from landed rows: built anew, they hold nothing else.
        report = self._pipeline.run(rebuild=True)
        if report is None or report.state != "published":
            raise NotErased(f"The marts could not be published anew: {report.error if report else 'nothing landed'}")
        for each in asked:
            places[each.id] |= erase_in_files(self._settings.home, each.texts)
            _settle(connection, each, "replaced", places[each.id])
            facts = {"tenant_id": str(each.tenant_id), "erasure_id": str(each.id)}
            log.info("person erased", extra=facts | {"places": sum(places[each.id].values())})

    def _replace_in_tables(self, connection: psycopg.Connection, erasure: OpenErasure) -> dict[str, int]:
        """How many rows were changed of each table."""
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [LEADER])
            with amending(self._settings, connection, AUDIT_LOG, reason=f"erasure {erasure.id}"):
                counted = _count(
                    connection.execute(
                        "select identity.erase_sign_ins(%s, %s, %s, %s)",
                        [erasure.tenant_id, erasure.subject_id, erasure.account_id, erasure.pseudonym],
                    )
                )
                places = {"identity.logins": counted}
                tables = list(_tables(connection))
                for table, count in _replace_facts(connection, erasure, tables):
                    places[table] = places.get(table, 0) + count
                for table in tables:
                    places[table] = places.get(table, 0) + _replace_in_table(connection, table, erasure)
        return {table: count for table, count in places.items() if count}

    def _forget(self, connection: psycopg.Connection, old: Sequence[OpenErasure]) -> None:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [LEADER])
            published = self._pipeline.publisher.published()
            lake = self._pipeline.publisher.lake
            if published is None or any(lake.version(mart) != number for mart, number in published.marts.items()):
                return
            files = lake.forget_past()
        for each in old:
            # Whatever was still being answered then has written its line by now.
            found = erase_in_files(self._settings.home, each.texts)
            _settle(connection, each, "done", {"lake": files, **found})


def _tables(connection: psycopg.Connection) -> Iterator[str]:
    found = connection.execute(_TABLES, [[*OPERATIONAL_SCHEMAS, "raw"]]).fetchall()
    names = [str(name) for name, bare in found if bare not in KEPT and name != "identity.erasures"]
    yield from sorted(names, key=lambda name: name in _LAST)


def _replace_facts(
    connection: psycopg.Connection, erasure: OpenErasure, tables: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """How many rows of the past, and of answers once given, lost what the records' tables declare as personal."""
    for source, past in erasure.past.items():
        rows, facts = past["rows"], Jsonb(past["facts"])
        given = [erasure.tenant_id, source, rows, facts]
        yield AUDIT_LOG, _count(connection.execute("select kernel.erase_facts(%s, %s, %s::text[], %s)", given))
        if LANDED_LOG in tables:
            landed = "select kernel.replace_facts(%s::regclass, %s, %s, %s::text[], %s)"
            yield LANDED_LOG, _count(connection.execute(landed, [LANDED_LOG, *given]))
        answers = "select kernel.erase_answers(%s, %s::text[], %s)"
        yield ANSWERS, _count(connection.execute(answers, [erasure.tenant_id, rows, facts]))


def _replace_in_table(connection: psycopg.Connection, table: str, erasure: OpenErasure) -> int:
    # Landed rows are the warehouse's own; others are changed by a function that only the warehouse may call.
    function = "kernel.replace_texts" if table.startswith("raw.") else "kernel.erase_texts"
    statement = f"select {function}(%s::regclass, %s, %s, %s, %s)".encode()
    given = [table, erasure.tenant_id]
    changed = 0
    own_rows = [UUID(each) for past in erasure.past.values() for each in past["rows"]]
    for texts, rows in ((erasure.texts, None), (erasure.own_texts, own_rows)):
        if texts and (rows is None or table in _LAST):
            changed += _count(connection.execute(statement, [*given, pattern_of(texts), erasure.pseudonym, rows]))
    return changed


def pattern_of(texts: Sequence[str]) -> str:
    """A regular expression of PostgreSQL that finds the texts as whole words, in JSON too."""
    return rf"(?<![[:alnum:]])(?:{any_spelling_of(texts)})(?![[:alnum:]])"


def _settle(connection: psycopg.Connection, erasure: OpenErasure, state: str, places: dict[str, int]) -> None:
    connection.execute(
        "select identity.settle_erasure(%s, %s, %s, %s)", [erasure.tenant_id, erasure.id, state, Jsonb(places)]
    )


def _count(cursor: psycopg.Cursor[Any]) -> int:
    row = cursor.fetchone()
    return int(row[0]) if row else 0
