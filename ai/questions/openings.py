"""Figures that one word leaves open: the margin made on a product, the price of one, with nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ai.questions.said import Reading

OPEN: Mapping[str, Sequence[str]] = {
    "margin": ("gross margin", "gross margin rate", "gross margin at current standard cost"),
    "price": ("list price", "average selling price", "standard cost"),
    "利润": ("毛利", "毛利率"),
    "价格": ("标价", "平均售价", "标准成本"),
}
"""What each of such words may mean."""
MEANINGS: Mapping[str, frozenset[str]] = {
    "margin": frozenset({"gross_margin"}),
    "利润": frozenset({"gross_margin"}),
    "price": frozenset({"average_ordered_price", "average_selling_price", "list_price"}),
    "价格": frozenset({"average_ordered_price", "average_selling_price", "list_price"}),
}
TELLING = frozenset(
    {"percent", "rate", "percentage", "dollars", "average", "mean", "list", "cost", "sold", "sell", "gross"}
)
"""Words that say which of them is meant."""


def open_figure(reading: Reading) -> tuple[str, Sequence[str]]:
    """The word that one product is asked by and that leaves the figure open, with the question in full for each."""
    mention = reading.metrics[0] if len(reading.metrics) == 1 else None
    word = mention.word.removesuffix("s") if mention is not None else ""
    names = {each.name for each in mention.meanings} if mention else set()
    items = [each for each in reading.members if any(one.dimension == "item" for one in each.candidates)]
    is_more = bool(reading.times or reading.limits or reading.dimensions or reading.verbs or reading.grains)
    is_more = is_more or reading.is_descending is not None or len(reading.members) != 1
    if mention is None or not names & MEANINGS.get(word, frozenset()) or not items or is_more:
        return "", ()
    if TELLING & set(reading.words):
        return "", ()
    name = items[0].candidates[0].value
    return word, tuple(f"{each} of {name}" if word.isascii() else f"{name}的{each}" for each in OPEN[word])
