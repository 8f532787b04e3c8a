"""The marts as named sources: columns, load and owner of each, and its rows as the asker may see them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from sqlglot import exp

from olap.asker import Asker
from olap.engines.base import Snapshot, Version
from olap.marts import check_readable, list_marts
from olap.policies import mart_query, visible_columns
from olap.service import Numbers
from reports.sources.places import Found, Kind, cell, kind_of

SHARED_OWNER = "data"
"""Who answers for the dimensions that all areas share."""


@dataclass(frozen=True)
class MartSource:
    """A mart as a reader of the list of sources meets it."""

    name: str
    owner: str
    columns: Mapping[str, Kind]


def mart_sources(numbers: Numbers, asker: Asker) -> tuple[list[MartSource], Version]:
    """The marts that an asker may read, and the load that they come from."""
    owners = _owners(numbers)
    found = [
        MartSource(each.name, owners.get(each.name, SHARED_OWNER), {name: kind_of(kind) for name, kind in each.columns})
        for each in list_marts(numbers, asker)
    ]
    return found, numbers.engine.version()


def is_mart(numbers: Numbers, name: str, asker: Asker) -> bool:
    """Whether a mart of this name is published."""
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        return name in snapshot.columns


def owner_of(numbers: Numbers, mart: str) -> str:
    """Who answers for a mart."""
    return _owners(numbers).get(mart, SHARED_OWNER)


def _owners(numbers: Numbers) -> dict[str, str]:
    """The owner of a mart is that of the metrics told from it."""
    manifest = numbers.vocabularies.current().manifest
    return {
        manifest.models[each.model].mart: each.owner for each in manifest.metrics.values() if each.model and each.owner
    }


class MartPlace:
    """One mart, restricted to the rows and columns that an asker may see, at one version."""

    def __init__(self, numbers: Numbers, mart: str, asker: Asker) -> None:
        """Check first.  Raises: UnknownMart, MartForbidden."""
        check_readable(numbers, mart, asker)
        self._numbers, self._mart, self._asker = numbers, mart, asker
        self._held = ExitStack()
        self._snapshot: Snapshot = self._held.enter_context(numbers.engine.snapshot(asker.tenant_id))

    @property
    def version(self) -> Version:
        """The load that the rows come from."""
        return self._snapshot.version

    def close(self) -> None:
        """Let the version go."""
        self._held.close()

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """The columns that are not hidden from the asker."""
        columns = self._snapshot.columns[self._mart]
        return {
            self._mart: {name: kind_of(columns[name]) for name in visible_columns(self._mart, columns, self._asker)}
        }

    def relation(self, table: str) -> exp.Table:
        """The mart by its name; `read` puts the asker's rows in its place."""
        return exp.table_(exp.to_identifier(table, quoted=True))

    def read(self, query: exp.Query, limit: int) -> Found:
        """The first rows of a query over the asker's rows.  Raises: NumbersUnavailable, QueryTimedOut, QueryInvalid."""
        snapshot = self._snapshot
        seen = mart_query(self._mart, self._asker, marts=snapshot.columns, relation=snapshot.relation)
        for table in list(query.find_all(exp.Table)):
            alias = exp.TableAlias(this=exp.to_identifier(self._mart, quoted=True))
            table.replace(exp.Subquery(this=seen.copy(), alias=alias))
        statement = self._numbers.engine.written(query.limit(limit + 1) if isinstance(query, exp.Select) else query)
        answer = snapshot.fetch(statement)
        columns = [(name, kind_of(kind)) for name, kind in zip(answer.names, answer.types, strict=True)]
        rows = [tuple(cell(value) for value in row) for row in answer.rows]
        return Found(tuple(columns), rows[:limit], len(rows) > limit, statement)
