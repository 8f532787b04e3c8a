"""Items as vectors, kept in step with what was landed: made anew where an item's words or the model have changed.

A vector goes with its item, by the database. What is landed says which items to look at; after a start all are looked
at, by the hash of their words: whatever was missed, or made by another model, is found then.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from ai.embeddings.choosing import embedder_for
from ai.embeddings.embedders import Embedder
from ai.models.endpoint import ModelFailed
from runtime.settings import DatabaseRole, Settings

log = logging.getLogger("pipelines.item_vectors")

LOOK_SECONDS = 2.0
RETRY_SECONDS_MAX = 60.0
ITEMS_AT_ONCE = 500
"""So many are embedded and kept in one step; a step takes a fraction of a second with our own n-grams."""
_BEGINNING = UUID(int=0)
_IS_LANDED = "select to_regclass('raw.items') is not null and to_regclass('raw.load_cursor') is not null"
_LANDED = "select batch_id from raw.load_cursor"
_CATEGORIES_CHANGED = "select exists (select from raw.item_categories where _batch_id > %s)"
# Words that stand for an item: its code and name, its category with those above, what tells it from its like.
_STALE = """
    with recursive trails (tenant_id, id, trail) as (
        select tenant_id, id, name::text from raw.item_categories where parent_id is null
        union all
        select below.tenant_id, below.id, trails.trail || ' / ' || below.name
        from raw.item_categories as below
        inner join trails on below.tenant_id = trails.tenant_id and below.parent_id = trails.id
    ),
    told as (
        select
            items.tenant_id,
            items.id,
            concat_ws(E'\\n', items.code || ' ' || items.name, trails.trail, facts.told) as words
        from raw.items
        left join trails on items.tenant_id = trails.tenant_id and items.category_id = trails.id
        left join lateral (
            select string_agg(each.key || ': ' || each.value, '; ' order by each.key) as told
            from jsonb_each_text(
                case when jsonb_typeof(items.attributes) = 'object' then items.attributes else '{}' end
            ) as each
        ) as facts on true
        where items._batch_id > %(since)s and (items.tenant_id, items.id) > (%(tenant)s, %(item)s)
    )
    select told.tenant_id, told.id, told.words, md5(told.words) as hash
    from told
    left join assistant.item_vectors as known on told.tenant_id = known.tenant_id and told.id = known.item_id
    where known.words_hash is distinct from md5(told.words) or known.embedding_name is distinct from %(model)s
    order by told.tenant_id, told.id
    limit %(limit)s
"""
_KEEP = "select assistant.keep_item_vectors(%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class _Item:
    tenant_id: UUID
    id: UUID
    words: str
    hash: str


class ItemVectors:
    """The vectors of all tenants' items, up to a landed batch. To be used by one thread only."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        """Nothing is looked at yet; `embedder` is a test's own."""
        self._settings = settings
        self._embedder = embedder or embedder_for(settings)
        self._seen_batch = 0

    def look(self) -> int:
        """How many vectors were made, all that what was landed asks for.

        Raises: ModelFailed where the model is an address that fails, psycopg.Error; the next look begins again then.
        """
        url = self._settings.database_url(DatabaseRole.WAREHOUSE)
        with psycopg.connect(url, autocommit=True, application_name="qooerp item vectors") as connection:
            landed = _value(connection, _LANDED) if _value(connection, _IS_LANDED) else None
            if landed is None or landed == self._seen_batch:
                return 0
            # A category's name is among the words of its items; of what is new, all is looked at.
            is_all = landed < self._seen_batch or _value(connection, _CATEGORIES_CHANGED, self._seen_batch)
            made = self._make(connection, since=0 if is_all else self._seen_batch)
        self._seen_batch = landed
        return made

    def _make(self, connection: psycopg.Connection, *, since: int) -> int:
        made, tenant, item = 0, _BEGINNING, _BEGINNING
        while stale := self._stale(connection, since, tenant, item):
            made += self._embed(connection, stale)
            tenant, item = stale[-1].tenant_id, stale[-1].id
        return made

    def _stale(self, connection: psycopg.Connection, since: int, tenant: UUID, item: UUID) -> list[_Item]:
        given = {"since": since, "tenant": tenant, "item": item, "model": self._embedder.name, "limit": ITEMS_AT_ONCE}
        with connection.cursor(row_factory=class_row(_Item)) as cursor:
            return cursor.execute(_STALE, given).fetchall()

    def _embed(self, connection: psycopg.Connection, stale: Sequence[_Item]) -> int:
        vectors = [_text(vector) for vector in self._embedder.embed([each.words for each in stale])]
        kept = 0
        pairs = zip(stale, vectors, strict=True)
        for tenant, of_tenant in groupby(pairs, key=lambda pair: pair[0].tenant_id):
            items, texts = zip(*of_tenant, strict=True)
            ids, hashes = [each.id for each in items], [each.hash for each in items]
            kept += _value(connection, _KEEP, tenant, self._embedder.name, ids, hashes, list(texts)) or 0
        return kept


def _text(vector: Sequence[float]) -> str | None:
    """A vector as the database reads it; one of no length has no direction and is none."""
    return f"[{','.join(map(str, vector))}]" if any(vector) else None


def _value(connection: psycopg.Connection, statement: str, *given: object) -> int | None:
    row = connection.execute(statement.encode(), given).fetchone()
    return row[0] if row else None


class ItemVectorKeeper(threading.Thread):
    """Keeps the vectors of items beside whatever else the process does, until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened before it runs."""
        super().__init__(name="item vectors", daemon=True)
        self._vectors = ItemVectors(settings)
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """End after the look at hand."""
        self._stop_asked.set()

    def run(self) -> None:
        """Look after look. What goes wrong is logged and tried again, later each time in a row."""
        pause = LOOK_SECONDS
        while not self._stop_asked.wait(pause):
            try:
                made = self._vectors.look()
            except psycopg.OperationalError as error:
                log.warning("database unreachable", extra={"reason": str(error)})
            except ModelFailed as failure:
                log.warning("items have no vectors yet", extra={"reason": str(failure)})
            except Exception:
                log.exception("making vectors failed")
            else:
                pause = LOOK_SECONDS
                if made:
                    log.info("vectors of items made", extra={"items": made})
                continue
            pause = min(pause * 2, RETRY_SECONDS_MAX)
