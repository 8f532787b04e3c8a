"""The words around periods: what stands before them, joins two, opens a range or means all days."""

from __future__ import annotations

ALL_TIME = [
    "over the whole history",
    "in the whole history",
    "whole history",
    "of all time",
    "over all time",
    "all time",
    "over all years",
    "all years",
    "in all years",
    "so far",
    "to date",
    "ever",
    "in history",
    "since the beginning",
    "since the start",
    "from the start",
    "since the very beginning",
    "since we started",
    "over the whole period",
    "all the years",
    "across all years",
    "over the entire history",
    "in our whole history",
    "in our history",
    "历史上",
    "全部时间",
    "所有年份",
    "迄今",
    "至今",
]
JOINERS = {"and", "to", "until", "till", "til", "through", "thru", "-", "到", "至"}
OF_THE_DATA = (
    ("so", "far"),
    ("of", "the", "data"),
    ("of", "data"),
    ("of", "the", "history"),
    ("of", "our", "data"),
    ("of", "available", "data"),
)
ONWARD = (("on",), ("onward",), ("onwards",), ("and", "later"))
ENDS = (
    ("the", "end", "of"),
    ("end", "of"),
    ("the", "beginning", "of"),
    ("beginning", "of"),
    ("the", "start", "of"),
    ("start", "of"),
)
"""Said before a period at the end of a range."""
LEADS = tuple(
    tuple(phrase.split())
    for phrase in [
        "the year",
        "calendar year",
        "the calendar year",
        "year",
        "the month of",
        "month of",
        "the month",
        "the",
        "the year of",
        "year of",
        "years",
        "the years",
        "the whole of",
        "whole of",
        "the whole year",
        "all of",
        "the entire year",
        "entire year",
        "the full year",
        "full year",
        "the course of",
        "the whole month of",
        "all year",
        "the quarter",
        "quarter",
        "the two years",
        "both years",
        "the three years",
        "the period",
    ]
)
_OPENED_BY = {
    "since": ("since|since the beginning of|since beginning of|since the start of|since start of|starting in|自"),
    "from": "from",
    "until": (
        "till|by the end of|up until|no later than|not later than|at the close of|at year end|"
        "year end|as at|as of the end of|as at the end of|to the end of|until the end of|until|up to|"
        "as of|at the end of|end of|at end of|截至"
    ),
    "after": "after|later than|since the end of|since end of|after the end of",
    "before": "before|prior to|earlier than",
}
OPENINGS = tuple((tuple(phrase.split()), kind) for kind, phrases in _OPENED_BY.items() for phrase in phrases.split("|"))
"""What opens a range, and to which side of the period behind it."""
