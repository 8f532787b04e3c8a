"""A5: what is written into names is never a template, in mails, files, messages and formulas: no code, no markup."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from ai.questions.texts import TEXTS, text_of
from olap.query import Column, Evidence
from reports.renderers.pdf import pdf_bytes
from reports.sending.letters import letter_of_sheet, letter_of_words
from reports.sheet import Line, Sheet
from reports.words import t
from tests.attacks.payloads import SCRIPTS, TEMPLATES
from transactional.kernel.errors import Invalid, Refused
from transactional.ledger.statement_templates import read_rows
from transactional.platform.formats import parse_format

_EVIDENCE = Evidence((), "", {}, "1", None, None, ())
FORMULAS_OF_CODE = (
    "__import__('os').system('id')",
    "().__class__.__base__",
    "revenue.__class__",
    "revenue[0]",
    "revenue()",
    "[x for x in (1,)]",
    "(lambda: 1)()",
    "9**9**9",
    "1 << 99",
    "1 if 1 else 2",
    "1, 2",
    "'a' * 9",
    "f'{revenue}'",
    "revenue := 1",
    "not revenue",
    "revenue and 1",
    "revenue < 1",
    "await revenue",
    "yield",
    "1e999",
    "nan",
    "(" * 300 + "1" + ")" * 300,
    "revenue; import os",
    "revenue\nimport os",
    "\x00",
    "",
)


class _Told(Refused):
    message = "“{name}” is taken by {other}."


def sheet_of(title: str, cell: str) -> Sheet:
    columns = (Column("name", cell[:200], "text", None, "dimension"),)
    return Sheet(title, columns, (Line((cell,)),), (cell,), _EVIDENCE, left_out=(cell,), link="https://own.test/r")


@pytest.mark.parametrize("payload", TEMPLATES)
def test_a_name_is_told_as_it_is_written(payload: str) -> None:
    assert _Told(name=payload, other=payload).sentence() == f"“{payload}” is taken by {payload}."
    for locale in ("en", "zh"):
        assert payload in t("mail.subject", locale, title=payload)
        letter = letter_of_words(payload, [(payload, payload)], locale)
        assert letter.text.startswith(f"{payload}\n\n{payload}: {payload}")
        assert payload in letter_of_sheet(sheet_of(payload, payload), locale).text
        assert f"“{payload}”" in text_of("unknown_word", locale, word=payload)
    assert "{word}" in TEXTS["en"]["unknown_word"]


def test_a_pdf_shows_names_as_they_are_written() -> None:
    names = [*TEMPLATES, *SCRIPTS]
    first = sheet_of(SCRIPTS[1], SCRIPTS[2])
    sheet = replace(first, lines=tuple(Line((name,)) for name in names), left_out=tuple(TEMPLATES))
    pages = PdfReader(io.BytesIO(pdf_bytes(sheet))).pages
    shown = _letters("".join(page.extract_text() for page in pages))
    assert [name for name in [*names, sheet.title] if _letters(name) not in shown] == []
    for page in pages:
        links = [each.get_object()["/A"]["/URI"] for each in page.get("/Annots", []) if "/A" in each.get_object()]
        assert set(links) <= {"https://own.test/r"}
        assert "/AA" not in page


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isascii() and each.isalnum())


@pytest.mark.parametrize("formula", FORMULAS_OF_CODE)
def test_a_formula_is_four_operations_and_nothing_else(formula: str) -> None:
    rows = [{"key": "revenue", "accounts": ["4000"]}, {"key": "made", "formula": formula}]
    _, problems = read_rows(rows)
    assert [each.path for each in problems] == ["rows/1/formula"]
    assert read_rows([rows[0], {"key": "made", "formula": "-(revenue + 2) / 3 * revenue - 1"}])[1] == []


@pytest.mark.parametrize("payload", [each for each in TEMPLATES if "{" in each or "}" in each])
def test_a_number_format_knows_its_own_parts_only(payload: str) -> None:
    with pytest.raises(Invalid):
        parse_format(f"SO-{payload}-{{00000}}")
    assert parse_format("SO-{yyyy}-{00000}").text == "SO-{yyyy}-{00000}"
