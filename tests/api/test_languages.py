"""Sentences in the reader's language, and a list of those that have none."""

import ast
import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

import api
import transactional
from api.context import Services
from api.reasons import reason_in
from api.translations import languages, word_in
from olap.errors import MetricForbidden
from tests.api.conftest import problem
from transactional.kernel.errors import DomainError
from transactional.resources import RESOURCES

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


@pytest.mark.feature("2.1.13")
@pytest.mark.parametrize("language", ["zh", "ar"])
def test_what_the_metrics_layer_and_reports_refuse_is_told_in_each_language(language: str) -> None:
    """Their reasons are sentences with names in them: each shape that the code can say is found again."""
    said = {reason: where for where, reason in _reasons()}
    assert len(said) > 150
    assert {reason: where for reason, where in said.items() if reason_in(language, reason) is None} == {}
    assert reason_in(language, "nobody has said so yet") is None


@pytest.mark.feature("2.1.13")
def test_a_wrong_question_is_told_in_the_readers_language(asked: Any, http: TestClient) -> None:
    assert asked
    question: dict[str, Any] = {"metrics": ["nosuch"], "group_by": ["zz"]}
    question |= {"where": [{"field": "region", "op": "like", "value": "a"}], "order_by": [{}]}

    def refused(language: str) -> dict[str, str]:
        answer = http.post("/api/metrics/query", json=question, headers={"Accept-Language": language})
        return {each["path"]: each["reason"] for each in problem(answer, 422)["errors"]}

    wrong = {"metrics": ["net_revenu"], "group_by": ["regio"]}
    told = {}
    for language in ("en", "zh-CN", "ar"):
        answer = http.post("/api/metrics/query", json=wrong, headers={"Accept-Language": language})
        told[language] = [each["reason"] for each in problem(answer, 422)["errors"]]
    assert told["en"][0].startswith("unknown metric 'net_revenu'; did you mean ")
    assert told["zh-CN"][0].startswith("没有指标 'net_revenu'；您是指 ")  # noqa: RUF001  # Chinese punctuation
    assert told["ar"][0].startswith("لا يوجد مقياس 'net_revenu'؛ هل تقصد ")
    english, chinese = refused("en"), refused("zh")
    assert english.keys() == chinese.keys()
    assert [path for path in english if english[path] == chinese[path]] == []


@pytest.mark.feature("2.1.13")
def test_sorts_of_records_are_named_in_the_readers_language(http: TestClient) -> None:
    def missing(path: str, language: str) -> str:
        answer = http.get(f"{path}/{uuid4()}", headers={"Accept-Language": language})
        return str(problem(answer, 404, "not_found")["detail"])

    assert missing("/api/scm/payment-terms", "en") == "There is no payment term with this id that you may see."
    assert missing("/api/scm/customers", "zh-CN") == "没有您可查看的此编号的 客户。"
    assert "فاتورة مبيعات" in missing("/api/sales/invoices", "ar")
    assert word_in("zh", "supplier_bank_accounts") == word_in("zh", "supplier bank account") != "supplier bank account"
    for language in ("zh", "ar"):
        assert [each.thing for each in RESOURCES if f"thing.{each.thing}" not in languages()[language]] == []
    # The pages and the interface have one word for a thing.
    pages = json.loads((PROJECT / "dashboards/text/zh.json").read_text(encoding="utf-8"))
    words = {f"thing.{each.thing}" for each in RESOURCES}
    assert {word for word in words if pages[word] != languages()["zh"][word]} == set()


@pytest.mark.feature("2.1.13")
def test_choices_are_told_without_an_english_word(http: TestClient) -> None:
    body = {"code": "U", "name": "U", "kind": "nonsense"}

    def told(language: str) -> str:
        answer = http.post("/api/organization/units", json=body, headers={"Accept-Language": language})
        return str(problem(answer, 422)["errors"][0]["reason"])

    assert " or " in told("en")
    assert " or " not in told("zh")
    assert " أو " in told("ar")


def _reasons() -> Iterator[tuple[str, str]]:
    """Where olap and reports say what is wrong, and what, with `x` for each name in it."""
    calls = {"Problem", "invalid", "_wrong", "wrong", "add", "_refuse", "refuse"}
    for package in ("olap", "reports"):
        for file in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                said: ast.expr | None = None
                if isinstance(node, ast.Call) and len(node.args) > 1:
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    said = node.args[1] if name in calls else None
                elif isinstance(node, ast.Yield) or (
                    isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason"
                ):
                    said = node.value
                yield from ((f"{file.name}:{node.lineno}", each) for each in _sentences(said) if each)  # type: ignore[attr-defined]


def _sentences(node: ast.expr | None) -> list[str]:
    match node:
        case ast.Constant(value=str(text_)):
            return [text_]
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)]
        case ast.IfExp(body=first, orelse=second):
            return [*_sentences(first), *_sentences(second)]
        case ast.BinOp(left=left, right=right):
            return [f"{begin}{end}" for begin in _sentences(left) for end in _sentences(right) or [""]]
        case _:
            return []


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


@pytest.mark.feature("2.1.13")
def test_why_a_figure_is_not_shown_is_told_in_the_readers_language() -> None:
    refused = str(MetricForbidden(metric="net_revenue", reason="you need the right metric.sales.read"))
    assert reason_in("zh", refused) == "net_revenue（需要权限 metric.sales.read）"  # noqa: RUF001  # Chinese punctuation
    assert reason_in("ar", refused) == "net_revenue (يلزمك الحق metric.sales.read)"
    assert reason_in("en", refused) is None
