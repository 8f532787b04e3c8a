"""Text of files by place: pages of PDF, headings of DOCX, Markdown and HTML, rows of CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

EXPANDED_BYTES_MAX = 200_000_000
PAGES_MAX = 3_000
ROWS_MAX = 50_000
_HEADINGS = ("h1", "h2", "h3", "h4")
_SILENT = ("script", "style", "noscript", "template", "head", "nav")
_HIDDEN = re.compile(r"(?:display:none|visibility:(?:hidden|collapse))(?:!important)?(?:;|$)")
"""What no reader of the page sees, with the blanks of its style taken out."""
_ROW = "row "


@dataclass(frozen=True, slots=True)
class Section:
    """Text with the place where a reader finds it."""

    place: str
    text: str


class Unreadable(ValueError):
    """The file's text cannot be read; `reason` is one of a few known words."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        self.reason = reason
        super().__init__(reason)


def sections_of(name: str, content: bytes) -> list[Section]:
    """The text of a file in its order.  Raises: Unreadable."""
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Unreadable("unknown_type")
    try:
        found = [each for each in reader(content) if each.text.strip()]
    except Unreadable:
        raise
    except Exception as error:  # a broken file may fail anywhere in its library
        raise Unreadable("broken") from error
    if not found:
        raise Unreadable("no_text")
    return found


def is_row(place: str) -> bool:
    """Whether a place is a row of a table, whose cells say something only together."""
    return place.startswith(_ROW)


def _text(content: bytes) -> str:
    by_mark = ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ()
    for encoding in (*by_mark, "utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("not_text")


def _pdf(content: bytes) -> Iterator[Section]:
    from pypdf import PdfReader  # noqa: PLC0415  # heavy

    found = PdfReader(io.BytesIO(content))
    if found.is_encrypted and not found.decrypt(""):
        raise Unreadable("encrypted")
    if len(found.pages) > PAGES_MAX:
        raise Unreadable("too_long")
    for number, page in enumerate(found.pages, start=1):
        yield Section(f"p. {number}", page.extract_text() or "")


def _docx(content: bytes) -> Iterator[Section]:
    from docx import Document  # noqa: PLC0415  # heavy

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > EXPANDED_BYTES_MAX:
            raise Unreadable("too_long")
    document = Document(io.BytesIO(content))
    trail: list[str] = []
    for paragraph in document.paragraphs:
        style = paragraph.style.name if paragraph.style else ""
        if style and style.startswith("Heading") and paragraph.text.strip():
            level = int(style.split()[-1]) if style.split()[-1].isdecimal() else 1
            trail = [*trail[: level - 1], paragraph.text.strip()]
        yield Section(_trail(trail), paragraph.text)
    for number, table in enumerate(document.tables, start=1):
        for row in table.rows:
            yield Section(f"table {number}", " | ".join(cell.text for cell in row.cells))


def _markdown(content: bytes) -> Iterator[Section]:
    trail: list[str] = []
    for block in re.split(r"\n\s*\n", _text(content).replace("\r\n", "\n")):
        for line in block.split("\n"):
            heading = re.match(r"(#{1,6})\s+(.*\S)", line)
            if heading:
                trail = [*trail[: len(heading[1]) - 1], heading[2]]
        yield Section(_trail(trail), re.sub(r"(?m)^#{1,6}\s+", "", block))


def _html(content: bytes) -> Iterator[Section]:
    from lxml import html  # type: ignore[import-untyped]  # noqa: PLC0415  # heavy, and without types

    tree = html.document_fromstring(_text(content))
    for silent in tree.xpath("|".join(f"//{name}" for name in _SILENT)):
        silent.drop_tree()
    for node in tree.xpath("//*[@hidden or @style]"):
        is_hidden = "hidden" in node.attrib or _HIDDEN.search("".join(node.get("style", "").lower().split()))
        if is_hidden and node.getparent() is not None:
            node.drop_tree()
    trail: list[str] = []
    for node in tree.iter("p", "li", "td", "th", "pre", "blockquote", *_HEADINGS):
        text = " ".join(node.text_content().split())
        if node.tag in _HEADINGS and text:
            trail = [*trail[: int(node.tag[1]) - 1], text]
        yield Section(_trail(trail), text)


def _csv(content: bytes) -> Iterator[Section]:
    text = _text(content)
    dialect: type[csv.Dialect] | str = "excel"
    try:
        dialect = csv.Sniffer().sniff(text[:4_000], ",;\t|")
    except csv.Error:
        dialect = "excel"
    rows = csv.reader(io.StringIO(text), dialect)
    names = next(rows, [])
    for number, row in enumerate(rows, start=2):
        if number > ROWS_MAX:
            raise Unreadable("too_long")
        said = [f"{name}: {cell}" for name, cell in zip(names, row, strict=False) if cell.strip()]
        yield Section(f"{_ROW}{number}", "; ".join(said))


def _plain(content: bytes) -> Iterator[Section]:
    for number, block in enumerate(re.split(r"\n\s*\n", _text(content)), start=1):
        yield Section(f"§ {number}", block)


def _trail(headings: list[str]) -> str:
    return " › ".join(headings)[:300]


_READERS: Mapping[str, Callable[[bytes], Iterator[Section]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".csv": _csv,
    ".txt": _plain,
}
TYPES = tuple(_READERS)
