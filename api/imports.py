"""Upload of many records as a file."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, BinaryIO, Literal, TypeVar
from uuid import UUID

from fastapi import File, Query, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.calls import Call, Calling
from api.routing import Router, needs
from api.tables import CellTable, read_table
from api.translations import language_of, sentence
from transactional.assistant.services.complete_records import fill_in
from transactional.kernel.clock import day_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.importing import import_records
from transactional.kernel.importing_documents import DocumentImport, Occasion, column_names, import_documents
from transactional.kernel.importing_reports import BadCell, ImportReport, ImportWish
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Change, Resource
from transactional.kernel.session import Session
from transactional.resources import THINGS_OF_TABLE, resource_of_table

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Response])

LISTED_MAX = 10_000
"""Bad cells listed; more of them say that the file as a whole is of another kind."""


class BadCellShown(BaseModel):
    """One cell that cannot be taken; line 1 of a file holds the names of the columns."""

    model_config = ConfigDict(extra="forbid")

    line: int
    column: str
    reason: str
    code: str


class ImportResult(BaseModel):
    """What an import did, or would do."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    failed: int
    errors: list[BadCellShown]


FORGETTERS = frozenset({"user", "role"})
"""Things that decide about rights: what is remembered of them is forgotten when they change."""


class RowsRefused(Invalid):
    """Some rows of a file cannot be taken, so none was."""

    code = "rows_refused"
    message = "{count} rows of the file are wrong, so nothing was written: mend them or send only_good=true."


def add_import(router: Router, resource: Resource) -> None:
    """Give a resource its import."""

    @_route(router, resource)
    def import_file(
        call: Calling,
        file: _File,
        dry_run: _DryRun = False,  # noqa: FBT002  # a parameter of the address
        only_good: _OnlyGood = False,  # noqa: FBT002
    ) -> Response:
        def work(session: Session, table: CellTable) -> ImportReport:
            return import_records(
                session,
                resource,
                table.columns,
                table.rows,
                by=call.principal,
                wish=ImportWish(dry_run, only_good, lambda new: _complete(session, resource, new, call.principal)),
            )

        response = _answer(call, file, work, dry_run=dry_run, only_good=only_good)
        if resource.thing in FORGETTERS:
            call.services.rights.forget()
        return response


def _complete(
    session: Session, resource: Resource, new: Sequence[Change], by: Principal
) -> Mapping[UUID, Mapping[str, Any]]:
    """What was filled into new records, from the confidence on that the tenant has set; the records have it."""
    filled = fill_in(session, resource, [change.values for change in new], by=by, declared=resource_of_table)
    for change, each in zip(new, filled, strict=True):
        change.values.update(each.values)
    return {change.id: each.facts for change, each in zip(new, filled, strict=True) if each.facts}


def add_document_import(router: Router, declared: DocumentImport) -> None:
    """Give the documents of a verb their import."""
    resource = declared.resource
    names = f"Columns: {', '.join(f'`{name}`' for name in column_names(declared))}."
    also = f"Carry out `{declared.also}` too; asks for the right {resource.thing}.{declared.also}."

    def answer(call: Call, file: UploadFile, *, dry_run: bool, only_good: bool, also: bool) -> Response:
        if also:
            call.principal.check_may(f"{resource.thing}.{declared.also}")
        at = call.services.now()
        when = Occasion(call.principal, at, day_of(at), also)

        def work(session: Session, table: CellTable) -> ImportReport:
            return import_documents(
                session, declared, table.columns, table.rows, when=when, things=THINGS_OF_TABLE, dry_run=dry_run
            )

        return _answer(call, file, work, dry_run=dry_run, only_good=only_good)

    if declared.also is None:

        @_route(router, resource, names)
        def import_file(
            call: Calling,
            file: _File,
            dry_run: _DryRun = False,  # noqa: FBT002
            only_good: _OnlyGood = False,  # noqa: FBT002
        ) -> Response:
            return answer(call, file, dry_run=dry_run, only_good=only_good, also=False)

        return

    @_route(router, resource, names)
    def import_file_and_act(
        call: Calling,
        file: _File,
        dry_run: _DryRun = False,  # noqa: FBT002
        only_good: _OnlyGood = False,  # noqa: FBT002
        act: Annotated[Literal[declared.also] | None, Query(description=also)] = None,  # type: ignore[name-defined]
    ) -> Response:
        return answer(call, file, dry_run=dry_run, only_good=only_good, also=act is not None)


_File = Annotated[UploadFile, File(description="CSV, XLSX or Parquet; the first line names the columns.")]
_DryRun = Annotated[bool, Query(description="Check everything and write nothing.")]
_OnlyGood = Annotated[bool, Query(description="Write the good rows although others are bad.")]


def _route(router: Router, resource: Resource, description: str | None = None) -> Callable[[_Endpoint], _Endpoint]:
    return router.post(
        "/import",
        name=f"import_{resource.module}_{resource.plural}".replace("-", "_"),
        summary=f"Import: {resource.label.lower()}",
        description=description,
        responses={200: {"model": ImportResult}},
        openapi_extra=needs(f"{resource.thing}.import"),
    )


def _answer(
    call: Call,
    file: UploadFile,
    work: Callable[[Session, CellTable], ImportReport],
    *,
    dry_run: bool,
    only_good: bool,
) -> Response:
    language = language_of(call.request, call.principal.locale)
    call.sign_body(_digest(file.file))
    file.file.seek(0)
    table = read_table(file.file, file.filename or "")

    def answered(session: Session) -> dict[str, Any]:
        report = work(session, table)
        if report.bad and not dry_run and not only_good:
            raise _refusal(report, language)
        return _shown(report, language, dry_run=dry_run)

    return call.write(answered)


def _digest(file: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.digest()


def _shown(report: ImportReport, language: str, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "failed": len({cell.line for cell in report.bad}),
        "errors": [_cell(cell, language) for cell in report.bad[:LISTED_MAX]],
    }


def _cell(cell: BadCell, language: str) -> dict[str, Any]:
    values = {name: str(value) for name, value in cell.values.items()} | {"reason": cell.reason}
    # A cell may be refused by a rule about a field, or the document by one about the state of things.
    reason = sentence(language, f"field.{cell.code}", values, sentence(language, cell.code, values, cell.reason))
    return {"line": cell.line, "column": cell.column, "reason": reason, "code": cell.code}


def _refusal(report: ImportReport, language: str) -> RowsRefused:
    cells = [_cell(cell, language) for cell in report.bad[:LISTED_MAX]]
    problems = [
        FieldProblem(f"lines/{cell.line}/{cell.column}", shown["reason"], cell.code)
        for cell, shown in zip(report.bad, cells, strict=False)
    ]
    error = RowsRefused(problems, rows=cells)
    error.values["count"] = len({cell.line for cell in report.bad})
    return error
