"""Which figure a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ai.questions.coordination import joined_figures
from ai.questions.dialect import COUNTED, LEAST_OF_VERBS, MEASURED, VERBS
from ai.questions.kinship import (
    ALIKE,
    ASKED_FOR,
    COUNTED_ON_FILE,
    DONE,
    INVOICED,
    ITEM_DIMENSIONS,
    KINDS_ON_FILE,
    ON_FILE,
    PLACES,
    QUANTITIES,
    RECORDED,
    SHIPPED,
    refine,
)
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.onfile import COMMON, common, on_file
from ai.questions.plans import Clarify, Decline, Stop
from ai.questions.said import Mention, Reading
from ai.questions.telling import is_told_by
from ai.questions.variants import averaged, in_force, of_whole, rated, with_pieces, with_worth, worth
from ai.questions.words import joined, key_of, words_of
from olap.query import MetricQuery

CHOICES_MAX = 6


def figures_of(reading: Reading, lexicon: Lexicon, previous: MetricQuery | None) -> tuple[str, ...]:
    """The metrics asked for, by name.  Raises: Stop."""
    refine(reading)
    _settle_people(reading, lexicon)
    _settle_counts(reading, lexicon)
    if reading.metrics:
        asked = [(_chosen(mention, reading, lexicon), mention) for mention in _asked(reading)]
        chosen = joined_figures(asked, reading, lexicon)
        names = [worth(name, mention, reading, lexicon) for name, mention in chosen]
        names = with_pieces(with_worth(names, reading, lexicon), reading, lexicon)
        names = of_whole([averaged(name, reading, lexicon) for name in names], reading, lexicon)
        names = [in_force(_done(name, reading, lexicon), reading, lexicon) for name in names]
        return tuple(dict.fromkeys(rated(name, reading, lexicon) for name in names))
    is_of_pieces = bool(reading.verbs) and set(reading.verbs) <= LEAST_OF_VERBS
    found = (
        ("order_count" if reading.has_times else None)
        or (_by_place(reading) if is_of_pieces else None)
        or _by_verb(reading, lexicon)
        or _by_place(reading)
        or _by_count(reading)
        or ("component_quantity" if "component" in reading.dimensions and reading.members else None)
        or _of_document(reading, lexicon)
        or on_file(reading, lexicon)
        or _by_pieces(reading)
        or _people(reading, lexicon)
    )
    if found is None and reading.has_pieces and reading.is_descending is not None and _by_rank(reading):
        found = _by_rank(reading)
    if found is None and COMMON & set(reading.words):
        found = common(reading, lexicon)
    if found is None and reading.is_descending is not None and _by_rank(reading):
        # The best by what: revenue, orders, margin?
        raise Stop(_which_figure(reading, lexicon))
    if found and lexicon.own(found) in lexicon.metrics:
        alike = [lexicon.own(each) for each in (found, *ALIKE.get(found, ()))]
        fitting = [name for name in alike if name in lexicon.metrics and is_told_by(name, reading, lexicon)]
        return (fitting[0] if fitting else lexicon.own(found),)
    if previous is not None:
        return _sibling(reading, lexicon, previous) or previous.metrics
    raise Stop(_which_figure(reading, lexicon))


def _by_pieces(reading: Reading) -> str | None:
    """The five best accessories by units: goods of a kind are ranked by what was sold of them."""
    kinds = {each.dimension for named in reading.members for each in named.candidates}
    is_ranked = reading.has_pieces and reading.is_descending is not None and not reading.dimensions
    return "sold_quantity" if is_ranked and any(kind in ITEM_DIMENSIONS for kind in kinds) else None


NUMBERED = {"SO": "confirmed_order_value", "PO": "written_purchase_order_value", "WO": "production_ordered_quantity"}
"""What documents are told by, by the letters that their numbers begin with."""


def _of_document(reading: Reading, lexicon: Lexicon) -> str | None:
    """Who sold it, which store it is for: an attribute of one document is told with what the document comes to."""
    numbers = [one.value for each in reading.members for one in each.candidates if one.dimension == "order_number"]
    found = NUMBERED.get(numbers[0][:2]) if len(set(numbers)) == 1 and reading.dimensions else None
    return found if found in lexicon.metrics and is_told_by(str(found), reading, lexicon) else None


def _people(reading: Reading, lexicon: Lexicon) -> str | None:
    """How many people there are somewhere, in Chinese: the count is said of people, and nothing else is."""
    is_said = reading.has("count") and "人" in reading.words and bool(reading.members) and not reading.dimensions
    is_told = "current_employee_count" in lexicon.metrics and is_told_by("current_employee_count", reading, lexicon)
    return "current_employee_count" if is_said and is_told else None


def _done(name: str, reading: Reading, lexicon: Lexicon) -> str:
    """The documents that a verb speaks of: shipped orders are deliveries."""
    for verb in reading.verbs:
        is_told = verb in SHIPPED | INVOICED or VERBS[verb][0] == "supplied_item_count"
        done = DONE.get((name, VERBS[verb][0])) if is_told else None
        if done in lexicon.metrics and is_told_by(str(done), reading, lexicon):
            return str(done)
    return name


def _which_figure(reading: Reading, lexicon: Lexicon) -> Clarify | Decline:
    """The question with the figures that it may be about, where it names somebody or some days."""
    fitting = [name for name in ASKED_FOR if name in lexicon.metrics and is_told_by(name, reading, lexicon)]
    if not fitting and reading.dimensions:
        # Few figures are told by scrap reasons: those are offered.
        known = [name for name in lexicon.metrics if is_told_by(name, reading, lexicon)]
        sums = [name for name in known if lexicon.metrics[name]["additivity"] == "additive"] or known
        about = {part for name in reading.dimensions for part in name.split("_")}

        def rank(name: str) -> tuple[bool, int]:
            return not any(part in name for part in about), len(lexicon.metrics[name]["dimensions"])

        fitting = sorted(sums, key=rank)[:CHOICES_MAX]
    if not fitting or not (reading.members or reading.times or reading.dimensions):
        return Decline("no_metric")
    question = joined(reading.words)
    choices = tuple(f"{lexicon.metrics[name]['label']} {question}" for name in fitting)
    return Clarify("several_metrics", "", choices, tuple(fitting))


def _by_place(reading: Reading) -> str | None:
    """How many of an item are in a place, or do we have, is what is in stock."""
    named = {each.dimension for named in reading.members for each in named.candidates} | set(reading.dimensions)
    is_kept = bool(named & PLACES) or ("do", "we", "have") in _triples(reading.words)
    is_where = reading.has("where") and bool(named & ITEM_DIMENSIONS)
    return "stock_quantity" if is_where or (is_kept and is_about_pieces(reading)) else None


def _settle_people(reading: Reading, lexicon: Lexicon) -> None:
    """Employees said beside a figure of theirs are whose it is: the hourly rate of employees in Marketing."""
    areas = {mention.meanings[0].name: lexicon.metrics[mention.meanings[0].name]["area"] for mention in reading.metrics}
    if len(areas) > 1 and all(area == "hr" for area in areas.values()):
        reading.metrics = [
            each for each in reading.metrics if each.meanings[0].name != "employee_count" or each.is_counted
        ]


def _settle_counts(reading: Reading, lexicon: Lexicon) -> None:
    """How many there are is told from what is on file; how many did something, from what they did."""
    counted = [each for each in reading.metrics if each.is_counted]
    on_record = RECORDED.get(reading.counted or "") if reading.counted in COUNTED_ON_FILE else None
    if on_record in lexicon.metrics and not (reading.verbs or reading.times or reading.limits or reading.metrics):
        meaning = Meaning("metric", str(on_record), str(lexicon.metrics[str(on_record)]["label"]), NAME_WEIGHT)
        reading.metrics.append(Mention((meaning,), str(reading.counted), 0, is_counted=True))
        reading.dimensions = [each for each in reading.dimensions if each != reading.counted]
        return
    if len(counted) != 1 or len(reading.metrics) > 1:
        return
    places = {each.dimension for one in reading.members for each in one.candidates} & PLACES
    if counted[0].meanings[0].name == "item_count" and places and not is_told_by("item_count", reading, lexicon):
        # How many different products lie in a place.
        reading.metrics.remove(counted[0])
        reading.counted = "item"
        reading.dimensions.append("item")
        return
    is_about_deeds = bool(reading.verbs or reading.times or reading.limits or reading.has_pieces)
    _settle_territories(counted[0], reading, lexicon, is_about_deeds=is_about_deeds)
    mention, names = counted[0], [each.name for each in counted[0].meanings]
    if is_about_deeds and "item_count" in names:
        reading.metrics.remove(mention)
        if not reading.has_pieces:
            reading.counted = "item"
            reading.dimensions.append("item")
    on_file = ON_FILE.get(names[0])
    is_by_word = mention.meanings[0].weight < NAME_WEIGHT
    if (
        is_about_deeds
        or not is_by_word
        or on_file is None
        or on_file not in lexicon.metrics
        or not is_told_by(on_file, reading, lexicon)
    ):
        return
    meaning = replace(mention.meanings[0], name=on_file, label=str(lexicon.metrics[on_file]["label"]))
    reading.metrics[reading.metrics.index(mention)] = replace(mention, meanings=(meaning,))


def _settle_territories(mention: Mention, reading: Reading, lexicon: Lexicon, *, is_about_deeds: bool) -> None:
    """Customers per territory are told by the territory that they are kept under, whatever they ordered where."""
    on_file = ON_FILE.get(mention.meanings[0].name, "")
    known = lexicon.metrics[on_file]["dimensions"] if on_file in lexicon.metrics else ()
    if is_about_deeds or "region" not in reading.dimensions or "customer_region" not in known or "region" in known:
        return
    for names in (reading.dimensions, reading.grouped, reading.each):
        names[:] = ["customer_region" if name == "region" else name for name in names]


def _triples(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + 3]) for at in range(len(words) - 2)]


def _sibling(reading: Reading, lexicon: Lexicon, previous: MetricQuery) -> tuple[str, ...] | None:
    """The value of what was counted before: what was their total value."""
    if not reading.has("their") or not {"value", "amount", "worth"} & set(reading.words):
        return None
    measure = COUNTED.get(previous.metrics[0], ("", ""))[1]
    if measure in lexicon.metrics:
        return (measure,)
    label = lexicon.metrics[previous.metrics[0]]["label"].lower()
    for phrase in (f"value of {label}", f"{label.removesuffix('s')} value", f"{label} value"):
        found = lexicon.metrics_called(words_of(phrase))
        if found:
            return (found[0].name,)
    return None


def _asked(reading: Reading) -> Sequence[Mention]:
    """The mentions that are figures; orders after a channel in a share is what the part is of, not a second figure."""
    first_part = min((each.start for each in reading.members if each.is_part), default=None)
    if first_part is None:
        return reading.metrics
    kept = [each for each in reading.metrics if each.start < first_part]
    return kept or reading.metrics


def _chosen(mention: Mention, reading: Reading, lexicon: Lexicon) -> str:
    """The clear winner among what a phrase may mean, given what it is asked by."""
    candidates = _fitting(mention.meanings, reading, lexicon)
    if not candidates:
        alike = [lexicon.own(name) for each in mention.meanings for name in ALIKE.get(each.name, ())]
        fitting = [name for name in alike if name in lexicon.metrics and is_told_by(name, reading, lexicon)]
        if fitting:
            return fitting[0]
        only = _only_other(mention, reading, lexicon)
        if only is not None:
            return only
        raise Stop(_instead(mention, reading, lexicon))
    if len(candidates) == 1 or candidates[0].weight > candidates[1].weight:
        return candidates[0].name
    choices = tuple(reworded(reading, mention, each.label) for each in candidates[:CHOICES_MAX])
    names = tuple(each.name for each in candidates[:CHOICES_MAX])
    raise Stop(Clarify("several_metrics", mention.word, choices, names))


def _fitting(meanings: Iterable[Meaning], reading: Reading, lexicon: Lexicon) -> list[Meaning]:
    """The meanings that can be told by every dimension and member named."""
    return [meaning for meaning in meanings if is_told_by(meaning.name, reading, lexicon)]


def _others(mention: Mention, reading: Reading, lexicon: Lexicon) -> list[Meaning]:
    """Other figures that share the words and can be told so."""
    key = set(key_of(mention.word))
    return [
        meaning
        for phrase, meanings in lexicon.phrases.items()
        for meaning in meanings
        if meaning.kind == "metric" and key <= set(phrase) and is_told_by(meaning.name, reading, lexicon)
    ]


def _only_other(mention: Mention, reading: Reading, lexicon: Lexicon) -> str | None:
    """The one figure that shares the words and can be told so, where somebody or something is named."""
    names = {each.name for each in _others(mention, reading, lexicon)}
    return names.pop() if len(names) == 1 and reading.members else None


def _instead(mention: Mention, reading: Reading, lexicon: Lexicon) -> Clarify | Decline:
    """Other figures that share the words and can be told so, or which part does not fit."""
    others = _others(mention, reading, lexicon)
    labels = dict.fromkeys(each.label for each in others)
    if labels:
        choices = tuple(reworded(reading, mention, label) for label in list(labels)[:CHOICES_MAX])
        return Clarify("several_metrics", mention.word, choices)
    known = set(lexicon.metrics[mention.meanings[0].name]["dimensions"])
    words = [name.replace("_", " ") for name in reading.dimensions if name not in known]
    words += [named.word for named in reading.members if not any(c.dimension in known for c in named.candidates)]
    return Decline("not_by_dimension", ", ".join(words))


def reworded(reading: Reading, mention: Mention, label: str) -> str:
    """The question with a figure's name in the place of what may mean several."""
    words = list(reading.words)
    words[mention.start : mention.start + len(words_of(mention.word))] = [label]
    return joined(words)


def _by_verb(reading: Reading, lexicon: Lexicon) -> str | None:
    for verb in sorted(reading.verbs, key=lambda each: each in LEAST_OF_VERBS):
        metric = VERBS[verb][0]
        if metric == "supplier_standard_price" and "we" in reading.words:
            metric = "list_price"
        if metric == "purchase_spend" and _is_by_customer(reading, lexicon):
            metric = "net_revenue"
        if metric == "delivered_quantity" and _is_from_supplier(reading, lexicon):
            # What a vendor delivered we received.
            metric = "receipt_value"
        metric = "purchase_spend" if metric == "net_revenue" and _is_from_supplier(reading, lexicon) else metric
        if not is_about_pieces(reading):
            return metric
        return QUANTITIES.get(lexicon.own(metric), QUANTITIES.get(metric, metric))
    return None


def _is_by_customer(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether the question names customers: what they spend is our revenue."""
    named = {*reading.dimensions, *(each.dimension for named in reading.members for each in named.candidates)}
    is_spend = "purchase_spend" in lexicon.metrics and is_told_by("purchase_spend", reading, lexicon)
    return any(name.startswith("customer") for name in named) and not is_spend


def _is_from_supplier(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether the question names suppliers: then buying is ours."""
    named = {*reading.dimensions, *(each.dimension for named in reading.members for each in named.candidates)}
    return "supplier" in named and not is_told_by("net_revenue", reading, lexicon)


def is_about_pieces(reading: Reading) -> bool:
    """Whether pieces are asked for: how many bikes, the most units."""
    if reading.has_pieces:
        return True
    leads = {("how", "many"), ("the", "most"), ("number", "of"), ("most",), ("多", "少")}
    begins = {each.start + each.length: each.start for each in reading.members if not each.is_excluded}

    def first_of(start: int) -> int:
        """Where the names begin that stand right before one: women's jerseys, red road bikes."""
        return first_of(begins[start]) if start in begins else start

    return any(
        tuple(reading.words[max(first_of(named.start) - len(lead), 0) : first_of(named.start)]) == lead
        and any(each.dimension in ITEM_DIMENSIONS for each in named.candidates)
        for named in reading.members
        for lead in leads
    )


def _by_count(reading: Reading) -> str | None:
    """The figure that makes a member count: products are counted where they were sold."""
    if reading.counted == "customer_account" and not reading.times:
        return "recorded_customer_count"
    places = {each.dimension for named in reading.members for each in named.candidates}
    if reading.counted == "item" and places & {"location", "warehouse"} and not reading.verbs:
        return "stock_quantity"
    if reading.counted in PLACES and places & ITEM_DIMENSIONS and not reading.times:
        # How many places hold something.
        return "stock_quantity"
    kind = (reading.counted or "").partition("_")[0]
    is_plain = not (reading.verbs or reading.times or reading.limits)
    if is_plain and reading.counted in KINDS_ON_FILE and all(name.startswith(f"{kind}_") for name in places):
        # How many departments, models, categories there are.
        return KINDS_ON_FILE[reading.counted]
    return {"item": "sold_quantity"}.get(reading.counted or "", MEASURED.get(reading.counted or ""))


def _by_rank(reading: Reading) -> str | None:
    if reading.is_descending is None or not reading.dimensions:
        return None
    metric = MEASURED.get(reading.dimensions[0])
    return QUANTITIES.get(metric or "", metric) if reading.has_pieces else metric
