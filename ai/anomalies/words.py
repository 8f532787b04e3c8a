"""Reasons in words, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ai.anomalies.model import CURRENCY, Words

if TYPE_CHECKING:
    from ai.anomalies.grouping import MetricFacts, Naming
    from ai.anomalies.metrics import Outlier

_AMOUNT = re.compile(rf"(?<=\d) {CURRENCY}")
_DAY = re.compile(r"(?<![\w-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])")
"""A day by itself, not the middle of a document's number."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MEMBERS_TOLD = 2
_WHOLE_FROM = 100
BLANK = Words("(blank)", "（空）")
_KINDS = {
    "day": Words("on {day}", "在 {day}"),
    "size": Words("on {day}", "在 {day}"),
    "week": Words("in the week up to {day}, a day's average,", "在截至 {day} 的一周内，日均"),
    "shape": Words(
        "has other days of the week than before, up to {day}: how far its days lie from what is usual for them",
        "截至 {day} 的一周内各日分布改变，各日与其通常值的平均差距",
    ),
    "drift": Words("has been drifting for weeks up to {day}: it", "在截至 {day} 的数周内持续漂移，"),
}


def metric_reason(outlier: Outlier, naming: Naming, contributions: Sequence[Mapping[str, Any]]) -> Words:
    """What a metric did, what was expected of it, and where most of the difference came from."""
    facts = naming.metrics[outlier.key.metric]
    if outlier.kind == "pause":
        return _pause(outlier, facts, naming)
    en = f"{facts.label.en}{_whose(outlier, naming, 'en')} {_when(outlier, 'en')} was {shown(outlier.observed, facts)}"
    en += f"; {shown(outlier.low, facts)} to {shown(outlier.high, facts)} was expected"
    zh = f"{_whose(outlier, naming, 'zh')}{facts.label.zh}{_when(outlier, 'zh')}为 {shown(outlier.observed, facts)}"
    zh += f"，预期为 {shown(outlier.low, facts)} 至 {shown(outlier.high, facts)}"
    parts_en, parts_zh = _where_from(contributions, naming)
    return Words(f"{en}{parts_en}.", f"{zh}{parts_zh}。")


def _pause(outlier: Outlier, facts: MetricFacts, naming: Naming) -> Words:
    usual = shown(outlier.expected, facts)
    en = f"{facts.label.en}{_whose(outlier, naming, 'en')} had nothing for {outlier.days} days on end"
    en += f", {outlier.on} among them"
    longest = "1 day" if outlier.longest == 1 else f"{outlier.longest} days"
    en += f"; {usual} a day is usual, and the longest pause in a year was {longest}."
    zh = f"{_whose(outlier, naming, 'zh')}{facts.label.zh}连续 {outlier.days} 天为零（包括 {outlier.on}）"
    zh += f"；通常每天为 {usual}，一年来最长间隔为 {outlier.longest} 天。"
    return Words(en, zh)


def _whose(outlier: Outlier, naming: Naming, language: str) -> str:
    if outlier.key.is_total:
        return ""
    label = naming.dimensions.get(outlier.key.dimension, Words(outlier.key.dimension, outlier.key.dimension))
    member = outlier.key.member or getattr(BLANK, language)
    return f" of {label.en.lower()} {member}" if language == "en" else f"{label.zh}“{member}”的"


def _when(outlier: Outlier, language: str) -> str:
    return str(getattr(_KINDS[outlier.kind], language)).format(day=outlier.on.isoformat())


def _where_from(contributions: Sequence[Mapping[str, Any]], naming: Naming) -> tuple[str, str]:
    """The members that brought most of the difference, one dimension the clearest."""
    by_dimension: dict[str, list[Mapping[str, Any]]] = {}
    for each in contributions:
        by_dimension.setdefault(str(each["dimension"]), []).append(each)
    if not by_dimension:
        return "", ""
    dimension, members = max(by_dimension.items(), key=lambda pair: float(pair[1][0]["share"]))
    label = naming.dimensions.get(dimension, Words(dimension, dimension))
    told = members[:_MEMBERS_TOLD]
    en = ", ".join(f"{each['member'] or BLANK.en} ({_percent(each)})" for each in told)
    zh = "、".join(f"{each['member'] or BLANK.zh}（{_percent(each)}）" for each in told)
    return f"; most of the difference by {label.en.lower()}: {en}", f"；差异主要来自{label.zh}：{zh}"


def _percent(each: Mapping[str, Any]) -> str:
    return f"{min(float(each['share']), 9.99):.0%}"


def as_told(words: Words, currency_code: str | None) -> Words:
    """A reason as it is kept for readers: amounts with the currency of the books, days as pages write them.

    Where companies keep books in several currencies, amounts stay without one.
    """
    filled = [_AMOUNT.sub(f" {currency_code}" if currency_code else "", each) for each in (words.en, words.zh)]
    return Words(_DAY.sub(_day_en, filled[0]), _DAY.sub(_day_zh, filled[1]))


def _day_en(found: re.Match[str]) -> str:
    return f"{_MONTHS[int(found['month']) - 1]} {int(found['day'])}, {found['year']}"


def _day_zh(found: re.Match[str]) -> str:
    return f"{found['year']}年{int(found['month'])}月{int(found['day'])}日"


def shown(value: float, facts: MetricFacts) -> str:
    """A figure for a sentence."""
    if facts.unit == "share":
        return f"{value:.1%}"
    if facts.is_money:
        return f"{value:,.2f} {CURRENCY}"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= _WHOLE_FROM else f"{value:,.1f}"
