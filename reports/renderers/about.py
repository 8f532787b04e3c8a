"""What every file and mail says besides the figures: filters, load, definitions, what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from reports.sheet import Sheet
from reports.words import t


def moment(text: str | None) -> str | None:
    """An instant as people read it, by the minute and with its zone; a text that is none as it stands."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return text
    return f"{found.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def about(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Label and text of each fact, in the reader's language."""
    evidence, locale = sheet.evidence, sheet.locale
    if sheet.is_preview:
        yield t("about.preview", locale), t("about.preview_text", locale, count=len(sheet.lines))
    yield t("about.filters", locale), "; ".join(evidence.filters) or t("about.no_filters", locale)
    currency = _currency(sheet)
    if currency:
        yield t("about.currency", locale), currency
    yield t("about.data_version", locale), evidence.data_version
    yield t("about.loaded_at", locale), moment(evidence.loaded_at) or t("about.unknown", locale)
    if sheet.definition_version is not None:
        yield t("about.definition_version", locale), str(sheet.definition_version)
    for reason in sheet.left_out:
        yield t("about.left_out", locale), reason
    if sheet.link:
        yield t("about.link", locale), sheet.link


def _currency(sheet: Sheet) -> str | None:
    """What the amounts are in: their currency, or where it is told row by row; nothing where there are none."""
    told = {column.currency for column in sheet.columns if column.type == "money"}
    if not told:
        return None
    return (told.pop() if len(told) == 1 else None) or t("about.currency_by_row", sheet.locale)


def definitions(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Label and words of each metric used."""
    for each in sheet.evidence.definitions:
        words = str(each.get("description") or "")
        if each.get("expression"):
            words = f"{words} ({each['expression']})" if words else str(each["expression"])
        yield str(each.get("label") or each["name"]), words
