"""Names read by the noun beside them: the group Manufacturing, because of Price, how many Design Engineers."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.ondocuments import meant
from ai.questions.said import Named, Reading
from ai.questions.words import key_of, words_of

BECAUSE = frozenset({"because", "because of", "owing to", "on account of", "as a result of", "由于", "因", "因为"})
"""Before a reason that the books hold these say which, and ask nobody why."""
LEADING = frozenset({"of", "the", "a", "an", "for", "reason", "原", "因"})
REASON_WORDS_MAX = 6
KIND_NOUNS = frozenset({"group", "groups", "组"})
"""Last words of the names of dimensions that say nothing alone."""
TITLE = "job_title"
STAFF = "current_employee_count"
OF_STAFF = frozenset({TITLE, "pay_kind", "pay_frequency"})
"""What only employees have."""
HELD_BY = frozenset({"salesperson", "buyer", "employee"})
"""Whom a job title names as well."""
EMPLOYED = frozenset({"employee_count", "hired_employee_count"})


def settle_titles(reading: Reading, lexicon: Lexicon) -> None:
    """What names are, told by what stands beside them."""
    _settle_because(reading, lexicon)
    _settle_kind_nouns(reading, lexicon)
    _settle_holders(reading, lexicon)
    _settle_staff(reading, lexicon)


def _settle_because(reading: Reading, lexicon: Lexicon) -> None:
    """Scrapped because of a failed paint process: a reason that is on file, and no question why."""
    for said in [each for each in reading.said if each.operator == "why" and _plain(each.word) in BECAUSE]:
        at = said.start + len(words_of(said.word))
        while at < len(reading.words) and reading.words[at] in LEADING:
            at += 1
        named = _reason_at(at, reading, lexicon)
        if named is None:
            continue
        reading.said.remove(said)
        if not any(each.operator == "why" for each in reading.said):
            reading.operators = [each for each in reading.operators if each != "why"]
        places = range(named.start, named.start + named.length)
        # The manufacturer is the reason, and no supplier is asked for.
        taken = [name for name, spot in reading.spots.items() if spot in places]
        reading.dimensions = [name for name in reading.dimensions if name not in taken]
        reading.grouped = [name for name in reading.grouped if name not in taken]
        reading.metrics = [each for each in reading.metrics if each.start not in places]
        reading.members = [each for each in reading.members if each.start not in places] + [named]
        reading.unplaced = [word for word in reading.unplaced if word not in reading.words[at : at + named.length]]


def _plain(word: str) -> str:
    return word.replace(" ", "") if not word.isascii() else word


def _reason_at(at: int, reading: Reading, lexicon: Lexicon) -> Named | None:
    """The reason that words from a place on name, the longest first."""
    for length in range(min(REASON_WORDS_MAX, len(reading.words) - at), 0, -1):
        said = reading.words[at : at + length]
        found = lexicon.members.by_name.get(key_of(" ".join(said)), ())
        reasons = tuple(each for each in found if each.dimension.endswith("_reason"))
        if reasons:
            return Named(reasons, " ".join(said), at, length)
    return None


def _settle_kind_nouns(reading: Reading, lexicon: Lexicon) -> None:
    """The group Manufacturing, the Quality Assurance group: the noun tells which dimension a name beside it is of."""
    for word in KIND_NOUNS & set(reading.unplaced):
        for at, named in enumerate(reading.members):
            found = _of_kind(named.candidates, word, lexicon)
            if found and _stands_beside(named, word, reading):
                reading.members[at] = replace(named, candidates=found)
                reading.unplaced = [each for each in reading.unplaced if each != word]


def _of_kind(candidates: tuple[Member, ...], word: str, lexicon: Lexicon) -> tuple[Member, ...]:
    """Those of a name's meanings whose dimension is called by the noun."""
    noun = key_of(word)[-1:] if word.isascii() else ("group",)
    return tuple(
        each
        for each in candidates
        if each.dimension in lexicon.dimensions and key_of(str(each.dimension.replace("_", " ")))[-1:] == noun
    )


def _stands_beside(named: Named, word: str, reading: Reading) -> bool:
    words, end = reading.words, named.start + named.length
    before = [each for each in words[max(named.start - 3, 0) : named.start] if each not in {"of", "the", "called"}]
    return before[-1:] == [word] or words[end : end + 1] == [word]


def _settle_holders(reading: Reading, lexicon: Lexicon) -> None:
    """What a buyer earns, how many buyers there are: a job, where the figure is of staff and knows none of orders."""
    figures = [each.meanings[0].name for each in reading.metrics]
    figures += [VERBS[verb][0] for verb in reading.verbs] if not figures else []
    is_busy = reading.times or reading.limits or reading.is_descending is not None
    if any(lexicon.metrics.get(name, {}).get("area") != "hr" for name in figures) or (not figures and is_busy):
        return
    is_counted = reading.counted in HELD_BY and not set(figures) - EMPLOYED
    for name in [each for each in (*reading.dimensions, *reading.parties) if each in HELD_BY and each in reading.spots]:
        is_known = figures and all(
            name in lexicon.metrics[each]["dimensions"] for each in figures if each in lexicon.metrics
        )
        named = _title_at(reading.spots[name], reading, lexicon)
        if named is None or name in reading.grouped or name in reading.each or (is_known and not is_counted):
            continue
        if not figures and not is_counted:
            continue
        reading.members.append(named)
        reading.dimensions = [each for each in reading.dimensions if each != name]
        reading.parties = [each for each in reading.parties if each != name]
        reading.counted = None if reading.counted == name else reading.counted


def _title_at(at: int, reading: Reading, lexicon: Lexicon) -> Named | None:
    """The job title that words from a place on are."""
    for length in (3, 2, 1):
        said = reading.words[at : at + length]
        found = lexicon.members.by_name.get(key_of(" ".join(said)), ()) if len(said) == length else ()
        titles = tuple(each for each in found if each.dimension == TITLE)
        if titles:
            return Named(titles, " ".join(said), at, length)
    return None


def _settle_staff(reading: Reading, lexicon: Lexicon) -> None:
    """How many design engineers, who the chief is: where only a job is named, those on file who have it are meant."""
    named = [each for each in reading.members if any(one.dimension in OF_STAFF for one in each.candidates)]
    is_bare = not (reading.metrics or reading.times or reading.limits or reading.dimensions or reading.counted)
    is_bare = is_bare and not {VERBS[verb][0] for verb in reading.verbs} - EMPLOYED
    if not named or not is_bare or STAFF not in lexicon.metrics or reading.is_descending is not None:
        return
    is_number, is_who = reading.has("count"), reading.has("who")
    if not (is_number or is_who) or reading.has("led"):
        return
    reading.metrics = [meant(STAFF, lexicon, is_counted=is_number)]
    reading.verbs = []
    if is_who and not is_number:
        reading.dimensions.append("employee")
        reading.grouped.append("employee")
        reading.operators = [each for each in reading.operators if each != "who"]
