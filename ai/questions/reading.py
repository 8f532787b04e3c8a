"""One question read from left to right: what each word was taken for, and which word nobody could place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ai.questions.lexicon import Lexicon, Meaning, Member
from ai.questions.times import GRAINS, number_of, read_time
from ai.questions.words import joined, key_of, words_of

FILLERS = frozenset(
    """a an the is are was were be been do does did have has had what which who whom whose how much many show me us tell
    give list find get please can could would you i we our my it its of in on at to for from with and or that this these
    those there value amount total totals number figure figures all overall each we've i'd like see want know there's
    company business by per during over within made make did do't what's us about 's 多少 the""".split()  # noqa: SIM905
) | frozenset("的是了多少有吗呢请问我们给看一下显示列出和与在")
BY = frozenset({"by", "per", "each", "every", "按", "每", "各"})
DESCENDING = frozenset({"top", "best", "highest", "largest", "biggest", "most", "greatest", "前"})
ASCENDING = frozenset({"bottom", "worst", "lowest", "smallest", "least", "fewest", "后"})
CHINESE_ORDERS = {"最高": True, "最大": True, "最多": True, "最低": False, "最小": False, "最少": False}
TREND = frozenset({"trend", "trends", "develop", "development", "timeline", "evolve", "evolution"})
COMPARISONS = {
    ("compared", "to", "last", "year"): "previous_year",
    ("compared", "with", "last", "year"): "previous_year",
    ("versus", "last", "year"): "previous_year",
    ("vs", "last", "year"): "previous_year",
    ("than", "last", "year"): "previous_year",
    ("compared", "to", "the", "previous", "year"): "previous_year",
    ("year", "over", "year"): "previous_year",
    ("yoy",): "previous_year",
    ("同", "比"): "previous_year",
    ("versus", "previous", "period"): "previous_period",
    ("vs", "previous", "period"): "previous_period",
    ("compared", "to", "the", "previous", "period"): "previous_period",
    ("month", "over", "month"): "previous_period",
    ("quarter", "over", "quarter"): "previous_period",
    ("mom",): "previous_period",
    ("growth",): "previous_period",
    ("环", "比"): "previous_period",
}
MEMBER_WORDS_MAX = 5


@dataclass(slots=True)
class Reading:
    """What a question says."""

    metrics: list[Sequence[Meaning]] = field(default_factory=list)
    """Each mention with all it may mean."""
    dimensions: list[str] = field(default_factory=list)
    members: list[tuple[Member, ...]] = field(default_factory=list)
    start: date | None = None
    end: date | None = None
    has_time: bool = False
    grain: str | None = None
    compare: str | None = None
    limit: int | None = None
    descending: bool | None = None
    unplaced: list[str] = field(default_factory=list)


class Reader:
    """Reads words greedily: the longest phrase that means something wins at each place."""

    def __init__(self, lexicon: Lexicon, today: date) -> None:
        self.lexicon = lexicon
        self.today = today

    def read(self, question: str) -> Reading:
        """Everything the question says; words that mean nothing here are in `unplaced`."""
        words, reading = words_of(question), Reading()
        loose: list[str] = []
        at = 0
        while at < len(words):
            taken = self._take(words, at, reading)
            if taken:
                self._place(loose, reading)
                loose = []
                at += taken
                continue
            loose.append(words[at])
            at += 1
        self._place(loose, reading)
        return reading

    def _take(self, words: Sequence[str], at: int, reading: Reading) -> int:
        rest = words[at:]
        return (
            self._comparison(rest, reading)
            or self._order(rest, reading)
            or self._time(rest, reading)
            or self._phrase(rest, reading)
            or self._grain(words, at, reading)
        )

    def _comparison(self, rest: Sequence[str], reading: Reading) -> int:
        for phrase, kind in COMPARISONS.items():
            if tuple(rest[: len(phrase)]) == phrase and len(phrase) > self._phrase_length(rest):
                reading.compare = kind
                return len(phrase)
        return 0

    def _order(self, rest: Sequence[str], reading: Reading) -> int:
        pair = "".join(rest[:2])
        if pair in CHINESE_ORDERS:
            reading.descending, reading.limit = CHINESE_ORDERS[pair], reading.limit or 1
            return 2
        if rest[0] not in DESCENDING | ASCENDING or self._phrase_length(rest) > 1:
            return 0
        reading.descending = rest[0] in DESCENDING
        count = number_of(rest[1]) if len(rest) > 1 else None
        reading.limit = count or reading.limit or 1
        return 2 if count else 1

    def _time(self, rest: Sequence[str], reading: Reading) -> int:
        skipped = 1 if rest[0] in {"in", "during", "for", "of", "over", "on", "至", "在"} else 0
        span = read_time(rest[skipped:], self.today)
        if span is None or self._phrase_length(rest) >= span.length + skipped:
            return 0
        reading.start, reading.end, reading.has_time = span.start, span.end, True
        return skipped + span.length

    def _phrase(self, rest: Sequence[str], reading: Reading) -> int:
        length = self._phrase_length(rest)
        if not length:
            return 0
        meanings = self.lexicon.phrases[key_of(joined(list(rest[:length])))]
        metrics = [meaning for meaning in meanings if meaning.kind == "metric"]
        if metrics:
            reading.metrics.append(metrics)
        else:
            reading.dimensions.append(meanings[0].name)
        return length

    def _phrase_length(self, rest: Sequence[str]) -> int:
        for length in range(min(self.lexicon.longest, len(rest)), 0, -1):
            if key_of(joined(list(rest[:length]))) in self.lexicon.phrases:
                return length
        return 0

    @staticmethod
    def _grain(words: Sequence[str], at: int, reading: Reading) -> int:
        word = words[at]
        if word in TREND:
            reading.grain = reading.grain or "month"
            return 1
        for length in (2, 1):
            grain = GRAINS.get("".join(words[at : at + length]))
            marked = (at > 0 and words[at - 1] in BY) or word.endswith("ly")
            if grain and marked:
                reading.grain = grain
                return length
        return 0

    def _place(self, loose: Sequence[str], reading: Reading) -> None:
        """Words between phrases: names of members, words that carry nothing, and words nobody knows."""
        at = 0
        while at < len(loose):
            length, members = self._member(loose[at:])
            if length:
                reading.members.append(members)
                at += length
                continue
            if loose[at] not in FILLERS and loose[at] not in BY:
                reading.unplaced.append(loose[at])
            at += 1

    def _member(self, words: Sequence[str]) -> tuple[int, tuple[Member, ...]]:
        everywhere = [entry["name"] for entry in self.lexicon.shown.dimensions]
        for length in range(min(MEMBER_WORDS_MAX, len(words)), 0, -1):
            part = words[:length]
            if part[0] in FILLERS | BY or part[-1] in FILLERS | BY:
                continue
            members = self.lexicon.members(part, everywhere)
            if members:
                return length, members
        return 0, ()
