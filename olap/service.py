"""A question in, figures with their evidence out: the whole way in the order in which it happens."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlglot import exp

from olap.access import check_access, left_out
from olap.asker import Asker
from olap.cache import Cache
from olap.calendars import (
    StartMonths,
    check_calendars,
    cut_by,
    fiscal_grain,
    grains_of,
    own_start_month,
    start_months,
)
from olap.checks import Checked, check, metric_of, order_name
from olap.comparison import aligned, compared_range
from olap.currencies import Currencies, currencies_of, ranges_of
from olap.engines.base import Answer, Engine, Snapshot, Version
from olap.errors import NotPublished, invalid
from olap.evidence import columns_of, definitions, described_filters
from olap.figures import figure, with_previous
from olap.members import check_members
from olap.plan import Request
from olap.policies import restrict
from olap.query import Cell, Evidence, Filter, Members, MetricQuery, Order, QueryResult, TimeRange, Value
from olap.restated import Restated, RestatedPeriod, none_restated, restated_in
from olap.vocabulary import MANIFEST, Vocabulary, VocabularyFile

CELLS_MAX = 250_000
CACHED_ROWS_MAX = 5_000
LASTING_KEPT = 4_096

T = TypeVar("T")
Row = dict[str, Cell]


@dataclass(frozen=True)
class Session:
    """One asker at one pinned version: everything that a statement needs."""

    vocabulary: Vocabulary
    snapshot: Snapshot
    asker: Asker
    today: date
    statements: dict[str, str]
    """The SQL of what was run, by purpose, for the evidence."""
    read: set[str] = field(default_factory=set)
    """The marts that were read or looked for, those behind the asker's row rules included."""
    start_months: list[int] = field(default_factory=list)
    """The month in which the fiscal years begin that periods are cut by; none where those of the mart of days do."""


@dataclass(frozen=True)
class _Lasting:
    """What was made, and the state of the marts that it was made from."""

    made: Any
    marts: frozenset[str]
    state: Hashable


class Numbers:
    """The metrics layer of one installation; safe to share between threads."""

    def __init__(
        self,
        engine: Engine,
        manifest: Path,
        *,
        today: Callable[[], date],
        cells_max: int = CELLS_MAX,
        restated: Restated = none_restated,
    ) -> None:
        """`manifest` is the semantic manifest or the folder that dbt writes it to."""
        path = manifest if manifest.suffix == ".json" else manifest / MANIFEST
        self.engine = engine
        self.vocabularies = VocabularyFile(path, engine.dialect)
        self.today = today
        self.cells_max = cells_max
        self.restated = restated
        self._results = Cache()
        self._answers = Cache()
        self._lasting = Cache(LASTING_KEPT)
        self._standing = Cache()

    def query(self, query: MetricQuery, asker: Asker, *, are_members_checked: bool = True) -> QueryResult:
        """The figures asked for.

        Raises: QueryInvalid naming every wrong part, MetricForbidden, FieldForbidden, NumbersUnavailable.
        """

        def make(session: Session) -> QueryResult:
            return self._asked(query, session, are_members_checked=are_members_checked)

        return self.remembered(query, asker, make, lambda result: len(result.rows) <= CACHED_ROWS_MAX)

    def answered_in(self, session: Session, query: MetricQuery) -> QueryResult:
        """The same from the version that a session looks at, whatever is published meanwhile.  Raises: as `query`."""
        own = replace(session, statements={}, read=set(), start_months=[])
        return self._asked(query, own, are_members_checked=True)

    def _asked(self, query: MetricQuery, session: Session, *, are_members_checked: bool) -> QueryResult:
        """The figures in a fresh session: those of an earlier version where no mart that they come from has changed.

        Raises: as `query`.
        """
        asker, vocabulary = session.asker, session.vocabulary
        key = ("standing", query, are_members_checked, asker.policy_hash, asker.locale, vocabulary.stamp, session.today)
        known: _Lasting | None = self._standing.get(key)
        if known is not None and known.state == session.snapshot.state(known.marts):
            made: tuple[Checked, QueryResult] = known.made
            checked, result = made
            session.statements.update(result.evidence.statements)
            session.read.update(known.marts)
            # What is told of the version, and which periods were opened again, is as of now.
            return replace(result, evidence=self.evidence(checked, session))
        checked = self.checked(query, session, are_members_checked=are_members_checked)
        result = self._answered(checked, session)
        if len(result.rows) <= CACHED_ROWS_MAX:
            marts = frozenset(session.read)
            self._standing.put(key, _Lasting((checked, result), marts, session.snapshot.state(marts)))
        return result

    def checked(self, query: MetricQuery, session: Session, *, are_members_checked: bool = True) -> Checked:
        """A question that means something and that the asker may ask.  Raises: as `query` does."""
        vocabulary, asker = session.vocabulary, session.asker
        checked = check(query, vocabulary.names, asker=asker, today=session.today)
        check_access(checked, vocabulary, asker)
        if grain := fiscal_grain(grains_of(checked), vocabulary):
            check_calendars(self.keep_calendar(session, query.where), grain, "time/grain")
        if are_members_checked:
            check_members(checked, vocabulary.names, lambda tree: self.run(tree, session, "members"), asker)
        return checked

    def keep_calendar(self, session: Session, where: Sequence[Filter]) -> StartMonths:
        """The months in which the fiscal years of the companies asked about begin.

        Where they share one, the session cuts its fiscal periods by that.
        """
        session.start_months.clear()
        run = self.runner(session)
        found = start_months(where, session.vocabulary, session.snapshot.columns, run)
        month = own_start_month(found, session.vocabulary, run)
        session.start_months.extend([] if month is None else [month])
        return found

    def look(self, query: MetricQuery, asker: Asker) -> None:
        """Nothing where a question means something, may be asked, and filters by members that there are.

        Raises: as `query` does.
        """
        with self.engine.snapshot(asker.tenant_id) as snapshot:
            self.checked(query, Session(self.vocabularies.current(), snapshot, asker, self.today(), {}))

    def remembered(
        self, question: Hashable, asker: Asker, make: Callable[[Session], T], is_small: Callable[[T], bool]
    ) -> T:
        """What is made of a question in a session at the version current now; made once a version and set of rights."""
        vocabulary, today = self.vocabularies.current(), self.today()
        version = self.engine.version()
        told = self.restated(asker)
        key = (question, asker.policy_hash, asker.locale, version.id, vocabulary.stamp, today, told)

        def made() -> T:
            with self.engine.snapshot(asker.tenant_id) as snapshot:
                known = make(Session(vocabulary, snapshot, asker, today, {}))
                if snapshot.version.id == version.id and is_small(known):
                    self._results.put(key, known)
            return known

        return self._results.once(key, made)

    def lasting(self, question: Hashable, asker: Asker, make: Callable[[Session], T]) -> T:
        """What is made of a question on which no day bears: made again only where a mart that it read has changed."""
        vocabulary = self.vocabularies.current()
        key = (question, asker.policy_hash, vocabulary.stamp)
        with self.engine.snapshot(asker.tenant_id) as snapshot:
            known: _Lasting | None = self._lasting.get(key)
            if known is None or known.state != snapshot.state(known.marts):
                session = Session(vocabulary, snapshot, asker, self.today(), {})
                made, marts = make(session), frozenset(session.read)
                known = _Lasting(made, marts, snapshot.state(marts))
                self._lasting.put(key, known)
            found: T = known.made
            return found

    def forget(self) -> None:
        """Empty the caches, as a benchmark of uncached questions does."""
        self._results.clear()
        self._answers.clear()
        self._lasting.clear()
        self._standing.clear()

    def run(self, tree: exp.Query, session: Session, purpose: str) -> Answer:
        """The rows of a statement tree, with the asker's rights put into it.

        Raises: RelationRefused, NumbersUnavailable, QueryTimedOut.
        """
        sql, marts = self._written(tree, session, purpose)
        # An answer holds for as long as the marts that it was read from, however many versions are published meanwhile.
        key = (sql, session.asker.policy_hash, session.snapshot.state(marts))
        known = self._answers.get(key)
        if known is None:
            known = session.snapshot.fetch(sql)
            if len(known.rows) <= CACHED_ROWS_MAX:
                self._answers.put(key, known)
        return known

    def prepared(self, tree: exp.Query, session: Session, purpose: str) -> str:
        """The SQL of a statement tree, with the asker's rights put into it.

        Raises: RelationRefused, NotPublished.
        """
        return self._written(tree, session, purpose)[0]

    def _written(self, tree: exp.Query, session: Session, purpose: str) -> tuple[str, set[str]]:
        """The same, and the marts that it reads: those behind the asker's row rules included."""
        snapshot, manifest, read = session.snapshot, session.vocabulary.manifest, set[str]()

        def relation(mart: str) -> exp.Table:
            read.add(mart)
            return snapshot.relation(mart)

        for name in sorted({table.name for table in tree.find_all(exp.Table)} & manifest.marts):
            if name not in snapshot.columns:
                raise NotPublished(reason=f"the mart {name} has not been published yet")
        marts = {name: snapshot.columns[name] for name in manifest.marts if name in snapshot.columns}
        for month in session.start_months if manifest.calendar.mart in marts else ():
            tree = cut_by(tree, manifest.calendar, month, marts[manifest.calendar.mart])
        tree = restrict(tree, session.asker, schema=manifest.schema, marts=marts, relation=relation)
        sql = self.engine.written(tree)
        session.statements[purpose] = _readable(tree, manifest.schema, marts, self.engine.dialect)
        session.read.update(read)
        return sql, read

    def request_of(self, checked: Checked, time: TimeRange) -> Request:
        """What the planner is asked for a checked question over some days."""
        return self._request(checked, time)

    def runner(self, session: Session) -> Callable[[exp.Query, str], Answer]:
        """What runs statements in a session, each under its purpose."""
        return lambda tree, purpose: self.run(tree, session, purpose)

    def _answered(self, checked: Checked, session: Session) -> QueryResult:
        query = checked.query
        currencies = self.told_apart(checked, session)
        rows = self._rows(checked, session)
        totals = self._single(checked, session, "totals") if query.totals else None
        others = self._others(checked, session, rows) if query.others else None
        mixed = currencies.without_sum
        totals, others = _without(totals, mixed), _without(others, mixed)
        return QueryResult(
            columns=currencies.named(columns_of(checked, session.vocabulary.names, session.asker.locale)),
            rows=tuple(rows),
            totals=totals,
            others=others,
            evidence=self.evidence(checked, session),
        )

    def told_apart(self, checked: Checked, session: Session) -> Currencies:
        """The currencies of a question's amounts, none of whose rows mixes them.  Raises: QueryInvalid."""
        requests = [self._request(checked, time) for time in ranges_of(checked)]
        found = currencies_of(requests, checked.metrics, session.vocabulary, self.runner(session))
        found.check_told_apart(checked.dimensions)
        return found

    def _rows(self, checked: Checked, session: Session) -> list[Row]:
        query = checked.query
        width = len(checked.keys) + len(checked.metrics)
        rows_max = self.cells_max // width
        if query.compare is None:
            orders = tuple(Order(order_name(each, checked), each.descending) for each in query.order_by)
            limit = min(query.limit or rows_max + 1, rows_max + 1)
            request = replace(self._request(checked, query.time), order_by=orders, limit=limit)
            return self._fetched(request, session, "rows", rows_max)
        request = replace(self._request(checked, query.time), limit=rows_max + 1)
        now = self._fetched(request, session, "rows", rows_max)
        earlier = replace(self._request(checked, compared_range(query)), limit=rows_max + 1)
        before = self._fetched(earlier, session, "previous", rows_max)
        names = [metric.name for metric in checked.metrics]
        run = lambda tree: self.run(tree, session, "periods")  # noqa: E731  # one call, bound to this session
        pairs = aligned(checked, compared_range(query), now, before, session.vocabulary.names, run)
        rows = [{**keys, **with_previous(names, ours, theirs)} for keys, ours, theirs in pairs]
        return _sorted(rows, checked)[: query.limit]

    def _others(self, checked: Checked, session: Session, rows: Sequence[Row]) -> Row:
        shown = tuple(tuple(_as_value(row[name]) for name in checked.dimensions) for row in rows)
        return self._single(checked, session, "others", (Members(checked.dimensions, shown),))

    def _single(self, checked: Checked, session: Session, purpose: str, members: tuple[Members, ...] = ()) -> Row:
        """The figures of everything at once, asked at that grain: shares and distinct counts do not add up."""
        names = [metric.name for metric in checked.metrics]
        now = self._lone(replace(self._request(checked, checked.query.time), members=members), session, purpose)
        if checked.query.compare is None:
            return {name: now.get(name) for name in names}
        earlier = replace(self._request(checked, compared_range(checked.query)), members=members)
        return with_previous(names, now, self._lone(earlier, session, f"{purpose}_previous"))

    def figure_of(self, metric: str, checked: Checked, session: Session) -> Cell:
        """One metric alone under the filters and days of a question, an input that no list shows included."""
        request = replace(self._request(checked, checked.query.time), metrics=(metric,), grain=None, dimensions=())
        return self._lone(request, session, f"figure of {metric}").get(metric)

    def _lone(self, request: Request, session: Session, purpose: str) -> Row:
        tree = session.vocabulary.planner.tree(replace(request, grain=None, dimensions=()))
        rows = self._named(self.run(tree, session, purpose), request.metrics)
        return rows[0] if rows else dict.fromkeys(request.metrics)

    def _fetched(self, request: Request, session: Session, purpose: str, rows_max: int) -> list[Row]:
        answer = self.run(session.vocabulary.planner.tree(request), session, purpose)
        if len(answer.rows) > rows_max:
            reason = f"the answer has more than {rows_max} rows: narrow the range, filter, or give a limit"
            raise invalid("limit", reason, "too_many_cells")
        return self._named(answer, request.metrics)

    def _named(self, answer: Answer, metrics: Sequence[str]) -> list[Row]:
        measured = [name in metrics for name in answer.names]
        return [
            {
                name: figure(value) if is_metric else plain_cell(value)
                for name, value, is_metric in zip(answer.names, row, measured, strict=True)
            }
            for row in answer.rows
        ]

    def _request(self, checked: Checked, time: TimeRange) -> Request:
        return Request(
            metrics=tuple(metric.name for metric in checked.metrics),
            grain=checked.grain,
            dimensions=checked.dimensions,
            where=checked.query.where,
            start=time.start,
            end=time.last_day,
            # A model's current_date never lies ahead of today.
            as_of=min(time.last_day or checked.as_of, self.today()),
            buckets=checked.query.buckets,
            attributes=checked.query.attributes,
            sees_all=checked.sees_all,
        )

    def evidence(self, checked: Checked, session: Session) -> Evidence:
        """What stands behind the answer to a question: the statements run in a session, and what they rest on."""
        version: Version = session.snapshot.version
        return Evidence(
            definitions=definitions(checked, session.vocabulary, session.asker.locale),
            sql=session.statements.get("rows", ""),
            statements=dict(session.statements),
            data_version=version.id,
            watermark=version.watermark,
            loaded_at=version.loaded_at,
            filters=described_filters(checked),
            left_out=left_out(checked.metrics, session.vocabulary, session.asker) if session.asker.row_filters else (),
            restated=self._restated(checked, session),
        )

    def _restated(self, checked: Checked, session: Session) -> tuple[RestatedPeriod, ...]:
        """The restated periods that bear on a question, of companies that the asker may know of."""
        periods = self.restated(session.asker)
        if not periods:
            return ()
        is_level = any(metric.is_semi_additive for metric in checked.metrics)
        time = checked.query.time
        found = restated_in(periods, None if is_level else time.start, time.last_day or session.today)
        seen = self._companies(session.asker)
        return tuple(each for each in found if seen is None or each.company_id in seen)

    def restated_seen(self, asker: Asker) -> tuple[RestatedPeriod, ...]:
        """All periods that were opened again, of companies that the asker may know of.  Raises: NumbersUnavailable."""
        periods = self.restated(asker)
        seen = self._companies(asker) if periods else None
        return tuple(each for each in periods if seen is None or each.company_id in seen)

    def _companies(self, asker: Asker) -> frozenset[str] | None:
        """The ids of the companies within an asker's scope; None where nothing limits it."""
        if "company" not in asker.row_filters:
            return None

        def read(session: Session) -> frozenset[str]:
            schema = session.vocabulary.manifest.schema
            tree = exp.select(exp.column("company_id")).from_(exp.table_("dim_companies", db=schema))
            return frozenset(str(row[0]) for row in self.run(tree, session, "companies").rows)

        return self.lasting("company ids", asker, read)


def _without(row: Row | None, metrics: frozenset[str]) -> Row | None:
    """A row in which some metrics have no figure."""
    return row and {name: None if metric_of(name) in metrics else value for name, value in row.items()}


def _readable(tree: exp.Query, schema: str, marts: Mapping[str, object], dialect: str) -> str:
    """The statement with marts under their own schema, as an analyst would run it."""
    for table in tree.find_all(exp.Table):
        if table.db and table.name in marts:
            table.set("db", exp.to_identifier(schema))
    # Nobody looks at the tree after this: copying it would cost as much again as writing it.
    return tree.sql(dialect=dialect, comments=False, pretty=True, copy=False)


def _sorted(rows: list[Row], checked: Checked) -> list[Row]:
    """Rows in the order asked for, blanks last, then by their keys."""
    for name in reversed(checked.keys):
        rows = _by(rows, name, is_descending=False)
    for order in reversed(checked.query.order_by):
        rows = _by(rows, order_name(order, checked), is_descending=order.descending)
    return rows


def _by(rows: list[Row], name: str, *, is_descending: bool) -> list[Row]:
    filled = [row for row in rows if row[name] is not None]
    filled.sort(key=lambda row: row[name], reverse=is_descending)  # type: ignore[arg-type,return-value]  # one type
    return [*filled, *(row for row in rows if row[name] is None)]


def plain_cell(value: object) -> Cell:
    """A key as it is told: days as days, ids as texts."""
    if isinstance(value, datetime):
        return value.date() if value.time() == value.min.time() else value
    return value if value is None or isinstance(value, str | int | bool | date) else str(value)


def _as_value(cell: Cell) -> Value:
    return None if cell is None else str(cell)
