"""Words that everybody understands in another way: asked back with what they may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ai.questions.openings import open_figure
from ai.questions.plans import Clarify, Stop
from ai.questions.said import Reading
from ai.questions.words import is_chinese, joined

_LATELY = {
    "en": ("last month", "this quarter", "this year", "in the last 12 months"),
    "zh": ("上个月", "本季度", "今年", "最近12个月"),
}
_ACTIVE = {
    "en": (
        "How many customers ordered in the last 12 months?",
        "How many customers ordered in the last 3 months?",
        "How many customers ordered this year?",
        "How many customers are on file?",
    ),
    "zh": ("最近12个月有多少客户下单？", "最近3个月有多少客户下单？", "今年有多少客户下单？", "在册客户有多少？"),
}
_IMPORTANT = {
    "supplier": {
        "en": ("Which vendor has the highest purchase order value?", "From which vendor did we buy the most pieces?"),
        "zh": ("采购金额最高的供应商是哪家？", "采购数量最多的供应商是哪家？"),
    },
    "customer": {
        "en": ("Which customer brought the most revenue?", "Which customer placed the most orders?"),
        "zh": ("销售额最高的客户是哪个？", "订单数最多的客户是哪个？"),
    },
    "item": {
        "en": ("Which product brought the most revenue?", "Which product sold the most pieces?"),
        "zh": ("销售额最高的产品是哪个？", "销量最高的产品是哪个？"),
    },
    "salesperson": {
        "en": ("Which salesperson brought the most revenue?", "Which salesperson has the most orders?"),
        "zh": ("销售额最高的销售员是谁？", "订单数最多的销售员是谁？"),
    },
}
_HAD = {
    "en": ("How many {kind} are in stock?", "How many different products are there of {kind}?"),
    "zh": ("{kind}的库存数量是多少？", "{kind}有多少种产品？"),
}
_WORDS = {
    "en": {"active": "active", "important": "important", "recently": "recently", "have": "have", "items": "items"},
    "zh": {"active": "活跃", "important": "重要", "recently": "最近", "have": "有", "items": "件"},
}
_RECENTLY = frozenset({"recently", "lately", "recent"})
_STATE = frozenset({"how", "going", "performing", "doing", "situation", "performance"})
_CUSTOMERS = frozenset({"customer", "customer_account"})


@dataclass(frozen=True, slots=True)
class _Said:
    reading: Reading
    language: str

    def holds(self, *phrases: str) -> bool:
        """Whether one of the phrases is said; Chinese characters are words of their own."""
        text = f" {joined(self.reading.words)} " if self.language == "en" else "".join(self.reading.words)
        return any((f" {each} " if self.language == "en" else each) in text for each in phrases)


def check_vague(reading: Reading) -> None:
    """Nothing where every word has one meaning.  Raises: Stop with what may be meant."""
    said = _Said(reading, "zh" if is_chinese(joined(reading.words)) else "en")
    told = (_active(said), _important(said), _lately(said), _had(said), _sold(said), open_figure(reading))
    for word, choices in told:
        if choices:
            raise Stop(Clarify("several_meanings", _WORDS[said.language].get(word, word), tuple(choices)))


def _subjects(reading: Reading) -> set[str]:
    counted = {each.meanings[0].name for each in reading.metrics}
    names = {*reading.dimensions, *reading.parties, reading.counted or ""}
    return names | ({"customer"} if any("customer_count" in name for name in counted) else set())


def _active(said: _Said) -> tuple[str, Sequence[str]]:
    """Who is active, nothing in the books says: not where days say when somebody did something."""
    is_asked = said.holds("active customers", "active customer", "active clients", "活跃客户", "活跃的客户")
    return "active", _ACTIVE[said.language] if is_asked and not said.reading.times else ()


def _important(said: _Said) -> tuple[str, Sequence[str]]:
    is_asked = said.holds("most important", "important", "most valuable", "key", "最重要", "重要")
    subjects = {"customer" if each in _CUSTOMERS else each for each in _subjects(said.reading)}
    subject = next((each for each in _IMPORTANT if each in subjects), None)
    is_told = bool(said.reading.metrics or said.reading.verbs or said.reading.limits)
    return "important", _IMPORTANT[subject][said.language] if is_asked and subject and not is_told else ()


def _had(said: _Said) -> tuple[str, Sequence[str]]:
    """How many road bikes do we have: pieces in stock, or products in the catalogue?"""
    reading = said.reading
    names = [each.word for each in reading.members]
    is_of_items = bool(names) and all(m.dimension.startswith("item_") for e in reading.members for m in e.candidates)
    told = (reading.unplaced, reading.metrics, reading.dimensions, reading.verbs, reading.times, reading.limits)
    is_told = any(told) or reading.has_pieces or bool(reading.grains or reading.missing)
    is_asked = said.holds("do we have", "have we got", "我们有") and reading.operators == ["count"]
    if not (is_asked and is_of_items) or is_told:
        return "have", ()
    kind = " ".join(names)
    return "have", tuple(each.format(kind=kind) for each in _HAD[said.language])


def _sold(said: _Said) -> tuple[str, Sequence[str]]:
    """How many items did we sell: pieces, or different products?"""
    reading = said.reading
    is_sold = said.holds("did we sell", "were sold", "have we sold", "we sold")
    is_asked = said.language == "en" and said.holds("how many items") and is_sold
    if not is_asked or reading.has_pieces or reading.members or reading.limits:
        return "items", ()
    question = joined(reading.words)
    return "items", tuple(question.replace("items", each, 1) for each in ("pieces", "different products"))


def _lately(said: _Said) -> tuple[str, Sequence[str]]:
    """How sales were lately: of which days, nobody says."""
    reading = said.reading
    is_said = bool(_RECENTLY & set(reading.words) and _STATE & set(reading.words)) and not said.holds("most recent")
    is_said = is_said or (said.holds("最近", "近期") and said.holds("情况", "怎么样", "如何"))
    if not is_said or reading.times or not (reading.metrics or reading.verbs) or reading.dimensions:
        return "recently", ()
    question = (
        joined([word for word in reading.words if word not in _RECENTLY]).replace("最近的", "").replace("最近", "")
    )
    space = " " if said.language == "en" else ""
    return "recently", tuple(f"{days}{space}{question}" for days in _LATELY[said.language])
