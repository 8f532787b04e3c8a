"""The words people use: each leads to its figure alone, fillers carry nothing, and Chinese is cut at its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ai.questions.dialect import OPAQUE, OPERATORS, PHRASES, VERB_KEYS, keys_of
from ai.questions.frames import fillers, framed, frames, phrases_in
from ai.questions.glosses import said_once
from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.names import other_names
from ai.questions.numerals import in_digits
from ai.questions.places import NONE
from ai.questions.splitting import cleaned
from ai.questions.understanding import read
from ai.questions.words import is_chinese, key_of, words_of
from olap.asker import Asker
from olap.service import Numbers

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
ASKING = ("哪", "每", "什", "多少")
"""Words that ask by whom or of what something is told: they are read for themselves, never within a name."""


@pytest.fixture
def lexicon(numbers: Numbers, everyone: Asker) -> Lexicon:
    """All phrases that somebody with every right may use."""
    return read_lexicon(numbers, everyone)


def _declared() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(MARTS.rglob("*.yml")):
        for metric in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("metrics") or ():
            yield metric["name"], metric.get("config", {}).get("meta", {})


@cache
def _synonyms() -> Mapping[tuple[str, ...], set[str]]:
    found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, meta in _declared():
        for phrases in meta.get("synonyms", {}).values():
            for phrase in phrases:
                found[key_of(phrase)].add(name)
    return found


SHARED_MAX = 30
"""Phrases that two figures share on purpose, as a price that is the list's or the one sold at: they are asked back."""


def test_a_phrase_leads_to_one_figure_or_is_one_of_few_that_are_asked_back() -> None:
    shared = {" ".join(key): names for key, names in _synonyms().items() if len(names) > 1}
    assert len(shared) <= SHARED_MAX, shared


def test_no_synonym_of_a_figure_takes_a_word_that_orders_or_compares() -> None:
    taken = {
        " ".join(key): operator
        for key, operator in framed().items()
        if operator not in {"filler", "count", "share"} and key_of(" ".join(key)) in _synonyms()
    }
    assert taken == {}


def test_no_filler_holds_a_word_that_always_says_something() -> None:
    declared = frames()
    bearing = set(declared["bearing"]["en"].split())
    characters = declared["bearing"]["zh"].split()
    known = set(phrases_in(declared["filler"]["set_phrases"]))
    wrong = [
        phrase
        for phrase in fillers(declared)
        if phrase not in known and (bearing & set(words_of(phrase)) or any(each in phrase for each in characters))
    ]
    assert wrong == []


def test_no_word_is_declared_in_two_ways() -> None:
    older = {key: operator for operator, phrases in PHRASES.items() for key in keys_of(phrases) if key}
    assert {key: operator for key, operator in framed().items() if older.get(key, operator) != operator} == {}
    assert not OPAQUE & (set(OPERATORS) | set(VERB_KEYS))


def test_a_name_of_a_member_is_declared_once_in_its_dimension() -> None:
    found: defaultdict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for (dimension, value), names in other_names().items():
        for name in names:
            found[dimension, key_of(name)].add(value)
    assert {key: values for key, values in found.items() if len(values) > 1} == {}


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    "question",
    [
        "Just tell me, going by our records, what would net revenue have been in 2026?",
        "For the board meeting: net revenue in 2026, in dollars please",
        "Hello there, a quick question - net revenue 2026, as the books have it?",
        "According to the system, our net revenue in 2026 turned out to be what, all told?",
        "麻烦您帮我查一下2026年的净收入到底是多少",
        "老板想知道,系统显示2026年净收入合计为多少美元?",
    ],
)
def test_frame_words_are_dropped(lexicon: Lexicon, question: str) -> None:
    reading, mended = read(cleaned(question), lexicon)
    assert (reading.unplaced, mended) == ([], [])
    assert [each.meanings[0].name for each in reading.metrics] == ["net_revenue"]


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("net revenue per capita in 2026", "per capita"),
        ("2026年其他客户的净收入", "其他"),
        ("2026年人均净收入是多少", "人均"),
        ("2026年新客户的净收入", "新客户"),
        ("2026年净收入连续下降的客户", "连续"),
    ],
)
def test_words_that_say_something_nobody_knows_are_not_taken_apart(lexicon: Lexicon, question: str, word: str) -> None:
    reading, _ = read(question, lexicon)
    assert word in reading.unplaced


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("三十万", "300000"),
        ("一千二百", "1200"),
        ("一万五", "15000"),
        ("一百零五", "105"),
        ("十二月", "12月"),
        ("1千万", "1千万"),
        ("三四个", "三四个"),
        ("百分之二十", "百分之20"),
        ("前三名", "前三名"),
    ],
)
def test_numbers_in_characters_are_read_as_figures(said: str, digits: str) -> None:
    assert in_digits(said) == digits


@pytest.mark.parametrize("question", ["没有订单的客户", "2026年未下单的客户", "without orders"])
def test_a_negation_is_never_dropped(lexicon: Lexicon, question: str) -> None:
    assert read(question, lexicon)[0].has("not")


def test_words_for_what_is_not_there_are_all_negations() -> None:
    assert {OPERATORS[tuple(word.split())] for word in NONE} == {"not"}


def test_a_name_in_brackets_is_said_once(lexicon: Lexicon) -> None:
    assert said_once("奥法(Alpha GmbH)的净收入", lexicon) == "(Alpha GmbH)的净收入"
    assert said_once("客户(Alpha GmbH)的净收入", lexicon) == "客户(Alpha GmbH)的净收入"
    assert said_once("净收入(不含税)", lexicon) == "净收入(不含税)"


ASKED_BEFORE = {f"多少{noun}" for noun in ("产品", "员工", "特价活动", "税率", "评价", "销售员")}


def test_chinese_synonyms_ask_nothing() -> None:
    """Within a name the word that asks would be lost: 哪个地区 is 哪个 and 地区."""
    leading = [key for key in _synonyms() if is_chinese("".join(key)) and "".join(key).startswith(ASKING)]
    assert {"".join(key) for key in leading} <= ASKED_BEFORE


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    "question",
    ["net revenue of Alpha GmbH and Beta SARL respectively", "Alpha GmbH和Beta SARL的净收入分别是多少"],
)
def test_names_are_told_apart_where_that_is_asked(lexicon: Lexicon, question: str) -> None:
    assert read(question, lexicon)[0].grouped == ["customer"]


@pytest.mark.parametrize(
    "question", ["net revenue of Alpha GmbH and Beta SARL together", "Alpha GmbH和Beta SARL的净收入一共是多少"]
)
def test_and_not_where_it_is_not(lexicon: Lexicon, question: str) -> None:
    assert read(question, lexicon)[0].grouped == []


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    "question",
    ["Alpha GmbH以外的净收入", "除了Alpha GmbH以外,其他客户的净收入", "net revenue with the exception of Alpha GmbH"],
)
def test_a_word_behind_a_name_leaves_it_out(lexicon: Lexicon, question: str) -> None:
    reading, _ = read(question, lexicon)
    assert [each.is_excluded for each in reading.members] == [True]
    assert (reading.idle, reading.unplaced, reading.dimensions) == ([], [], [])
