"""Sentences in the reader's language, and a list of those that have none."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

import api
import transactional
from api.context import Services
from api.translations import languages
from tests.api.conftest import problem
from transactional.kernel.errors import DomainError

PROJECT = Path(__file__).parents[2]
SOURCES = ("transactional", "api", "olap")


@pytest.mark.feature("2.1.13")
def test_the_same_refusal_in_the_readers_language(http: TestClient, services: Services) -> None:
    def refused(language: str) -> dict[str, Any]:
        body = {"code": "", "currency_code": "EUR"}
        return problem(http.post("/api/scm/customers", json=body, headers={"Accept-Language": language}), 422)

    english, chinese, arabic = refused("en"), refused("zh-CN,zh;q=0.9,en;q=0.1"), refused("ar")
    assert english["code"] == chinese["code"] == arabic["code"] == "invalid_input"
    assert [each["code"] for each in english["errors"]] == [each["code"] for each in arabic["errors"]]
    assert english["detail"] == "Some of the input is wrong: mend what is listed (2)."
    assert chinese["detail"] == "输入有 2 个错误字段：请修正所列字段。"  # noqa: RUF001  # Chinese punctuation
    assert {error["reason"] for error in chinese["errors"]} == {"少于 1 个字符", "缺失"}
    assert arabic["detail"] == "في المدخلات 2 حقول خاطئة: صحّح المذكور منها."
    assert {error["reason"] for error in arabic["errors"]} == {"فيه أقل من 1 حرفاً", "مفقود"}
    assert refused("sw")["detail"] == english["detail"]
    with services.database.outside_tenants() as session:
        session.execute(text("update identity.tenants set default_locale = 'zh-CN'"))
    services.rights.forget()
    assert refused("sw")["detail"] == chinese["detail"]


@pytest.mark.feature("2.1.13")
@pytest.mark.parametrize("language", ["zh", "ar"])
def test_every_refusal_has_its_sentence_in_each_language(language: str) -> None:
    assert untranslated(language, _error_codes()) == []


@pytest.mark.feature("2.1.13")
@pytest.mark.parametrize("language", ["zh", "ar"])
def test_every_wrong_field_has_its_reason_in_each_language(language: str) -> None:
    assert untranslated(language, {f"field.{code}" for code in _field_codes()}) == []


@pytest.mark.feature("2.1.13")
def test_a_sentence_without_translation_is_listed() -> None:
    assert untranslated("ar", {"in_use", "field.missing", "brand_new", "field.brand_new"}) == [
        "brand_new",
        "field.brand_new",
    ]


def untranslated(language: str, codes: set[str]) -> list[str]:
    """The codes that have no sentence in a language."""
    return sorted(codes - set(languages()[language]))


@pytest.mark.feature("2.1.13")
def test_every_wrong_field_has_a_code_of_its_own() -> None:
    """Without one, its reason would be English in every language."""
    alone = [
        where
        for where, node in _field_problems()
        if len(node.args) < 3 and not any(isinstance(each, ast.Starred) for each in node.args)
    ]
    assert alone == []


@pytest.mark.feature("2.1.13")
@pytest.mark.parametrize("language", ["zh", "ar"])
def test_all_languages_fill_the_same_values(language: str) -> None:
    english, foreign = languages()["en"], languages()[language]
    templates = {code: error.message for code, error in _errors().items()} | dict(english)
    differing = {
        code: (template, foreign[code])
        for code, template in templates.items()
        if code in foreign and not _names(foreign[code]) <= _names(template)
    }
    assert differing == {}
    assert set(english) <= set(foreign)


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _errors() -> dict[str, type[DomainError]]:
    for package in (transactional, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)

    def below(family: type[DomainError]) -> Iterator[type[DomainError]]:
        for error in family.__subclasses__():
            yield error
            yield from below(error)

    found: dict[str, type[DomainError]] = {}
    errors: list[type[DomainError]] = [DomainError, *below(DomainError)]
    for error in errors:
        found.setdefault(error.code, error)
    return found


def _error_codes() -> set[str]:
    return set(_errors())


def _field_problems() -> Iterator[tuple[str, ast.Call]]:
    """Every FieldProblem(...) and invalid(...) in the sources, with where it stands."""
    for source in SOURCES:
        for file in (PROJECT / source).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"FieldProblem", "invalid"}:
                    yield f"{file.name}:{node.lineno}", node


def _field_codes() -> set[str]:
    """The third word of each."""
    codes = [node.args[2] for _, node in _field_problems() if len(node.args) > 2]
    return {str(code.value) for code in codes if isinstance(code, ast.Constant)}
