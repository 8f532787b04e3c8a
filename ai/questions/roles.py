"""Nouns that one question uses as a name and another as a figure: reasons given, rates, several prices of one thing."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import VERBS
from ai.questions.kinship import COUNTS_MEMBERS
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.said import LOOSE, Mention, Reading
from ai.questions.times import NUMBERS

REASONS = frozenset({"reason", "reasons", "原因"})
BECAUSE = frozenset({"because", "because of", "因", "因为", "由 于"})
USED = frozenset({"used", "use", "uses"})
RATES = frozenset({"rate", "rates", "汇率"})
CHANGES = {
    "list_price": "list_price_change_count",
    "standard_cost": "standard_cost_change_count",
    "hourly_pay_rate": "pay_change_count",
}
"""Figures that hold for a time, with the count of their changes: two prices are one change."""


def settle_roles(reading: Reading, lexicon: Lexicon) -> None:
    """What such nouns are, seen from the whole question."""
    _settle_reasons(reading, lexicon)
    _settle_rates(reading, lexicon)
    _settle_several(reading, lexicon)
    _settle_used(reading, lexicon)
    _settle_part_of(reading)


def _settle_reasons(reading: Reading, lexicon: Lexicon) -> None:
    """The most common reasons are names that the books hold; why something changed they do not know."""
    said = {each.word for each in reading.said if each.operator == "why"}
    if not said & REASONS or not said <= REASONS | BECAUSE or reading.has("growth", "change", "trend"):
        return
    figures = [each.meanings[0].name for each in reading.metrics] or [VERBS[verb][0] for verb in reading.verbs]
    areas = {lexicon.metrics[lexicon.own(name)]["area"] for name in figures if lexicon.own(name) in lexicon.metrics}
    named = {one.dimension for each in reading.members for one in each.candidates}
    known = [name for name in lexicon.dimensions if name.endswith("_reason")]
    fitting = [name for name in known if name in named] or [name for name in known if name.partition("_")[0] in areas]
    is_asked = reading.is_descending is not None or reading.has("by", "count", "share") or bool(set(fitting) & named)
    if len(fitting) != 1 or not is_asked:
        return
    reading.operators = [each for each in reading.operators if each != "why"]
    reading.said = [each for each in reading.said if each.operator != "why"]
    # The reasons customers give: whose they are is said, not asked.
    loose = [name for name in reading.dimensions if name in LOOSE and name not in reading.grouped]
    reading.dimensions = [name for name in reading.dimensions if name not in loose]
    if fitting[0] not in named:
        reading.dimensions.append(fitting[0])
        reading.grouped.append(fitting[0])


def _settle_rates(reading: Reading, lexicon: Lexicon) -> None:
    """The rate of one currency in another, whatever it is called: the average dollar to pound rate."""
    kinds = [{one.dimension for one in each.candidates} for each in reading.members]
    is_pair = any("rate_from_currency" in each for each in kinds) and any("rate_to_currency" in each for each in kinds)
    _settle_extremes(reading, lexicon, is_pair=is_pair)
    if reading.metrics or not is_pair or len(kinds) < 2 or not RATES & set(reading.unplaced):  # noqa: PLR2004
        return
    name = "average_exchange_rate" if reading.has("average") else "exchange_rate"
    if name not in lexicon.metrics:
        return
    reading.unplaced = [word for word in reading.unplaced if word not in RATES]
    reading.operators = [each for each in reading.operators if each not in {"average", "ratio"}]
    reading.metrics.append(_meant(name, lexicon))


EXTREMES = {True: "highest_exchange_rate", False: "lowest_exchange_rate"}
STRONG = frozenset({"strong", "stronger", "strongest", "weak", "weaker", "weakest"})


def _settle_extremes(reading: Reading, lexicon: Lexicon, *, is_pair: bool) -> None:
    """The highest rate of a year is a figure of its own where nothing is ranked; a strong currency has a high one."""
    names = {each.meanings[0].name for each in reading.metrics}
    strong = STRONG & set(reading.words)
    if is_pair and not names and strong and "exchange_rate" in lexicon.metrics:
        reading.metrics.append(_meant("exchange_rate", lexicon))
        reading.unplaced = [word for word in reading.unplaced if word not in STRONG]
        reading.is_descending = not {"weak", "weaker", "weakest"} & strong
        names = {"exchange_rate"}
    is_bare = not (reading.dimensions or reading.grains or reading.top or reading.has("when", "average"))
    if is_pair and not names and RATES & {*reading.unplaced, *reading.operators} and reading.is_descending is not None:
        names = {"exchange_rate"}
        reading.unplaced = [word for word in reading.unplaced if word not in RATES]
    if names != {"exchange_rate"} or reading.is_descending is None or not is_bare or reading.limits or strong:
        return
    found = EXTREMES[reading.is_descending]
    if found in lexicon.metrics:
        reading.metrics = [_meant(found, lexicon)]
        reading.is_descending = None
        reading.operators = [each for each in reading.operators if each not in {"top", "bottom", "ratio"}]


def _settle_several(reading: Reading, lexicon: Lexicon) -> None:
    """Who had more than one pay rate had a change of it: rates, prices and costs are counted by their changes."""
    for at, mention in enumerate(reading.metrics):
        changes = CHANGES.get(mention.meanings[0].name, "")
        bound = next((each for each in reading.limits if each.end == mention.start), None)
        if bound is None or changes not in lexicon.metrics or reading.words[bound.end - 1] not in NUMBERS:
            continue
        reading.metrics[at] = replace(_meant(changes, lexicon), word=mention.word, start=mention.start)
        reading.limits = [replace(each, number=each.number - 1) if each is bound else each for each in reading.limits]
        return


def _meant(name: str, lexicon: Lexicon) -> Mention:
    return Mention((Meaning("metric", name, str(lexicon.metrics[name]["label"]), NAME_WEIGHT),), name, 0)


def _settle_used(reading: Reading, lexicon: Lexicon) -> None:
    """Offers are used by orders: which were used most, and which on none."""
    named = {*reading.dimensions, *(COUNTS_MEMBERS.get(each.meanings[0].name) for each in reading.metrics)}
    if "offer" not in named or not USED & set(reading.unplaced) or "order_count" not in lexicon.metrics:
        return
    reading.unplaced = [word for word in reading.unplaced if word not in USED]
    figures = {each.meanings[0].name for each in reading.metrics}
    if not figures - set(COUNTS_MEMBERS) and "order_count" not in figures:
        reading.metrics.append(_meant("order_count", lexicon))


def _settle_part_of(reading: Reading) -> None:
    """What freight takes up of sales, in Chinese: one figure in percent of the other that stands behind."""
    if len(reading.metrics) != 2 or not reading.has("share"):  # noqa: PLR2004  # a part and its whole
        return
    first, second = reading.metrics
    if first.meanings[0].name == second.meanings[0].name:
        # What accessories take up of all revenue: a share of it.
        return
    if any(each.word == "占" and first.start < each.start < second.start for each in reading.said):
        reading.operators = [each for each in reading.operators if each not in {"share", "percent"}] + ["ratio"]
        reading.said = [each for each in reading.said if each.operator not in {"share", "percent"}]
