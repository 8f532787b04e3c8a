"""What people say of incidents: explained, fixed, muted until a day, worth telling or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.clock import day_of
from transactional.kernel.errors import invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.watch.errors import IncidentClosed
from transactional.watch.holding import let_go
from transactional.watch.models import Finding, Incident, IncidentEvent, IncidentMute
from transactional.watch.states import INCIDENT_MOVES, IncidentState


@dataclass(frozen=True, slots=True)
class Mute:
    """Until which day something is not told, and why."""

    until: date
    reason: str
    is_whole_subject: bool = False
    """Whether all that the control finds about the same supplier, customer or item is meant, not these documents."""

    def silences(self, finding: Finding) -> tuple[str, str]:
        """The control, and about what it is silent.

        Two bills that are explained say nothing of the next two of the same supplier. A figure has no documents: it is
        found on other days again, so its subject is meant.
        """
        is_these = bool(finding.documents) and not self.is_whole_subject
        return finding.control, finding.pattern if is_these else finding.subject


_PAST = {IncidentState.EXPLAINED: "explained", IncidentState.FIXED: "fixed"}


def close_incidents(
    session: Session, incident_ids: Sequence[UUID], after: IncidentState, *, note: str, at: datetime
) -> list[Incident]:
    """Incidents explained or fixed with all their findings; payments that they held may go out.

    Raises: NotFound; Invalid without a note; IncidentClosed.
    """
    _check_note(note)
    incidents = lock_by_id(session, Incident, incident_ids)
    findings = read(session, select(Finding).where(any_of(Finding.incident_id, incident_ids)))
    _move(incidents, after)
    _set_findings(session, [each for each in findings if each.state != after], after)
    update_all(session, incidents, Incident.state)
    insert_all(session, [_event(each.id, None, _PAST[after], at, note=note) for each in incidents])
    _release(session, incidents, note, at)
    return incidents


def close_findings(
    session: Session, finding_ids: Sequence[UUID], after: IncidentState, *, note: str, at: datetime
) -> list[Finding]:
    """Findings explained or fixed; an incident none of whose findings is open any more goes with them.

    Raises: NotFound; Invalid without a note; IncidentClosed.
    """
    _check_note(note)
    by_id = read_by_id(session, Finding, finding_ids)
    incidents = lock_by_id(session, Incident, sorted({each.incident_id for each in by_id.values()}))
    findings = lock_by_id(session, Finding, finding_ids)
    for finding in findings:
        if (finding.state, after) not in INCIDENT_MOVES:
            raise IncidentClosed(state=finding.state)
    _set_findings(session, findings, after)
    insert_all(session, [_event(each.incident_id, each.id, _PAST[after], at, note=note) for each in findings])
    statement = select(Finding.incident_id).where(
        any_of(Finding.incident_id, [each.id for each in incidents]), Finding.state == IncidentState.OPEN
    )
    still_open = set(session.scalars(statement))
    done = [each for each in incidents if each.id not in still_open and (each.state, after) in INCIDENT_MOVES]
    _move(done, after)
    update_all(session, done, Incident.state)
    _release(session, done, note, at)
    return findings


def mute_incidents(session: Session, incident_ids: Sequence[UUID], mute: Mute, *, at: datetime) -> list[Incident]:
    """Incidents that are not told before a day has passed: none of their findings is.

    Raises: NotFound; Invalid for a day that is over or without a reason.
    """
    findings = read(session, select(Finding).where(any_of(Finding.incident_id, incident_ids)))
    return _mute(session, incident_ids, findings, mute, at)


def mute_findings(session: Session, finding_ids: Sequence[UUID], mute: Mute, *, at: datetime) -> list[Finding]:
    """Findings that are not told before a day has passed.

    Raises: NotFound; Invalid for a day that is over or without a reason.
    """
    findings = list(read_by_id(session, Finding, finding_ids).values())
    whole = _wholly_muted(session, findings, mute)
    _mute(session, whole, findings, mute, at)
    if not whole:
        insert_all(session, [_muted(each.incident_id, each.id, mute, at) for each in findings])
    return findings


def give_feedback(
    session: Session, incident_id: UUID, *, finding_id: UUID | None, is_useful: bool, note: str | None, at: datetime
) -> None:
    """The verdict is kept in the incident's history.  Raises: NotFound."""
    lock_by_id(session, Incident, [incident_id])
    insert_all(session, [_event(incident_id, finding_id, "feedback", at, note=note, is_useful=is_useful)])


def incident_of(session: Session, finding_id: UUID) -> UUID:
    """The incident a finding belongs to.  Raises: NotFound."""
    return read_by_id(session, Finding, [finding_id])[finding_id].incident_id


def _wholly_muted(session: Session, findings: Sequence[Finding], mute: Mute) -> list[UUID]:
    """The incidents of which nothing is left without what is muted with these findings."""
    patterns = {mute.silences(each) for each in findings}
    ids = sorted({each.incident_id for each in findings})
    every = read(session, select(Finding).where(any_of(Finding.incident_id, ids)))
    left = {each.incident_id for each in every if mute.silences(each) not in patterns}
    return [each for each in ids if each not in left]


def _mute(
    session: Session,
    incident_ids: Sequence[UUID],
    findings: Sequence[Finding],
    mute: Mute,
    at: datetime,
) -> list[Incident]:
    _check_note(mute.reason, "reason")
    if mute.until < day_of(at):
        raise invalid("until", "lies in the past", "in_the_past")
    incidents = lock_by_id(session, Incident, incident_ids)
    _write_mutes(session, {mute.silences(each) for each in findings}, mute.until, mute.reason)
    for each in incidents:
        each.muted_until = mute.until
    update_all(session, incidents, Incident.muted_until)
    insert_all(session, [_muted(each.id, None, mute, at) for each in incidents])
    return incidents


def _write_mutes(session: Session, patterns: set[tuple[str, str]], until: date, reason: str) -> None:
    controls = sorted({control for control, _ in patterns})
    known = read(session, select(IncidentMute).where(IncidentMute.control.in_(controls)).with_for_update())
    again = [row for row in known if (row.control, row.subject) in patterns]
    for row in again:
        row.muted_until, row.reason = until, reason
    update_all(session, again, IncidentMute.muted_until, IncidentMute.reason)
    fresh = sorted(patterns - {(row.control, row.subject) for row in again})
    rows = [
        IncidentMute(id=new_id(), control=control, subject=subject, muted_until=until, reason=reason)
        for control, subject in fresh
    ]
    insert_all(session, rows)


def _check_note(note: str, path: str = "note") -> None:
    if not note.strip():
        raise invalid(path, "a reason is needed", "reason_missing")


def _move(incidents: Sequence[Incident], after: IncidentState) -> None:
    for incident in incidents:
        if (incident.state, after) not in INCIDENT_MOVES:
            raise IncidentClosed(state=incident.state)
        incident.state = after.value


def _set_findings(session: Session, findings: Sequence[Finding], after: IncidentState) -> None:
    for finding in findings:
        finding.state = after.value
    update_all(session, findings, Finding.state)


def _release(session: Session, incidents: Sequence[Incident], note: str, at: datetime) -> None:
    released = let_go(session, [each.id for each in incidents], reason=note, at=at)
    insert_all(session, [_event(each, None, "payment_let_go", at, note=note) for each in released])


def _muted(incident_id: UUID, finding_id: UUID | None, mute: Mute, at: datetime) -> IncidentEvent:
    return _event(incident_id, finding_id, "muted", at, note=mute.reason, until=mute.until)


def _event(
    incident_id: UUID,
    finding_id: UUID | None,
    action: str,
    at: datetime,
    *,
    note: str | None = None,
    is_useful: bool | None = None,
    until: date | None = None,
) -> IncidentEvent:
    return IncidentEvent(
        incident_id=incident_id,
        finding_id=finding_id,
        action=action,
        note=note,
        is_useful=is_useful,
        muted_until=until,
        happened_at=at,
    )
