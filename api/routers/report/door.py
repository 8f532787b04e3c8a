"""Between HTTP and reports: what is read, run and shown, with the asker's rights."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.requests import Request

from api.calls import Call
from api.routers.metrics.door import (
    asker_of,
    numbers_of,
    refusals,
    shown_column,
    shown_evidence,
    shown_row,
    shown_rows,
)
from api.routing import asker
from api.schemas.report.reports import DefinitionIn, RunIn
from reports.definition import Chart, Definition
from reports.pictures import unfit_words
from reports.run import Request as Asked
from reports.run import check_definition
from reports.sheet import Sheet
from reports.sources.outside import Outside, find_outside
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session
from transactional.report.models import SavedReport
from transactional.report.queries import get_seen, version_of


def definition_of(request: Request, given: DefinitionIn) -> Definition:
    """A definition that the asker can run.  Raises: QuestionInvalid, NotAllowed."""
    with refusals():
        definition = Definition.from_data(given.as_data())
        check_definition(numbers_of(request), definition, asker_of(request), outside_for(request, definition))
    return definition


def outside_for(request: Request, definition: Definition, reader: Principal | None = None) -> Outside | None:
    """The source outside whose rows a definition lists, if it lists any.  Raises: SourceLocked."""
    if definition.rows is None:
        return None
    services, name = request.app.state.services, definition.rows.source
    with services.database.transaction(reader or asker(request)) as session:
        return find_outside(session, services.settings, name)


def saved(call: Call, report_id: UUID, version: int | None = None) -> tuple[SavedReport, Definition, int]:
    """A report the asker may see, its definition and that one's number.  Raises: NotFound."""

    def work(session: Session) -> tuple[SavedReport, dict[str, Any], int]:
        report = get_seen(session, SavedReport, report_id, by=call.principal)
        kept = version_of(session, report, version)
        return report, kept.definition, kept.number

    report, data, number = call.read(work)
    with refusals():
        return report, Definition.from_data(data), number


def asked_of(request: Request, report: SavedReport, definition: Definition, number: int, given: RunIn) -> Asked:
    """One run of a saved report."""
    pages = request.app.state.services.settings.pages_url
    link = f"{pages}/reports?id={report.id}"
    outside = outside_for(request, definition)
    return Asked(definition, report.name, given.parameters, given.period, number, link, outside=outside)


def asked_once(request: Request, definition: Definition, given: RunIn) -> Asked:
    """One run of a definition that is not saved."""
    return Asked(definition, "", given.parameters, given.period, outside=outside_for(request, definition))


def shown_sheet(sheet: Sheet, chart: Chart | None) -> dict[str, Any]:
    """A sheet for JSON."""
    columns = sheet.columns
    names = [column.name for column in columns]
    total = None if sheet.total is None else dict(zip(names, sheet.total, strict=True))
    return {
        "title": sheet.title,
        "columns": [shown_column(column) for column in columns],
        "rows": shown_rows(sheet.records(), columns),
        "levels": [line.level for line in sheet.lines],
        "totals": shown_row(total, columns),
        "evidence": shown_evidence(sheet.evidence),
        "left_out": list(sheet.left_out),
        "definition_version": sheet.definition_version,
        "is_preview": sheet.is_preview,
        "notes": dict(sheet.notes),
        "chart": {"type": chart.type, "metric": chart.metric, "unfit": unfit_words(sheet, chart)} if chart else None,
    }
