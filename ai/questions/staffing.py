"""Women and men, and departments that are called as figures are: who works in Sales, how many women there are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ai.questions.dialect import VERBS
from ai.questions.kinship import HAPPENED
from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Limit, Named, Reading
from ai.questions.words import key_of

STAFF = "current_employee_count"
PEOPLE = frozenset({"employee_count", STAFF, "hired_employee_count", "left_employee_count"})
STYLE, OURS, THEIRS = "item_style", "gender", "customer_gender"
WORKING = frozenset({"employee_count", "hired_employee_count"})
PLACED = frozenset({"in", "from", "of", "for"})
OF_STAFF = frozenset({"unit", "unit_group", "job_title", "shift", "pay_kind", "organization_level", "superior"})
LISTED = frozenset({"list", "which", "who", "show", "name"})


def settle_staffing(reading: Reading, lexicon: Lexicon) -> None:
    """Names that are something else beside people who work here."""
    _settle_departments(reading, lexicon)
    _settle_sexes(reading, lexicon)
    _settle_staff(reading, lexicon)
    _settle_happened(reading, lexicon)


def _settle_happened(reading: Reading, lexicon: Lexicon) -> None:
    """How many people changed something: those to whom it happened, and not how often it did."""
    counted = [each for each in reading.metrics if each.is_counted and first_of(each) in PEOPLE]
    events = [each for each in reading.metrics if first_of(each) in HAPPENED - PEOPLE]
    is_pair = len(reading.metrics) == 2 and len(counted) == len(events) == 1  # noqa: PLR2004
    if is_pair and not reading.limits and "employee" in lexicon.metrics[first_of(events[0])]["dimensions"]:
        reading.metrics, reading.counted = events, "employee"
        reading.limits.append(Limit("more", Decimal(0)))


def _is_of_staff(reading: Reading, lexicon: Lexicon, but: int = -1) -> bool:
    """Whether a figure or a verb, besides one mention, is of people who work here."""
    figures = [first_of(each) for each in reading.metrics if each.start != but]
    works = any(VERBS[verb][0] in WORKING for verb in reading.verbs)
    names = {*reading.dimensions, *reading.grouped} & {"employee", *OF_STAFF}
    women = any(one.dimension == OURS for each in reading.members for one in each.candidates)
    is_hr = bool(figures) and all(lexicon.metrics[name]["area"] == "hr" for name in figures)
    return is_hr or (not figures and (works or bool(names) or women))


def _settle_departments(reading: Reading, lexicon: Lexicon) -> None:
    """In Sales, in Purchasing, in Production: where people work it is their department."""
    for mention in list(reading.metrics):
        if reading.words[mention.start - 1 : mention.start] not in [[word] for word in PLACED] or not mention.start:
            continue
        named = lexicon.members.by_name.get(key_of(mention.word), ())
        units = tuple(each for each in named if each.dimension == "unit")
        if units and _is_of_staff(reading, lexicon, mention.start):
            reading.metrics.remove(mention)
            reading.members.append(Named(units, mention.word, mention.start, len(mention.word.split())))


def _settle_sexes(reading: Reading, lexicon: Lexicon) -> None:
    """Women are customers beside what was sold, staff beside what is of staff, and a style beside goods."""
    for at, named in enumerate(reading.members):
        kinds = {each.dimension for each in named.candidates}
        if not {STYLE, OURS} & kinds or len(kinds) == 1:
            continue
        is_goods = STYLE in kinds and _is_beside_goods(named, reading)
        wanted = STYLE if is_goods else OURS if _is_staff_beside(reading, lexicon) else THEIRS
        kept: tuple[Member, ...] = tuple(each for each in named.candidates if each.dimension == wanted)
        if not is_goods and wanted == THEIRS and not kept:
            kept = tuple(each for each in named.candidates if each.dimension != STYLE)
        figures = [first_of(each) for each in reading.metrics]
        if kept and all(kept[0].dimension in lexicon.metrics[name]["dimensions"] for name in figures):
            reading.members[at] = replace(named, candidates=kept)


def _is_staff_beside(reading: Reading, lexicon: Lexicon) -> bool:
    figures = [first_of(each) for each in reading.metrics]
    if figures:
        return all(lexicon.metrics[name]["area"] == "hr" for name in figures)
    named = {one.dimension for each in reading.members for one in each.candidates}
    works = any(VERBS[verb][0] in WORKING for verb in reading.verbs)
    return works or bool(OF_STAFF & {*reading.dimensions, *named})


def _is_beside_goods(named: Named, reading: Reading) -> bool:
    """Whether goods stand beside a name: women's jerseys, products for men."""
    places = {named.start - 2, named.start - 1, named.start + named.length, named.start + named.length + 1}
    goods = {
        each.start
        for each in reading.members
        if each is not named and any(one.dimension.startswith("item") for one in each.candidates)
    }
    goods |= {spot for name, spot in reading.spots.items() if name.startswith("item")}
    goods |= {
        each.start
        for each in reading.metrics
        if first_of(each) in {"item_count", "list_price", "standard_cost", "stock_quantity"}
    }
    return bool(goods & places) or any(first_of(each) == "item_count" for each in reading.metrics)


def _says_staff(named: Named) -> bool:
    """Whether the word for a sex says that it is of people who work here: 女员工, female staff."""
    word = named.word.replace(" ", "")
    return word.endswith(("员工", "职工", "同事", "staff", "employee", "employees"))


def _settle_staff(reading: Reading, lexicon: Lexicon) -> None:
    """How many men there are in a department: where only such names stand, those on file are meant."""
    known = set(lexicon.metrics[STAFF]["dimensions"]) if STAFF in lexicon.metrics else set()
    named = {one.dimension for each in reading.members for one in each.candidates if one.dimension in known}
    is_bare = not (reading.metrics or reading.times or reading.limits) and reading.is_descending is None
    is_bare = is_bare and not {VERBS[verb][0] for verb in reading.verbs} - PEOPLE
    is_staff = bool(named & {OURS, "marital_status"}) and bool(
        OF_STAFF & {*named, *reading.dimensions} or reading.verbs or any(_says_staff(each) for each in reading.members)
    )
    if not (is_bare and is_staff and set(reading.dimensions) <= known):
        return
    if reading.has("count"):
        reading.metrics, reading.verbs = [meant(STAFF, lexicon, is_counted=True)], []
    elif LISTED & set(reading.words[:3]) and not reading.has("share", "percent"):
        reading.metrics, reading.verbs = [meant(STAFF, lexicon)], []
        if "employee" not in reading.dimensions:
            reading.dimensions.append("employee")
            reading.grouped.append("employee")
        reading.operators = [each for each in reading.operators if each != "who"]
