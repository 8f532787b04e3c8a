"""What is written to a receiver: subject, text, HTML and files; pure but for the figures it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from html import escape
from typing import Any

from reports.files import MEDIA, file_name
from reports.renderers.about import about, definitions
from reports.renderers.cells import readable
from reports.sheet import Sheet
from reports.words import t

ROWS_SHOWN = 30


@dataclass(frozen=True)
class Letter:
    """Something to be told, whatever the channel."""

    subject: str
    text: str
    html: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The same as data, for a webhook."""
    link: str | None = None
    files: Sequence[tuple[str, str, bytes]] = ()
    """Name, kind and content."""


def letter_of_sheet(
    sheet: Sheet, locale: str, *, files: Sequence[tuple[str, str, bytes]] = (), unsubscribe: str | None = None
) -> Letter:
    """A report: its first rows, what it is about, its definitions, and how to end it."""
    told = [*about(sheet)]
    more = len(sheet.lines) - ROWS_SHOWN
    if more > 0:
        told.append((t("about.left_out", locale), t("mail.more_rows", locale, count=more)))
    words = list(definitions(sheet))
    foot = [(t("mail.unsubscribe", locale), unsubscribe)] if unsubscribe else []
    return Letter(
        subject=t("mail.subject", locale, title=sheet.title),
        text="\n".join([sheet.title, "", *_table_text(sheet), "", *_pairs_text([*told, *words, *foot])]),
        html=_page(sheet.title, [_table_html(sheet), _pairs_html(told), _pairs_html(words), _pairs_html(foot)], locale),
        facts={
            "title": sheet.title,
            "rows": [
                {name: None if cell is None else str(cell) for name, cell in row.items()} for row in sheet.records()
            ],
            "data_version": sheet.evidence.data_version,
            "loaded_at": sheet.evidence.loaded_at,
            "filters": list(sheet.evidence.filters),
            "left_out": list(sheet.left_out),
        },
        link=sheet.link,
        files=files,
    )


def letter_of_words(
    subject: str,
    pairs: Sequence[tuple[str, str]],
    locale: str,
    *,
    link: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Letter:
    """A short notice: what happened, and facts about it."""
    told = [*pairs, *([(t("about.link", locale), link)] if link else [])]
    return Letter(
        subject=subject,
        text="\n".join([subject, "", *_pairs_text(told)]),
        html=_page(subject, [_pairs_html(told)], locale),
        facts=facts or dict(pairs),
        link=link,
    )


def mail_of(
    letter: Letter, *, sender: str, to: str, message_id: str, at: datetime, unsubscribe: str | None = None
) -> EmailMessage:
    """The letter as a mail with a plain and an HTML part and its files; the same delivery has the same Message-ID."""
    mail = EmailMessage()
    # The library would read an encoded word in it, and write the line break that such a word may hold.
    mail["Subject"] = " ".join(letter.subject.split()).replace("=?", "= ?")
    mail["From"], mail["To"] = sender, to
    mail["Message-ID"], mail["Date"] = message_id, at
    mail["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        # One click ends it.  Source: RFC 8058.
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    for name, kind, content in letter.files:
        maintype, _, subtype = MEDIA[kind].partition(";")[0].partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=file_name(name, kind))
    return mail


def _shown(sheet: Sheet) -> list[list[str]]:
    lines = [list(line.cells) for line in sheet.lines[:ROWS_SHOWN]]
    if sheet.total is not None:
        lines.append(list(sheet.total))
    return [
        [readable(cell, column, blank="–") for cell, column in zip(line, sheet.columns, strict=True)] for line in lines
    ]


def _table_text(sheet: Sheet) -> list[str]:
    return [" | ".join(row) for row in [[column.heading for column in sheet.columns], *_shown(sheet)]]


def _pairs_text(pairs: Sequence[tuple[str, str | None]]) -> list[str]:
    return [f"{label}: {text}" for label, text in pairs]


def _table_html(sheet: Sheet) -> str:
    sides = ["left" if column.type in {"text", "date"} else "right" for column in sheet.columns]
    cell = '<td style="padding:4px 10px;text-align:{side};border-bottom:1px solid #d5dce3">{text}</td>'
    head = "".join(
        cell.format(side=side, text=f"<b>{escape(column.heading)}</b>")
        for side, column in zip(sides, sheet.columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(cell.format(side=side, text=escape(text)) for side, text in zip(sides, row, strict=True))
        + "</tr>"
        for row in _shown(sheet)
    )
    return f'<table style="border-collapse:collapse;font-size:14px"><tr>{head}</tr>{body}</table>'


def _pairs_html(pairs: Sequence[tuple[str, str | None]]) -> str:
    shown = "".join(
        f"<p style='margin:2px 0'><b>{escape(label)}</b>: {_linked(text or '')}</p>" for label, text in pairs
    )
    return f'<div style="color:#66737f;font-size:13px;margin-top:14px">{shown}</div>' if pairs else ""


def _linked(text: str) -> str:
    safe = escape(text, quote=True)
    return f'<a href="{safe}">{safe}</a>' if text.startswith(("http://", "https://")) else safe


_HEAD = '<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{title}</title></head>'
_BODY = '<body style="font-family:Helvetica,Arial,sans-serif;color:#1b2733;max-width:860px;margin:24px auto">'
_TITLE = '<h2 style="border-bottom:2px solid #0072b2;padding-bottom:6px">{title}</h2>'


def _page(title: str, parts: Sequence[str], locale: str) -> str:
    safe = escape(title)
    head = _HEAD.format(locale=escape(locale), title=safe) + _BODY + _TITLE.format(title=safe)
    return f"{head}{''.join(parts)}</body></html>"
