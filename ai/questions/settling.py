"""What only the whole question tells: what each of its words is for, once all of them are read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ai.questions.amounts import settle_amounts
from ai.questions.bills import settle_bills
from ai.questions.dateroles import settle_role
from ai.questions.dealings import settle_dealings
from ai.questions.depots import settle_depots
from ai.questions.dialect import PIECES, VERBS
from ai.questions.doers import settle_doers
from ai.questions.every import settle_every
from ai.questions.facts import settle_facts
from ai.questions.kinship import EXPLODED, MEANS, PLACES, STANDING, TWINS
from ai.questions.lexicon import Lexicon
from ai.questions.listing import settle_listing
from ai.questions.members import FACTS
from ai.questions.naming import settle_named
from ai.questions.onfile import settle_often
from ai.questions.people import settle_led
from ai.questions.roles import settle_roles
from ai.questions.said import FIRST, LOOSE, Mention, Named, Reading
from ai.questions.senses import settle_senses
from ai.questions.shops import settle_shops
from ai.questions.spending import settle_spending
from ai.questions.staffing import settle_staffing
from ai.questions.subjects import settle_subjects
from ai.questions.tallies import settle_tallies
from ai.questions.titles import settle_titles
from ai.questions.wholes import settle_beside
from ai.questions.whose import settle_who_did, settle_whose
from ai.questions.words import is_chinese, joined, key_of, words_of

MADE_OF = frozenset({"made of", "consists of", "consist of"})


OVER_YEARS = frozenset({"over the years", "through the years"})


USED_IN = frozenset({"goes into", "go into", "used in"})
"""Ways to ask for the components of a product, and for the products of a component."""


ASSEMBLIES = frozenset({"assembly", "assemblies", "product", "products"})


KINDS = frozenset({"channel", "customer_category", "offer_audience"})


COMPONENT_COUNTS = frozenset({"component_count", "part_count"})
BUYERS = frozenset({"customer", "customer_account"})
CUSTOMER_COUNTS = frozenset({"recorded_customer_count", "ordering_customer_count", "customer_count"})
COMPONENT_QUANTITIES = frozenset({"component_quantity", "part_quantity"})
DIRECTLY = frozenset({"direct", "directly", "used", "uses", "assembly", "assemblies", "immediate", "use", "using"})
DIRECTLY |= {"直", "接"}


KINDS_OF_ITEMS = frozenset({"item_category", "item_category_group"})
TODAY = frozenset({"today", "今"})
OF_NOW = STANDING | MEANS | {"employee_count", "current_employee_count", "recorded_customer_count", "item_count"}
OF_NOW |= {"recorded_supplier_count", "salespeople_count", "offer_count", "stock_value", "vacation_hours"}
"""Figures of what is so now."""
DESCRIBED = frozenset({"item", "supplier", "employee", "offer"})
PLAIN = frozenset({"filler", "count", "not", "over_all", "percent", "share", "also"})
LISTING = frozenset({"list", "show", "name", "which", "what", "列出", "哪些"})


def settle(reading: Reading, lexicon: Lexicon) -> None:
    """What only the whole question tells: numbers that stand alone, words that qualify a figure."""
    if (
        reading.has_pieces
        and not reading.metrics
        and not reading.verbs
        and not lexicon.metrics_called(["units", "sold"])
    ):
        reading.unplaced += [word for word in reading.words if word in PIECES]
    _settle_ranked_over_years(reading)
    _settle_days(reading)
    settle_led(reading, lexicon)
    settle_staffing(reading, lexicon)
    settle_shops(reading, lexicon)
    settle_facts(reading, lexicon)
    settle_often(reading, lexicon)
    settle_titles(reading, lexicon)
    settle_listing(reading, lexicon)
    settle_dealings(reading, lexicon)
    settle_doers(reading, lexicon)
    settle_amounts(reading, lexicon)
    settle_bills(reading, lexicon)
    settle_senses(reading, lexicon)
    settle_beside(reading, lexicon)
    settle_roles(reading, lexicon)
    _settle_components(reading, lexicon)
    _settle_twins(reading, lexicon)
    _settle_counted(reading)
    _settle_places(reading)
    _settle_no(reading)
    settle_named(reading, lexicon)
    _settle_owners(reading, lexicon)
    _settle_kinds(reading)
    _qualify(reading, lexicon)
    settle_subjects(reading, lexicon)
    if reading.counted in {"city", "country", "ship_to_state", "region"} and "customer" not in reading.grouped:
        # In how many cities our customers live counts cities.
        reading.dimensions = [each for each in reading.dimensions if each not in LOOSE]
    figures = [each for mention in reading.metrics for each in mention.meanings]
    if any(lexicon.metrics[each.name]["unit"] == "days" for each in figures) and "day" not in reading.each:
        # How many days something took is no figure told day by day.
        reading.grains = [each for each in reading.grains if each != "day"]
        reading.counted = None if reading.counted == "day" else reading.counted
    if figures and all(lexicon.metrics[each.name]["type"] == "share" for each in figures):
        reading.unplaced = [word for word in reading.unplaced if word not in {"rate", "ratio"}]
        reading.operators = [each for each in reading.operators if each not in {"share", "percent"}]
    settle_every(reading)
    _settle_loose(reading, lexicon)
    _settle_called(reading, lexicon)
    settle_role(reading, lexicon)
    settle_depots(reading, lexicon)
    _settle_today(reading, lexicon)
    _settle_described(reading, lexicon)
    reading.unplaced += reading.numbers
    if reading.limits and {"times", "twice", "thrice", "次"} & set(reading.words):
        # Ordered at least three times: how often is bounded, and not how much.
        reading.has_times = True
    if any(each.operator == "exactly" for each in reading.limits):
        # Who only bought once: the bound says it.
        reading.idle = [each for each in reading.idle if each != "only"]


def _settle_owners(reading: Reading, lexicon: Lexicon) -> None:
    """Whose costs, documents, attributes and deeds a question is about."""
    _settle_opposites(reading)
    settle_spending(reading, lexicon)
    settle_tallies(reading, lexicon)
    settle_whose(reading, lexicon)
    settle_who_did(reading)


def _settle_today(reading: Reading, lexicon: Lexicon) -> None:
    """Headcount today: of figures of what is so now, today sets no days."""
    today = lexicon.clock.today
    figures = {each.meanings[0].name for each in reading.metrics}
    is_today = [(each.start, each.end) for each in reading.times] == [(today, today)] and TODAY & set(reading.words)
    works = all(VERBS[verb][0] == "employee_count" for verb in reading.verbs)
    if is_today and figures and figures <= OF_NOW and works:
        reading.times, reading.starts = [], []


def _settle_described(reading: Reading, lexicon: Lexicon) -> None:
    """Revenue of products with the colour black: products only say whose colour it is, and are not told one by one."""
    figures = [each.meanings[0].name for each in reading.metrics] or [lexicon.own(VERBS[v][0]) for v in reading.verbs]
    is_asked = reading.is_descending is not None or reading.top or reading.limits or reading.counted or reading.partner
    is_asked = is_asked or not set(reading.operators) <= PLAIN or bool(LISTING & set(reading.words[:3]))
    if is_asked or not figures or not _adds_up(figures[0], lexicon):
        return
    for name in DESCRIBED & {*reading.dimensions} - {*reading.grouped, *reading.each}:
        kinds = {one.dimension for each in reading.members for one in each.candidates}
        if any(kind.startswith(f"{name}_") for kind in kinds) and name not in kinds:
            reading.dimensions = [each for each in reading.dimensions if each != name]
            reading.parties.append(name)


def _settle_called(reading: Reading, lexicon: Lexicon) -> None:
    """Stock value of all components: a kind that no figure here is told by is the member that is called so."""
    figures = [each.name for mention in reading.metrics for each in mention.meanings]
    figures = figures or [lexicon.own(VERBS[verb][0]) for verb in reading.verbs]
    known = {name for each in figures if each in lexicon.metrics for name in lexicon.metrics[each]["dimensions"]}
    named_items = any(one.dimension in {"item", "component"} for each in reading.members for one in each.candidates)
    for name in [each for each in reading.dimensions if known and each not in known and each in reading.spots]:
        if name == "component" and named_items:
            # What the components of one thing cost: those of its bill.
            continue
        at = reading.spots[name]
        named = lexicon.members.by_name.get(key_of(reading.words[at]), ()) if at < len(reading.words) else ()
        found = tuple(each for each in named if each.dimension in known & KINDS_OF_ITEMS)
        if found:
            reading.members.append(Named(found, reading.words[at], at, 1))
            for names in (reading.dimensions, reading.grouped, reading.each):
                names[:] = [each for each in names if each != name]


def _settle_loose(reading: Reading, lexicon: Lexicon) -> None:
    """The average order of customers: nobody asked for a row for each of thousands of them."""
    figures = [each.meanings[0].name for each in reading.metrics]
    is_asked = reading.is_descending is not None or reading.top or reading.limits or reading.partner or reading.missing
    is_other = any(each not in PLAIN and each != "average" for each in reading.operators)
    is_listed = bool(LISTING & {*reading.words, "".join(reading.words[:2])})
    if is_asked or is_other or is_listed or len(figures) != 1 or lexicon.metrics[figures[0]]["area"] == "hr":
        return
    for name in LOOSE & {*reading.dimensions} - {*reading.grouped, *reading.each, reading.counted}:
        if name in lexicon.metrics[figures[0]]["dimensions"] and figures[0] not in STANDING:
            reading.dimensions = [each for each in reading.dimensions if each != name]
            reading.parties.append(name)


def _adds_up(name: str, lexicon: Lexicon) -> bool:
    return name in lexicon.metrics and lexicon.metrics[name]["additivity"] == "additive"


def _settle_days(reading: Reading) -> None:
    """The first order ever in 2013: all days said beside some set none."""
    kept = [(span, at) for span, at in zip(reading.times, reading.starts, strict=True) if span.start or span.end]
    if kept:
        reading.times, reading.starts = [span for span, _ in kept], [at for _, at in kept]


def _settle_kinds(reading: Reading) -> None:
    """A kind right before a name says what the name is of: the store Field Trip Store; and pieces are not counted."""
    whose = {each.start for each in reading.members if any(m.dimension in LOOSE for m in each.candidates)}
    reading.members = [
        each
        for each in reading.members
        if each.start + each.length not in whose or not {m.dimension for m in each.candidates} <= KINDS
    ]
    if reading.counted == "item" and reading.has_pieces:
        reading.counted = None
        reading.dimensions = [each for each in reading.dimensions if each != "item"]


def _settle_no(reading: Reading) -> None:
    """On how many days there were no online orders: there were none of them, and not others."""
    if reading.counted != "day":
        return
    for at, named in enumerate(reading.members):
        if named.is_excluded and reading.words[named.start - 1 : named.start] in (["no"], ["any"]):
            reading.members[at] = replace(named, is_excluded=False)
            reading.idle.append("no")
            reading.operators = [each for each in reading.operators if each != "not"]


def _settle_places(reading: Reading) -> None:
    """The warehouse Finished Goods Storage: a kind of place beside the place itself tells nothing more."""
    named = {each.dimension for one in reading.members for each in one.candidates}
    if named & PLACES:
        reading.dimensions = [each for each in reading.dimensions if each not in PLACES or each in reading.grouped]


def _settle_ranked_over_years(reading: Reading) -> None:
    """The three with the most over the years are ranked by all of them, not month by month."""
    trends = {each.word for each in reading.said if each.operator == "trend"}
    if reading.is_descending is None or not trends <= OVER_YEARS:
        return
    reading.said = [each for each in reading.said if each.operator != "trend"]
    reading.operators = [each for each in reading.operators if each != "trend"]


def _settle_twins(reading: Reading, lexicon: Lexicon) -> None:
    """Customers by gender: of attributes that employees and customers have, the one that the figure knows."""
    if (set(FACTS) | set(TWINS) | set(TWINS.values())) & set(reading.dimensions):
        # By the occupation of customers: they are only said for whose it is.
        loose = [each for each in reading.dimensions if each in LOOSE and each not in reading.grouped]
        reading.dimensions = [each for each in reading.dimensions if each not in loose]
        reading.parties += loose
    figures = [lexicon.own(VERBS[verb][0]) for verb in reading.verbs] if not reading.metrics else []
    figures += [mention.meanings[0].name for mention in reading.metrics]
    for own, twin in TWINS.items():
        known = [set(lexicon.metrics[name]["dimensions"]) for name in figures if name in lexicon.metrics]
        if own in reading.dimensions and known and all(own not in each and twin in each for each in known):
            reading.dimensions, reading.grouped, reading.each = (
                [twin if each == own else each for each in names]
                for names in (reading.dimensions, reading.grouped, reading.each)
            )


def _settle_opposites(reading: Reading) -> None:
    """Online and non-online sales are told side by side: what is both named and left out is a whole dimension."""
    left_out = {each.candidates for each in reading.members if each.is_excluded}
    for both in [each for each in reading.members if not each.is_excluded and each.candidates in left_out]:
        reading.members = [each for each in reading.members if each.candidates != both.candidates]
        name = next((each.dimension for each in both.candidates if each.dimension in FIRST), None)
        name = name or both.candidates[0].dimension
        reading.dimensions.append(name)
        reading.grouped.append(name)
        reading.operators = [each for each in reading.operators if each not in {"not", "versus"}]
        reading.idle = [each for each in reading.idle if each != "non"]


def _is_of_assemblies(reading: Reading) -> bool:
    """Whether the products are asked for that a component goes into: in how many assemblies is it used?"""
    is_where = reading.has("where") and "used" in reading.unplaced and not reading.metrics
    return is_where or bool(ASSEMBLIES & set(reading.words) and {"used", "uses", "use"} & set(reading.words))


def _exploded(mention: Mention, lexicon: Lexicon) -> Mention:
    """The figure at all levels of a bill, where the direct components are named."""
    name = EXPLODED.get(mention.meanings[0].name, "")
    if name not in lexicon.metrics:
        return mention
    meaning = replace(mention.meanings[0], name=name, label=str(lexicon.metrics[name]["label"]))
    return replace(mention, meanings=(meaning,))


def _settle_counted(reading: Reading) -> None:
    """How many stores does somebody look after, who also buys here: nobody counts the customers called so."""
    counted = {each.name for mention in reading.metrics if mention.is_counted for each in mention.meanings}
    if not counted & CUSTOMER_COUNTS and reading.counted not in BUYERS:
        return
    for at, named in enumerate(reading.members):
        others = tuple(each for each in named.candidates if each.dimension not in BUYERS)
        reading.members[at] = replace(named, candidates=others or named.candidates)


def _settle_components(reading: Reading, lexicon: Lexicon) -> None:
    """What something is made of: its components are told, and it is the product."""
    if reading.has("exploded"):
        reading.metrics = [_exploded(each, lexicon) for each in reading.metrics]
    if any(each.is_counted and each.meanings[0].name in COMPONENT_COUNTS for each in reading.metrics):
        # How many components go into something: they are counted, and not their pieces.
        reading.metrics = [each for each in reading.metrics if each.meanings[0].name not in COMPONENT_QUANTITIES]
        reading.unplaced = [each for each in reading.unplaced if each not in DIRECTLY]
        return
    words = {named.word for named in reading.metrics if named.meanings[0].name in COMPONENT_QUANTITIES}
    if _is_of_assemblies(reading) and not words and (found := lexicon.metrics_called(["component", "quantity"])):
        reading.metrics = [Mention(tuple(found), "used in", 0)]
        reading.dimensions = [each for each in reading.dimensions if each != "item"]
        reading.operators = [each for each in reading.operators if each not in {"where", "count"}]
        reading.counted = "item" if "many" in reading.words and ASSEMBLIES & set(reading.words) else None
        words = {"used in"}
    if words or "component" in reading.dimensions:
        # Lines of a bill are its direct components.
        reading.unplaced = [each for each in reading.unplaced if each not in DIRECTLY]
    if not words and "component" not in reading.dimensions:
        return
    whole = _whole_of(reading)
    is_part = bool(words & USED_IN) and (whole is not None or not _is_whole_named(reading))
    told, kept = ("item", "component") if is_part else ("component", "item")
    if words & (MADE_OF | USED_IN) and told not in reading.dimensions:
        reading.dimensions.append(told)
        reading.grouped.append(told)
    for at, named in enumerate(reading.members):
        side = kept if whole is None else "item" if named is whole else "component"
        meant = tuple(each for each in named.candidates if each.dimension == side)
        reading.members[at] = replace(named, candidates=meant or named.candidates)


def _is_whole_named(reading: Reading) -> bool:
    """Whether what is named is gone into: what goes into it is its parts; what it goes into are the products."""
    pairs = list(pairwise(reading.words))
    ends = [at + 1 for at, pair in enumerate(pairs) if pair in {("go", "into"), ("goes", "into"), ("used", "in")}]
    made = [each for each in reading.members if {"item", "component"} & {one.dimension for one in each.candidates}]
    return bool(ends) and len(made) == 1 and made[0].start > ends[0]


def _whole_of(reading: Reading) -> Named | None:
    """Of two things named the one that is made: how many of this go into one of that."""
    both = [each for each in reading.members if {"item", "component"} <= {one.dimension for one in each.candidates}]
    if len(both) != 2:  # noqa: PLR2004  # a product and a part of it
        return None
    one = [
        each
        for each in both
        if set(reading.words[max(each.start - 2, 0) : each.start]) & {"one", "single", "each", "一"}
    ]
    return one[0] if len(one) == 1 else both[0] if is_chinese(joined(reading.words)) else both[1]


def _qualify(reading: Reading, lexicon: Lexicon) -> None:
    """Rejected said apart from purchase orders: together they name another figure."""
    for word in list(reading.unplaced):
        for at, mention in enumerate(reading.metrics):
            found = next(
                (
                    named
                    for meaning in mention.meanings
                    for label in (meaning.label, mention.word)
                    if (named := lexicon.metrics_called([word, *words_of(label)]))
                ),
                None,
            )
            if found:
                reading.metrics[at] = replace(mention, meanings=tuple(found), word=joined([word, mention.word]))
                reading.unplaced.remove(word)
                break
