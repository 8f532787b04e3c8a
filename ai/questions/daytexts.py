"""Days as people write them, rewritten as the grammar of times reads them: 31.12.2013, 4Q13, May-July 2013. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from ai.questions.times import MONTHS, YEARS, number_of

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"((?:19|20)\d\d)"
_DAY, _FIRST, _LAST = (rf"(?:the )?(?P<{name}>\d{{1,2}})(?:st|nd|rd|th)?" for name in ("day", "first", "last"))
_TO = r"\s*(?:and|to|until|through|[-\u2013])\s*"
_FROM = r"\b(?:between |from )?"
_LINK = (
    r"\s*(?:and|or|&|,|to|through|thru|until|till|versus|vs\.?|[-\u2013]|compared (?:to|with)|against|than(?: in)?)\s*"
)
_BARE = r"(?<![\w.,/-])"
_END = r"(?![\w/]|[.-]\d)"
_CENTURY = 2000
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NAMES = {number: name for name, number in reversed(list(MONTHS.items()))}
Rewrite = Callable[[re.Match[str]], str]


def _iso(year: str, month: int, day: str) -> str | None:
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


def _month_of(name: str) -> int:
    return MONTHS[name.lower().rstrip(". ")]


def _numbered(found: re.Match[str]) -> str:
    """13.12.2013 or 12/31/2013; where both may be the month nobody knows which day is meant, and it is left alone."""
    first, mark, second, year = found.groups()
    day, month = (first, second) if mark == "." or int(first) > len(_NAMES) else (second, first)
    is_either = mark == "/" and int(first) <= len(_NAMES) and int(second) <= len(_NAMES) and first != second
    return found[0] if is_either else _iso(year, int(month), day) or found[0]


def _of_month(found: re.Match[str]) -> str:
    return f"{_NAMES[int(found['month'])]} {found['year']}" if 1 <= int(found["month"]) <= len(_NAMES) else found[0]


def _years(found: re.Match[str]) -> str:
    first, last = int(found[1]), int(found[2])
    return f"from {first} to {last}" if first in YEARS and first < last else found[0]


def _days(found: re.Match[str]) -> str:
    """From the 1st to the 15th of May 2013."""
    month = _month_of(found["month"])
    first, last = _iso(found["year"], month, found["first"]), _iso(found["year"], month, found["last"])
    return f"from {first} to {last}" if first and last and first < last else found[0]


def _day(found: re.Match[str]) -> str:
    return _iso(found["year"], _month_of(found["month"]), found["day"]) or found[0]


def _first_months(found: re.Match[str]) -> str:
    count = number_of(found[2])
    return f" january {found[1]} to {_NAMES[count]} {found[1]} " if count in _NAMES else found[0]


def _short_year(found: re.Match[str]) -> str:
    return f"{found[1]} {_CENTURY + int(found[2])}"


_NAMED_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH_YEAR = rf"(?P<month>{_MONTH}),?\s+(?:of\s+)?{_NAMED_YEAR}"
_AGAIN = rf"(\s+(?:and|versus|vs\.?|than(?: in)?|compared (?:to|with))\s+)(?={_YEAR})"
_RULES: tuple[tuple[str, Rewrite | str], ...] = (
    (rf"{_BARE}(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}){_END}", lambda m: _iso(m[1], int(m[2]), m[3]) or m[0]),
    (rf"{_BARE}(\d{{1,2}})([./])(\d{{1,2}})\2(\d{{4}}){_END}", _numbered),
    (rf"{_BARE}(?P<month>\d{{1,2}})/(?P<year>(?:19|20)\d\d){_END}", _of_month),
    (rf"{_BARE}(?P<year>(?:19|20)\d\d)[-/](?P<month>\d{{1,2}}){_END}", _of_month),
    (rf"\b(?:from |between )?{_BARE}{_YEAR}\s*[-\u2013/]\s*{_YEAR}{_END}", _years),
    (rf"\b(q[1-4]|h[12])\s*[/-]\s*{_YEAR}\b", r"\1 \2"),
    (rf"\b([1-4])q\s*[/-]?\s*{_YEAR}\b", r"q\1 \2"),
    (rf"\b([12])h\s*[/-]?\s*{_YEAR}\b", r"h\1 \2"),
    (r"\b([1-4])q\s*['\u2019]?(\d\d)\b(?!\d)", lambda m: f"q{m[1]} {_CENTURY + int(m[2])}"),
    (r"\b(q[1-4]|h[12])\s*['\u2019/](\d\d)\b(?!\d)", _short_year),
    (rf"\b({_MONTH})\s*['\u2019](\d\d)\b(?!\d)", _short_year),
    (rf"\b{_YEAR}[ -]?(q[1-4]|h[12])\b", r"\2 \1"),
    (rf"\b({_MONTH})\s*[-\u2013]\s*({_MONTH})", r"\1 to \2"),
    (rf"{_FROM}{_FIRST}{_TO}{_LAST}\s+(?:of\s+)?{_MONTH_YEAR}", _days),
    (rf"{_FROM}(?P<month>{_MONTH})\s+{_FIRST}{_TO}{_LAST},?\s+(?:of\s+)?{_NAMED_YEAR}", _days),
    (rf"\b{_DAY}\s+(?:of\s+)?{_MONTH_YEAR}", _day),
    (rf"\b(?P<month>{_MONTH})\s+{_DAY},?\s+(?:of\s+)?{_NAMED_YEAR}", _day),
    # A month or quarter takes the year said behind the next: May and June 2013, Q1 versus Q2 of 2013.
    (rf"\b({_MONTH})({_LINK})(?=(?:in )?{_MONTH},?\s+(?:of\s+)?{_YEAR})", r"\1 \3\2"),
    (rf"\b(q[1-4])({_LINK})(?=(?:in )?q[1-4],?\s+(?:of\s+)?{_YEAR})", r"\1 \3\2"),
    # The next year has the month or quarter said before the first: May 2012 and 2013.
    (rf"\b({_MONTH}|q[1-4]) {_YEAR}{_AGAIN}", r"\1 \2\3\1 "),
    (r"\b(?:the )?(19|20)(\d)0'?s\b", r"from \g<1>\g<2>0 to \g<1>\g<2>9"),
    ("([〇零一二三四五六七八九]{4})(?=年)", lambda m: m[1].translate(_DIGITS)),
    # The same period of another year: 2014年第一季度 ... 2013年同期, Q1 2014 ... the same quarter of 2013.
    (
        f"({_YEAR}年(第[一二三四]季度|[一二三四五六七八九十]{{1,2}}月(?:份)?|1?[0-9]月(?:份)?|[上下]半年)[^？?]*?){_YEAR}年同期",
        r"\g<1>\g<4>年\g<3>",
    ),
    (
        rf"(((?:q[1-4]|h[12]|{_MONTH}) )(?:of )?{_YEAR}.*?)the same (?:quarter|month|half|period) (?:of|in) {_YEAR}",
        r"\g<1>\g<2>\g<4>",
    ),
    (f"{_YEAR}年全年", r"\1年"),
    (f"{_YEAR}年(?:的)?前([一二三四五六七八九十]|1[01]|[1-9])个月", _first_months),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), rewrite) for pattern, rewrite in _RULES)


def dated(text: str) -> str:
    """The text with its days in the forms that `read_time` knows; what may be several days stays as it is."""
    for pattern, rewrite in _COMPILED:
        text = pattern.sub(rewrite, text)
    return text
