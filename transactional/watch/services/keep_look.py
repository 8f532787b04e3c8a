"""What a look found is kept: new incidents open, known ones are brought up to date, gone ones close by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.clock import day_of
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import delete_all, insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.watch.forecasting import keep_forecasts
from transactional.watch.holding import hold_invoices, let_go
from transactional.watch.models import Finding, Incident, IncidentEvent, IncidentMute, WatchRun
from transactional.watch.services.find_policy import find_policy
from transactional.watch.specs import Kept, Look, NewFinding, NewIncident
from transactional.watch.states import IncidentKind, IncidentState

_EVERYONE = "*"
_TOLD = (
    "reason",
    "reason_zh",
    "score",
    "money_at_risk_amount",
    "currency_code",
    "first_on",
    "last_on",
    "metric",
    "observed_value",
    "expected_value",
    "expected_low",
    "expected_high",
    "contributions",
    "series",
    "documents",
)


def keep_look(session: Session, look: Look, *, at: datetime) -> Kept:
    """How many incidents are new, were muted, opened again or are gone; suppliers' invoices are held before payment."""
    told, muted = _unmuted(session, look.incidents, day_of(at))
    known = {row.pattern: row for row in _locked(session)}
    fresh, again = _sorted_out(told, known)
    made = [_made(each, look, at) for each in fresh]
    insert_all(session, made)
    incidents = {**known, **{row.pattern: row for row in made}}
    reopened = _renew(session, again, known, look, at)
    _write_findings(session, told, incidents)
    gone = _close_gone(session, told, known, at)
    events = [_event(row.id, "found", at) for row in made] + [_event(row.id, "found_again", at) for row in reopened]
    held = _hold(session, told, incidents)
    insert_all(session, [*events, *[_event(key, "payment_held", at) for key in sorted(held)]])
    record(session, [_opened(row, at) for row in made])
    judged = keep_forecasts(session, look, at=at)
    insert_all(session, [_run(look, told, made, muted)])
    return Kept(len(told), len(made), muted, len(reopened), gone, judged)


def _locked(session: Session) -> list[Incident]:
    return read(session, select(Incident).order_by(Incident.id).with_for_update())


def _unmuted(session: Session, incidents: Sequence[NewIncident], today: date) -> tuple[list[NewIncident], int]:
    """The incidents of which something is left when muted findings are taken away, and how many are not told."""
    rows = read(session, select(IncidentMute).where(IncidentMute.muted_until >= today))
    mutes = {(row.control, row.subject) for row in rows}
    told = [each for each in incidents if any(not _is_muted(finding, mutes) for finding in each.findings)]
    return told, len(incidents) - len(told)


def _is_muted(finding: NewFinding, mutes: set[tuple[str, str]]) -> bool:
    return any((finding.control, whom) in mutes for whom in (finding.pattern, finding.subject, _EVERYONE))


def _sorted_out(
    told: Sequence[NewIncident], known: Mapping[str, Incident]
) -> tuple[list[NewIncident], list[NewIncident]]:
    fresh = [each for each in told if each.pattern not in known]
    return fresh, [each for each in told if each.pattern in known]


def _made(new: NewIncident, look: Look, at: datetime) -> Incident:
    return Incident(
        id=new_id(),
        pattern=new.pattern,
        kind=new.kind,
        state=IncidentState.OPEN.value,
        controls=_controls(new),
        muted_until=None,
        detected_at=at,
        seen_at=at,
        data_version=look.data_version,
        **_values(new),
    )


def _values(new: NewIncident) -> dict[str, object]:
    values = {name: getattr(new, name) for name in _TOLD}
    for name in ("contributions", "series", "documents"):
        values[name] = [dict(each) for each in values[name]]
    return values


def _controls(new: NewIncident) -> list[str]:
    return sorted({finding.control for finding in new.findings})


def _renew(
    session: Session, again: Sequence[NewIncident], known: Mapping[str, Incident], look: Look, at: datetime
) -> list[Incident]:
    """Known incidents as they are found now; the fixed ones among them, which are open again."""
    reopened = []
    for new in again:
        row = known[new.pattern]
        for name, value in _values(new).items():
            setattr(row, name, value)
        row.controls, row.seen_at, row.data_version = _controls(new), at, look.data_version
        row.muted_until = None
        if row.state == IncidentState.FIXED:
            row.state = IncidentState.OPEN.value
            reopened.append(row)
    told = [getattr(Incident, name) for name in _TOLD]
    rows = [known[new.pattern] for new in again]
    update_all(
        session,
        rows,
        *told,
        Incident.controls,
        Incident.seen_at,
        Incident.data_version,
        Incident.muted_until,
        Incident.state,
    )
    return reopened


def _write_findings(session: Session, told: Sequence[NewIncident], incidents: Mapping[str, Incident]) -> None:
    """Findings of these incidents as they are now; what a person said of one stays."""
    ids = [incidents[each.pattern].id for each in told]
    old = read(session, select(Finding).where(any_of(Finding.incident_id, ids)))
    states = {(row.incident_id, row.pattern): (row.id, row.state) for row in old}
    delete_all(session, old)
    session.send_waiting()
    rows = []
    for each in told:
        incident = incidents[each.pattern]
        for finding in each.findings:
            key, state = states.get((incident.id, finding.pattern), (new_id(), incident.state))
            state = IncidentState.OPEN.value if incident.state == IncidentState.OPEN else state
            rows.append(_finding(finding, incident, key, state))
    insert_all(session, rows)


def _finding(new: NewFinding, incident: Incident, key: UUID, state: str) -> Finding:
    return Finding(
        id=key,
        incident_id=incident.id,
        pattern=new.pattern,
        control=new.control,
        standard=new.standard,
        state=state,
        found_on=new.found_on,
        score=new.score,
        weight=new.weight,
        money_at_risk_amount=new.money_at_risk_amount,
        currency_code=incident.currency_code,
        subject=new.subject,
        dimension=new.dimension,
        member=new.member,
        observed_value=new.observed_value,
        expected_low=new.expected_low,
        expected_high=new.expected_high,
        reason=new.reason,
        reason_zh=new.reason_zh,
        documents=[dict(each) for each in new.documents],
    )


def _close_gone(session: Session, told: Sequence[NewIncident], known: Mapping[str, Incident], at: datetime) -> int:
    """How many open incidents of documents are no longer found: every look sees all documents, so they were mended."""
    found = {each.pattern for each in told}
    gone = [
        row
        for row in known.values()
        if row.kind == IncidentKind.DOCUMENT
        and row.state == IncidentState.OPEN
        and row.pattern not in found
        and row.muted_until is None
    ]
    for row in gone:
        row.state = IncidentState.FIXED.value
    update_all(session, gone, Incident.state)
    _follow(session, gone)
    insert_all(session, [_event(row.id, "gone", at) for row in gone])
    let_go(session, [row.id for row in gone], reason="no longer found", at=at)
    return len(gone)


def _follow(session: Session, incidents: Iterable[Incident]) -> None:
    """The findings of these incidents are where their incidents are."""
    states = {row.id: row.state for row in incidents}
    if not states:
        return
    findings = read(session, select(Finding).where(any_of(Finding.incident_id, list(states))))
    for finding in findings:
        finding.state = states[finding.incident_id]
    update_all(session, findings, Finding.state)


def _hold(session: Session, told: Sequence[NewIncident], incidents: Mapping[str, Incident]) -> set[UUID]:
    open_ones = [each for each in told if incidents[each.pattern].state == IncidentState.OPEN]
    invoices = {incidents[each.pattern].id: each.invoice_ids for each in open_ones if each.invoice_ids}
    by_id = {row.id: row for row in incidents.values() if row.id in invoices}
    return hold_invoices(session, invoices, by_id, find_policy(session))


def _event(incident_id: UUID, action: str, at: datetime) -> IncidentEvent:
    return IncidentEvent(
        incident_id=incident_id,
        finding_id=None,
        action=action,
        note=None,
        is_useful=None,
        muted_until=None,
        happened_at=at,
    )


def _opened(row: Incident, at: datetime) -> Event:
    payload = {
        "kind": row.kind,
        "reason": row.reason,
        "score": str(row.score),
        "money_at_risk_amount": str(row.money_at_risk_amount),
        "currency_code": row.currency_code,
        "controls": row.controls,
    }
    return Event("watch.incident.found", "incident", row.id, at, payload)


def _run(look: Look, told: Sequence[NewIncident], made: Sequence[Incident], muted: int) -> WatchRun:
    return WatchRun(
        data_version=look.data_version,
        started_at=look.started_at,
        seconds=Decimal(str(round(look.seconds, 3))),
        series_count=look.series_count,
        document_count=look.document_count,
        incident_count=len(told),
        fresh_count=len(made),
        muted_count=muted,
        skipped=[dict(each) for each in look.skipped],
    )
