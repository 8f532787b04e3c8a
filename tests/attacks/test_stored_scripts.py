"""A13: scripts in texts stay texts, in mails and pages; formulas stay texts in files, whatever stands before them."""

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest

from dashboards.parts.statements import _line
from dashboards.words import escaped
from reports.renderers.cells import harmless
from reports.renderers.csv import csv_parts
from reports.renderers.xlsx import xlsx_bytes
from reports.sending.letters import letter_of_sheet, letter_of_words
from tests.attacks.payloads import BLANKS, FORMULAS, SCRIPTS
from tests.attacks.test_templates import sheet_of
from transactional.kernel.cells import plain

_OWN_TAGS = {"html", "head", "meta", "title", "body", "h2", "table", "tr", "td", "b", "p", "div", "a"}
_OWN_ATTRIBUTES = {"lang", "charset", "style", "href"}
_RUN = re.compile(
    r"^[\s'\x00-\x1f\x7f-\xa0\u00ad\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]"
)


class _Page(HTMLParser):
    """The tags and links that a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.links, self.text = set[str](), set[str](), list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page


@pytest.mark.parametrize("payload", SCRIPTS)
def test_a_mail_holds_no_markup_but_its_own(payload: str) -> None:
    sheet = sheet_of(payload, payload)
    for html in (
        letter_of_words(payload, [(payload, payload)], "en", link=payload).html,
        letter_of_sheet(sheet, "zh", unsubscribe="https://own.test/u").html,
        letter_of_words("x", [("x", "x")], payload).html,
    ):
        page = _read(html)
        assert page.tags <= _OWN_TAGS
        assert page.attributes <= _OWN_ATTRIBUTES
        assert all(link.startswith(("https://own.test/", "https://x.test/", "http://x.test/")) for link in page.links)
    assert payload.strip() in _read(letter_of_words(payload, [], "en").html).text


@pytest.mark.parametrize("payload", SCRIPTS)
def test_a_line_of_a_statement_holds_no_markup_but_its_own(payload: str) -> None:
    page = _read(f"<table>{_line(payload, [payload, payload])}</table>")
    assert page.tags == {"table", "tr", "td"}
    assert page.attributes == set()
    assert page.text.count(payload) == 3


@pytest.mark.parametrize(
    "payload", [*SCRIPTS, "[x](javascript:alert(7331))", "![x](https://evil.test/x)", "$x$", ":red[x]"]
)
def test_words_of_records_are_no_markdown(payload: str) -> None:
    # Each sign that begins markup stands behind a backslash, so that a reader sees the sign.
    assert not re.search(r"(?<!\\)(?:\\\\)*[<\[`$*_]", escaped(payload)), escaped(payload)


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_a_formula_leaves_as_text_and_comes_back_as_it_was(blank: str, formula: str) -> None:
    text = blank + formula
    safe = harmless(text)
    assert safe == f"'{text}"
    assert plain(safe) == text


def test_what_is_no_formula_is_left_alone() -> None:
    for text in ("Crane & Co", "a=b", "", " ", "7-up", "'quoted'", "x@y.test", "(=1)", "名字", "O'Neill =1"):
        assert harmless(text) == text
        assert plain(harmless(text)) == (text.strip() or None)


def test_files_of_a_report_hold_no_formula() -> None:
    for blank in BLANKS:
        for formula in FORMULAS:
            sheet = sheet_of("Report", blank + formula)
            told = list(csv.reader(io.StringIO(b"".join(csv_parts(sheet)).decode("utf-8-sig"), newline="")))
            cells = [cell for row in told for cell in row]
            assert [cell for cell in cells if _RUN.match(cell) and not cell.startswith("'")] == []
    book: Any = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet_of("=1+1", "=1+1"))))
    types = [(cell.data_type, cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value]
    assert [value for kind, value in types if kind == "f"] == []
    assert [value for kind, value in types if kind == "s" and "=1+1" in value] != []
