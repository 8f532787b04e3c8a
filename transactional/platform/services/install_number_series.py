"""Giving a company its number series."""

from collections.abc import Mapping
from uuid import UUID

from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.platform.formats import parse_format
from transactional.platform.models import NumberSeries
from transactional.platform.number_series import DEFAULT_SERIES, SeriesDefault


def install_number_series(
    session: Session, company_id: UUID, series: Mapping[str, SeriesDefault] = DEFAULT_SERIES
) -> list[NumberSeries]:
    """One series for each document type.  Raises: Invalid for a format without a counter."""
    rows = [
        NumberSeries(
            document_type=document_type,
            company_id=company_id,
            format=parse_format(chosen.format, f"{document_type}/format").text,
            is_gapless=chosen.is_gapless,
        )
        for document_type, chosen in series.items()
    ]
    insert_all(session, rows)
    return rows
