"""What one question was read as and comes to, before any figure is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ai.questions.clauses import explanations, only_explains, told_of_each, with_attributes
from ai.questions.glosses import said_once
from ai.questions.lexicon import Lexicon
from ai.questions.partial import partial_names
from ai.questions.planning import plan
from ai.questions.plans import Clarify, Decline, Planned
from ai.questions.reading import Reader
from ai.questions.said import Reading
from ai.questions.spelling import Mended, respelt
from ai.questions.standings import read_standing, standing_of
from ai.questions.words import words_of

EXPLAINABLE = frozenset({"unknown_word", "unused_word", "not_by_dimension"})
"""Where words that only explain may be in the way."""


@dataclass(frozen=True)
class Understood:
    """A question read and planned."""

    reading: Reading
    mended: tuple[Mended, ...]
    outcome: Planned | Clarify | Decline
    left_out: tuple[str, ...] = ()
    """What was taken for an explanation."""


def understand(question: str, lexicon: Lexicon, previous: Planned | None) -> Understood:
    """What one question was read as, before any figure is asked for."""
    question = said_once(question, lexicon)
    return _of_documents(question, lexicon) or _understand(question, lexicon, previous)


def _of_documents(question: str, lexicon: Lexicon) -> Understood | None:
    """The question about documents that stand in some way: open, overdue, due in some days."""
    standing = read_standing(question, lexicon)
    known = _understand(standing.question, lexicon, None) if standing else None
    if standing is None or known is None or not isinstance(known.outcome, Planned):
        return None
    planned = standing_of(known.outcome, standing)
    return replace(known, outcome=planned) if planned else None


def _understand(question: str, lexicon: Lexicon, previous: Planned | None) -> Understood:
    told = told_of_each(question)
    known = _read(told.question, lexicon, previous)
    if isinstance(known.outcome, Planned) and told.names:
        dimensions = lexicon.metrics[known.outcome.query.metrics[0]]["dimensions"]
        outcome = with_attributes(known.outcome, told, frozenset({*dimensions, "day"}))
        known = replace(known, outcome=outcome) if outcome else _read(question, lexicon, previous)
    if isinstance(known.outcome, Decline) and known.outcome.reason in EXPLAINABLE:
        return _unexplained(question, lexicon, previous) or known
    return known


def _read(question: str, lexicon: Lexicon, previous: Planned | None) -> Understood:
    reading, mended = read(question, lexicon)
    outcome = partial_names(reading, lexicon) or plan(reading, lexicon, previous)
    return Understood(reading, tuple(mended), outcome)


def _unexplained(question: str, lexicon: Lexicon, previous: Planned | None) -> Understood | None:
    """The question without what only explains its words, where it can be answered so; what is left out is told."""
    left_out = []
    for clause in explanations(question):
        if clause in question and only_explains(clause, Reader(lexicon).read(clause)):
            question = question.replace(clause, " ")
            left_out.append(clause.strip(" ,;:()（），。.–-"))
            known = _read(question, lexicon, previous)
            if isinstance(known.outcome, Planned):
                return replace(known, left_out=tuple(left_out))
    return None


def read(question: str, lexicon: Lexicon) -> tuple[Reading, list[Mended]]:
    """What a question says, with its misspelt words mended where that places them all."""
    reader = Reader(lexicon)
    reading = reader.read(question)
    if not reading.unplaced:
        return reading, []
    spelt, mended = respelt(question, set(reading.unplaced), lexicon)
    again = reader.read(spelt) if mended else reading
    read_as = {word for each in mended for word in words_of(each.read)}
    if mended and not read_as & set(again.unplaced):
        return again, mended
    return reading, []
