"""Upload of many records as a file."""

import hashlib
from typing import Annotated, Any, BinaryIO

from fastapi import File, Query, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.tables import read_table
from api.translations import language_of, sentence
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.importing import BadCell, ImportReport, import_records
from transactional.kernel.resource import Resource
from transactional.kernel.session import Session

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


class RowsRefused(Invalid):
    """Some rows of a file cannot be taken, so none was."""

    code = "rows_refused"
    message = "{count} rows of the file are wrong, so nothing was written: mend them or send only_good=true."


def add_import(router: Router, resource: Resource) -> None:
    """Give a resource its import."""

    @router.post(
        "/import",
        name=f"import_{resource.module}_{resource.plural}".replace("-", "_"),
        summary=f"Import: {resource.label.lower()}",
        responses={200: {"model": ImportResult}},
        openapi_extra=needs(f"{resource.thing}.import"),
    )
    def import_file(
        call: Calling,
        file: Annotated[UploadFile, File(description="CSV, XLSX or Parquet; the first line names the columns.")],
        dry_run: Annotated[bool, Query(description="Check everything and write nothing.")] = False,  # noqa: FBT002
        only_good: Annotated[bool, Query(description="Write the good rows although others are bad.")] = False,  # noqa: FBT002
    ) -> Response:
        language = language_of(call.request, call.principal.locale)
        call.sign_body(_digest(file.file))
        file.file.seek(0)
        table = read_table(file.file, file.filename or "")

        def work(session: Session) -> dict[str, Any]:
            report = import_records(
                session, resource, table.columns, table.rows, by=call.principal, dry_run=dry_run, only_good=only_good
            )
            if report.bad and not dry_run and not only_good:
                raise _refusal(report, language)
            return _shown(report, language, dry_run=dry_run)

        return call.write(work)


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
    reason = sentence(language, f"field.{cell.code}", values, cell.reason)
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
