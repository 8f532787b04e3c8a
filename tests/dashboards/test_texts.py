"""Both languages say everything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dashboards.words import LANGUAGES, text_in, texts
from tests.dashboards.fake_records import declared

FOLDER = Path(__file__).parents[2] / "dashboards"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SAME_IN_BOTH = {"receipt.sql", "field.iban", "field.bic", "workbench.done"}


def _keys_in_source() -> Iterator[str]:
    """The keys that the source names in full."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
                yield from _keys_in(node.args[0])


def _keys_in(argument: ast.expr) -> Iterator[str]:
    """The keys in an argument; the beginning of one that is put together says nothing."""
    if isinstance(argument, ast.JoinedStr):
        return
    if isinstance(argument, ast.Constant) and re.fullmatch(r"\w+\.\w+", str(argument.value)):
        yield str(argument.value)
    for part in ast.iter_child_nodes(argument):
        if isinstance(part, ast.expr):
            yield from _keys_in(part)


def test_every_text_that_a_page_names_is_there() -> None:
    named = set(_keys_in_source())
    missing = sorted(named - set(texts("en")))
    assert len(named) > 100, "the search finds the keys"
    assert missing == []


def test_the_script_of_the_pages_writes_nothing_by_accident() -> None:
    """Streamlit shows every text that stands alone in its script but the first."""
    body = ast.parse((FOLDER / "main.py").read_text(encoding="utf-8")).body
    alone = [each for each in body[1:] if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)]
    assert [ast.unparse(each) for each in alone] == []


def test_no_language_lacks_a_text() -> None:
    for language in LANGUAGES:
        assert sorted(set(texts("en")) ^ set(texts(language))) == []


def test_a_text_has_the_same_places_in_both_languages() -> None:
    differing = [key for key, text in texts("en").items() if _places(text) != _places(texts("zh")[key])]
    assert differing == []


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_chinese_texts_are_chinese() -> None:
    foreign = [key for key, text in texts("zh").items() if not _CHINESE.search(text) and key not in _SAME_IN_BOTH]
    assert foreign == []


def test_every_declared_word_is_known() -> None:
    missing: set[str] = set()
    for each in declared(("*",)):
        missing |= {f"thing.{each['thing']}", f"module.{each['module']}"}
        missing |= {f"verb.{verb['name']}" for verb in each["verbs"]}
        missing |= {f"does.{verb['right']}" for verb in each["verbs"]}
        for field in [*each["fields"], *(one for lines in each["lines"] for one in lines["fields"])]:
            missing |= {f"field.{field['name']}", *(f"choice.{choice}" for choice in field["choices"])}
    assert sorted(missing - set(texts("en"))) == []


HEADED = sorted(key.removesuffix(".nav") for key in texts("en") if key.endswith(".nav") and key != "shared.nav")
"""All pages but the one behind a link, which is headed by its report."""


@pytest.mark.parametrize("page", HEADED)
def test_every_page_has_a_name_and_asks_a_question(page: str) -> None:
    for part in ("nav", "title", "question"):
        assert text_in("zh", f"{page}.{part}") != text_in("en", f"{page}.{part}")
