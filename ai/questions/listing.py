"""Who is counted or listed, where the noun is part of a name or stands before the count: 优选供应商有多少家."""

from __future__ import annotations

from ai.questions.lexicon import Lexicon
from ai.questions.said import Named, Reading
from ai.questions.words import key_of, words_of

HOUSES = "customer_account"
ON_FILE = frozenset({"supplier", "customer", "item", "employee", "salesperson", "offer"})


def settle_listing(reading: Reading, lexicon: Lexicon) -> None:
    """Whom a question counts or lists, told by the names of their kinds."""
    _settle_counted_kind(reading, lexicon)
    _settle_counted_behind(reading, lexicon)
    _settle_listed_kind(reading, lexicon)


def _settle_counted_kind(reading: Reading, lexicon: Lexicon) -> None:
    """How many of the stores, stores, how many of them: a kind of customers is counted house by house."""
    if (reading.counted or "").startswith("store_") and any(
        one.dimension == reading.counted for each in reading.members for one in each.candidates
    ):
        # How many shops specialise in something: they are counted, and not their specialties.
        reading.counted = HOUSES
        reading.dimensions.append(HOUSES)
        return
    named = next((each for each in reading.members if _is_kind_of_customers(each, lexicon)), None)
    facts = {one.dimension for each in reading.members for one in each.candidates}
    # By occupation: what customers are told apart by, and nobody else.
    facts |= {name for name in reading.each if name.startswith("customer_")}
    is_bare = not (reading.metrics or reading.counted or set(reading.dimensions) - facts)
    is_counted = reading.has("count") and is_bare
    if named is None or not is_counted or reading.has_pieces or HOUSES not in lexicon.dimensions:
        _settle_persons(reading, lexicon, is_counted=is_counted)
        return
    ends = [each.start + len(words_of(each.word)) for each in reading.said if each.operator == "count"]
    if named.start in ends or not reading.words[named.start].isascii():
        reading.dimensions.append(HOUSES)
        reading.counted = HOUSES


def _settle_persons(reading: Reading, lexicon: Lexicon, *, is_counted: bool) -> None:
    """How many individual customers: the name of the kind says that they are customers."""
    ends = {each.start + len(words_of(each.word)) for each in reading.said if each.operator == "count"}
    if is_counted and any(each.start in ends and _subject_of(each, lexicon) == "customer" for each in reading.members):
        reading.dimensions.append("customer")
        reading.counted = "customer"


def _is_kind_of_customers(named: Named, lexicon: Lexicon) -> bool:
    """Whether a word is both a category of customers and a word for customers."""
    is_category = any(each.dimension == "customer_category" for each in named.candidates)
    meanings = lexicon.phrases.get(key_of(named.word), ())
    return is_category and any(each.name in {"customer", HOUSES} for each in meanings)


def _settle_counted_behind(reading: Reading, lexicon: Lexicon) -> None:
    """In Chinese the count stands behind what is counted: 信用等级为1的供应商有多少家, 优选供应商有多少家."""
    is_bounded = bool(reading.limits) and len(reading.metrics) == 1 and not reading.metrics[0].is_counted
    is_bare = not (reading.verbs or reading.times or reading.counted)
    is_bare = is_bare and (is_bounded or not (reading.metrics or reading.limits))
    if not is_bare or not reading.has("count") or reading.is_descending is not None or reading.grouped:
        return
    counts = [each for each in reading.said if each.operator == "count" and not each.word.isascii()]
    named = {one.dimension for each in reading.members for one in each.candidates}
    subjects = [name for name in (*reading.dimensions, *reading.parties) if name in ON_FILE]
    subjects += [name for each in reading.members for name in [_subject_of(each, lexicon)] if name]
    if len(set(subjects)) != 1 or not counts or subjects[0] in named or reading.has_pieces:
        return
    name = subjects[0]
    spot = reading.spots.get(name, 0)
    if counts[-1].start < spot or set(reading.dimensions) - {name} - named:
        return
    reading.counted = name
    reading.parties = [each for each in reading.parties if each != name]
    if name not in reading.dimensions:
        reading.dimensions.append(name)


def _subject_of(named: Named, lexicon: Lexicon) -> str | None:
    """What a name that says of what kind something is also says that it is: preferred vendors are vendors."""
    kinds = {each.dimension for each in named.candidates}
    words = words_of(named.word)
    for length in (3, 2, 1):
        tail = " ".join(words[-length:]) if named.word.isascii() else "".join(words[-length:])
        for each in lexicon.phrases.get(key_of(tail), ()) if len(words) > length else ():
            if each.name in ON_FILE and any(kind.startswith(f"{each.name}_") for kind in kinds):
                return each.name
    return None


def _settle_listed_kind(reading: Reading, lexicon: Lexicon) -> None:
    """Which preferred vendors are inactive: the name of the kind also says what is listed."""
    facts = {one.dimension for each in reading.members for one in each.candidates}
    is_bare = not (reading.metrics or reading.verbs or reading.times or reading.limits)
    is_bare = is_bare and not set(reading.dimensions) - facts
    is_list = "list" in reading.words[:6] and "price" not in reading.words
    is_listed = reading.words[0] in {"which", "name", "show", "what"} or "哪些" in "".join(reading.words) or is_list
    if not is_bare or not is_listed or reading.has("count") or reading.is_descending is not None:
        return
    subject = next((name for each in reading.members for name in [_subject_of(each, lexicon)] if name), None)
    subject = subject or next((name for name in reading.parties if is_list and reading.members), None)
    if subject is not None:
        reading.parties = [name for name in reading.parties if name != subject]
        reading.dimensions.append(subject)
        reading.grouped.append(subject)
