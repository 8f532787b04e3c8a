"""Facts that a number or a reason names: two cars, no children, Price given as a reason, the dates of an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Named, Reading
from ai.questions.times import number_of
from ai.questions.words import key_of, words_of

OWNED: Mapping[str, str] = {
    **dict.fromkeys(("car", "cars"), "cars_owned"),
    **dict.fromkeys(("child", "children", "kid", "kids"), "child_count"),
}
"""What customers have so many of, with the dimension whose members are numbers."""
ARTICLES = frozenset({"a", "an", "any", "own", "have", "owning", "having", "single", "even"})
NONE = frozenset({"no", "not", "don't", "without", "zero", "never"})
BEGUN = frozenset({"start", "started", "starts", "begin", "began", "begins"})
ENDED = frozenset({"end", "ended", "ends", "expire", "expired", "expires", "finish", "finished"})
SMALLER = frozenset({"under", "over", "below"})


def settle_facts(reading: Reading, lexicon: Lexicon) -> None:
    """The facts that such words name."""
    _settle_owned(reading, lexicon)
    _settle_reason(reading, lexicon)
    _settle_offer_days(reading, lexicon)
    _settle_catalogue(reading, lexicon)
    _settle_component_kind(reading, lexicon)
    _settle_under(reading)
    _settle_reviewers(reading)
    _settle_per_customer(reading, lexicon)
    _settle_undiscounted(reading, lexicon)


def _settle_owned(reading: Reading, lexicon: Lexicon) -> None:
    """Customers with two cars, or without any: the number is the member."""
    for at, word in enumerate(reading.words):
        name = OWNED.get(word)
        if name is None or word not in reading.unplaced or name not in lexicon.dimensions or reading.limits:
            continue
        first = at - 1
        while first >= 0 and reading.words[first] in ARTICLES:
            first -= 1
        said = reading.words[first] if first >= 0 else ""
        number = 0 if said in NONE else number_of(said)
        if number is None or str(int(number)) not in lexicon.members.held.get(name, ()):
            continue
        reading.members.append(Named((Member(name, str(int(number))),), word, at, 1))
        reading.unplaced = [each for each in reading.unplaced if each not in {word, said}]
        reading.numbers = [each for each in reading.numbers if each != said]
        if number == 0:
            reading.idle = [each for each in reading.idle if each != said]
            reading.operators = [each for each in reading.operators if each != "not"]
            reading.said = [each for each in reading.said if each.word != said]


def _settle_reason(reading: Reading, lexicon: Lexicon) -> None:
    """Price given as a sales reason, the reason Price: which reason it is, and no figure."""
    name = next((each for each in reading.dimensions if each.endswith("_reason")), None)
    if name is None or name in reading.grouped:
        return
    for mention in list(reading.metrics):
        named = lexicon.members.by_name.get(key_of(mention.word), ())
        found = tuple(each for each in named if each.dimension == name)
        if found and len(reading.metrics) > 1:
            reading.metrics.remove(mention)
            reading.members.append(Named(found, mention.word, mention.start, len(words_of(mention.word))))


def _settle_offer_days(reading: Reading, lexicon: Lexicon) -> None:
    """When an offer began or ended is told by its own days."""
    words = {*reading.words}
    is_of_offer = any(one.dimension == "offer" for each in reading.members for one in each.candidates)
    figures = {first_of(each) for each in reading.metrics}
    if not (is_of_offer and reading.has("when")) or figures - {"started_offer_count", "offer_count"}:
        return
    days = ["offer_starts_on"] if words & BEGUN or figures & {"started_offer_count"} else []
    days += ["offer_ends_on"] if words & ENDED else []
    if days and "offer_count" in lexicon.metrics and not reading.times:
        reading.metrics, reading.verbs = [meant("offer_count", lexicon)], []
        reading.dimensions += days
        reading.grouped += days
        reading.operators = [each for each in reading.operators if each not in {"when", "also", "and"}]
        reading.unplaced = [word for word in reading.unplaced if word not in BEGUN | ENDED]


def _settle_under(reading: Reading) -> None:
    """Sold under an offer: no bound stands behind the word, but a name."""
    starts = {each.start for each in reading.members}
    for said in [each for each in reading.said if each.word in SMALLER and each.start + 1 in starts]:
        reading.said.remove(said)
        if said.operator in reading.operators:
            reading.operators.remove(said.operator)


CATALOGUE = frozenset({"catalogue", "catalog", "range", "assortment", "portfolio"})


def _settle_catalogue(reading: Reading, lexicon: Lexicon) -> None:
    """How many road bikes do we have in the catalogue: products, and no pieces in stock."""
    kinds = {one.dimension for each in reading.members for one in each.candidates}
    is_bare = not (reading.metrics or reading.verbs or reading.times or reading.limits or reading.dimensions)
    is_items = bool(kinds) and all(name.startswith("item_") for name in kinds)
    if (
        is_bare
        and is_items
        and reading.has("count")
        and CATALOGUE & set(reading.words)
        and "item_count" in lexicon.metrics
    ):
        reading.metrics = [meant("item_count", lexicon, is_counted=True)]


GOODS = "item_category_group"
PRICED = frozenset({"standard_cost", "list_price", "item_weight", "item_making_days"})


def _settle_component_kind(reading: Reading, lexicon: Lexicon) -> None:
    """How many components cost less than so much: products of that kind, where no bill of materials is asked about."""
    counted = [
        each for each in reading.metrics if each.is_counted and first_of(each) in {"component_count", "part_count"}
    ]
    named = {one.dimension for each in reading.members for one in each.candidates}
    figures = {first_of(each) for each in reading.metrics if each not in counted}
    kinds = [value for value in lexicon.members.held.get(GOODS, ()) if value.lower() in reading.words]
    if counted and kinds and reading.limits and figures and figures <= PRICED and not named & {"item", "component"}:
        at = reading.words.index(kinds[0].lower())
        reading.metrics = [each for each in reading.metrics if each not in counted]
        reading.members.append(Named((Member(GOODS, kinds[0]),), kinds[0].lower(), at, 1))
        reading.dimensions, reading.counted = (
            [*(name for name in reading.dimensions if name != "component"), "item"],
            "item",
        )


def _settle_reviewers(reading: Reading) -> None:
    """Reviewers are those who review: beside a rating they are only said for who gave it."""
    if {first_of(each) for each in reading.metrics} & {"item_rating", "review_count"}:
        reading.unplaced = [word for word in reading.unplaced if word not in {"reviewer", "reviewers"}]


BUYERS = "ordering_customer_count"
LISTING = frozenset({"list", "show", "which", "who", "each", "every", "by", "give", "table"})


def _settle_per_customer(reading: Reading, lexicon: Lexicon) -> None:
    """Sales per customer are told for one of those who ordered, and not for each of thousands of them."""
    at = next(
        (at for at, word in enumerate(reading.words) if reading.words[at - 1 : at] == ["per"] and word in _ONES), None
    )
    is_plain = len(reading.metrics) == 1 and reading.is_descending is None and not (reading.limits or reading.grains)
    is_plain = is_plain and not (LISTING & set(reading.words) or set(reading.operators) - {"by", "filler"})
    if at is None or not is_plain or BUYERS not in lexicon.metrics or reading.dimensions not in (["customer"], []):
        return
    figure = lexicon.metrics[first_of(reading.metrics[0])]
    if figure["additivity"] == "additive" and "customer" in figure["dimensions"] and reading.metrics[0].start < at:
        reading.dimensions, reading.grouped, reading.each = [], [], []
        reading.metrics.append(replace(meant(BUYERS, lexicon), word="customer", start=at))


_ONES = frozenset({"customer", "client", "buyer"})
UNDISCOUNTED = {"order_line_count": "discounted_line_count", "order_count": "discounted_order_count"}


def _settle_undiscounted(reading: Reading, lexicon: Lexicon) -> None:
    """Lines that had no discount: all lines less those that had one, whatever offer they stand under."""
    figures = [first_of(each) for each in reading.metrics]
    named = [each for each in reading.members if any(one.dimension == "offer" for one in each.candidates)]
    for each in named:
        before = reading.words[max(each.start - 1, 0) : each.start]
        is_none = each.word == "no discount" and before not in (["offer"], ["the"], ["under"], ["of"])
        part = UNDISCOUNTED.get(figures[0], "") if len(figures) == 1 else ""
        if is_none and part in lexicon.metrics and not reading.grouped and "offer" not in reading.words:
            reading.members.remove(each)
            whole = replace(reading.metrics[0], is_counted=False)
            reading.metrics = [whole, meant(part, lexicon)]
            reading.operators = [op for op in reading.operators if op not in {"not", "count"}] + ["difference"]
            reading.said = [op for op in reading.said if op.operator != "count"]
